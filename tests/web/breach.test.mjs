// SPDX-License-Identifier: Apache-2.0
//
// Breach bundles on the page and in the program: the same bytes from the same block, and the same
// findings about the same file, whoever made it.

import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { judge } from "../oracle/breach.mjs";
import { build, chain, mirror, receiptOf, seen, stop, verifier } from "./seen.mjs";

const { breach } = await import(process.env.VOTA_MODULES);

before(build);
after(stop);

const CODES = { broken: 0, kept: 1, kept_late: 0, not_checked: 3, not_valid: 1 };
const file = (name) => join(seen.town.city.base, name);
const record = () => seen.town.record;
const contract = () => ({ address: record().address, chain_id: record().chain_id });
const online = (more = {}) => ({ contract: contract(), providers: seen.urls, ...more });

/** Options of the program that say what `given` says to the page. */
function argumentsOf({ block, contract: named, providers, trustFile }) {
    const args = providers.length === 0 ? ["--offline"] : providers.flatMap((url) => ["--rpc", url]);
    if (named) args.push("--contract", `${named.chain_id}:${named.address}`);
    if (block) args.push("--block", block);
    if (trustFile) {
        writeFileSync(file("given.trust.json"), JSON.stringify(trustFile));
        args.push("--trust", file("given.trust.json"));
    }
    return args;
}

async function program(args, given) {
    const done = await seen.town.city.run(["breach", ...args, ...argumentsOf(given), "--json"], { dir: seen.town.city.base });
    assert.notEqual(done.out, "", done.err);
    return { code: done.code, said: JSON.parse(done.out) };
}

const timeText = (unix) => new Date(unix * 1000).toISOString().replace(".000Z", "Z");

/** The page's findings as the program's --json has them. */
function findingOf({ code, compared, contract: place, entry, left, reason, right, state }) {
    const side = (value) => (compared === "times" ? timeText(value) : value);
    const about = { ...(place === undefined ? {} : { contract: place }), ...(entry ? { entry } : {}), ...(reason ? { reason } : {}) };
    return { code, state, ...about, ...(compared === "nothing" ? {} : { left: side(left), right: side(right) }) };
}

function assertSame(report, { code, said }, name) {
    assert.deepEqual(report.findings.map(findingOf), said.findings.map(({ sentence: _, ...finding }) => finding), name);
    for (const member of ["outcome", "reason", "searched", "withheld", "leaf", "final_block"]) assert.deepEqual(report[member], said[member], name);
    assert.equal(code, CODES[report.outcome], name);
}

/** A bundle by both; null: by neither. */
async function made(name, cbor, given = online()) {
    const opened = await mirror.openMirror(seen.mirror.origin);
    const looked = await chain.look(verifier, verifier.read(cbor).view, { ...given, mirror: opened });
    const page = await breach.makeBreach(verifier, cbor, opened, looked);
    writeFileSync(file(`${name}.cbor`), cbor);
    rmSync(file(`${name}.json`), { force: true });
    const from = await program([file(`${name}.cbor`), "--data", seen.town.public, "-o", file(`${name}.json`)], given);
    assertSame(page.report, from, name);
    if (page.text === null) assert.throws(() => readFileSync(file(`${name}.json`)), name);
    else assert.equal(page.text, readFileSync(file(`${name}.json`), "utf8"), name);
    return page;
}

/** A judgement by both. */
async function judged(name, text, given = online()) {
    writeFileSync(file(`${name}.json`), text);
    const { receipts = [], ...rest } = given;
    const args = receipts.flatMap((cbor, i) => {
        writeFileSync(file(`${name}.${i}.cbor`), cbor);
        return ["--receipt", file(`${name}.${i}.cbor`)];
    });
    const { report } = await breach.checkBreach(verifier, text, given);
    assertSame(report, await program(["--check", file(`${name}.json`), ...args], rest), name);
    return report;
}

