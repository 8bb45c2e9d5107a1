// SPDX-License-Identifier: Apache-2.0
//
// Three providers of one real node, and what any of them may do: lag, follow another fork, lie,
// forget, limit, break off. With one bad of three every batch is anchored exactly once and becomes
// final; with two nothing is sent, until one is well again. The bad one is named, its address never.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Wallet, keccak256 } from "ethers";
import { startAnvil } from "../contracts/anvil.mjs";
import { City, rootDir } from "./city.mjs";
import { Gate, Proxy, faults } from "./proxies.mjs";

const ANVIL = ["--hardfork", "osaka", "--slots-in-an-epoch", "1"];
const BLOCK_MS = 100;
const WATCH_MS = 64_000; // a provider is out of step for a minute before it is put aside

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const urlOf = (node) => node.provider._getConnection().url;
const rpc = (node, method, ...params) => node.provider.send(method, params);

let city;
let fork; // another node on another branch from the same genesis
let stranger; // a node of another network
const providers = [];
const watched = []; // four more, for who watches for a minute: the last two are out of step
const gate = new Gate();
let watch;
let clock;
let row = 1000;
const outputs = [];

/** The directory's providers, one line each. */
function configure(dir, urls, quorum) {
    const ini = join(dir, "voteanchor.ini");
    const lines = urls.map((url) => `url = ${url}`).join("\n");
    const text = readFileSync(ini, "utf8").replace(/^url = .*$/gm, "").replace(/^quorum = .*$/gm, "");
    writeFileSync(ini, text.replace(/^\[rpc\]$/m, `[rpc]\n${lines}\nquorum = ${quorum}`));
}

/** What the program says is kept, to look for addresses in it. */
async function said(run) {
    const done = await run;
    outputs.push(done.out, done.err);
    return done;
}

/** With the bare key behind a descriptor: nothing is spent on its password. */
const start = (wait = "final") => {
    const env = { VOTEANCHOR_KEYS_ANCHORER: "fd:3" };
    return city.startAnchor({ env, fds: [join(city.base, "digits")], timeout: 20_000 }, wait);
};
const anchor = (wait) => said(start(wait).ended);
const status = async () => JSON.parse((await said(city.run(["status", "--json"]))).out);
const nonce = () => city.node.provider.getTransactionCount(city.keys.anchorer);

async function until(condition, what, seconds = 40) {
    for (let i = 0; i < seconds * 20; i++) {
        if (await condition()) return;
        await sleep(50);
    }
    assert.fail(`never: ${what()}`);
}

before(async () => {
    const genesis = ["--timestamp", `${Math.floor(Date.now() / 1000)}`];
    [city, fork, stranger] = await Promise.all([
        City.build({ anvil: genesis, config: { VOTEANCHOR_RPC_TIMEOUT: "1s" } }),
        startAnvil(rootDir, [...ANVIL, ...genesis]),
        startAnvil(rootDir, [...ANVIL, "--chain-id", "31338"]),
    ]);
    await city.openVote("many", { minutes: 60 });
    const file = readFileSync(join(city.dir, "secrets/anchorer.json"), "utf8");
    const wallet = await Wallet.fromEncryptedJson(file, readFileSync(city.password, "utf8").trimEnd());
    writeFileSync(join(city.base, "digits"), wallet.privateKey, { mode: 0o600 });
    const node = urlOf(city.node);
    for (let i = 0; i < 7; i++) (i < 3 ? providers : watched).push(await Proxy.start(node, gate));
    /* More than two epochs, so that finality can go back by more than nodes may differ. */
    const blocks = 500; // each transaction makes a block: the others must not fall behind
    await rpc(city.node, "anvil_mine", "0x6e");
    for (const each of [fork, stranger]) await rpc(each, "anvil_mine", `0x${blocks.toString(16)}`);
    configure(city.dir, providers.map((provider) => provider.url), 2);
    clock = setInterval(() => {
        const mine = () => Promise.all([city.node, fork, stranger].map((each) => rpc(each, "evm_mine")));
        void gate.pass(mine).catch(() => {});
    }, BLOCK_MS);
    const first = await city.importVotes("many", 12, row).then(() => anchor());
    assert.equal(first.code, 0, first.err);

    watched[2].suffer(faults.lag(10));
    watched[3].suffer(faults.elsewhere(urlOf(fork)));
    const twin = join(city.base, "twin");
    cpSync(city.dir, twin, { recursive: true });
    configure(twin, watched.map((provider) => provider.url), 2);
    watch = city.start(["status", "--watch", "1", "--json"], { dir: twin });
    watch.since = Date.now();
    watch.seen = "";
    watch.child.stdout.on("data", (chunk) => (watch.seen += chunk));
});

