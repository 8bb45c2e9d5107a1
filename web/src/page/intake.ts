/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What somebody hands to the page - a file, pasted text, a code's text, a link - sorted by what
 * it is. Only the kind is told apart here: whether it is a sound receipt, bundle or trust file
 * is for the one who reads it.
 */
import { codeInPicture } from "./qr";
import { receiptInLink } from "./link";

export type Given =
    | { kind: "receipt"; name: string; input: Uint8Array | string }
    | { kind: "bundle"; name: string; text: string }
    | { kind: "trust"; name: string; text: string }
    | { kind: "refused"; name: string; where: string; reason: string };

const MAX_BYTES = 64 * 1024 * 1024; /* a breach bundle holds the leaf lists of whole batches */

function isPicture(file: File): boolean {
    return file.type.startsWith("image/");
}

/* The `format` that a JSON text names, if it is one. */
function formatOf(text: string): string | null {
    try {
        const value: unknown = JSON.parse(text);
        const format = value !== null && typeof value === "object" && "format" in value && value.format;
        return typeof format === "string" ? format : null;
    } catch {
        return null;
    }
}

export function sortText(name: string, text: string): Given {
    const trimmed = text.trim();
    /* What begins as a receipt's text is one, whatever stands in its title or behind it. */
    const linked = trimmed.startsWith("{") ? undefined : receiptInLink(trimmed);
    if (trimmed === "") return { kind: "refused", name, where: "file", reason: "empty" };
    if (linked === null) return { kind: "refused", name, where: "link", reason: "base64url" };
    if (linked !== undefined) return { kind: "receipt", name, input: linked };
    if (!trimmed.startsWith("{")) return { kind: "receipt", name, input: trimmed.replace(/\s*[\r\n]\s*/g, "") };
    const format = formatOf(trimmed);
    if (format === "voteanchor-breach-v1") return { kind: "bundle", name, text };
    if (format === "voteanchor-trust-v1") return { kind: "trust", name, text };
    return { kind: "receipt", name, input: text };
}

function textOf(bytes: Uint8Array): string | null {
    try {
        return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
        return null;
    }
}

export function sortBytes(name: string, bytes: Uint8Array): Given {
    if (bytes.length === 0) return { kind: "refused", name, where: "file", reason: "empty" };
    const first = bytes[0] ?? 0;
    const text = first < 0x80 ? textOf(bytes) : null; /* a receipt's CBOR begins with a map, a0-bf */
    return text === null ? { kind: "receipt", name, input: bytes } : sortText(name, text);
}

async function sortPicture(file: File): Promise<Given> {
    try {
        const text = await codeInPicture(file);
        if (text === null) return { kind: "refused", name: file.name, where: "picture", reason: "no-code" };
        return sortText(file.name, text);
    } catch {
        return { kind: "refused", name: file.name, where: "picture", reason: "no-picture" };
    }
}

export async function sortFile(file: File): Promise<Given> {
    if (file.size > MAX_BYTES) return { kind: "refused", name: file.name, where: "file", reason: "too-long" };
    if (isPicture(file)) return sortPicture(file);
    return sortBytes(file.name, new Uint8Array(await file.arrayBuffer()));
}
