// SPDX-License-Identifier: Apache-2.0
//
// The operator's hands and eyes on a real node: the owner's calls, a stolen key, a stuck
// transaction, two services with one key, and what monitoring reads. What docs/OPERATIONS.md walks
// through is walked here.

import assert from "node:assert/strict";
import { after, afterEach, beforeEach, describe, test } from "node:test";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { Wallet } from "ethers";
import { City, rootDir } from "./city.mjs";

const CRASHED = 77; // bridge/store/fault.h
/** Every step in the long run, every sixth otherwise. */
const STRIDE = process.env.VOTA_LONG ? 1 : 6;
const FAST = { VOTEANCHOR_FEES_BUMP_AFTER: "1h", VOTEANCHOR_BATCH_MAX_RECORDS: "50" };

let city;
beforeEach(async () => {
    city = await City.build({ config: FAST });
});
afterEach(() => city?.close());
after(() => city?.close());

const rpc = (method, ...params) => city.node.provider.send(method, params);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(condition, what, seconds = 40) {
    for (let i = 0; i < seconds * 10; i++) {
        if (await condition()) return;
        await sleep(100);
    }
    assert.fail(`never: ${what}`);
}

const pending = async () => Object.values((await rpc("txpool_content")).pending).flatMap(Object.values);

/** Blocks every half second while `work` lasts. */
async function mining(work) {
    const timer = setInterval(() => rpc("evm_mine").catch(() => {}), 500);
    try {
        return await work();
    } finally {
        clearInterval(timer);
    }
}

const mine = async (n) => {
    for (let i = 0; i < n; i++) await rpc("evm_mine");
};

const ownerKey = () => ["--keystore", join(city.dir, "secrets/owner.json"), "--password-file", city.password];
const asAnchorer = () => ["--password-file", city.password];

async function wallet(role) {
    const opened = await Wallet.fromEncryptedJson(
        readFileSync(join(city.dir, `secrets/${role}.json`), "utf8"),
        readFileSync(city.password, "utf8").trimEnd(),
    );
    return opened.connect(city.node.provider);
}

/** A second anchorer's key in the directory; its address. */
async function newAnchorer() {
    const file = join(city.dir, "secrets/anchorer-2.json");
    await city.ok(["key", "new", "--role", "anchorer", "-o", file, ...asAnchorer()]);
    const address = `0x${JSON.parse(readFileSync(file, "utf8")).address.replace(/^0x/, "")}`;
    await city.fund(address);
    return address;
}

const useNewAnchorer = { env: { VOTEANCHOR_KEYS_ANCHORER: "secrets/anchorer-2.json" } };

/** `status --json` whatever its exit code: { code, ...document }. */
async function look(options) {
    const done = await city.run(["status", "--json"], options);
    return { code: done.code, ...JSON.parse(done.out) };
}

const codes = (status) => status.problems.map((problem) => problem.code);

async function kindsOf(event) {
    return city.contract.queryFilter(city.contract.filters[event]());
}

