// SPDX-License-Identifier: Apache-2.0
//
// A testnet ends while a register is open: the successor on another real node carries on numbering,
// rows and the result. Receipts from before stay as they are.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Contract } from "ethers";
import { City, minute } from "./city.mjs";
import { abi, addNetwork, urlOf, whileMining } from "./networks.mjs";

const UNCHECKED = 3;
const FAULT = 77; // a debug build that was told to end at a step which writes
const DAY = 86_400_000;

let city;
let next;
let last; // the old journal's last entry
const json = async (args) => JSON.parse((await city.ok([...args, "--json"])).out);
const start = (...more) => ["succession", "start", "--password-file", city.password, ...more];
const byOwner = () => start("--keystore", join(city.dir, "secrets/owner.json"));
/** To the end. Blocks come so fast here that a proof may be of the one before: "not now" means again. */
async function finish() {
    for (let i = 0; i < 10; i++) {
        const done = await mining(() => city.run(byOwner()));
        if (done.code === 0) return;
        assert.equal(done.code, UNCHECKED, done.err);
    }
    assert.fail("the succession does not end");
}
const mining = (run) => whileMining([city.node, next.node], run);

/** An archive: closed an hour ago, it counts what is anchored by tomorrow. */
function openArchive(city) {
    const now = Date.now();
    return city.openVote("long", {
        more: {
            opens_at: minute(now - DAY),
            closes_at: minute(now - DAY / 24),
            counts_until: minute(now + DAY),
            results_by: minute(now + 2 * DAY),
        },
    });
}

async function importVotes(first, n, to = city) {
    const rows = ["id,voter,choice,cast_at"];
    for (let i = first; i < first + n; i++) {
        rows.push(`R-${i},voter-${i},${i % 3 === 0 ? "no" : "yes"},${minute(Date.now() - DAY / 2)}`);
    }
    const file = join(to.base, `votes-${first}.csv`);
    writeFileSync(file, `${rows.join("\n")}\n`);
    await to.ok(["import", file, "--register", "long"]);
}

async function receiptOf(id, of = city) {
    const file = join(of.base, `${id}.receipt.json`);
    await of.ok(["receipt", id, "-o", file, "--password-file", of.password]);
    return { file, receipt: JSON.parse(readFileSync(file, "utf8")) };
}

before(async () => {
    city = await City.build();
    await openArchive(city);
    await importVotes(1, 20);
    next = await addNetwork(city, "successor", 31339);
    await mining(() => city.ok(["anchor", "--once", "--wait", "final", "--password-file", city.password]));
});
after(() => {
    next?.node.stop();
    city?.close();
});

test("without the owner's key, the call is printed and nothing is sent", async () => {
    assert.equal((await json(["succession", "status"])).step, "close");
    const done = await mining(() => city.run([...start(), "--json"]));
    assert.equal(done.code, UNCHECKED, done.err);
    const call = JSON.parse(done.out);
    assert.equal(call.to.toLowerCase(), city.deployment.contract.toLowerCase());
    assert.equal((await city.contract.anchorer()).toLowerCase(), city.keys.anchorer.toLowerCase());
    assert.equal((await json(["succession", "status"])).step, "close");
});

test("a contract on the successor that names no predecessor is refused", async () => {
    const done = await city.run(["deploy", "--network", "successor", "--owner", city.keys.owner]);
    assert.equal(done.code, 1);
    assert.match(done.err, /succession start/);
});

test("a succession that is cut off at a write goes on from it", async () => {
    await city.fund(city.keys.owner);
    await city.save();
    let snapshot = await next.node.provider.send("evm_snapshot", []);
    const every = process.env.VOTA_LONG ? 1 : 23;
    let cut = true;
    for (let step = 3; cut; step += every) {
        const env = { VOTEANCHOR_FAULT: `exit:${step}` };
        const { code, err } = await mining(() => city.run(byOwner(), { env }));
        assert.ok([0, UNCHECKED, FAULT].includes(code), err);
        cut = code !== 0;
        await finish();
        const status = await json(["succession", "status"]);
        assert.deepEqual([status.step, status.confirmed], ["done", true], `step ${step}`);
        const successor = new Contract(status.successor.contract, abi, next.node.provider);
        assert.equal(Number(await successor.length()), status.last_entry);
        await city.restore();
        await next.node.provider.send("evm_revert", [snapshot]);
        snapshot = await next.node.provider.send("evm_snapshot", []);
    }
});

