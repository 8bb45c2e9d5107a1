/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the page and the C verifier say to each other: the types of verifier.wasm's calls.
 * Nothing here decides anything, and every name is one of the files' (docs/FORMATS.md) or of
 * proof/. All hex is lower case, all times are unix seconds, all numbers are integers of at
 * most 2^53 - 1. Knows no network and no page.
 */

import type { AcceptanceView, Deployment, EntryView, Hex, ReceiptView, RowView } from "./files";

export * from "./files";

export type Verdict = "valid" | "not_valid" | "not_checked";

/* ---- what a receipt is held to: struct vota_trust in JSON ---- */

/*
 * A contract that the user says is the city's. Unless `how` is "no_record" the record is
 * there: the verifier computes the address from it and throws Refused ("deployment-address",
 * "deployment-code") where it leads elsewhere, so that a forged contract is in nobody's trust.
 */
export interface TrustContract {
    address: Hex;
    chain_genesis: Hex;
    chain_id: number;
    how: "named" | "linked" | "no_record";
    record?: Deployment;
}

export interface TrustBlock {
    chain_genesis: Hex;
    chain_id: number;
    final: boolean;
    hash: Hex;
}

/* A head of contracts[contract] proven in a block; with `entries`, the whole journal to it. */
export interface TrustJournal {
    block: number;
    contract: number;
    entries?: EntryView[];
    final: boolean;
    head: Hex;
    length: number;
    time: number;
}

/* contracts[successor].record says that it continues contracts[old]. */
export interface TrustLink {
    old: number;
    successor: number;
}

export interface Trust {
    blocks: TrustBlock[];
    contracts: TrustContract[];
    journals: TrustJournal[];
    links: TrustLink[];
    /* Everything rests on one provider's word: decides no verdict, only which answer is given. */
    one_provider?: boolean;
    promise?: PromiseReport;
    standing?: { as: Standing; entry: number };
}

/* ---- what comes back ---- */

/* enum vota_standing: "unknown" is that nobody recounted. */
export type Standing =
    | "unknown"
    | "counts"
    | "superseded"
    | "untimely"
    | "conflict"
    | "disavowed"
    | "invalid"
    | "unopened"
    | "erased";

export type PromiseOutcome = "not_checked" | "kept" | "kept_late" | "broken" | "not_valid";

export type PromiseDoubt =
    | "none"
    | "journal"
    | "kind"
    | "signer"
    | "not_due"
    | "successor"
    | "withheld";

/*
 * One comparison, in the order it was made. `code` and `state` are the sentence's key
 * ("finding.<code>.<state>"); left is what the receipt says or leads to, right what it was
 * held to; `number` is the entry, or for a contract the chain id, that the sentence names.
 */
export interface Finding {
    anchor?: number;
    code: string;
    compared: "nothing" | "hashes" | "addresses" | "numbers" | "times";
    left?: Hex | number;
    number: number;
    right?: Hex | number;
    state: Verdict;
}

export interface Report {
    anchors: Verdict[];
    /* A code of docs/ANSWERS.md: its sentences are answer.<code>.title and .sentence. */
    answer: string;
    findings: Finding[];
    included: Verdict;
    leaf: Hex;
    promise: PromiseOutcome;
    standing: Verdict;
    standing_as: Standing;
}

/* struct vota_promise_report, and of struct vota_trust_promise. */
export interface PromiseReport {
    doubt: PromiseDoubt;
    entry: number;
    final_time: number;
    outcome: PromiseOutcome;
    reason: string;
    time: number;
    withheld: number[];
}

/* What is known of a batch's leaf list: enum vota_promise_list. */
export type LeafList = "with" | "without" | "withheld";

export interface PromiseInput {
    accepted_at: number;
    anchor_by: number;
    entries: EntryView[];
    final_head: Hex;
    final_time: number;
    lists: LeafList[]; /* one for each entry; looked at for batches only */
    record: Deployment;
    signer: Hex;
    /* Of a confirmed successor, and of those after it. */
    successor?: { entries: EntryView[]; lists: LeafList[] };
    successor_examined: boolean;
}

/* eth_getProof and a header: `reason` is "" when the head is proven, else a code of PROTOCOL 7. */
export interface ProvenState {
    block_hash: Hex;
    code_hash?: Hex; /* of the account, as far as the check came */
    head?: Hex;
    number: number;
    reason: string;
    time: number;
    verdict: Verdict;
}

