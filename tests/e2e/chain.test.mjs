// SPDX-License-Identifier: Apache-2.0
//
// What a chain does to a transaction, on a real node: dropped from the pool, priced out, taken away
// by a reorganisation, overtaken by another writer. Each entry arrives once, or a person is asked.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Wallet } from "ethers";
import { City } from "./city.mjs";

const FAST = {
    VOTEANCHOR_FEES_BUMP_AFTER: "1s",
    VOTEANCHOR_BATCH_MAX_RECORDS: "50",
};

let city;
let publications = 0;
const runs = []; // of a test that failed, to be ended
before(async () => {
    city = await City.build({ config: FAST });
    await city.openVote("storm", { minutes: 60 });
    await city.importVotes("storm", 20);
    await city.save();
});
afterEach(async () => {
    for (const run of runs.splice(0)) await killed(run);
    await rpc("evm_setIntervalMining", 0);
    await rpc("anvil_dropAllTransactions");
    await rpc("evm_setAutomine", true);
    await city.restore();
});
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

/** Blocks come while something waits for finality. */
async function mining(run) {
    await rpc("evm_setAutomine", true);
    const clock = setInterval(() => rpc("evm_mine").catch(() => {}), 250);
    try {
        return await run();
    } finally {
        clearInterval(clock);
    }
}

/** Everything becomes final: n batches, each root once, and the audit counts `rows` rows. */
async function isWhole(batches, rows) {
    const done = await mining(() => city.anchor({}, "final"));
    assert.equal(done.code, 0, done.err);
    const roots = await city.anchoredRoots();
    assert.equal(roots.length, batches);
    assert.equal(new Set(roots).size, batches);
    const published = join(city.base, `public-${publications++}`);
    await city.ok(["publish", published]);
    const audit = await city.run([
        ...["audit", "--contract", `31337:${city.deployment.contract}`, "--data", published],
        ...["--rpc", city.node.provider._getConnection().url, "--json"],
    ]);
    assert.equal(audit.code, 0, audit.out + audit.err);
    assert.equal(JSON.parse(audit.out).rows, rows);
    await city.ok(["fsck"]);
}

/** Starts anchoring; the transaction, once it is in the pool. */
async function inFlight(options, wait) {
    await rpc("evm_setAutomine", false);
    const run = city.startAnchor(options, wait);
    runs.push(run);
    await until(async () => (await pending()).length === 1, "a pending transaction");
    const [first] = await pending();
    return { run, first };
}

async function killed(run) {
    run.child.kill("SIGKILL");
    await run.ended;
}

/** What must hold between an attempt and the one that replaces it. */
function isReplacement(second, first) {
    assert.equal(second.nonce, first.nonce);
    assert.equal(second.input, first.input);
    for (const field of ["maxFeePerGas", "maxPriorityFeePerGas"]) {
        assert.ok(BigInt(second[field]) * 8n >= BigInt(first[field]) * 9n, field);
    }
}

const pending = async () => Object.values((await rpc("txpool_content")).pending).flatMap(Object.values);

test("a transaction that the pool forgets is sent again, the same bytes", async () => {
    const { run, first } = await inFlight();
    await rpc("anvil_dropTransaction", first.hash);
    await until(async () => (await pending()).length === 1, "the transaction is back");
    assert.equal((await pending())[0].hash, first.hash);
    await rpc("evm_mine");
    assert.equal((await run.ended).code, 0);
    await isWhole(1, 20);
});

test("a transaction that is priced out is replaced with higher fees at the same nonce", async () => {
    const { run, first } = await inFlight();
    isReplacement(await pricedOut(first), first);
    await rpc("anvil_setNextBlockBaseFeePerGas", "0x1");
    await rpc("evm_setAutomine", true);
    await rpc("evm_mine");
    assert.equal((await run.ended).code, 0, run.seen());
    await isWhole(1, 20);
});

test("a reorganisation under two entries brings both back, in their order", async () => {
    assert.equal((await city.anchor()).code, 0);
    await city.importVotes("storm", 20, 100);
    assert.equal((await city.anchor()).code, 0);
    const roots = await city.anchoredRoots();
    assert.equal(roots.length, 2);
    await rpc("anvil_reorg", 2, []);
    assert.equal((await city.anchoredRoots()).length, 0, "the node did not reorganise");
    /* The second names a head that is gone: it has to revert, finally, before it is written anew. */
    const again = await mining(() => city.anchor());
    assert.equal(again.code, 0, again.err);
    assert.deepEqual(await city.anchoredRoots(), roots);
    await isWhole(2, 40);
});

