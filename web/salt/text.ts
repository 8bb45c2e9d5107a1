/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sentences `salt.*` of the catalogue, in two languages, and times in the style of the reader's
 * language: the script is the site's, and carries no formatter of the verifier page's size.
 */
import sentences from "virtual:voteanchor-salt-text";

export type Lang = "en" | "ko";

/* The sentence of salt.<key>; a key that is not there shows itself. */
export function say(lang: Lang, key: string, values: Record<string, string> = {}): string {
    const template = sentences[lang][key] ?? key;
    return template.replace(/\{(\w+)\}/g, (all, name: string) => values[name] ?? all);
}

/* "2026. 11. 22. 오후 6:00 KST (2026-11-22 09:00 UTC)" in Korean; in English the reader's own zone. */
export function timeText(lang: Lang, seconds: number): string {
    const options = { dateStyle: "medium", timeStyle: "short" } as const;
    const zone = lang === "ko" ? { timeZone: "Asia/Seoul" } : {};
    const there = new Intl.DateTimeFormat(lang, { ...options, ...zone }).format(seconds * 1000);
    const utc = new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ");
    return `${there}${lang === "ko" ? " KST" : ""} (${utc} UTC)`;
}
