/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every request that the page makes is written down here for the reader, because a page that
 * says "nothing of yours is sent" should show what was. It wraps fetch before anything else can
 * use it, and reads of a request only host and method.
 */

export interface Asked {
    host: string;
    methods: Map<string, number>;
    failed: number;
}

const asked = new Map<string, Asked>();
let changed: () => void = () => {};

/* JSON-RPC calls name their method in the body; everything else is told by its path. */
function methodOf(url: URL, init: RequestInit | undefined): string[] {
    if (typeof init?.body !== "string") return [url.pathname];
    try {
        const body: unknown = JSON.parse(init.body);
        const calls = Array.isArray(body) ? body : [body];
        return calls.map((call: { method?: unknown }) => String(call.method));
    } catch {
        return [url.pathname];
    }
}

function note(url: URL, init: RequestInit | undefined): Asked {
    const entry = asked.get(url.host) ?? { host: url.host, methods: new Map(), failed: 0 };
    asked.set(url.host, entry);
    for (const method of methodOf(url, init)) entry.methods.set(method, (entry.methods.get(method) ?? 0) + 1);
    changed();
    return entry;
}

function urlOf(input: RequestInfo | URL): URL {
    return new URL(input instanceof Request ? input.url : String(input), location.href);
}

export function watchRequests(whenChanged: () => void): void {
    const original = globalThis.fetch.bind(globalThis);
    changed = whenChanged;
    globalThis.fetch = async (input, init) => {
        const entry = note(urlOf(input), init);
        try {
            return await original(input, init);
        } catch (error) {
            entry.failed += 1;
            changed();
            throw error;
        }
    };
}

export function requests(): readonly Asked[] {
    return [...asked.values()];
}