after(() => {
    clearInterval(clock);
    watch?.child.kill("SIGKILL");
    for (const provider of [...providers, ...watched]) provider.stop();
    fork?.stop();
    stranger?.stop();
    city?.close();
});

/** Rows come, `run` anchors them; exactly one batch is anchored, by one transaction. */
async function anchorsOnce(run) {
    const [roots, used, length] = [await city.anchoredRoots(), await nonce(), await city.contract.length()];
    row += 12;
    await city.importVotes("many", 12, row);
    const done = await run();
    assert.equal(done.code, 0, done.err);
    const after = await city.anchoredRoots();
    assert.equal(after.length, roots.length + 1);
    assert.equal(new Set(after).size, after.length);
    assert.equal(await city.contract.length(), length + 1n);
    assert.equal(await nonce(), used + 1);
    return done;
}

/* `at`: who is bad, 0 is asked first; several where answers prove themselves. `reason`: what status
 * says of it; none: nothing that one look could show, or a hint that was not followed. */
const inASecond = () => new Date(Date.now() + 1500).toUTCString();
const cases = [
    ["is two blocks behind", { fault: () => faults.lag(2), at: [0], behind: 1 }],
    ["is twenty blocks behind", { fault: () => faults.lag(20), at: [1], behind: 15 }],
    ["follows another fork", { fault: () => faults.elsewhere(urlOf(fork)), at: [2] }],
    ["is on another network", { fault: () => faults.elsewhere(urlOf(stranger)), at: [0], reason: "wrong-network" }],
    ["tells another chain id", { fault: () => faults.chainId("0x1"), at: [1], reason: "wrong-network" }],
    ["changes a header's state", { fault: () => faults.header("stateRoot"), at: [0], reason: "lying" }],
    ["changes a header's base fee", { fault: () => faults.header("baseFeePerGas"), at: [2], reason: "lying" }],
    ["changes a node of an account's proof", { fault: faults.accountProof, at: [0], reason: "lying" }],
    ["changes a node of a slot's proof", { fault: faults.storageProof, at: [0], reason: "lying" }],
    ["turns receipts round", { fault: faults.receiptStatus, at: [0, 1, 2] }],
    ["has no receipts", { fault: faults.noReceipts, at: [0, 1, 2] }],
    ["changes events", { fault: faults.logs, at: [0, 2] }],
    ["leaves events out", { fault: faults.noLogs, at: [0, 2] }],
    ["asks a thousand times the tip", { fault: () => faults.fees(1000n), at: [0] }],
    ["calls every call reverting", { fault: faults.revertingEstimate, at: [0] }],
    ["drops what it took", { fault: () => faults.drop(keccak256), at: [0, 1] }],
    ["knows already what it never saw", { fault: faults.known, at: [1, 2] }],
    ["calls every nonce too low", { fault: faults.nonceTooLow, at: [0, 2] }],
    ["calls good bytes invalid", { fault: faults.fatal, at: [0] }],
    ["limits, with seconds", { fault: () => faults.status(429, { "retry-after": "1" }), at: [0], reason: "rate-limited" }],
    ["limits, with a date", { fault: () => faults.status(429, { "retry-after": inASecond() }), at: [1], reason: "rate-limited" }],
    ["limits in JSON", { fault: faults.limited, at: [2], reason: "rate-limited" }],
    ["is overloaded", { fault: () => faults.status(503), at: [0], reason: "http-status" }],
    ["wants another key", { fault: () => faults.status(401), at: [1], reason: "refused-key" }],
    ["answers with a page", { fault: faults.html, at: [0], reason: "malformed" }],
    ["breaks off", { fault: faults.cut, at: [1], reason: "cut-off" }],
    ["loses the end", { fault: faults.truncated, at: [2], reason: "malformed" }],
    ["resets", { fault: faults.reset, at: [0], reason: "cut-off" }],
    ["never answers", { fault: faults.hang, at: [1], reason: "timeout" }],
    ["answers another question", { fault: faults.wrongId, at: [0], reason: "malformed" }],
    ["answers twice", { fault: faults.bothMembers, at: [1], reason: "malformed" }],
    ["names a member twice", { fault: faults.duplicateKeys, at: [2], reason: "malformed" }],
    ["nests without end", { fault: faults.deep, at: [0], reason: "malformed" }],
    ["answers at great length", { fault: faults.large, at: [1], reason: "too-large" }],
    ["is broken inside", { fault: faults.internal, at: [2], reason: "provider-error" }],
    ["goes back in finality", { fault: () => faults.finalAt(5), at: [0], reason: "final-went-back" }],
    ["knows nothing final", { fault: faults.finalNull, at: [1] }],
];

