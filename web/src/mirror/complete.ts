/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A pending receipt becomes an anchored one from static files alone: the leaf's entry from the
 * index, its path from the batch's rows by the verifier, the anchor from evidence, or from the
 * journal where there is none yet. What comes out is verified like any other receipt, and is not
 * offered where what is known of the chain contradicts it.
 */
import { Failed, failureOf } from "../chain/failed";
import { foldOf, isSameRecord } from "../chain/journal";
import type { Looked } from "../chain/types";
import type { AnchorView, Hex, ReceiptView, Verifier } from "../verifier/types";
import type { MirrorPublication } from "./index";

export const MISSING = ["contradicts", "not-listed", "nothing-to-add", "other-contract", "rows-withheld"] as const;
type Missing = (typeof MISSING)[number];

/* `missing`: why not: one of these or of PROBLEM_REASONS, a sentence reason.<missing>. */
export type Completed = { cbor: Uint8Array; view: ReceiptView } | { missing: string };

interface Found {
    anchor: AnchorView;
    path: Hex[];
}

/* Of the contracts that the user trusts; a mirror may be anybody's. */
function trustedOnes(looked: Looked, publications: MirrorPublication[]): MirrorPublication[] {
    const records = looked.trust.contracts.flatMap((contract) => (contract.record === undefined ? [] : [contract.record]));
    return publications.filter((one) => records.some((record) => isSameRecord(record, one.record)));
}

/* The anchor of an entry as the journal has it: no evidence, so it needs a journal or a provider. */
function anchorOf(verifier: Verifier, publication: MirrorPublication, entry: number): AnchorView | null {
    const { record } = publication;
    const line = publication.lineOf(entry);
    const parent = publication.lineOf(entry - 1)?.head ?? foldOf(verifier, record, []);
    if (line === undefined || parent === null) return null;
    const { a, b, block, number, time } = line.entry;
    return {
        chain_genesis: record.chain_genesis,
        chain_id: record.chain_id,
        contract: record.address,
        entry: { block, count: Number(b), number, root: a, time },
        parent,
    };
}

/* All of it: what a receipt says is completed, never put right. */
const isSameEntry = (a: AnchorView, b: AnchorView) =>
    a.contract === b.contract &&
    a.chain_id === b.chain_id &&
    a.chain_genesis === b.chain_genesis &&
    a.entry.number === b.entry.number &&
    a.entry.block === b.entry.block &&
    a.entry.time === b.entry.time &&
    a.entry.root === b.entry.root &&
    a.entry.count === b.entry.count &&
    a.parent === b.parent;

/* With evidence where it is there and of the same entry. */
async function bestAnchor(verifier: Verifier, publication: MirrorPublication, entry: number): Promise<AnchorView | null> {
    const plain = anchorOf(verifier, publication, entry);
    try {
        const proven = await publication.evidence(entry);
        if (plain !== null && proven !== null && isSameEntry(plain, proven)) return proven;
    } catch (error) {
        failureOf(error); /* without it, then */
    }
    return plain;
}

/* The first batch of a publication that holds the leaf. */
async function findIn(verifier: Verifier, publication: MirrorPublication, leaf: Hex): Promise<Found | Missing> {
    let missing: Missing = "not-listed";
    for (const entry of await publication.entriesOf(leaf)) {
        const rows = await publication.rows(verifier, entry, leaf);
        if (rows === null) missing = "rows-withheld";
        if (rows?.check.path === undefined) continue;
        const anchor = await bestAnchor(verifier, publication, entry);
        if (anchor !== null) return { anchor, path: rows.check.path };
    }
    return missing;
}

async function completePending(
    verifier: Verifier,
    view: ReceiptView,
    leaf: Hex,
    publications: MirrorPublication[],
): Promise<ReceiptView | Missing> {
    const answers = await Promise.all(publications.map((publication) => findIn(verifier, publication, leaf)));
    const found = answers.filter((answer): answer is Found => typeof answer !== "string");
    const [first] = found;
    if (first === undefined) return answers.includes("rows-withheld") ? "rows-withheld" : "not-listed";
    /* A receipt has one path: of other networks only those that anchored the same batch. */
    const same = found.filter((one) => one.anchor.entry.root === first.anchor.entry.root);
    return { ...view, anchors: same.map((one) => one.anchor), path: first.path };
}

/* Evidence for anchors that have none, such as those of a printed code. */
async function addEvidence(view: ReceiptView, publications: MirrorPublication[]): Promise<ReceiptView | Missing> {
    let added = false;
    const anchors = await Promise.all(
        view.anchors.map(async (anchor) => {
            const at = publications.find((one) => one.record.address === anchor.contract && one.record.chain_id === anchor.chain_id);
            if (anchor.evidence !== undefined || at === undefined) return anchor;
            const proven = await at.evidence(anchor.entry.number);
            if (proven === null || !isSameEntry(anchor, proven)) return anchor;
            added = true;
            return proven;
        }),
    );
    return added ? { ...view, anchors } : "nothing-to-add";
}

/* What is known of the chain already must not speak against it. */
function contradicts(verifier: Verifier, cbor: Uint8Array, looked: Looked): boolean {
    const { promise: _promise, standing: _standing, ...trust } = looked.trust;
    return verifier.verify(cbor, trust).included === "not_valid";
}

export async function complete(
    verifier: Verifier,
    cbor: Uint8Array,
    looked: Looked,
    publications: MirrorPublication[],
): Promise<Completed> {
    const { leaf, view } = verifier.read(cbor);
    const trusted = trustedOnes(looked, publications);
    if (trusted.length === 0) return { missing: "other-contract" };
    try {
        const done =
            view.anchors.length === 0 ? await completePending(verifier, view, leaf, trusted) : await addEvidence(view, trusted);
        if (typeof done === "string") return { missing: done };
        const written = verifier.write(done);
        return contradicts(verifier, written.cbor, looked) ? { missing: "contradicts" } : { cbor: written.cbor, view: done };
    } catch (error) {
        if (error instanceof Failed) return { missing: error.reason };
        throw error;
    }
}