test("a succession that is killed at every turn ends where one that is not ends", async () => {
    let code = null;
    for (let i = 0; i < 40 && code !== 0; i++) {
        code = await mining(async () => {
            const running = city.start(byOwner());
            const clock = setTimeout(() => running.child.kill("SIGKILL"), 700 + 200 * i);
            const done = await running.ended;
            clearTimeout(clock);
            assert.ok(done.signal === "SIGKILL" || done.code === 0 || done.code === UNCHECKED, done.err);
            return done.code;
        });
    }
    assert.equal(code, 0);
    const status = await json(["succession", "status"]);
    assert.equal(status.step, "done");
    assert.equal(status.confirmed, true);
    assert.equal(await city.contract.anchorer(), "0x0000000000000000000000000000000000000000");
    last = status.last_entry;
    assert.equal(Number(await city.contract.length()), last + 1); // and the one that names the successor
    next.contract = new Contract(status.successor.contract, abi, next.node.provider);
    assert.equal(Number(await next.contract.length()), last);
    const [named] = await city.contract.queryFilter(city.contract.filters.SucceededBy());
    assert.equal(named.args.successor.toLowerCase(), next.contract.target.toLowerCase());
    assert.equal(Number(named.args.chainId), 31339);
});

test("the open register goes on, on the successor, under the next numbers", async () => {
    await importVotes(100, 15);
    const done = await mining(() =>
        city.ok(["anchor", "--once", "--wait", "final", "--password-file", city.password]),
    );
    assert.match(done.err, /./);
    const [batch] = await next.contract.queryFilter(next.contract.filters.BatchAnchored());
    assert.equal(Number(batch.args.number), last + 1);
    assert.equal((await next.contract.queryFilter(next.contract.filters.RegisterOpened())).length, 0);
});

test("the result counts the rows of both", async () => {
    const closed = await mining(() =>
        city.ok(["register", "close", "long", "--wait", "final", "--password-file", city.password, "--json"]),
    );
    const report = JSON.parse(closed.out);
    assert.deepEqual([report.counts.yes, report.counts.no], [24, 11]);
    const [result] = await next.contract.queryFilter(next.contract.filters.ResultPublished());
    assert.equal(Number(result.args.number), last + 2);
    assert.equal(Number(result.args.lastEntry), last + 1);
});

test("receipts name the network that stands behind them", async () => {
    const old = (await receiptOf("R-1")).receipt;
    const fresh = (await receiptOf("R-100")).receipt;
    assert.deepEqual(old.anchors.map((anchor) => anchor.chain_id), [31337]);
    assert.equal(old.acceptance.contract, city.deployment.contract.toLowerCase());
    assert.deepEqual(fresh.anchors.map((anchor) => anchor.chain_id), [31339]);
    assert.equal(fresh.acceptance.contract, next.contract.target.toLowerCase());
});

/** Strangers have the published files, and no directory of the city's. */
const stranger = (args) => city.run(args, { dir: city.base });
const published = () => join(city.base, "public");
const trust = () => join(published(), "trust.json");

test("both journals are published, one directory a network, and the link with them", async () => {
    const done = await mining(() => city.ok(["publish", published(), "--json"]));
    assert.deepEqual(JSON.parse(done.out).networks, ["31337"]);
    const about = (dir) => JSON.parse(readFileSync(join(dir, "journal.ndjson"), "utf8").split("\n")[0]);
    const old = about(join(published(), "31337"));
    const fresh = about(published());
    assert.equal(old.address, city.deployment.contract.toLowerCase());
    assert.deepEqual(
        [fresh.pred_chain_id, fresh.pred_contract, fresh.pred_length],
        [31337, old.address, last],
    );
    const file = JSON.parse(readFileSync(trust(), "utf8"));
    assert.equal(file.contracts.length, 2);
    assert.deepEqual(file.successors, [
        {
            chain_id: 31337,
            contract: old.address,
            successor_chain_id: 31339,
            successor_contract: fresh.address,
        },
    ]);
});

test("receipts from before and after verify from the files alone", async () => {
    for (const id of ["R-1", "R-100"]) {
        const { file } = await receiptOf(id);
        const done = await stranger(["verify", file, "--trust", trust(), "--data", published(), "--json"]);
        assert.equal(done.code, 0, `${id}: ${done.out}${done.err}`);
    }
});

test("an audit of the successor counts over both", async () => {
    const done = await stranger([
        ...["audit", "--contract", `31339:${next.contract.target}`],
        ...["--data", published(), "--trust", trust(), "--json"],
    ]);
    const report = JSON.parse(done.out);
    assert.equal(done.code, 0, JSON.stringify(report.findings) + done.err);
});

