// SPDX-License-Identifier: Apache-2.0
//
// Promises kept by `voteanchor serve` alone: polls run from opening to result with no command
// given after it started, also when it is killed again and again; what a person asks for beside
// it is done at once; a promise is kept however far the governor stretches.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { City, minute } from "./city.mjs";
import { Service, until } from "./service.mjs";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let city;
let service;
let row = 0;
let ahead = 0; /* milliseconds by which the chain's clock is ahead of ours: the later of both counts */

before(async () => {
    city = await City.build({
        anvil: ["--block-time", "1"], /* its clock keeps to ours */
        config: { VOTEANCHOR_BATCH_MAX_AGE: "3s", VOTEANCHOR_BATCH_MIN_SIZE: "2", LC_ALL: "C.UTF-8" },
    });
    const { timestamp } = await city.node.provider.getBlock("latest");
    ahead = Math.max(0, timestamp * 1000 - Date.now());
    service = await Service.start(city);
    await service.token(city);
});

afterEach((done) => {
    if (!done.passed) console.log(service?.log().slice(-30).join("\n"));
});

after(async () => {
    service?.signal("SIGKILL");
    await service?.process.ended;
    city?.close();
});

/**
 * Times of a register that voting is over in and that takes what was cast in time until a moment
 * at least `seconds` from now: half past a minute, because of its result, or its end, because of
 * counts_until. Definitions know minutes only.
 */
function endingIn(seconds) {
    const from = Date.now() + ahead + seconds * 1000;
    const next = (Math.floor(from / MINUTE) + 1) * MINUTE;
    const early = next - 30_000;
    const closes = minute(Date.now() - HOUR);
    const times = { opens_at: minute(Date.now() - 2 * HOUR), closes_at: closes };
    if (early >= from) return { at: early - ahead, times: { ...times, counts_until: minute(next), results_by: minute(next) } };
    return { at: next - 5000 - ahead, times: { ...times, counts_until: minute(next), results_by: minute(next + HOUR) } };
}

const vote = (register, more = {}) => {
    const i = ++row;
    const cast = { register, id: `R-${i}`, voter: `voter-${i}`, choice: [i % 3 === 0 ? "no" : "yes"] };
    return { ...cast, cast_at: minute(Date.now() - HOUR - 10 * MINUTE), ...more };
};

/** Posts votes that are acknowledged; their ids. */
async function post(register, n, more) {
    const ids = [];
    for (let i = 0; i < n; i++) {
        const sent = vote(register, more);
        const answer = await service.post(sent);
        assert.equal(answer.status, 201, answer.text);
        ids.push(sent.id);
    }
    return ids;
}

async function results(register) {
    const { registers } = JSON.parse((await city.ok(["register", "list", "--json"])).out);
    const hash = registers.find((one) => one.register === register).register_hash;
    const events = await city.contract.queryFilter(city.contract.filters.ResultPublished());
    return events.filter((event) => event.args.register === hash).map((event) => event.args.counts.map(Number));
}

const anchoredRows = async () => {
    const events = await city.contract.queryFilter(city.contract.filters.BatchAnchored());
    return events.reduce((sum, event) => sum + Number(event.args.count), 0);
};

/** Options yes and no, then blank, rows, counted and six more. */
const countsOf = (ids) => {
    const no = ids.filter((id) => Number(id.slice(2)) % 3 === 0).length;
    return [ids.length - no, no, 0, ids.length, ids.length, 0, 0, 0, 0, 0, 0];
};

test("anchor --once beside the service seals at once, and waits for it", async () => {
    await city.openVote("beside");
    const now = { cast_at: minute(Date.now()) };
    await post("beside", 2, now);
    const done = await city.run(["anchor", "--once", "--json"]);
    assert.equal(done.code, 0, done.err);
    const { operations } = JSON.parse(done.out);
    assert.equal(operations.reduce((sum, one) => sum + one.rows, 0), 2);
    assert.ok(operations.every((one) => ["mined", "final"].includes(one.state)));
});

