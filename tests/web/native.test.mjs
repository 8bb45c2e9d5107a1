// SPDX-License-Identifier: Apache-2.0
//
// One C, two machines: the same calls in WebAssembly and compiled for this machine (probe_web) give
// the same answer to the same bytes, finding by finding, refusal by refusal. Receipts are changed as
// views, as CBOR and as text, trust and journals as JSON. Seeded: VOTA_ORACLE_SEED repeats a run.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { many, Probe, Random, hex, seed } from "../oracle/probe.mjs";
import { makeWorld, trustsOf, vectors } from "./world.mjs";

const { Refused, loadVerifier, newMachine } = await import(process.env.VOTA_MODULES);
const CASES = process.env.VOTA_LONG ? 20_000 : 2_000;

const toHex = (value) => hex(Buffer.from(value));
let probe;
let machine;
let world;
let verifier;

before(async () => {
    probe = new Probe();
    probe.closed.catch(() => {});
    machine = newMachine(await WebAssembly.compile(readFileSync(process.env.VOTA_WASM)));
    verifier = await loadVerifier();
    world = await makeWorld(verifier);
});
after(() => probe.close());

function byWasm(call, text, bytes) {
    try {
        const answer = machine(call, text, bytes);
        return `ok ${toHex(answer.text)} ${hex(answer.bytes)}`;
    } catch (error) {
        if (!(error instanceof Refused)) throw error;
        return `refused ${toHex(JSON.stringify({ reason: error.reason, where: error.where }))} 0x`;
    }
}

/** Both answers, which are the same. */
async function both(call, text, bytes) {
    const native = await probe.ask("call", toHex(call), toHex(text), hex(bytes));
    const wasm = byWasm(call, text, bytes);
    assert.equal(wasm, native, `${call} ${text.slice(0, 400)} ${hex(bytes).slice(0, 4000)}`);
    return native;
}

// ---- what is changed, and how ----

const places = (value, found = []) => {
    for (const [name, inner] of Object.entries(value)) {
        found.push([value, name]);
        if (inner !== null && typeof inner === "object") places(inner, found);
    }
    return found;
};

const NUMBERS = [0, 1, 2, 7, 27, 2 ** 31, 2 ** 32 - 1, 2 ** 53 - 1];

/** One value of a structure to another of its type; rarely of another one. */
function change(value, random, others) {
    const found = places(value);
    if (found.length === 0) return;
    const [owner, name] = random.pick(found);
    const old = owner[name];
    if (random.below(12) === 0) delete owner[name];
    else if (random.below(40) === 0) owner[name] = random.pick([null, "", [], {}, 1.5, -1, "0x", true]);
    else if (typeof old === "number") owner[name] = random.below(2) ? old + random.pick([-1, 1]) : random.pick(NUMBERS);
    else if (typeof old === "boolean") owner[name] = !old;
    else if (Array.isArray(old)) owner[name] = random.below(2) ? old.slice(1) : [...old, ...old.slice(0, 1)];
    else if (typeof old === "string" && old.startsWith("0x") && old.length > 4) {
        const at = 2 + random.below(old.length - 2);
        owner[name] = old.slice(0, at) + random.below(16).toString(16) + old.slice(at + 1);
    } else if (typeof old === "string") owner[name] = old.replace(random.pick(["yes", "0", "1", "a", '"']), random.pick(["no", "1", "", "é"]));
    else {
        const other = structuredClone(random.pick(others));
        if (name in other) owner[name] = other[name];
    }
}

function changedBytes(bytes, random) {
    const copy = Buffer.from(bytes);
    const at = random.below(copy.length);
    switch (random.below(4)) {
        case 0:
            return Buffer.concat([copy.subarray(0, at), copy.subarray(at + 1 + random.below(3))]);
        case 1:
            return Buffer.concat([copy.subarray(0, at), random.bytes(1 + random.below(3)), copy.subarray(at)]);
        case 2:
            copy[at] = random.below(256);
            return copy;
        default:
            copy[at] ^= 1 << random.below(8);
            return copy;
    }
}