const hits = () => providers.reduce((sum, provider) => sum + provider.hits, 0);
const healAll = () => providers.forEach((provider) => provider.heal());

/** One anchoring beside one look at how things stand; both see the fault. */
async function underFault(expected, behind) {
    const [done, found] = await Promise.all([anchorsOnce(() => anchor()), status()]);
    assert.equal(JSON.parse(done.out).operations.at(-1).state, "final");
    assert.equal(found.reached, true, found.unreached_why);
    const named = found.providers.filter((provider) => provider.reason !== null);
    assert.deepEqual(named.map((provider) => [provider.name, provider.reason]), expected);
    const far = found.providers.filter((provider) => provider.blocks_behind >= behind);
    if (behind) assert.equal(far.length, 1, JSON.stringify(found.providers));
}

for (const [name, { fault, at, reason, behind }] of cases) {
    const who = ["", "one of three", "two of three", "each of three"][at.length];
    test(`${who} ${name}: anchored once, and final`, async () => {
        for (const i of at) providers[i].suffer(fault());
        const isMoved = providers.some((provider) => provider.fault.target);
        try {
            /* Who is asked first changes from question to question: until the fault was met. */
            for (let i = 0; i < 4 && (i === 0 || (hits() === 0 && !isMoved)); i++) {
                await underFault(reason ? [[`rpc-${at[0] + 1}`, reason]] : [], behind);
            }
            assert.ok(isMoved || hits() > 0, "the fault was met");
        } finally {
            healAll();
        }
    });
}

/* What two bad ones do when nothing is on its way: the command ends, and says that it could not. */
const pairs = [
    ["answer with pages", 3, () => [faults.html(), faults.html()]],
    ["break in different ways", 3, () => [faults.status(503), faults.cut()]],
    ["are on different chains", 3, () => [faults.elsewhere(urlOf(fork)), faults.chainId("0x1")]],
    ["change headers", 3, () => [faults.header("stateRoot"), faults.header("parentHash")]],
    ["limit", 3, () => [faults.status(429, { "retry-after": "1" }), faults.limited()]],
    /* What was final is not any more: that is for a person to look at. */
    ["follow one fork together", 1, () => [faults.elsewhere(urlOf(fork)), faults.elsewhere(urlOf(fork))]],
    ["go back in finality", 1, () => [faults.finalAt(5), faults.finalAt(6)]],
];

for (const [name, code, pair] of pairs) {
    test(`two of three ${name}: nothing is sent, and one that is well again is enough`, async () => {
        const [used, roots] = [await nonce(), await city.anchoredRoots()];
        row += 12;
        await city.importVotes("many", 12, row);
        pair().forEach((fault, i) => providers[i].suffer(fault));
        const from = Date.now();
        try {
            const [done, looked] = await Promise.all([anchor(), said(city.run(["status", "--json"]))]);
            assert.ok(Date.now() - from < 15_000, "it does not wait for ever");
            assert.ok([1, 3].includes(looked.code), `${looked.code}`);
            assert.match(looked.out, code === 3 ? /"no-quorum"/ : /"final-went-back"/);
            assert.equal(done.code, code, done.err);
            assert.equal(await nonce(), used);
            assert.deepEqual(await city.anchoredRoots(), roots);
            providers[0].heal();
            const again = await anchor();
            assert.equal(again.code, 0, again.err);
            assert.equal((await city.anchoredRoots()).length, roots.length + 1);
            assert.equal(await nonce(), used + 1);
        } finally {
            healAll();
        }
    });
}

