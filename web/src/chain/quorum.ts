/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several providers, none trusted: sorted by the network that they serve, and on each k of n must
 * agree on which block is final (bridge/engine/quorum*.c, bridge/audit/witness*.c). All else is
 * proven against that block by whoever is asked. Fewer than k liars can only cause "could not
 * check".
 */
import { Failed, failureOf } from "./failed";
import { fetchBlock, identify, type Block } from "./header";
import { pause } from "./http";
import { makeProvider, type Provider } from "./rpc";
import type { Hex, TrustNetwork, Verifier } from "../verifier/types";

export const PROVIDERS_MAX = 8;
const GRACE_MS = 2000;
const SECOND_ASK_MS = 250; /* a node has made up its mind about a block by then */

/* The providers of one network, and what they agree on. */
export interface Network extends TrustNetwork {
    agreed: number; /* providers that named the final block */
    final: Block | null;
    k: number;
    providers: Provider[];
    trouble: Failed | null; /* why there is no final block */
    turn: number; /* whom to ask first */
}

/*
 * All answers, but who is still silent `GRACE_MS` after there were enough is left out: nobody has
 * to wait for one of several. null stands for those.
 */
function gather<T>(asked: Promise<T>[], isEnough: (answers: T[]) => boolean): Promise<(T | null)[]> {
    return new Promise((resolve, reject) => {
        const answers: (T | null)[] = asked.map(() => null);
        let left = asked.length;
        let timer: ReturnType<typeof setTimeout> | undefined;
        const end = () => {
            clearTimeout(timer);
            resolve([...answers]);
        };
        if (left === 0) end();
        for (const [i, one] of asked.entries()) {
            one.then((answer) => {
                answers[i] = answer;
                left--;
                if (left === 0) end();
                else if (timer === undefined && isEnough(answers.filter((known): known is NonNullable<typeof known> => known !== null)))
                    timer = setTimeout(end, GRACE_MS);
            }, reject);
        }
    });
}

const has = (provider: Provider) => provider.silenced === null;

/* What cannot be said by mistake takes a provider's voice, and so does who wants to be left alone. */
function book(provider: Provider, failed: Failed): void {
    if (failed.kind === "lie" || failed.kind === "later" || failed.reason === "refused-key") provider.silenced = failed;
}

async function read(verifier: Verifier, provider: Provider, id: Parameters<typeof fetchBlock>[2]): Promise<Block | Failed> {
    try {
        return await fetchBlock(verifier, provider, id);
    } catch (error) {
        const failed = failureOf(error);
        provider.failure = failed;
        book(provider, failed);
        return failed;
    }
}

/* Who was not waited for has no word in what follows. */
function silence(providers: Provider[], answers: unknown[]): void {
    for (const [i, provider] of providers.entries()) if (answers[i] === null) provider.silenced ??= new Failed("now", "timeout");
}

/* ---- networks ---- */

async function whoIs(verifier: Verifier, provider: Provider): Promise<TrustNetwork | Failed> {
    if (provider.silenced !== null) return provider.silenced;
    try {
        return await identify(verifier, provider);
    } catch (error) {
        const failed = failureOf(error);
        provider.failure = provider.silenced = failed.kind === "unknown" ? new Failed("now", "malformed") : failed;
        return provider.silenced;
    }
}

/* One host is one voice, however many of its addresses were given: who is heard twice is not two. */
function join(network: Network, provider: Provider): void {
    if (network.providers.every((one) => one.name !== provider.name)) network.providers.push(provider);
    else provider.silenced ??= new Failed("never", "given-twice");
}

/*
 * A network for each that providers were found to serve, in the order given. Who did not say where
 * it is counts with the first, so that a quorum does not become smaller by silence.
 */
