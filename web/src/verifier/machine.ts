/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One WebAssembly instance of the C verifier: text and bytes in, text and bytes out. What the C
 * refuses becomes Refused; a trap, no memory or an answer out of shape is another error, after
 * which the instance is thrown away. Knows no call by name.
 */
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { Refused } from "./types";

/* Above this a call's memory is given back by starting afresh: it cannot shrink. */
const KEPT_BYTES = 32 * 1024 * 1024;

interface Exports {
    memory: WebAssembly.Memory;
    begin(len: number): number;
    [call: string]: unknown;
}

export interface Answer {
    text: string;
    bytes: Uint8Array;
}

export type Machine = (call: string, text: string, bytes?: Uint8Array) => Answer;

/* The program failed, or was built wrong: never a verdict. */
export class VerifierFailed extends Error {
    constructor(reason: string, cause?: unknown) {
        super(`the verifier failed: ${reason}`, { cause });
        this.name = "VerifierFailed";
    }
}

/* r, s and v to the key that signed: x and y, or null where no key can have. */
export function publicKeyOf(digest: Uint8Array, signature: Uint8Array): Uint8Array | null {
    const bit = (signature[64] ?? 0) - 27;
    if (bit !== 0 && bit !== 1) return null;
    const recovered = new Uint8Array(65);
    recovered[0] = bit;
    recovered.set(signature.subarray(0, 64), 1);
    try {
        const key = secp256k1.recoverPublicKey(recovered, digest, { prehash: false });
        return secp256k1.Point.fromBytes(key).toBytes(false).slice(1);
    } catch {
        return null;
    }
}

function start(module: WebAssembly.Module): Exports {
    const view = (at: number, len: number) => new Uint8Array(exports.memory.buffer, at, len);
    const recover = (keyAt: number, digestAt: number, signatureAt: number): number => {
        const key = publicKeyOf(view(digestAt, 32).slice(), view(signatureAt, 65).slice());
        if (key === null) return 0;
        view(keyAt, 64).set(key);
        return 1;
    };
    const exports = new WebAssembly.Instance(module, { outside: { recover } }).exports as unknown as Exports;
    return exports;
}

/* Five 32-bit words: see struct answer in web/wasm/exports.c. */
function readAnswer(memory: WebAssembly.Memory, at: number): { refused: boolean } & Answer {
    const [refused, textAt, textLen, bytesAt, bytesLen] = new Uint32Array(memory.buffer, at, 5) as unknown as number[];
    const text = new Uint8Array(memory.buffer, textAt, textLen);
    return {
        refused: refused !== 0,
        text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(text),
        bytes: new Uint8Array(memory.buffer, bytesAt, bytesLen).slice(),
    };
}

function ask(exports: Exports, call: string, text: Uint8Array, bytes: Uint8Array): { refused: boolean } & Answer {
    const run = exports[call];
    if (typeof run !== "function") throw new Error(`no call ${call}`);
    const at = exports.begin(text.length + bytes.length) >>> 0;
    if (at === 0) throw new Error("not enough memory");
    new Uint8Array(exports.memory.buffer, at, text.length).set(text);
    new Uint8Array(exports.memory.buffer, at + text.length, bytes.length).set(bytes);
    const answer = Number(run(text.length, bytes.length)) >>> 0;
    if (answer === 0) throw new Error("not enough memory");
    return readAnswer(exports.memory, answer);
}

export function newMachine(module: WebAssembly.Module): Machine {
    let exports: Exports | null = null;
    return (call, text, bytes = new Uint8Array()) => {
        let answer: { refused: boolean } & Answer;
        try {
            exports ??= start(module);
            answer = ask(exports, call, new TextEncoder().encode(text), bytes);
        } catch (error) {
            exports = null;
            throw new VerifierFailed(error instanceof Error ? error.message : String(error), error);
        }
        if (exports.memory.buffer.byteLength > KEPT_BYTES) exports = null;
        if (!answer.refused) return { text: answer.text, bytes: answer.bytes };
        const { where, reason } = JSON.parse(answer.text) as { where: string; reason: string };
        throw new Refused(where, reason);
    };
}
