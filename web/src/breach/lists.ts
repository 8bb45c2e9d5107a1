/* SPDX-License-Identifier: Apache-2.0 */
/* What a bundle tells of its batches, each held to the root of its entry by the verifier. */
import type { EntryView, Hex, LeafList, ReceiptView, Trust, Verifier } from "../verifier/types";
import type { Breach, BreachBatch, BreachContract } from "./types";

const BATCH = 2;
const DISAVOWED = 5;
const SUCCEEDED = 6;

/* A batch of a journal, and what is known of its list. */
export interface Seen {
    disavowed: boolean;
    entry: EntryView;
    list: LeafList;
}

export interface Lists {
    entries: EntryView[]; /* of contracts after the first, without those that only name the next */
    isDisavowed: (number: number) => boolean;
    later: LeafList[]; /* of these */
    own: LeafList[]; /* of the first contract's entries */
    seen: Seen[];
}

/* Whether a path leads to an entry's root, as vota_verify finds it in a receipt. */
function checkPath(verifier: Verifier, breach: Breach, contract: BreachContract, batch: { entry: number; path: Hex[] }): LeafList {
    const { deployment, journal } = contract;
    const { address, chain_genesis, chain_id, pred_length } = deployment;
    const place = batch.entry - pred_length - 1;
    const entry = journal[place];
    if (entry === undefined) return "withheld";
    const { block, number, time } = entry;
    const parent = verifier.fold(deployment, journal.slice(0, place));
    const anchor = { chain_genesis, chain_id, contract: address, entry: { block, count: Number(entry.b), number, root: entry.a, time }, parent };
    const view: ReceiptView = { anchors: [anchor], format: "voteanchor-receipt-v1", path: batch.path, row: breach.row };
    const trust: Trust = {
        blocks: [],
        contracts: [{ address, chain_genesis, chain_id, how: "named", record: deployment }],
        journals: [
            {
                block: 0,
                contract: 0,
                entries: journal,
                final: true,
                head: verifier.fold(deployment, journal),
                length: pred_length + journal.length,
                time: 0,
            },
        ],
        links: [],
    };
    const { findings } = verifier.verify(verifier.write(view).cbor, trust);
    return findings.some(({ code, state }) => code === "path-root" && state === "valid") ? "with" : "withheld";
}

function checkBatch(verifier: Verifier, breach: Breach, contract: BreachContract, batch: BreachBatch, leaf: Hex): LeafList {
    const entry = contract.journal[batch.entry - contract.deployment.pred_length - 1];
    if (entry === undefined) return "withheld";
    return "leaves" in batch ? verifier.list(entry, batch.leaves, leaf) : checkPath(verifier, breach, contract, batch);
}

/* One for each entry of a contract's journal. */
function listsOf(verifier: Verifier, breach: Breach, contract: BreachContract, leaf: Hex): LeafList[] {
    const lists = contract.journal.map((): LeafList => "withheld");
    for (const batch of contract.batches)
        lists[batch.entry - contract.deployment.pred_length - 1] = checkBatch(verifier, breach, contract, batch, leaf);
    return lists;
}

/* A successor's owner may disavow what the old contract recorded, so all journals are read. */
function disavowals(breach: Breach): (number: number) => boolean {
    const ranges = breach.contracts
        .flatMap(({ journal }) => journal)
        .filter(({ kind }) => kind === DISAVOWED)
        .map(({ a, b, number }) => ({ first: Number(a), last: Number(b), number }));
    return (number) => ranges.some((range) => number < range.number && number >= range.first && number <= range.last);
}

export function searchLists(verifier: Verifier, breach: Breach, leaf: Hex): Lists {
    const isDisavowed = disavowals(breach);
    const lists: Lists = { entries: [], isDisavowed, later: [], own: [], seen: [] };
    for (const [i, contract] of breach.contracts.entries()) {
        const all = listsOf(verifier, breach, contract, leaf);
        const isLast = i + 1 === breach.contracts.length;
        const end = i === 0 || isLast ? -1 : contract.journal.findIndex(({ kind }) => kind === SUCCEEDED);
        const entries = end < 0 ? contract.journal : contract.journal.slice(0, end);
        if (i === 0) lists.own = all;
        else {
            lists.entries.push(...entries);
            lists.later.push(...all.slice(0, entries.length));
        }
        for (const [k, entry] of entries.entries()) {
            if (entry.kind === BATCH) lists.seen.push({ disavowed: isDisavowed(entry.number), entry, list: all[k] ?? "withheld" });
        }
    }
    return lists;
}
