/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A publication (docs/FORMATS.md) read from any static mirror: journals of every network, leaf
 * index, rows, openings, evidence. Nothing is believed for standing there: journals fold to a
 * proven head, rows rebuild a root, openings hash to rows, and all of that is the verifier's.
 */
import { Failed } from "../chain/failed";
import { bytesFromHex } from "../chain/values";
import type { Line, Looked, Publication } from "../chain/types";
import type { AnchorView, BatchCheck, EvidenceView, Hex, PromiseReport, Standing, TrustFile, Verifier } from "../verifier/types";
import { complete, type Completed } from "./complete";
import { baseOf, parse, readFile, textOf, type Files } from "./files";
import { readAnchor, readJournal, readRecord } from "./lines";
import { recount } from "./recount";

export { MISSING } from "./complete";

const MIB = 1024 * 1024;
const TRUST_MAX = 4 * MIB;
const JOURNAL_MAX = 256 * MIB;
const INDEX_MAX = 256 * MIB;
const EVIDENCE_MAX = MIB;
const OPENINGS_MAX = 512 * MIB;
const NETWORKS_MAX = 8;
const ROW_BYTES = 96;
const ROWS_MAX = 5_000_000; /* of a batch: a browser's memory is not the mirror's to fill */
const INDEX_BYTES = 16;

export interface Opening {
    content: string;
    leaf: Hex;
    salt: Hex;
}

/* One network's directory of a publication. */
export interface MirrorPublication extends Publication {
    /* Entries whose batches may hold a leaf: its first 8 bytes are theirs. Ascending. */
    entriesOf(leaf: Hex): Promise<number[]>;
    files: Files;
    lineOf(entry: number): Line | undefined;
    /* The openings of a register as they are published; empty: none are (yet). */
    openings(register: Hex): Promise<Opening[]>;
    /* The rows of a batch if they rebuild its root; null: withheld, or others. */
    rows(verifier: Verifier, entry: number, leaf?: Hex): Promise<{ bytes: Uint8Array; check: BatchCheck } | null>;
}

export interface Recount {
    promise?: PromiseReport;
    standing?: { as: Standing; entry: number };
}

export interface Mirror {
    base: string;
    /* A pending receipt anchored, or one without evidence with it; `missing` is a reason. */
    complete(verifier: Verifier, cbor: Uint8Array, looked: Looked): Promise<Completed>;
    journal(): Promise<MirrorPublication>;
    openings(register: Hex): Promise<Opening[]>;
    publications(): Promise<MirrorPublication[]>;
    /* Whether it counts, and what became of the promise: from all rows, which may be many. */
    recount(verifier: Verifier, cbor: Uint8Array, looked: Looked): Promise<Recount>;
    rows(entry: number): Promise<Uint8Array | null>;
    trust(): Promise<TrustFile | null>;
}

/* ---- one directory ---- */

async function readEvidence(files: Files, entry: number): Promise<(AnchorView & { evidence: EvidenceView }) | null> {
    const bytes = await readFile(files, `evidence/${entry}.json`, EVIDENCE_MAX);
    const anchor = bytes === null ? null : readAnchor(parse(bytes));
    return anchor?.entry.number === entry ? anchor : null;
}

/* leaves/<xx>.idx: 8 bytes of the leaf, then the entry as a big-endian number. */
async function findEntries(files: Files, leaf: Hex): Promise<number[]> {
    const bytes = await readFile(files, `leaves/${leaf.slice(2, 4)}.idx`, INDEX_MAX);
    if (bytes === null) return [];
    if (bytes.length % INDEX_BYTES !== 0) throw new Failed("now", "mirror-damaged");
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const wanted = new DataView(bytesFromHex(leaf).buffer).getBigUint64(0);
    const entries: number[] = [];
    for (let at = 0; at < bytes.length; at += INDEX_BYTES) {
        if (view.getBigUint64(at) === wanted) entries.push(Number(view.getBigUint64(at + 8)));
    }
    return entries.filter(Number.isSafeInteger);
}

