/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of a publication over HTTP: each under a ceiling, and held to manifest.json where that is
 * there and small. A manifest is from the same place as the files: it shows damage on the way, and
 * nothing else. Whether what a file says is true is for whoever reads it.
 */
import { Failed, type Reason } from "../chain/failed";
import { send } from "../chain/http";
import { isObject } from "../chain/values";

const FETCH_MS = 60_000;
const MANIFEST_MAX = 4 * 1024 * 1024;
const MANIFEST_FORMAT = "voteanchor-publication-v1";

interface Listed {
    bytes: number;
    sha256: string;
}

export interface Files {
    base: string; /* ends with a slash */
    manifest: Promise<Map<string, Listed>> | null;
    signal?: AbortSignal;
}

/* The directory that an address means: of a page or file in it, its own. */
export function baseOf(address: string): string {
    const here = typeof location === "undefined" ? undefined : location.href;
    let url: URL;
    try {
        url = new URL(address, here);
    } catch {
        throw new Failed("never", "no-mirror");
    }
    if (!/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") throw new Failed("never", "no-mirror");
    url.search = "";
    url.hash = "";
    if (/\.[a-z]+$/.test(url.pathname)) return new URL(".", url).href;
    return url.pathname.endsWith("/") ? url.href : `${url.href}/`;
}

/* The bytes of a file; null: there is none. */
async function fetchFile(files: Files, path: string, max: number, cache: RequestCache): Promise<Uint8Array | null> {
    const answer = await send(new URL(path, files.base).href, { cache, max, signal: files.signal, timeout: FETCH_MS });
    if (answer.status === 404 || answer.status === 410) return null;
    if (answer.status !== 200) throw new Failed("now", "http-status");
    return answer.body;
}

export function parse(bytes: Uint8Array, reason: Reason = "mirror-damaged"): unknown {
    try {
        return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    } catch {
        throw new Failed("now", reason);
    }
}

/* ---- the manifest ---- */

function readManifest(bytes: Uint8Array): Map<string, Listed> {
    const manifest = parse(bytes);
    const listed = new Map<string, Listed>();
    if (!isObject(manifest) || manifest.format !== MANIFEST_FORMAT || !isObject(manifest.files)) return listed;
    for (const [path, about] of Object.entries(manifest.files)) {
        if (isObject(about) && typeof about.bytes === "number" && typeof about.sha256 === "string")
            listed.set(path, { bytes: about.bytes, sha256: about.sha256 });
    }
    return listed;
}

/* Empty where there is none that could be used: then nothing is held to it. */
async function fetchManifest(files: Files): Promise<Map<string, Listed>> {
    try {
        const bytes = await fetchFile(files, "manifest.json", MANIFEST_MAX, "no-cache");
        return bytes === null ? new Map() : readManifest(bytes);
    } catch (error) {
        if (error instanceof Failed && error.reason !== "stopped") return new Map();
        throw error;
    }
}

async function isAsListed(bytes: Uint8Array, listed: Listed): Promise<boolean> {
    if (bytes.length !== listed.bytes) return false;
    const subtle = globalThis.crypto?.subtle; /* not over plain http from elsewhere */
    if (subtle === undefined) return true;
    const digest = new Uint8Array(await subtle.digest("SHA-256", bytes as BufferSource));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("") === listed.sha256;
}

/*
 * A file's bytes as the manifest lists them; null: there is none. Throws Failed "mirror-damaged" where
 * they differ twice: once may be a publication that was replaced in between.
 */
export async function readFile(files: Files, path: string, max: number): Promise<Uint8Array | null> {
    for (const cache of ["no-cache", "reload"] as const) {
        files.manifest ??= fetchManifest(files);
        const bytes = await fetchFile(files, path, max, cache);
        const listed = (await files.manifest).get(path);
        if (bytes === null || listed === undefined || (await isAsListed(bytes, listed))) return bytes;
        files.manifest = null;
    }
    throw new Failed("now", "mirror-damaged");
}

export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
