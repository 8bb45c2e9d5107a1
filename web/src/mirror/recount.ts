/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a record counts, and what became of the promise to anchor it, from all rows of a
 * publication: as bridge/audit/audit_standing.c and audit_promise.c. The counting rule and the
 * judgement of promises are the verifier's; here rows, openings and journal are brought together,
 * and nothing is said where one of them is missing. A line of several contracts is left to
 * `voteanchor verify --data`.
 */
import { keccak_256 } from "@noble/hashes/sha3.js";
import { isSameRecord } from "../chain/journal";
import { ZERO_ADDRESS } from "../chain/values";
import type { Looked } from "../chain/types";
import { Refused } from "../verifier/types";
import type {
    CountBatch,
    CountInput,
    Deployment,
    EntryView,
    Hex,
    LeafList,
    PromiseReport,
    ReceiptView,
    Standing,
    TrustJournal,
    Verifier,
} from "../verifier/types";
import type { MirrorPublication, Opening, Recount } from "./index";

const BATCH = 2;
const REGISTER = 1;
const SUCCEEDED = 6;

/* A contract's complete journal to a final head, and the publication that has its rows. */
interface Complete {
    entries: EntryView[];
    journal: TrustJournal;
    publication: MirrorPublication;
    record: Deployment;
}

/* Of batches, by the number of their entries. */
type Rows = Map<number, Uint8Array>;

interface Claim {
    leaf: Hex;
    view: ReceiptView;
}

interface Definition {
    counts_until: number;
    kind: string;
    number: number;
    register: Hex;
    text: string;
}

function completeOf(
    looked: Looked,
    publications: MirrorPublication[],
    address: Hex | undefined,
    chainId: number | undefined,
): Complete | null {
    for (const journal of looked.trust.journals) {
        const record = looked.trust.contracts[journal.contract]?.record;
        const { entries } = journal;
        if (record === undefined || entries === undefined || !journal.final) continue;
        if (record.address !== address || record.chain_id !== chainId) continue;
        const publication = publications.find((one) => isSameRecord(one.record, record));
        if (publication !== undefined) return { entries, journal, publication, record };
    }
    return null;
}

const isAlone = ({ entries, record }: Complete) =>
    record.pred_contract === ZERO_ADDRESS && !entries.some((entry) => entry.kind === SUCCEEDED);

function hashOf(text: string): Hex {
    const digest = keccak_256(new TextEncoder().encode(text));
    return `0x${Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/* Definitions that registers were opened with; one that cannot be read opened nothing. */
function definitionsOf({ entries, publication }: Complete): Definition[] | null {
    const definitions: Definition[] = [];
    for (const entry of entries.filter((one) => one.kind === REGISTER)) {
        const text = publication.lineOf(entry.number)?.definition;
        if (text === undefined || hashOf(text) !== entry.a) return null;
        try {
            const value = JSON.parse(text) as { counts_until: string; kind: string };
            const until = Date.parse(value.counts_until) / 1000;
            definitions.push({ counts_until: until, kind: value.kind, number: entry.number, register: entry.a, text });
        } catch {
            /* It opened nothing, but the counting rule wants every text to say so itself. */
            definitions.push({ counts_until: NaN, kind: "", number: entry.number, register: entry.a, text });
        }
    }
    return definitions;
}

/* The rows of every batch that rebuild their roots, some at a time. */
async function rowsOf(verifier: Verifier, { entries, publication }: Complete): Promise<Rows> {
    const rows: Rows = new Map();
    const batches = entries.filter((entry) => entry.kind === BATCH);
    for (let i = 0; i < batches.length; i += 8) {
        await Promise.all(
            batches.slice(i, i + 8).map(async ({ number }) => {
                const batch = await publication.rows(verifier, number);
                if (batch !== null) rows.set(number, batch.bytes);
            }),
        );
    }
    return rows;
}

/* ---- standing ---- */

/* Rows that could still change the count are all known, and no more can come. */
function isSettled(complete: Complete, definition: Definition, rows: Rows): boolean {
    const isMissing = (entry: EntryView) =>
        entry.kind === BATCH && entry.time <= definition.counts_until && !rows.has(entry.number);
    return complete.journal.time > definition.counts_until && !complete.entries.some(isMissing);
}

/* The receipt's own opening is one more, for whoever holds it. */
function ownOpening(verifier: Verifier, view: ReceiptView, leaf: Hex): Opening[] {
    if (view.opening === undefined) return [];
    const { citizen_salt, city_salt, content } = view.opening;
    return [{ content, leaf, salt: verifier.salt(citizen_salt, city_salt) }];
}

async function standingOf(
    verifier: Verifier,
    { leaf, view }: Claim,
    complete: Complete,
    rows: Rows,
): Promise<{ as: Standing; entry: number } | undefined> {
    const definitions = definitionsOf(complete);
    const own = definitions?.find((definition) => definition.register === view.row.register);
    if (definitions === null || own === undefined || !isAlone(complete) || !isSettled(complete, own, rows)) return undefined;
    const procedures = [...new Set(definitions.filter((one) => one.kind === "procedure").map((one) => one.register))];
    const registers = [...new Set([own.register, ...procedures])];
    const openings = (await Promise.all(registers.map((register) => complete.publication.openings(register)))).flat();
    const input: CountInput = {
        definitions: definitions.map(({ number, text }) => ({ definition: text, number })),
        entries: complete.entries,
        leaf,
        openings: [...openings, ...ownOpening(verifier, view, leaf)],
        procedures,
        record: complete.record,
        register: own.register,
    };
    const batches: CountBatch[] = [...rows].map(([number, bytes]) => ({ number, rows: bytes })).sort((a, b) => a.number - b.number);
    try {
        return verifier.count(input, batches).standing;
    } catch (error) {
        if (error instanceof Refused && error.reason === "not-opened") return undefined;
        throw error;
    }
}

/* ---- promise ---- */

function promiseOf(verifier: Verifier, { leaf, view }: Claim, complete: Complete, rows: Rows): PromiseReport | undefined {
    const { acceptance } = view;
    const signer = acceptance === undefined ? null : verifier.recover(verifier.digest(leaf, acceptance), acceptance.signature);
    if (acceptance === undefined || signer === null) return undefined;
    const lists = complete.entries.map((entry): LeafList => {
        const bytes = rows.get(entry.number);
        return bytes === undefined ? "withheld" : verifier.list(entry, verifier.leaves(bytes), leaf);
    });
    return verifier.promise({
        accepted_at: acceptance.accepted_at,
        anchor_by: acceptance.anchor_by,
        entries: complete.entries,
        final_head: complete.journal.head,
        final_time: complete.journal.time,
        lists,
        record: complete.record,
        signer,
        successor_examined: false,
    });
}

export async function recount(
    verifier: Verifier,
    cbor: Uint8Array,
    looked: Looked,
    publications: MirrorPublication[],
): Promise<Recount> {
    const claim: Claim = verifier.read(cbor);
    const { view } = claim;
    const [anchor] = view.anchors;
    const address = anchor?.contract ?? view.acceptance?.contract;
    const complete = completeOf(looked, publications, address, anchor?.chain_id ?? view.acceptance?.chain_id);
    if (complete === null) return {};
    const rows = await rowsOf(verifier, complete);
    const isPromisedHere = view.acceptance?.contract === complete.record.address;
    const promise = isPromisedHere ? promiseOf(verifier, claim, complete, rows) : undefined;
    const standing = await standingOf(verifier, claim, complete, rows);
    return { ...(promise === undefined ? {} : { promise }), ...(standing === undefined ? {} : { standing }) };
}
