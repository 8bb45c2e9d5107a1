/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Breach bundles on the page: one that was handed in is judged, one for a promise that was not
 * kept is made. Receipts that are on the page too may refute a bundle.
 */
import { type BreachReport, checkBreach, makeBreach } from "../breach";
import { openMirror } from "../mirror";
import type { Verdict, Verifier } from "../verifier/types";
import { type Checking, lookGiven, underOf } from "./check";
import type { Checked, State } from "./item";

export async function judgeBundle(checking: Checking, text: string, receipts: Uint8Array[]): Promise<State> {
    const given = lookGiven(checking, null);
    const under = underOf(checking.settings);
    return { kind: "judged", under, judged: await checkBreach(checking.verifier, text, { ...given, receipts }) };
}

/* What the bundle is worth: it shows a promise that was not kept, or it is refuted. */
export function verdictOfBundle(report: BreachReport): Verdict {
    if (report.outcome === "broken" || report.outcome === "kept_late") return "valid";
    return report.outcome === "kept" ? "not_valid" : "not_checked";
}

/* The file, or the report that says why there is none. */
export async function breachOf(verifier: Verifier, checked: Checked, mirror: string): Promise<string | BreachReport> {
    const made = await makeBreach(verifier, checked.cbor, await openMirror(mirror), checked.looked);
    return made.text ?? made.report;
}
