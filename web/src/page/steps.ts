/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The picture of the way, as a table: which findings of a report belong to which step from a
 * record to a final block, and what state a step is in. A step is never better than a finding
 * in it, and one without any takes its state from the verdict that needed it. Pure: it sorts
 * what the verifier found and adds nothing.
 */
import type { Finding, ReceiptView, Report, Verdict } from "../verifier/types";

export type StepName = "record" | "row" | "leaf" | "path" | "root" | "head" | "block" | "final";

export interface Step {
    name: StepName;
    state: Verdict;
    findings: Finding[];
    value: string; /* what stands there: a hash or a number; "": nothing to show */
}

const findingsOf: Readonly<Record<StepName, readonly string[]>> = {
    record: ["definition-hash", "definition-form", "content-form"],
    row: ["opening-hash"],
    leaf: [],
    path: ["path-length"],
    root: ["path-root"],
    head: ["journal-fold", "journal-entry", "journal-head", "fold", "evidence-missing"],
    block: [
        "contract",
        "contract-record",
        "contract-linked",
        "succession",
        "forked",
        "block-missing",
        "older-header",
        "header-form",
        "header-items",
        "rlp-integer",
        "header-hash",
        "missing-node",
        "unused-node",
        "node-hash",
        "node-form",
        "no-account",
        "account-shape",
        "code-hash",
        "no-head",
        "storage-value",
    ],
    final: ["block-final"],
};

export const STEPS = Object.keys(findingsOf) as readonly StepName[];

/* Findings about counting and about the promise have lists of their own. */
export const COUNTING = [
    "register-opened",
    "timely",
    "counts",
    "superseded",
    "untimely",
    "conflict",
    "disavowed",
    "invalid",
    "unopened",
    "erased",
    "rows-missing",
];
export const PROMISE = [
    "acceptance-contract",
    "acceptance-signature",
    "acceptance-signer",
    "acceptance-new",
    "acceptance-bounds",
    "promise",
    "promise-late",
    "promise-broken",
    "promise-withheld",
    "promise-successor",
    "pending",
    "not-anchored",
];

export function worst(states: readonly Verdict[]): Verdict {
    if (states.includes("not_valid")) return "not_valid";
    return states.includes("not_checked") || states.length === 0 ? "not_checked" : "valid";
}

export function findingsIn(report: Report, codes: readonly string[]): Finding[] {
    return report.findings.filter((finding) => codes.includes(finding.code));
}

function valueOf(name: StepName, view: ReceiptView, report: Report, anchor: number): string {
    const entry = view.anchors[anchor]?.entry;
    switch (name) {
        case "record":
            return view.row.register;
        case "row":
            return view.row.content_hash;
        case "leaf":
            return report.leaf;
        case "path":
            return entry === undefined ? "" : String(view.path.length);
        case "root":
            return entry?.root ?? "";
        case "head":
            return entry === undefined ? "" : String(entry.number);
        case "block":
            return entry === undefined ? "" : String(entry.block);
        case "final":
            return "";
    }
}

/*
 * What was found of a step, or, where nothing was, what follows: a leaf and a path are right
 * where they lead to the root; a block is final where the anchor was proven in it. A head that
 * holds makes the journal's own route hold even where the other route was not taken.
 */
function stateOf(name: StepName, findings: readonly Finding[], report: Report, anchor: number): Verdict {
    const proven = report.anchors[anchor] === "valid";
    const states = findings.map((finding) => finding.state);
    if (proven && (name === "head" || name === "block" || name === "final")) {
        return states.includes("not_valid") && name !== "block" ? "not_valid" : "valid";
    }
    if (states.length > 0) return worst(states);
    if (name === "leaf" || name === "path") {
        const root = report.findings.find((one) => one.code === "path-root" && one.anchor === anchor);
        return root?.state === "valid" ? "valid" : "not_checked";
    }
    return "not_checked";
}

/* The way of one anchor; of a receipt without one (anchor -1) what is there of it. */
export function stepsOf(view: ReceiptView, report: Report, anchor: number): Step[] {
    return STEPS.map((name) => {
        const findings = findingsIn(report, findingsOf[name]).filter(
            (finding) => finding.anchor === undefined || finding.anchor === anchor,
        );
        return {
            name,
            state: stateOf(name, findings, report, anchor),
            findings,
            value: valueOf(name, view, report, anchor),
        };
    });
}
