/* SPDX-License-Identifier: Apache-2.0 */
/* The sentences `salt.*` of the catalogue, in two languages, and times as everywhere else. */
import sentences from "virtual:voteanchor-salt-text";

export type Lang = "en" | "ko";

/* The sentence of salt.<key>; a key that is not there shows itself. */
export function say(lang: Lang, key: string, values: Record<string, string> = {}): string {
    const template = sentences[lang][key] ?? key;
    return template.replace(/\{(\w+)\}/g, (all, name: string) => values[name] ?? all);
}

/* "2026-11-22 18:00 KST (09:00 UTC)" in Korean, the reader's own zone in English. */
export function timeText(lang: Lang, seconds: number): string {
    const options = { dateStyle: "medium", timeStyle: "short" } as const;
    const zone = lang === "ko" ? { timeZone: "Asia/Seoul" } : {};
    const there = new Intl.DateTimeFormat(lang, { ...options, ...zone }).format(seconds * 1000);
    return `${there} (${new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC)`;
}
