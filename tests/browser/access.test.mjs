// SPDX-License-Identifier: Apache-2.0
//
// For everybody: by keyboard alone, read aloud, enlarged, on a small phone, in the dark, without
// motion, in two languages; axe-core finds nothing in any state of any page. The results pages
// and the printed receipt are looked at here too, as they are read without JavaScript.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "node:test";
import { faults } from "../e2e/proxies.mjs";
import { Visit, skip } from "./browser.mjs";
import { shared, visit } from "./shared.mjs";

/** The page with an answer of every colour on it, all of it unfolded. */
async function everyState(options) {
    const { town, urls } = await shared();
    const page = await visit(options);
    const forged = town.receipt("other");
    forged.path[0] = forged.path[1];
    const stranger = town.receipt("other");
    stranger.anchors[0].contract = `0x${"11".repeat(20)}`;
    const { counted, share, promised } = town.receipts;
    await page.files(counted, share, promised, { text: JSON.stringify(forged) }, { text: JSON.stringify(stranger) }, { name: "no.json", text: "{}" });
    await page.openSettings();
    await page.settle({ providers: [...urls.slice(0, 2), "http://example.org"] });
    await unfold(page.page);
    return page;
}

const unfold = (page) => page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));

test("axe finds nothing, before and after: English, light and dark", { skip }, async () => {
    const empty = await visit();
    await empty.visit.axe("empty");
    await empty.visit.fits("empty");
    await empty.close();
    const page = await everyState({});
    await page.visit.axe("answers");
    await page.page.locator("[data-theme-switch]").click();
    await page.visit.axe("answers in the dark");
    await page.close();
});

test("axe finds nothing: Korean on a small phone, dark and light", { skip }, async () => {
    const phone = { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true };
    const page = await everyState({ language: "ko", colorScheme: "dark", ...phone });
    await page.visit.axe("answers on a phone");
    await page.visit.fits("answers on a phone");
    await page.page.locator("[data-theme-switch]").click();
    await page.visit.axe("answers on a phone in the sun");
    await page.close();
});

test("while it waits, with the camera refused, with nobody answering: axe finds nothing", { skip }, async () => {
    const { town, providers, urls } = await shared();
    const page = await visit({ failing: urls, permissions: [] });
    providers.forEach((provider) => provider.suffer(faults.hang()));
    try {
        await page.page.locator("[data-camera]").click();
        await page.page.locator("[data-intake-status]:not(:empty)").waitFor();
        await page.page.locator("[data-file]").setInputFiles(town.receipts.counted);
        await page.page.locator("[data-receipt][data-busy]").waitFor();
        await page.visit.axe("busy");
        await page.page.locator("[data-remove]").click();
    } finally {
        providers.forEach((provider) => provider.heal());
    }
    providers.forEach((provider) => provider.suffer(faults.status(503)));
    try {
        await page.file(town.receipts.counted);
        await unfold(page.page);
        await page.visit.axe("nobody answered");
    } finally {
        providers.forEach((provider) => provider.heal());
    }
    await page.close();
});

test("nothing runs over the side, whatever the width; every state has a word; nothing moves", { skip }, async () => {
    const page = await everyState({ reducedMotion: "reduce" });
    for (const language of ["en", "ko"]) {
        await page.page.locator(`[data-language="${language}"]`).click();
        await unfold(page.page);
        /* 640 and 320 px are also 1280 at 200 % and at 400 %. */
        for (const width of [1280, 640, 360, 320]) {
            await page.page.setViewportSize({ width, height: 600 });
            await page.visit.fits(`${language}, ${width} px`);
        }
    }
    await page.page.setViewportSize({ width: 1280, height: 800 });
    await page.page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
    await page.visit.fits("text twice as large");
    assert.deepEqual(await moving(page.page), []);
    await coloursHaveWords(page.page);
    await page.close();
});

/** What moves for longer than an eye sees. */
const moving = (page) =>
    page.evaluate(() => {
        const longest = (text) => Math.max(...text.split(",").map((one) => parseFloat(one) * (one.trim().endsWith("ms") ? 1 : 1000)));
        return [...document.querySelectorAll("*")]
            .map((node) => ({ node, style: getComputedStyle(node) }))
            .filter(({ style }) => (style.animationName !== "none" && longest(style.animationDuration) > 20) || longest(style.transitionDuration) > 20)
            .map(({ node }) => node.outerHTML.slice(0, 100));
    });

