// SPDX-License-Identifier: Apache-2.0
//
// What only a publication can tell: a pending receipt becomes complete from any mirror, a promise
// was kept, kept late or broken, a record counts or was replaced. Mirrors lie and lose files here,
// and can only cause "could not check". Last in pages.mjs: the town changes at its end.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "node:test";
import { secretsOf, skip } from "./browser.mjs";
import { Mirror } from "./mirror.mjs";
import { copyOfPublication, program, shared, visit } from "./shared.mjs";
import { NOT_CHECKED, NOT_VALID, VALID, Verifying } from "./verifying.mjs";

/** Runs `look` on a page of its own; the receipt that is looked at leaves it with nobody. */
async function on(name, options, look) {
    const { town } = await shared();
    const page = await visit(options);
    try {
        return await look(page, town);
    } finally {
        await page.close({ secrets: secretsOf(town.receipt(name)) });
    }
}

async function withMirror(name, spoil, look) {
    const mirror = await Mirror.start(await copyOfPublication(name));
    try {
        await spoil(mirror);
        return await look(mirror);
    } finally {
        mirror.stop();
    }
}

/** The recount is asked for, and over. */
async function recounted(page) {
    await page.press("recount");
    await page.page.waitForFunction(
        (id) => {
            const press = document.querySelector(`[data-receipt="${id}"] [data-recount]`);
            return !press || !press.disabled;
        },
        page.last,
        { timeout: 30_000 },
    );
    return page.read();
}

test("a pending receipt is completed from the page's own directory, and saved", { skip }, async () => {
    await on("accepted", {}, async (page, town) => {
        const answer = await page.file(town.receipts.accepted);
        assert.equal(answer.included, VALID, JSON.stringify(answer));
        const saved = await page.save("save-completed");
        const view = JSON.parse(saved.text);
        assert.equal(view.anchors.length, 1);
        assert.deepEqual(view.path, town.receipt("counted").path);
        assert.deepEqual(view.opening, town.receipt("accepted").opening);
        const theirs = await program(view, ["--contract", town.contract, "--rpc", town.url]);
        assert.equal(theirs.included, VALID);
        const again = await page.view(view);
        assert.equal(again.answer, answer.answer);
    });
});

test("completed from any other mirror, by a page from a disk, without the city", { skip }, async () => {
    const { town, browser, urls } = await shared();
    await withMirror("mirror-far", () => {}, async (mirror) => {
        const page = await Verifying.open(browser, pathToFileURL(join(town.public, "verify.html")).href, { providers: urls, allowed: [mirror.origin] });
        const pending = await page.file(town.receipts.accepted);
        assert.equal(pending.included, NOT_CHECKED);
        await page.settle({ mirror: mirror.url() });
        const answer = await page.again();
        assert.equal(answer.included, VALID, JSON.stringify(answer));
        await page.close({ secrets: secretsOf(town.receipt("accepted")) });
    });
});

