/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks for what a receipt is held to: asks the providers that the user chose, or takes the block
 * or heads that the user believes. The verdict is the verifier's; what cannot be had is a problem
 * and never a verdict. Same inputs, same trust as `voteanchor verify`.
 */
import { follow } from "./follow";
import { ask, networkOf, PROVIDERS_MAX, type Asked, type Network } from "./quorum";
import { addContract, addNamed, blocksOf, journalsOf, note, type Looking } from "./trusted";
import { failureOf } from "./failed";
import type { FinalBlock, Given, Looked, Publication, Witness } from "./types";
import type { ReceiptView, Report, Trust, Verifier } from "../verifier/types";

export { Failed, PROBLEM_REASONS } from "./failed";
export { encodeHeader } from "./header";
export { isAllowed } from "./http";
export type * from "./types";

/* Says how far it is; what turns out to be necessary on the way is not counted. */
function counter(progress: Given["progress"], of: number): () => void {
    let done = 0;
    return () => {
        done++;
        progress?.(Math.min(done, of), of);
    };
}

/* ---- who was of use ---- */

function noteProviders(looking: Looking, asked: Asked): void {
    for (const { name, trouble } of asked.providers) {
        if (trouble === null) continue;
        const key = trouble.reason === "unreachable" ? "page.problem.unreachable" : "page.problem.provider";
        note(looking, key, trouble.reason, { provider: name });
    }
    for (const { final, trouble } of asked.networks)
        if (final === null) note(looking, "page.problem.network", trouble?.reason ?? "no-quorum");
    if (asked.networks.length === 0 && asked.providers.length > 0) note(looking, "page.problem.network", "no-provider");
    if (looking.given.providers.length > PROVIDERS_MAX) note(looking, "page.problem.network", "too-many-urls");
}

/* Providers of a network on which nothing is to be looked at were not meant. */
function noteStrangers(looking: Looking): void {
    const isOfUse = (network: Network) =>
        looking.contracts.some(
            ({ trust }) =>
                trust.how === "no_record" || (trust.chain_id === network.chain_id && trust.chain_genesis === network.chain_genesis),
        );
    if (looking.contracts.length === 0) return;
    for (const network of looking.networks) {
        if (network.final === null || isOfUse(network)) continue;
        for (const provider of network.providers)
            if (provider.trouble === null) note(looking, "page.problem.provider", "wrong-network", { provider: provider.name });
    }
}

/* ---- contracts ---- */

async function nameContracts(looking: Looking): Promise<void> {
    const { contract, heads, trustFile } = looking.given;
    if (contract !== undefined) return addNamed(looking, contract);
    for (const record of (trustFile ?? heads)?.contracts ?? []) {
        if (addContract(looking, record, "named") === null)
            note(looking, "page.problem.record", "deployment-address", { contract: record.address });
    }
    if (looking.contracts.length === 0) note(looking, "page.problem.nobody", "");
}

async function publicationsOf(looking: Looking): Promise<Publication[]> {
    try {
        return (await looking.given.mirror?.publications()) ?? [];
    } catch (error) {
        note(looking, "page.problem.mirror", failureOf(error).reason);
        return [];
    }
}

/* ---- what is shown of it ---- */

/* The first network of the receipt's that was asked; of what is pending, that of its acceptance. */
function shownNetwork({ networks, view }: Looking): Network | null {
    for (const anchor of view.anchors) {
        const network = networkOf(networks, anchor.chain_id, anchor.chain_genesis);
        if (network !== null) return network;
    }
    return view.anchors.length > 0 || view.acceptance === undefined ? null : networkOf(networks, view.acceptance.chain_id);
}

function shownFinal(looking: Looking, network: Network): FinalBlock | undefined {
    if (network.final === null) return undefined;
    const { hash, number, time } = network.final;
    const named = [...looking.view.anchors.map((anchor) => anchor.contract), looking.view.acceptance?.contract];
    const contract = looking.contracts.find(
        ({ proven, trust }) => proven?.block.hash === hash && named.includes(trust.address),
    );
    return { hash, head: contract?.proven?.head, number, time };
}

const witnessOf = (network: Network | null): Witness | null =>
    network === null ? null : { agreed: network.agreed, asked: network.providers.length, needed: network.k };

function makeTrust(looking: Looking, blocks: Trust["blocks"], witness: Witness | null): Trust {
    return {
        blocks,
        contracts: looking.contracts.map((contract) => contract.trust),
        journals: journalsOf(looking),
        links: looking.links,
        one_provider: witness?.agreed === 1,
    };
}

export async function look(verifier: Verifier, view: ReceiptView, given: Given): Promise<Looked> {
    const quorum = given.quorum === undefined || given.quorum < 1 ? undefined : given.quorum;
    const named = given.contract === undefined ? ((given.trustFile ?? given.heads)?.contracts.length ?? 0) : 1;
    const step = counter(given.progress, 2 * Math.min(given.providers.length, PROVIDERS_MAX) + named + view.anchors.length);
    const looking: Looking = {
        contracts: [],
        given,
        heads: [...(given.trustFile?.heads ?? []), ...(given.heads?.heads ?? [])],
        links: [],
        networks: [],
        problems: [],
        publications: [],
        step,
        verifier,
        view,
    };
    const [asked, publications] = await Promise.all([
        ask(verifier, { providers: given.providers, quorum, signal: given.signal }, step),
        publicationsOf(looking),
    ]);
    looking.networks = asked.networks;
    looking.publications = publications;
    noteProviders(looking, asked);
    await nameContracts(looking);
    await follow(looking);
    noteStrangers(looking);
    const blocks = await blocksOf(looking);
    const network = shownNetwork(looking);
    const witness = witnessOf(network);
    const final = network === null ? undefined : shownFinal(looking, network);
    return {
        evidence: looking.contracts.map(({ proven }) => proven?.evidence ?? null),
        ...(final === undefined ? {} : { final }),
        problems: looking.problems,
        trust: makeTrust(looking, blocks, witness),
        witness,
        witnesses: view.anchors.map((one) => witnessOf(networkOf(looking.networks, one.chain_id, one.chain_genesis))),
    };
}

/*
 * Verifies a receipt with what was looked up; an answer is on the word of those who witnessed the
 * network of the anchor that it rests on, however many there are on others (verify_report.c).
 */
export function verifyLooked(verifier: Verifier, cbor: Uint8Array, looked: Looked): { looked: Looked; report: Report } {
    const report = verifier.verify(cbor, looked.trust);
    const path = report.findings.find(({ code, state }) => code === "path-root" && state === "valid");
    if (path?.anchor === undefined) return { looked, report };
    const witness = looked.witnesses[path.anchor] ?? null;
    const trust = { ...looked.trust, one_provider: witness?.agreed === 1 };
    return { looked: { ...looked, trust, witness }, report: verifier.verify(cbor, trust) };
}
