/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the reader set, kept in this browser's own storage and nowhere else: language, look,
 * providers. Never a receipt. A browser that keeps nothing is no failure.
 */

const PREFIX = "voteanchor.";

export function recall(name: string): string | null {
    try {
        return globalThis.localStorage.getItem(PREFIX + name);
    } catch {
        return null; /* storage is turned off */
    }
}

export function remember(name: string, value: string | null): void {
    try {
        if (value === null) globalThis.localStorage.removeItem(PREFIX + name);
        else globalThis.localStorage.setItem(PREFIX + name, value);
    } catch {
        /* full or turned off: it holds until the page is closed */
    }
}
