// SPDX-License-Identifier: Apache-2.0
//
// What the program must not do: speak to another network, believe a contract that is not ours, open
// a key with a wrong password, take rows that break a rule. Each gives one clear error and changes
// nothing.

import assert from "node:assert/strict";
import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startAnvil } from "../contracts/anvil.mjs";
import { City, minute, rootDir } from "./city.mjs";

const FAILED = 1;
const UNCHECKED = 3;

let city;
let receipt;
before(async () => {
    city = await City.build();
    await city.openVote("refusals");
    await city.importVotes("refusals", 20);
    assert.equal((await city.anchor()).code, 0);
    for (let i = 0; i < 4; i++) await city.node.provider.send("evm_mine", []);
    assert.equal((await city.anchor({}, "final")).code, 0);
    receipt = join(city.base, "r.receipt.json");
    await city.ok(["receipt", "R-1", "-o", receipt, "--password-file", city.password]);
});
after(() => city?.close());

const verify = (...args) => city.run(["verify", receipt, "--json", ...args]);
const contract = () => `31337:${city.deployment.contract}`;
const url = () => city.node.provider._getConnection().url;

/** Runs the program with another provider in its configuration. */
async function withProvider(other, run) {
    const ini = join(city.dir, "voteanchor.ini");
    const text = readFileSync(ini, "utf8");
    writeFileSync(ini, text.replace(url(), other));
    try {
        return await run();
    } finally {
        writeFileSync(ini, text);
    }
}

test("a receipt is valid against the contract that the user names, on the word of the chain", async () => {
    const done = await verify("--rpc", url(), "--contract", contract());
    assert.equal(done.code, 0, done.out + done.err);
});

test("without a contract of the user's own nothing is valid", async () => {
    const done = await city.run(["verify", receipt, "--rpc", url()], { dir: city.base });
    assert.equal(done.code, UNCHECKED, done.out + done.err);
});

test("another contract, or one without our code, could not be checked", async () => {
    for (const address of ["0x00000000000000000000000000000000deadbeef", city.keys.owner]) {
        const done = await verify("--rpc", url(), "--contract", `31337:${address}`);
        assert.equal(done.code, UNCHECKED, done.out + done.err);
    }
});

test("a provider that does not answer, and another network, could not be checked", async () => {
    assert.equal((await verify("--rpc", "http://127.0.0.1:1", "--contract", contract())).code, UNCHECKED);
    const stranger = await startAnvil(rootDir, ["--chain-id", "4242"]);
    try {
        const other = stranger.provider._getConnection().url;
        assert.equal((await verify("--rpc", other, "--contract", contract())).code, UNCHECKED);
    } finally {
        stranger.stop();
    }
});

test("a quorum of the providers decides, and one alone is said to be alone", async () => {
    const dead = ["--rpc", "http://127.0.0.1:1"];
    const live = ["--rpc", url()];
    const say = (...args) =>
        city.run(["--lang", "en", "verify", receipt, "--contract", contract(), ...args]);
    const two = await say(...live, ...dead, ...live);
    assert.equal(two.code, 0, two.out + two.err);
    assert.match(two.out, /as 2 of 3 providers say/);
    const one = await say(...live);
    assert.match(one.out, /on the word of one provider/);
    assert.equal((await say(...live, ...dead, ...dead)).code, UNCHECKED);
    const chosen = await say(...live, ...dead, ...dead, "--quorum", "1");
    assert.equal(chosen.code, 0, chosen.out + chosen.err);
    assert.match(chosen.out, /on the word of one provider/);
    for (const k of ["0", "2", "x", "11"])
        assert.equal((await say(...live, "--quorum", k)).code, 2, k);
});

test("a changed receipt is not valid", async () => {
    const view = JSON.parse(readFileSync(receipt, "utf8"));
    const flip = (hex) => hex.slice(0, -1) + (hex.endsWith("0") ? "1" : "0");
    const changes = [
        (r) => (r.row.tag = flip(r.row.tag)),
        (r) => (r.path[0] = flip(r.path[0])),
        (r) => (r.opening.content = r.opening.content.replace(/yes|no/, (id) => (id === "yes" ? "no" : "yes"))),
    ];
    for (const change of changes) {
        const changed = structuredClone(view);
        change(changed);
        const file = join(city.base, "changed.receipt.json");
        writeFileSync(file, JSON.stringify(changed));
        const done = await city.run(["verify", file, "--rpc", url(), "--contract", contract(), "--json"]);
        assert.equal(done.code, FAILED, done.out + done.err);
    }
});

test("a directory refuses a provider of another chain, and one of the same id with another genesis", async () => {
    for (const id of ["4242", "31337"]) {
        const stranger = await startAnvil(rootDir, ["--chain-id", id, "--timestamp", "1700000000"]);
        try {
            const done = await withProvider(stranger.provider._getConnection().url, () => city.anchor());
            assert.equal(done.code, FAILED, `chain id ${id}: ${done.err}`);
            assert.match(done.err, /wrong-network/);
        } finally {
            stranger.stop();
        }
    }
    assert.equal((await city.anchor()).code, 0);
});

test("a wrong password opens nothing, and says so", async () => {
    await city.importVotes("refusals", 20, 500);
    const wrong = join(city.base, "wrong");
    writeFileSync(wrong, "not the password\n");
    chmodSync(wrong, 0o600);
    const done = await city.run(["--lang", "en", "anchor", "--once", "--password-file", wrong]);
    assert.equal(done.code, FAILED);
    assert.match(done.err, /password/);
    assert.ok(!done.err.includes("not the password"));
    assert.equal((await city.status()).operations.signed, 0);
    assert.equal((await city.anchor()).code, 0);
});

test("bad rows are rejected with line and reason, good ones kept, and a second run adds nothing", async () => {
    const now = minute(Date.now());
    const file = join(city.base, "mixed.csv");
    writeFileSync(
        file,
        [
            "id,voter,choice,cast_at",
            `G-1,good-1,yes,${now}`,
            `B-1,bad-1,perhaps,${now}`,
            `B-2,900101-1234567,yes,${now}`,
            `B-3,010-1234-5678,yes,${now}`,
            `B-4,voter-1,no,${now}`,
            `G-1,good-1,no,${now}`,
            `G-2,good-2,반대,${now}`,
            "",
        ].join("\n"),
    );
    const first = await city.run(["import", file, "--register", "refusals", "--json"]);
    assert.equal(first.code, FAILED);
    const summary = JSON.parse(first.out);
    assert.deepEqual([summary.rows, summary.added, summary.rejected], [7, 2, 5], first.out);
    const rejected = readFileSync(`${file}.rejected`, "utf8").trimEnd().split("\n");
    assert.equal(rejected[0], "rejected_line,rejected_reason,id,voter,choice,cast_at");
    assert.equal(rejected.length, 6);
    assert.ok(rejected.slice(1).every((row) => /^\d+,[a-z0-9-]+,/.test(row)), rejected.join("\n"));
    assert.equal(statSync(`${file}.rejected`).mode & 0o777, 0o600);
    const second = JSON.parse((await city.run(["import", file, "--register", "refusals", "--json"])).out);
    assert.deepEqual([second.added, second.present, second.rejected], [0, 2, 5]);
});

test("a register is not closed before its time", async () => {
    const done = await city.run(["register", "close", "refusals", "--password-file", city.password, "--json"]);
    assert.equal(done.code, FAILED);
    assert.match(done.err, /register-open/);
});
