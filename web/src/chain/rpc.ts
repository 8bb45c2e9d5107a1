/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One provider: JSON-RPC 2.0 over POST, one call a request, the envelope held to its form, reads
 * repeated a bounded number of times. What an error means is what rpc/answers.c says it means.
 * Believes nothing of what comes back.
 */
import { Failed, type Kind } from "./failed";
import { isAllowed, pause, send } from "./http";
import { isObject } from "./values";

const CALL_MS = 10_000;
const BACKOFF_MS = 250;
const RATE_BACKOFF_MS = 1000;
const BACKOFF_MAX_MS = 10_000;
const AT_ONCE = 4; /* calls under way: public endpoints count them */
const NO_SUCH_METHOD = -32601;

export const RESPONSE_MAX = 256 * 1024;

export interface Provider {
    alone: boolean; /* nobody else can be asked */
    failure: Failed | null; /* of the last call; null: it answered */
    name: string; /* its host, never the URL */
    noBlockHash: boolean; /* refused a block by its hash where a number is usual (EIP-1898) */
    retries: number;
    signal?: AbortSignal;
    silenced: Failed | null; /* why its word counts no more */
    timeout: number;
    trouble: Failed | null; /* why it was of no use in finding the final block */
    url: string;
    /* private to this file */
    nextId: number;
    refused: Set<string>; /* methods that it does not offer */
    running: number;
    waiting: (() => void)[];
}

export function makeProvider(url: string, alone: boolean, signal?: AbortSignal): Provider {
    const allowed = isAllowed(url);
    const silenced = allowed ? null : new Failed("never", "url-not-local");
    return {
        alone,
        failure: null,
        name: allowed ? new URL(url).host : "?",
        nextId: 1,
        noBlockHash: false,
        refused: new Set(),
        retries: alone ? 3 : 1 /* nobody waits long for one of several */,
        running: 0,
        signal,
        silenced,
        timeout: CALL_MS,
        trouble: null,
        url,
        waiting: [],
    };
}

/* ---- what an error means ---- */

const ERROR_TEXTS: [string, Kind][] = [
    ["query returned more than", "never"],
    ["response size", "never"],
    ["block range", "never"],
    ["rate limit", "later"],
    ["too many requests", "later"],
    ["header not found", "now"],
    ["header for hash not found", "now"],
    ["block not found", "now"],
    ["unknown block", "now"],
    ["missing trie node", "now"],
    ["indexing is in progress", "now"],
    ["pruned history", "now"],
];

const ERROR_CODES = new Map<number, Kind>([
    [-32603, "now"],
    [-32002, "now"],
    [4444, "now"],
    [-32700, "now"],
    [-32005, "later"],
    [429, "later"],
    [-32600, "never"],
    [NO_SUCH_METHOD, "never"],
    [-32602, "never"],
]);

const LOG_LIMITS = ["query returned more than", "response size", "response too large", "range", "too many"];

function errorOf(method: string, code: number, message: string): Failed {
    const text = message.toLowerCase();
    if (method === "eth_getLogs" && !text.includes("too many requests") && LOG_LIMITS.some((part) => text.includes(part)))
        return new Failed("logs", "too-many-logs");
    /* A young chain has no finalized block yet: an error in geth, null elsewhere. */
    if (/^eth_getBlock/.test(method) && /block not found|unknown block/.test(text)) return new Failed("unknown", "provider-error");
    const kind = ERROR_TEXTS.find(([part]) => text.includes(part))?.[1] ?? ERROR_CODES.get(code) ?? "conflict";
    return new Failed(kind, kind === "later" ? "rate-limited" : "provider-error");
}

function httpFailure(method: string, status: number, retryAfter: number): Failed {
    if (status === 413 && method === "eth_getLogs") return new Failed("logs", "too-many-logs");
    if (status === 401) return new Failed("never", "refused-key");
    if (status === 403 || status === 408 || status === 429)
        return new Failed("later", status === 429 ? "rate-limited" : "http-status", retryAfter);
    return new Failed(status >= 400 && status < 500 ? "never" : "now", "http-status");
}

/* ---- one call ---- */

