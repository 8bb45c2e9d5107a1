/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON values of strangers to typed ones: hex of an exact length, quantities without leading
 * zeros, numbers that a double holds. null where the value is not that. Knows no network.
 */
import type { Hex } from "../verifier/types";

export const ZERO_ADDRESS: Hex = `0x${"0".repeat(40)}`;
export const ZERO_HASH: Hex = `0x${"0".repeat(64)}`;

export function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/* 0x and that many bytes, in lower case; nodes may write either. */
export function hexOf(value: unknown, bytes: number): Hex | null {
    if (typeof value !== "string" || value.length !== 2 + 2 * bytes) return null;
    return /^0x[0-9a-fA-F]*$/.test(value) ? (value.toLowerCase() as Hex) : null;
}

/* 0x and whole bytes, however many up to `max`. */
export function bytesOf(value: unknown, max: number): Hex | null {
    if (typeof value !== "string" || value.length % 2 !== 0) return null;
    return value.length / 2 - 1 <= max ? hexOf(value, value.length / 2 - 1) : null;
}

/* A quantity as text without leading zeros, up to 256 bits; `padded`: zeros are overlooked. */
export function quantityOf(value: unknown, padded = false): Hex | null {
    if (typeof value !== "string" || value.length > 66) return null;
    const text = value.toLowerCase();
    if (!/^0x[0-9a-f]+$/.test(text)) return null;
    const digits = text.slice(2).replace(/^0+(?=.)/, "");
    return padded || digits.length === text.length - 2 ? `0x${digits}` : null;
}

/* A quantity that a double holds exactly. */
export function numberOf(value: unknown, padded = false): number | null {
    const quantity = quantityOf(value, padded);
    const number = quantity === null ? NaN : Number(quantity);
    return Number.isSafeInteger(number) ? number : null;
}

export const quantity = (number: number): Hex => `0x${number.toString(16)}`;

/* 32 bytes, as a word of the ABI holds a number. */
export const wordOf = (number: number): Hex => `0x${number.toString(16).padStart(64, "0")}`;

export function bytesFromHex(hex: string): Uint8Array {
    const bytes = new Uint8Array((hex.length - 2) / 2);
    for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(hex.slice(2 + 2 * i, 4 + 2 * i), 16);
    return bytes;
}
