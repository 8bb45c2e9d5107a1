// SPDX-License-Identifier: Apache-2.0
//
// What the page makes of a city's public files on any web server: pending receipts completed,
// printed ones given their evidence, standing and promise from all rows, as `voteanchor verify
// --data` says. A mirror that lies can only keep something from being checked.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { rootDir } from "../e2e/city.mjs";
import { both, build, chain, mirror, page, receiptOf, seen, stop, verifier } from "./seen.mjs";

before(build);
after(stop);

const NAMES = ["accepted", "anchored", "counted", "share", "superseded", "revision", "disavowed", "lamps", "promised", "broken"];
const online = (more = {}) => ({ providers: seen.urls, trustFile: seen.bare, ...more });
const offline = (more = {}) => ({ heads: seen.town.trust, providers: [], ...more });
const opened = () => mirror.openMirror(seen.mirror.origin);

/** While the server says something else of some of its files. */
async function lying(lies, run) {
    for (const [path, lie] of lies) seen.mirror.lies.set(path, lie);
    try {
        return await run();
    } finally {
        seen.mirror.lies.clear();
    }
}

async function complete(name, given = online()) {
    const from = await opened();
    const cbor = typeof name === "string" ? receiptOf(name) : name;
    const { looked } = await page(cbor, { ...given, mirror: from });
    return from.complete(verifier, cbor, looked);
}

const NO_MANIFEST = ["manifest.json", 404];
const spoil = (at) => (bytes) => {
    const copy = Buffer.from(bytes);
    copy[at < 0 ? copy.length + at : at] ^= 1;
    return copy;
};

test("every problem has a sentence in both languages, and every reason", () => {
    const dirs = ["chain", "mirror"].map((dir) => join(rootDir, "web/src", dir));
    const code = dirs.flatMap((dir) => readdirSync(dir).map((name) => readFileSync(join(dir, name), "utf8"))).join("");
    const keys = new Set(code.match(/page\.problem\.[a-z-]+/g));
    assert.ok(keys.size >= 10);
    for (const reason of [...chain.PROBLEM_REASONS, ...mirror.MISSING]) keys.add(`reason.${reason}`);
    for (const lang of ["en", "ko"]) {
        const text = JSON.parse(readFileSync(join(rootDir, `text/${lang}.json`), "utf8"));
        for (const key of keys) assert.ok(text[key], `${lang} ${key}`);
    }
});

test("standing and promise from all rows, as the program finds them", async () => {
    const answers = {};
    for (const name of NAMES) {
        const { report } = await both(name, receiptOf(name), online(), true);
        answers[name] = [report.standing_as, report.promise];
    }
    assert.deepEqual(answers.counted, ["counts", "kept"]);
    assert.equal(answers.superseded[0], "superseded");
    assert.equal(answers.disavowed[0], "disavowed");
    assert.equal(answers.broken[1], "broken");
});

test("without a network, from the files and a head that is believed", async () => {
    for (const name of NAMES) await both(name, receiptOf(name), offline(), true);
});

test("a pending receipt becomes the receipt that the city gives out later", async () => {
    const done = await complete("accepted");
    assert.equal(done.missing, undefined);
    assert.deepEqual(done.view, verifier.read(receiptOf("counted")).view);
    for (const given of [online(), offline()]) {
        const { report } = await both("completed", done.cbor, given);
        assert.equal(report.included, "valid");
    }
});

test("a record that is in no batch stays pending", async () => {
    assert.deepEqual(await complete("promised"), { missing: "not-listed" });
});

test("a printed code is given its evidence", async () => {
    const { cbor } = verifier.reduce(receiptOf("counted"), "qr_share");
    const done = await complete(cbor);
    assert.ok(done.view.anchors[0].evidence);
    assert.equal((await both("with evidence", done.cbor, offline())).report.included, "valid");
    assert.deepEqual(await complete("counted"), { missing: "nothing-to-add" });
});