/** Blocks that ask more than was offered, until another attempt is in the pool. */
async function pricedOut(first) {
    const dear = BigInt(first.maxFeePerGas) * 2n;
    for (let i = 0; i < 60; i++) {
        await rpc("anvil_setNextBlockBaseFeePerGas", `0x${dear.toString(16)}`);
        await rpc("evm_mine");
        await sleep(250);
        const [now] = await pending();
        if (now && now.hash !== first.hash) return now;
    }
    return assert.fail("never: a higher offer");
}

test("what the older attempt wrote is taken for what it is, after a restart", async () => {
    const { run, first } = await inFlight();
    const raw = await rpc("eth_getRawTransactionByHash", first.hash);
    const second = await pricedOut(first);
    isReplacement(second, first);
    await killed(run);
    await rpc("anvil_dropTransaction", second.hash);
    await rpc("anvil_setNextBlockBaseFeePerGas", "0x1");
    await rpc("eth_sendRawTransaction", raw);
    await rpc("evm_mine");
    const done = await city.anchor();
    assert.equal(done.code, 0, done.err);
    const [operation] = JSON.parse(done.out).operations.slice(-1);
    assert.deepEqual([operation.kind, operation.transaction], ["batch", first.hash]);
    await isWhole(1, 20);
});

test("a base fee above the limit is waited out: no offer passes it", async () => {
    const gwei = 10n ** 9n;
    const env = { VOTEANCHOR_FEES_MAX_FEE_GWEI: "20" };
    const { run, first } = await inFlight({ env });
    const offers = new Map([[first.hash, first]]);
    const ask = async (base) => {
        await rpc("anvil_setNextBlockBaseFeePerGas", `0x${base.toString(16)}`);
        await rpc("evm_mine");
        await sleep(250);
        for (const offer of await pending()) offers.set(offer.hash, offer);
    };
    for (let i = 0; i < 60 && offers.size < 2; i++) await ask(16n * gwei); // within the limit
    const within = offers.size;
    assert.ok(within >= 2, run.seen());
    for (let i = 0; i < 16; i++) await ask(40n * gwei); // above it
    const made = [...offers.values()];
    for (const offer of made) assert.ok(BigInt(offer.maxFeePerGas) <= 20n * gwei);
    made.slice(1).forEach((offer, i) => isReplacement(offer, made[i]));
    assert.ok(made.length <= within + 1, "nothing is offered that cannot be taken");
    const waits = JSON.parse((await city.run(["status", "--json"], { env })).out).open.at(-1).waits_for;
    assert.equal(waits, "cap");
    await rpc("anvil_setNextBlockBaseFeePerGas", "0x1");
    const done = await mining(() => run.ended); // the pool forgot it: it is sent again
    assert.equal(done.code, 0, done.err);
    await isWhole(1, 20);
});

test("while no block comes nothing is offered again, and nothing gets final by its depth", async () => {
    const { run, first } = await inFlight({}, "final");
    await sleep(4000); // four times what it would wait for
    const [still] = await pending();
    assert.equal(still.hash, first.hash);
    await rpc("evm_mine");
    await until(async () => (await city.anchoredRoots()).length === 1, "the entry");
    await sleep(3000);
    assert.equal(run.child.exitCode, null, "its block is not final");
    const status = await city.status();
    assert.equal(status.final_entries, 0);
    assert.ok(status.final_block < status.latest_block);
    assert.deepEqual(
        status.open.map((operation) => operation.waits_for),
        ["finality", "finality"],
    );
    const done = await mining(() => run.ended);
    assert.equal(done.code, 0, done.err);
    await isWhole(1, 20);
});

test("an entry that a reorganisation takes away comes back before the next, each once", async () => {
    assert.equal((await city.anchor()).code, 0);
    assert.equal((await city.anchoredRoots()).length, 1);
    await rpc("anvil_reorg", 1, []);
    assert.equal((await city.anchoredRoots()).length, 0, "the node did not reorganise");
    await city.importVotes("storm", 20, 101);
    const again = await city.anchor();
    assert.equal(again.code, 0, again.err);
    assert.equal(await city.contract.length(), 3n);
    await isWhole(2, 40);
});