test("both make the same bundle of a broken promise, and neither makes one of another", async () => {
    for (const [name, expected] of [["broken", "broken"], ["promised", "broken"], ["disavowed", "broken"], ["counted", "kept"], ["lamps", "kept"]]) {
        const { report, text } = await made(name, receiptOf(name));
        assert.equal(report.outcome, expected, name);
        assert.equal(text === null, expected !== "broken", name);
        if (text === null) continue;
        const again = await judged(name, text);
        assert.equal(again.outcome, expected);
        assert.equal(again.findings.every(({ state }) => state === "valid"), true, JSON.stringify(again.findings));
        const { reason: _, ...said } = again;
        assert.deepEqual(said, (({ reason: __, ...one }) => one)(report), "a stranger finds what the maker found");
    }
});

test("a stranger who asks nobody, is told another contract, or names the block", async () => {
    const { text } = await made("broken", receiptOf("broken"));
    const bundle = JSON.parse(text);
    const { block_hash: block } = verifier.state(record().address, bundle.contracts[0].evidence.header, [], []);
    const cases = [
        [{ contract: contract(), providers: [] }, "block"],
        [{ block, contract: contract(), providers: [] }, ""],
        [{ block: `0x${"22".repeat(32)}`, contract: contract(), providers: [] }, "block"],
        [{ block, contract: { ...contract(), address: record().owner }, providers: [] }, "contract"],
        [{ block, providers: [] }, "contract"],
    ];
    for (const [given, reason] of cases) assert.equal((await judged("asked", text, given)).reason, reason);
    assert.equal(await judge(text, { blocks: [block], contract: record().address }), "broken");
});

test("what was changed is judged alike", async () => {
    const { text } = await made("broken", receiptOf("broken"));
    const changes = [
        (b) => (b.contracts[0].deployment.salt = `0x${"33".repeat(32)}`),
        (b) => (b.contracts[0].journal[0].time += 1),
        (b) => b.contracts[0].journal.pop(),
        (b) => (b.contracts[0].evidence.header = b.contracts[0].evidence.header.replace(/.$/, "f")),
        (b) => b.contracts[0].evidence.storage.pop(),
        (b) => b.contracts[0].batches.pop(),
        (b) => (b.contracts[0].batches[0].leaves = Buffer.alloc(64).toString("base64")),
        (b) => (b.contracts[0].batches[0] = { entry: b.contracts[0].batches[0].entry, path: [`0x${"44".repeat(32)}`] }),
        (b) => (b.definition = `${b.definition} `),
        (b) => delete b.definition,
        (b) => (b.acceptance.accepted_at += 1),
        (b) => (b.acceptance.signature = `${b.acceptance.signature.slice(0, -2)}00`),
        (b) => (b.row.tag = `0x${"55".repeat(32)}`),
    ];
    const outcomes = [];
    for (const [i, change] of changes.entries()) {
        const bundle = JSON.parse(text);
        change(bundle);
        outcomes.push((await judged(`changed-${i}`, `${JSON.stringify(bundle)}\n`)).outcome);
    }
    assert.deepEqual(outcomes.map((one, i) => (one === "broken" ? i : -1)).filter((i) => i >= 0), [9]); // a definition need not be told
});

test("no other text is a bundle", async () => {
    const { text } = await made("broken", receiptOf("broken"));
    for (const [other, reason] of [
        [text.trimEnd(), "no-line-end"],
        [`${text}\n`, "not-canonical"],
        [text.replace('{"acceptance"', '{ "acceptance"'), "not-canonical"],
        [text.replace("breach-v1", "breach-v2"), "bad-value"],
        [text.replace('"leaves":"', '"leaves":"*'), "bad-leaves"],
        [text.replace(/"entry":\d+,"leaves"/, '"entry":1,"leaves"'), "bad-batch"],
        ["{}\n", "missing-member"],
        ["[\n", "not-json"],
    ]) {
        await assert.rejects(breach.checkBreach(verifier, other, online()), { reason });
        writeFileSync(file("refused.json"), other);
        const done = await seen.town.city.run(["breach", "--check", file("refused.json"), ...argumentsOf(online())], { dir: seen.town.city.base });
        assert.equal(done.code, 1, other.slice(0, 60));
    }
});

