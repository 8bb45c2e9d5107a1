// SPDX-License-Identifier: Apache-2.0
//
// Whether a receipt's row is included, by nobody's code but others': OpenZeppelin's tree, viem for
// hashes, signatures, events and the chain, ethereumjs for tries and RLP, cbor2 for CBOR. Written
// from docs/FORMATS.md alone. Knows no standing and no promise kept or broken: those take a recount.

import { verifyMerkleProof } from "@ethereumjs/mpt";
import { RLP } from "@ethereumjs/rlp";
import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { decode, encode } from "cbor2";
import {
    bytesToHex,
    concat,
    createPublicClient,
    encodeAbiParameters,
    getCreate2Address,
    hashTypedData,
    hexToBytes,
    http,
    isAddressEqual,
    keccak256,
    parseAbi,
    recoverAddress,
    stringToHex,
    zeroHash,
} from "viem";

const FORMAT = "voteanchor-receipt-v1";
const EVIDENCE = "evidence-mpt-v1";
const BATCH = 2;
const KEY_SET = 4;
const ACCEPTANCE_ROLE = 2n;

export const VALID = "valid";
export const NOT_VALID = "not_valid";
export const NOT_CHECKED = "not_checked";
export const REFUSED = "refused";

// ---- reading a receipt (part 9) ----

class Unreadable extends Error {}

const refuse = (why) => {
    throw new Unreadable(why);
};
const need = (holds, why) => holds || refuse(why);

/** Tokens as they stand: what JSON.parse forgives or forgets is refused here. */
function checkTokens(text) {
    const tokens = [...text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/gs)].map(([token]) => token);
    const names = [];
    tokens.forEach((token, i) => {
        const isName = tokens[i + 1] === ":";
        const isText = tokens[i - 1] === ":" && /^"(?:definition|content)"$/.test(tokens[i - 2]);
        if (token === "{") names.push(new Set());
        else if (token === "[") names.push(undefined);
        else if (token === "}" || token === "]") names.pop();
        else if (isName) {
            need(!names.at(-1).has(token), "a member twice");
            names.at(-1).add(token);
        } else if (/^[-\d]/.test(token)) need(/^(?:0|[1-9]\d*)$/.test(token), "a number with more than digits");
        if (token.startsWith('"')) need(isText || !token.includes("\\"), "an escape where none is needed");
    });
}

function parseJson(text) {
    let value;
    try {
        value = JSON.parse(text);
    } catch {
        refuse("no JSON");
    }
    checkTokens(text);
    return value;
}

const object = (value, required, optional = []) => {
    need(value !== null && typeof value === "object" && !Array.isArray(value), "no object");
    const names = Object.keys(value);
    need(required.every((name) => names.includes(name)), "a member is missing");
    need(names.every((name) => required.includes(name) || optional.includes(name)), "an unknown member");
    return value;
};
const list = (value, most) => need(Array.isArray(value) && value.length <= most, "no list") && value;
const number = (value) => need(Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0), "no number");
const fixed = (value, bytes) =>
    need(typeof value === "string" && new RegExp(`^0x[0-9a-f]{${2 * bytes}}$`).test(value), "no hex");
const bytes = (value) => need(typeof value === "string" && /^0x(?:[0-9a-f]{2})*$/.test(value), "no hex");
const text = (value, most) => {
    need(typeof value === "string" && !value.includes("\0") && isWellFormed(value), "no text");
    need(Buffer.byteLength(value) <= most, "too long");
};
const isWellFormed = (value) => Buffer.from(value, "utf8").toString("utf8") === value;