/* What a mirror may do to a receipt that waits: nothing. */
const SPOILED = {
    "rows that are gone": (mirror) => mirror.lies.set(/^batches\//, 404),
    "rows of others": (mirror) => mirror.lies.set(/^batches\//, (bytes) => Buffer.concat([bytes.subarray(96), bytes.subarray(0, 96)])),
    "rows, one changed": (mirror) => mirror.lies.set(/^batches\//, (bytes) => (bytes.writeUInt8(bytes[64] ^ 1, 64), bytes)),
    "half of the rows": (mirror) => mirror.lies.set(/^batches\//, (bytes) => bytes.subarray(0, 100)),
    "no index": (mirror) => mirror.lies.set(/^leaves\//, 404),
    "an index of another": (mirror) => mirror.lies.set(/^leaves\//, (bytes) => bytes.fill(7)),
    "evidence of another": (mirror) => mirror.lies.set(/^evidence\//, (bytes) => Buffer.from(bytes.toString().replaceAll("a", "b"))),
    "no journal": (mirror) => mirror.lies.set("journal.ndjson", 500),
    "another journal": (mirror) => mirror.lies.set("journal.ndjson", (bytes) => Buffer.from(bytes.toString().replaceAll('"kind":2', '"kind":3'))),
    "a page for everything": (mirror) => mirror.lies.set("*", () => Buffer.from("<!doctype html><p>Hello")),
    "nothing but errors": (mirror) => mirror.lies.set("*", 503),
    "a hand that is withdrawn": (mirror) => mirror.lies.set("*", "hang up"),
};

test("a mirror that lies or loses: never not valid, never a wrong file", { skip }, async () => {
    const { town, browser, urls } = await shared();
    await withMirror("mirror-spoiled", () => {}, async (mirror) => {
        const page = await Verifying.open(browser, pathToFileURL(join(town.public, "verify.html")).href, {
            providers: urls, allowed: [mirror.origin], failing: [mirror.origin],
        });
        await page.file(town.receipts.accepted);
        await page.settle({ mirror: mirror.url() });
        for (const [what, spoil] of Object.entries(SPOILED)) {
            mirror.lies.clear();
            spoil(mirror);
            const answer = await page.again();
            assert.notEqual(answer.included, NOT_VALID, what);
            assert.notEqual(answer.promise, "broken", what);
            if (answer.included !== VALID) continue;
            const { text } = await page.save("save-completed");
            const theirs = await program(JSON.parse(text), ["--contract", town.contract, "--rpc", town.url]);
            assert.equal(theirs.included, VALID, what);
        }
        mirror.lies.clear();
        assert.equal((await page.again()).included, VALID, "an honest one completes it");
        await page.close({ secrets: secretsOf(town.receipt("accepted")) });
    });
});

test("whether it counts: as the program says, for every fate of a record", { skip }, async () => {
    const { town, urls } = await shared();
    const args = ["--contract", town.contract, "--data", town.public, ...urls.flatMap((url) => ["--rpc", url])];
    await on("counted", {}, async (page) => {
        for (const name of ["counted", "superseded", "disavowed", "lamps"]) {
            await page.file(town.receipts[name]);
            const answer = await recounted(page);
            const theirs = await program(town.receipt(name), args);
            assert.equal(answer.included, theirs.included, name);
            assert.equal(answer.standing, theirs.standing, `${name}: ${JSON.stringify(answer)}`);
            assert.equal(answer.answer, theirs.answer, name);
        }
    });
});

test("a recount over rows that are not all there says so", { skip }, async () => {
    const { town } = await shared();
    await withMirror("mirror-short", (mirror) => mirror.lies.set(/^batches\/6/, 404), async (mirror) => {
        await on("counted", { allowed: [mirror.origin], failing: [mirror.origin] }, async (page) => {
            await page.settle({ mirror: mirror.url() });
            await page.file(town.receipts.counted);
            const answer = await recounted(page);
            assert.equal(answer.included, VALID);
            assert.notEqual(answer.standing, NOT_VALID);
        });
    });
});

test("a broken promise: said, saved as one file, and proven from that file elsewhere", { skip }, async () => {
    const { town, urls } = await shared();
    const bundle = join(town.city.base, "page.breach.json");
    await on("promised", {}, async (page) => {
        let answer = await page.file(town.receipts.promised);
        if (answer.promise !== "broken") answer = await recounted(page);
        assert.equal(answer.promise, "broken", JSON.stringify(answer));
        assert.match(answer.code, /^N/);
        assert.equal(answer.questions.promise, NOT_VALID);
        const saved = await page.save("save-breach");
        writeFileSync(bundle, saved.text);
        assert.equal(JSON.parse(saved.text).format, "voteanchor-breach-v1");
        assert.doesNotMatch(saved.text, /"opening"|city_salt/, "a bundle does not tell the choice");
    });
    const checked = await town.city.run(["breach", "--check", bundle, "--contract", town.contract, "--rpc", urls[0], "--json"], { dir: town.city.base });
    const theirs = JSON.parse(checked.out);
    await on("promised", {}, async (page) => {
        const answer = await page.file(bundle);
        assert.equal(answer.breach, VALID, JSON.stringify([answer, theirs]));
        const changed = JSON.parse(readFileSync(bundle, "utf8"));
        changed.acceptance.anchor_by -= 1000;
        const forged = await page.view(changed);
        assert.notEqual(forged.breach, VALID, "nobody signed that");
    });
    assert.equal(checked.code, 0, checked.out + checked.err);
});

test("a bundle made by the program is read by the page", { skip }, async () => {
    const { town, urls } = await shared();
    const file = join(town.city.base, "program.breach.json");
    await town.city.ok([
        "breach", town.receipts.promised, "--contract", town.contract, "--rpc", urls[0], "--data", town.public, "-o", file,
    ], { dir: town.city.base });
    await on("promised", {}, async (page) => {
        assert.equal((await page.file(file)).breach, VALID);
    });
});

test("a withheld batch is named, and nobody is called a promise-breaker for it", { skip }, async () => {
    const { town } = await shared();
    await withMirror("mirror-withholding", (mirror) => mirror.lies.set("batches/6.rows", 404), async (mirror) => {
        await on("promised", { allowed: [mirror.origin], failing: [mirror.origin] }, async (page) => {
            await page.settle({ mirror: mirror.url() });
            await page.file(town.receipts.promised);
            const answer = await recounted(page).catch(() => page.read());
            assert.equal(answer.promise, "not_checked", JSON.stringify(answer));
            assert.notEqual(answer.included, NOT_VALID);
            assert.equal(answer.answer, "C13");
            assert.match(answer.why, /the batch in entry 6 are missing/);
        });
    });
});

test("a permalink runs the check again, and tells no server what is in it", { skip }, async () => {
    const { mirror } = await shared();
    await on("counted", { permissions: ["clipboard-read", "clipboard-write"] }, async (page, town) => {
        const first = await page.file(town.receipts.counted);
        await page.press("copy-link");
        const link = await page.page.evaluate(() => navigator.clipboard.readText());
        assert.ok(link.startsWith(`${mirror.url("verify.html")}#`), link.slice(0, 80));
        const heard = mirror.heard.length;
        const other = await visit();
        await other.page.goto("about:blank");
        await other.page.goto(link);
        await other.page.locator("[data-receipt]:not([data-busy])").waitFor();
        other.last = await other.page.locator("[data-receipt]").getAttribute("data-receipt");
        assert.equal((await other.read()).answer, first.answer);
        for (const { path, headers } of mirror.heard.slice(heard)) {
            assert.ok(!`${path}${JSON.stringify(headers)}`.includes(link.split("#")[1]), "the link's secret part was sent");
        }
        await other.close({ secrets: [...secretsOf(town.receipt("counted")), link.split("#")[1]] });
    });
});

test("anchored after all: kept late, and the earlier bundle is refuted", { skip }, async () => {
    const { town, urls } = await shared();
    const bundle = join(town.city.base, "page.breach.json");
    await town.anchor();
    await town.later(60);
    await town.publish();
    await town.keep("late", "P-90");
    await on("late", {}, async (page) => {
        let answer = await page.file(town.receipts.late);
        assert.equal(answer.included, VALID, JSON.stringify(answer));
        answer = await recounted(page);
        assert.equal(answer.promise, "kept_late", JSON.stringify(answer));
    });
    const args = ["breach", "--check", bundle, "--receipt", town.receipts.late, "--contract", town.contract, "--rpc", urls[0], "--json"];
    const checked = await town.city.run(args, { dir: town.city.base });
    assert.equal(checked.code, 0, checked.err);
    const judged = JSON.parse(checked.out);
    assert.equal(judged.outcome, "kept_late", checked.out);
    assert.equal(judged.shown, true, "by the receipt, which the bundle did not have");
});