test("where there is no evidence yet, the journal is enough with a provider", async () => {
    await lying([[/^evidence\//, 404]], async () => {
        const done = await complete("accepted");
        assert.equal(done.view.anchors[0].evidence, undefined);
        assert.equal((await both("from the journal", done.cbor, online())).report.included, "valid");
        assert.equal((await page(done.cbor, { providers: [], trustFile: seen.bare })).report.included, "not_checked");
    });
});

test("files that were changed on the way are not used, and say so", async () => {
    const cases = [
        [[[/^batches\//, spoil(100)]], "mirror-damaged"],
        [[NO_MANIFEST, [/^batches\//, spoil(100)]], "rows-withheld"],
        [[NO_MANIFEST, [/^batches\//, (bytes) => bytes.subarray(96)]], "rows-withheld"],
        [[NO_MANIFEST, [/^batches\//, (bytes) => Buffer.concat([bytes, bytes])]], "too-large"],
        [[[/^batches\//, 404]], "rows-withheld"],
        [[[/^leaves\//, 404]], "not-listed"],
        [[NO_MANIFEST, [/^leaves\//, (bytes) => bytes.subarray(1)]], "mirror-damaged"],
        [[[/^batches\//, 503]], "http-status"],
        [[[/^batches\//, "hang up"]], "unreachable"],
    ];
    for (const [lies, missing] of cases)
        await lying(lies, async () => assert.deepEqual(await complete("accepted"), { missing }, `${lies}`));
});

test("an index that points elsewhere finds nothing else", async () => {
    const everywhere = (bytes) => {
        const copy = Buffer.from(bytes);
        for (let at = 8; at < copy.length; at += 16) copy.writeBigUInt64BE(4n, at);
        return copy;
    };
    await lying([NO_MANIFEST, [/^leaves\//, everywhere]], async () => {
        const done = await complete("accepted");
        assert.ok(["not-listed", "rows-withheld"].includes(done.missing), done.missing);
    });
});

test("a journal that is not the chain's is not used: events are", async () => {
    const change = (bytes) => Buffer.from(bytes.toString().replace(/("a":"0x)./, "$10"));
    const cut = (bytes) => Buffer.from(`${bytes.toString().split("\n").slice(0, 3).join("\n")}\n`);
    const { cbor } = verifier.reduce(receiptOf("counted"), "qr_share");
    for (const lie of [change, cut])
        await lying([NO_MANIFEST, ["journal.ndjson", lie]], async () => {
            const { report } = await page(cbor, { ...online(), mirror: await opened() });
            assert.equal(report.included, "valid");
        });
});

test("a mirror saves asking for events", async () => {
    const { cbor } = verifier.reduce(receiptOf("counted"), "qr_share");
    seen.proxies[0].suffer({ answer: (method) => (method === "eth_getLogs" ? [] : undefined) });
    try {
        const { report } = await page(cbor, online({ mirror: await opened(), providers: seen.urls.slice(0, 1) }));
        assert.equal(report.included, "valid");
        assert.equal(seen.proxies[0].hits, 0);
    } finally {
        seen.proxies[0].heal();
    }
});

test("another contract's files complete nothing", async () => {
    const from = await opened();
    const cbor = receiptOf("accepted");
    const nobody = { problems: [], trust: { blocks: [], contracts: [], journals: [], links: [] }, witness: null };
    assert.deepEqual(await from.complete(verifier, cbor, nobody), { missing: "other-contract" });
});

test("rows that rebuild a root which the chain never saw are not offered", async () => {
    const cbor = receiptOf("accepted");
    const { looked } = await page(cbor, { ...online(), mirror: await opened() });
    const number = verifier.read(receiptOf("counted")).view.anchors[0].entry.number;
    const forge = (bytes) => {
        const lines = bytes.toString().split("\n").map((line) => {
            const value = line === "" ? null : JSON.parse(line);
            return value?.number === number ? JSON.stringify({ ...value, block: value.block + 1 }) : line;
        });
        return Buffer.from(lines.join("\n"));
    };
    await lying([NO_MANIFEST, [/^evidence\//, 404], ["journal.ndjson", forge]], async () => {
        assert.deepEqual(await (await opened()).complete(verifier, cbor, looked), { missing: "contradicts" });
    });
});

test("a mirror is a directory, a page or a file in it; anything else is none", async () => {
    for (const place of ["", "/", "/verify.html", "/trust.json", "/?lang=ko#receipt"])
        assert.equal((await mirror.openMirror(`${seen.mirror.origin}${place}`)).base, `${seen.mirror.origin}/`);
    for (const place of [`${seen.mirror.origin}/nowhere/`, "ftp://127.0.0.1/", "data:,x", "nonsense"])
        await assert.rejects(mirror.openMirror(place), { reason: "no-mirror" });
    await lying([NO_MANIFEST, ["journal.ndjson", () => Buffer.from("<html>\n")]], () =>
        assert.rejects(opened(), { reason: "mirror-damaged" }),
    );
});

test("its trust file, rows and openings are handed out as they are", async () => {
    const from = await opened();
    assert.deepEqual(await from.trust(), seen.town.trust);
    const { lines, record } = await from.journal();
    assert.deepEqual(record, seen.town.record);
    const { entry } = lines.find((line) => line.entry.kind === 2);
    const rows = await from.rows(entry.number);
    assert.equal(verifier.batch(rows).root, entry.a);
    const openings = await from.openings(lines[0].entry.a);
    assert.ok(openings.length > 0 && openings.every(({ content, leaf, salt }) => content && leaf && salt));
});
