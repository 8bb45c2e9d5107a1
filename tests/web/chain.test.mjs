// SPDX-License-Identifier: Apache-2.0
//
// How the page looks at the chain, against a real node and the real program: for each receipt and
// each kind of provider the same findings and the same verdict as `voteanchor verify`. Fewer than k
// liars can only cause "could not check".

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { decodeRlp, id as keccakOf, keccak256 } from "ethers";
import { startAnvil } from "../contracts/anvil.mjs";
import { faults } from "../e2e/proxies.mjs";
import { rootDir } from "../e2e/city.mjs";
import "./mirror.test.mjs";
import { both, build, chain, page, providers, receiptOf, seen, stop, verifier } from "./seen.mjs";

let stranger; // a node of another network
before(async () => {
    [stranger] = await Promise.all([startAnvil(rootDir, ["--chain-id", "31338"]), build()]);
});
after(() => {
    stranger?.stop();
    stop();
});

const NAMES = ["accepted", "anchored", "counted", "share", "superseded", "disavowed", "promised", "broken"];
const online = (more = {}) => ({ providers: seen.urls, trustFile: seen.bare, ...more });
const evidenceOf = (cbor) => verifier.read(cbor).view.anchors[0].evidence;

/** A receipt with one thing changed. */
function changed(name, change) {
    const { view } = verifier.read(receiptOf(name));
    change(view);
    return verifier.write(view).cbor;
}

const readHeaderNumber = (header) => ({ number: Number(decodeRlp(header)[8]) });

const flip = (hex) => `${hex.slice(0, -1)}${hex.endsWith("0") ? "1" : "0"}`;

test("headers are encoded from JSON as they are hashed, fork by fork", () => {
    const names = ("parentHash sha3Uncles miner stateRoot transactionsRoot receiptsRoot logsBloom difficulty number gasLimit gasUsed " +
        "timestamp extraData mixHash nonce baseFeePerGas withdrawalsRoot blobGasUsed excessBlobGas parentBeaconBlockRoot " +
        "requestsHash blockAccessListHash slotNumber").split(" ");
    const isNumber = /^(difficulty|number|gasLimit|gasUsed|timestamp|baseFeePerGas|blobGasUsed|excessBlobGas|slotNumber)$/;
    const quantity = (hex) => (hex === "0x" ? "0x0" : `0x${BigInt(hex).toString(16)}`);
    const vectors = JSON.parse(readFileSync(new URL("../vectors/headers.json", import.meta.url), "utf8"));
    for (const { hash, name, rlp } of vectors) {
        const items = decodeRlp(rlp);
        const block = Object.fromEntries(items.map((item, i) => [names[i], isNumber.test(names[i]) ? quantity(item) : item]));
        assert.equal(chain.encodeHeader(block), rlp, name);
        assert.equal(keccak256(chain.encodeHeader(block)), hash, name);
        for (const field of Object.keys(block).slice(0, 15)) assert.equal(chain.encodeHeader({ ...block, [field]: undefined }), null);
        assert.equal(chain.encodeHeader({ ...block, gasUsed: `0x0${block.gasUsed.slice(2)}` }), null);
        assert.equal(chain.encodeHeader({ ...block, miner: `${block.miner}00` }), null);
    }
    assert.equal(vectors.length, 5);
});

test("three honest providers: every kind of receipt as the program says", async () => {
    for (const name of NAMES) {
        const { looked, report } = await both(name, receiptOf(name), online());
        assert.deepEqual(looked.problems, [], name);
        assert.deepEqual(looked.witness, { agreed: 3, asked: 3, needed: 2 });
        const isAnchored = !["accepted", "promised", "broken"].includes(name);
        if (isAnchored) assert.equal(report.included, "valid", name);
    }
});

test("what a receipt says that is not so is found by both", async () => {
    const changes = [
        ["content", (view) => (view.opening.content = view.opening.content.replace("nuri", "haru"))],
        ["path", (view) => (view.path[0] = flip(view.path[0]))],
        ["root", (view) => (view.anchors[0].entry.root = flip(view.anchors[0].entry.root))],
        ["block", (view) => (view.anchors[0].entry.block += 1)],
        ["contract", (view) => (view.anchors[0].contract = flip(view.anchors[0].contract))],
        ["network", (view) => (view.anchors[0].chain_genesis = flip(view.anchors[0].chain_genesis))],
        ["header", (view) => (view.anchors[0].evidence.header = flip(view.anchors[0].evidence.header))],
        ["signature", (view) => (view.acceptance.signature = view.acceptance.signature.replace(/^0x../, "0x11"))],
    ];
    for (const [what, change] of changes) await both(what, changed("counted", change), online());
});

