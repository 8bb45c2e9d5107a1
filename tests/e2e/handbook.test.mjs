// SPDX-License-Identifier: Apache-2.0
//
// The operator's handbook: every exercise of it runs, in the order of the document, on the demo that
// its first block makes. The short run puts the program under test in that block's place.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { blocksOf, freePorts, readDocument, rootDir, runScript, scriptOf, skip } from "./document.mjs";

const HANDBOOK = "OPERATIONS.ko.md";
const LIMIT_MS = 900_000;

/** The first block with this program, in a directory of the test's own; another port everywhere. */
async function script(work) {
    const [demo, ...rest] = blocksOf(readDocument(HANDBOOK));
    const program = process.env.VOTA_PROGRAM ?? join(rootDir, "build/dev/bin/voteanchor");
    const build = resolve(dirname(program), "..");
    const changed = demo
        .replace("--stay", `--stay --build-dir ${build} --dir ${work}`)
        .replace("build/demo/", `${work}/`);
    const [port] = await freePorts(1);
    return scriptOf([changed, ...rest]).replaceAll("127.0.0.1:8480", `127.0.0.1:${port}`);
}

let base;
let work;
let done;
before(async () => {
    if (skip) return;
    base = mkdtempSync(join(tmpdir(), "voteanchor-handbook-"));
    work = join(base, "demo");
    done = await runScript(await script(work), { limit: LIMIT_MS });
});
after(() => base && rmSync(base, { recursive: true, force: true }));

const json = (name) => JSON.parse(readFileSync(join(work, name), "utf8"));

test("every exercise ends as the handbook says", { skip }, () => {
    const blocks = blocksOf(readDocument(HANDBOOK));
    assert.ok(blocks.length >= 16, "the search for blocks is broken");
    assert.equal(done.code, 0, `${done.out}\n${done.err}`);
    assert.ok(done.err.includes(`### block ${blocks.length}\n`));
});

test("the poll was closed and its result published by the service alone", { skip }, () => {
    assert.deepEqual(json("result.json").options, { yes: 5, no: 0 });
});

test("a provider that does not answer is no verdict", { skip }, () => {
    assert.match(done.out, /종료 코드 3\n/);
});

test("the thief's entry stopped the service, and is named", { skip }, () => {
    const { problems, stop } = json("status.json");
    assert.ok(problems.some((problem) => problem.code === "stopped"));
    assert.ok(stop.entry > 0);
});

test("the publication after the succession names both contracts", { skip }, () => {
    const [link] = json("public/trust.json").successors;
    assert.deepEqual([link.chain_id, link.successor_chain_id], [31337, 31338]);
});
