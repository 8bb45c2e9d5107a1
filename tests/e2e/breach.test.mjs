// SPDX-License-Identifier: Apache-2.0
//
// A city that breaks its word, on a real node: it accepts and does not anchor, anchors late,
// disavows, withholds rows, moves on to another contract. What a citizen can show of it, what a
// stranger makes of that, and a judge who shares no code with us (tests/oracle/breach.mjs).

import assert from "node:assert/strict";
import { cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { keccak256 } from "ethers";
import { judge } from "../oracle/breach.mjs";
import { City, minute } from "./city.mjs";

const DONE = 0;
const NOT = 1;
const USAGE = 2;
const UNCHECKED = 3;
const MINUTE = 60_000;

let city;
let trust;
const send = (...args) => city.node.provider.send(...args);
const url = () => city.node.provider._getConnection().url;
const contract = () => `31337:${city.deployment.contract}`;
const mine = async (n) => { for (let i = 0; i < n; i++) await send("evm_mine", []); };
const later = async (seconds) => { await send("evm_increaseTime", [seconds]); await mine(6); };
const anchor = async () => { const done = await city.anchor(); assert.equal(done.code, DONE, done.out + done.err); };
const file = (name) => join(city.base, name);
const json = (name) => JSON.parse(readFileSync(file(name), "utf8"));

/** Accepts n votes, of which the first is "<prefix>-1". */
async function accept(prefix, n) {
    const rows = ["id,voter,choice,cast_at"];
    for (let i = 1; i <= n; i++) rows.push(`${prefix}-${i},${prefix}-voter-${i},${i % 3 ? "yes" : "no"},${minute(Date.now())}`);
    writeFileSync(file(`${prefix}.csv`), `${rows.join("\n")}\n`);
    await city.ok(["import", file(`${prefix}.csv`), "--register", "square"]);
    await city.ok(["receipt", `${prefix}-1`, "-o", file(`${prefix}.receipt.json`), "--password-file", city.password]);
}

async function publish(name) {
    await city.ok(["publish", file(name)]);
    trust = join(file(name), "trust.json");
}

/** Strangers have no directory of the city's. */
const stranger = async (args) => {
    const done = await city.run([...args, "--json"], { dir: city.base });
    return { code: done.code, err: done.err, said: done.out ? JSON.parse(done.out) : {} };
};
const make = (receipt, data, to, ...more) =>
    stranger(["breach", file(receipt), "--data", file(data), "--contract", contract(), "--rpc", url(), "-o", file(to), ...more]);
const check = (name, ...more) => stranger(["breach", "--check", file(name), ...more]);
const online = () => ["--contract", contract(), "--rpc", url()];
const blockOf = (bundle) => keccak256(bundle.contracts.at(-1).evidence.header);
const outcome = (text, block) => judge(text, { blocks: [block], contract: city.deployment.contract });

/** Bundle, program and the other judge say the same. */
async function shows(name, expected) {
    const text = readFileSync(file(name), "utf8");
    const block = blockOf(JSON.parse(text));
    const asked = await check(name, ...online());
    assert.equal(asked.said.outcome, expected, asked.err);
    assert.equal(asked.code, DONE);
    const offline = await check(name, "--offline", "--contract", contract(), "--block", block);
    assert.deepEqual(offline.said.findings, asked.said.findings);
    assert.equal(await outcome(text, block), expected);
    return asked.said;
}

before(async () => {
    city = await City.build();
    await city.openVote("square", { more: { counts_until: minute(Date.now() + 240 * MINUTE) } });
    await accept("kept", 9);
    await anchor();
    await accept("gone", 9);
    await anchor();
    const disavowed = `${await city.contract.length()}`;
    await city.fund(city.keys.owner);
    await city.ok(["owner", "disavow", disavowed, disavowed, "--reason", "twice",
        "--keystore", join(city.dir, "secrets/owner.json"), "--password-file", city.password]);
    await accept("lost", 9); // and the keeper stops here
    await publish("early");
});
after(() => city?.close());

test("nothing is shown while the time promised is ahead", async () => {
    await mine(6);
    const { code, said } = await make("lost.receipt.json", "early", "none.json");
    assert.equal(code, UNCHECKED);
    assert.equal(said.reason, "due");
    assert.throws(() => readFileSync(file("none.json")));
});

test("a record that was accepted and never anchored", async () => {
    await later(2 * 3600);
    await publish("public");
    const { code, err, said } = await make("lost.receipt.json", "public", "lost.json");
    assert.equal(code, DONE, err);
    assert.equal(said.outcome, "broken");
    const about = await shows("lost.json", "broken");
    assert.deepEqual(about.searched, [2]);
    const signer = about.findings.find((finding) => finding.code === "signer");
    assert.equal(signer.left.toLowerCase(), city.keys.acceptance.toLowerCase());
    // Its batches and no more: the disavowed one keeps nothing.
    assert.deepEqual(json("lost.json").contracts[0].batches.map((batch) => batch.entry), [2]);
});

test("a promise that was kept makes no bundle", async () => {
    const { code, said } = await make("kept.receipt.json", "public", "none.json");
    assert.equal(code, NOT);
    assert.equal(said.outcome, "kept");
    assert.throws(() => readFileSync(file("none.json")));
});

test("a record that is only in a disavowed batch", async () => {
    assert.equal((await make("gone.receipt.json", "public", "gone.json")).said.outcome, "broken");
    await shows("gone.json", "broken");
});

test("rows that are not published are named, not guessed about", async () => {
    cpSync(file("public"), file("withheld"), { recursive: true });
    rmSync(join(file("withheld"), "batches/2.rows"));
    const { code, said } = await make("lost.receipt.json", "withheld", "none.json");
    assert.equal(code, UNCHECKED);
    assert.equal(said.reason, "withheld");
    assert.deepEqual(said.withheld, [2]);
    const bundle = json("lost.json");
    bundle.contracts[0].batches = [];
    writeFileSync(file("short.json"), `${JSON.stringify(bundle)}\n`);
    const judged = await check("short.json", ...online());
    assert.equal(judged.code, UNCHECKED);
    assert.deepEqual(judged.said.withheld, [2]);
    assert.equal(await outcome(readFileSync(file("short.json"), "utf8"), blockOf(bundle)), "not_checked");
});

test("a stranger who was not told whose contract it is, or asks nobody, learns nothing", async () => {
    assert.equal((await check("lost.json", "--rpc", url())).said.reason, "contract");
    assert.equal((await check("lost.json", "--contract", `31337:${city.keys.owner}`, "--rpc", url())).said.reason, "contract");
    assert.equal((await check("lost.json", "--contract", contract(), "--offline")).said.reason, "block");
    const other = await check("lost.json", "--contract", contract(), "--offline", "--block", `0x${"11".repeat(32)}`);
    assert.equal(other.said.reason, "block");
    assert.equal(other.code, UNCHECKED);
});

test("what was changed in a bundle shows nothing", async () => {
    const changes = {
        deployment: (b) => (b.contracts[0].deployment.owner = b.contracts[0].deployment.anchorer),
        journal: (b) => (b.contracts[0].journal[1].time += 1),
        state: (b) => b.contracts[0].evidence.storage.pop(),
        withheld: (b) => (b.contracts[0].batches[0].leaves = Buffer.from(b.contracts[0].batches[0].leaves, "base64").subarray(32).toString("base64")),
        definition: (b) => (b.definition = b.definition.replace("square", "circle")),
        signer: (b) => (b.acceptance.anchor_by -= 60),
    };
    for (const [reason, change] of Object.entries(changes)) {
        const bundle = json("lost.json");
        const block = blockOf(bundle);
        change(bundle);
        writeFileSync(file("changed.json"), `${JSON.stringify(bundle)}\n`);
        const { said } = await check("changed.json", ...online());
        assert.equal(said.reason, reason);
        assert.equal(said.outcome, reason === "signer" ? "not_valid" : "not_checked");
        if (reason !== "definition") // the other judge does not read it
            assert.equal(await outcome(readFileSync(file("changed.json"), "utf8"), block), said.outcome, reason);
    }
    writeFileSync(file("changed.json"), `${JSON.stringify(json("lost.json"), null, 1)}\n`);
    const refused = await city.run(["breach", "--check", file("changed.json"), ...online()], { dir: city.base });
    assert.equal(refused.code, NOT);
    assert.match(refused.err, /is no breach bundle/);
});

test("in both languages, for people", async () => {
    for (const [lang, word] of [["en", "BROKEN"], ["ko", "약속 위반"]]) {
        const done = await city.run(["--lang", lang, "breach", "--check", file("lost.json"), ...online()], { dir: city.base });
        assert.equal(done.code, DONE, done.err);
        assert.ok(done.out.startsWith(word), done.out);
        assert.ok(!/[{}]|breach\./.test(done.out), done.out);
    }
    assert.equal((await city.run(["breach"])).code, USAGE);
    assert.equal((await city.run(["breach", file("lost.receipt.json"), "--data", file("public")])).code, USAGE);
    assert.equal((await city.run(["breach", "--check", file("lost.json"), file("lost.receipt.json")])).code, USAGE);
});

test("anchored after all: kept late, and a receipt of it answers the older bundle", async () => {
    await anchor();
    await mine(6);
    await city.ok(["receipt", "lost-1", "-o", file("late.receipt.json"), "--password-file", city.password]);
    await publish("late");
    assert.equal((await make("lost.receipt.json", "late", "late.json")).said.outcome, "kept_late");
    const late = await shows("late.json", "kept_late");
    assert.ok(json("late.json").contracts[0].batches.at(-1).path.length > 0);
    const answered = await check("lost.json", ...online(), "--receipt", file("late.receipt.json"));
    assert.equal(answered.said.outcome, "kept_late");
    assert.equal(answered.said.shown, true);
    assert.equal(answered.said.time, late.time);
    // Another record's receipt answers nothing.
    const other = await check("lost.json", ...online(), "--receipt", file("kept.receipt.json"));
    assert.equal(other.said.outcome, "broken");
    // The trust file's head of the publication stands in for a provider, where it is that block's.
    const heads = JSON.parse(readFileSync(trust, "utf8")).heads.map((head) => head.block_hash);
    const offline = await check("late.json", "--offline", "--trust", trust);
    assert.equal(offline.said.outcome, heads.includes(blockOf(json("late.json"))) ? "kept_late" : "not_checked");
});

test("a key that was called untrusted promises nothing that can be shown", async () => {
    await accept("doubt", 9);
    const since = new Date((json("doubt.receipt.json").acceptance.accepted_at - 60) * 1000).toISOString().replace(".000Z", "Z");
    await city.ok(["owner", "set-key", "--role", "acceptance", "--address", `0x${"0".repeat(38)}aa`, "--untrusted-since", since,
        "--keystore", join(city.dir, "secrets/owner.json"), "--password-file", city.password]);
    await later(2 * 3600);
    await publish("doubtful");
    const { code, said } = await make("doubt.receipt.json", "doubtful", "none.json");
    assert.equal(code, UNCHECKED, JSON.stringify(said));
    assert.equal(said.reason, "signer");
});