test("a printed code without evidence needs the journal, and has it from events", async () => {
    for (const form of ["qr_share", "qr_full"]) {
        const { cbor } = verifier.reduce(receiptOf("counted"), form);
        assert.equal(evidenceOf(cbor), undefined);
        const { report } = await both(form, cbor, online());
        assert.equal(report.included, "valid");
    }
});

test("one provider is enough where one is asked, on its word", async () => {
    const { looked, report } = await both("one", receiptOf("counted"), online({ providers: seen.urls.slice(0, 1) }));
    assert.equal(report.included, "valid");
    assert.deepEqual(looked.witness, { agreed: 1, asked: 1, needed: 1 });
    assert.equal(looked.trust.one_provider, true);
});

test("nobody's contract is trusted unless it was named", async () => {
    const { looked, report } = await both("nobody", receiptOf("counted"), { providers: seen.urls });
    assert.equal(report.included, "not_checked");
    assert.deepEqual(looked.problems.map(({ key }) => key), ["page.problem.nobody"]);
});

test("a contract that was typed is found on the chain alone", async () => {
    const address = seen.town.record.address;
    const { looked, report } = await both("typed", receiptOf("counted"), { contract: { address }, providers: seen.urls });
    assert.equal(report.included, "valid");
    const { block: _1, time: _2, transaction: _3, ...record } = seen.town.record;
    const { block: _4, time: _5, transaction: _6, ...found } = looked.trust.contracts[0].record;
    assert.deepEqual(found, record);
    const other = { address: flip(address) };
    const refused = await both("typed wrongly", receiptOf("counted"), { contract: other, providers: seen.urls });
    assert.equal(refused.report.included, "not_checked");
});

test("a trust file whose record does not lead to its address names nobody", async () => {
    const [record] = seen.bare.contracts;
    const forged = { ...seen.bare, contracts: [{ ...record, salt: flip(record.salt) }] };
    const { looked, report } = await page(receiptOf("counted"), online({ trustFile: forged }));
    assert.equal(report.included, "not_checked");
    assert.ok(looked.problems.some(({ key }) => key === "page.problem.record"));
});

test("without a network: a block, or heads, or nothing", async () => {
    const cbor = receiptOf("counted");
    const offline = (more) => ({ providers: [], trustFile: seen.bare, ...more });
    const block = keccak256(evidenceOf(cbor).header);
    const cases = [
        ["block", offline({ block }), "valid"],
        ["another block", offline({ block: keccakOf("another") }), "not_checked"],
        ["heads", offline({ heads: seen.town.trust }), "valid"],
        ["heads alone", { heads: seen.town.trust, providers: [] }, "valid"],
        ["nothing", offline({}), "not_checked"],
    ];
    for (const [name, given, included] of cases) {
        const { looked, report } = await both(name, cbor, given);
        assert.equal(report.included, included, name);
        assert.equal(looked.witness, null);
    }
});

// ---- providers that are no good ----

/** Says of every `finalized` that it is the newest block. */
const eager = () => ({
    answer: (method, [tag, full], ask) =>
        method === "eth_getBlockByNumber" && tag === "finalized" ? ask(method, "latest", full) : undefined,
});

/** A chain of its own from that block on: headers that hash, and that nobody else has. */
const forker = (from) => {
    const forged = new Map();
    const forge = (block) => {
        if (block === null || Number(block.number) < from) return block;
        const other = { ...block, extraData: "0xbad0" };
        const hash = keccak256(chain.encodeHeader(other));
        forged.set(hash, { ...other, hash });
        return forged.get(hash);
    };
    return {
        answer: async (method, params, ask) => {
            if (method === "eth_getBlockByHash") return forged.get(params[0]);
            return method === "eth_getBlockByNumber" ? forge(await ask(method, ...params)) : undefined;
        },
    };
};

