/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the contracts that the user named to those before and after them (PROTOCOL 10), as
 * bridge/audit/follow.c: whose record says that it continues one of them, and whom one of them
 * names as its successor. Contracts found so are only candidates: the links between them are the
 * verifier's to judge.
 */
import { failureOf } from "./failed";
import { prove } from "./journal";
import { networkOf } from "./quorum";
import { addContract, findStored, note, publicationOf, recordOf, type Contract, type Looking } from "./trusted";
import { hexOf, numberOf, ZERO_ADDRESS } from "./values";
import type { Named } from "./types";
import type { Deployment, EntryView } from "../verifier/types";

const SUCCEEDED = 6;
const LINKS_MAX = 16;

/* State and journal in the final block of the contract's own network; a failure is a problem. */
async function proveOne(looking: Looking, contract: Contract): Promise<void> {
    const { record } = contract.trust;
    if (record === undefined) return;
    const network = networkOf(looking.networks, record.chain_id, record.chain_genesis);
    const about = { contract: record.address };
    if (network !== null) {
        try {
            contract.proven = await prove(looking.verifier, network, record, publicationOf(looking, record));
            if (contract.proven.trouble !== null)
                note(looking, "page.problem.journal", contract.proven.trouble.reason, about);
        } catch (error) {
            note(looking, "page.problem.state", failureOf(error).reason, about);
        }
    }
    if (!contract.proven?.entries) contract.stored = await findStored(looking, record);
    looking.step();
}

/* ---- neighbours ---- */

/* The place of a neighbour, which is added if its record is to be had. */
async function findNeighbour(looking: Looking, named: Named): Promise<number | null> {
    const added = looking.contracts.findIndex(
        ({ trust }) => trust.how !== "no_record" && trust.chain_id === named.chain_id && trust.address === named.address,
    );
    if (added >= 0) return added;
    let record: Deployment | null = null;
    try {
        record = await recordOf(looking, named);
    } catch (error) {
        failureOf(error);
    }
    const place = record === null ? null : addContract(looking, record, "linked");
    if (place === null) note(looking, "page.problem.no-record", "", { contract: named.address });
    return place;
}

function addLink(looking: Looking, old: number, successor: number): void {
    const isThere = looking.links.some((link) => link.old === old && link.successor === successor);
    if (!isThere && old !== successor && looking.links.length < LINKS_MAX) looking.links.push({ old, successor });
}

async function lookBack(looking: Looking, i: number, record: Deployment): Promise<void> {
    if (record.pred_length === 0 && record.pred_contract === ZERO_ADDRESS) return;
    const old = await findNeighbour(looking, { address: record.pred_contract, chain_id: record.pred_chain_id });
    if (old !== null) addLink(looking, old, i);
}

/* A link counts only where the successor's own record names this contract. */
async function lookForward(looking: Looking, i: number, record: Deployment, named: Named): Promise<void> {
    const next = await findNeighbour(looking, named);
    const successor = next === null ? undefined : looking.contracts[next]?.trust.record;
    if (next === null || successor === undefined) return;
    if (successor.pred_chain_id === record.chain_id && successor.pred_contract === record.address) addLink(looking, i, next);
}

/* Whom an entry names as the successor. */
function namedBy(entry: EntryView): Named | null {
    const chainId = numberOf(entry.a, true);
    const address = /^0x0{24}/.test(entry.b) ? hexOf(`0x${entry.b.slice(26)}`, 20) : null;
    return entry.kind === SUCCEEDED && chainId !== null && address !== null ? { address, chain_id: chainId } : null;
}

/* What the journal itself says, and what the trust file says. */
async function lookOn(looking: Looking, i: number, contract: Contract, record: Deployment): Promise<void> {
    const entries = contract.proven?.entries ?? contract.stored?.entries ?? [];
    for (const entry of entries) {
        const named = namedBy(entry);
        if (named === null) continue;
        await lookForward(looking, i, record, named);
        break;
    }
    for (const said of looking.given.trustFile?.successors ?? looking.given.heads?.successors ?? []) {
        if (said.chain_id === record.chain_id && said.contract === record.address)
            await lookForward(looking, i, record, { address: said.successor_contract, chain_id: said.successor_chain_id });
    }
}

/*
 * Proves the contracts, and adds those before and after them. All that are known are proven at the
 * same time; neighbours are looked for in their order, so that the same comes out each time.
 */
export async function follow(looking: Looking): Promise<void> {
    const proving: Promise<void>[] = [];
    const proveAll = () => {
        for (let i = proving.length; i < looking.contracts.length; i++)
            proving.push(proveOne(looking, looking.contracts[i] as Contract));
    };
    proveAll();
    for (let i = 0; i < looking.contracts.length; i++) {
        const contract = looking.contracts[i] as Contract;
        await proving[i];
        if (contract.trust.record === undefined) continue;
        await lookBack(looking, i, contract.trust.record);
        proveAll();
        await lookOn(looking, i, contract, contract.trust.record);
        proveAll();
    }
}
