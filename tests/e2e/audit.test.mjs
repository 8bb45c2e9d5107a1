// SPDX-License-Identifier: Apache-2.0
//
// What strangers do with a city's publication and a real node: audit, verify with and without the
// network, refuse a contract that was made by other code. The trust file and the files are the
// city's; whether they are believed is theirs.

import assert from "node:assert/strict";
import { cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import canonicalize from "canonicalize";
import { AbiCoder, concat, hexlify, id as keccakOf, keccak256, toUtf8Bytes } from "ethers";
import { City, minute, rootDir } from "./city.mjs";

const VALID = 0;
const NOT_VALID = 1;
const UNCHECKED = 3;
const DAY = 86_400_000;

const mine = async (blocks) => {
    for (let i = 0; i < blocks; i++) await city.node.provider.send("evm_mine", []);
};

/** Closing waits for finality, and nothing is final while no block comes. */
async function whileMining(run) {
    const clock = setInterval(() => void mine(1).catch(() => {}), 300);
    try {
        return await run();
    } finally {
        clearInterval(clock);
    }
}

let city;
let published;
let receipt;
before(async () => {
    city = await City.build();
    // An archive: it closed an hour ago, and counts what is anchored by tomorrow.
    const now = Date.now();
    const times = {
        opens_at: minute(now - DAY),
        closes_at: minute(now - DAY / 24),
        counts_until: minute(now + 5 * 60_000),
        results_by: minute(now + DAY),
    };
    await city.openVote("archive", { more: times });
    const rows = ["id,voter,choice,cast_at"];
    for (let i = 1; i <= 60; i++) rows.push(`R-${i},voter-${i},${i % 3 === 0 ? "no" : "yes"},${minute(now - DAY / 2)}`);
    const file = join(city.base, "archive.csv");
    writeFileSync(file, `${rows.join("\n")}\n`);
    await city.ok(["import", file, "--register", "archive"]);
    assert.equal((await city.anchor()).code, 0);
    await whileMining(() => city.ok(["register", "close", "archive", "--password-file", city.password]));
    await mine(6);
    published = join(city.base, "public");
    await city.ok(["publish", published]);
    receipt = join(city.base, "r.receipt.json");
    await city.ok(["receipt", "R-1", "-o", receipt, "--password-file", city.password]);
});
after(() => city?.close());

const url = () => city.node.provider._getConnection().url;
const contract = () => `31337:${city.deployment.contract}`;
const trust = () => join(published, "trust.json");
/** Strangers have no directory of the city's. */
const stranger = (args) => city.run(args, { dir: city.base });
const audit = async (dir, ...args) => {
    const done = await stranger(["audit", "--contract", contract(), "--data", dir, "--json", ...args]);
    return { code: done.code, report: done.out ? JSON.parse(done.out) : {}, err: done.err };
};
const codes = (report, state) => report.findings.filter((f) => f.state === state).map((f) => f.code);

test("an audit with the chain finds nothing to say", async () => {
    const { code, report, err } = await audit(published, "--rpc", url());
    assert.equal(code, VALID, JSON.stringify(report.findings) + err);
    assert.equal(report.rows, 60);
    assert.deepEqual(report.registers[0].recounted.slice(0, 5), [40, 20, 0, 60, 60]);
    assert.deepEqual(report.registers[0].published, report.registers[0].recounted);
    assert.ok(Object.values(report.parts).every((part) => part === "valid"));
});

test("an audit in both languages, for people", async () => {
    for (const [lang, word] of [["en", "VALID"], ["ko", "유효"]]) {
        const done = await stranger(["--lang", lang, "audit", "--contract", contract(), "--data", published, "--rpc", url()]);
        assert.equal(done.code, VALID, done.out + done.err);
        assert.ok(done.out.startsWith(word), done.out);
        assert.ok(!done.out.includes("{"), done.out);
    }
});

// ---- the same publication, read by others' code ----

const read = (name) => readFileSync(join(published, name));
const lines = (name) => read(name).toString().trimEnd().split("\n");

/** The rows of a batch file as three words each. */
function rowsOf(name) {
    const bytes = read(name);
    const rows = [];
    for (let at = 0; at < bytes.length; at += 96) {
        rows.push([0, 32, 64].map((from) => hexlify(bytes.subarray(at + from, at + from + 32))));
    }
    return rows;
}

test("every JSON file is in the form of RFC 8785", () => {
    const { files } = JSON.parse(read("manifest.json"));
    const names = ["manifest.json", ...Object.keys(files)].filter((name) => /json$/.test(name));
    let checked = 0;
    for (const name of names) {
        const text = read(name).toString();
        const parts = name.startsWith("registers/") ? [text] : text.trimEnd().split("\n");
        for (const part of parts) {
            assert.equal(canonicalize(JSON.parse(part)), part, name);
            checked += 1;
        }
    }
    assert.ok(checked > 60, `${checked} texts`);
});

test("OpenZeppelin rebuilds the roots on chain from the rows, in the same order", async () => {
    const roots = [];
    for (const name of readdirSync(join(published, "batches"))) {
        const rows = rowsOf(`batches/${name}`);
        const tree = StandardMerkleTree.of(rows, ["bytes32", "bytes32", "bytes32"]);
        const leaves = rows.map((row) => tree.leafHash(row));
        assert.deepEqual(leaves, [...leaves].sort(), "rows are in leaf order");
        roots.push(tree.root);
    }
    assert.deepEqual(roots.sort(), (await city.anchoredRoots()).sort());
});

test("a recount in a few lines of JavaScript comes to the published numbers", () => {
    const journal = lines("journal.ndjson").slice(1).map((line) => JSON.parse(line));
    const opened = journal.find((entry) => entry.kind === 1);
    const result = journal.findLast((entry) => entry.kind === 3);
    const openings = new Map();
    for (const line of lines(`openings/${opened.a}.ndjson`)) {
        const { content, leaf, salt } = JSON.parse(line);
        openings.set(leaf, { content, hash: keccak256(concat([salt, toUtf8Bytes(content)])) });
    }
    const counts = { yes: 0, no: 0 };
    const voters = new Set();
    for (const name of readdirSync(join(published, "batches"))) {
        for (const [register, tag, contentHash] of rowsOf(`batches/${name}`)) {
            const leaf = keccak256(keccak256(concat([register, tag, contentHash])));
            const opening = openings.get(leaf);
            assert.equal(opening.hash, contentHash);
            assert.ok(!voters.has(tag));
            voters.add(tag);
            counts[JSON.parse(opening.content).choice[0]] += 1;
        }
    }
    assert.deepEqual(result.counts.slice(0, 2), [counts.yes, counts.no]);
    assert.deepEqual(result.counts.slice(2, 5), [0, 60, 60]);
});

test("an audit from the address alone checks contract and journal, and says what it lacks", async () => {
    const done = await stranger(["audit", "--contract", contract(), "--rpc", url(), "--json"]);
    const report = JSON.parse(done.out);
    assert.equal(done.code, UNCHECKED);
    assert.equal(report.parts.contract, "valid");
    assert.equal(report.parts.journal, "valid");
    assert.equal(report.parts.rows, "not_checked");
});

test("an audit without the network, held to the trust file's head", async () => {
    const { code, report } = await audit(published, "--offline", "--trust", trust());
    assert.equal(report.parts.rows, "valid");
    assert.equal(report.parts.contract, "valid");
    assert.ok([VALID, UNCHECKED].includes(code)); // the newest head may lie before the result
});

test("a changed row is named, a missing file is not called false", async () => {
    const forged = join(city.base, "forged");
    cpSync(published, forged, { recursive: true });
    const rows = readdirSync(join(forged, "batches"))[0];
    const bytes = readFileSync(join(forged, "batches", rows));
    bytes[96 * 7 + 70] ^= 1;
    writeFileSync(join(forged, "batches", rows), bytes);
    let { code, report } = await audit(forged, "--rpc", url());
    assert.equal(code, NOT_VALID);
    const named = report.findings.find((f) => f.code === "row-unknown");
    assert.equal(named.row, 8);
    assert.equal(named.entry, Number.parseInt(rows, 10));
    assert.ok(named.register);
    rmSync(join(forged, "batches", rows));
    ({ code, report } = await audit(forged, "--rpc", url()));
    assert.equal(code, UNCHECKED);
    assert.deepEqual(codes(report, "not_valid"), []);
});

test("another contract's publication is not used", async () => {
    const done = await stranger([
        "audit", "--contract", `31337:${city.keys.owner}`, "--data", published, "--rpc", url(), "--json",
    ]);
    const report = JSON.parse(done.out);
    assert.notEqual(done.code, VALID);
    assert.ok(codes(report, "not_checked").includes("other-publication"));
});

test("a receipt is verified without the network, by trust file or by block", async () => {
    const offline = await stranger(["verify", receipt, "--offline", "--trust", trust(), "--json"]);
    assert.equal(offline.code, VALID, offline.out + offline.err);
    const header = JSON.parse(readFileSync(receipt, "utf8")).anchors[0].evidence.header;
    const block = keccak256(header);
    const by = (hash) => ["verify", receipt, "--offline", "--contract", contract(), "--data", published, "--block", hash];
    assert.equal((await stranger(by(block))).code, VALID);
    assert.equal((await stranger(by(keccakOf("another block")))).code, UNCHECKED);
});

test("a receipt is verified in CBOR as well", async () => {
    const cbor = join(city.base, "r.cbor");
    await city.ok(["receipt", "R-1", "--cbor", "-o", cbor, "--password-file", city.password]);
    const done = await stranger(["verify", cbor, "--rpc", url(), "--contract", contract()]);
    assert.equal(done.code, VALID, done.out + done.err);
});

test("several receipts: one that is not valid decides, then one that could not be checked", async () => {
    const view = JSON.parse(readFileSync(receipt, "utf8"));
    const bad = join(city.base, "bad.receipt.json");
    view.opening.content = view.opening.content.replace("yes", "no");
    writeFileSync(bad, JSON.stringify(view, null, 2));
    const doubtful = join(city.base, "doubtful.receipt.json");
    writeFileSync(doubtful, JSON.stringify({ ...JSON.parse(readFileSync(receipt, "utf8")), path: [], anchors: [] }));
    const args = ["--rpc", url(), "--contract", contract(), "--json"];
    assert.equal((await stranger(["verify", receipt, doubtful, ...args])).code, UNCHECKED);
    const all = await stranger(["verify", receipt, doubtful, bad, ...args]);
    assert.equal(all.code, NOT_VALID);
    assert.deepEqual(JSON.parse(all.out).receipts.map((r) => r.included), ["valid", "not_checked", "not_valid"]);
});

test("whether it counts is answered once counts_until is past in a final block", async () => {
    const args = ["verify", receipt, "--rpc", url(), "--contract", contract(), "--data", published, "--json"];
    const early = JSON.parse((await stranger(args)).out).receipts[0];
    assert.equal(early.standing, "not_checked");
    await city.node.provider.send("evm_increaseTime", [600]);
    await mine(6);
    const late = JSON.parse((await stranger(args)).out).receipts[0];
    assert.equal(late.included, "valid");
    assert.equal(late.standing, "valid");
});

// ---- a forged deployment: our runtime code over an invented head, by another's init code ----

const hex = (number, bytes) => number.toString(16).padStart(2 * bytes, "0");

/** Init code that stores a head, tells our Genesis event when asked to, and returns our code. */
function forgery(withEvent) {
    const runtime = readFileSync(join(rootDir, "contracts/artifacts/VoteAnchor.runtime.hex"), "utf8")
        .trim()
        .replace(/^0x/, "");
    const addresses = [city.keys.owner, city.keys.anchorer, city.keys.acceptance];
    const event = withEvent
        ? AbiCoder.defaultAbiCoder()
              .encode(
                  ["uint256", "address", "address", "address", "uint256", "address", "uint64", "bytes32"],
                  [31337, ...addresses, 0, `0x${"00".repeat(20)}`, 0, `0x${"00".repeat(32)}`],
              )
              .slice(2)
        : "";
    const topic = keccak256(
        toUtf8Bytes("Genesis(uint256,address,address,address,uint256,address,uint64,bytes32)"),
    ).slice(2);
    const code = (offset) => {
        let text = `7f${"11".repeat(32)}600055`; // slot 0: a head that nobody anchored
        const from = offset + runtime.length / 2;
        if (withEvent) text += `61${hex(event.length / 2, 2)}61${hex(from, 2)}600039` + `7f${topic}61${hex(event.length / 2, 2)}6000a1`;
        text += `61${hex(runtime.length / 2, 2)}61${hex(offset, 2)}600039` + `61${hex(runtime.length / 2, 2)}6000f3`;
        return text;
    };
    return `0x${code(code(0).length / 2)}${runtime}${event}`;
}

async function deployForgery(withEvent) {
    const { provider } = city.node;
    const [from] = await provider.send("eth_accounts", []);
    const hash = await provider.send("eth_sendTransaction", [{ from, data: forgery(withEvent), gas: "0x1000000" }]);
    await mine(6);
    return (await provider.getTransactionReceipt(hash)).contractAddress;
}

test("a forged contract is refused by audit and verify, though its code is ours", async () => {
    for (const withEvent of [false, true]) {
        const forged = await deployForgery(withEvent);
        const audited = await stranger(["audit", "--contract", `31337:${forged}`, "--rpc", url(), "--json"]);
        const report = JSON.parse(audited.out);
        // With the event the transaction is found, and shows by arithmetic whose code it was.
        assert.equal(audited.code, withEvent ? NOT_VALID : UNCHECKED, audited.out);
        assert.ok(codes(report, withEvent ? "not_valid" : "not_checked").includes(withEvent ? "deployment-forged" : "deployment-unknown"));
        assert.equal(report.entries, 0);
        const view = JSON.parse(readFileSync(receipt, "utf8"));
        view.anchors[0].contract = forged.toLowerCase();
        const file = join(city.base, "forged.receipt.json");
        writeFileSync(file, JSON.stringify(view));
        const done = await stranger(["verify", file, "--rpc", url(), "--contract", `31337:${forged}`]);
        assert.notEqual(done.code, VALID, done.out);
    }
});
