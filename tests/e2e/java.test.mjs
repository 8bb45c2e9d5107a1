// SPDX-License-Identifier: Apache-2.0
//
// The Java example against the running service: it hands records in, waits where it is told to,
// says what was refused, fetches what became final, and knows whose a webhook is.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Webhook } from "standardwebhooks";
import { City, rootDir } from "./city.mjs";
import { Service, record, until } from "./service.mjs";

const ASKED_TO_WAIT_S = 1;

const java = /javac (\d+)/.exec(spawnSync("javac", ["-version"], { encoding: "utf8" }).stdout ?? "");
const skip = !(Number(java?.[1]) >= 17) && "SKIPPED: there is no Java 17";

let city;
let service;
let token;
let home;

const base = () => `http://127.0.0.1:${service.target}`;
const at = (name) => join(home, name);

before(async () => {
    if (skip) return;
    city = await City.build({ config: { VOTEANCHOR_BATCH_MAX_AGE: "1s", VOTEANCHOR_BATCH_MIN_SIZE: "1" } });
    await city.node.provider.send("evm_setIntervalMining", [1]);
    service = await Service.start(city);
    const { authorization } = await service.token(city);
    home = join(city.base, "site");
    mkdirSync(home);
    token = at("token");
    writeFileSync(token, `${authorization.split(" ")[1]}\n`);
    await city.openVote("java");
    /* Compiled once: the launcher of single files would do it at every start. */
    const compiled = spawnSync("javac", ["--release", "17", "-Xlint:all,-serial", "-Werror", "-d", home, join(rootDir, "examples/java/Anchor.java")], { encoding: "utf8" });
    assert.equal(compiled.status, 0, compiled.stderr);
});
after(async () => {
    await service?.stop();
    city?.close();
});

/** Runs the example to its end. */
function run(...args) {
    const child = spawn("java", ["-cp", home, "Anchor", ...args], { timeout: 120_000 });
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk) => (out += chunk));
    child.stderr.on("data", (chunk) => (err += chunk));
    return new Promise((resolve) => child.once("close", (code) => resolve({ code, out, err })));
}

function put(name, value) {
    writeFileSync(at(name), typeof value === "string" ? value : JSON.stringify(value));
    return at(name);
}

test("the single file runs as it is", { skip }, () => {
    const done = spawnSync("java", [join(rootDir, "examples/java/Anchor.java")], { encoding: "utf8" });
    assert.equal(done.status, 2);
    assert.match(done.stderr, /^usage: /);
});

test("a record is handed in, and its receipt kept", { skip }, async () => {
    const file = put("one.json", record("java", 1));
    const first = await run("submit", base(), token, file, at("R-1.receipt.json"));
    assert.equal(first.code, 0, first.err);
    assert.match(first.out, /^added 0x[0-9a-f]{64}\n$/);
    const receipt = JSON.parse(readFileSync(at("R-1.receipt.json"), "utf8"));
    assert.ok(receipt.acceptance);
    const again = await run("submit", base(), token, file, at("again.json"));
    assert.equal(again.out, first.out.replace("added", "present"));
});

test("many records are answered line by line", { skip }, async () => {
    const lines = [2, 3, 4].map((i) => JSON.stringify(record("java", i)));
    const done = await run("bulk", base(), token, put("many.ndjson", `${[...lines, '{"id":"R-5"}'].join("\n")}\n`));
    assert.equal(done.code, 0, done.err);
    const answers = done.out.trim().split("\n").map((line) => JSON.parse(line).answer);
    assert.deepEqual(answers, ["added", "added", "added", "refused"]);
});

test("what is refused is said, and not sent again", { skip }, async () => {
    const done = await run("submit", base(), token, put("bad.json", { ...record("java", 6), choice: ["maybe"] }), at("none"));
    assert.equal(done.code, 1);
    assert.match(done.err, /^refused: 422 .*"code":"/);
});

test("503 and silence are waited out, for as long as the service says", { skip }, async () => {
    const asked = [];
    const manners = ["503", "hang up", "429"];
    const front = createServer(async (request, answer) => {
        let body = "";
        for await (const part of request) body += part;
        asked.push(Date.now());
        const manner = manners.shift();
        if (manner === "hang up") return request.socket.destroy();
        if (manner) return answer.writeHead(Number(manner), { "retry-after": ASKED_TO_WAIT_S }).end();
        const reply = await fetch(base() + request.url, {
            method: request.method,
            headers: { authorization: request.headers.authorization, "content-type": request.headers["content-type"] ?? "" },
            ...(request.method === "POST" ? { body } : {}),
        });
        return answer.writeHead(reply.status).end(await reply.text());
    });
    await new Promise((resolve) => front.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${front.address().port}`;
    const done = await run("submit", url, token, put("late.json", record("java", 7)), at("R-7.receipt.json"));
    front.close();
    assert.equal(done.code, 0, done.err);
    assert.match(done.out, /^added /);
    assert.ok(asked.length >= 5);
    assert.ok(asked[1] - asked[0] >= ASKED_TO_WAIT_S * 1000);
});

test("receipts of what became final are fetched from where it stopped", { skip }, async () => {
    await until("all to be final", async () => {
        const answer = (await service.get("/v1/records?state=final")).json();
        return answer.records.length === 5;
    });
    const first = await run("receipts", base(), token, at("receipts"));
    assert.equal(first.out, "5\n", first.err);
    const files = readdirSync(at("receipts")).filter((name) => name.endsWith(".receipt.json"));
    assert.equal(files.length, 5);
    const verified = await city.run(["verify", ...files.map((name) => join(at("receipts"), name)), "--rpc", city.node.provider._getConnection().url, "--contract", `31337:${city.deployment.contract}`]);
    assert.equal(verified.code, 0, verified.out + verified.err);
    assert.equal((await run("receipts", base(), token, at("receipts"))).out, "0\n");
});

test("a webhook's signature is checked as everybody checks it", { skip }, async () => {
    const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
    const other = `whsec_${Buffer.alloc(32, 8).toString("base64")}`;
    const body = '{"id":"evt_1","type":"batch.final"}';
    const now = new Date();
    const stamp = (date) => String(Math.floor(date.getTime() / 1000));
    const verify = (secrets, date, signature, text) =>
        run("verify", put("secret", secrets), "evt_1", stamp(date), signature, put("body", text));
    const signature = new Webhook(secret).sign("evt_1", now, body);
    assert.equal((await verify(`${secret}\n`, now, signature, body)).out, "ours\n");
    assert.equal((await verify(`${other}\n${secret}\n`, now, `v1,AAAA ${signature}`, body)).out, "ours\n");
    assert.equal((await verify(`${other}\n`, now, signature, body)).code, 1);
    assert.equal((await verify(`${secret}\n`, now, signature, `${body} `)).code, 1);
    const old = new Date(now.getTime() - 600_000);
    assert.equal((await verify(`${secret}\n`, old, new Webhook(secret).sign("evt_1", old, body), body)).code, 1);
});
