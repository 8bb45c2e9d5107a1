/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes, hex and the few hashes that a receipt's own arithmetic takes (PROTOCOL 2). */
import { keccak256 } from "./keccak";

export type Hash = `0x${string}`;

export function hexOf(bytes: Uint8Array): Hash {
    let digits = "";
    for (const byte of bytes) digits += byte.toString(16).padStart(2, "0");
    return `0x${digits}`;
}

/* null: not lower-case 0x hex, or not of that many bytes. */
export function bytesOf(hex: unknown, length?: number): Uint8Array | null {
    if (typeof hex !== "string" || !/^0x([0-9a-f]{2})*$/.test(hex)) return null;
    const bytes = new Uint8Array(hex.length / 2 - 1);
    if (length !== undefined && bytes.length !== length) return null;
    for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(hex.slice(2 * i + 2, 2 * i + 4), 16);
    return bytes;
}

export function utf8(text: string): Uint8Array {
    return new TextEncoder().encode(text);
}

export function join(...parts: Uint8Array[]): Uint8Array {
    const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
    let at = 0;
    for (const part of parts) {
        whole.set(part, at);
        at += part.length;
    }
    return whole;
}

export function keccak(...parts: Uint8Array[]): Uint8Array {
    return keccak256(join(...parts));
}