describe("the owner", () => {
    beforeEach(async () => {
        await city.fund(city.keys.owner);
        await city.openVote("square");
        await city.importVotes("square", 20);
        await city.ok(["anchor", "--once", ...asAnchorer()]);
    });

    const disavow = ["owner", "disavow", "2", "2", "--reason", "a test"];

    test("a call that ends at any step and is asked for again makes one entry", async () => {
        await city.save();
        let crashes = 0;
        for (let step = 1; step < 99; step += STRIDE) {
            await city.restore();
            const crashed = await city.run([...disavow, ...ownerKey()], { env: { VOTEANCHOR_FAULT: `exit:${step}` } });
            if (crashed.code === 0) break;
            assert.equal(crashed.code, CRASHED, crashed.err);
            crashes++;
            await city.ok([...disavow, ...ownerKey()]);
            await city.ok([...disavow, ...ownerKey()]);
            assert.equal((await kindsOf("Disavowed")).length, 1, `after a crash at step ${step}`);
        }
        assert.ok(crashes >= 4, `only ${crashes} steps write?`);
        console.log(`crashed at ${crashes} steps`);
        /* Once it is final, it is not repeated either. */
        await mine(6);
        await city.ok(["anchor", "--once", ...asAnchorer()]);
        await city.ok([...disavow, ...ownerKey(), "--wait", "final"]);
        const again = JSON.parse((await city.ok([...disavow, ...ownerKey(), "--json"])).out);
        assert.deepEqual(again, { already: true, entry: 3 });
        assert.equal((await kindsOf("Disavowed")).length, 1);
    });

    test("what the contract would refuse, and another's key, is not signed", async () => {
        const refused = await city.run(["owner", "disavow", "2", "9", "--reason", "x", ...ownerKey()]);
        assert.equal(refused.code, 1);
        assert.match(refused.err, /would refuse/);
        const stranger = await city.run([
            ...disavow,
            "--keystore",
            join(city.dir, "secrets/anchorer.json"),
            ...asAnchorer(),
        ]);
        assert.equal(stranger.code, 1);
        assert.match(stranger.err, /is not the contract's owner/);
        assert.equal(await city.node.provider.getTransactionCount(city.keys.owner), 0);
        assert.equal((await look()).operations.queued, 0);
    });

    test("a transfer, accepted by the new owner", async () => {
        const file = join(city.base, "owner-2.json");
        await city.ok(["key", "new", "--role", "owner", "-o", file, ...asAnchorer()]);
        const next = `0x${JSON.parse(readFileSync(file, "utf8")).address.replace(/^0x/, "")}`;
        const asNext = ["--keystore", file, "--password-file", city.password];
        await city.fund(next);
        const early = await city.run(["owner", "accept", ...asNext]);
        assert.match(early.err, /was not offered/);
        await city.ok(["owner", "transfer", next, ...ownerKey()]);
        await city.ok(["owner", "accept", ...asNext]);
        await city.ok(["owner", "accept", ...asNext]);
        assert.equal((await city.contract.owner()).toLowerCase(), next.toLowerCase());
        assert.equal((await kindsOf("KeySet")).length, 1);
        const late = await city.run([...disavow, ...ownerKey()]);
        assert.match(late.err, /is not the contract's owner/);
        const status = await look();
        assert.equal(status.owner_entries.at(-1).kind, "key");
    });

    test("beside a running anchor both get through, once each", async () => {
        await city.importVotes("square", 20, 300);
        await rpc("evm_setAutomine", false);
        const run = city.startAnchor({}, "final");
        await until(async () => (await pending()).length === 1, "a pending transaction");
        const [owned, anchored] = await mining(() =>
            Promise.all([city.run([...disavow, ...ownerKey(), "--wait", "final"]), run.ended]),
        );
        assert.equal(owned.code, 0, owned.err);
        assert.equal(anchored.code, 0, anchored.err);
        assert.equal((await kindsOf("Disavowed")).length, 1);
        assert.equal((await city.anchoredRoots()).length, 2);
        assert.equal((await look()).code, 0);
    });

    test("a key rotated while a batch is in flight: the new key anchors it, once", async () => {
        const address = await newAnchorer();
        await city.importVotes("square", 20, 100);
        await rpc("evm_setAutomine", false);
        const run = city.startAnchor();
        await until(async () => (await pending()).length === 1, "a pending transaction");
        run.child.kill("SIGKILL");
        await run.ended;
        for (const transaction of await pending()) await rpc("anvil_dropTransaction", transaction.hash);
        await rpc("evm_setAutomine", true);
        await city.ok(["owner", "set-key", "--role", "anchorer", "--address", address, ...ownerKey()]);
        const between = await look();
        assert.equal(between.code, 1);
        assert.ok(codes(between).includes("key-differs"), JSON.stringify(codes(between)));
        const done = await mining(() => city.anchor(useNewAnchorer, "final"));
        assert.equal(done.code, 0, done.err);
        const roots = await city.anchoredRoots();
        assert.equal(roots.length, 2);
        assert.equal(new Set(roots).size, 2);
        const [, last] = await kindsOf("BatchAnchored");
        const transaction = await city.node.provider.getTransaction(last.transactionHash);
        assert.equal(transaction.from.toLowerCase(), address.toLowerCase());
        const after = await look(useNewAnchorer);
        assert.equal(after.code, 0, JSON.stringify(after.problems));
    });

    test("a stolen key: the service stops, the owner gets through, the thief's entry is disavowed", async () => {
        const address = await newAnchorer();
        const thief = await wallet("anchorer");
        await city.importVotes("square", 20, 200);
        await rpc("evm_setAutomine", true);
        const call = await city.contract.anchor.populateTransaction(await city.contract.head(), `0x${"ab".repeat(32)}`, 7);
        await (await thief.sendTransaction({ ...call, gasLimit: 200_000 })).wait();
        const stopped = await city.anchor();
        assert.equal(stopped.code, 1);
        assert.match(stopped.err, /"stopped"/);
        const status = await look();
        assert.equal(status.code, 1);
        assert.ok(codes(status).includes("stopped"));
        assert.deepEqual([status.stop.reason, status.stop.entry], ["foreign-entry", 3]);
        const story = await city.ok(["tx", "explain"]);
        assert.match(story.out, /entry No\. 3/);
        assert.match(story.out, /voteanchor rebuild/);
        await city.ok(["owner", "set-key", "--role", "anchorer", "--address", address, ...ownerKey()]);
        await city.ok(["owner", "disavow", "3", "3", "--reason", "The anchorer's key was stolen.", ...ownerKey()]);
        assert.equal((await kindsOf("Disavowed")).length, 1);
        assert.equal((await city.contract.anchorer()).toLowerCase(), address.toLowerCase());
        /* The stop is the operator's to end, whatever the owner does. */
        assert.equal((await city.anchor(useNewAnchorer)).code, 1);
        assert.equal((await city.anchoredRoots()).length, 2);
        const listed = await city.run(["rebuild", "--json"], useNewAnchorer);
        assert.equal(listed.code, 1, listed.out);
        await city.ok(["rebuild", "--accept"], useNewAnchorer);
        const done = await city.anchor(useNewAnchorer);
        assert.equal(done.code, 0, done.err);
        assert.equal((await city.anchoredRoots()).length, 3);
        assert.equal((await look(useNewAnchorer)).code, 0);
    });
});

describe("a person's hand", () => {
    beforeEach(async () => {
        await city.openVote("bridge");
        await city.importVotes("bridge", 20);
        await rpc("evm_setAutomine", false);
    });

    /** Starts anchoring and ends it when its transaction is in the pool; that transaction. */
    async function stuck() {
        const run = city.startAnchor();
        await until(async () => (await pending()).length === 1, "a pending transaction");
        run.child.kill("SIGKILL");
        await run.ended;
        return (await pending())[0];
    }

    const open = async () => JSON.parse((await city.ok(["tx", "list", "--json"])).out).operations.at(-1);

    test("a transaction that offers too little is explained, bumped and mined", async () => {
        const first = await stuck();
        const dear = BigInt(first.maxFeePerGas) * 2n;
        await rpc("anvil_setNextBlockBaseFeePerGas", `0x${dear.toString(16)}`);
        await rpc("evm_mine");
        const { id, state, waits_for: waits } = await open();
        assert.equal(state, "sent");
        assert.equal(waits, "sender");
        const story = await city.ok(["tx", "explain", `${id}`]);
        assert.match(story.out, /batch anchored, 20 rows/);
        assert.match(story.out, new RegExp(first.hash));
        assert.match(story.out, /anchor --once/);
        const bumped = await city.ok(["tx", "bump", `${id}`, ...asAnchorer(), "--json"]);
        assert.equal(JSON.parse(bumped.out).done, true, bumped.err);
        const [second] = await pending();
        assert.notEqual(second.hash, first.hash);
        assert.equal(second.nonce, first.nonce);
        assert.equal(second.input, first.input);
        assert.equal((await open()).attempts, 2);
        await rpc("anvil_setNextBlockBaseFeePerGas", "0x1");
        await rpc("evm_setAutomine", true);
        await rpc("evm_mine");
        const done = await city.anchor();
        assert.equal(done.code, 0, done.err);
        assert.equal((await city.anchoredRoots()).length, 1);
    });

    test("while another process sends, a wish is noted, and that one does it", async () => {
        const run = city.startAnchor();
        await until(async () => (await pending()).length === 1, "a pending transaction");
        const [first] = await pending();
        const { id } = await open();
        const noted = await city.ok(["tx", "bump", `${id}`, ...asAnchorer(), "--json"]);
        assert.equal(JSON.parse(noted.out).done, false);
        await until(async () => (await pending())[0].hash !== first.hash, "a bumped transaction");
        await rpc("evm_setAutomine", true);
        await rpc("evm_mine");
        assert.equal((await run.ended).code, 0);
        assert.equal((await city.anchoredRoots()).length, 1);
    });

    test("cancelled, halted, resumed: anchored exactly once", async () => {
        const first = await stuck();
        const { id } = await open();
        const cancelled = await city.ok(["tx", "cancel", `${id}`, ...asAnchorer()]);
        assert.match(cancelled.err, /rows are not lost/);
        const [nothing] = await pending();
        assert.equal(nothing.nonce, first.nonce);
        assert.equal(nothing.to, nothing.from);
        await rpc("evm_mine");
        const early = await city.run(["tx", "resume", `${id}`]);
        assert.equal(early.code, 1, early.out);
        const halted = await mining(() => city.anchor({}, "final"));
        assert.equal(halted.code, 1);
        const status = await look();
        assert.equal(status.code, 1);
        assert.ok(codes(status).includes("halted"));
        assert.equal(status.open.at(-1).halted_why, "cancelled");
        const story = await city.ok(["tx", "explain", `${id}`]);
        assert.match(story.out, /cancelled/);
        assert.match(story.out, new RegExp(`tx resume ${id}`));
        assert.equal((await city.anchoredRoots()).length, 0);
        await city.ok(["tx", "resume", `${id}`]);
        const again = await city.run(["tx", "resume", `${id}`]);
        assert.match(again.err, /has not stopped/);
        const done = await mining(() => city.anchor({}, "final"));
        assert.equal(done.code, 0, done.err);
        assert.equal((await city.anchoredRoots()).length, 1);
        assert.equal((await look()).code, 0);
    });

    test("what is not signed, done or not there is refused by its name", async () => {
        await stuck();
        const { id } = await open();
        assert.match((await city.run(["tx", "resume", `${id}`])).err, /has not stopped/);
        assert.match((await city.run(["tx", "bump", "1", ...asAnchorer()])).err, /past that/);
        assert.match((await city.run(["tx", "cancel", "99", ...asAnchorer()])).err, /no operation No\. 99/);
        assert.equal((await city.run(["tx", "explain", "0"])).code, 2);
        assert.match((await city.ok(["tx", "explain", "1"])).out, /deployment of the contract/);
    });
});

describe("the operator's view", () => {
    /** The directory asks another provider from now on. */
    function useProvider(url) {
        const ini = join(city.dir, "voteanchor.ini");
        writeFileSync(ini, readFileSync(ini, "utf8").replace(/^url = .*$/m, `url = ${url}`));
    }

    test("each state has its code, in both languages", async () => {
        const well = await look();
        assert.equal(well.code, 0);
        assert.equal(well.level, "well");
        assert.equal(well.providers[0].state, "ok");
        assert.equal(well.operations.mined, 1);
        assert.equal(well.open[0].waits_for, "finality");
        for (const lang of ["en", "ko"]) {
            const text = await city.ok(["status", "--lang", lang]);
            assert.match(text.out, lang === "ko" ? /이상이 없습니다/ : /All is well/);
            assert.doesNotMatch(text.out, /status\.|situation\.|wait\.|\{/);
        }
        await city.openVote("park");
        await city.importVotes("park", 20);
        /* A bill that the balance cannot pay. */
        await rpc("anvil_setBalance", city.keys.anchorer, "0x1");
        await rpc("evm_mine");
        const poor = await look();
        assert.equal(poor.code, 1);
        assert.deepEqual(codes(poor), ["money-page"]);
        assert.equal(poor.budget.level, "page");
        /* Nobody answers. */
        city.node.stop();
        const dark = await look();
        assert.equal(dark.code, 3);
        assert.equal(dark.level, "unchecked");
        assert.deepEqual(codes(dark), ["unreached"]);
        assert.equal(dark.records, 20);
        assert.equal((await city.run(["status", "--offline"])).code, 0);
    });

    test("another network behind the same address needs a person", async () => {
        const { startAnvil } = await import("../contracts/anvil.mjs");
        const other = await startAnvil(rootDir, ["--chain-id", "31338"]);
        try {
            useProvider(other.provider._getConnection().url);
            const status = await look();
            assert.equal(status.code, 1);
            assert.ok(codes(status).includes("wrong-network"), JSON.stringify(status.problems));
        } finally {
            other.stop();
        }
    });

    test("finality that stands still is said, and alarms nobody at night", async () => {
        const target = city.node.provider._getConnection().url;
        const { number } = await city.node.provider.getBlock("latest");
        const stalled = `"0x${(number - 1).toString(16)}"`;
        const proxy = createServer(async (request, response) => {
            let body = "";
            for await (const chunk of request) body += chunk;
            const answer = await fetch(target, {
                method: "POST",
                headers: { "content-type": "application/json" },
                body: body.replace('"finalized"', stalled),
            });
            response.setHeader("content-type", "application/json");
            response.end(await answer.text());
        });
        await new Promise((ready) => proxy.listen(0, "127.0.0.1", ready));
        try {
            useProvider(`http://127.0.0.1:${proxy.address().port}`);
            await rpc("anvil_mine", "0xaa");
            const status = await look();
            assert.equal(status.code, 0, JSON.stringify(status.problems));
            assert.deepEqual(codes(status), ["finality-stalled"]);
            assert.equal(status.level, "warn");
            const text = await city.ok(["status", "--lang", "ko"]);
            assert.match(text.out, /확정이 멈춰 있음/);
        } finally {
            proxy.close();
            proxy.closeAllConnections();
        }
    });

    test("it watches: a line each time where no one looks, a picture on JSON's wish", async () => {
        const run = city.start(["status", "--watch", "1"]);
        let lines = [];
        run.child.stdout.on("data", (chunk) => (lines = lines.concat(`${chunk}`.split("\n").filter(Boolean))));
        await until(() => lines.length >= 3, "three lines");
        run.child.kill("SIGINT");
        await run.ended;
        for (const line of lines) assert.match(line, /All is well/);
        assert.equal((await city.run(["status", "5"])).code, 2);
        assert.equal((await city.run(["status", "--watch", "x"])).code, 2);
    });

    test("two directories with one key: the second stops itself, the first goes on", async () => {
        await city.openVote("lake");
        await city.importVotes("lake", 20);
        const twin = join(city.base, "twin");
        cpSync(city.dir, twin, { recursive: true });
        assert.equal((await city.anchor()).code, 0);
        const rows = join(city.base, "lake-1.csv");
        writeFileSync(rows, readFileSync(rows, "utf8").replaceAll("R-", "T-").replaceAll("voter-", "twin-"));
        await city.ok(["import", rows, "--register", "lake"], { dir: twin });
        const second = await city.anchor({ dir: twin });
        assert.equal(second.code, 1, second.out);
        assert.match(second.err, /"stopped"/);
        assert.match(second.err, /entry by our key that this directory did not make/);
        const status = await look({ dir: twin });
        assert.deepEqual([status.code, status.stop.reason], [1, "foreign-entry"]);
        await city.importVotes("lake", 20, 500);
        const first = await city.anchor();
        assert.equal(first.code, 0, first.err);
        assert.equal((await city.anchoredRoots()).length, 2);
        assert.equal((await look()).code, 0);
    });
});
