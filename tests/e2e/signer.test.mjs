// SPDX-License-Identifier: Apache-2.0
//
// The key somewhere else: at a node, at signers that speak as Web3Signer and Clef do, behind TLS
// with a certificate of ours, or behind a descriptor. And at one that signs what it was not asked.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Wallet, encryptKeystoreJsonSync } from "ethers";
import { City } from "./city.mjs";
import { lies, makeCertificates, serveSigner } from "./signers.mjs";

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(condition, what, seconds = 40) {
    for (let i = 0; i < seconds * 10; i++) {
        if (await condition()) return;
        await sleep(100);
    }
    assert.fail(`never: ${what}`);
}

const nonceOf = (city, address) => city.node.provider.getTransactionCount(address, "pending");
const methods = (signer) => [...new Set(signer.calls.map((call) => call.method))];

/** What the configuration says of a signer; `more` are further keys of its section. */
function at(signer, address, more = {}) {
    const section = Object.entries({ url: signer.url, ...more });
    return {
        VOTEANCHOR_KEYS_ANCHORER: `signer:${address}`,
        ...Object.fromEntries(section.map(([key, value]) => [`VOTEANCHOR_SIGNER_${key.toUpperCase()}`, value])),
    };
}

test("a node's accounts deploy and anchor: every transaction is asked for once", async () => {
    let signer;
    const city = await City.build({
        elsewhere: async (node) => {
            const forward = (method, params) => node.provider.send(method, params);
            signer = await serveSigner({ forward });
            const [, account] = await node.provider.send("eth_accounts", []);
            return { address: account, env: at(signer, account) };
        },
    });
    try {
        await city.openVote("node");
        await city.importVotes("node", 20);
        assert.equal((await city.anchor()).code, 0);
        assert.equal((await city.anchoredRoots()).length, 1);
        assert.deepEqual(methods(signer), ["eth_signTransaction"]);
        // The contract, the register, the batch; nothing else is ever signed there.
        assert.equal(signer.calls.length, 3);
        assert.equal(await nonceOf(city, city.keys.anchorer), 3);
        const [deploy, register] = signer.calls.map((call) => call.params[0]);
        assert.deepEqual(Object.keys(register).sort(), [
            "chainId", "data", "from", "gas", "maxFeePerGas", "maxPriorityFeePerGas", "nonce", "to", "value",
        ]);
        assert.equal(register.from.toLowerCase(), city.keys.anchorer);
        assert.ok(deploy.data.length > 10_000);

        // Who asks how things stand, or whose key it is, needs no signer.
        signer.stop();
        const shown = await city.ok(["key", "address", "--role", "anchorer"]);
        assert.equal(shown.out.trim(), city.keys.anchorer);
        await city.ok(["status"]);
        const all = JSON.parse((await city.ok(["config", "check", "--json"])).out);
        assert.equal(all.config["signer.url"], signer.url.slice(0, -1));
        assert.equal(all.config["keys.anchorer"].toLowerCase(), `signer:${city.keys.anchorer}`);
    } finally {
        signer?.stop();
        city.close();
    }
});

test("a key cannot be made or imported where a signer holds it", async () => {
    const wallet = Wallet.createRandom();
    const signer = await serveSigner({ wallet });
    const city = await City.build({ elsewhere: async () => ({ address: wallet.address, env: at(signer, wallet.address) }) });
    try {
        const made = await city.run(["key", "new", "--role", "anchorer", "--password-file", city.password]);
        assert.equal(made.code, 1);
        assert.match(made.err, /at a descriptor or a signer/);
    } finally {
        signer.stop();
        city.close();
    }
});

let base;
let certificates;
let city;
let wallet;
let plain; // the signer without TLS that deployed the city's contract

