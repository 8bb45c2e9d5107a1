// SPDX-License-Identifier: Apache-2.0
//
// Money, on a real node: what was paid is what `status` says, nothing is signed that could not be
// replaced or that the daily limit forbids, and what is held goes on when its cause is gone.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { City } from "./city.mjs";

let city;
beforeEach(async () => {
    city = await City.build();
    await city.openVote("money");
    await city.importVotes("money", 20);
});
afterEach(() => city?.close());

const rpc = (method, ...params) => city.node.provider.send(method, params);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
/** With a block behind it: the node proves states of blocks. */
async function setBalance(wei) {
    await rpc("anvil_setBalance", city.keys.anchorer, `0x${wei.toString(16)}`);
    await rpc("evm_mine");
}
const nonce = () => city.node.provider.getTransactionCount(city.keys.anchorer, "pending");

/** Whatever the exit code: `status` ends with 1 when money runs out. */
const budgetOf = async () => JSON.parse((await city.run(["status", "--json"])).out).budget;

async function until(condition, what, seconds = 40) {
    for (let i = 0; i < seconds * 10; i++) {
        if (await condition()) return;
        await sleep(100);
    }
    assert.fail(`never: ${what()}`);
}

/** Full blocks, each raising the base fee by an eighth as the rule has it. */
async function storm(blocks) {
    const [from] = await rpc("eth_accounts");
    const price = `0x${(10n ** 12n).toString(16)}`;
    await rpc("evm_setAutomine", false);
    for (let i = 0; i < blocks; i++) {
        for (let part = 0; part < 2; part++) {
            // A loop without end: it takes all the gas it is given, half a block's.
            await rpc("eth_sendTransaction", { from, data: "0x5b600056", gas: "0xe4e1c0", gasPrice: price });
        }
        await rpc("evm_mine");
    }
    await rpc("evm_setAutomine", true);
}

/** What the anchorer paid since block `first`, added up from the node's receipts. */
async function paid(first) {
    let sum = 0n;
    const latest = await city.node.provider.getBlockNumber();
    for (let number = first; number <= latest; number++) {
        const block = await city.node.provider.getBlock(number);
        for (const hash of block.transactions) {
            const receipt = await city.node.provider.getTransactionReceipt(hash);
            const ours = receipt.from.toLowerCase() === city.keys.anchorer.toLowerCase();
            if (ours) sum += receipt.gasUsed * receipt.gasPrice;
        }
    }
    return sum;
}

test("what status says was spent is what the node's receipts say", async () => {
    await city.anchor();
    const budget = await budgetOf();
    assert.equal(BigInt(budget.spent_wei), await paid(city.deployment.block + 1));
    assert.equal(Number(budget.open_wei), 0);
    assert.ok(budget.gas_per_entry > 30_000 && budget.gas_per_entry < 60_000, `${budget.gas_per_entry}`);
    assert.equal(budget.level, "good");
    assert.equal(budget.interval_why, "calm");
    assert.equal(budget.next_batch_why, "nothing");
    assert.equal((await city.run(["fsck"])).code, 0);
});

test("nothing is signed whose dearest replacement could not be paid", async () => {
    const before = await nonce();
    await setBalance(10n ** 15n); // a thousandth: an entry costs a thousandth of that
    const run = city.startAnchor();
    await until(() => /dearest replacement/.test(run.seen()), () => run.seen());
    assert.equal(await nonce(), before);
    const status = await city.run(["status"]);
    assert.match(status.out, /nearly empty/);
    assert.match(status.out, /Nothing can be signed before at least/);
    const budget = await budgetOf();
    assert.equal(budget.level, "page");
    assert.equal(budget.interval_why, "balance");
    assert.ok(BigInt(budget.missing_wei) > 0n);
    await city.fund(city.keys.anchorer);
    assert.equal((await run.ended).code, 0);
    assert.equal((await city.anchoredRoots()).length, 1);
});

test("the daily limit holds, and what it held goes on when it is raised", async () => {
    // Enough for the batch, but not beside what opening the register has cost.
    const env = { VOTEANCHOR_FEES_MAX_TX_ETH: "0.00015", VOTEANCHOR_FEES_MAX_DAY_ETH: "0.00015" };
    const before = await nonce();
    const run = city.startAnchor({ env });
    await until(() => /daily limit/.test(run.seen()), () => run.seen());
    run.child.kill("SIGKILL");
    await run.ended;
    assert.equal(await nonce(), before);
    await city.anchor();
    assert.equal((await city.anchoredRoots()).length, 1);
    const limited = await city.run(["status"], { env });
    assert.match(limited.out, /The daily limit .* batches every/);
});

test("a storm of fees stretches the interval, and says so", async () => {
    await city.anchor();
    await setBalance(5n * 10n ** 16n);
    const calm = await budgetOf();
    await storm(40);
    const budget = await budgetOf();
    assert.ok(budget.interval_seconds > calm.interval_seconds, `${budget.interval_seconds}`);
    assert.ok(budget.fee_ratio_tenths > 100);
    assert.equal(budget.interval_why, "fees");
    assert.match((await city.run(["status"])).out, /Fees are [\d,]+ times the usual: batches every/);
    assert.match((await city.run(["--lang", "ko", "status"])).out, /수수료가 평소의/);
});

test("rows that are too few for a batch are named, with the time that they have to go", async () => {
    assert.doesNotMatch((await city.anchor()).err, /no batch for now/);
    await city.importVotes("money", 3, 21);
    const run = await city.anchor();
    assert.equal(run.code, 0);
    assert.match(run.err, /3 records stay in no batch for now/);
    assert.equal((await city.anchoredRoots()).length, 1);
    assert.equal((await budgetOf()).next_batch_why, "promise");
});