/* "deployment-code": its address means nothing to us; "deployment-address": a forged record. */
export interface DeploymentCheck {
    code_hash: Hex; /* of the runtime code that our creation code leaves */
    creation_code_hash: Hex; /* of our creation code: what a record must name */
    ok: boolean;
    reason: "" | "deployment-code" | "deployment-address";
}

export interface BatchCheck {
    count: number;
    index?: number; /* of the leaf that was asked for; absent: it is not in it */
    ordered: boolean; /* published in leaf order, as it should be; root and path are the same without */
    path?: Hex[];
    root: Hex;
    row?: RowView;
}

export interface Received {
    cbor: Uint8Array;
    leaf: Hex;
    view: ReceiptView;
}

export type Form = "full" | "share" | "qr_full" | "qr_share";

export interface Reduced {
    cbor: Uint8Array;
    json: string;
    qr: string; /* VA1: text; for the forms that fit a code, see proof/receipt.h */
}

/*
 * What the counting rule (PROTOCOL 6) makes of one register. Batches are those that are at hand,
 * each complete: one that does not rebuild its entry's root is Refused. Whether those that are not
 * at hand could still change something is the caller's to know. An opening is a line of
 * openings/<register>.ndjson, those of the procedure registers among them, whose tombstones may
 * name a row; one that does not hash opens nothing.
 */
export interface CountInput {
    definitions: { definition: string; number: number }[]; /* of every register entry */
    entries: EntryView[]; /* all, from the contract's first one on */
    leaf?: Hex; /* whose standing is asked for */
    openings: { content: string; leaf: Hex; salt: Hex }[];
    procedures: Hex[];
    record: Deployment;
    register: Hex;
}

export interface CountBatch {
    number: number; /* of its entry; in ascending order */
    rows: Uint8Array; /* as batches/<entry>.rows holds them */
}

export interface Count {
    /* One number for each option, then blank, rows, counted, ... as PROTOCOL 6. */
    numbers: number[];
    /* Only what was asked for; "unknown": no row has this leaf. entry: which one superseded it. */
    standing?: { as: Standing; entry: number };
}

/*
 * What cannot be read at all: no receipt, no trust, no bundle. A failure, never a verdict.
 * where and reason are those of struct vota_error.
 */
export class Refused extends Error {
    readonly where: string;
    readonly reason: string;

    constructor(where: string, reason: string) {
        super(`${where}: ${reason}`);
        this.name = "Refused";
        this.where = where;
        this.reason = reason;
    }
}

/*
 * The C verifier. Every call starts with an empty arena and leaves nothing behind. A call throws
 * Refused for what the formats refuse; any other error means that the program itself failed
 * (a trap, no memory, an answer out of shape), which is no verdict either.
 */
export interface Verifier {
    readonly version: string;

    /* CBOR, the text of a .receipt.json, or VA1: text as a printed code holds it. */
    read(input: Uint8Array | string): Received;
    /* The one encoding of each; json ends with a line end, as the file does. */
    write(view: ReceiptView): { cbor: Uint8Array; json: string };
    /* A QR form keeps anchors[anchor] alone. */
    reduce(cbor: Uint8Array, form: Form, anchor?: number): Reduced;
    verify(cbor: Uint8Array, trust: Trust): Report;

    deployment(record: Deployment): DeploymentCheck;
    /* PROTOCOL 7 (1) to (4); the code is held to the one pinned for our creation code. */
    state(contract: Hex, header: Hex, account: Hex[], storage: Hex[]): ProvenState;
    /* The head after these entries, which are the journal's first ones in order. */
    fold(record: Deployment, entries: EntryView[]): Hex;
    /* Rows as batches/<entry>.rows holds them, 96 bytes each. Throws Refused on other lengths. */
    batch(rows: Uint8Array, leaf?: Hex): BatchCheck;
    leaves(rows: Uint8Array): Uint8Array; /* 32 bytes each, ascending: a batch's leaf list */
    list(entry: EntryView, leaves: Uint8Array, leaf: Hex): LeafList;
    promise(input: PromiseInput): PromiseReport;
    count(input: CountInput, batches: CountBatch[]): Count;

    /* What the city signed: EIP-712 over leaf and times; and who did, null: nobody can have. */
    digest(leaf: Hex, acceptance: AcceptanceView): Hex;
    recover(digest: Hex, signature: Hex): Hex | null;

    salt(citizen: Hex, city: Hex): Hex;
    content(salt: Hex, content: string): Hex;
    /* keccak of a phrase's NFC UTF-8 without its outer blanks: the citizen's half of the salt. */
    phrase(text: string): Hex;
}
