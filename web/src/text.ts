/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sentences of text/en.json and text/ko.json for the pages, filled as bridge/text.h fills
 * them: a placeholder is {name}, and {name|one|many} is `one` where the value of name is "1".
 * Names of networks and times are written as bridge/network.c and bridge/moment.c write
 * them. Knows keys and placeholders, not meaning, and no document.
 */
import sentences from "virtual:voteanchor-text";
import type { Hex } from "./verifier/types";

export type Lang = "en" | "ko";
export type Values = Readonly<Record<string, string | number>>;

const TIME_MAX = 253_402_300_799; /* the end of the year 9999 */
const KST = "Asia/Seoul";

export function isLang(text: unknown): text is Lang {
    return text === "en" || text === "ko";
}

/* "ko-KR" and the like: the first language of the reader's list that there is. */
export function langOf(preferred: readonly string[]): Lang {
    for (const name of preferred) {
        const short = name.slice(0, 2).toLowerCase();
        if (isLang(short)) return short;
    }
    return "en";
}

export function has(key: string): boolean {
    return Object.hasOwn(sentences.en, key);
}

/* Controls of values from outside would be read as something else than they are. */
function harmless(value: string): string {
    return value.replace(/[\u0000-\u001f\u007f-\u009f\ufffe\uffff]/g, "\ufffd");
}

function placeholder(inside: string, values: Values): string {
    const [name = "", one, many] = inside.split("|");
    const value = values[name];
    if (value === undefined) return `{${name}}`; /* an unknown name stays visible */
    if (one === undefined) return harmless(String(value));
    return String(value) === "1" ? one : (many ?? one);
}

export function fill(template: string, values: Values): string {
    return template.replace(/\{([^}]*)\}/g, (_, inside: string) => placeholder(inside, values));
}

/* The sentence of a key; a key that is not there shows itself. */
export function say(lang: Lang, key: string, values: Values = {}): string {
    const template = sentences[lang][key];
    return template === undefined ? key : fill(template, values);
}

/* A failure's code in words, where there are words for it. */
export function reasonOf(lang: Lang, code: string): string {
    return has(`reason.${code}`) ? say(lang, `reason.${code}`) : code;
}

/* ---- networks: bridge/network.c ---- */

interface Network {
    chainId: number;
    genesis: Hex;
    text: string;
    testnet: boolean;
    explorer?: string;
}

const networks: readonly Network[] = [
    {
        chainId: 560048,
        genesis: "0xbbe312868b376a3001692a646dd2d7d1e4406380dfd86b98aa8a34d1557c971b",
        text: "network.hoodi",
        testnet: true,
        explorer: "https://hoodi.etherscan.io",
    },
    {
        chainId: 11155111,
        genesis: "0x25a5cc106eea7138acab33231d7160d69cb777ee0c2c553fcddf5138993e6dd9",
        text: "network.sepolia",
        testnet: true,
        explorer: "https://sepolia.etherscan.io",
    },
    {
        chainId: 1,
        genesis: "0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3",
        text: "network.mainnet",
        testnet: false,
        explorer: "https://etherscan.io",
    },
];

export interface NetworkName {
    key: string; /* of its name */
    testnet: boolean;
    explorer?: string;
}

/* A name is given only where chain id and genesis both match; anything else is a test chain. */
export function networkOf(chainId: number, genesis: string): NetworkName {
    const known = networks.find((n) => n.chainId === chainId && n.genesis === genesis);
    if (known === undefined) return { key: "network.local", testnet: true };
    return known.explorer === undefined
        ? { key: known.text, testnet: known.testnet }
        : { key: known.text, testnet: known.testnet, explorer: known.explorer };
}

/* ---- times: bridge/moment.c ---- */

interface Moment {
    date: string;
    clock: string;
    zone: string;
}

/* Made once for each zone: making one takes a phone longer than checking a path. */
const formats = new Map<string | undefined, Intl.DateTimeFormat>();

function formatOf(timeZone: string | undefined): Intl.DateTimeFormat {
    const known = formats.get(timeZone);
    if (known !== undefined) return known;
    const format = new Intl.DateTimeFormat("en-GB", {
        year: "numeric",
        month: "2-digit",
        day: "2-digit",
        hour: "2-digit",
        minute: "2-digit",
        second: "2-digit",
        hourCycle: "h23",
        timeZoneName: "short",
        ...(timeZone === undefined ? {} : { timeZone }),
    });
    formats.set(timeZone, format);
    return format;
}

function momentIn(at: Date, timeZone: string | undefined): Moment {
    const parts = new Map(formatOf(timeZone).formatToParts(at).map((part) => [part.type, part.value]));
    const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? "";
    return {
        date: `${part("year").padStart(4, "0")}-${part("month")}-${part("day")}`,
        clock: `${part("hour")}:${part("minute")}:${part("second")}`,
        zone: timeZone === KST ? "KST" : part("timeZoneName"),
    };
}

function write(lang: Lang, unix: number, clockChars: number, zone?: string): string {
    if (!Number.isInteger(unix) || unix < 0 || unix > TIME_MAX) return String(unix);
    const at = new Date(unix * 1000);
    const utc = momentIn(at, "UTC");
    const local = momentIn(at, lang === "ko" ? KST : zone);
    const utcClock = utc.clock.slice(0, clockChars);
    const beside = local.date === utc.date ? utcClock : `${utc.date} ${utcClock}`;
    if (local.zone === "UTC") return `${utc.date} ${utcClock} UTC`;
    return `${local.date} ${local.clock.slice(0, clockChars)} ${local.zone} (${beside} UTC)`;
}

/* In the reader's zone, KST in Korean, with UTC beside. `zone` stands in for the reader's. */
export function momentOf(lang: Lang, unix: number, zone?: string): string {
    return write(lang, unix, 8, zone);
}

/* The same without seconds: for times that are full minutes. */
export function minuteOf(lang: Lang, unix: number, zone?: string): string {
    return write(lang, unix, 5, zone);
}
