// SPDX-License-Identifier: Apache-2.0
//
// What a chain does to a transaction, on a real node: dropped from the pool, priced out, taken away
// by a reorganisation, overtaken by another writer. Each entry arrives once, or a person is asked.

import assert from "node:assert/strict";
import { after, beforeEach, afterEach, test } from "node:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Wallet } from "ethers";
import { City } from "./city.mjs";

const FAST = {
    VOTEANCHOR_FEES_BUMP_AFTER: "1s",
    VOTEANCHOR_BATCH_MAX_RECORDS: "50",
};

let city;
beforeEach(async () => {
    city = await City.build({ config: FAST });
    await city.openVote("storm");
    await city.importVotes("storm", 20);
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

test("a transaction that the pool forgets is sent again, the same bytes", async () => {
    await rpc("evm_setAutomine", false);
    const run = city.startAnchor();
    await until(async () => (await pending()).length === 1, "a pending transaction");
    const [first] = await pending();
    await rpc("anvil_dropTransaction", first.hash);
    await until(async () => (await pending()).length === 1, "the transaction is back");
    assert.equal((await pending())[0].hash, first.hash);
    await rpc("evm_mine");
    assert.equal((await run.ended).code, 0);
    assert.equal((await city.anchoredRoots()).length, 1);
});

test("a transaction that is priced out is replaced with higher fees at the same nonce", async () => {
    await rpc("evm_setAutomine", false);
    const run = city.startAnchor();
    await until(async () => (await pending()).length === 1, "a pending transaction");
    const [first] = await pending();
    const dear = BigInt(first.maxFeePerGas) * 2n;
    // Blocks that ask more than was offered: the transaction stays where it is.
    for (let i = 0; i < 60 && BigInt((await pending())[0]?.maxFeePerGas ?? 0) <= BigInt(first.maxFeePerGas); i++) {
        await rpc("anvil_setNextBlockBaseFeePerGas", `0x${dear.toString(16)}`);
        await rpc("evm_mine");
        await sleep(500);
    }
    const [second] = await pending();
    assert.notEqual(second.hash, first.hash, run.seen());
    assert.equal(second.nonce, first.nonce);
    assert.equal(second.input, first.input);
    assert.ok(BigInt(second.maxPriorityFeePerGas) * 8n >= BigInt(first.maxPriorityFeePerGas) * 9n);
    await rpc("anvil_setNextBlockBaseFeePerGas", "0x1");
    await rpc("evm_setAutomine", true);
    await rpc("evm_mine");
    assert.equal((await run.ended).code, 0, run.seen());
    assert.equal((await city.anchoredRoots()).length, 1);
});

test("an older attempt that is mined in place of the newest is the entry", async () => {
    await rpc("evm_setAutomine", false);
    const run = city.startAnchor();
    await until(async () => (await pending()).length === 1, "a pending transaction");
    const [first] = await pending();
    const raw = await rpc("eth_getRawTransactionByHash", first.hash);
    const dear = BigInt(first.maxFeePerGas) * 2n;
    for (let i = 0; i < 60 && (await pending())[0]?.hash === first.hash; i++) {
        await rpc("anvil_setNextBlockBaseFeePerGas", `0x${dear.toString(16)}`);
        await rpc("evm_mine");
        await sleep(500);
    }
    const [second] = await pending();
    assert.notEqual(second.hash, first.hash, run.seen());
    /* What a block builder may have kept. */
    await rpc("anvil_dropTransaction", second.hash);
    await rpc("anvil_setNextBlockBaseFeePerGas", "0x1");
    await rpc("evm_mine");
    await rpc("anvil_dropTransaction", second.hash);
    await rpc("evm_setAutomine", true);
    await rpc("eth_sendRawTransaction", raw);
    const done = await run.ended;
    assert.equal(done.code, 0, done.err);
    assert.equal(JSON.parse(done.out).operations.at(-1).transaction, first.hash);
    assert.equal((await city.anchoredRoots()).length, 1);
    assert.equal(await city.node.provider.getTransactionCount(city.keys.anchorer), Number(first.nonce) + 1);
});

test("a reorganisation under two entries brings both back, in their order", async () => {
    assert.equal((await city.anchor()).code, 0);
    await city.importVotes("storm", 20, 100);
    assert.equal((await city.anchor()).code, 0);
    const before = await city.anchoredRoots();
    assert.equal(before.length, 2);
    await rpc("anvil_reorg", 2, []);
    assert.equal((await city.anchoredRoots()).length, 0, "the node did not reorganise");
    /* The second names a head that is gone: it has to revert, finally, before it is written anew. */
    const mining = setInterval(() => rpc("evm_mine").catch(() => {}), 500);
    const again = await city.anchor();
    clearInterval(mining);
    assert.equal(again.code, 0, again.err);
    assert.deepEqual(await city.anchoredRoots(), before);
});

test("while finality stands still nothing is called final", async () => {
    await rpc("evm_setAutomine", false);
    const run = city.startAnchor({}, "final");
    await until(async () => (await pending()).length === 1, "a pending transaction");
    await rpc("evm_mine");
    await until(async () => (await city.anchoredRoots()).length === 1, "the entry");
    await sleep(3000);
    const status = await city.status();
    assert.equal(status.final_entries, 0);
    assert.deepEqual(status.open.map((operation) => operation.waits_for), ["finality", "finality"]);
    const mining = setInterval(() => rpc("evm_mine").catch(() => {}), 500);
    const done = await run.ended;
    clearInterval(mining);
    assert.equal(done.code, 0, done.err);
});

test("an entry that a reorganisation takes away is anchored again, once", async () => {
    assert.equal((await city.anchor()).code, 0);
    assert.equal((await city.anchoredRoots()).length, 1);
    await rpc("anvil_reorg", 1, []);
    assert.equal((await city.anchoredRoots()).length, 0, "the node did not reorganise");
    const again = await city.anchor();
    assert.equal(again.code, 0, again.err);
    assert.equal((await city.anchoredRoots()).length, 1);
    assert.equal(await city.contract.length(), 2n);
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
    await rpc("evm_setAutomine", false);
    const run = city.startAnchor({}, "final");
    await until(async () => (await pending()).length === 1, "a pending transaction");
    const [first] = await pending();
    await rpc("anvil_dropTransaction", first.hash);
    await rpc("eth_sendRawTransaction", raw);
    await rpc("evm_mine");
    await rpc("evm_setAutomine", true);
    const mining = setInterval(() => rpc("evm_mine").catch(() => {}), 500);
    const done = await run.ended;
    clearInterval(mining);
    assert.equal(done.code, 0, done.err);
    assert.equal(JSON.parse(done.out).operations.at(-1).entry, 3);
    assert.equal((await city.anchoredRoots()).length, 1);
    /* The call that named the old head is in a block, and did nothing but revert. */
    assert.equal(await city.node.provider.getTransactionCount(city.keys.anchorer), Number(first.nonce) + 2);
});

test("a nonce that went to a stranger's transaction stops the outbox for a person", async () => {
    const thief = await wallet("anchorer");
    await rpc("evm_setAutomine", false);
    const run = city.startAnchor({}, "final");
    await until(async () => (await pending()).length === 1, "a pending transaction");
    const [first] = await pending();
    await rpc("anvil_dropTransaction", first.hash);
    await thief.sendTransaction({
        to: thief.address,
        nonce: Number(first.nonce),
        gasLimit: 21_000,
        maxFeePerGas: BigInt(first.maxFeePerGas) * 2n,
        maxPriorityFeePerGas: BigInt(first.maxFeePerGas),
    });
    const mining = setInterval(() => rpc("evm_mine").catch(() => {}), 500);
    const done = await run.ended;
    clearInterval(mining);
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