test("a poll runs from opening to result with no command after its opening", async () => {
    const { at, times } = endingIn(15);
    const started = Date.now();
    await city.openVote("quiet", { more: times });
    const before = await anchoredRows();
    const ids = await post("quiet", 7);
    await until("the votes to be anchored", async () => (await anchoredRows()) === before + 7);
    ids.push(...(await post("quiet", 1))); /* one alone, which only the end presses */
    await until("the result", async () => (await results("quiet")).length > 0, { seconds: (at - started) / 1000 + 30 });
    assert.ok(Date.now() >= at - 1000);
    assert.deepEqual(await results("quiet"), [countsOf(ids)]);
    const late = await service.post(vote("quiet"));
    assert.equal(late.json().code, "register-closed", late.text);
    await service.logged("closed register=quiet");
    await service.logged("result register=quiet");
    assert.equal(service.log().filter((line) => line.includes("result register=quiet")).length, 1);
});

test("killed again and again it keeps every vote, and publishes one result", async () => {
    const { at, times } = endingIn(12);
    await city.openVote("siege", { more: times });
    const before = await anchoredRows();
    const ids = [];
    const bearer = service.bearer;
    let kills = 0;
    while (Date.now() < at + 9000) {
        if (Date.now() < at - 3000) ids.push(...(await post("siege", 3)));
        await sleep(150 + 350 * (kills % 5)); /* each time somewhere else */
        service.signal("SIGKILL");
        await service.process.ended;
        kills++;
        service = await Service.start(city);
        service.bearer = bearer;
    }
    assert.ok(kills >= 4, `${kills} kills`);
    await until("the result", async () => (await results("siege")).length > 0, { seconds: 30 });
    await sleep(2000);
    assert.deepEqual(await results("siege"), [countsOf(ids)]);
    assert.equal(await anchoredRows(), before + ids.length);
    assert.equal((await city.run(["fsck"])).code, 0);
});

test("a promise is kept however far the governor stretches", async () => {
    await city.openVote("promise", { more: { anchor_within: 14 } });
    /* Not under a service that looks: what the node proves of the block that was the latest is a
     * state that no block has, for ever. So it starts when that block is older than the final one. */
    const { bearer } = service;
    await service.stop();
    await city.node.provider.send("anvil_setBalance", [city.keys.anchorer, "0x10a741a4627800"]); /* 0.0047 ETH */
    for (let i = 0; i < 4; i++) await city.node.provider.send("evm_mine", []);
    service = await Service.start(city);
    service.bearer = bearer;
    await until("the governor to stretch", async () => {
        const budget = JSON.parse((await city.run(["status", "--json"])).out).budget;
        return budget?.interval_why === "balance" && budget.interval_seconds > 60;
    });
    await sleep(3000);
    const ids = await post("promise", 2, { cast_at: minute(Date.now()) });
    const answered = (await service.get(`/v1/records/${ids[0]}`)).json();
    await sleep(6000); /* twice as long as rows wait for company otherwise */
    assert.equal((await service.get(`/v1/records/${ids[0]}`)).json().state, "accepted");
    await service.logged("sealed", { seconds: 20 });
    assert.match(service.log().findLast((line) => line.includes(" sealed ")), /why=promise/);
    const seen = async () => ["anchored", "final"].includes((await service.get(`/v1/records/${ids[0]}`)).json().state);
    await until("the batch", seen, { seconds: 20 });
    const events = await city.contract.queryFilter(city.contract.filters.BatchAnchored());
    const block = await events.at(-1).getBlock();
    const promised = Date.parse(answered.anchor_by) / 1000;
    assert.ok(block.timestamp <= promised, `${block.timestamp} ${promised}`);
});

test("what was published by itself is what an auditor counts", async () => {
    const out = join(city.base, "public");
    const url = city.node.provider._getConnection().url;
    const contract = `31337:${city.deployment.contract}`;
    const args = ["audit", "--contract", contract, "--data", out, "--rpc", url, "--json"];
    /* What gets final between publication and audit is not in the one, and missed by the other. */
    const { findings, registers } = await until("a publication of all that is final", async () => {
        await city.ok(["publish", out]);
        const report = JSON.parse((await city.run(args, { dir: city.base })).out);
        return report.registers.every((one) => one.recounted) && report;
    });
    assert.deepEqual(findings.filter((finding) => finding.state === "not_valid"), []);
    for (const id of ["quiet", "siege"]) {
        const one = registers.find((register) => register.id === id || register.register === id);
        assert.deepEqual(one.published, one.recounted);
    }
});
