// SPDX-License-Identifier: Apache-2.0
//
// Providers and mirrors that mean harm, without a network: a fetch of our own answers in their place.
// Nobody has two voices, and nobody can keep the page asking, or fill its memory.

import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { after, test } from "node:test";
import { ZeroHash, keccak256 } from "ethers";
import { makeWorld } from "./world.mjs";

globalThis.crypto ??= webcrypto; /* browsers have it, and Node from 20 on */
const { chain, loadVerifier, mirror } = await import(process.env.VOTA_MODULES);
const verifier = await loadVerifier();
const fetched = globalThis.fetch;
after(() => {
    globalThis.fetch = fetched;
});

/** A block as a provider tells it: a header that hashes to its hash. */
function blockOf(number, extraData) {
    const bytes = (n) => `0x${"00".repeat(n)}`;
    const block = {
        parentHash: bytes(32), sha3Uncles: bytes(32), miner: bytes(20), stateRoot: bytes(32), transactionsRoot: bytes(32),
        receiptsRoot: bytes(32), logsBloom: bytes(256), difficulty: "0x0", number: `0x${number.toString(16)}`, gasLimit: "0x1",
        gasUsed: "0x0", timestamp: "0x6ab00000", extraData, mixHash: bytes(32), nonce: bytes(8), baseFeePerGas: "0x1",
    };
    return { ...block, hash: keccak256(chain.encodeHeader(block)) };
}

const genesis = blockOf(0, "0x00");
const truth = blockOf(2000, "0x01");
const lie = blockOf(2000, "0x02");

/** What a provider says that calls `final` final; `more` answers other methods. */
function saying(final, more = () => undefined) {
    return (method, params) => {
        if (method === "eth_chainId") return "0x7a69";
        if (method === "eth_getBlockByNumber") return params[0] === "0x0" ? genesis : final;
        return more(method, params) ?? null;
    };
}

/** Providers by their host; null is one that is not there. */
function serve(providers) {
    const asked = [];
    globalThis.fetch = async (url, init) => {
        const provider = providers[new URL(url).host];
        if (provider === null) throw new TypeError("fetch failed");
        const { id, method, params } = JSON.parse(init.body);
        asked.push(method);
        const result = provider(method, params);
        const said = result instanceof Error ? { error: { code: -32000, message: result.message } } : { result };
        return new Response(JSON.stringify({ jsonrpc: "2.0", id, ...said }));
    };
    return asked;
}

const { block, entries, record, receipts } = await makeWorld(verifier);
const [receipt] = receipts;
const view = { ...receipt, anchors: receipt.anchors.map((anchor) => ({ ...anchor, chain_genesis: genesis.hash })) };
const lookAt = (providers, more = {}) => chain.look(verifier, view, { providers, ...more });

test("a host that was given twice has one voice", async () => {
    serve({ "a.example": saying(lie), "b.example": saying(truth), "c.example": saying(truth) });
    const twice = await lookAt(["https://a.example/1", "https://a.example/2", "https://b.example"]);
    assert.equal(twice.final, undefined);
    assert.ok(twice.problems.some(({ provider, reason }) => provider === "a.example" && reason === "given-twice"));
    const outvoted = await lookAt(["https://a.example/1", "https://a.example/2", "https://b.example", "https://c.example"]);
    assert.deepEqual(outvoted.final?.hash, truth.hash);
    assert.deepEqual(outvoted.witness, { agreed: 2, asked: 3, needed: 2 });
    const alone = await lookAt(["https://a.example/1", "https://a.example/2"], { quorum: 2 });
    assert.equal(alone.final, undefined, "two are not had of one");
});

test("a host that does not answer is not silent twice either", async () => {
    serve({ "a.example": null, "b.example": saying(truth), "c.example": saying(truth) });
    const { witness } = await lookAt(["https://a.example/1", "https://a.example/2", "https://b.example", "https://c.example"]);
    assert.deepEqual(witness, { agreed: 2, asked: 3, needed: 2 });
});

test("an answer is on the word of those who know the network that it rests on", () => {
    const { address, chain_genesis, chain_id } = record;
    const elsewhere = { ...receipt.anchors[0], chain_genesis: ZeroHash };
    const { cbor } = verifier.write({ ...receipt, anchors: [elsewhere, receipt.anchors[0]] });
    const trust = {
        blocks: [{ chain_genesis, chain_id, final: true, hash: block }],
        contracts: [{ address, chain_genesis, chain_id, how: "named", record }],
        journals: [],
        links: [],
        one_provider: false,
    };
    const [three, one] = [3, 1].map((agreed) => ({ agreed, asked: agreed, needed: 1 }));
    const looked = { evidence: [], problems: [], trust, witness: three, witnesses: [three, one] };
    const lone = chain.verifyLooked(verifier, cbor, looked);
    assert.equal(lone.report.included, "valid");
    assert.match(lone.report.answer, /^V..P$/);
    assert.equal(lone.looked.witness, one);
    const many = chain.verifyLooked(verifier, cbor, { ...looked, witness: one, trust: { ...trust, one_provider: true }, witnesses: [one, three] });
    assert.match(many.report.answer, /^V..$/);
    const offline = chain.verifyLooked(verifier, cbor, { ...looked, witness: null, witnesses: [null, null] });
    assert.match(offline.report.answer, /^V..$/);
});

test("who allows a few blocks at a time of very many cannot keep the page asking", async () => {
    const far = blockOf(40_000_000, "0x01");
    const asked = serve({
        "a.example": saying(far, (method, [filter]) => {
            if (method !== "eth_getLogs") return undefined;
            return Number(filter.toBlock) - Number(filter.fromBlock) > 1 ? new Error("block range is too wide") : [];
        }),
    });
    const { problems } = await lookAt(["https://a.example"], { contract: { address: record.address } });
    assert.ok(problems.some(({ key, reason }) => key === "page.problem.origin" && reason === "too-many-logs"));
    assert.ok(asked.length < 25_000, `${asked.length} questions`);
});

test("a batch that no memory holds is not loaded", async () => {
    const line = (entry) => JSON.stringify({ ...entry, head: ZeroHash, transaction: ZeroHash });
    const huge = { ...entries[1], b: `0x${"ff".repeat(32)}` };
    const journal = [JSON.stringify({ ...record, format: "voteanchor-journal-v1" }), line(entries[0]), line(huge)].join("\n");
    const paths = [];
    globalThis.fetch = async (url) => {
        paths.push(new URL(url).pathname);
        return url.endsWith("journal.ndjson") ? new Response(`${journal}\n`) : new Response("", { status: 404 });
    };
    const opened = await mirror.openMirror("https://mirror.example/");
    await assert.rejects((await opened.journal()).rows(verifier, 2), { reason: "too-large" });
    assert.ok(!paths.some((path) => path.endsWith(".rows")), paths.join(" "));
});
