/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One request over fetch: no redirects, no cookies, no referrer, a ceiling that holds while bytes
 * arrive, an end in time. Knows neither JSON-RPC nor publications. A page cannot tell a server
 * that is down from one that does not answer web pages (CORS): both are "unreachable".
 */
import { Failed } from "./failed";

export interface Fetched {
    body: Uint8Array;
    retryAfter: number;
    status: number;
}

export interface Asking {
    body?: string; /* a POST of JSON; without one a GET */
    cache?: RequestCache;
    max: number; /* bytes */
    signal?: AbortSignal;
    timeout: number; /* ms, for all of it */
}

/* https, or this machine: as bridge/url.c, but for keys, which a page's own memory may hold. */
export function isAllowed(url: string): boolean {
    let parts: URL;
    try {
        parts = new URL(url);
    } catch {
        return false;
    }
    const local = /^(localhost|\[::1\]|127(\.[0-9]{1,3}){3})$/.test(parts.hostname);
    const scheme = parts.protocol === "https:" || (parts.protocol === "http:" && local);
    return scheme && parts.username === "" && parts.password === "" && url.length <= 512;
}

/* Seconds to wait, from either form of the header; 0: not said. */
function retryAfterOf(text: string | null): number {
    if (text === null) return 0;
    const seconds = /^[0-9]+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
    return seconds > 0 ? Math.min(Math.ceil(seconds), 86400) : 0;
}

async function readBody(response: Response, max: number): Promise<Uint8Array> {
    if (response.body === null) return new Uint8Array(0);
    const reader = response.body.getReader();
    const chunks: Uint8Array[] = [];
    let length = 0;
    for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        length += value.length;
        if (length > max) {
            void reader.cancel().catch(() => {});
            throw new Failed("never", "too-large");
        }
        chunks.push(value);
    }
    const all = new Uint8Array(length);
    let at = 0;
    for (const chunk of chunks) {
        all.set(chunk, at);
        at += chunk.length;
    }
    return all;
}

/* Our own clock and the user's stop in one signal, for engines without AbortSignal.any. */
function both(signal: AbortSignal | undefined, timeout: number): { signal: AbortSignal; late: () => boolean; end: () => void } {
    const controller = new AbortController();
    const stop = () => controller.abort();
    let isLate = false;
    const timer = setTimeout(() => {
        isLate = true;
        stop();
    }, timeout);
    signal?.addEventListener("abort", stop);
    if (signal?.aborted) stop();
    const end = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", stop);
    };
    return { signal: controller.signal, late: () => isLate, end };
}

/* Throws Failed; whatever status comes back is the caller's to judge. */
export async function send(url: string, asking: Asking): Promise<Fetched> {
    const clock = both(asking.signal, asking.timeout);
    let answered = false;
    try {
        const response = await fetch(url, {
            method: asking.body === undefined ? "GET" : "POST",
            ...(asking.body === undefined ? {} : { body: asking.body, headers: { "content-type": "application/json" } }),
            cache: asking.cache ?? "no-store",
            credentials: "omit",
            redirect: "error",
            referrerPolicy: "no-referrer",
            signal: clock.signal,
        });
        answered = true;
        const body = await readBody(response, asking.max);
        return { body, retryAfter: retryAfterOf(response.headers.get("retry-after")), status: response.status };
    } catch (error) {
        if (error instanceof Failed) throw error;
        if (clock.late()) throw new Failed("now", "timeout");
        if (asking.signal?.aborted) throw new Failed("never", "stopped");
        throw new Failed("now", answered ? "cut-off" : "unreachable");
    } finally {
        clock.end();
    }
}

/* Waits, unless the user stops it. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
        const stop = () => {
            clearTimeout(timer);
            reject(new Failed("never", "stopped"));
        };
        const timer = setTimeout(() => {
            signal?.removeEventListener("abort", stop);
            resolve();
        }, ms);
        signal?.addEventListener("abort", stop, { once: true });
        if (signal?.aborted) stop();
    });
}
