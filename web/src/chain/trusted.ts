/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a user brings to a receipt, put together for the verifier (bridge/audit/trusted.c): contracts
 * with their deployment records, journals proven in a final block, heads and blocks of a file. A
 * contract whose address does not follow from its record never gets in.
 */
import { failureOf, type Reason } from "./failed";
import { readHeader } from "./header";
import { isSameRecord, linesTo, type Proven } from "./journal";
import { findOrigin } from "./origin";
import { askBlock, networkOf, type Network } from "./quorum";
import { ZERO_HASH } from "./values";
import type { Given, Named, Problem, Publication } from "./types";
import type {
    AnchorView,
    Deployment,
    Hex,
    ReceiptView,
    TrustBlock,
    TrustContract,
    TrustHead,
    TrustJournal,
    TrustLink,
    Verifier,
} from "../verifier/types";

const CONTRACTS_MAX = 64;
const EVIDENCE_TRIED = 64; /* that of the newest batch reaches furthest, but may be missing */
const TRIED_AT_ONCE = 8;

/* A journal of a publication, to a head that a file or stored evidence proves. */
type Stored = Required<Omit<TrustJournal, "contract">>;

export interface Contract {
    proven: Proven | null;
    stored: Stored | null;
    trust: TrustContract;
}

/* One look at one receipt. */
export interface Looking {
    contracts: Contract[];
    given: Given;
    heads: TrustHead[];
    links: TrustLink[];
    networks: Network[];
    problems: Problem[];
    publications: Publication[];
    step: () => void;
    verifier: Verifier;
    view: ReceiptView;
}

export function note(looking: Looking, key: string, reason: Reason | "", about: { contract?: Hex; provider?: string } = {}): void {
    looking.problems.push({ ...about, key, reason });
}

/* ---- contracts ---- */

export function isSound(verifier: Verifier, record: Deployment): boolean {
    try {
        return verifier.deployment(record).ok;
    } catch (error) {
        failureOf(error); /* what cannot be read as a record is none */
        return false;
    }
}

/* Adds a contract by a record that is sound; its place, or null. The same again is fine. */
export function addContract(looking: Looking, record: Deployment, how: "named" | "linked"): number | null {
    const place = looking.contracts.findIndex((one) => one.trust.record !== undefined && isSameRecord(one.trust.record, record));
    if (place >= 0) return place;
    if (looking.contracts.length === CONTRACTS_MAX || !isSound(looking.verifier, record)) return null;
    const { address, chain_genesis, chain_id } = record;
    looking.contracts.push({ proven: null, stored: null, trust: { address, chain_genesis, chain_id, how, record } });
    return looking.contracts.length - 1;
}

export function publicationOf(looking: Looking, record: Deployment): Publication | undefined {
    return looking.publications.find((one) => isSameRecord(one.record, record));
}

const fits = (named: Named, record: Deployment) =>
    (named.chain_id === undefined || named.chain_id === record.chain_id) &&
    (named.chain_genesis === undefined || named.chain_genesis === record.chain_genesis) &&
    named.address === record.address;

/* The record of a contract, at hand or asked of the chain. Throws Failed; null: nobody to ask. */
export async function recordOf(looking: Looking, named: Named): Promise<Deployment | null> {
    const { given, networks, publications, verifier } = looking;
    const files = [...(given.trustFile?.contracts ?? []), ...(given.heads?.contracts ?? [])];
    const records = [...files, ...publications.map((one) => one.record)];
    const known = records.find((record) => fits(named, record) && isSound(verifier, record));
    const network = networkOf(networks, named.chain_id, named.chain_genesis);
    if (known !== undefined) return known;
    return network === null ? null : findOrigin(verifier, network, named.address);
}

/* Adds what the user typed; without a record only so that a report can say what is missing. */
export async function addNamed(looking: Looking, named: Named): Promise<void> {
    try {
        const record = await recordOf(looking, named);
        if (record !== null && addContract(looking, record, "named") !== null) return;
        note(looking, "page.problem.no-record", "", { contract: named.address });
    } catch (error) {
        note(looking, "page.problem.origin", failureOf(error).reason, { contract: named.address });
    }
    const trust: TrustContract = {
        address: named.address,
        chain_genesis: named.chain_genesis ?? ZERO_HASH,
        chain_id: named.chain_id ?? 0,
        how: "no_record",
    };
    looking.contracts.push({ proven: null, stored: null, trust });
}

/* ---- blocks ---- */

export function knowsBlock(looking: Looking, chainId: number, genesis: Hex, hash: Hex): boolean {
    const { given, heads } = looking;
    const isNamed = (head: TrustHead) => head.chain_id === chainId && head.chain_genesis === genesis && head.block_hash === hash;
    return given.block === hash || heads.some(isNamed);
}

/*
 * Whether a complete journal decides about an anchor: then its evidence is not looked at, and no
 * provider has to be told which block, and so which batch, somebody asks about.
 */
function isCovered({ contracts }: Looking, { chain_genesis, chain_id, contract, entry }: AnchorView): boolean {
    return contracts.some(({ proven, trust }) => {
        const isSame = trust.address === contract && trust.chain_id === chain_id && trust.chain_genesis === chain_genesis;
        if (!isSame || !proven?.entries) return false;
        return entry.block <= proven.block.number && entry.time <= proven.block.time;
    });
}