test("two of three break while a batch is on its way: it waits, and goes on with one of them", async () => {
    const roots = await city.anchoredRoots();
    row += 12;
    await city.importVotes("many", 12, row);
    const drop = faults.drop(keccak256);
    providers.forEach((provider) => provider.suffer(drop));
    const run = start();
    await until(() => providers.every((provider) => provider.hits > 0), () => run.seen());
    providers[0].suffer(faults.status(503));
    providers[2].suffer(faults.html());
    providers[1].heal(); // what it gets now is mined
    await until(() => /too few providers agree/.test(run.seen()), () => run.seen());
    assert.equal(run.child.exitCode, null);
    providers[2].heal();
    const done = await said(run.ended);
    assert.equal(done.code, 0, done.err);
    assert.equal((await city.anchoredRoots()).length, roots.length + 1);
    healAll();
});

test("a provider that turns to another network on the way loses its voice", async () => {
    const drop = faults.drop(keccak256);
    await anchorsOnce(async () => {
        providers.forEach((provider) => provider.suffer(drop));
        const run = start();
        await until(() => providers.every((provider) => provider.hits > 0), () => run.seen());
        healAll();
        providers[1].suffer(faults.elsewhere(urlOf(stranger)));
        const named = async () => (await status()).providers[1].reason === "wrong-network";
        await until(named, () => run.seen());
        return said(run.ended);
    });
    healAll();
});

test("who watches for a minute puts aside the one that lags and the one on a fork", async () => {
    await sleep(Math.max(0, watch.since + WATCH_MS - Date.now()));
    const isOut = (name, reason) =>
        new RegExp(`"name": ?"${name}",\\s*"state": ?"out",\\s*"reason": ?"${reason}"`).test(watch.seen);
    await until(() => isOut("rpc-3", "lagging") && isOut("rpc-4", "forked"), () => watch.seen.slice(-3000), 10);
    outputs.push(watch.seen);
});

test("one provider is enough where that is wanted, and it is said on whose word", async () => {
    configure(city.dir, [providers[0].url], 1);
    await anchorsOnce(() => anchor());
    await city.ok(["publish", join(city.base, "public")]);
    const receipt = join(city.base, "receipt.json");
    await city.ok(["receipt", `R-${row}`, "-o", receipt, "--password-file", city.password]);
    const args = ["verify", receipt, "--contract", `31337:${city.deployment.contract}`];
    const data = ["--data", join(city.base, "public")];
    const one = await city.ok([...args, "--rpc", providers[0].url, ...data], { dir: city.base });
    assert.match(one.out, /on the word of one provider/);
    const rpcs = providers.flatMap((provider) => ["--rpc", provider.url]);
    const three = await city.ok([...args, ...rpcs, ...data], { dir: city.base });
    assert.doesNotMatch(three.out, /on the word of one provider/);
});

test("after all of it the chain holds each batch once, and the audit passes", async () => {
    await city.ok(["publish", join(city.base, "public")]);
    const audit = await city.run([
        ...["audit", "--contract", `31337:${city.deployment.contract}`, "--rpc", urlOf(city.node)],
        ...["--data", join(city.base, "public"), "--json"],
    ]);
    assert.equal(audit.code, 0, audit.out + audit.err);
    await city.ok(["fsck"]);
});

test("no output held a provider's address", () => {
    assert.ok(outputs.length > 100);
    for (const text of outputs) {
        assert.doesNotMatch(text, /https?:|127\.0\.0\.1|localhost/);
        const words = text.replace(/": ?\d+/g, ""); // numbers of JSON: gas, blocks
        for (const { port } of [...providers, ...watched]) assert.doesNotMatch(words, new RegExp(`\\b${port}\\b`));
    }
});