async function readRows(files: Files, verifier: Verifier, line: Line | undefined, leaf: Hex | undefined) {
    if (line === undefined || line.entry.kind !== 2) return null;
    const count = Number(line.entry.b);
    if (count > ROWS_MAX) throw new Failed("never", "too-large");
    const bytes = await readFile(files, `batches/${line.entry.number}.rows`, count * ROW_BYTES);
    if (bytes === null || bytes.length !== count * ROW_BYTES) return null;
    const check = verifier.batch(bytes, leaf);
    return check.ordered && check.root === line.entry.a ? { bytes, check } : null;
}

async function readOpenings(files: Files, register: Hex): Promise<Opening[]> {
    const bytes = await readFile(files, `openings/${register}.ndjson`, OPENINGS_MAX);
    if (bytes === null) return [];
    try {
        const lines = textOf(bytes).split("\n").filter((line) => line !== "");
        return lines.map((line) => JSON.parse(line) as Opening);
    } catch {
        throw new Failed("now", "mirror-damaged");
    }
}

/* null: no publication is there. */
async function openDirectory(base: string, signal?: AbortSignal): Promise<MirrorPublication | null> {
    const files: Files = { base, manifest: null, signal };
    const bytes = await readFile(files, "journal.ndjson", JOURNAL_MAX);
    if (bytes === null) return null;
    const { lines, record } = readJournal(textOf(bytes));
    const lineOf = (entry: number) => lines[entry - record.pred_length - 1];
    return {
        base,
        entriesOf: (leaf) => findEntries(files, leaf),
        evidence: (entry) => readEvidence(files, entry),
        files,
        lineOf,
        lines,
        openings: (register) => readOpenings(files, register),
        record,
        rows: (verifier, entry, leaf) => readRows(files, verifier, lineOf(entry), leaf),
    };
}

/* ---- all of it ---- */

async function readTrust(files: Files): Promise<TrustFile | null> {
    const bytes = await readFile(files, "trust.json", TRUST_MAX);
    const value = bytes === null ? null : (parse(bytes) as TrustFile | null);
    if (value === null || value.format !== "voteanchor-trust-v1") return null;
    return { ...value, contracts: value.contracts.map(readRecord) };
}

/*
 * Other networks of the city are directories within it, named for their chain ids; a mirror may put
 * them beside it. What is not there is not missed.
 */
async function openOthers(first: MirrorPublication, networks: number[], signal?: AbortSignal): Promise<MirrorPublication[]> {
    const ids = new Set(networks.filter((id) => id !== first.record.chain_id));
    if (first.record.pred_length > 0) ids.add(first.record.pred_chain_id);
    const tried = [...ids].slice(0, NETWORKS_MAX).map(async (id) => {
        for (const place of [`${id}/`, `../${id}/`]) {
            try {
                const other = await openDirectory(new URL(place, first.base).href, signal);
                if (other?.record.chain_id === id) return other;
            } catch (error) {
                if (!(error instanceof Failed) || error.reason === "stopped") throw error;
            }
        }
        return null;
    });
    return (await Promise.all(tried)).flatMap((other) => (other === null ? [] : [other]));
}

/* Throws Failed "no-mirror" where no publication is. */
export async function openMirror(address: string, signal?: AbortSignal): Promise<Mirror> {
    const first = await openDirectory(baseOf(address), signal);
    if (first === null) throw new Failed("unknown", "no-mirror");
    let all: Promise<MirrorPublication[]> | null = null;
    const trust = () => readTrust(first.files);
    const publications = () => {
        all ??= trust().then(async (file) => {
            const networks = (file?.networks ?? []).map((network) => network.chain_id);
            return [first, ...(await openOthers(first, networks, signal))];
        });
        return all;
    };
    return {
        base: first.base,
        complete: async (verifier, cbor, looked) => complete(verifier, cbor, looked, await publications()),
        journal: () => Promise.resolve(first),
        openings: (register) => first.openings(register),
        publications,
        recount: async (verifier, cbor, looked) => recount(verifier, cbor, looked, await publications()),
        rows: async (entry) => {
            const line = first.lineOf(entry);
            const max = line === undefined ? 0 : Math.min(Number(line.entry.b), ROWS_MAX) * ROW_BYTES;
            return readFile(first.files, `batches/${entry}.rows`, max);
        },
        trust,
    };
}
