// SPDX-License-Identifier: Apache-2.0
//
// A city on two networks: two real nodes with chain ids of their own. Everything is anchored on
// both, and a secondary that is down holds nothing up.

import assert from "node:assert/strict";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Contract } from "ethers";
import { City, minute } from "./city.mjs";
import { abi, addNetwork, urlOf, whileMining } from "./networks.mjs";

const VALID = 0;
const UNCHECKED = 3;
const batches = async (contract) => {
    const events = await contract.queryFilter(contract.filters.BatchAnchored());
    return events.map((event) => ({ root: event.args.root, number: Number(event.args.number) }));
};

const anchorAll = (city) =>
    city.run(["anchor", "--once", "--wait-all", "--password-file", city.password, "--json"]);

let city;
let second;
before(async () => {
    city = await City.build();
    await city.openVote("before"); // opened when there was one network
    await city.importVotes("before", 20);
    assert.equal((await city.anchor()).code, 0);
    second = await addNetwork(city, "secondary", 31338);
    const deployed = await city.ok([
        ...["deploy", "--network", "secondary", "--owner", city.keys.owner],
        ...["--password-file", city.password, "--json"],
    ]);
    second.contract = new Contract(JSON.parse(deployed.out).contract, abi, second.node.provider);
});
after(() => {
    second?.node.stop();
    city?.close();
});

test("a network that comes later gets what was anchored before", async () => {
    const [own, other] = [await batches(city.contract), await batches(second.contract)];
    assert.equal(own.length, 1);
    assert.deepEqual(
        other.map((batch) => batch.root),
        own.map((batch) => batch.root),
    );
});

test("everything is anchored on both networks", async () => {
    await city.openVote("both", { minutes: 60 });
    await city.importVotes("both", 30, 100);
    const done = await city.run(["anchor", "--once", "--wait-all", "--password-file", city.password]);
    assert.equal(done.code, 0, done.err);
    assert.match(done.err, /^custom-31338: .*batch/m); // each line says which network, unless it is the primary
    const [own, other] = [await batches(city.contract), await batches(second.contract)];
    assert.equal(own.length, 2);
    assert.deepEqual(
        other.map((batch) => batch.root),
        own.map((batch) => batch.root),
    );
});

test("a receipt has an anchor on each network, each named", async () => {
    await whileMining([city.node, second.node], () =>
        city.ok(["anchor", "--once", "--wait", "final", "--wait-all", "--password-file", city.password]),
    );
    const file = join(city.base, "both.receipt.json");
    await city.ok(["receipt", "R-100", "-o", file, "--password-file", city.password]);
    const receipt = JSON.parse(readFileSync(file, "utf8"));
    assert.deepEqual(
        receipt.anchors.map((anchor) => [anchor.chain_id, anchor.contract]),
        [
            [31337, city.deployment.contract.toLowerCase()],
            [31338, second.contract.target.toLowerCase()],
        ],
    );
    assert.ok(receipt.anchors.every((anchor) => anchor.evidence));
    assert.equal(receipt.acceptance.contract, city.deployment.contract.toLowerCase());
});

test("a secondary that is down holds nothing up, and catches up when it is back", async () => {
    const saved = urlOf(second.node);
    const ini = join(city.dir, "voteanchor.ini");
    const text = readFileSync(ini, "utf8");
    writeFileSync(ini, text.replaceAll(saved, "http://127.0.0.1:9"));
    await city.importVotes("both", 12, 200);
    const done = await city.anchor();
    assert.equal(done.code, 0, done.err);
    assert.match(done.err, /custom/); // the network that is waited for, by its name
    assert.equal((await batches(city.contract)).length, 3);
    assert.equal((await batches(second.contract)).length, 2);
    assert.equal((await anchorAll(city)).code, UNCHECKED);

    writeFileSync(ini, text);
    const back = await anchorAll(city);
    assert.equal(back.code, VALID, back.err);
    assert.deepEqual(
        (await batches(second.contract)).map((batch) => batch.root),
        (await batches(city.contract)).map((batch) => batch.root),
    );
});

test("a receipt is checked on each network, and said to be", async () => {
    const published = join(city.base, "public");
    const done = await whileMining([city.node, second.node], async () => {
        await city.ok(["anchor", "--once", "--wait", "final", "--wait-all", "--password-file", city.password]);
        return city.ok(["publish", published, "--json"]);
    });
    assert.deepEqual(JSON.parse(done.out).networks, ["31338"]);
    const file = join(city.base, "both.receipt.json");
    const trust = join(published, "trust.json");
    const checked = await city.run(["verify", file, "--trust", trust, "--data", published, "--json"], {
        dir: city.base,
    });
    assert.match(checked.out, /31337/);
    assert.match(checked.out, /31338/);
    for (const dir of [published, join(published, "31338")]) {
        const journal = readFileSync(join(dir, "journal.ndjson"), "utf8");
        const { chain_id, address } = JSON.parse(journal.split("\n")[0]);
        const audited = await city.run(
            ["audit", "--contract", `${chain_id}:${address}`, "--data", dir, "--trust", trust, "--json"],
            { dir: city.base },
        );
        assert.equal(audited.code, 0, `${chain_id}: ${audited.out}${audited.err}`);
    }
});

test("each network gets the result, by its own numbers", async () => {
    const now = Date.now();
    const HOUR = 3_600_000;
    await city.openVote("archive", {
        more: {
            opens_at: minute(now - 24 * HOUR),
            closes_at: minute(now - HOUR),
            counts_until: minute(now + 24 * HOUR),
            results_by: minute(now + 48 * HOUR),
        },
    });
    const rows = ["id,voter,choice,cast_at"];
    for (let i = 500; i < 525; i++) rows.push(`R-${i},voter-${i},yes,${minute(now - 12 * HOUR)}`);
    const file = join(city.base, "archive.csv");
    writeFileSync(file, `${rows.join("\n")}\n`);
    await city.ok(["import", file, "--register", "archive"]);
    const close = ["register", "close", "archive", "--password-file", city.password];
    await whileMining([city.node, second.node], async () => {
        await city.ok(close);
        await anchorAll(city);
        await city.ok(close); // a secondary that was slower gets its result now, the primary none twice
        await anchorAll(city);
    });
    const results = async (contract) => {
        const events = await contract.queryFilter(contract.filters.ResultPublished());
        return events.map((event) => ({
            counts: event.args.counts.map(Number),
            covers: Number(event.args.number) - Number(event.args.lastEntry),
        }));
    };
    const [own, other] = [await results(city.contract), await results(second.contract)];
    assert.equal(own.length, 1);
    assert.deepEqual(own[0].counts.slice(0, 5), [25, 0, 0, 25, 25]);
    assert.deepEqual(other, own);
});

test("a successor may be named beside a secondary, and named again otherwise", async () => {
    const ini = join(city.dir, "voteanchor.ini");
    const text = readFileSync(ini, "utf8");
    for (const chain of [31999, 31998]) {
        writeFileSync(ini, text);
        appendFileSync(ini, `\n[successor]\npreset = custom\nchain_id = ${chain}\n`);
        for (let i = 0; i < 2; i++) {
            const status = JSON.parse((await city.ok(["succession", "status", "--json"])).out);
            assert.equal(status.step, "close");
            assert.equal(status.successor.network, `custom-${chain}`);
        }
    }
    writeFileSync(ini, text);
});
