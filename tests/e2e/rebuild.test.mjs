// SPDX-License-Identifier: Apache-2.0
//
// A store that was lost, and one that was put back from an old backup: nothing is sent on top of a
// journal that the store does not know, and what the journal and the publication hold comes back.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { City } from "./city.mjs";

let city;
const at = (name) => join(city.base, name);

/** The directory as it is now, under another name; or back again. */
function keep(name) {
    rmSync(at(name), { recursive: true, force: true });
    execFileSync("cp", ["-a", city.dir, at(name)]); /* as a backup does it: with modes and times */
}

function bring(name) {
    rmSync(city.dir, { recursive: true, force: true });
    execFileSync("cp", ["-a", at(name), city.dir]);
}

async function final(options) {
    const done = await city.anchor(options, "final");
    assert.equal(done.code, 0, done.out + done.err);
    return done;
}

/** Everything that the chain holds, counted again by the audit from a fresh publication. */
async function isWhole(expectedRows) {
    rmSync(at("public"), { recursive: true, force: true });
    await city.ok(["publish", at("public")]);
    const audit = await city.run([
        "audit", "--contract", city.deployment.contract, "--rpc", city.node.provider._getConnection().url,
        "--data", at("public"), "--json",
    ]);
    assert.equal(audit.code, 0, audit.out + audit.err);
    assert.equal(JSON.parse(audit.out).rows, expectedRows);
}

before(async () => {
    city = await City.build({ anvil: ["--block-time", "1"] });
    await city.openVote("poll", { more: { disclosure: "live" } });
    await city.importVotes("poll", 40, 1);
    await final();
    keep("old");
    await city.importVotes("poll", 40, 101);
    keep("waiting");
    await final();
    await city.ok(["publish", at("mirror")]);
    keep("now");
});

after(() => city?.close());

test("an old backup stops the service before it sends anything", async () => {
    bring("old");
    const roots = await city.anchoredRoots();
    await city.importVotes("poll", 20, 301);
    const done = await city.anchor();
    assert.equal(done.code, 1, done.out + done.err);
    assert.match(done.err, /entry by our key/);
    assert.deepEqual(await city.anchoredRoots(), roots, "nothing was anchored on top");
    assert.equal((await city.anchor()).code, 1, "and nothing is at the next start");
});

test("what nothing explains is listed, and the stop stays", async () => {
    const done = await city.run(["rebuild", "--json"]);
    assert.equal(done.code, 1, done.err);
    const report = JSON.parse(done.out);
    assert.equal(report.unexplained, 1);
    assert.equal(report.goes_on, false);
    assert.equal((await city.anchor()).code, 1);
});

test("the publication brings the lost batch back, and the service goes on", async () => {
    const report = JSON.parse((await city.ok(["rebuild", at("mirror"), "--json"])).out);
    assert.deepEqual(
        [report.batches, report.rows, report.rows_found, report.openings, report.unexplained, report.goes_on],
        [1, 40, 0, 40, 0, true],
    );
    await final();
    const again = await city.run(["import", at("poll-101.csv"), "--register", "poll"]);
    assert.notEqual(again.code, 0, "these voters are in the register again");
    await isWhole(100);
});

test("a backup with rows that were waiting finds them in the batch", async () => {
    bring("waiting");
    assert.equal((await city.anchor()).code, 1);
    const report = JSON.parse((await city.ok(["rebuild", at("public"), "--json"])).out);
    assert.equal(report.rows_found, 40, "these kept their openings and their names");
    assert.equal(report.goes_on, true);
    await city.ok(["receipt", "R-101", "-o", at("R-101.receipt.json"), "--password-file", city.password]);
    await isWhole(100);
});

test("a store that is gone comes back from chain and publication", async () => {
    for (const name of readdirSync(city.dir).filter((name) => name.startsWith("voteanchor.db"))) {
        rmSync(join(city.dir, name));
    }
    const report = JSON.parse((await city.ok(["rebuild", at("public"), "--json"])).out);
    assert.deepEqual([report.registers, report.rows, report.openings, report.goes_on], [1, 100, 100, true]);
    await city.importVotes("poll", 20, 501);
    await final();
    await isWhole(120);
    await city.ok(["fsck"]);
});

test("run twice, it changes nothing", async () => {
    const report = JSON.parse((await city.ok(["rebuild", at("public"), "--json"])).out);
    assert.deepEqual([report.registers, report.batches, report.openings, report.goes_on], [0, 0, 0, true]);
});

test("of two services with one key the second stops itself, and the first goes on", async () => {
    keep("twin");
    await city.importVotes("poll", 20, 601);
    await final();
    const twin = { dir: at("twin") };
    await city.ok(["import", at("poll-601.csv"), "--register", "poll"], twin);
    const stopped = await city.run(["anchor", "--once", "--password-file", city.password], twin);
    assert.equal(stopped.code, 1);
    assert.match(stopped.err, /another service uses the key/);
    await city.importVotes("poll", 20, 701);
    await final();
});

test("rows that are nowhere can be accepted, and anchoring goes on", async () => {
    bring("twin");
    const done = JSON.parse((await city.ok(["rebuild", "--accept", "--json"])).out);
    assert.equal(done.goes_on, true);
    await city.importVotes("poll", 20, 801);
    await final();
});