function checkAnchor(anchor) {
    object(anchor, ["chain_genesis", "chain_id", "contract", "entry", "parent"], ["evidence", "later"]);
    fixed(anchor.chain_genesis, 32);
    number(anchor.chain_id);
    fixed(anchor.contract, 20);
    object(anchor.entry, ["block", "count", "number", "root", "time"]);
    for (const name of ["block", "count", "number", "time"]) number(anchor.entry[name]);
    fixed(anchor.entry.root, 32);
    fixed(anchor.parent, 32);
    if ("later" in anchor) list(anchor.later, 40_000).forEach((hash) => fixed(hash, 32));
    if ("evidence" in anchor) {
        const evidence = object(anchor.evidence, ["account", "format", "header", "storage"]);
        need(evidence.format === EVIDENCE, "other evidence");
        bytes(evidence.header);
        for (const nodes of [evidence.account, evidence.storage]) list(nodes, 65).forEach(bytes);
    }
}

function checkView(view) {
    object(view, ["anchors", "format", "path", "row"], ["acceptance", "definition", "opening"]);
    need(view.format === FORMAT, "another format");
    object(view.row, ["content_hash", "register", "tag"]);
    for (const name of ["content_hash", "register", "tag"]) fixed(view.row[name], 32);
    list(view.path, 40_000).forEach((hash) => fixed(hash, 32));
    list(view.anchors, 8).forEach(checkAnchor);
    if ("acceptance" in view) {
        const acceptance = object(view.acceptance, ["accepted_at", "anchor_by", "chain_id", "contract", "signature"]);
        for (const name of ["accepted_at", "anchor_by", "chain_id"]) number(acceptance[name]);
        fixed(acceptance.contract, 20);
        fixed(acceptance.signature, 65);
    }
    if ("definition" in view) text(view.definition, 32_768);
    if ("opening" in view) {
        object(view.opening, ["citizen_salt", "city_salt", "content"]);
        fixed(view.opening.citizen_salt, 32);
        fixed(view.opening.city_salt, 32);
        text(view.opening.content, 16_384);
    }
    need(view.anchors.length > 0 || view.path.length === 0, "a path, but no anchor");
    const networks = view.anchors.map((anchor) => `${anchor.chain_id} ${anchor.chain_genesis}`);
    need(new Set(networks).size === networks.length, "a network twice");
    return view;
}

// What each key of a map is called, and how its value becomes JSON (undefined: as it is).
const asHex = (value) => need(value instanceof Uint8Array, "no bytes") && bytesToHex(value);
const asHashes = (value) => {
    need(value instanceof Uint8Array && value.length % 32 === 0, "no hashes");
    return Array.from({ length: value.length / 32 }, (_, i) => bytesToHex(value.subarray(32 * i, 32 * i + 32)));
};
const asNumber = (value) => need(typeof value === "number" || typeof value === "bigint", "no number") && Number(value);
const asIs = (value) => value;
const asList = (inner) => (value) => need(Array.isArray(value), "no list") && value.map(inner);
const asMap = (members) => (value) => {
    need(value instanceof Map, "no map");
    return Object.fromEntries(
        [...value].map(([key, inner]) => {
            need(Number.isInteger(key) && members[key], "an unknown key");
            return [members[key][0], members[key][1](inner)];
        }),
    );
};
const asRow = (value) => {
    need(value instanceof Uint8Array && value.length === 96, "no row");
    const [register, tag, content_hash] = asHashes(value);
    return { register, tag, content_hash };
};
const entryOf = asMap([["number", asNumber], ["block", asNumber], ["time", asNumber], ["root", asHex], ["count", asNumber]]);
const evidenceOf = asMap([["format", asIs], ["header", asHex], ["account", asList(asHex)], ["storage", asList(asHex)]]);
const anchorOf = asMap([
    ["chain_id", asNumber], ["chain_genesis", asHex], ["contract", asHex], ["entry", entryOf],
    ["parent", asHex], ["later", asHashes], ["evidence", evidenceOf],
]);
const acceptanceOf = asMap([
    ["chain_id", asNumber], ["contract", asHex], ["accepted_at", asNumber], ["anchor_by", asNumber], ["signature", asHex],
]);
const openingOf = asMap([["city_salt", asHex], ["citizen_salt", asHex], ["content", asIs]]);
const receiptOf = asMap([
    ["format", asIs], ["row", asRow], ["path", asHashes], ["anchors", asList(anchorOf)],
    ["acceptance", acceptanceOf], ["definition", asIs], ["opening", openingOf],
]);

