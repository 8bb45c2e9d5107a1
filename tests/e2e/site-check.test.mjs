// SPDX-License-Identifier: Apache-2.0
//
// Is the page that a city serves the one that was anchored? Pages are published, their list is
// recorded in a procedure register, and then everything that can be wrong with what a server shows
// is shown: another page, an older one, one that was never anchored, half of it, none of it.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { City } from "./city.mjs";

const VALID = 0;
const NOT_VALID = 1;
const USAGE = 2;
const UNCHECKED = 3;

let city;
let server;
let address;
let shown; // the directory that the server shows
let answer; // or what it says instead
let older; // the publication with the first page, recorded
let unrecorded; // ... as it was before the record
let newer; // the second page, not recorded

const page = (text) => `<!doctype html><meta charset="utf-8"><title>${text}</title>`
    + '<script type="application/json" id="voteanchor-trust">{}</script>\n';
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

async function publish(name, text) {
    const dir = join(city.base, name);
    const file = join(city.base, `${name}.html`);
    writeFileSync(file, page(text));
    await city.ok(["publish", dir, "--page", file]);
    return dir;
}

async function mine(blocks) {
    for (let i = 0; i < blocks; i++) await city.node.provider.send("evm_mine", []);
}

/** Enters the list of a publication's pages, as an operator does. */
async function record(dir, ...more) {
    const line = await city.ok(["site", "record", dir, "--register", "website", ...more]);
    const file = join(city.base, "site.ndjson");
    writeFileSync(file, line.out);
    await city.ok(["import", file]);
    assert.equal((await city.anchor()).code, 0);
    await mine(6);
    return JSON.parse(line.out);
}

const url = () => city.node.provider._getConnection().url;
const contract = () => `31337:${city.deployment.contract}`;
/** Strangers have no directory of the city's. */
async function check(place, { data, trust = ["--contract", contract(), "--rpc", url()] } = {}) {
    const done = await city.run(["site", "check", place, ...(data ? ["--data", data] : []), ...trust, "--json"], {
        dir: city.base,
    });
    return { code: done.code, err: done.err, ...(done.out ? JSON.parse(done.out) : {}) };
}
const found = (report, path) => report.files.find((file) => file.path === path)?.found;

