/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why an answer could not be had: the classes of rpc/answers.h, and the words that people get to
 * read. A failure is never a verdict.
 */
import { Refused } from "../verifier/types";

/* Every reason has a sentence, reason.<reason>. */
export const PROBLEM_REASONS = [
    "cut-off",
    "deployment-address",
    "deployment-code",
    "entry-missing",
    "fold-differs",
    "genesis-event-missing",
    "given-twice",
    "http-status",
    "journal-does-not-reach",
    "lying",
    "malformed",
    "mirror-damaged",
    "no-contract",
    "no-final-block",
    "no-mirror",
    "no-provider",
    "no-quorum",
    "other-code",
    "provider-error",
    "rate-limited",
    "refused-key",
    "stopped",
    "timeout",
    "too-large",
    "too-many-logs",
    "too-many-urls",
    "unknown-header",
    "unreachable",
    "url-not-local",
    "wrong-network",
] as const;

export type Reason = (typeof PROBLEM_REASONS)[number];

/*
 * What is to be done about it. "now": ask again, better somebody else; "later": a rate limit;
 * "never": this provider will not do this; "unknown": it has no such thing, or not yet; "lie":
 * well-formed and untrue; "conflict": says something about the chain; "logs": ask for fewer blocks.
 */
export type Kind = "now" | "later" | "never" | "unknown" | "lie" | "conflict" | "logs";

export class Failed extends Error {
    readonly kind: Kind;
    readonly reason: Reason;
    readonly retryAfter: number; /* seconds; 0: not said */

    constructor(kind: Kind, reason: Reason, retryAfter = 0) {
        super(reason);
        this.name = "Failed";
        this.kind = kind;
        this.reason = reason;
        this.retryAfter = retryAfter;
    }
}

/*
 * What a question failed of: what the verifier refuses to read was no answer. A fault of this
 * program is no failure of others, and goes on.
 */
export function failureOf(error: unknown): Failed {
    if (error instanceof Failed) return error;
    if (error instanceof Refused) return new Failed("now", "malformed");
    throw error;
}