const strict = { cde: true, preferMap: true, rejectDuplicateKeys: true, requirePreferred: true, rejectStreaming: true };

function readCbor(input) {
    let value;
    try {
        value = decode(Uint8Array.from(input), strict);
        need(Buffer.from(encode(value, { cde: true })).equals(input), "another encoding");
    } catch (error) {
        refuse(error.message);
    }
    return receiptOf(value);
}

/** The JSON view of the bytes of a file, CBOR or text. Throws where it is no receipt. */
export function readReceipt(input) {
    const start = input.findIndex((byte) => ![0x20, 0x09, 0x0a, 0x0d].includes(byte));
    if (start < 0 || input[start] !== 0x7b) return checkView(readCbor(Buffer.from(input)));
    let decoded;
    try {
        decoded = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(input);
    } catch {
        refuse("no UTF-8");
    }
    return checkView(parseJson(decoded));
}

/** The receipt of a view, for whoever made it up: deterministic CBOR. */
export function writeCbor(view) {
    const raw = (hex) => hexToBytes(hex);
    const joined = (hashes) => Uint8Array.from(hashes.flatMap((hash) => [...raw(hash)]));
    const map = (...pairs) => new Map(pairs.filter(([, value]) => value !== undefined));
    const anchor = ({ entry, evidence, ...rest }) =>
        map(
            [0, rest.chain_id], [1, raw(rest.chain_genesis)], [2, raw(rest.contract)],
            [3, map([0, entry.number], [1, entry.block], [2, entry.time], [3, raw(entry.root)], [4, entry.count])],
            [4, raw(rest.parent)], [5, rest.later && joined(rest.later)],
            [6, evidence && map([0, evidence.format], [1, raw(evidence.header)], [2, evidence.account.map(raw)], [3, evidence.storage.map(raw)])],
        );
    const { row, path, anchors, acceptance, definition, opening } = view;
    const receipt = map(
        [0, view.format], [1, joined([row.register, row.tag, row.content_hash])], [2, joined(path)], [3, anchors.map(anchor)],
        [4, acceptance && map([0, acceptance.chain_id], [1, raw(acceptance.contract)], [2, acceptance.accepted_at], [3, acceptance.anchor_by], [4, raw(acceptance.signature)])],
        [5, definition],
        [6, opening && map([0, raw(opening.city_salt)], [1, raw(opening.citizen_salt)], [2, opening.content])],
    );
    return encode(receipt, { cde: true });
}

// ---- journal (parts 3 and 4) ----

const word = (value) => `0x${BigInt(value).toString(16).padStart(64, "0")}`;
const hashText = (value) => keccak256(stringToHex(value));

export const entryHash = (entry) =>
    keccak256(concat([word(entry.kind), word(entry.number), word(entry.block), word(entry.time), entry.a, entry.b, entry.c]));
const fold = (head, hashes) => hashes.reduce((sum, hash) => keccak256(concat([sum, hash])), head);

const GENESIS = ["bytes32", "uint256", "address", "address", "address", "address", "uint256", "address", "uint64", "bytes32"];

/** The head before the first entry. */
function genesisOf(record) {
    return keccak256(
        encodeAbiParameters(GENESIS.map((type) => ({ type })), [
            hashText("voteanchor.genesis.v1"), BigInt(record.chain_id), record.address, record.owner, record.anchorer,
            record.acceptance_key, BigInt(record.pred_chain_id), record.pred_contract, BigInt(record.pred_length), record.pred_head,
        ]),
    );
}

