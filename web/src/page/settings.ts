/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a check is made: whom the page asks, or what it is held to without asking. Providers are
 * the reader's choice and are kept in this browser; trust files, heads and blocks are for this
 * visit only, because a wrong one that stays would be a trap. Draws nothing.
 */
import type { Hex, TrustFile } from "../verifier/types";
import { recall, remember } from "./remember";

export type Way = "network" | "block" | "heads";

export interface Settings {
    way: Way;
    providers: string[];
    quorum: number; /* 0: the majority */
    block: string;
    heads: TrustFile | null;
    headsName: string;
    contract: string;
    mirror: string;
    trust: TrustFile | null; /* the reader's own; null: the page's */
    trustName: string;
}

export const MAX_PROVIDERS = 8;

/* Public providers of the networks that have a name, run by different people. */
const publicProviders: Readonly<Record<number, readonly string[]>> = {
    560048: [
        "https://ethereum-hoodi-rpc.publicnode.com",
        "https://rpc.hoodi.ethpandaops.io",
        "https://0xrpc.io/hoodi",
    ],
    11155111: [
        "https://ethereum-sepolia-rpc.publicnode.com",
        "https://rpc.sepolia.ethpandaops.io",
        "https://0xrpc.io/sep",
    ],
    1: ["https://ethereum-rpc.publicnode.com", "https://eth.drpc.org", "https://0xrpc.io/eth"],
};
const LOCAL = ["http://127.0.0.1:8545"];

export function defaultProviders(trust: TrustFile | null): string[] {
    const chains = trust === null ? [560048] : trust.networks.map((network) => network.chain_id);
    const urls = chains.flatMap((chain) => publicProviders[chain] ?? LOCAL);
    return [...new Set(urls)].slice(0, MAX_PROVIDERS);
}

/* bridge/url.h: https, or http to this machine alone. "": nothing is wrong. */
export function urlProblem(text: string): string {
    let url: URL;
    try {
        url = new URL(text);
    } catch {
        return "url-scheme";
    }
    if (url.protocol !== "https:" && url.protocol !== "http:") return "url-scheme";
    if (url.username !== "" || url.password !== "") return "url-userinfo";
    const local = url.hostname === "localhost" || /^127\.\d+\.\d+\.\d+$/.test(url.hostname);
    return url.protocol === "http:" && !local ? "url-not-local" : "";
}

function recalledProviders(): string[] | null {
    const text = recall("providers");
    if (text === null) return null;
    try {
        const list: unknown = JSON.parse(text);
        if (!Array.isArray(list)) return null;
        return list.filter((url): url is string => typeof url === "string").slice(0, MAX_PROVIDERS);
    } catch {
        return null;
    }
}

/* Over http(s) the page lies in a publication, whose files are its first mirror. */
export function ownDirectory(page: string): string {
    return /^https?:/.test(page) ? new URL(".", page).href : "";
}

export function initialSettings(trust: TrustFile | null, page: string): Settings {
    const quorum = Number(recall("quorum") ?? 0);
    return {
        way: "network",
        providers: recalledProviders() ?? defaultProviders(trust),
        quorum: Number.isInteger(quorum) && quorum >= 0 && quorum <= MAX_PROVIDERS ? quorum : 0,
        block: "",
        heads: null,
        headsName: "",
        contract: "",
        mirror: recall("mirror") ?? ownDirectory(page),
        trust: null,
        trustName: "",
    };
}

export function keepSettings(settings: Settings, trust: TrustFile | null, page: string): void {
    const usual = JSON.stringify(defaultProviders(trust));
    const providers = JSON.stringify(settings.providers);
    remember("providers", providers === usual ? null : providers);
    remember("quorum", settings.quorum === 0 ? null : String(settings.quorum));
    remember("mirror", settings.mirror === ownDirectory(page) ? null : settings.mirror);
}

export function forgetSettings(trust: TrustFile | null, page: string): Settings {
    for (const name of ["providers", "quorum", "mirror"]) remember(name, null);
    return initialSettings(trust, page);
}

export interface Fault {
    field: "providers" | "quorum" | "block" | "heads" | "contract" | "mirror";
    given: string;
    reason: string;
}

export function isHex(text: string, bytes: number): boolean {
    return new RegExp(`^0x[0-9a-f]{${2 * bytes}}$`, "i").test(text);
}

/* What must be put right before a check can use it. */
export function faultsOf(settings: Settings): Fault[] {
    const faults: Fault[] = [];
    const add = (field: Fault["field"], given: string, reason: string) => {
        if (reason !== "") faults.push({ field, given, reason });
    };
    if (settings.way === "network") {
        for (const url of settings.providers) add("providers", url, urlProblem(url));
        if (settings.quorum > settings.providers.length) add("quorum", String(settings.quorum), "not-in-range");
    }
    if (settings.way === "block" && !isHex(settings.block, 32)) add("block", settings.block, "not-a-hash");
    if (settings.way === "heads" && settings.heads === null) add("heads", "", "no-file");
    if (settings.contract !== "" && !isHex(settings.contract, 20)) {
        add("contract", settings.contract, "not-an-address");
    }
    if (settings.mirror !== "" && !/^https?:/.test(settings.mirror)) add("mirror", settings.mirror, "url-scheme");
    return faults;
}

/* Of two settings that differ in what a check makes of them, the marks differ. */
export function markOf(settings: Settings): string {
    const { way, providers, quorum, block, headsName, contract, mirror, trustName } = settings;
    const asked = way === "network" ? [providers, quorum, mirror] : way === "block" ? [block] : [headsName];
    return JSON.stringify([way, asked, contract, trustName]);
}

/* Whose word an answer rests on, where it is not the page's own trust: a sentence to say with it. */
export function ownWord(settings: Settings): string {
    if (settings.contract !== "") return "page.answer.typed";
    return settings.trust === null ? "" : "page.answer.given";
}

export function usesMirror(settings: Settings): boolean {
    return settings.way === "network" && settings.mirror !== "";
}

export function lowerHex(text: string): Hex {
    return text.toLowerCase() as Hex;
}
