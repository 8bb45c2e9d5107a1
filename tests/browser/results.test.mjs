// SPDX-License-Identifier: Apache-2.0
//
// The results pages in a real Chromium, mostly without JavaScript, which they do not need: what is
// shown of registers in every state, in both languages, on narrow screens and on paper; and whether
// their numbers are those of the audit and of a recount that shares nothing with our code.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { AbiCoder, keccak256 } from "ethers";
import { Visit, openBrowser, pageFile, skip } from "./browser.mjs";
import { Registers } from "./registers.mjs";

const PHONE = { viewport: { width: 320, height: 640 } };
const IDS = ["incinerator-2026", "station-move", "ideas-2026", "permit-77", "budget-2027", "satisfaction", "hostile", "next-year"];
const pages = ["index.html", "en/index.html", ...IDS.flatMap((id) => [`pages/${id}.ko.html`, `pages/${id}.en.html`])];

let registers;
let browser;
let audited;
before(async () => {
    if (skip) return;
    registers = await Registers.build({ config: { VOTEANCHOR_PUBLISH_PAGE: pageFile } });
    browser = await openBrowser();
    const url = registers.city.node.provider._getConnection().url;
    const done = await registers.city.run(
        ["audit", "--contract", `31337:${registers.city.deployment.contract}`, "--rpc", url, "--data", registers.public, "--json"],
        { dir: registers.city.base },
    );
    audited = JSON.parse(done.out);
});
after(async () => {
    await browser?.close();
    registers?.close();
});

const read = (name) => readFileSync(join(registers.public, name), "utf8");
const address = (path) => pathToFileURL(join(registers.public, path)).href;

/** A visit to one page, which must leave nothing to complain of. */
async function visiting(path, options, look) {
    const visit = await Visit.open(browser, { javaScriptEnabled: false, ...options });
    visit.allowed.push(pathToFileURL(registers.public).href);
    await visit.goto(address(path));
    await look(visit.page, visit);
    await visit.close();
}

/** The lines of a table as texts. */
const linesOf = (table) => table.locator("tbody tr").evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent)));
const numberOf = (text) => Number(text.replaceAll(",", ""));

/** Counts again what is published of a vote: no line of it knows our program. */
function recount(id) {
    const files = readdirSync(join(registers.public, "registers"));
    const file = files.find((name) => JSON.parse(read(`registers/${name}`)).id === id);
    const definition = JSON.parse(read(`registers/${file}`));
    const hash = file.slice(0, -5);
    const openings = new Map(
        read(`openings/${hash}.ndjson`).trim().split("\n").map((line) => JSON.parse(line)).map(({ leaf, content }) => [leaf, JSON.parse(content)]),
    );
    const standing = new Map(); /* voter tag → leaf, the first or the last one */
    let rows = 0;
    for (const entry of readdirSync(join(registers.public, "batches")).map((name) => parseInt(name, 10)).sort((a, b) => a - b)) {
        const bytes = readFileSync(join(registers.public, `batches/${entry}.rows`));
        for (let at = 0; at < bytes.length; at += 96) {
            const [of, tag, content] = [0, 32, 64].map((from) => `0x${bytes.subarray(at + from, at + from + 32).toString("hex")}`);
            if (of !== hash) continue;
            rows++;
            const leaf = keccak256(keccak256(new AbiCoder().encode(["bytes32", "bytes32", "bytes32"], [of, tag, content])));
            if (definition.revision === "last" || !standing.has(tag)) standing.set(tag, leaf);
        }
    }
    const choices = [...standing.values()].map((leaf) => openings.get(leaf).choice);
    const options = definition.options.map((option) => choices.filter((choice) => choice.includes(option.id)).length);
    return { options, rows, counted: choices.length, superseded: rows - standing.size };
}

/** What the page shows of a vote, read from its tables. */
async function shownOf(page) {
    const options = (await linesOf(page.locator("section[aria-labelledby=result] table"))).map(([, number]) => numberOf(number));
    const lines = await linesOf(page.locator("section[aria-labelledby=rows] table"));
    const of = (name) => numberOf(lines.find(([what]) => what === name)[1]);
    return { options, rows: of("rows"), counted: of("counted"), superseded: of("superseded") };
}