before(async () => {
    city = await City.build({ config: { VOTEANCHOR_BATCH_MIN_SIZE: "1" } });
    server = createServer((request, reply) => {
        if (answer) return answer(request, reply);
        try {
            return reply.end(readFileSync(join(shown, request.url)));
        } catch {
            return reply.writeHead(404).end();
        }
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    address = `http://127.0.0.1:${server.address().port}/`;
});
after(() => {
    server?.close();
    city?.close();
});

test("a page of a city that opened no register for it was never anchored", async () => {
    await city.openVote("poll");
    await mine(6);
    shown = await publish("early", "first");
    const report = await check(shown);
    assert.deepEqual([report.code, report.site, report.reason], [NOT_VALID, "not_valid", "no-register"], report.err);
});

test("nor was one without a record, and everything is there to show it", async () => {
    await city.openVote("website", {
        more: { kind: "procedure", options: [], choices: { min: 0, max: 0 }, revision: "all", disclosure: "live" },
    });
    await city.importVotes("poll", 5);
    assert.equal((await city.anchor()).code, 0);
    await mine(6);
    unrecorded = await publish("unrecorded", "first");
    const report = await check(unrecorded);
    assert.deepEqual([report.code, report.reason], [NOT_VALID, "never"], report.err);
    assert.equal(report.document_sha256, sha256(readFileSync(join(unrecorded, "site.json"))));
});

test("a page with a record is the anchored one, while its register is still open", async () => {
    const line = await record(unrecorded);
    assert.equal(line.document_sha256, sha256(readFileSync(join(unrecorded, "site.json"))));
    older = await publish("older", "first");
    assert.deepEqual(readFileSync(join(older, "site.json")), readFileSync(join(unrecorded, "site.json")));
    for (const [place, options] of [[older], [address, { data: older }]]) {
        shown = older;
        const report = await check(place, options);
        assert.deepEqual([report.code, report.site, report.reason], [VALID, "valid", "anchored"], report.err);
        assert.equal(report.record.register, "website");
        assert.equal(report.record.register_open, true);
        assert.ok(report.record.entry > 0 && report.record.block <= report.as_of_block);
        assert.equal(found(report, "verify.html"), "same");
    }
});

test("without any network it is so for who trusts the trust file's head", async () => {
    const report = await check(older, { trust: ["--offline", "--trust", join(older, "trust.json")] });
    assert.deepEqual([report.code, report.reason], [VALID, "anchored"], report.err);
    const nobody = await check(older, { trust: ["--offline"] });
    assert.deepEqual([nobody.code, nobody.reason], [UNCHECKED, "no-contract"]);
});

test("one byte of a served page is found, whatever the data say", async () => {
    shown = join(city.base, "tampered");
    cpSync(older, shown, { recursive: true });
    writeFileSync(join(shown, "verify.html"), page("First"));
    for (const place of [shown, address]) {
        const report = await check(place, { data: older });
        assert.deepEqual([report.code, report.reason], [NOT_VALID, "differs"], report.err);
        assert.equal(found(report, "verify.html"), "differs");
    }
    const refused = await city.run(["site", "record", shown]);
    assert.equal(refused.code, NOT_VALID);
    assert.equal(refused.out, "");
});

test("a page with a list of its own was never anchored", async () => {
    const forged = page("forged");
    writeFileSync(join(shown, "verify.html"), forged);
    const list = { "verify.html": { bytes: Buffer.byteLength(forged), sha256: sha256(forged) } };
    writeFileSync(join(shown, "site.json"), `${JSON.stringify({ files: list, format: "voteanchor-site-v1" })}\n`);
    const report = await check(address, { data: older });
    assert.deepEqual([report.code, report.reason], [NOT_VALID, "never"], report.err);
});

test("a new page is not the anchored one until it is recorded; then the old one is an older one", async () => {
    writeFileSync(join(city.base, "citizen-salt.js"), "globalThis.citizenSalt = {};\n"); // lies beside the page
    newer = await publish("newer", "second");
    const before = await check(newer);
    assert.deepEqual([before.code, before.reason], [NOT_VALID, "never"], before.err);
    await record(newer);
    newer = await publish("newer", "second");
    const now = await check(newer);
    assert.equal(now.code, VALID, now.err);
    assert.equal(now.record.newer_entry, undefined);
    assert.deepEqual(now.files.map((file) => file.path), ["citizen-salt.js", "verify.html"]);
    shown = older;
    const rolledBack = await check(address, { data: newer });
    assert.equal(rolledBack.code, VALID, rolledBack.err);
    assert.equal(rolledBack.record.newer_entry, now.record.entry);
    const people = await city.run(
        ["--lang", "ko", "site", "check", address, "--data", newer, "--contract", contract(), "--rpc", url()],
        { dir: city.base },
    );
    assert.equal(people.code, VALID);
    assert.match(people.err, /다른 페이지 목록이 고정되었습니다/);
    assert.ok(!people.out.includes("{"), people.out);
});

test("what is not there is not called false", async () => {
    const copy = (name) => {
        const dir = join(city.base, name);
        cpSync(newer, dir, { recursive: true });
        return dir;
    };
    shown = copy("half");
    rmSync(join(shown, "verify.html"));
    const half = await check(address, { data: newer });
    assert.deepEqual([half.code, half.reason, found(half, "verify.html")], [UNCHECKED, "missing", "missing"]);

    rmSync(join(shown, "site.json"));
    assert.equal((await check(address, { data: newer })).code, UNCHECKED);

    shown = newer;
    const without = await check(address);
    assert.deepEqual([without.code, without.reason], [UNCHECKED, "no-data"]);

    const { record: counted } = await check(newer);
    for (const [file, reason] of [
        [`openings/${counted.register_hash}.ndjson`, "no-openings"],
        [`batches/${counted.entry}.rows`, "no-rows"],
    ]) {
        const data = copy(`without-${reason}`);
        rmSync(join(data, file));
        const report = await check(address, { data });
        assert.deepEqual([report.code, report.reason], [UNCHECKED, reason], report.err);
    }
});

test("a page that is served beside the list is named", async () => {
    shown = join(city.base, "beside");
    cpSync(older, shown, { recursive: true });
    writeFileSync(join(shown, "citizen-salt.js"), "globalThis.citizenSalt = {};\n");
    const report = await check(address, { data: newer });
    assert.deepEqual([report.code, report.reason], [UNCHECKED, "not-named"], report.err);
    assert.equal(found(report, "citizen-salt.js"), "not-named");
});

test("a server that refuses, sends elsewhere or never ends was not checked", async () => {
    const answers = [
        (_, reply) => reply.writeHead(500).end(),
        (_, reply) => reply.writeHead(302, { location: "/elsewhere" }).end(),
        (_, reply) => reply.end("x".repeat(70_000)), // more than a list can have
        (request, reply) => reply.destroy(),
        (_, reply) => reply.end("{}\n"),
    ];
    for (answer of answers) {
        const report = await check(address, { data: newer });
        assert.equal(report.code, UNCHECKED, answer.toString());
        assert.equal(report.site, undefined);
    }
    answer = undefined;
});

test("an address that may not be asked is a wrong command", async () => {
    for (const wrong of ["http://anchor.city.example/", "https://user@/", "https://anchor.city.example/?page=1"]) {
        assert.equal((await check(wrong, { data: newer })).code, USAGE, wrong);
    }
    assert.equal((await check(join(city.base, "nowhere"))).code, NOT_VALID);
});