/** Text that says the same in another way, or nearly. */
function changedText(text, random) {
    const spaced = JSON.stringify(JSON.parse(text), null, random.below(4));
    const at = random.below(spaced.length);
    switch (random.below(6)) {
        case 0:
            return spaced;
        case 1:
            return spaced.slice(0, at) + random.pick([" ", "\n", ",", '"', "}", "0", "\\u0000", "\\ud83d\\ude00", "\\ud800", "é", "\u0001"]) + spaced.slice(at);
        case 2:
            return spaced.slice(0, at);
        case 3:
            return spaced.replace(/"([a-z_]+)":\s*([^,{}[\]]+)/, random.below(2) ? '"$1": $2, "$1": $2' : '"\\u0061$1":$2');
        case 4:
            return spaced.replace(/\d{3,}/, (digits) => random.pick([`${digits}.0`, `-${digits}`, `0${digits}`, `${digits}e0`, `${digits}00000000000000`]));
        default:
            return spaced.slice(0, at) + spaced.slice(at + 1);
    }
}

const trustJson = (trust) => JSON.stringify(trust);

// ---- the cases ----

const tally = {};
const count = (answer) => {
    const kind = answer.startsWith("ok") ? (JSON.parse(Buffer.from(answer.split(" ")[1].slice(2), "hex").toString() || "null")?.answer ?? "ok") : "refused";
    tally[kind] = (tally[kind] ?? 0) + 1;
};

test("thousands of changed receipts have one report", async () => {
    const random = new Random("receipts");
    const trusts = Object.values(trustsOf(world));
    await many(CASES, async () => {
        const view = structuredClone(random.pick(world.receipts));
        for (let i = random.below(4); i > 0; i--) change(view, random, world.receipts);
        const written = await both("write", JSON.stringify(view), Buffer.alloc(0));
        if (written.startsWith("refused")) return count(written);
        const cbor = Buffer.from(written.split(" ")[2].slice(2), "hex");
        const trust = structuredClone(random.pick(trusts));
        if (random.below(3) === 0) trust.standing = { as: random.pick(["counts", "superseded", "unopened", "erased", "conflict"]), entry: random.below(4) };
        if (random.below(3) === 0) trust.one_provider = true;
        if (random.below(3) === 0) trust.promise = { doubt: random.pick(["none", "withheld", "successor"]), entry: 2, final_time: 1790004100, outcome: random.pick(["not_checked", "kept", "kept_late", "broken"]), reason: "", time: 1790000900, withheld: [] };
        count(await both("verify", trustJson(trust), cbor));
    });
    const verdicts = new Set(Object.keys(tally).map((answer) => answer[0]));
    assert.ok(["V", "N", "C"].every((letter) => verdicts.has(letter)), JSON.stringify(tally));
    console.log(`receipts: ${CASES} (seed ${seed}): ${JSON.stringify(tally)}`);
});

test("changed trust, journals among it, is read alike", async () => {
    const random = new Random("trust");
    const { cbor } = verifier.write(world.receipts[0]);
    const trusts = Object.values(trustsOf(world));
    let refused = 0;
    await many(CASES / 3, async () => {
        const trust = structuredClone(random.pick(trusts));
        for (let i = 1 + random.below(3); i > 0; i--) change(trust, random, trusts);
        const answer = await both("verify", trustJson(trust), cbor);
        refused += answer.startsWith("refused");
    });
    assert.ok(refused > 20 && refused < CASES / 3 - 20, `${refused}`);
});

