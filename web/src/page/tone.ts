/* SPDX-License-Identifier: Apache-2.0 */
/* The colour of an answer. */
import type { Verdict } from "../verifier/types";

/* A result code begins with the letter of its colour: docs/ANSWERS.md. */
export function toneOf(answer: string): Verdict {
    if (answer.startsWith("V")) return "valid";
    return answer.startsWith("N") ? "not_valid" : "not_checked";
}
