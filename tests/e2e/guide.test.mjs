// SPDX-License-Identifier: Apache-2.0
//
// The ten-minute guide, typed by somebody who believes every word of it: the commands of its code
// blocks run one after the other in one shell, and both languages have the same. The first block
// builds the program: the short run puts the program under test in its place.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

/* Nothing of node_modules: where the guide begins, there is none. */
const rootDir = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const LIMIT_MS = process.env.VOTA_LONG ? 1_800_000 : 240_000;
const PORTS = ["8480", "8490"]; /* of the guide; here others are free, there these are */

const guide = (name) => readFileSync(join(rootDir, "docs", name), "utf8");
const blocks = (text) => [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map((found) => found[1]);

async function freePorts(n) {
    const servers = await Promise.all(
        Array.from({ length: n }, () => new Promise((done) => {
            const server = createServer().listen(0, "127.0.0.1", () => done(server));
        })),
    );
    const ports = servers.map((server) => String(server.address().port));
    await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
    return ports;
}

/** One script of all blocks; each says its number, so that a failure can be found. */
async function script() {
    const all = blocks(guide("GUIDE.md"));
    const program = process.env.VOTA_PROGRAM ?? join(rootDir, "build/dev/bin/voteanchor");
    if (!process.env.VOTA_LONG) all[0] = `PATH=${dirname(program)}:$PATH\n`;
    const ports = await freePorts(PORTS.length);
    const text = all.map((block, i) => `echo "### block ${i + 1}" >&2\n${block}`).join("\n");
    return PORTS.reduce((done, port, i) => done.replaceAll(`:${port}/`, `:${ports[i]}/`).replaceAll(` ${port} `, ` ${ports[i]} `), text)
        .replace("voteanchor -C guri serve ", `voteanchor -C guri serve --listen 127.0.0.1:${ports[0]} `);
}

/** Runs in a process group of its own, of which nothing is left. */
function run(text, env) {
    const child = spawn("bash", ["-euo", "pipefail", "-c", text], {
        cwd: rootDir,
        env: { ...process.env, LANG: "C.UTF-8", LC_ALL: "C.UTF-8", ...env },
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
    });
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk) => (out += chunk));
    child.stderr.on("data", (chunk) => (err += chunk));
    const end = () => {
        try {
            process.kill(-child.pid, "SIGKILL");
        } catch {
            /* all gone already */
        }
    };
    const timer = setTimeout(end, LIMIT_MS);
    return new Promise((resolve, reject) => {
        child.once("error", reject);
        child.once("exit", (code) => {
            clearTimeout(timer);
            end();
            resolve({ code, out, err });
        });
    });
}

/* A user's machine may lack what the guide asks for; where all tests run, all of it is there. */
const missing = ["bash", "curl", "jq"].filter((tool) => spawnSync("sh", ["-c", `command -v ${tool}`]).status !== 0);
const skip = missing.length > 0 && `SKIPPED, not installed: ${missing.join(", ")}`;

let base;
let work;
let done;
before(async () => {
    if (skip) return;
    base = mkdtempSync(join(tmpdir(), "voteanchor-guide-"));
    done = await run(await script(), { TMPDIR: base });
    work = join(base, readdirSync(base).find((name) => name.startsWith("tmp.")) ?? "");
});
after(() => base && rmSync(base, { recursive: true, force: true }));

const file = (name) => readFileSync(join(work, name), "utf8");
const lines = (name) => file(name).trim().split("\n").map((line) => JSON.parse(line));

test("both languages have the same commands in the same order", () => {
    const english = blocks(guide("GUIDE.md"));
    assert.ok(english.length >= 12, "the search for blocks is broken");
    assert.deepEqual(blocks(guide("GUIDE.ko.md")), english);
});

test("every command of the guide succeeds", { skip }, () => {
    assert.equal(done.code, 0, `${done.out}\n${done.err}`);
    assert.ok(done.err.includes(`### block ${blocks(guide("GUIDE.md")).length}\n`));
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