/** Whether a deployment record leads to its address with this creation code. */
export function isSound(record, creationCode) {
    const args = encodeAbiParameters(
        ["address", "address", "address", "uint256", "address", "uint64", "bytes32"].map((type) => ({ type })),
        [
            record.owner, record.anchorer, record.acceptance_key, BigInt(record.pred_chain_id),
            record.pred_contract, BigInt(record.pred_length), record.pred_head,
        ],
    );
    const address = getCreate2Address({ from: record.deployer, salt: record.salt, bytecode: concat([creationCode, args]) });
    return isAddressEqual(address, record.address);
}

const EVENTS = parseAbi([
    "event RegisterOpened(uint64 indexed number, bytes32 indexed register, string definition, bytes32 head)",
    "event BatchAnchored(uint64 indexed number, bytes32 root, uint32 count, bytes32 head)",
    "event ResultPublished(uint64 indexed number, bytes32 indexed register, uint64 lastEntry, uint64[] counts, bytes32 head)",
    "event KeySet(uint64 indexed number, uint8 role, address key, uint64 untrustedSince, bytes32 head)",
    "event Disavowed(uint64 indexed number, uint64 first, uint64 last, string reason, bytes32 head)",
    "event SucceededBy(uint64 indexed number, uint256 chainId, address successor, bytes32 head)",
]);
const KINDS = {
    RegisterOpened: ({ register }) => [1, register, 0, 0],
    BatchAnchored: ({ root, count }) => [2, root, count, 0],
    ResultPublished: ({ register, lastEntry, counts }) => [
        3, register, lastEntry, keccak256(encodeAbiParameters([{ type: "uint64[]" }], [counts])),
    ],
    KeySet: ({ role, key, untrustedSince }) => [4, role, key, untrustedSince],
    Disavowed: ({ first, last, reason }) => [5, first, last, hashText(reason)],
    SucceededBy: ({ chainId, successor }) => [6, chainId, successor, 0],
};

/** The journal of a contract up to its final block, proven there: what `included` needs to know. */
export async function readChain(url, record, codeHash) {
    const client = createPublicClient({ transport: http(url), cacheTime: 0 });
    const block = await client.getBlock({ blockTag: "finalized" });
    const address = record.address;
    const proof = await client.getProof({ address, storageKeys: [zeroHash], blockNumber: block.number });
    const state = await proveState(block.stateRoot, address, codeHash, proof.accountProof, proof.storageProof[0].proof);
    if (state.fault) throw new Error(`the node proves nothing: ${state.fault}`);
    const logs = await client.getLogs({ address, events: EVENTS, fromBlock: 0n, toBlock: block.number });
    const entries = [];
    for (const log of logs) {
        const [kind, a, b, c] = KINDS[log.eventName](log.args);
        const { timestamp } = await client.getBlock({ blockNumber: log.blockNumber });
        entries.push({
            kind, number: Number(log.args.number), block: Number(log.blockNumber), time: Number(timestamp),
            a: word(a), b: word(b), c: word(c),
        });
    }
    const head = fold(genesisOf(record), entries.map(entryHash));
    if (head !== state.head) throw new Error("the events do not fold to the proven head");
    const [{ hash: genesis }, chainId] = await Promise.all([client.getBlock({ blockNumber: 0n }), client.getChainId()]);
    if (genesis !== record.chain_genesis || chainId !== record.chain_id) throw new Error("another network");
    return { entries, head, block: Number(block.number), time: Number(block.timestamp) };
}

// ---- evidence (part 7) ----

const followed = (nodes) =>
    nodes.every((node, i) => i === 0 || nodes[i - 1].includes(keccak256(node).slice(2)));

