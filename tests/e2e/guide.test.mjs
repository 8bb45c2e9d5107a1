// SPDX-License-Identifier: Apache-2.0
//
// The ten-minute guide, typed by somebody who believes every word of it: the commands of its code
// blocks run one after the other in one shell, and both languages have the same. The first block
// builds the program: the short run puts the program under test in its place.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { blocksOf, freePorts, readDocument, rootDir, runScript, scriptOf, skip } from "./document.mjs";

const LIMIT_MS = process.env.VOTA_LONG ? 1_800_000 : 240_000;
const PORTS = ["8480", "8490"]; /* of the guide; here others are free, there these are */

/** One script of all blocks. */
async function script() {
    const all = blocksOf(readDocument("GUIDE.md"));
    const program = process.env.VOTA_PROGRAM ?? join(rootDir, "build/dev/bin/voteanchor");
    if (!process.env.VOTA_LONG) all[0] = `PATH=${dirname(program)}:$PATH\n`;
    const ports = await freePorts(PORTS.length);
    const text = scriptOf(all);
    return PORTS.reduce((done, port, i) => done.replaceAll(`:${port}/`, `:${ports[i]}/`).replaceAll(` ${port} `, ` ${ports[i]} `), text)
        .replace("voteanchor -C guri serve ", `voteanchor -C guri serve --listen 127.0.0.1:${ports[0]} `);
}

let base;
let work;
let done;
before(async () => {
    if (skip) return;
    base = mkdtempSync(join(tmpdir(), "voteanchor-guide-"));
    done = await runScript(await script(), { env: { TMPDIR: base }, limit: LIMIT_MS });
    work = join(base, readdirSync(base).find((name) => name.startsWith("tmp.")) ?? "");
});
after(() => base && rmSync(base, { recursive: true, force: true }));

const file = (name) => readFileSync(join(work, name), "utf8");
const lines = (name) => file(name).trim().split("\n").map((line) => JSON.parse(line));

test("both languages have the same commands in the same order", () => {
    const english = blocksOf(readDocument("GUIDE.md"));
    assert.ok(english.length >= 12, "the search for blocks is broken");
    assert.deepEqual(blocksOf(readDocument("GUIDE.ko.md")), english);
});

test("every command of the guide succeeds", { skip }, () => {
    assert.equal(done.code, 0, `${done.out}\n${done.err}`);
    assert.ok(done.err.includes(`### block ${blocksOf(readDocument("GUIDE.md")).length}\n`));
});

test("the record was acknowledged with a receipt, and is final in the end", { skip }, () => {
    const answer = JSON.parse(file("answer.json"));
    assert.equal(answer.answer, "added");
    assert.ok(answer.receipt.acceptance);
    assert.equal(JSON.parse(file("state.json")).state, "final");
    assert.ok(JSON.parse(file("R-000001.receipt.json")).anchors[0].evidence);
});

test("the site was told, signed, in order", { skip }, () => {
    const types = lines("events.ndjson").map((event) => event.type);
    assert.ok(types.includes("batch.anchored") && types.includes("batch.final"));
    assert.ok(types.indexOf("batch.anchored") < types.indexOf("batch.final"));
});

test("what became final is listed after a cursor", { skip }, () => {
    const answer = JSON.parse(file("final.json"));
    assert.ok(answer.records.some((record) => record.id === "R-000001"));
    assert.equal(typeof answer.next, "string");
});

test("the receipt is valid, and a forged one is not", { skip }, () => {
    assert.match(done.out, /exit code 1\n/);
    assert.ok(!/exit code [02-9]/.test(done.out));
});

test("no secret is in a log", { skip }, () => {
    const log = file("serve.log");
    for (const secret of [file("password.txt"), file("guri/secrets/webhook"), file("token.header").split(" ").at(-1)]) {
        assert.ok(!log.includes(secret.trim()));
    }
});