/** What a trust file says that vouches for every contract and block of a bundle. */
function vouching({ contracts }) {
    const networks = contracts.map(({ deployment: { chain_genesis, chain_id } }) => ({ chain_genesis, chain_id }));
    const heads = contracts.map(({ deployment, evidence, journal }) => {
        const { address, chain_genesis, chain_id, pred_length } = deployment;
        const { block_hash, head, number: block, time } = verifier.state(address, evidence.header, evidence.account, evidence.storage);
        return { block, block_hash, chain_genesis, chain_id, contract: address, head, length: pred_length + journal.length, time };
    });
    return { city: "", contracts: contracts.map(({ deployment }) => deployment), format: "voteanchor-trust-v1", heads, networks, successors: [] };
}

test("over a succession: a line is judged alike, from files alone", async () => {
    const text = readFileSync(new URL("../fuzz/corpus/breach_json/heirs", import.meta.url), "utf8");
    const trustFile = vouching(JSON.parse(text));
    const blocks = trustFile.heads.map((head) => head.block_hash);
    const given = { providers: [], trustFile };
    const [old, next] = trustFile.contracts;
    const by = async (name, change, trust = given) => {
        const bundle = JSON.parse(text);
        change(bundle);
        const other = `${JSON.stringify(bundle)}\n`;
        const { outcome, reason } = await judged(name, other, trust);
        assert.equal(await judge(other, { blocks: trust.trustFile.heads.map((head) => head.block_hash), contract: next.address }), outcome, name);
        return reason;
    };
    assert.equal(await by("heirs", () => {}), "");
    assert.equal(await judge(text, { blocks, contract: old.address }), "broken");
    assert.equal(await by("heirs-list", (b) => b.contracts[1].batches.pop()), "withheld");
    assert.equal(await by("heirs-alone", (b) => b.contracts.pop()), "successor");
    assert.equal(await by("heirs-journal", (b) => b.contracts[0].journal.pop()), "journal");
    assert.equal(await by("heirs-block", () => {}, { providers: [], trustFile: { ...trustFile, heads: trustFile.heads.slice(1) } }), "block");
});

test("a withheld batch is named by both", async () => {
    const name = `/batches/${JSON.parse((await made("broken", receiptOf("broken"))).text).contracts[0].batches[0].entry}.rows`;
    const path = join(seen.town.public, name);
    const rows = readFileSync(path);
    rmSync(path);
    try {
        const { report } = await made("withheld", receiptOf("broken"));
        assert.equal(report.reason, "withheld");
        assert.equal(report.withheld.length, 1);
    } finally {
        writeFileSync(path, rows);
    }
});

test("anchored after all: both say kept late, and a receipt of it answers the older bundle", async () => {
    const { text } = await made("broken", receiptOf("broken"));
    /* What was disavowed is anchored again as well, and a batch takes what its turn is. */
    for (let i = 0; i < 3 && !(i > 0 && seen.town.receipt("late").anchors.length > 0); i++) {
        await seen.town.anchor();
        await seen.town.mine(6);
        await seen.town.keep("late", "P-90");
    }
    await seen.town.publish();
    const late = await made("late", receiptOf("late"));
    assert.equal(late.report.outcome, "kept_late");
    await judged("late", late.text);
    const answered = await judged("answered", text, online({ receipts: [receiptOf("late")] }));
    assert.equal(answered.outcome, "kept_late");
    assert.equal(answered.shown, true);
    assert.equal((await judged("unanswered", text, online({ receipts: [receiptOf("counted")] }))).outcome, "broken");
});