/** What is under keccak(key): bytes, null where absence is proven, undefined where nothing is. */
async function lookUp(root, key, nodes) {
    const at = hexToBytes(keccak256(key));
    const ask = (some) =>
        verifyMerkleProof(at, some.map((node) => hexToBytes(node)), { root: hexToBytes(root), useKeyHashing: false });
    if (nodes.length === 0 || keccak256(nodes[0]) !== root || !followed(nodes)) return undefined;
    try {
        const value = await ask(nodes);
        /* Every node is needed: without the last one there is no answer. */
        if (nodes.length > 1 && (await ask(nodes.slice(0, -1)).then(() => true, () => false))) return undefined;
        return value;
    } catch {
        return undefined;
    }
}

/** Steps 2 to 4: { head }, or { fault } with whether it proves something false. */
async function proveState(stateRoot, address, codeHash, accountNodes, storageNodes) {
    const account = await lookUp(stateRoot, address, accountNodes);
    if (account === undefined) return { fault: "account path", verdict: NOT_CHECKED };
    if (account === null) return { fault: "no account", verdict: NOT_VALID };
    const items = RLP.decode(account);
    if (bytesToHex(items[3]) !== codeHash) return { fault: "other code", verdict: NOT_CHECKED };
    const slot = await lookUp(bytesToHex(items[2]), zeroHash, storageNodes);
    if (slot === undefined) return { fault: "storage path", verdict: NOT_CHECKED };
    if (slot === null) return { fault: "no head", verdict: NOT_VALID };
    return { head: word(bytesToHex(RLP.decode(slot))) };
}

function readHeader(header) {
    try {
        const raw = hexToBytes(header);
        const items = RLP.decode(raw);
        if (!Array.isArray(items) || items.length < 16 || raw.length > 4096) return undefined;
        if (!Buffer.from(RLP.encode(items)).equals(Buffer.from(raw))) return undefined;
        const integer = (item) => (item.length > 8 || item[0] === 0 ? undefined : BigInt(bytesToHex(item) === "0x" ? 0 : bytesToHex(item)));
        const found = { hash: keccak256(header), stateRoot: bytesToHex(items[3]), number: integer(items[8]), time: integer(items[11]) };
        return items[3].length === 32 && found.number !== undefined && found.time !== undefined ? found : undefined;
    } catch {
        return undefined;
    }
}

// ---- verdict (part 8) ----

const rowOf = ({ row }) => [row.register, row.tag, row.content_hash];
const TYPES = ["bytes32", "bytes32", "bytes32"];
export const leafOf = (view) => keccak256(keccak256(concat(rowOf(view))));

function checkPath(view, entry) {
    const least = entry.count.toString(2).length - 1; /* log2 without rounding */
    const most = 2 ** least === entry.count ? least : least + 1;
    if (view.path.length !== least && view.path.length !== most) return NOT_VALID;
    return StandardMerkleTree.verify(entry.root, TYPES, rowOf(view), view.path) ? VALID : NOT_VALID;
}

const batchEntry = ({ number: at, block, time, root, count }) => ({
    kind: BATCH, number: at, block, time, a: root, b: word(count), c: zeroHash,
});

function byJournal(view, anchor, trust) {
    const claimed = entryHash(batchEntry(anchor.entry));
    const found = trust.journal.entries.find((entry) => entry.number === anchor.entry.number);
    if (found && entryHash(found) === claimed) return checkPath(view, anchor.entry);
    const reached = anchor.entry.block <= trust.journal.block && anchor.entry.time <= trust.journal.time;
    return reached ? NOT_VALID : NOT_CHECKED;
}

async function byEvidence(view, anchor, trust) {
    const header = anchor.evidence && readHeader(anchor.evidence.header);
    if (!header || !trust.blocks.includes(header.hash)) return NOT_CHECKED;
    if (BigInt(anchor.entry.time) > header.time || BigInt(anchor.entry.block) > header.number) return NOT_CHECKED;
    const { account, storage } = anchor.evidence;
    const state = await proveState(header.stateRoot, anchor.contract, trust.codeHash, account, storage);
    if (state.fault) return state.verdict;
    return foldsTo(anchor, state.head) ? checkPath(view, anchor.entry) : NOT_CHECKED;
}

