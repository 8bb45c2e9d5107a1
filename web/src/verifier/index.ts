/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The calls of types.ts over the C verifier: arguments become JSON with the members that the C
 * reads and no others, answers are parsed. Decides nothing and keeps nothing.
 */
import { type Machine, newMachine } from "./machine";
import { Refused } from "./types";
import type {
    BatchCheck,
    Count,
    CountBatch,
    CountInput,
    Deployment,
    DeploymentCheck,
    EntryView,
    Hex,
    LeafList,
    PromiseInput,
    PromiseReport,
    ProvenState,
    ReceiptView,
    Report,
    Trust,
    Verifier,
} from "./types";

export { VerifierFailed } from "./machine";
export * from "./types";

const RECORD = [
    "acceptance_key",
    "address",
    "anchorer",
    "block",
    "chain_genesis",
    "chain_id",
    "creation_code_hash",
    "deployer",
    "owner",
    "pred_chain_id",
    "pred_contract",
    "pred_head",
    "pred_length",
    "salt",
    "time",
    "transaction",
] as const satisfies readonly (keyof Deployment)[];

const ENTRY = ["a", "b", "block", "c", "kind", "number", "time"] as const satisfies readonly (keyof EntryView)[];

/* Lines of a journal hold more than an entry; the C reads exactly what there should be. */
function only<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> {
    return Object.fromEntries(keys.filter((key) => key in from).map((key) => [key, from[key]])) as Pick<T, K>;
}

const recordOf = (record: Deployment) => only(record, RECORD);
const entriesOf = (entries: readonly EntryView[]) => entries.map((entry) => only(entry, ENTRY));

/* undefined is no member of JSON, so that what is absent stays so. */
function trustOf(trust: Trust): object {
    return {
        blocks: trust.blocks.map((block) => only(block, ["chain_genesis", "chain_id", "final", "hash"])),
        contracts: trust.contracts.map((contract) => ({
            ...only(contract, ["address", "chain_genesis", "chain_id", "how"]),
            record: contract.record && recordOf(contract.record),
        })),
        journals: trust.journals.map((journal) => ({
            ...only(journal, ["block", "contract", "final", "head", "length", "time"]),
            entries: journal.entries && entriesOf(journal.entries),
        })),
        links: trust.links.map((link) => only(link, ["old", "successor"])),
        one_provider: trust.one_provider,
        promise: trust.promise,
        standing: trust.standing,
    };
}

function promiseOf(input: PromiseInput): object {
    return {
        ...input,
        entries: entriesOf(input.entries),
        record: recordOf(input.record),
        successor: input.successor && {
            entries: entriesOf(input.successor.entries),
            lists: input.successor.lists,
        },
    };
}

function countOf(input: CountInput, batches: readonly CountBatch[]): object {
    return {
        ...input,
        batches: batches.map(({ number, rows }) => ({ bytes: rows.length, number })),
        entries: entriesOf(input.entries),
        record: recordOf(input.record),
    };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
        all.set(part, at);
        at += part.length;
    }
    return all;
}

/* Unpaired surrogates are no text that hashes alike everywhere: an encoder would hide them. */
function bytesOf(text: string): Uint8Array {
    if (/\p{Surrogate}/u.test(text)) throw new Refused("text", "lone-surrogate");
    return new TextEncoder().encode(text);
}

function receiptCalls(ask: Machine) {
    return {
        read(input: Uint8Array | string) {
            const { text, bytes } = ask("read", "", typeof input === "string" ? bytesOf(input) : input);
            const { leaf, view } = JSON.parse(text) as { leaf: Hex; view: ReceiptView };
            return { cbor: bytes, leaf, view };
        },
        write(view: ReceiptView) {
            const { text, bytes } = ask("write", JSON.stringify(view));
            return { cbor: bytes, json: text };
        },
        reduce(cbor: Uint8Array, form: string, anchor = 0) {
            const { text, bytes } = ask("reduce", JSON.stringify({ anchor, form }), cbor);
            const { json, qr } = JSON.parse(text) as { json: string; qr: string };
            return { cbor: bytes, json, qr };
        },
        verify(cbor: Uint8Array, trust: Trust) {
            return JSON.parse(ask("verify", JSON.stringify(trustOf(trust)), cbor).text) as Report;
        },
    };
}

function chainCalls(ask: Machine) {
    const json = (call: string, input: unknown) => JSON.parse(ask(call, JSON.stringify(input)).text) as unknown;
    return {
        deployment: (record: Deployment) => json("deployment", recordOf(record)) as DeploymentCheck,
        state: (contract: Hex, header: Hex, account: Hex[], storage: Hex[]) =>
            json("state", { account, contract, header, storage }) as ProvenState,
        fold: (record: Deployment, entries: EntryView[]) =>
            json("fold", { entries: entriesOf(entries), record: recordOf(record) }) as Hex,
        promise: (input: PromiseInput) => json("promise", promiseOf(input)) as PromiseReport,
    };
}

function batchCalls(ask: Machine) {
    return {
        batch: (rows: Uint8Array, leaf?: Hex) => JSON.parse(ask("batch", JSON.stringify({ leaf }), rows).text) as BatchCheck,
        leaves: (rows: Uint8Array) => ask("leaves", "", rows).bytes,
        list: (entry: EntryView, leaves: Uint8Array, leaf: Hex) =>
            JSON.parse(ask("list", JSON.stringify({ entry: only(entry, ENTRY), leaf }), leaves).text) as LeafList,
        count: (input: CountInput, batches: CountBatch[]) =>
            JSON.parse(
                ask("count", JSON.stringify(countOf(input, batches)), joined(batches.map(({ rows }) => rows))).text,
            ) as Count,
    };
}

function hashCalls(ask: Machine) {
    const hash = (call: string, input: unknown) => JSON.parse(ask(call, JSON.stringify(input)).text) as Hex;
    return {
        digest: (leaf: Hex, acceptance: object) => hash("digest", { acceptance, leaf }),
        recover(digest: Hex, signature: Hex) {
            const { text } = ask("recover", JSON.stringify({ digest, signature }));
            return (JSON.parse(text) as { signer?: Hex }).signer ?? null;
        },
        salt: (citizen: Hex, city: Hex) => hash("salt", { citizen, city }),
        content: (salt: Hex, content: string) => hash("content", { content, salt }),
        phrase: (text: string) => JSON.parse(ask("phrase", "", bytesOf(text.normalize("NFC").trim())).text) as Hex,
    };
}

declare const VOTA_VERSION: string | undefined;

/* The bytes of verifier.wasm: in the page from the page itself. */
export async function loadVerifier(wasm: BufferSource): Promise<Verifier> {
    const ask = newMachine(await WebAssembly.compile(wasm));
    return {
        version: typeof VOTA_VERSION === "string" ? VOTA_VERSION : "",
        ...receiptCalls(ask),
        ...chainCalls(ask),
        ...batchCalls(ask),
        ...hashCalls(ask),
    };
}
