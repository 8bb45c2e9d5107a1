/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Block headers: JSON -> RLP, believed only when the verifier's hash of it is the one that was
 * claimed. Fields in the order they are hashed, as in rpc/eth_block.c: 15 before London, 21 since
 * Prague, 23 since Amsterdam. A header of a fork that is not known here does not hash to what is
 * claimed: nothing is learned then, and nobody is called a liar.
 */
import { Failed } from "./failed";
import { blame, call, callForSome, type Provider } from "./rpc";
import { bytesOf, hexOf, isObject, numberOf, quantity, quantityOf, ZERO_ADDRESS } from "./values";
import type { Hex, Verifier } from "../verifier/types";

const HEADER_MAX = 4096;
const BLOCK_MAX = 2 * 1024 * 1024; /* all transaction hashes of a block */
const FIELDS_MIN = 15;

/* A header whose bytes hash to `hash`. */
export interface Block {
    hash: Hex;
    number: number;
    parent: Hex;
    rlp: Hex;
    time: number;
}

export type BlockId = { hash: Hex } | { number: number } | { tag: "finalized" };

/* Name, and how many bytes; 0: a number, -1: as many as there are. */
const FIELDS: [string, number][] = [
    ["parentHash", 32],
    ["sha3Uncles", 32],
    ["miner", 20],
    ["stateRoot", 32],
    ["transactionsRoot", 32],
    ["receiptsRoot", 32],
    ["logsBloom", 256],
    ["difficulty", 0],
    ["number", 0],
    ["gasLimit", 0],
    ["gasUsed", 0],
    ["timestamp", 0],
    ["extraData", -1],
    ["mixHash", 32],
    ["nonce", 8],
    ["baseFeePerGas", 0] /* London */,
    ["withdrawalsRoot", 32] /* Shanghai */,
    ["blobGasUsed", 0] /* Cancun */,
    ["excessBlobGas", 0] /* Cancun */,
    ["parentBeaconBlockRoot", 32] /* Cancun */,
    ["requestsHash", 32] /* Prague */,
    ["blockAccessListHash", 32] /* Amsterdam */,
    ["slotNumber", 0] /* Amsterdam */,
];

/* Members of a block that are no part of its header. */
const HARMLESS = ["hash", "size", "totalDifficulty", "uncles", "withdrawals", "transactions", "author"];

/* ---- RLP, in hex digits without 0x ---- */

function lengthPrefix(short: number, bytes: number): string {
    if (bytes < 56) return (short + bytes).toString(16).padStart(2, "0");
    const digits = bytes.toString(16);
    const length = digits.padStart(digits.length + (digits.length % 2), "0");
    return (short + 55 + length.length / 2).toString(16) + length;
}

function rlpString(digits: string): string {
    if (digits.length === 2 && digits < "80") return digits;
    return lengthPrefix(0x80, digits.length / 2) + digits;
}

const rlpList = (payload: string): Hex => `0x${lengthPrefix(0xc0, payload.length / 2)}${payload}`;

function fieldOf(value: unknown, size: number): string | null {
    if (size !== 0) return (size > 0 ? hexOf(value, size) : bytesOf(value, 256))?.slice(2) ?? null;
    const digits = quantityOf(value)?.slice(2);
    if (digits === undefined) return null;
    return digits === "0" ? "" : digits.padStart(digits.length + (digits.length % 2), "0");
}

/* The header's bytes; null: a field is missing in the middle, or is none. */
export function encodeHeader(block: Record<string, unknown>): Hex | null {
    const isThere = FIELDS.map(([name]) => block[name] !== undefined && block[name] !== null);
    const count = isThere.filter(Boolean).length;
    if (count < FIELDS_MIN || !isThere.slice(0, count).every(Boolean)) return null;
    let payload = "";
    for (const [name, size] of FIELDS.slice(0, count)) {
        const field = fieldOf(block[name], size);
        if (field === null) return null;
        payload += rlpString(field);
    }
    return payload.length / 2 <= HEADER_MAX - 8 ? rlpList(payload) : null;
}

const hasUnknownMember = (block: Record<string, unknown>) =>
    Object.entries(block).some(
        ([name, value]) => value !== null && !HARMLESS.includes(name) && !FIELDS.some(([field]) => field === name),
    );

/* ---- what the bytes say ---- */

/* Hash, number and time of a header as the verifier reads them; null: no header. */
export function readHeader(verifier: Verifier, rlp: Hex): { hash: Hex; number: number; time: number } | null {
    /* Without nodes nothing is proven; how far it comes shows whether there is a header. */
    const state = verifier.state(ZERO_ADDRESS, rlp, [], []);
    if (/^header|^rlp/.test(state.reason)) return null;
    return { hash: state.block_hash, number: state.number, time: state.time };
}

function blockOf(verifier: Verifier, rlp: Hex, claimed: Hex, parent: Hex): Block | null {
    const header = readHeader(verifier, rlp);
    return header !== null && header.hash === claimed ? { ...header, parent, rlp } : null;
}

/* The raw bytes from nodes that offer them: right for every fork, known or not. */
async function fetchRaw(verifier: Verifier, provider: Provider, claimed: Hex, parent: Hex): Promise<Block | null> {
    try {
        const rlp = bytesOf(await call(provider, "debug_getRawHeader", [claimed]), HEADER_MAX);
        return rlp === null ? null : blockOf(verifier, rlp, claimed, parent);
    } catch (error) {
        if (!(error instanceof Failed)) throw error;
        return null;
    }
}

/* ---- asking ---- */

function isAsked(block: Block, id: BlockId): boolean {
    if ("number" in id) return block.number === id.number;
    return "tag" in id || block.hash === id.hash;
}

async function judge(verifier: Verifier, provider: Provider, object: unknown): Promise<Block> {
    const claimed = isObject(object) ? hexOf(object.hash, 32) : null;
    const parent = isObject(object) ? hexOf(object.parentHash, 32) : null;
    if (!isObject(object) || claimed === null || parent === null) throw blame(provider, "malformed");
    const rlp = encodeHeader(object);
    const known = rlp === null ? null : blockOf(verifier, rlp, claimed, parent);
    if (known !== null) return known;
    const raw = await fetchRaw(verifier, provider, claimed, parent);
    if (raw !== null) return raw;
    if (hasUnknownMember(object)) throw (provider.failure = new Failed("now", "unknown-header"));
    throw blame(provider, rlp === null ? "malformed" : "lie");
}

/* A block header by hash, number or tag. Throws Failed; "unknown": there is none (yet). */
export async function fetchBlock(verifier: Verifier, provider: Provider, id: BlockId): Promise<Block> {
    const [method, param] =
        "hash" in id
            ? ["eth_getBlockByHash", id.hash]
            : ["eth_getBlockByNumber", "tag" in id ? id.tag : quantity(id.number)];
    const block = await judge(verifier, provider, await callForSome(provider, method, [param, false], BLOCK_MAX));
    if (!isAsked(block, id)) throw blame(provider, "lie");
    return block;
}

/* Who it is: chain id, and the hash of block 0. */
export async function identify(verifier: Verifier, provider: Provider): Promise<{ chain_genesis: Hex; chain_id: number }> {
    const [id, genesis] = await Promise.all([
        callForSome(provider, "eth_chainId", []),
        fetchBlock(verifier, provider, { number: 0 }),
    ]);
    const chainId = numberOf(id);
    if (chainId === null || chainId === 0) throw blame(provider, "malformed");
    return { chain_genesis: genesis.hash, chain_id: chainId };
}