/* What becomes of the block of an anchor's evidence; null: nobody says that it is one. */
async function blockOf(looking: Looking, anchor: AnchorView): Promise<TrustBlock | null> {
    const { chain_genesis, chain_id } = anchor;
    if (isCovered(looking, anchor)) return null;
    const header = anchor.evidence === undefined ? null : readHeader(looking.verifier, anchor.evidence.header);
    if (header === null) return null;
    const block: TrustBlock = { chain_genesis, chain_id, final: true, hash: header.hash };
    if (looking.heads.some((head) => head.chain_id === chain_id && head.chain_genesis === chain_genesis && head.block_hash === header.hash))
        return block;
    const network = networkOf(looking.networks, chain_id, chain_genesis);
    if (network === null) return null;
    const word = await askBlock(looking.verifier, network, header.number, header.hash);
    if (word === "gone") note(looking, "page.problem.block-gone", "", { contract: anchor.contract });
    return word === "final" || word === "not-final" ? { ...block, final: word === "final" } : null;
}

/* The block that the user named, on every contract's network; then those of the evidence. */
export async function blocksOf(looking: Looking): Promise<TrustBlock[]> {
    const { block } = looking.given;
    const named = looking.contracts.flatMap(({ trust: { chain_genesis, chain_id } }) =>
        block === undefined ? [] : [{ chain_genesis, chain_id, final: true, hash: block }],
    );
    const found = await Promise.all(
        looking.view.anchors.map(async (anchor) => {
            const one = await blockOf(looking, anchor);
            looking.step();
            return one;
        }),
    );
    return [...named, ...found.flatMap((one) => (one === null ? [] : [one]))];
}

/* ---- journals that a publication and a file make ---- */

function storedAt(looking: Looking, publication: Publication, head: Omit<Stored, "entries" | "final">): Stored | null {
    const line = publication.lines.find((one) => one.entry.number === head.length);
    if (line?.head !== head.head) return null;
    const entries = linesTo(looking.verifier, publication.record, publication.lines, head.head);
    return entries === null ? null : { ...head, entries, final: true };
}

/* The head that evidence proves in a block which the user vouches for. */
async function provenBy(looking: Looking, publication: Publication, entry: number): Promise<Stored | null> {
    const { address, chain_genesis, chain_id } = publication.record;
    const anchor = await publication.evidence(entry);
    const header = anchor === null ? null : readHeader(looking.verifier, anchor.evidence.header);
    if (anchor === null || header === null || !knowsBlock(looking, chain_id, chain_genesis, header.hash)) return null;
    const { evidence } = anchor;
    const state = looking.verifier.state(address, evidence.header, evidence.account, evidence.storage);
    const isOlder = header.number < anchor.entry.block || header.time < anchor.entry.time;
    if (state.reason !== "" || state.head === undefined || isOlder) return null;
    const length = anchor.entry.number + (anchor.later?.length ?? 0);
    return storedAt(looking, publication, { block: header.number, head: state.head, length, time: header.time });
}

const longer = (a: Stored | null, b: Stored | null) => (b !== null && b.length > (a?.length ?? -1) ? b : a);

/* The newest head to which a publication leads and which a file or stored evidence proves. */
export async function findStored(looking: Looking, record: Deployment): Promise<Stored | null> {
    const publication = publicationOf(looking, record);
    if (publication === undefined || (looking.heads.length === 0 && looking.given.block === undefined)) return null;
    let best: Stored | null = null;
    for (const { block, head, length, time, ...of } of looking.heads) {
        if (of.contract === record.address && of.chain_id === record.chain_id && of.chain_genesis === record.chain_genesis)
            best = longer(best, storedAt(looking, publication, { block, head, length, time }));
    }
    const batches = publication.lines.filter((line) => line.entry.kind === 2).map((line) => line.entry.number);
    const tried = batches.reverse().slice(0, EVIDENCE_TRIED);
    for (let i = 0; i < tried.length; i += TRIED_AT_ONCE) {
        const found = await Promise.all(tried.slice(i, i + TRIED_AT_ONCE).map((entry) => provenBy(looking, publication, entry)));
        best = found.reduce(longer, best);
    }
    return best;
}

/* ---- what the verifier is told ---- */

/* Of a head whose journal could not be read: as no contract's length is. */
const UNKNOWN_LENGTH = Number.MAX_SAFE_INTEGER;

function provenJournal(proven: Proven, record: Deployment, contract: number): TrustJournal {
    const { block, entries, head } = proven;
    const about = { block: block.number, contract, final: true, head, time: block.time };
    if (entries === null) return { ...about, length: UNKNOWN_LENGTH };
    return { ...about, entries, length: record.pred_length + entries.length };
}

/* The head of a file to which the receipt's own later entries lead. */
function fileHead(looking: Looking, record: Deployment): TrustHead | undefined {
    const leads = (head: TrustHead) =>
        looking.view.anchors.some(
            (anchor) => anchor.contract === head.contract && anchor.entry.number + (anchor.later?.length ?? 0) === head.length,
        );
    return looking.heads.find(
        (head) =>
            head.chain_id === record.chain_id &&
            head.chain_genesis === record.chain_genesis &&
            head.contract === record.address &&
            leads(head),
    );
}

/* Journals and heads of every contract, the surest first. */
export function journalsOf(looking: Looking): TrustJournal[] {
    return looking.contracts.flatMap(({ proven, stored, trust: { record } }, contract) => {
        if (record === undefined) return [];
        const head = fileHead(looking, record);
        const journals: TrustJournal[] = proven === null ? [] : [provenJournal(proven, record, contract)];
        if (head !== undefined) {
            const { block, length, time } = head;
            journals.push({ block, contract, final: true, head: head.head, length, time });
        }
        return stored === null ? journals : [...journals, { ...stored, contract }];
    });
}
