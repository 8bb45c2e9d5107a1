/* SPDX-License-Identifier: Apache-2.0 */
/*
 * voteanchor-breach-v1 as text: the one form that bridge/breach/breach_json.h writes and reads. What
 * is written again differently was another text, and is refused.
 */
import { isObject } from "../chain/values";
import { Refused, type AcceptanceView, type Deployment, type EntryView, type EvidenceView, type Hex, type RowView } from "../verifier/types";
import type { Breach, BreachBatch, BreachContract } from "./types";

export const BREACH_FORMAT = "voteanchor-breach-v1";
const BREACH_MAX = 128 * 1024 * 1024;
const CONTRACTS_MAX = 16;
const ENTRIES_MAX = 1_000_000;
const NODES_MAX = 64;
const PATH_MAX = 32;
const BATCH = 2;
const PIECE = 0x2000; /* characters of one call: arguments are no list */

/* ---- writing: members are named in the order of their keys, which is the order of the text ---- */

function base64Of(bytes: Uint8Array): string {
    const pieces: string[] = [];
    for (let at = 0; at < bytes.length; at += PIECE) pieces.push(String.fromCharCode(...bytes.subarray(at, at + PIECE)));
    return btoa(pieces.join(""));
}

const writeEntry = ({ a, b, block, c, kind, number, time }: EntryView) => ({ a, b, block, c, kind, number, time });

function writeBatch(batch: BreachBatch): object {
    return "leaves" in batch ? { entry: batch.entry, leaves: base64Of(batch.leaves) } : { entry: batch.entry, path: batch.path };
}