const foldsTo = (anchor, head) =>
    fold(anchor.parent, [entryHash(batchEntry(anchor.entry)), ...(anchor.later ?? [])]) === head;

async function checkAnchorOf(view, anchor, trust) {
    const { record } = trust;
    if (anchor.chain_id !== record.chain_id || anchor.chain_genesis !== record.chain_genesis) return NOT_CHECKED;
    if (!isAddressEqual(anchor.contract, record.address)) return NOT_CHECKED;
    if (trust.journal) return byJournal(view, anchor, trust);
    /* One head is tried: the one as many entries later as the receipt tells of. */
    const reach = anchor.entry.number + (anchor.later?.length ?? 0);
    const head = trust.heads.find(({ length }) => length === reach);
    if (head && foldsTo(anchor, head.head)) return checkPath(view, anchor.entry);
    return byEvidence(view, anchor, trust);
}

const HALF = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

async function isAcceptanceFalse(view, trust) {
    const { acceptance } = view;
    const [r, s] = [2, 66].map((at) => BigInt(`0x${acceptance.signature.slice(at, at + 64)}`));
    if (!/(?:1b|1c)$/.test(acceptance.signature) || r === 0n || r >= ORDER || s === 0n || s > HALF) return true;
    const { record, journal } = trust;
    if (acceptance.chain_id !== record.chain_id || !isAddressEqual(acceptance.contract, record.address)) return false;
    const digest = hashTypedData({
        domain: { name: "voteanchor", version: "1", chainId: BigInt(acceptance.chain_id), verifyingContract: acceptance.contract },
        primaryType: "Acceptance",
        types: { Acceptance: [{ name: "leaf", type: "bytes32" }, { name: "acceptedAt", type: "uint64" }, { name: "anchorBy", type: "uint64" }] },
        message: { leaf: leafOf(view), acceptedAt: BigInt(acceptance.accepted_at), anchorBy: BigInt(acceptance.anchor_by) },
    });
    const signer = await recoverAddress({ hash: digest, signature: acceptance.signature }).catch(() => undefined);
    if (!signer) return true;
    if (!journal || journal.time < acceptance.accepted_at) return false;
    const named = journal.entries
        .filter((entry) => entry.kind === KEY_SET && BigInt(entry.a) === ACCEPTANCE_ROLE)
        .map((entry) => `0x${entry.b.slice(26)}`);
    return ![record.acceptance_key, ...named].some((key) => isAddressEqual(key, signer));
}

/** Whether something in the receipt is false, whatever the chain says. */
async function isFalse(view, trust) {
    if ("definition" in view && hashText(view.definition) !== view.row.register) return true;
    if (view.opening) {
        const salt = keccak256(concat([view.opening.city_salt, view.opening.citizen_salt]));
        if (keccak256(concat([salt, stringToHex(view.opening.content)])) !== view.row.content_hash) return true;
    }
    return view.acceptance ? isAcceptanceFalse(view, trust) : false;
}

/**
 * valid, not_valid, not_checked or refused. `trust`: the contract's deployment `record` (sound) and
 * the `codeHash` of what it runs; online its `journal` from readChain(); offline `heads`
 * [{ head, length }] and `blocks`, hashes of blocks that are final.
 */
export async function included(input, trust) {
    let view;
    try {
        view = readReceipt(input);
    } catch (error) {
        if (error instanceof Unreadable) return REFUSED;
        throw error;
    }
    const anchors = [];
    for (const anchor of view.anchors) anchors.push(await checkAnchorOf(view, anchor, trust));
    if ((await isFalse(view, trust)) || anchors.includes(NOT_VALID)) return NOT_VALID;
    return anchors.includes(VALID) ? VALID : NOT_CHECKED;
}
