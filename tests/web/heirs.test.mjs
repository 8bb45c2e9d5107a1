// SPDX-License-Identifier: Apache-2.0
//
// A contract that another one on another network carries on, seen from both sides: the page follows
// the same links as the program, with providers of both networks, of one, and from files alone.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { City, minute } from "../e2e/city.mjs";
import { addNetwork, urlOf, whileMining } from "../e2e/networks.mjs";
import { Mirror } from "../browser/mirror.mjs";
import { both, mirror, page, seen, verifier } from "./seen.mjs";

const DAY = 86_400_000;
let city;
let next;
let published;
let trust;
const receipts = {};
const mining = (run) => whileMining([city.node, next.node], run);
const secret = () => ["--password-file", city.password];

async function importVotes(first, n) {
    const rows = ["id,voter,choice,cast_at"];
    for (let i = first; i < first + n; i++) rows.push(`R-${i},voter-${i},yes,${minute(Date.now() - DAY / 2)}`);
    const file = join(city.base, `votes-${first}.csv`);
    writeFileSync(file, `${rows.join("\n")}\n`);
    await city.ok(["import", file, "--register", "long"]);
}

async function keep(id) {
    const file = join(city.base, `${id}.cbor`);
    await city.ok(["receipt", id, "--cbor", "-o", file, ...secret()]);
    receipts[id] = new Uint8Array(readFileSync(file));
}

before(async () => {
    city = await City.build();
    const now = Date.now();
    const times = {
        opens_at: minute(now - DAY),
        closes_at: minute(now - DAY / 24),
        counts_until: minute(now + DAY),
        results_by: minute(now + 2 * DAY),
    };
    await city.openVote("long", { more: times });
    await importVotes(1, 10);
    next = await addNetwork(city, "successor", 31339);
    await mining(() => city.ok(["anchor", "--once", "--wait", "final", ...secret()]));
    await city.fund(city.keys.owner);
    const start = ["succession", "start", ...secret(), "--keystore", join(city.dir, "secrets/owner.json")];
    for (let i = 0; i < 10; i++) if ((await mining(() => city.run(start))).code === 0) break;
    await importVotes(100, 9);
    await mining(() => city.ok(["anchor", "--once", "--wait", "final", ...secret()]));
    published = join(city.base, "public");
    await city.ok(["publish", published]);
    trust = JSON.parse(readFileSync(join(published, "trust.json"), "utf8"));
    await keep("R-1");
    await keep("R-100");
    seen.town = { city, public: published };
    seen.mirror = await Mirror.start(published);
});
after(() => {
    seen.mirror?.stop();
    next?.node.stop();
    city?.close();
});

const urls = () => [urlOf(next.node), urlOf(city.node)];
const record = (chain) => trust.contracts.find((contract) => contract.chain_id === chain);
const linkOf = (report) => report.findings.find(({ code }) => code === "succession")?.state;

/** A file that names one of the two contracts. */
const only = (chain) => ({
    ...trust,
    contracts: [record(chain)],
    heads: [],
    networks: [{ chain_genesis: record(chain).chain_genesis, chain_id: chain }],
    successors: [],
});

test("from a trust file that names one contract to the other, whichever is named", async () => {
    for (const chain of [31337, 31339])
        for (const [id, cbor] of Object.entries(receipts)) {
            const { report } = await both(`${id} by ${chain}`, cbor, { providers: urls(), trustFile: only(chain) });
            assert.equal(report.included, "valid", `${id} by ${chain}`);
            assert.equal(linkOf(report), "valid");
        }
});

test("a contract that was typed leads to the one before it", async () => {
    const contract = { address: record(31339).address, chain_id: 31339 };
    const { looked, report } = await both("typed", receipts["R-1"], { contract, providers: urls() });
    assert.equal(report.included, "valid");
    assert.deepEqual(looked.trust.contracts.map(({ how }) => how), ["named", "linked"]);
});

test("one network alone leaves the link a claim", async () => {
    const given = { providers: urls().slice(0, 1), trustFile: { ...only(31339), contracts: trust.contracts, networks: trust.networks } };
    const { report } = await both("claimed", receipts["R-100"], given);
    assert.equal(report.included, "valid");
    assert.equal(linkOf(report), "not_checked");
    const old = await both("old alone", receipts["R-1"], { providers: urls().slice(0, 1), trustFile: only(31339) });
    assert.equal(old.report.included, "not_checked");
});

test("from the files and heads alone", async () => {
    for (const cbor of Object.values(receipts)) {
        const { report } = await both("files", cbor, { heads: trust, providers: [] });
        assert.equal(report.included, "valid");
    }
});

test("a mirror has the directories of both networks", async () => {
    const opened = await mirror.openMirror(seen.mirror.origin);
    const chains = (await opened.publications()).map((one) => one.record.chain_id);
    assert.deepEqual(chains.sort(), [31337, 31339]);
    for (const [id, cbor] of Object.entries(receipts)) {
        const { report } = await page(cbor, { heads: trust, mirror: opened, providers: [] });
        assert.equal(report.included, "valid", id);
        assert.equal(linkOf(report), "valid");
    }
    const beside = await mirror.openMirror(`${seen.mirror.origin}/31337/`);
    assert.equal((await beside.journal()).record.chain_id, 31337);
});

test("a pending receipt of the old contract is completed where it was anchored", async () => {
    const opened = await mirror.openMirror(seen.mirror.origin);
    for (const [id, cbor] of Object.entries(receipts)) {
        const { view } = verifier.read(cbor);
        const pending = verifier.write({ ...view, anchors: [], path: [] }).cbor;
        const { looked } = await page(pending, { heads: trust, mirror: opened, providers: [] });
        const done = await opened.complete(verifier, pending, looked);
        assert.deepEqual(done.view?.anchors, view.anchors, id);
    }
});
