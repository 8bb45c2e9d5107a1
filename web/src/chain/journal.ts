/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A contract's state and complete journal as of one final block (bridge/audit/proven.c): the head
 * is proven against the block's header, and the journal folds to it, wherever its entries came
 * from: a publication, events after it, or events alone. What one provider told is never mixed
 * with what another did.
 */
import { Failed, failureOf } from "./failed";
import { readEvent, type Event, type Log } from "./events";
import { fetchAllLogs, fetchHead } from "./eth";
import { fetchBlock, type Block } from "./header";
import { askEach, type Network } from "./quorum";
import { blame, type Provider } from "./rpc";
import type { Line, Publication } from "./types";
import { VerifierFailed } from "../verifier/machine";
import { Refused, type Deployment, type EntryView, type EvidenceView, type Hex, type Verifier } from "../verifier/types";

/* How a head is: in the final block, with the whole journal to it where that could be had. */
export interface Proven {
    block: Block;
    entries: EntryView[] | null;
    evidence: EvidenceView;
    head: Hex;
    trouble: Failed | null; /* why there are no entries */
}

/* Whether two records are of one contract on one network, deployed alike. */
export function isSameRecord(a: Deployment, b: Deployment): boolean {
    const { block: _1, time: _2, transaction: _3, ...left } = a;
    const { block: _4, time: _5, transaction: _6, ...right } = b;
    return Object.entries(left).every(([name, value]) => right[name as keyof typeof right] === value);
}

/* ---- lines of a publication ---- */

/*
 * The head after entries; null: the contract cannot have written them, or they are more than the
 * verifier's memory holds. Whoever told them is not believed then, and others are asked.
 */
export function foldOf(verifier: Verifier, record: Deployment, entries: EntryView[]): Hex | null {
    try {
        return verifier.fold(record, entries);
    } catch (error) {
        if (error instanceof Refused || error instanceof VerifierFailed) return null;
        throw error;
    }
}

/* Those that stand before a head, the head's own included; null: they do not lead to it. */
export function linesTo(verifier: Verifier, record: Deployment, lines: Line[], head: Hex): EntryView[] | null {
    let place = lines.length;
    while (place > 0 && lines[place - 1]?.head !== head) place--;
    const entries = lines.slice(0, place).map((line) => line.entry);
    return foldOf(verifier, record, entries) === head ? entries : null;
}

/* All of them, if they are one journal up to the last head that they tell. */
function soundLines(verifier: Verifier, record: Deployment, lines: Line[], before: number): EntryView[] {
    const known = lines.filter((line) => line.entry.block <= before);
    const head = known.at(-1)?.head;
    return head === undefined ? [] : (linesTo(verifier, record, known, head) ?? []);
}

/* ---- events ---- */

/* Entries after the number `known`, one after the other; of blocks that are read twice, once. */
function eventsAfter(provider: Provider, logs: Log[], known: number): Event[] {
    const events: Event[] = [];
    for (const log of logs) {
        const event = readEvent(log);
        if (event === undefined) throw blame(provider, "malformed");
        if (event === null || event.entry.number <= known) continue;
        if (event.entry.number !== known + events.length + 1) throw new Failed("now", "entry-missing");
        events.push(event);
    }
    return events;
}

/* Each entry with its block's time: as the node hints, or as the header says that hashes. */
async function withTimes(verifier: Verifier, provider: Provider, events: Event[], hinted: boolean): Promise<EntryView[]> {
    const blocks = new Map<Hex, Promise<Block>>();
    const blockOf = (hash: Hex) => {
        const block = blocks.get(hash) ?? fetchBlock(verifier, provider, { hash });
        blocks.set(hash, block);
        return block;
    };
    return Promise.all(
        events.map(async ({ entry, log }) => {
            if (hinted) return { ...entry, time: log.time ?? 0 };
            const block = await blockOf(log.block_hash);
            if (block.number !== entry.block) throw blame(provider, "lie");
            return { ...entry, time: block.time };
        }),
    );
}

interface Reading {
    block: Block;
    head: Hex;
    known: EntryView[]; /* a journal's first entries, which fold */
    record: Deployment;
}

/* The entries up to the proven head, from one provider's events after those that are known. */
async function readEvents(verifier: Verifier, provider: Provider, reading: Reading): Promise<EntryView[]> {
    const { block, head, known, record } = reading;
    const last = known.at(-1);
    const range = { contract: record.address, from: last?.block ?? record.block, to: block.number };
    const logs = await fetchAllLogs(provider, range);
    const events = eventsAfter(provider, logs, last?.number ?? record.pred_length);
    for (const hinted of events.every(({ log }) => log.time !== null) ? [true, false] : [false]) {
        const entries = [...known, ...(await withTimes(verifier, provider, events, hinted))];
        const folded = foldOf(verifier, record, entries);
        if (folded === head) return entries;
        if (hinted) continue;
        throw new Failed("now", folded === events.at(-1)?.head ? "journal-does-not-reach" : "fold-differs");
    }
    throw new Failed("now", "journal-does-not-reach");
}

async function readJournal(verifier: Verifier, network: Network, reading: Reading, lines: Line[]): Promise<EntryView[]> {
    const { block, head, record } = reading;
    const published = linesTo(verifier, record, lines, head);
    if (published !== null) return published;
    const known = soundLines(verifier, record, lines, block.number);
    const ask = (from: EntryView[]) =>
        askEach(network, (provider) => readEvents(verifier, provider, { ...reading, known: from }));
    if (known.length > 0) {
        try {
            return await ask(known);
        } catch (error) {
            if (failureOf(error).reason === "stopped") throw error; /* else the lines may be the wrong ones */
        }
    }
    return ask([]);
}

/* Throws Failed where not even the head could be proven. */
export async function prove(
    verifier: Verifier,
    network: Network,
    record: Deployment,
    publication: Publication | undefined,
): Promise<Proven> {
    const block = network.final;
    if (block === null) throw network.trouble ?? new Failed("now", "no-quorum");
    const { evidence, head } = await askEach(network, (provider) => fetchHead(verifier, provider, record.address, block));
    try {
        const reading = { block, head, known: [], record };
        const entries = await readJournal(verifier, network, reading, publication?.lines ?? []);
        return { block, entries, evidence, head, trouble: null };
    } catch (error) {
        return { block, entries: null, evidence, head, trouble: failureOf(error) };
    }
}