function sort(providers: Provider[], answers: (TrustNetwork | Failed | null)[], quorum: number | undefined): Network[] {
    const networks: Network[] = [];
    const isSilent = (answer: TrustNetwork | Failed | null) => answer === null || answer instanceof Failed;
    for (const [i, answer] of answers.entries()) {
        if (answer === null || answer instanceof Failed) continue;
        let network = networks.find((one) => one.chain_id === answer.chain_id && one.chain_genesis === answer.chain_genesis);
        if (network === undefined) {
            network = { ...answer, agreed: 0, final: null, k: 0, providers: [], trouble: null, turn: 0 };
            networks.push(network);
        }
        join(network, providers[i] as Provider);
    }
    const [first] = networks;
    if (first !== undefined)
        for (const [i, provider] of providers.entries()) if (isSilent(answers[i] ?? null)) join(first, provider);
    for (const network of networks) network.k = quorum ?? Math.floor(network.providers.length / 2) + 1;
    return networks;
}

/* ---- the final block ---- */

/* What each provider of the network calls final, in its place. */
type Heads = (Block | null)[];

/* Its block's hash at `level`, by the parent link where that tells; else it is asked. */
async function hashAt(verifier: Verifier, network: Network, heads: Heads, i: number, level: number): Promise<Hex | null> {
    const head = heads[i] ?? null;
    if (head === null || head.number < level) return null;
    if (head.number === level + 1) return head.parent;
    if (head.number === level) return head.hash;
    const lower = await read(verifier, network.providers[i] as Provider, { number: level });
    heads[i] = lower instanceof Failed ? null : lower;
    return heads[i]?.hash ?? null;
}

/* The one hash that k name, if it is the only one. */
function agreedHash(hashes: (Hex | null)[], k: number): { hash: Hex; voices: number } | null {
    const counts = new Map<Hex, number>();
    for (const hash of hashes) if (hash !== null) counts.set(hash, (counts.get(hash) ?? 0) + 1);
    const agreed = [...counts].filter(([, voices]) => voices >= k);
    const [only] = agreed;
    return agreed.length === 1 && only !== undefined ? { hash: only[0], voices: only[1] } : null;
}

/* Its header: somebody's own, or asked of one of those who named it. */
async function fetchAgreed(verifier: Verifier, heads: Heads, named: Provider[], hash: Hex): Promise<Block | null> {
    const known = heads.find((head) => head?.hash === hash);
    if (known) return known;
    for (const provider of named) {
        const block = await read(verifier, provider, { hash });
        if (!(block instanceof Failed)) return block;
    }
    return null;
}

/* The highest block that k have; who is far above with one of its own hides nothing below. */
async function agree(verifier: Verifier, network: Network, heads: Heads): Promise<void> {
    const numbers = heads.flatMap((head) => (head === null ? [] : [head.number])).sort((a, b) => b - a);
    let level = numbers[network.k - 1];
    while (level !== undefined) {
        const at = level;
        const hashes = await Promise.all(heads.map((_, i) => hashAt(verifier, network, heads, i, at)));
        const found = agreedHash(hashes, network.k);
        if (found !== null) {
            const named = network.providers.filter((_, i) => hashes[i] === found.hash);
            network.final = await fetchAgreed(verifier, heads, named, found.hash);
            network.agreed = found.voices;
            return;
        }
        const lower = heads.flatMap((head) => (head !== null && head.number < at ? [head.number] : []));
        level = lower.length > 0 ? Math.max(...lower) : undefined;
    }
}

/* Finds the network's final block, or leaves why not in network.trouble. */
async function settle(verifier: Verifier, network: Network): Promise<void> {
    const isBlock = (answer: Block | Failed) => !(answer instanceof Failed);
    const answers = await gather(
        network.providers.map(async (provider) => provider.silenced ?? read(verifier, provider, { tag: "finalized" })),
        (known) => known.filter(isBlock).length >= network.k,
    );
    silence(network.providers, answers);
    const heads = answers.map((answer) => (answer === null || answer instanceof Failed ? null : answer));
    const denied = answers.some((answer) => answer instanceof Failed && answer.kind === "unknown");
    if (heads.filter((head) => head !== null).length >= network.k) await agree(verifier, network, heads);
    if (network.final === null) {
        const young = denied && heads.every((head) => head === null);
        network.trouble = new Failed("now", young ? "no-final-block" : "no-quorum");
    }
}