/* The envelope's result; its error object is thrown as what it means. */
function open(method: string, id: number, body: Uint8Array): unknown {
    let answer: unknown;
    try {
        answer = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
    } catch {
        throw new Failed("now", "malformed");
    }
    const members = isObject(answer) ? Object.keys(answer) : [];
    const known = members.every((name) => ["error", "id", "jsonrpc", "result"].includes(name));
    if (!isObject(answer) || !known || answer.jsonrpc !== "2.0" || answer.id !== id || "result" in answer === "error" in answer)
        throw new Failed("now", "malformed");
    if ("result" in answer) return answer.result;
    const { error } = answer;
    if (!isObject(error) || !Number.isSafeInteger(error.code) || typeof error.message !== "string")
        throw new Failed("now", "malformed");
    const failed = errorOf(method, error.code as number, error.message);
    throw Object.assign(failed, { code: error.code });
}

async function attempt(provider: Provider, method: string, params: unknown[], max: number): Promise<unknown> {
    const id = provider.nextId++;
    const body = JSON.stringify({ jsonrpc: "2.0", id, method, params });
    let answer;
    try {
        answer = await send(provider.url, { body, max, signal: provider.signal, timeout: provider.timeout });
    } catch (error) {
        if (error instanceof Failed && error.reason === "too-large" && method === "eth_getLogs")
            throw new Failed("logs", "too-many-logs");
        throw error;
    }
    if (answer.status === 200) return open(method, id, answer.body);
    const failure = httpFailure(method, answer.status, answer.retryAfter);
    /* Some providers answer an error object with another status. */
    if (answer.status === 400 || answer.status === 500) {
        try {
            open(method, id, answer.body);
        } catch (error) {
            if (error instanceof Failed && error.reason !== "malformed") throw error;
        }
    }
    throw failure;
}

/* How long to wait before the next attempt; null: there should be none. */
function waitOf(failed: Failed, done: number): number | null {
    if (failed.kind !== "now" && failed.kind !== "later") return null;
    const rate = failed.retryAfter > 0 ? 1000 * failed.retryAfter : RATE_BACKOFF_MS;
    const ms = (failed.kind === "later" ? rate : BACKOFF_MS) * (failed.retryAfter > 0 ? 1 : 2 ** done);
    return ms <= BACKOFF_MAX_MS ? ms : null;
}

async function turn(provider: Provider): Promise<() => void> {
    if (provider.running >= AT_ONCE) await new Promise<void>((go) => provider.waiting.push(go));
    provider.running++;
    return () => {
        provider.running--;
        provider.waiting.shift()?.();
    };
}

/* Asks, and repeats what is safe to repeat. Throws Failed, which stays in provider.failure. */
export async function call(provider: Provider, method: string, params: unknown[], max = RESPONSE_MAX): Promise<unknown> {
    if (provider.refused.has(method)) throw new Failed("never", "provider-error");
    const done = await turn(provider);
    try {
        for (let tries = 0; ; tries++) {
            try {
                const result = await attempt(provider, method, params, max);
                provider.failure = null;
                return result;
            } catch (error) {
                if (!(error instanceof Failed)) throw error;
                provider.failure = error;
                if ((error as { code?: number }).code === NO_SUCH_METHOD) provider.refused.add(method);
                const isSlow = error.reason === "timeout" && !provider.alone;
                const wait = tries < provider.retries && !isSlow ? waitOf(error, tries) : null;
                if (wait === null) throw error;
                await pause(wait, provider.signal);
            }
        }
    } finally {
        done();
    }
}

/* Null means unknown, not yet indexed or pruned, never "no". */
export async function callForSome(provider: Provider, method: string, params: unknown[], max = RESPONSE_MAX): Promise<unknown> {
    const result = await call(provider, method, params, max);
    if (result === null || result === undefined) throw new Failed("unknown", "provider-error");
    return result;
}

/* An answer that is not what the method returns, or not true: why, for the report. */
export function blame(provider: Provider, kind: "malformed" | "lie"): Failed {
    const failed = kind === "lie" ? new Failed("lie", "lying") : new Failed("now", "malformed");
    provider.failure = failed;
    return failed;
}
