/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a contract comes from, asked of the chain alone (bridge/audit/origin.c): its Genesis event,
 * and salt and deployer from the transaction that made it. Providers need not be believed: what
 * they tell leads to the contract's address by the verifier's arithmetic, or is thrown away.
 */
import { Failed } from "./failed";
import { GENESIS_TOPIC, type Log } from "./events";
import { fetchAllLogs, fetchCreation, type Creation } from "./eth";
import { fetchBlock } from "./header";
import { askEach, type Network } from "./quorum";
import { blame, type Provider } from "./rpc";
import { hexOf, numberOf } from "./values";
import type { Deployment, Hex, Verifier } from "../verifier/types";

const PROXY: Hex = "0x4e59b44847b379578588920ca78fbf26c0b4956c";
const GENESIS_WORDS = 8;
/* Where the salt stands in a call of the proxy, and in a bootstrap's creation data. */
const SALT_IN_CALL = 0;
const SALT_IN_BOOTSTRAP = 10;

type Told = Omit<Deployment, "creation_code_hash" | "deployer" | "salt" | "time">;

function readGenesis(log: Log, network: Network, contract: Hex): Told | null {
    const word = (i: number) => `0x${log.data.slice(64 * i, 64 * i + 64)}`;
    const address = (i: number) => (/^0x0{24}/.test(word(i)) ? hexOf(`0x${word(i).slice(26)}`, 20) : null);
    const [owner, anchorer, acceptanceKey, predContract] = [address(1), address(2), address(3), address(5)];
    const [predChainId, predLength] = [numberOf(word(4), true), numberOf(word(6), true)];
    const predHead = hexOf(word(7), 32);
    if (log.data.length !== 64 * GENESIS_WORDS || owner === null || anchorer === null || acceptanceKey === null) return null;
    if (predContract === null || predChainId === null || predLength === null || predHead === null) return null;
    return {
        acceptance_key: acceptanceKey,
        address: contract,
        anchorer,
        block: log.block,
        chain_genesis: network.chain_genesis,
        chain_id: network.chain_id /* an event may say anything */,
        owner,
        pred_chain_id: predChainId,
        pred_contract: predContract,
        pred_head: predHead,
        pred_length: predLength,
        transaction: log.transaction,
    };
}

/* A creation is the bootstrap's, which is then the deployer; a call is the proxy's. */
function saltOf(creation: Creation): { deployer: Hex; salt: Hex } | null {
    const at = 2 * (creation.created === null ? SALT_IN_CALL : SALT_IN_BOOTSTRAP);
    const salt = hexOf(`0x${creation.input.slice(at, at + 64)}`, 32);
    return salt === null ? null : { deployer: creation.created ?? PROXY, salt };
}

async function find(verifier: Verifier, provider: Provider, network: Network, contract: Hex): Promise<Deployment> {
    const to = network.final?.number ?? 0;
    const range = { contract, from: 0, to, topic: GENESIS_TOPIC };
    const [log] = await fetchAllLogs(provider, range, (logs) => logs.length > 0);
    if (log === undefined) throw new Failed("unknown", "genesis-event-missing");
    const told = readGenesis(log, network, contract);
    if (told === null) throw blame(provider, "malformed");
    const [creation, block] = await Promise.all([
        fetchCreation(provider, told.transaction),
        fetchBlock(verifier, provider, { number: told.block }),
    ]);
    const salt = saltOf(creation);
    const record: Deployment = {
        ...told,
        creation_code_hash: `0x${"0".repeat(64)}`,
        deployer: salt?.deployer ?? PROXY,
        salt: salt?.salt ?? `0x${"0".repeat(64)}`,
        time: block.time,
    };
    record.creation_code_hash = verifier.deployment(record).creation_code_hash;
    if (!verifier.deployment(record).ok) throw new Failed("conflict", "deployment-address");
    return record;
}

/* The deployment record of a contract, from whom it can be had. Throws Failed. */
export function findOrigin(verifier: Verifier, network: Network, contract: Hex): Promise<Deployment> {
    return askEach(network, (provider) => find(verifier, provider, network, contract));
}
