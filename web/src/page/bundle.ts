/* SPDX-License-Identifier: Apache-2.0 */
/* Breach bundles on the page: one that was handed in is judged, one for a broken promise is made. */
import type { Verifier } from "../verifier/types";
import type { Lang } from "../text";
import type { Checking } from "./check";
import type { Checked, State } from "./item";

export function judgeBundle(_lang: Lang, _checking: Checking, _text: string): Promise<State> {
    return Promise.resolve({ kind: "failed", reason: "breach" });
}

export function breachOf(_verifier: Verifier, _checked: Checked): Promise<string> {
    return Promise.reject(new Error("breach"));
}
