/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes a breach bundle from a receipt, what look() found and a mirror's rows: as
 * bridge/breach/breach_make.h, and byte for byte the same from the same block.
 */
import { isSameRecord } from "../chain/journal";
import type { Looked } from "../chain/types";
import type { Mirror, MirrorPublication } from "../mirror";
import { Refused, type EntryView, type EvidenceView, type ReceiptView, type Trust, type TrustJournal, type Verifier } from "../verifier/types";
import { writeBreach } from "./json";
import { emptyReport, judgeBreach } from "./judge";
import { linkOf } from "./prove";
import type { Breach, BreachBatch, BreachContract, BreachReport, MadeBreach } from "./types";

const BATCH = 2;
const REGISTER = 1;
const AT_ONCE = 8;
const CONTRACTS_MAX = 16;

interface Making {
    looked: Looked;
    publications: MirrorPublication[];
    verifier: Verifier;
    view: ReceiptView;
}

/* ---- which contracts ---- */

type Complete = TrustJournal & { entries: EntryView[] };

/* The first of a contract's journals that is complete: the surest. */
function journalOf(trust: Trust, contract: number): Complete | null {
    const journal = trust.journals.find((one) => one.contract === contract && one.entries !== undefined && one.final);
    return (journal as Complete | undefined) ?? null;
}

function isConfirmed({ looked: { trust }, verifier }: Making, old: number, successor: number): boolean {
    const deployment = trust.contracts[old]?.record;
    const next = trust.contracts[successor]?.record;
    const journal = journalOf(trust, old);
    if (deployment === undefined || next === undefined || journal === null) return false;
    return linkOf(verifier, { deployment, journal: journal.entries }, next) === "";
}

/* Places of contracts that were named, or from which confirmed links lead to one that was. */
function trustedOf(making: Making): Set<number> {
    const { contracts, links } = making.looked.trust;
    const known = new Set(contracts.flatMap(({ how }, i) => (how === "named" ? [i] : [])));
    for (let round = 0; round < links.length; round++) {
        for (const { old, successor } of links) {
            if (known.has(old) === known.has(successor) || !isConfirmed(making, old, successor)) continue;
            known.add(old).add(successor);
        }
    }
    return known;
}

/* The contract that promised, then those that go on for it; none: it is not trusted. */
function lineOf(making: Making): number[] {
    const { acceptance } = making.view;
    const { contracts, links } = making.looked.trust;
    const known = trustedOf(making);
    const first = contracts.findIndex(
        (one, i) => known.has(i) && one.chain_id === acceptance?.chain_id && one.address === acceptance.contract,
    );
    const line = first < 0 ? [] : [first];
    for (let at: number | undefined = first; at !== undefined && at >= 0 && line.length < CONTRACTS_MAX; ) {
        const old: number = at;
        at = links.find((link) => link.old === old && isConfirmed(making, old, link.successor))?.successor;
        if (at !== undefined) line.push(at);
    }
    return line;
}

/* ---- heads ---- */

/* Evidence of the head of a journal that was not proven now, but when its publication was made. */
async function storedEvidence(making: Making, publication: MirrorPublication | undefined, journal: TrustJournal): Promise<EvidenceView | null> {
    const batches = (publication?.lines ?? []).filter(({ entry }) => entry.kind === BATCH).map(({ entry }) => entry.number);
    for (const number of batches.reverse()) {
        const anchor = (await publication?.evidence(number)) ?? null;
        if (anchor === null) continue;
        const { account, header, storage } = anchor.evidence;
        const state = making.verifier.state(anchor.contract, header, account, storage);
        if (state.reason === "" && state.head === journal.head && state.number === journal.block) return anchor.evidence;
    }
    return null;
}

/* ---- leaf lists ---- */

/* All leaves of every batch that is to be had. */
async function batchesOf(verifier: Verifier, publication: MirrorPublication | undefined, entries: EntryView[]): Promise<BreachBatch[]> {
    const numbers = entries.filter(({ kind }) => kind === BATCH).map(({ number }) => number);
    const batches: BreachBatch[] = [];
    for (let i = 0; publication !== undefined && i < numbers.length; i += AT_ONCE) {
        const rows = await Promise.all(numbers.slice(i, i + AT_ONCE).map((number) => publication.rows(verifier, number)));
        for (const [k, found] of rows.entries()) {
            const entry = numbers[i + k];
            if (found !== null && entry !== undefined) batches.push({ entry, leaves: verifier.leaves(found.bytes) });
        }
    }
    return batches;
}