/** A state is a colour, a sign and a word, the same word everywhere. */
async function coloursHaveWords(page) {
    const silent = await page.evaluate(() =>
        [...document.querySelectorAll("[data-step], [data-question], [data-finding]")].filter((one) => one.innerText.trim().length < 3).length,
    );
    assert.equal(silent, 0);
    const words = new Set();
    for (const state of ["valid", "not_valid", "not_checked"]) {
        const texts = await page.locator(`[data-step][data-state="${state}"] .step-state`).allInnerTexts();
        assert.ok(texts.length > 0, state);
        assert.equal(new Set(texts).size, 1, `${state}: ${texts}`);
        words.add(texts[0]);
    }
    assert.equal(words.size, 3);
}

/** What has the focus, and whether that can be seen. */
const focused = (page) =>
    page.evaluate(() => {
        const node = document.activeElement;
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(node);
        const seen = (style, width, shadow) => (style !== "none" && parseFloat(width) > 0) || shadow !== "none";
        const label = node.closest("label");
        const around = label && getComputedStyle(label);
        const box = (label ?? node).getBoundingClientRect();
        return {
            is: node.tagName.toLowerCase(),
            data: Object.keys(node.dataset).join(" "),
            visible: seen(outlineStyle, outlineWidth, boxShadow) || (around && seen(around.outlineStyle, around.outlineWidth, around.boxShadow)),
            inside: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
        };
    });

/** Tab until the focus is on what matches; every stop on the way can be seen. */
async function tabTo(page, selector, most = 60) {
    for (let i = 0; i < most; i++) {
        await page.keyboard.press("Tab");
        let at = await focused(page);
        if (at.is === "body") continue;
        for (let waited = 0; !at.inside && waited < 10; waited++) {
            await page.waitForTimeout(50); /* it scrolls there */
            at = await focused(page);
        }
        assert.ok(at.visible, `the focus on ${at.is} ${at.data} cannot be seen`);
        assert.ok(at.inside, `${at.is} ${at.data} has the focus outside the window`);
        if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return i + 1;
    }
    assert.fail(`the keyboard does not reach ${selector}`);
}

test("by keyboard alone: skip, choose, paste, read, settle, save", { skip }, async () => {
    const { town } = await shared();
    const page = await visit();
    const { page: tab } = page;
    await tab.keyboard.press("Tab");
    assert.ok(await tab.evaluate(() => document.activeElement.matches(".skip")), "the first stop skips to the content");
    await tab.keyboard.press("Enter");
    await tabTo(tab, "[data-file]");
    await tabTo(tab, "details:has([data-paste]) > summary");
    await tab.keyboard.press("Enter");
    await tabTo(tab, "[data-paste]");
    await tab.keyboard.insertText(JSON.stringify(town.receipt("counted")));
    await tabTo(tab, "[data-paste-check]");
    await tab.keyboard.press("Enter");
    await tab.locator("[data-receipt]:not([data-busy])").waitFor();
    const announced = await tab.locator("[data-announce]").innerText();
    assert.ok(announced.trim().length > 10, "the answer is said to who cannot see it");
    await tabTo(tab, "[data-step='record'] summary");
    await tab.keyboard.press("Enter");
    assert.ok(await tab.locator("[data-step='record'] details").evaluate((one) => one.open));
    await tabTo(tab, "[data-save-share]");
    const [saved] = await Promise.all([tab.waitForEvent("download"), tab.keyboard.press("Enter")]);
    assert.match(saved.suggestedFilename(), /receipt/);
    await tab.evaluate(() => document.querySelector("[data-language='ko']").focus());
    await tab.keyboard.press("Space");
    assert.equal(await tab.locator("html").getAttribute("lang"), "ko");
    await tabTo(tab, "[data-settings] > summary");
    await tab.keyboard.press("Enter");
    await tabTo(tab, "[data-way]");
    await tab.keyboard.press("ArrowDown");
    assert.equal(await tab.locator("[data-way='block']").isChecked(), true);
    assert.ok(await tab.evaluate(() => document.activeElement.matches("[data-way='block']")), "redrawn, the focus stays");
    await tabTo(tab, "[data-block]");
    await page.close();
});