test("changed bytes and texts are refused alike, or are the same receipt", async () => {
    const random = new Random("forms");
    const cbors = world.receipts.map((view) => verifier.write(view).cbor);
    const texts = [...world.receipts.map((view) => JSON.stringify(view)), JSON.stringify(vectors.evidence.receipt)];
    const codes = cbors.map((cbor) => verifier.reduce(cbor, "qr_full").qr);
    let taken = 0;
    await many(CASES, async (i) => {
        const input = [
            () => changedBytes(random.pick(cbors), random),
            () => Buffer.from(changedText(random.pick(texts), random)),
            () => changedBytes(Buffer.from(random.pick(texts)), random),
            () => changedBytes(Buffer.from(random.pick(codes)), random),
        ][i % 4]();
        const answer = await both("read", "", input);
        if (answer.startsWith("refused")) return;
        taken++;
        const [, , cbor] = answer.split(" ");
        for (const form of ["full", "share", "qr_full", "qr_share"]) await both("reduce", JSON.stringify({ anchor: 0, form }), Buffer.from(cbor.slice(2), "hex"));
    });
    assert.ok(taken > CASES / 50 && taken < CASES / 2, `${taken}`);
    console.log(`forms: ${CASES} (seed ${seed}): ${taken} still a receipt`);
});

test("all other calls answer alike", async () => {
    const random = new Random("calls");
    const { record, entries, evidence, batches, receipts, head, definition, register, records } = world;
    const lists = entries.map(() => random.pick(["with", "without", "withheld"]));
    const asked = {
        deployment: () => [record],
        state: () => [{ account: evidence.account, contract: record.address, header: evidence.header, storage: evidence.storage }],
        fold: () => [{ entries, record }],
        batch: () => [{ leaf: batches[0].leaves[2] }, batches[0].bytes],
        leaves: () => [undefined, batches[1].bytes],
        list: () => [{ entry: entries[1], leaf: batches[0].leaves[0] }, Buffer.from(batches[0].leaves.map((leaf) => leaf.slice(2)).join(""), "hex")],
        promise: () => [{ accepted_at: 1790000000, anchor_by: 1790001000, entries, final_head: head, final_time: 1790004100, lists, record, signer: record.acceptance_key, successor_examined: true }],
        count: () => [
            {
                batches: batches.map(({ bytes }, i) => ({ bytes: bytes.length, number: i + 2 })),
                definitions: [{ definition, number: 1 }],
                entries,
                leaf: batches[0].leaves[0],
                openings: records.map(({ opening, salt }, i) => ({ content: opening.content, leaf: [...batches[0].leaves, ...batches[1].leaves][i], salt })),
                procedures: [],
                record,
                register,
            },
            Buffer.concat(batches.map(({ bytes }) => bytes)),
        ],
        digest: () => [{ acceptance: receipts[0].acceptance, leaf: batches[0].leaves[0] }],
        recover: () => [{ digest: verifier.digest(verifier.read(JSON.stringify(receipts[0])).leaf, receipts[0].acceptance), signature: receipts[0].acceptance.signature }],
        salt: () => [{ citizen: records[0].opening.citizen_salt, city: records[0].opening.city_salt }],
        content: () => [{ content: records[0].opening.content, salt: records[0].salt }],
        phrase: () => [undefined, Buffer.from("강변 산책")],
    };
    for (const [call, make] of Object.entries(asked)) {
        let accepted = 0;
        await many(CASES / 10, async (i) => {
            const [input, bytes = Buffer.alloc(0)] = structuredClone(make());
            if (i > 0 && input !== undefined) for (let k = random.below(3); k > 0; k--) change(input, random, [input]);
            const given = i % 3 === 2 && bytes.length > 0 ? changedBytes(bytes, random) : Buffer.from(bytes);
            const answer = await both(call, input === undefined ? "" : JSON.stringify(input), given);
            if (i === 0) assert.ok(answer.startsWith("ok"), `${call}: ${Buffer.from(answer.split(" ")[1].slice(2), "hex")}`);
            accepted += answer.startsWith("ok");
        });
        assert.ok(accepted > 1, call);
    }
});