test("each provider is asked about the network that it serves", async () => {
    const successor = ["--contract", `31339:${next.contract.target}`];
    const providers = [urlOf(next.node), urlOf(city.node)].map((url) => ["--rpc", url]);
    const old = (await receiptOf("R-1")).file;
    for (const both of [providers.flat(), [...providers].reverse().flat()]) {
        // From two addresses of nodes and one of a contract: records, journals, link.
        const done = await stranger(["verify", old, ...both, ...successor, "--json"]);
        assert.equal(done.code, 0, done.out + done.err);
        const [receipt] = JSON.parse(done.out).receipts;
        const link = receipt.findings.find((finding) => finding.code === "succession");
        assert.equal(link.state, "valid");
        assert.equal(link.left, city.deployment.contract.toLowerCase());
        assert.equal(receipt.promise, "kept");
        const audit = await stranger(["audit", ...both, ...successor, "--data", published(), "--json"]);
        assert.equal(audit.code, 0, audit.out + audit.err);
        assert.equal(JSON.parse(audit.out).predecessors[0].parts.journal, "valid");
    }
    // The successor's network alone: what it says of the other is a claim, and the other is asked nothing.
    const alone = await stranger(["verify", old, ...providers[0], ...successor, "--data", published(), "--json"]);
    assert.equal(alone.code, UNCHECKED, alone.out);
    const [claimed] = JSON.parse(alone.out).receipts;
    assert.equal(claimed.findings.find((finding) => finding.code === "succession").state, "not_checked");
    assert.equal(claimed.standing, "not_checked");
});

test("the successor's keys can be moved to where the primary's stand", async () => {
    const ini = join(city.dir, "voteanchor.ini");
    const text = readFileSync(ini, "utf8");
    const moved = text
        .slice(0, text.lastIndexOf("\n[successor]"))
        .replace(/^preset = dev$/m, "preset = custom")
        .replace(/^#chain_id =$/m, "chain_id = 31339")
        .replace(/^url = .*$/m, `url = ${urlOf(next.node)}`)
        .replace(/^anchorer = .*$/m, "anchorer = secrets/anchorer-successor.json");
    writeFileSync(ini, moved);
    const status = await json(["succession", "status"]);
    assert.deepEqual([status.step, status.confirmed, status.last_entry], ["done", true, last]);
    await city.openVote("later");
    const opened = await next.contract.queryFilter(next.contract.filters.RegisterOpened());
    assert.equal(Number(opened[0].args.number), last + 3);
    const again = await mining(() => city.ok(["publish", published(), "--json"]));
    assert.deepEqual(JSON.parse(again.out).networks, ["31337"]);
});

test("a chain that died is carried on from what stored evidence proves, and that is said", async () => {
    const town = await City.build();
    let heir;
    const anchor = (wait) => ["anchor", "--once", "--wait", wait, "--password-file", town.password];
    try {
        await openArchive(town);
        await importVotes(1, 20, town);
        await whileMining([town.node], () => town.ok(anchor("final")));
        const proven = Number(await town.contract.length());
        await importVotes(21, 10, town);
        await town.ok(anchor("mined")); // in a block, and never final
        town.node.stop();
        heir = await addNetwork(town, "successor", 31340);
        const begin = ["succession", "start", "--password-file", town.password];
        assert.equal((await town.run(begin)).code, UNCHECKED);

        await whileMining([heir.node], () => town.ok([...begin, "--old-chain-dead"]));
        const status = JSON.parse((await town.ok(["succession", "status", "--json"])).out);
        assert.deepEqual([status.step, status.confirmed, status.last_entry], ["done", false, proven]);
        assert.match((await town.ok(["succession", "status"])).out, /not confirmed by the old/);

        await importVotes(31, 9, town);
        await whileMining([heir.node], () => town.ok(anchor("final")));
        heir.contract = new Contract(status.successor.contract, abi, heir.node.provider);
        const batches = await heir.contract.queryFilter(heir.contract.filters.BatchAnchored());
        assert.deepEqual(
            batches.map((batch) => Number(batch.args.number)),
            [proven + 1, proven + 2],
        );
        const chains = async (id) => (await receiptOf(id, town)).receipt.anchors.map((a) => a.chain_id);
        assert.deepEqual(await chains("R-1"), [31337]);
        assert.deepEqual(await chains("R-21"), [31340]); // again, where it counts
        const closed = await whileMining([heir.node], () =>
            town.ok(["register", "close", "long", "--password-file", town.password, "--json"]),
        );
        const { counts } = JSON.parse(closed.out);
        assert.equal(counts.yes + counts.no, 39);
    } finally {
        heir?.node.stop();
        town.close();
    }
});