async function contractOf(making: Making, place: number): Promise<BreachContract | null> {
    const { looked, publications, verifier } = making;
    const deployment = looked.trust.contracts[place]?.record;
    const journal = journalOf(looked.trust, place);
    if (deployment === undefined || journal === null) return null;
    const publication = publications.find((one) => isSameRecord(one.record, deployment));
    const proven = looked.evidence[place] ?? null;
    const evidence = proven ?? (await storedEvidence(making, publication, journal));
    if (evidence === null) return null;
    const batches = await batchesOf(verifier, publication, journal.entries);
    return { batches, deployment, evidence, journal: journal.entries };
}

/* ---- the definition ---- */

/* The receipt's own, else the one that a contract of the line emitted: the hash makes them one. */
function definitionOf(making: Making, line: number[]): string | undefined {
    const { looked, publications, verifier, view } = making;
    const texts = line.flatMap((place) => {
        const record = looked.trust.contracts[place]?.record;
        const publication = record && publications.find((one) => isSameRecord(one.record, record));
        const opened = (publication?.lines ?? []).filter(({ entry }) => entry.kind === REGISTER && entry.a === view.row.register);
        return opened.flatMap(({ definition }) => (definition === undefined ? [] : [definition]));
    });
    const isIts = (definition: string) => {
        const bare: ReceiptView = { anchors: [], definition, format: "voteanchor-receipt-v1", path: [], row: view.row };
        const { findings } = verifier.verify(verifier.write(bare).cbor, { blocks: [], contracts: [], journals: [], links: [] });
        return findings.some(({ code, state }) => code === "definition-hash" && state === "valid");
    };
    return [...(view.definition === undefined ? [] : [view.definition]), ...texts].find(isIts);
}

/* ---- all of it ---- */

/* What readers will believe, if the maker is right: all of it was proven to the maker. */
function judge(verifier: Verifier, breach: Breach): BreachReport {
    const contracts = breach.contracts.map(() => ({ block: "final" as const, named: true }));
    return judgeBreach(verifier, breach, { contracts, shown: [] });
}

/* In place of all leaves of the batch that has the record: where it is among them. */
async function pathOf(making: Making, contract: BreachContract, entry: number, report: BreachReport): Promise<BreachBatch[]> {
    const publication = making.publications.find((one) => isSameRecord(one.record, contract.deployment));
    const path = (await publication?.rows(making.verifier, entry, report.leaf))?.check.path;
    return path === undefined ? [] : [{ entry, path }];
}

/* Keeps what the answer takes, and no more: a bundle is to be handed on. */
async function reduce(making: Making, breach: Breach, report: BreachReport): Promise<Breach> {
    const until = report.outcome === "kept_late" ? report.entry : 0;
    const searched = new Set(report.searched);
    const contracts = breach.contracts.map(async (contract): Promise<BreachContract> => {
        const timeOf = (entry: number) => contract.journal[entry - contract.deployment.pred_length - 1]?.time ?? 0;
        const kept = contract.batches.map(async (batch): Promise<BreachBatch[]> => {
            if (batch.entry === until) return pathOf(making, contract, until, report);
            const isNeeded = batch.entry < until || timeOf(batch.entry) <= breach.acceptance.anchor_by;
            return isNeeded && searched.has(batch.entry) ? [batch] : [];
        });
        return { ...contract, batches: (await Promise.all(kept)).flat() };
    });
    return { ...breach, contracts: await Promise.all(contracts) };
}

const nothing = (reason: string): MadeBreach => ({ report: { ...emptyReport(), reason }, text: null });

/*
 * The bundle of a receipt's acceptance; `text` is null where nothing is shown, and the report says
 * why. `looked` is that of the same receipt, with the same mirror. Throws Refused "no-acceptance".
 */
export async function makeBreach(verifier: Verifier, cbor: Uint8Array, mirror: Mirror, looked: Looked): Promise<MadeBreach> {
    const { view } = verifier.read(cbor);
    const { acceptance, row } = view;
    if (acceptance === undefined) throw new Refused("receipt", "no-acceptance");
    const making: Making = { looked, publications: await mirror.publications(), verifier, view };
    const line = lineOf(making);
    if (line.length === 0) return nothing("contract");
    const contracts: BreachContract[] = [];
    for (const place of line) {
        const contract = await contractOf(making, place);
        if (contract === null) return nothing("state");
        contracts.push(contract);
    }
    const definition = definitionOf(making, line);
    const whole: Breach = { acceptance, contracts, ...(definition === undefined ? {} : { definition }), row };
    const report = judge(verifier, whole);
    if (report.outcome !== "broken" && report.outcome !== "kept_late") return { report, text: null };
    const breach = await reduce(making, whole, report);
    return { report: judge(verifier, breach), text: writeBreach(breach) };
}
