/* SPDX-License-Identifier: Apache-2.0 */
/*
 * journal.ndjson, trust.json's records and evidence files to typed values: shape alone. What they
 * say is true where it folds to a proven head.
 */
import { Failed } from "../chain/failed";
import { hexOf, isObject } from "../chain/values";
import type { Line } from "../chain/types";
import type { AnchorView, Deployment, EvidenceView, Hex } from "../verifier/types";

const JOURNAL_FORMAT = "voteanchor-journal-v1";
const HASHES = ["a", "b", "c"] as const;

function damaged(): never {
    throw new Failed("now", "mirror-damaged");
}

function hex(value: unknown, bytes: number): Hex {
    const text = hexOf(value, bytes);
    return text === null || text !== value ? damaged() : text;
}

function number(value: unknown): number {
    return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : damaged();
}

/* A deployment record; members that are not a record's are left out. */
export function readRecord(value: unknown): Deployment {
    if (!isObject(value)) return damaged();
    return {
        acceptance_key: hex(value.acceptance_key, 20),
        address: hex(value.address, 20),
        anchorer: hex(value.anchorer, 20),
        block: number(value.block),
        chain_genesis: hex(value.chain_genesis, 32),
        chain_id: number(value.chain_id),
        creation_code_hash: hex(value.creation_code_hash, 32),
        deployer: hex(value.deployer, 20),
        owner: hex(value.owner, 20),
        pred_chain_id: number(value.pred_chain_id),
        pred_contract: hex(value.pred_contract, 20),
        pred_head: hex(value.pred_head, 32),
        pred_length: number(value.pred_length),
        salt: hex(value.salt, 32),
        time: number(value.time),
        transaction: hex(value.transaction, 32),
    };
}

function readLine(value: unknown): Line {
    if (!isObject(value)) return damaged();
    const [a, b, c] = HASHES.map((name) => hex(value[name], 32)) as [Hex, Hex, Hex];
    const entry = { a, b, block: number(value.block), c, kind: number(value.kind), number: number(value.number), time: number(value.time) };
    const line: Line = { entry, head: hex(value.head, 32), transaction: hex(value.transaction, 32) };
    if (typeof value.definition === "string") line.definition = value.definition;
    if (typeof value.reason === "string") line.reason = value.reason;
    if (Array.isArray(value.counts)) line.counts = value.counts.map(number);
    return line;
}

/* Every line but the last ones that do not follow: a journal has no gap. */
export function readJournal(text: string): { lines: Line[]; record: Deployment } {
    const values = text.split("\n").filter((line) => line !== "");
    let parsed: unknown[];
    try {
        parsed = values.map((line) => JSON.parse(line) as unknown);
    } catch {
        return damaged();
    }
    const [first, ...rest] = parsed;
    if (!isObject(first) || first.format !== JOURNAL_FORMAT) return damaged();
    const record = readRecord(first);
    const lines = rest.map(readLine);
    if (lines.some((line, i) => line.entry.number !== record.pred_length + i + 1)) return damaged();
    return { lines, record };
}

function hexes(value: unknown): Hex[] {
    const isHex = (node: unknown): node is Hex => typeof node === "string" && /^0x([0-9a-f]{2})*$/.test(node);
    return Array.isArray(value) && value.every(isHex) ? value : damaged();
}

/* evidence/<entry>.json */
export function readAnchor(value: unknown): AnchorView & { evidence: EvidenceView } {
    if (!isObject(value) || !isObject(value.entry) || !isObject(value.evidence)) return damaged();
    const { entry, evidence } = value;
    const [header] = hexes([evidence.header]);
    return {
        chain_genesis: hex(value.chain_genesis, 32),
        chain_id: number(value.chain_id),
        contract: hex(value.contract, 20),
        entry: {
            block: number(entry.block),
            count: number(entry.count),
            number: number(entry.number),
            root: hex(entry.root, 32),
            time: number(entry.time),
        },
        evidence: {
            account: hexes(evidence.account),
            format: typeof evidence.format === "string" ? evidence.format : damaged(),
            header: header ?? damaged(),
            storage: hexes(evidence.storage),
        },
        ...(value.later === undefined ? {} : { later: hexes(value.later) }),
        parent: hex(value.parent, 32),
    };
}
