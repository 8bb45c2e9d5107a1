/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The citizen's half of the salt (PROTOCOL 2): 32 bytes that the city could not choose. Drawn
 * here, or made from a phrase that the citizen types: keccak of its NFC in UTF-8, ends trimmed.
 * With a phrase nobody needs to believe this script, for anybody can compute the half again.
 */
import { keccak256 } from "./keccak";
import { hexOf } from "./hash";

export type Half = `0x${string}`;

/* Thrown for a phrase that is none: "phrase-empty", or "phrase-text" for half a character. */
export class PhraseRefused extends Error {
    readonly code: string;

    constructor(code: string) {
        super(code);
        this.code = code;
    }
}

export function draw(): Half {
    return hexOf(crypto.getRandomValues(new Uint8Array(32)));
}

export function phrase(typed: string): Half {
    const text = typed.normalize("NFC").trim();
    if (text === "") throw new PhraseRefused("phrase-empty");
    /* A lone surrogate has no UTF-8: TextEncoder would put something else in its place. */
    if (/[\ud800-\udfff]/u.test(text)) throw new PhraseRefused("phrase-text");
    return hexOf(keccak256(new TextEncoder().encode(text)));
}