/** What one does, what is said of it (nothing: it harms nobody), and of what two can do. */
const bad = [
    ["is elsewhere", () => faults.elsewhere(stranger.provider._getConnection().url), "wrong-network"],
    ["names another network", () => faults.chainId("0x1"), "wrong-network"],
    ["is overloaded", () => faults.status(503), "http-status"],
    ["limits", () => faults.status(429), "rate-limited"],
    ["wants a key", () => faults.status(401), "refused-key"],
    ["answers with a page", faults.html, "malformed"],
    ["breaks off", faults.cut, "cut-off"],
    ["resets", faults.reset, "unreachable"],
    ["answers another question", faults.wrongId, "malformed"],
    ["answers twice", faults.bothMembers, "malformed"],
    ["answers at great length", faults.large, "too-large"],
    ["is broken inside", faults.internal, "provider-error"],
    ["changes headers", () => faults.header("stateRoot"), "lying"],
    ["lies about accounts", faults.accountProof],
    ["lies about slots", faults.storageProof],
    ["changes events", faults.logs],
    ["loses events", faults.noLogs],
    ["lags", () => faults.lag(2)],
    ["has finality of long ago", () => faults.finalAt(5)],
    ["knows nothing final", faults.finalNull, "provider-error"],
    ["calls all final", eager],
    ["is on a fork", () => forker(7)],
];

/** Three providers of which the first n do that. */
async function spoiled(n, make, run) {
    const set = await providers(3);
    try {
        for (const proxy of set.slice(0, n)) proxy.suffer(make());
        return await run(set.map((proxy) => proxy.url), set);
    } finally {
        for (const proxy of set) proxy.stop();
    }
}

async function inTurns(items, at, run) {
    const rest = [...items];
    const one = async () => {
        for (let item = rest.shift(); item !== undefined; item = rest.shift()) await run(item);
    };
    await Promise.all(Array.from({ length: at }, one));
}

test("one bad of three changes nothing of the verdict", async () => {
    const cbor = receiptOf("counted");
    await inTurns(bad, 3, ([name, make, reason]) =>
        spoiled(1, make, async (urls) => {
            const { looked, report } = await both(name, cbor, online({ providers: urls }));
            assert.equal(report.included, "valid", name);
            const said = looked.problems.filter(({ provider }) => provider !== undefined);
            assert.deepEqual(said.map((problem) => problem.reason), reason ? [reason] : [], name);
            if (reason) assert.equal(said[0].provider, new URL(urls[0]).host);
        }),
    );
});

test("two bad of three can only keep it from being checked", async () => {
    const cbor = receiptOf("counted");
    const isSilent = /overloaded|headers|nothing final|long ago|page|fork/;
    const harmful = bad.filter(([name]) => isSilent.test(name) || /elsewhere|final|events/.test(name));
    await inTurns(harmful, 3, ([name, make]) =>
        spoiled(2, make, async (urls) => {
            const { looked, report } = await both(name, cbor, online({ providers: urls }));
            assert.equal(report.included, isSilent.test(name) ? "not_checked" : "valid", name);
            /* Who serves another network was not asked about this one: then it is one's word. */
            if (name === "is elsewhere") assert.deepEqual(looked.witness, { agreed: 1, asked: 1, needed: 1 });
        }),
    );
});

test("who is on a fork with the evidence's block has no word against two, and two have it against the receipt", async () => {
    const lost = (fault) => ({ answer: (method, ...rest) => (method === "eth_getLogs" ? [] : fault.answer?.(method, ...rest)) });
    const cbor = receiptOf("counted");
    for (const n of [1, 2]) {
        await spoiled(3, () => lost({}), async (urls, set) => {
            for (const proxy of set.slice(0, n)) proxy.suffer(lost(forker(7)));
            const { looked, report } = await both(`${n} on a fork`, cbor, online({ providers: urls }));
            assert.equal(report.included, n === 1 ? "valid" : "not_checked");
            assert.equal(looked.problems.some(({ key }) => key === "page.problem.block-gone"), n === 2);
        });
    }
});