test("a reorganisation under an entry that is on its way: both arrive, each once", async () => {
    const one = JSON.parse((await city.anchor()).out).operations.at(-1).transaction;
    await city.importVotes("storm", 20, 101);
    const { run } = await inFlight();
    await rpc("anvil_reorg", 1, []);
    assert.equal((await city.anchoredRoots()).length, 0, "the node did not reorganise");
    await until(async () => (await rpc("eth_getTransactionByHash", one)) !== null, "the first is back");
    /* The second names a head that is gone: it reverts, and is written anew. */
    const done = await mining(() => run.ended);
    assert.equal(done.code, 0, done.err);
    await isWhole(2, 40);
});

test("an entry that comes into another block stays one entry, and nothing is sent", async () => {
    const was = JSON.parse((await city.anchor()).out).operations.at(-1);
    const raw = await rpc("eth_getRawTransactionByHash", was.transaction);
    await rpc("evm_mine");
    await rpc("anvil_reorg", 2, [[raw, 1]]); // into the second of the new blocks
    assert.equal((await city.anchoredRoots()).length, 1);
    const done = await mining(() => city.anchor({}, "final"));
    assert.equal(done.code, 0, done.err);
    const is = JSON.parse(done.out).operations.at(-1);
    assert.deepEqual([is.transaction, is.entry, is.block], [was.transaction, was.entry, was.block + 1]);
    await isWhole(1, 20);
});

/** The wallet of one of the city's keys. Slow: to be had before anything is timed. */
async function wallet(role) {
    const opened = await Wallet.fromEncryptedJson(
        readFileSync(join(city.dir, `secrets/${role}.json`), "utf8"),
        readFileSync(city.password, "utf8").trimEnd(),
    );
    return opened.connect(city.node.provider);
}

test("when the owner's entry comes between, the batch is anchored behind it", async () => {
    await city.fund(city.keys.owner);
    const owner = await wallet("owner");
    const call = await owner.populateTransaction({
        ...(await city.contract.disavow.populateTransaction(1, 1, "a test")),
        gasLimit: 200_000,
        maxFeePerGas: 10_000_000_000n,
        maxPriorityFeePerGas: 5_000_000_000n,
    });
    const raw = await owner.signTransaction(call);
    const { run, first } = await inFlight({}, "final");
    await rpc("anvil_dropTransaction", first.hash);
    await rpc("eth_sendRawTransaction", raw);
    await rpc("evm_mine");
    const done = await mining(() => run.ended);
    assert.equal(done.code, 0, done.err);
    assert.equal(JSON.parse(done.out).operations.at(-1).entry, 3);
    assert.equal((await city.anchoredRoots()).length, 1);
    /* The call that named the old head is in a block, and did nothing but revert. */
    assert.equal(await city.node.provider.getTransactionCount(city.keys.anchorer), Number(first.nonce) + 2);
});

test("a nonce that went to a stranger's transaction stops the outbox for a person", async () => {
    const thief = await wallet("anchorer");
    const { run, first } = await inFlight({}, "final");
    await rpc("anvil_dropTransaction", first.hash);
    await thief.sendTransaction({
        to: thief.address,
        nonce: Number(first.nonce),
        gasLimit: 21_000,
        maxFeePerGas: BigInt(first.maxFeePerGas) * 2n,
        maxPriorityFeePerGas: BigInt(first.maxFeePerGas),
    });
    const done = await mining(() => run.ended);
    assert.equal(done.code, 1, done.err);
    assert.match(done.err, /"halted"/);
    assert.equal((await city.anchoredRoots()).length, 0);
    assert.equal((await city.run(["status", "--json"])).code, 1);
});

test("kill -9 in the middle, ten times over, loses and doubles nothing", async () => {
    await rpc("evm_setIntervalMining", 1);
    for (let i = 0; i < 10; i++) {
        await city.importVotes("storm", 20, 100 + 20 * i);
        const run = city.startAnchor();
        await sleep(300 + 250 * i);
        run.child.kill("SIGKILL");
        await run.ended;
    }
    const done = await city.anchor();
    assert.equal(done.code, 0, done.err);
    const roots = await city.anchoredRoots();
    assert.equal(new Set(roots).size, roots.length);
    const status = await city.status();
    assert.equal(status.pending, 0);
    assert.equal(status.records, 20 + 200);
    assert.equal(status.batches, roots.length);
});
