/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logs of the contract to journal entries, as bridge/engine/contract.c reads them. Nothing here has
 * to be believed: entries count only when they fold to a head that was proven, and the fold is the
 * verifier's. The topics are keccak of the signatures that stand beside them.
 */
import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesFromHex, hexOf, isObject, numberOf, ZERO_HASH } from "./values";
import type { EntryView, Hex } from "../verifier/types";

/* Genesis(uint256,address,address,address,uint256,address,uint64,bytes32) */
export const GENESIS_TOPIC: Hex = "0x8816c60eaaf6ce6d3d48ce85fa226bb369e3922dc7def6de5f521b03a57f673a";

export interface Log {
    block: number;
    block_hash: Hex;
    data: string; /* hex digits */
    index: number;
    /* The block's time where the node tells it: a hint that saves asking for the header. */
    time: number | null;
    topics: Hex[];
    transaction: Hex;
}

/* An entry as an event tells it; its time is the block's. */
export interface Event {
    entry: EntryView;
    head: Hex;
    log: Log;
}

/* null: no log of this contract. */
export function readLog(value: unknown, contract: Hex): Log | null {
    if (!isObject(value) || value.removed === true || hexOf(value.address, 20) !== contract) return null;
    const block = numberOf(value.blockNumber, true);
    const index = numberOf(value.logIndex, true);
    const blockHash = hexOf(value.blockHash, 32);
    const transaction = hexOf(value.transactionHash, 32);
    const { data } = value;
    if (block === null || index === null || blockHash === null || transaction === null) return null;
    if (typeof data !== "string" || !/^0x([0-9a-fA-F]{2})*$/.test(data)) return null;
    const topics = Array.isArray(value.topics) ? value.topics.map((topic) => hexOf(topic, 32)) : [];
    if (topics.length > 4 || topics.some((topic) => topic === null)) return null;
    const time = numberOf(value.blockTimestamp, true);
    return { block, block_hash: blockHash, data: data.slice(2).toLowerCase(), index, time, topics: topics as Hex[], transaction };
}

/* ---- words of the data ---- */

const word = (log: Log, i: number): Hex => `0x${log.data.slice(64 * i, 64 * i + 64)}`;
const keccak = (digits: string): Hex =>
    `0x${Array.from(keccak_256(bytesFromHex(`0x${digits}`)), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;

/* keccak of what stands at the tail that begins with its length; `unit`: bytes an item. */
function tail(log: Log, at: number, unit: 1 | 32): string | null {
    const length = numberOf(word(log, at), true);
    const from = 64 * (at + 1);
    const digits = length === null ? NaN : 2 * unit * length;
    return from + digits <= log.data.length ? log.data.slice(from, from + digits) : null;
}

interface Kind {
    head: number; /* the word in which the new head is */
    kind: number;
    topics: number;
    words(log: Log): [Hex, Hex, Hex] | null;
}

function resultWords(log: Log): [Hex, Hex, Hex] | null {
    const counts = tail(log, 3, 32);
    const encoded = counts === null ? null : `${"20".padStart(64, "0")}${word(log, 3).slice(2)}${counts}`;
    return encoded === null ? null : [log.topics[2] as Hex, word(log, 0), keccak(encoded)];
}

function disavowedWords(log: Log): [Hex, Hex, Hex] | null {
    const reason = tail(log, 4, 1);
    return reason === null ? null : [word(log, 0), word(log, 1), keccak(reason)];
}

const KINDS = new Map<Hex, Kind>([
    /* RegisterOpened(uint64,bytes32,string,bytes32) */
    [
        "0xd56cbc5fc79f9a9276b16f95c9a3e28e7998fab20498b6132ac2f79147ba6501",
        { kind: 1, topics: 3, head: 1, words: (log) => [log.topics[2] as Hex, ZERO_HASH, ZERO_HASH] },
    ],
    /* BatchAnchored(uint64,bytes32,uint32,bytes32) */
    [
        "0x3f0eb76a3719f49e79442361ee950b3d4af49e7a1bc99688270d2cbec3c6328a",
        { kind: 2, topics: 2, head: 2, words: (log) => [word(log, 0), word(log, 1), ZERO_HASH] },
    ],
    /* ResultPublished(uint64,bytes32,uint64,uint64[],bytes32) */
    [
        "0xdda4b1d5ef6c50f2361b2eaeb9dfcf7d5abcb5635ad6f6e1167fa29fa264be27",
        { kind: 3, topics: 3, head: 2, words: resultWords },
    ],
    /* KeySet(uint64,uint8,address,uint64,bytes32) */
    [
        "0x6a9fedcbf5ff03f743785c9f69af37cd99e5346efc8cac4ea94ea40a45e2155b",
        { kind: 4, topics: 2, head: 3, words: (log) => [word(log, 0), word(log, 1), word(log, 2)] },
    ],
    /* Disavowed(uint64,uint64,uint64,string,bytes32) */
    [
        "0x876caf6fb2032674e01b15bd188e899c5adfd9209b5a9b2120bd1ee29e2b6646",
        { kind: 5, topics: 2, head: 3, words: disavowedWords },
    ],
    /* SucceededBy(uint64,uint256,address,bytes32) */
    [
        "0x0dd8002166536acc40617beee3cd0decb743feaf9e7053e5fa73c283fe773230",
        { kind: 6, topics: 2, head: 2, words: (log) => [word(log, 0), word(log, 1), ZERO_HASH] },
    ],
]);

/* The entry a log tells of; null: of none, such as the Genesis event; undefined: out of shape. */
export function readEvent(log: Log): Event | null | undefined {
    const kind = log.topics[0] === undefined ? undefined : KINDS.get(log.topics[0]);
    if (kind === undefined) return null;
    const number = numberOf(log.topics[1], true);
    if (log.topics.length !== kind.topics || number === null || log.data.length < 64 * (kind.head + 1)) return undefined;
    const words = kind.words(log);
    if (words === null) return undefined;
    const [a, b, c] = words;
    return { entry: { a, b, block: log.block, c, kind: kind.kind, number, time: 0 }, head: word(log, kind.head), log };
}
