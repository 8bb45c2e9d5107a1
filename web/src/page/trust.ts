/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The trust that the page carries, and trust files that a reader brings. Only the shape is
 * looked at here; whether a contract's address follows from its deployment record the verifier
 * computes before it uses one.
 */
import { Refused, type TrustFile } from "../verifier/types";

const FORMAT = "voteanchor-trust-v1";
const ARRAYS = ["contracts", "networks", "successors"] as const;

function refuse(where: string, reason: string): never {
    throw new Refused(where, reason);
}

/* A list of objects whose members are what the page shows of them: texts and numbers. */
function readItems(name: string, value: unknown): void {
    if (!Array.isArray(value)) refuse(name, "missing-member");
    for (const item of value as unknown[]) {
        if (item === null || typeof item !== "object" || Array.isArray(item)) refuse(name, "bad-type");
        const isPlain = (member: unknown) => typeof member === "string" || Number.isSafeInteger(member);
        if (!Object.values(item).every(isPlain)) refuse(name, "bad-type");
    }
}

/* Throws Refused with the reasons of bridge/publish/trust_json.h. The page's own has no heads. */
export function readTrust(text: string): TrustFile {
    let value: unknown;
    try {
        value = JSON.parse(text);
    } catch {
        refuse("", "not-json");
    }
    if (value === null || typeof value !== "object" || Array.isArray(value)) refuse("", "missing-member");
    const file = value as Partial<TrustFile>;
    if (file.format !== FORMAT) refuse("format", "bad-format");
    if (typeof file.city !== "string") refuse("city", "missing-member");
    for (const name of ARRAYS) readItems(name, file[name]);
    if (file.heads !== undefined) readItems("heads", file.heads);
    return { ...(file as TrustFile), heads: file.heads ?? [] };
}

/* null: the page was not published by a city and carries none. */
export function carriedTrust(): TrustFile | null {
    const text = document.getElementById("voteanchor-trust")?.textContent?.trim() ?? "";
    return text === "" || text === "{}" ? null : readTrust(text);
}
