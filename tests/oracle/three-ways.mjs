// SPDX-License-Identifier: Apache-2.0
//
// Whether a row is included, asked in three ways: the program, the page's modules with the verifier
// in WebAssembly, and independent.mjs, which is nobody's code but others'. Thousands of receipts
// that somebody changed, each with a real node, held to a trusted head, and held to a block hash:
// what one calls valid, not valid, not to be checked or no receipt at all, all three do.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { keccak256 } from "viem";
import { rootDir } from "../e2e/city.mjs";
import { Town } from "../e2e/town.mjs";
import { NOT_CHECKED, NOT_VALID, REFUSED, VALID, included, isSound, readChain } from "./independent.mjs";
import { mutate } from "./mutations.mjs";
import { Random, seed } from "./probe.mjs";

const CASES = process.env.VOTA_LONG ? 5000 : 400;
const AT_ONCE = 100; /* files of one call of the program */
const CONTEXTS = ["online", "heads", "block"];

const artifact = (name) => `0x${readFileSync(join(rootDir, `contracts/artifacts/VoteAnchor.${name}.hex`), "utf8").trim().replace(/^0x/, "")}`;
const codeHash = keccak256(artifact("runtime"));
const modules = process.env.VOTA_MODULES;
const skip = !existsSync(modules ?? "") && "SKIPPED, not built: web/modules.mjs";

let town;
let trusts; /* of independent.mjs, by context */
let flags; /* of the program */
let page; /* { verifier, look, given } */

before(async () => {
    town = await Town.build();
    const { record, trust } = town;
    assert.ok(isSound(record, artifact("creation")));
    const { header } = town.receipt("counted").anchors[0].evidence;
    const block = keccak256(header);
    const headless = { ...trust, heads: [] };
    const file = join(town.city.base, "headless.json");
    writeFileSync(file, JSON.stringify(headless));
    const common = { record, codeHash, heads: [], blocks: [] };
    trusts = {
        online: { ...common, journal: await readChain(town.url, record, codeHash) },
        heads: { ...common, heads: trust.heads, blocks: trust.heads.map((head) => head.block_hash) },
        block: { ...common, blocks: [block] },
    };
    flags = {
        online: ["--trust", file, "--rpc", town.url],
        heads: ["--trust", join(town.public, "trust.json"), "--offline"],
        block: ["--trust", file, "--offline", "--block", block],
    };
    if (skip) return;
    const { chain, loadVerifier } = await import(modules);
    page = {
        verifier: await loadVerifier(),
        look: chain.look,
        given: {
            online: { trustFile: headless, providers: [town.url] },
            heads: { trustFile: headless, providers: [], heads: trust },
            block: { trustFile: headless, providers: [], block },
        },
    };
});
after(() => town?.close());

/** What the program says of many files: in their order. */
async function byProgram(files, context) {
    const done = await town.city.run(["verify", ...files, ...flags[context], "--json"], { dir: town.city.base });
    assert.ok(done.code === 0 || done.code === 1 || done.code === 3, done.err);
    const said = new Map(JSON.parse(done.out).receipts.map((receipt) => [receipt.file, receipt.included]));
    return files.map((file) => said.get(file) ?? REFUSED);
}

async function byPage(bytes, context) {
    const { verifier, look, given } = page;
    let read;
    try {
        read = verifier.read(new Uint8Array(bytes));
    } catch (error) {
        if (error.name === "Refused") return REFUSED;
        throw error;
    }
    const { trust } = await look(verifier, read.view, given[context]);
    return verifier.verify(read.cbor, trust).included;
}

/** Asks all three about all of them in one context; what they said together, by mutation. */
async function compare(cases, context, tally) {
    const dir = join(town.city.base, "mutated");
    mkdirSync(dir, { recursive: true });
    const files = cases.map((one, i) => {
        const file = join(dir, `${i}`);
        writeFileSync(file, one.bytes);
        return file;
    });
    const program = await byProgram(files, context);
    for (const [i, { name, bytes }] of cases.entries()) {
        const theirs = await included(bytes, trusts[context]);
        const said = { program: program[i], independent: theirs };
        if (!skip) said.page = await byPage(bytes, context);
        const answers = new Set(Object.values(said));
        if (answers.size > 1) writeFileSync(join(process.env.VOTA_KEEP ?? town.city.base, `${context}-${i}.differs`), bytes);
        assert.equal(answers.size, 1, `${context}, ${name}: ${JSON.stringify(said)}\n${bytes.toString("utf8").slice(0, 3000)}`);
        const line = (tally[name] ??= {});
        line[theirs] = (line[theirs] ?? 0) + 1;
    }
}

test("every receipt of the town, as it is", async () => {
    const cases = Object.entries(town.receipts).map(([name, file]) => ({ name, bytes: readFileSync(file) }));
    const tally = { online: {}, heads: {}, block: {} };
    for (const context of CONTEXTS) await compare(cases, context, tally[context]);
    assert.deepEqual(tally.online.counted, { [VALID]: 1 });
    assert.deepEqual(tally.heads.counted, { [VALID]: 1 });
    assert.deepEqual(tally.block.counted, { [VALID]: 1 });
    assert.deepEqual(tally.online.promised, { [NOT_CHECKED]: 1 });
});

test("thousands that somebody changed", { timeout: 3_000_000 }, async () => {
    const random = new Random("three ways");
    const views = Object.keys(town.receipts).map((name) => town.receipt(name));
    const tallies = Object.fromEntries(CONTEXTS.map((context) => [context, {}]));
    for (let done = 0; done < CASES; done += AT_ONCE) {
        const cases = [];
        while (cases.length < AT_ONCE) cases.push(await mutate(views, random));
        for (const context of CONTEXTS) await compare(cases, context, tallies[context]);
    }
    for (const context of CONTEXTS) {
        const sums = { [VALID]: 0, [NOT_VALID]: 0, [NOT_CHECKED]: 0, [REFUSED]: 0 };
        for (const line of Object.values(tallies[context])) for (const [said, n] of Object.entries(line)) sums[said] += n;
        for (const [said, n] of Object.entries(sums)) assert.ok(n > 0, `${context}: nothing was ${said}`);
        console.log(`${context}: ${JSON.stringify(sums)}`);
    }
    const ways = skip ? "two ways (the page is not built)" : "three ways";
    console.log(`${CASES} receipts, ${CONTEXTS.length} trusts each, ${ways}: all the same (seed ${seed})`);
});
