/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a record counts, and what became of its promise: over the complete rows of a
 * publication (PROTOCOL 5 and 6), which the reader asks for because they may be many. The
 * receipt is then verified again with what the recount found.
 */
import { openMirror } from "../mirror";
import type { Verifier } from "../verifier/types";
import type { Checked } from "./item";

export async function recountReceipt(verifier: Verifier, checked: Checked, mirror: string): Promise<Checked> {
    try {
        const { cbor, looked } = checked;
        const found = await (await openMirror(mirror)).recount(verifier, cbor, looked);
        const trust = { ...looked.trust, ...found };
        const report = verifier.verify(cbor, trust);
        const at = Math.floor(Date.now() / 1000);
        return { ...checked, report, at, looked: { ...looked, trust }, recount: "done", recountReason: "" };
    } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        return { ...checked, recount: "failed", recountReason: reason };
    }
}