export interface Asked {
    networks: Network[];
    providers: Provider[];
}

/* Connects: who serves which network, and what is final there. Never throws Failed. */
export async function ask(
    verifier: Verifier,
    given: { providers: string[]; quorum?: number; signal?: AbortSignal },
    step: () => void,
): Promise<Asked> {
    const urls = given.providers.slice(0, PROVIDERS_MAX);
    const providers = urls.map((url) => makeProvider(url, urls.length === 1, given.signal));
    const answers = await gather(
        providers.map(async (provider) => {
            const answer = await whoIs(verifier, provider);
            step();
            return answer;
        }),
        (known) => known.filter((answer) => !(answer instanceof Failed)).length > providers.length / 2,
    );
    silence(providers, answers);
    const networks = sort(providers, answers, given.quorum);
    await Promise.all(networks.map((network) => settle(verifier, network)));
    for (const provider of providers) {
        provider.trouble = provider.silenced ?? provider.failure;
        step();
    }
    return { networks, providers };
}

export function networkOf(networks: Network[], chainId: number | undefined, genesis?: Hex): Network | null {
    const fits = (network: Network) =>
        (chainId === undefined || network.chain_id === chainId) && (genesis === undefined || network.chain_genesis === genesis);
    return networks.find((network) => network.final !== null && fits(network)) ?? null;
}

/* ---- questions ---- */

/* What k providers say of a block: as enum vota_witness_block. */
export type BlockWord = "final" | "not-final" | "gone" | "unknown";

export async function askBlock(verifier: Verifier, network: Network, number: number, hash: Hex): Promise<BlockWord> {
    const isSame = (answer: Block | Failed) => !(answer instanceof Failed) && answer.hash === hash;
    const answers = await gather(
        network.providers.filter(has).map((provider) => read(verifier, provider, { number })),
        (known) => known.filter(isSame).length >= network.k,
    );
    const blocks = answers.flatMap((answer) => (answer === null || answer instanceof Failed ? [] : [answer.hash]));
    const same = blocks.filter((one) => one === hash).length;
    const other = blocks.length - same;
    if (same >= network.k && other < network.k)
        return network.final !== null && number <= network.final.number ? "final" : "not-final";
    return other >= network.k && same < network.k ? "gone" : "unknown";
}

/* A contradiction says something about the chain, "unknown" that nobody knew; else the last one. */
function better(kept: Failed | null, failed: Failed): Failed {
    const keep = kept !== null && (kept.kind === "conflict" || (kept.kind === "unknown" && failed.kind !== "conflict"));
    return keep ? kept : failed;
}

/*
 * Calls `question` with one provider after the other until one answers. For answers that prove
 * themselves. A lie is what is said twice: a node that answers while a block comes in may mix two
 * moments once.
 */
export async function askEach<T>(network: Network, question: (provider: Provider) => Promise<T>): Promise<T> {
    const first = network.turn++;
    let kept: Failed | null = null;
    for (let i = 0; i < network.providers.length; i++) {
        const provider = network.providers[(first + i) % network.providers.length] as Provider;
        for (let tries = 0; tries < 2 && has(provider); tries++) {
            try {
                return await question(provider);
            } catch (error) {
                const failed = failureOf(error);
                if (failed.reason === "stopped") throw failed;
                if (failed.kind === "lie" && tries === 0) {
                    await pause(SECOND_ASK_MS, provider.signal);
                    continue;
                }
                book(provider, failed);
                kept = better(kept, failed);
                break;
            }
        }
    }
    throw kept ?? new Failed("now", "no-provider");
}
