/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What looking at the chain takes and gives. A problem says why something that would have helped
 * is not there; it is never a verdict. Providers are named by their host alone, because an address
 * may hold an access key. Knows no page.
 */
import type { Deployment, EntryView, EvidenceView, AnchorView, Hex, Trust, TrustFile } from "../verifier/types";

/* `key` is a sentence that takes {provider}, {contract} and {reason}; see PROBLEM_REASONS. */
export interface Problem {
    contract?: Hex;
    key: string;
    provider?: string;
    reason: string;
}

/* A contract as a person names it: what was not said fits anything. */
export interface Named {
    address: Hex;
    chain_genesis?: Hex;
    chain_id?: number;
}

/* A block of which k providers say that it is final; on the network that the receipt names first. */
export interface FinalBlock {
    hash: Hex;
    head?: Hex; /* of the contract, proven in it */
    number: number;
    time: number;
}

export interface Witness {
    agreed: number; /* providers that named the final block */
    asked: number; /* of those named for this network */
    needed: number; /* how many had to agree; 1: on the word of one provider */
}

export interface Looked {
    /* What proves the head of each contract of `trust` in its final block; null: nobody did. */
    evidence: (EvidenceView | null)[];
    final?: FinalBlock;
    problems: Problem[];
    trust: Trust;
    witness: Witness | null; /* null: nobody was asked, or nobody answered */
    witnesses: (Witness | null)[]; /* of each anchor's network */
}

/* A journal line of a publication: an entry and the head after it, with what its event emitted. */
export interface Line {
    counts?: number[];
    definition?: string;
    entry: EntryView;
    head: Hex;
    reason?: string;
    transaction: Hex;
}

/* The journal of one contract as somebody published it: believed where it folds to a proven head. */
export interface Publication {
    base: string;
    lines: Line[];
    record: Deployment;
    /* The anchor of a batch entry, with its evidence; null: there is none (yet). */
    evidence(entry: number): Promise<(AnchorView & { evidence: EvidenceView }) | null>;
}

/* What look() wants of a mirror: see web/src/mirror. */
export interface Journals {
    publications(): Promise<Publication[]>;
}

export interface Given {
    /* A block hash that the user believes, on whichever network the receipt is. */
    block?: Hex;
    /* A contract that the user typed: then it is the one that is trusted, and no file's. */
    contract?: Named;
    /* Heads that the user believes; their contracts are trusted only without a trust file. */
    heads?: TrustFile;
    mirror?: Journals;
    progress?: (done: number, of: number) => void;
    providers: string[];
    /* How many providers of a network must agree; not given: the majority. */
    quorum?: number;
    signal?: AbortSignal;
    trustFile?: TrustFile;
}