test("more must agree where the user wants more", async () => {
    await spoiled(1, () => faults.status(503), async (urls) => {
        const { looked, report } = await both("all of three", receiptOf("counted"), online({ providers: urls, quorum: 3 }));
        assert.equal(report.included, "not_checked");
        assert.ok(looked.problems.some(({ key, reason }) => key === "page.problem.network" && reason === "no-quorum"));
    });
});

test("events are asked for in parts where a provider wants that", async () => {
    await spoiled(1, () => faults.narrowLogs(8), async (urls, [narrow]) => {
        const { cbor } = verifier.reduce(receiptOf("counted"), "qr_share");
        const { report } = await page(cbor, online({ providers: urls.slice(0, 1) }));
        assert.equal(report.included, "valid");
        assert.ok(narrow.hits > 0);
    });
});

test("a node without the tag `finalized` has no say, and says so", async () => {
    const untagged = () => ({
        answer: (method, [tag], ask) => {
            if (method !== "eth_getBlockByNumber" || tag !== "finalized") return undefined;
            return ask("eth_getBlockByNumber", "no-such-tag", false);
        },
    });
    await spoiled(1, untagged, async (urls) => {
        const { looked, report } = await page(receiptOf("counted"), online({ providers: urls }));
        assert.equal(report.included, "valid");
        assert.equal(looked.witness.agreed, 2);
        assert.equal(looked.problems[0].key, "page.problem.provider");
    });
});

test("who never answers is not waited for when the others agree, and stop means stop", async () => {
    await spoiled(1, faults.hang, async (urls) => {
        const begun = Date.now();
        const { looked, report } = await page(receiptOf("counted"), online({ providers: urls }));
        assert.equal(report.included, "valid");
        assert.ok(Date.now() - begun < 9000, `${Date.now() - begun} ms`); // a call may take ten seconds
        assert.deepEqual(looked.problems.map(({ reason }) => reason), ["timeout"]);
    });
    await spoiled(3, faults.hang, async (urls) => {
        const stopping = new AbortController();
        setTimeout(() => stopping.abort(), 200);
        const begun = Date.now();
        const { report } = await page(receiptOf("counted"), online({ providers: urls, signal: stopping.signal }));
        assert.equal(report.included, "not_checked");
        assert.ok(Date.now() - begun < 9000);
    });
});

test("nobody is told whose receipt it is, and of its block only where the journal is not to be had", async () => {
    const cbor = receiptOf("counted");
    const { row } = verifier.read(cbor).view;
    const [{ contract }] = verifier.read(cbor).view.anchors;
    const { number } = readHeaderNumber(evidenceOf(cbor).header);
    for (const make of [() => ({}), faults.noLogs]) {
        await spoiled(3, make, async (urls, set) => {
            const heard = [];
            for (const proxy of set) proxy.heard = (body) => heard.push(body);
            const { report } = await page(cbor, online({ providers: urls }));
            assert.equal(report.included, "valid");
            const all = heard.join("\n");
            assert.ok(all.includes(contract));
            for (const secret of [row.tag, row.content_hash, row.register, report.leaf]) assert.ok(!all.includes(secret.slice(2)));
            const isAsked = heard.some((body) => body.includes(`"eth_getBlockByNumber","params":["0x${number.toString(16)}"`));
            assert.equal(isAsked, make === faults.noLogs);
        });
    }
});

test("progress only grows, and ends at its end", async () => {
    const seenSteps = [];
    await page(receiptOf("counted"), online({ progress: (done, of) => seenSteps.push([done, of]) }));
    assert.ok(seenSteps.length >= 8);
    assert.ok(seenSteps.every(([done, of], i) => done <= of && (i === 0 || done >= seenSteps[i - 1][0])));
    assert.equal(seenSteps.at(-1)[0], seenSteps.at(-1)[1]);
});

test("addresses that are no providers are refused before anything is sent", async () => {
    const urls = ["http://example.org", "ftp://127.0.0.1", "https://user:secret@example.org", "nonsense"];
    for (const url of urls) assert.equal(chain.isAllowed(url), false, url);
    const { looked } = await page(receiptOf("counted"), online({ providers: [...urls, ...seen.urls] }));
    assert.equal(looked.problems.filter(({ reason }) => reason === "url-not-local").length, 4);
    assert.ok(!JSON.stringify(looked.problems).includes("secret"));
});