test("a vote that is over: the page, the audit and an independent recount say the same", { skip }, async () => {
    for (const id of ["incinerator-2026", "hostile"]) {
        await visiting(`pages/${id}.en.html`, {}, async (page) => {
            const shown = await shownOf(page);
            assert.deepEqual(shown, recount(id), id);
            const { recounted, published } = audited.registers.find((register) => register.id === id);
            assert.deepEqual(recounted.slice(0, shown.options.length), shown.options);
            assert.deepEqual(published, recounted);
            assert.equal(recounted[shown.options.length + 1], shown.rows);
            assert.equal(await page.getByText("equals the recount of the published files").count(), 1);
        });
    }
    const { options, counted, superseded } = recount("incinerator-2026");
    assert.deepEqual([options, counted, superseded], [[39, 26, 25], 90, 12]);
});

test("every number of every register that is shown is the audit's", { skip }, async () => {
    for (const { id, recounted } of audited.registers) {
        await visiting(`pages/${id}.en.html`, {}, async (page) => {
            const table = page.locator("section[aria-labelledby=rows] table");
            if ((await table.count()) === 0) return assert.equal(recounted.reduce((sum, n) => sum + n, 0), 0, id);
            const lines = new Map(await linesOf(table).then((all) => all.map(([name, number]) => [name, numberOf(number)])));
            const nine = recounted.slice(-9);
            const own = id === "satisfaction";
            ["blank", "rows", "counted", "superseded", "untimely", "conflict", "invalid", "unopened", "erased"].forEach((name, i) => {
                if (lines.has(name) && !(own && ["counted", "unopened"].includes(name))) assert.equal(lines.get(name), nine[i], `${id}: ${name}`);
            });
            assert.equal(lines.get("rows"), nine[1], id);
        });
    }
});

test("an open register shows its counts only where it is live", { skip }, async () => {
    await visiting("pages/station-move.en.html", {}, async (page) => {
        assert.deepEqual(await linesOf(page.locator("section[aria-labelledby=result] table")), [["I agree", "31"]]);
        assert.match(await page.locator("figure.chart figcaption").first().textContent(), /threshold of 40/);
        assert.equal(await page.getByText("The threshold is not reached yet.").count(), 1);
    });
    await visiting("pages/budget-2027.en.html", {}, async (page) => {
        assert.equal(await page.locator("section[aria-labelledby=result] table, section[aria-labelledby=result] figure").count(), 0);
        const lines = await linesOf(page.locator("section[aria-labelledby=rows] table"));
        assert.deepEqual(lines.map(([name, number]) => [name, number]).slice(0, 2), [["rows", "25"], ["superseded", "0"]]);
        assert.equal(await page.locator("dl .options li").count(), 3, "what there is to choose");
        assert.equal(await page.getByText("Use a regional facility").count(), 1, "and nowhere with a number");
    });
    await visiting("pages/next-year.ko.html", {}, async (page) => {
        assert.equal(await page.getByText("아직 시작하지 않은 등록부입니다.").count(), 1);
    });
});

test("what is never disclosed is called the city's own count", { skip }, async () => {
    await visiting("pages/satisfaction.ko.html", {}, async (page) => {
        assert.equal(await page.getByRole("heading", { level: 2, name: "결과(시의 자체 집계)" }).count(), 1);
        assert.deepEqual(
            (await linesOf(page.locator("section[aria-labelledby=result] table"))).map(([name, number]) => [name, number]),
            [["찬성", "27"], ["반대", "13"]],
        );
    });
});

test("proposals and documents can be read, and are nothing but text", { skip }, async () => {
    await visiting("pages/ideas-2026.ko.html", { javaScriptEnabled: true }, async (page) => {
        page.on("dialog", () => assert.fail("a proposal ran as a script"));
        assert.equal(await page.locator(".item").count(), 3);
        assert.equal(await page.locator(".item b, .item img, .item script").count(), 0);
        assert.equal(await page.getByRole("heading", { name: "강변 산책로에 그늘막 설치" }).count(), 1);
    });
    await visiting("pages/permit-77.en.html", {}, async (page) => {
        const steps = await page.locator(".item h3").allTextContents();
        assert.deepEqual(steps.sort(), ["건축허가 제77호 접수", "건축허가 제77호 허가", "건축허가 제77호 현장 조사"].sort());
        assert.equal(await page.locator('.item h3 bdi[lang="ko"]').count(), 3, "their language is told");
    });
});