before(async () => {
    base = mkdtempSync(join(tmpdir(), "voteanchor-signer-"));
    certificates = makeCertificates(base);
    wallet = Wallet.createRandom();
    plain = await serveSigner({ wallet });
    city = await City.build({
        elsewhere: async () => ({ address: wallet.address, env: at(plain, wallet.address) }),
    });
    await city.openVote("elsewhere");
    await city.importVotes("elsewhere", 20);
    await city.save();
});
after(() => {
    plain?.stop();
    city?.close();
    if (base) rmSync(base, { recursive: true, force: true });
});
beforeEach(() => {
    if (!plain) return;
    plain.calls = [];
    plain.lie = plain.deny = null;
    plain.delay = 0;
});
afterEach(() => city?.restore());

const tlsKeys = ({ cert, key } = {}, ca = certificates.ca) => ({
    ca_file: ca,
    ...(cert ? { client_cert: cert, client_key: key } : {}),
});

const kinds = [
    { name: "Web3Signer", method: "eth_signTransaction", object: false },
    { name: "a node that answers as geth", method: "eth_signTransaction", object: true },
    { name: "Clef", method: "account_signTransaction", object: true },
];
for (const { name, method, object } of kinds) {
    test(`${name}, over TLS, knows us by our certificate`, async () => {
        const signer = await serveSigner({ wallet, method, object, tls: certificates.server });
        try {
            const env = at(signer, wallet.address, { method, ...tlsKeys(certificates.client) });
            const run = await city.anchor({ env });
            assert.equal(run.code, 0, run.err);
            assert.deepEqual(methods(signer), [method]);
            assert.equal(signer.calls.length, 1);
            assert.equal(plain.calls.length, 0);
            assert.equal((await city.anchoredRoots()).length, 1);
        } finally {
            signer.stop();
        }
    });
}

/** Anchors until it says why it waits; `go` makes the way free, and the same run comes through. */
async function heldUntil(pattern, go, env = {}) {
    const nonce = await nonceOf(city, wallet.address);
    const run = city.startAnchor({ env });
    try {
        await until(() => pattern.test(run.seen()) || run.child.exitCode !== null, String(pattern));
        assert.match(run.seen(), pattern);
        assert.equal(await nonceOf(city, wallet.address), nonce, "nothing was sent");
        // What is wrong is also in the exit code of status, but not what is asked here.
        const { operations } = JSON.parse((await city.run(["status", "--json"])).out);
        assert.equal(operations.queued, 1, "nothing was stored");
        assert.equal(operations.signed + operations.sent + operations.halted, 0);
        if (!go) return;
        await go();
        const done = await run.ended;
        assert.equal(done.code, 0, done.err);
        assert.equal(await nonceOf(city, wallet.address), nonce + 1);
        assert.equal((await city.anchoredRoots()).length, 1);
    } finally {
        run.child.kill("SIGKILL");
        await run.ended;
    }
}

for (const [name, lie] of Object.entries(lies)) {
    test(`a signer that signs ${name} is not believed, and an honest one goes on`, async () => {
        plain.lie = name;
        await heldUntil(new RegExp(lie.reason), () => (plain.lie = null));
        assert.ok(plain.calls.length >= 2);
        // What was asked did not change because the answer was wrong.
        const questions = plain.calls.map((call) => call.params[0]);
        assert.ok(questions.every((question) => question.nonce === questions[0].nonce));
        assert.ok(questions.every((question) => question.data === questions[0].data));
    });
}

test("a signer that refuses is asked again", async () => {
    plain.deny = "Request denied";
    await heldUntil(/refuses to sign/, () => (plain.deny = null));
});

test("nobody is asked to sign what the account cannot pay for", async () => {
    await city.node.provider.send("anvil_setBalance", [wallet.address, "0xe8d4a51000"]);
    await city.node.provider.send("evm_mine", []); // so that a block's state holds it
    await heldUntil(/does not cover/, async () => {
        assert.equal(plain.calls.length, 0);
        await city.fund(wallet.address);
    });
    assert.equal(plain.calls.length, 1);
});

test("a signer that is down is waited for", async () => {
    const nowhere = { url: "http://127.0.0.1:1/" };
    await heldUntil(/does not answer/, null, at(nowhere, wallet.address));
});