test("dark where the system is dark, and where the reader says so", { skip }, async () => {
    const brightness = (page) =>
        page.evaluate(() => {
            const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number);
            return (r + g + b) / 3;
        });
    const dark = await visit({ colorScheme: "dark" });
    assert.ok((await brightness(dark.page)) < 80);
    await dark.close();
    const light = await visit({ colorScheme: "light" });
    assert.ok((await brightness(light.page)) > 200);
    await light.page.locator("[data-theme-switch]").click();
    assert.ok((await brightness(light.page)) < 80);
    await light.page.reload();
    assert.ok((await brightness(light.page)) < 80, "it is remembered");
    await light.close();
});

test("without JavaScript the page says what it needs", { skip }, async () => {
    const page = await visit({ javaScriptEnabled: false });
    assert.ok(await page.page.locator("noscript").count());
    assert.match(await page.page.locator("body").innerText(), /voteanchor verify/);
    await page.close();
});

// ---- results pages, without a script ----

test("results pages: read without JavaScript, in both languages, on a phone, printed", { skip }, async () => {
    const { town, browser, mirror } = await shared();
    const pages = readdirSync(join(town.public, "pages")).map((name) => `pages/${name}`);
    assert.ok(pages.length >= 4, String(pages));
    const plain = await Visit.open(browser, { javaScriptEnabled: false, colorScheme: "dark" });
    const looked = await Visit.open(browser, {});
    for (const path of ["index.html", "en/index.html", ...pages]) {
        await plain.goto(mirror.url(path));
        assert.equal(await plain.page.locator("script").count(), 0, path);
        assert.equal(await plain.page.locator("h1").count(), 1, path);
        for (const width of [1280, 320]) {
            await plain.page.setViewportSize({ width, height: 640 });
            await plain.fits(`${path}, ${width} px`);
        }
        const text = await plain.page.locator("main").innerText();
        assert.doesNotMatch(text, /\{\w+\}|undefined|\bNaN\b/, path);
        await looked.goto(mirror.url(path));
        await looked.axe(path);
    }
    await plain.close();
    await looked.close();
});

test("results pages say what the journal says, and lead on", { skip }, async () => {
    const { town, browser, mirror } = await shared();
    const visited = await Visit.open(browser, { javaScriptEnabled: false });
    await visited.goto(mirror.url("en/index.html"));
    const { page } = visited;
    assert.match(await page.locator("main").innerText(), /river path/);
    await page.locator('a[href*="river-lamps"]').first().click();
    const text = await page.locator("main").innerText();
    const counts = JSON.parse(town.read("results/3.json")).counts;
    assert.match(text, /Yes, light it/);
    for (const number of counts.slice(0, 2)) assert.ok(text.includes(`${number}`), `${number} is there`);
    assert.ok(text.includes("200"), "how many may take part");
    assert.ok(await page.locator("table").count(), "a table beside the chart");
    const hrefs = await page.locator("a[href]").evaluateAll((all) => all.map((one) => one.href));
    for (const href of hrefs.filter((one) => one.startsWith(mirror.origin))) {
        const answer = await fetch(href);
        assert.equal(answer.status, 200, href);
        await answer.arrayBuffer();
    }
    assert.ok(hrefs.some((href) => href.includes("verify.html")), "the way to check it oneself");
    await visited.close();
});

test("a register's page is found by the register's id", { skip }, async () => {
    const { browser, mirror } = await shared();
    const visited = await Visit.open(browser, { javaScriptEnabled: false });
    await visited.goto(mirror.url("pages/plaza-name.en.html"));
    assert.match(await visited.page.locator("main").innerText(), /What shall the new plaza be called\?/);
    await visited.close();
});

test("the printed receipt: one sheet, readable by scanners and by screen readers", { skip }, async () => {
    const { town, browser } = await shared();
    for (const lang of ["en", "ko"]) {
        const file = join(town.city.base, `sheet.${lang}.html`);
        await town.city.ok(["--lang", lang, "receipt", "--from", town.receipts.counted, "--print", file]);
        const visited = await Visit.open(browser, {});
        await visited.goto(pathToFileURL(file).href);
        await visited.axe(`sheet, ${lang}`);
        assert.doesNotMatch(await visited.page.locator("body").innerText(), /Haru|하루/, "printed is the share form");
        const pdf = await visited.page.pdf({ format: "A4", preferCSSPageSize: true });
        const sheets = pdf.toString("latin1").match(/\/Type\s*\/Page\b(?!s)/g).length;
        assert.equal(sheets, 1, `${lang}: ${sheets} sheets`);
        await visited.close();
    }
});
