/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One thing that was handed in, and what became of it. A refusal is of something that is no
 * receipt, a failure is the program's own; neither is a verdict.
 */
import type { JudgedBreach } from "../breach";
import type { Looked } from "../chain/types";
import type { ReceiptView, Report } from "../verifier/types";
import type { Given } from "./intake";

/* The settings that it was checked under, which may have been changed since. */
export interface Under {
    contract: string;
    mark: string;
    trustName: string;
    word: string; /* "": the page's own trust */
}

export interface Checked {
    cbor: Uint8Array;
    view: ReceiptView;
    report: Report;
    at: number; /* when it was checked, unix seconds */
    under: Under;
    looked: Looked;
    completed: boolean; /* from a mirror, after it was handed in pending */
    missing: string; /* why it could not be completed; "": not tried, or it was */
    recount: "no" | "busy" | "done" | "failed";
    recountReason: string;
    unmade: string; /* why no breach bundle could be made, a text key; "": not tried, or it was */
}

export type State =
    | { kind: "busy"; done: number; of: number }
    | { kind: "refused"; where: string; reason: string }
    | { kind: "failed"; reason: string }
    | { kind: "checked"; checked: Checked }
    | { kind: "judged"; judged: JudgedBreach; under: Under };

export interface Item {
    id: number;
    given: Given;
    state: State;
    abort: AbortController;
    cbor: Uint8Array | null; /* its receipt as it was last checked */
}