test("a person who takes longer than the timeout is asked again, and may take long", async () => {
    plain.delay = 2500;
    await heldUntil(/does not answer/, () => (plain.delay = 0), { VOTEANCHOR_SIGNER_TIMEOUT: "1s" });
    await city.restore();
    plain.delay = 2500;
    const run = await city.anchor({ env: { VOTEANCHOR_SIGNER_TIMEOUT: "1m" } });
    assert.equal(run.code, 0, run.err);
});

test("without a certificate that the other side accepts nothing is signed", async () => {
    const signer = await serveSigner({ wallet, tls: certificates.server });
    try {
        const cases = [
            [tlsKeys(), /certificates|does not answer/], // none
            [tlsKeys(certificates.stranger), /certificates|does not answer/], // of another CA
            [tlsKeys(certificates.client, certificates.strangerCa), /certificates/], // a false signer
            [{ client_cert: certificates.client.cert, client_key: certificates.client.key }, /certificates/],
        ];
        for (const [keys, pattern] of cases) {
            await heldUntil(pattern, null, at(signer, wallet.address, keys));
        }
        assert.equal(signer.calls.length, 0);
    } finally {
        signer.stop();
    }
});

test("a client key that others may read is not used", async () => {
    const open = join(base, "open.key");
    writeFileSync(open, readFileSync(certificates.client.key));
    chmodSync(open, 0o644);
    const keys = { client_cert: certificates.client.cert, client_key: open };
    const run = await city.anchor({ env: at(plain, wallet.address, keys) });
    assert.equal(run.code, 1);
    assert.match(run.err, /others may read the file/);
    assert.match(run.err, /client_key/);
    assert.equal(plain.calls.length, 0);
});

test("a key behind a descriptor signs: digits, or a key file with its password", async () => {
    const digits = join(base, "digits");
    writeFileSync(digits, `${wallet.privateKey}\n`, { mode: 0o600 });
    const env = { VOTEANCHOR_KEYS_ANCHORER: "fd:3" };
    const shown = await city.ok(["key", "address", "--role", "anchorer"], { env, fds: [digits] });
    assert.equal(shown.out.trim(), wallet.address.toLowerCase());
    const run = await city.anchor({ env, fds: [digits] });
    assert.equal(run.code, 0, run.err);
    assert.equal(plain.calls.length, 0);
    assert.equal((await city.anchoredRoots()).length, 1);

    await city.restore();
    const file = join(base, "wallet.json");
    const password = readFileSync(city.password, "utf8").trim();
    writeFileSync(file, encryptKeystoreJsonSync(wallet, password, { scrypt: { N: 4096 } }));
    const again = await city.anchor({ env, fds: [file] });
    assert.equal(again.code, 0, again.err);
    assert.equal((await city.anchoredRoots()).length, 1);

    await city.restore();
    const none = await city.anchor({ env });
    assert.equal(none.code, 1);
    assert.match(none.err, /descriptor is not open/);
});

test("the owner's key may be at a signer too", async () => {
    const file = readFileSync(join(city.dir, "secrets/owner.json"), "utf8");
    const owner = await Wallet.fromEncryptedJson(file, readFileSync(city.password, "utf8").trim());
    const signer = await serveSigner({ wallet: owner });
    try {
        await city.fund(owner.address);
        const key = Wallet.createRandom().address;
        const env = { VOTEANCHOR_SIGNER_URL: signer.url };
        signer.lie = "another recipient";
        const run = city.start(
            ["owner", "set-key", "--role", "acceptance", "--address", key.toLowerCase(),
                "--keystore", `signer:${owner.address}`],
            { env },
        );
        await until(() => /something else/.test(run.seen()) || run.child.exitCode !== null, "a refusal");
        assert.match(run.seen(), /something else/);
        assert.equal(await nonceOf(city, owner.address), 0);
        signer.lie = null;
        const done = await run.ended;
        assert.equal(done.code, 0, done.err);
        assert.equal(await city.contract.acceptanceKey(), key);
    } finally {
        signer.stop();
    }
});
