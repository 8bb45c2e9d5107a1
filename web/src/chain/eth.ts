/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a page asks of a provider besides blocks: a proof of the contract's head, events of a range
 * of blocks, and the transaction that made a contract. Every log is held to its question; what a
 * proof proves the verifier says.
 */
import { Failed } from "./failed";
import type { Block } from "./header";
import { readLog, type Log } from "./events";
import { blame, callForSome, type Provider } from "./rpc";
import { bytesOf, hexOf, isObject, quantity, wordOf } from "./values";
import type { EvidenceView, Hex, ProvenState, Verifier } from "../verifier/types";

const PROOF_MAX = 1024 * 1024;
const LOGS_MAX = 16 * 1024 * 1024;
const NODES_MAX = 65;
const NODE_MAX = 4096; /* a branch has 532 bytes */
const EMPTY_CODE: Hex = "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470";

/* ---- the head of a contract in a block ---- */

function nodesOf(value: unknown): Hex[] | null {
    if (!Array.isArray(value) || value.length > NODES_MAX) return null;
    const nodes = value.map((node) => bytesOf(node, NODE_MAX));
    return nodes.some((node) => node === null) ? null : (nodes as Hex[]);
}

/* By the block's hash, so that a reorganisation cannot mix two; by number where that is refused. */
async function fetchProof(provider: Provider, contract: Hex, block: Block): Promise<unknown> {
    const ask = (id: unknown) => callForSome(provider, "eth_getProof", [contract, [wordOf(0)], id], PROOF_MAX);
    if (!provider.noBlockHash) {
        try {
            return await ask({ blockHash: block.hash });
        } catch (error) {
            if (!(error instanceof Failed) || error.kind !== "never" || error.reason !== "provider-error") throw error;
            provider.noBlockHash = true;
        }
    }
    return ask(quantity(block.number));
}

/* Why a state is not what we look for; null: it is. */
function faultOf(provider: Provider, state: ProvenState): Failed | null {
    const isEmpty = state.reason === "no-account" || (state.reason === "code-hash" && state.code_hash === EMPTY_CODE);
    if (state.reason === "") return null;
    if (isEmpty) return new Failed("unknown", "no-contract");
    if (state.reason === "code-hash") return new Failed("conflict", "other-code");
    /* Asked by number, two nodes behind one address can mix two blocks: no proof of a lie. */
    return blame(provider, provider.noBlockHash ? "malformed" : "lie");
}

/* A head with what proves it, for who wants to show it to others. */
export interface Head {
    evidence: EvidenceView;
    head: Hex;
}

/* The contract's head, proven in the block's own state. Throws Failed. */
export async function fetchHead(verifier: Verifier, provider: Provider, contract: Hex, block: Block): Promise<Head> {
    const proof = await fetchProof(provider, contract, block);
    const slots = isObject(proof) && Array.isArray(proof.storageProof) ? proof.storageProof : [];
    const account = isObject(proof) ? nodesOf(proof.accountProof) : null;
    const storage = slots.length === 1 && isObject(slots[0]) ? nodesOf(slots[0].proof) : null;
    if (account === null || storage === null) throw blame(provider, "malformed");
    const state = verifier.state(contract, block.rlp, account, storage);
    const fault = faultOf(provider, state);
    if (fault !== null) throw fault;
    if (state.head === undefined) throw blame(provider, "malformed");
    return { evidence: { account, format: "evidence-mpt-v1", header: block.rlp, storage }, head: state.head };
}

/* ---- events ---- */

export interface Range {
    contract: Hex;
    from: number;
    to: number;
    topic?: Hex;
}

const isInOrder = (logs: Log[]) =>
    logs.every((log, i) => {
        const before = logs[i - 1];
        return before === undefined || log.block > before.block || (log.block === before.block && log.index > before.index);
    });

/* Throws Failed; kind "logs": the range is too wide for this provider. */
export async function fetchLogs(provider: Provider, range: Range): Promise<Log[]> {
    const filter = {
        address: range.contract,
        fromBlock: quantity(range.from),
        toBlock: quantity(range.to),
        ...(range.topic === undefined ? {} : { topics: [range.topic] }),
    };
    const answer = await callForSome(provider, "eth_getLogs", [filter], LOGS_MAX);
    if (!Array.isArray(answer)) throw blame(provider, "malformed");
    const logs = answer.map((value) => readLog(value, range.contract));
    if (logs.some((log) => log === null)) throw blame(provider, "malformed");
    const all = logs as Log[];
    const fits = (log: Log) =>
        log.block >= range.from && log.block <= range.to && (range.topic === undefined || log.topics[0] === range.topic);
    if (!all.every(fits) || !isInOrder(all)) throw blame(provider, "malformed");
    return all;
}

const SPAN = 1_000_000; /* blocks of one question before a provider refused any */
/* So that nobody is kept asking for ever: where others can be asked, not long either. */
const QUESTIONS_MAX = 20_000;
const PATIENCE_MS = 180_000;
const ALL_MAX = 300_000; /* events: what a tab can hold */
const AT_ONCE = 4;

/*
 * All events of a range. Where a provider refuses, the range is halved and asked for again: one
 * counts blocks, another logs, and neither says how many. `until` ends it early.
 */
export async function fetchAllLogs(provider: Provider, range: Range, until?: (logs: Log[]) => boolean): Promise<Log[]> {
    const all: Log[] = [];
    let span = Math.min(SPAN, range.to - range.from + 1);
    let parts = 1;
    let from = range.from;
    let questions = 0;
    const began = Date.now();
    while (from <= range.to && !(until?.(all) ?? false)) {
        const asked = Array.from({ length: parts }, (_, i) => from + i * span).filter((begin) => begin <= range.to);
        questions += asked.length;
        if (questions > QUESTIONS_MAX) throw new Failed("now", "too-many-logs");
        if (!provider.alone && Date.now() - began > PATIENCE_MS) throw new Failed("now", "timeout");
        try {
            const found = await Promise.all(
                asked.map((begin) => fetchLogs(provider, { ...range, from: begin, to: Math.min(range.to, begin + span - 1) })),
            );
            for (const log of found.flat()) all.push(log); /* as arguments they would not fit on the stack */
            if (all.length > ALL_MAX) throw new Failed("now", "too-many-logs");
            from += asked.length * span;
            span += Math.ceil(span / 8); /* slowly wider again: a dense stretch must not slow down the rest */
        } catch (error) {
            if (!(error instanceof Failed) || error.kind !== "logs") throw error;
            if (span === 1) throw new Failed("now", "too-many-logs");
            span = Math.floor(span / 2);
            parts = AT_ONCE; /* now it is many questions */
        }
    }
    return all;
}

/* ---- the transaction that made a contract ---- */

export interface Creation {
    created: Hex | null; /* the contract that the transaction itself made */
    input: string; /* hex digits */
}

export async function fetchCreation(provider: Provider, hash: Hex): Promise<Creation> {
    const [receipt, transaction] = await Promise.all([
        callForSome(provider, "eth_getTransactionReceipt", [hash], PROOF_MAX),
        callForSome(provider, "eth_getTransactionByHash", [hash]),
    ]);
    if (!isObject(receipt) || !isObject(transaction)) throw blame(provider, "malformed");
    const input = bytesOf(transaction.input ?? transaction.data, 64 * 1024);
    const created = receipt.contractAddress ?? null;
    const address = created === null ? null : hexOf(created, 20);
    if (input === null || (created !== null && address === null)) throw blame(provider, "malformed");
    return { created: address, input: input.slice(2) };
}

