/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A receipt as the service's JSON has it, and what a citizen takes along of it: the file in both
 * forms, and a link into the verifier page, which is the share form as CBOR (FORMATS part 9) in
 * base64url behind a #, where no server sees it.
 */
import { bytesOf, join, utf8 } from "./hash";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Receipt = { [key: string]: Json };
export type Form = "full" | "share";

const LINK_MAX = 8000; /* longer ones are cut by mailers and messengers; the definition goes first */

function isObject(value: unknown): value is Receipt {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/* An object's member that is an object; empty where there is none. */
export function part(of: unknown, name: string): Receipt {
    const value = isObject(of) ? of[name] : undefined;
    return isObject(value) ? value : {};
}

/* RFC 8785, for texts and whole numbers: what a receipt consists of. */
function canonical(value: Json): Json {
    if (Array.isArray(value)) return value.map(canonical);
    if (!isObject(value)) return value;
    const sorted: Receipt = {};
    for (const key of Object.keys(value).sort()) sorted[key] = canonical(value[key] ?? null);
    return sorted;
}

function without(receipt: Receipt, name: string): Receipt {
    const { [name]: _left, ...rest } = receipt;
    return rest;
}

export const canonicalText = (value: Receipt): string => JSON.stringify(canonical(value));

/* The text of a .receipt.json. */
export function textOf(receipt: Receipt, form: Form): string {
    const kept = form === "full" ? receipt : without(receipt, "opening");
    return `${canonicalText(kept)}\n`;
}

/* ---- CBOR: RFC 8949 4.2.1, maps with ascending numbers for keys ---- */

function head(major: number, value: number): Uint8Array {
    const size = value < 24 ? 0 : value < 256 ? 1 : value < 65536 ? 2 : value < 4294967296 ? 4 : 8;
    const bytes = new Uint8Array(1 + size);
    bytes[0] = (major << 5) | (size === 0 ? value : 24 + Math.log2(size));
    for (let i = size, left = value; i > 0; i--, left = Math.floor(left / 256)) bytes[i] = left % 256;
    return bytes;
}

function textItem(text: string): Uint8Array {
    const bytes = utf8(text);
    return join(head(3, bytes.length), bytes);
}

function bytesItem(...hex: unknown[]): Uint8Array {
    const bytes = join(...hex.map((one) => bytesOf(one) ?? new Uint8Array()));
    return join(head(2, bytes.length), bytes);
}

function listItem(items: unknown, each: (item: unknown) => Uint8Array): Uint8Array {
    const list = Array.isArray(items) ? items : [];
    return join(head(4, list.length), ...list.map(each));
}

/* Members in the order of their keys; what is undefined is left out. */
function mapItem(members: (Uint8Array | undefined)[]): Uint8Array {
    const parts: Uint8Array[] = [];
    members.forEach((member, key) => member !== undefined && parts.push(head(0, key), member));
    return join(head(5, parts.length / 2), ...parts);
}

function has(of: Receipt, name: string): boolean {
    return of[name] !== undefined;
}

function numberItem(value: unknown): Uint8Array {
    return head(0, Number(value));
}

function hashesItem(value: unknown): Uint8Array {
    return bytesItem(...(Array.isArray(value) ? value : []));
}

function evidenceItem(evidence: Receipt): Uint8Array {
    return mapItem([
        textItem(String(evidence.format)),
        bytesItem(evidence.header),
        listItem(evidence.account, (node) => bytesItem(node)),
        listItem(evidence.storage, (node) => bytesItem(node)),
    ]);
}

function anchorItem(item: unknown): Uint8Array {
    const anchor = isObject(item) ? item : {};
    const entry = part(anchor, "entry");
    return mapItem([
        numberItem(anchor.chain_id),
        bytesItem(anchor.chain_genesis),
        bytesItem(anchor.contract),
        mapItem([
            numberItem(entry.number),
            numberItem(entry.block),
            numberItem(entry.time),
            bytesItem(entry.root),
            numberItem(entry.count),
        ]),
        bytesItem(anchor.parent),
        has(anchor, "later") ? hashesItem(anchor.later) : undefined,
        has(anchor, "evidence") ? evidenceItem(part(anchor, "evidence")) : undefined,
    ]);
}

function acceptanceItem(acceptance: Receipt): Uint8Array {
    return mapItem([
        numberItem(acceptance.chain_id),
        bytesItem(acceptance.contract),
        numberItem(acceptance.accepted_at),
        numberItem(acceptance.anchor_by),
        bytesItem(acceptance.signature),
    ]);
}

/* The share form as the bytes that are the receipt. */
export function shareBytes(receipt: Receipt, withDefinition: boolean): Uint8Array {
    const row = part(receipt, "row");
    const { definition } = receipt;
    return mapItem([
        textItem(String(receipt.format)),
        bytesItem(row.register, row.tag, row.content_hash),
        hashesItem(receipt.path),
        listItem(receipt.anchors, anchorItem),
        has(receipt, "acceptance") ? acceptanceItem(part(receipt, "acceptance")) : undefined,
        withDefinition && typeof definition === "string" ? textItem(definition) : undefined,
    ]);
}

function base64url(bytes: Uint8Array): string {
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/* The address of the verifier page with this receipt in its share form; `page` may be relative. */
export function link(receipt: Receipt, page: string): string {
    const base = page.split("#", 1)[0] ?? "";
    const whole = `${base}#r=${base64url(shareBytes(receipt, true))}`;
    return whole.length <= LINK_MAX ? whole : `${base}#r=${base64url(shareBytes(receipt, false))}`;
}
