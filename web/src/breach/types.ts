/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A breach bundle (docs/FORMATS.md, part 13) and what a judgement of it says: the same as
 * bridge/breach/breach.h. Every name is the file's or of `voteanchor breach --json`.
 */
import type { Problem } from "../chain/types";
import type { AcceptanceView, Deployment, EntryView, EvidenceView, Hex, PromiseOutcome, RowView, Verdict } from "../verifier/types";

/* What is told of a batch: all its leaves, 32 bytes each, or where the promised one is. */
export type BreachBatch = { entry: number; leaves: Uint8Array } | { entry: number; path: Hex[] };

export interface BreachContract {
    batches: BreachBatch[];
    deployment: Deployment;
    evidence: EvidenceView;
    journal: EntryView[];
}

export interface Breach {
    acceptance: AcceptanceView;
    contracts: BreachContract[]; /* the one that promised first */
    definition?: string;
    row: RowView;
}

/* What is known of the block whose state a contract's evidence proves. */
export type BreachBlock = "final" | "not-final" | "gone" | "unknown";

/* What the reader says of each contract of the bundle. */
export interface Believed {
    block: BreachBlock;
    named: boolean;
}

/*
 * A batch that keeps the bundle's promise, in time or late, as the verifier finds of a receipt with
 * the bundle's acceptance: of the contract that promised, or of one that goes on for it.
 */
export interface Shown {
    number: number;
    time: number;
}

/*
 * Left is what the bundle says or leads to, right what it was held to. Its sentence is that of
 * findingKey(): with {left}, {right}, {entry}, {number}, {contract}, {network}, {reason}.
 */
export interface BreachFinding {
    code: string;
    compared: "nothing" | "hashes" | "addresses" | "numbers" | "times";
    contract?: number;
    entry?: number;
    left?: Hex | number;
    number?: number; /* of a block */
    reason?: string;
    right?: Hex | number;
    state: Verdict;
}

export interface BreachReport {
    entry: number; /* kept, kept late: where and when; else 0 */
    final_block: number;
    final_time: number;
    findings: BreachFinding[];
    leaf: Hex;
    outcome: PromiseOutcome;
    reason: string; /* not_checked, not_valid: the code of the finding that decided */
    searched: number[]; /* entries whose complete lists do not have the leaf */
    searched_leaves: number;
    shown: boolean; /* by a receipt: an earlier batch may have it too */
    signer: Hex | null;
    time: number;
    withheld: number[];
}

/* A judgement with the bundle it is of, and what kept something from being asked. */
export interface JudgedBreach {
    breach: Breach;
    one_provider: boolean; /* a block was called final by one provider alone */
    problems: Problem[];
    report: BreachReport;
}

/* `text` is null where nothing is shown; the report says why. */
export interface MadeBreach {
    report: BreachReport;
    text: string | null;
}