test("words that try to be markup or a script are neither", { skip }, async () => {
    for (const path of ["pages/hostile.ko.html", "pages/hostile.en.html", "index.html"]) {
        await visiting(path, { javaScriptEnabled: true }, async (page, visit) => {
            page.on("dialog", () => assert.fail(path));
            assert.equal(await page.locator("img, script").count(), 0);
            assert.equal(await page.getByText("<script>alert(1)</script>").first().isVisible(), true);
            assert.deepEqual(visit.requests.map(({ url }) => url), [address(path)], "one file, and nothing else");
        });
    }
});

test("no rule of accessibility is broken, in both languages, light and dark, wide and narrow", { skip }, async () => {
    let passed = 0;
    /* A page and its twin have the same shape: each is looked at in one of the two ways. */
    const looks = [{}, { ...PHONE, colorScheme: "dark" }];
    for (const [i, path] of pages.entries()) {
        const look = looks[(i + Math.floor(i / 2)) % 2];
        await visiting(path, { ...look, javaScriptEnabled: true }, async (page, visit) => {
            await page.locator("details").evaluateAll((all) => all.forEach((details) => (details.open = true)));
            passed += await visit.axe(`${path} ${JSON.stringify(look)}`);
            await visit.fits(path);
            await page.setViewportSize(PHONE.viewport);
            await visit.fits(`${path} on a phone`);
        });
    }
    console.log(`${pages.length} pages, ${passed} rules passed, none broken`);
});

test("both languages say the same, and lead to each other", { skip }, async () => {
    for (const id of IDS) {
        const numbers = [];
        for (const lang of ["ko", "en"]) {
            const other = lang === "ko" ? "en" : "ko";
            await visiting(`pages/${id}.${lang}.html`, {}, async (page) => {
                assert.equal(await page.locator("html").getAttribute("lang"), lang);
                numbers.push((await page.locator("td.number").allTextContents()).join(" "));
                const link = page.locator(`a[hreflang=${other}]`);
                assert.equal(await link.getAttribute("lang"), other);
                await link.click();
                assert.ok(page.url().endsWith(`pages/${id}.${other}.html`));
            });
        }
        assert.equal(numbers[0], numbers[1], id);
    }
});

test("every link within the publication leads to a file of its manifest", { skip }, async () => {
    const { files } = JSON.parse(read("manifest.json"));
    for (const path of pages) {
        await visiting(path, {}, async (page) => {
            const links = await page.locator("a[href]").evaluateAll((all) => all.map((a) => a.href));
            const root = `${pathToFileURL(registers.public).href}/`;
            for (const link of links.filter((url) => !url.startsWith("http"))) {
                const name = link.slice(root.length).replace(/#.*/, "");
                assert.ok(link.startsWith(root), link);
                assert.ok(name in files || name === "manifest.json", `${path} → ${name}`);
            }
        });
    }
});

test("a reader with a keyboard comes past the header, and text can be twice as large", { skip }, async () => {
    await visiting("pages/incinerator-2026.ko.html", {}, async (page) => {
        await page.keyboard.press("Tab");
        assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
        await page.keyboard.press("Enter");
        assert.match(page.url(), /#main$/);
    });
    await visiting("pages/incinerator-2026.ko.html", { viewport: { width: 640, height: 800 }, javaScriptEnabled: true }, async (page, visit) => {
        await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
        await visit.fits("200%");
    });
});

test("on paper everything but the way around is there", { skip }, async () => {
    await visiting("pages/incinerator-2026.ko.html", {}, async (page) => {
        await page.emulateMedia({ media: "print" });
        assert.equal(await page.locator("nav").isVisible(), false);
        assert.equal(await page.locator("section[aria-labelledby=result] table").isVisible(), true);
        assert.ok((await page.pdf({ format: "A4" })).length > 10_000);
    });
});

/* Pictures for the documents, and for whoever changes the look: VOTA_PICTURES names a directory. */
test("pictures", { skip: skip || (!process.env.VOTA_PICTURES && "SKIPPED, no pictures wanted") }, async () => {
    mkdirSync(process.env.VOTA_PICTURES, { recursive: true });
    for (const path of pages) {
        for (const [name, options] of [["wide", { viewport: { width: 1100, height: 900 } }], ["phone", PHONE]]) {
            await visiting(path, options, (page) =>
                page.screenshot({ path: join(process.env.VOTA_PICTURES, `${path.replaceAll("/", "-")}.${name}.png`), fullPage: true }),
            );
        }
    }
});