/* Members of a record, sorted; one may have come from a journal's first line, with others. */
function writeRecord(record: Deployment): object {
    return Object.fromEntries(
        Object.entries(record)
            .filter(([name]) => name !== "format")
            .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
}

function writeContract({ batches, deployment, evidence, journal }: BreachContract): object {
    const { account, format, header, storage } = evidence;
    return {
        batches: batches.map(writeBatch),
        deployment: writeRecord(deployment),
        evidence: { account, format, header, storage },
        journal: journal.map(writeEntry),
    };
}

export function writeBreach(breach: Breach): string {
    const { accepted_at, anchor_by, chain_id, contract, signature } = breach.acceptance;
    const { content_hash, register, tag } = breach.row;
    const value = {
        acceptance: { accepted_at, anchor_by, chain_id, contract, signature },
        contracts: breach.contracts.map(writeContract),
        ...(breach.definition === undefined ? {} : { definition: breach.definition }),
        format: BREACH_FORMAT,
        row: { content_hash, register, tag },
    };
    return `${JSON.stringify(value)}\n`;
}

/* ---- reading ---- */

const refuse = (where: string, reason: string): never => {
    throw new Refused(where, reason);
};

/* An object with exactly these members. */
function membersOf(value: unknown, where: string, names: readonly string[]): Record<string, unknown> {
    if (!isObject(value)) return refuse(where, "bad-type");
    for (const name of names) if (!(name in value)) return refuse(name, "missing-member");
    return Object.keys(value).length === names.length ? value : refuse(where, "unknown-member");
}

function numberOf(value: unknown, where: string): number {
    if (typeof value !== "number" || !Number.isInteger(value)) return refuse(where, "bad-type");
    return Number.isSafeInteger(value) && value >= 0 ? value : refuse(where, "bad-number");
}

/* Bytes of that many, or of any length. */
function hexOf(value: unknown, where: string, bytes?: number): Hex {
    if (typeof value !== "string") return refuse(where, "bad-type");
    const fits = bytes === undefined ? value.length % 2 === 0 : value.length === 2 + 2 * bytes;
    return fits && /^0x[0-9a-f]*$/.test(value) ? (value as Hex) : refuse(where, "bad-hex");
}

function itemsOf(value: unknown, where: string, max: number): unknown[] {
    if (!Array.isArray(value)) return refuse(where, "bad-type");
    return value.length <= max ? value : refuse(where, "too-many");
}

const HASHES = ["chain_genesis", "creation_code_hash", "pred_head", "salt", "transaction"];
const NUMBERS = ["block", "chain_id", "pred_chain_id", "pred_length", "time"];
const ADDRESSES = ["acceptance_key", "address", "anchorer", "deployer", "owner", "pred_contract"];

function readRecord(value: unknown): Deployment {
    const members = membersOf(value, "deployment", [...HASHES, ...NUMBERS, ...ADDRESSES]);
    for (const name of HASHES) hexOf(members[name], name, 32);
    for (const name of ADDRESSES) hexOf(members[name], name, 20);
    for (const name of NUMBERS) numberOf(members[name], name);
    return members as unknown as Deployment;
}

function readEntry(value: unknown): EntryView {
    const members = membersOf(value, "journal", ["a", "b", "block", "c", "kind", "number", "time"]);
    for (const name of ["a", "b", "c"]) hexOf(members[name], name, 32);
    for (const name of ["block", "kind", "number", "time"]) numberOf(members[name], name);
    return members as unknown as EntryView;
}

function readJournal(value: unknown, record: Deployment): EntryView[] {
    const journal = itemsOf(value, "journal", ENTRIES_MAX).map(readEntry);
    const isNext = (entry: EntryView, i: number) => entry.number === record.pred_length + 1 + i;
    return journal.every(isNext) ? journal : refuse("journal", "bad-entry");
}

function readEvidence(value: unknown): EvidenceView {
    const members = membersOf(value, "evidence", ["account", "format", "header", "storage"]);
    const nodesOf = (name: string) => itemsOf(members[name], name, NODES_MAX).map((node) => hexOf(node, name));
    if (members.format !== "evidence-mpt-v1") return refuse("format", "bad-value");
    return { account: nodesOf("account"), format: members.format, header: hexOf(members.header, "header"), storage: nodesOf("storage") };
}

function readLeaves(value: unknown): Uint8Array {
    if (typeof value !== "string") return refuse("leaves", "bad-type");
    let leaves: Uint8Array;
    try {
        leaves = Uint8Array.from(atob(value), (character) => character.charCodeAt(0));
    } catch {
        return refuse("leaves", "bad-leaves");
    }
    return leaves.length > 0 && leaves.length % 32 === 0 ? leaves : refuse("leaves", "bad-leaves");
}

function readBatch(value: unknown): BreachBatch {
    const told = isObject(value) && "leaves" in value ? "leaves" : "path";
    const members = membersOf(value, "batches", ["entry", told]);
    const entry = numberOf(members.entry, "entry");
    if (told === "leaves") return { entry, leaves: readLeaves(members.leaves) };
    return { entry, path: itemsOf(members.path, "path", PATH_MAX).map((hash) => hexOf(hash, "path", 32)) };
}

function readContract(value: unknown): BreachContract {
    const members = membersOf(value, "contracts", ["batches", "deployment", "evidence", "journal"]);
    const deployment = readRecord(members.deployment);
    const evidence = readEvidence(members.evidence);
    const journal = readJournal(members.journal, deployment);
    const batches = itemsOf(members.batches, "batches", ENTRIES_MAX).map(readBatch);
    const isBatch = ({ entry }: BreachBatch, i: number) =>
        entry > (batches[i - 1]?.entry ?? 0) && journal[entry - deployment.pred_length - 1]?.kind === BATCH;
    if (!batches.every(isBatch)) return refuse("batches", "bad-batch");
    return { batches, deployment, evidence, journal };
}

/* The first contract is the one that promised; each other one goes on for the one before it. */
function isLine(contracts: BreachContract[], acceptance: AcceptanceView): boolean {
    return contracts.every(({ deployment }, i) => {
        const before = contracts[i - 1]?.deployment;
        if (before === undefined) return deployment.chain_id === acceptance.chain_id && deployment.address === acceptance.contract;
        return deployment.pred_chain_id === before.chain_id && deployment.pred_contract === before.address;
    });
}

function readAcceptance(value: unknown): AcceptanceView {
    const members = membersOf(value, "acceptance", ["accepted_at", "anchor_by", "chain_id", "contract", "signature"]);
    for (const name of ["accepted_at", "anchor_by", "chain_id"]) numberOf(members[name], name);
    hexOf(members.contract, "contract", 20);
    hexOf(members.signature, "signature", 65);
    return members as unknown as AcceptanceView;
}

function readRow(value: unknown): RowView {
    const members = membersOf(value, "row", ["content_hash", "register", "tag"]);
    for (const [name, hash] of Object.entries(members)) hexOf(hash, name, 32);
    return members as unknown as RowView;
}

function parse(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return refuse("text", "not-json");
    }
}

/* Throws Refused for anything but the one text of a bundle. */
export function readBreach(text: string): Breach {
    if (text.length > BREACH_MAX) return refuse("text", "too-long");
    if (!text.endsWith("\n")) return refuse("text", "no-line-end");
    const value = parse(text);
    const optional = isObject(value) && "definition" in value ? ["definition"] : [];
    const members = membersOf(value, "bundle", ["acceptance", "contracts", ...optional, "format", "row"]);
    if (members.format !== BREACH_FORMAT) return refuse("format", "bad-value");
    if (optional.length > 0 && typeof members.definition !== "string") return refuse("definition", "bad-type");
    const acceptance = readAcceptance(members.acceptance);
    const row = readRow(members.row);
    const contracts = itemsOf(members.contracts, "contracts", CONTRACTS_MAX).map(readContract);
    if (contracts.length === 0 || !isLine(contracts, acceptance)) return refuse("contracts", "not-in-line");
    const breach: Breach = { acceptance, contracts, row };
    if (typeof members.definition === "string") breach.definition = members.definition;
    return writeBreach(breach) === text ? breach : refuse("text", "not-canonical");
}
