// SPDX-License-Identifier: Apache-2.0
//
// Draws the verifier's pictures in docs/pictures/ anew: the page as people see it, in Korean and
// English, on a desk and on a phone, light and dark. Not a test; run it after the pages have changed, and look at what it made:
//
//     VOTA_PROGRAM=build/release/bin/voteanchor VOTA_PAGE=build/release/web/verify.html \
//         node tests/browser/pictures.mjs docs/pictures

import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { faults, Gate, Proxy } from "../e2e/proxies.mjs";
import { Town } from "../e2e/town.mjs";
import { Visit, openBrowser, pageFile, skip } from "./browser.mjs";
import { Mirror } from "./mirror.mjs";
import { Verifying } from "./verifying.mjs";

const DESK = { viewport: { width: 1100, height: 900 }, colorScheme: "light" };
const PHONE = { viewport: { width: 360, height: 720 }, deviceScaleFactor: 1.5, isMobile: true, hasTouch: true };

if (skip) throw new Error(skip);
const out = process.argv[2] ?? "docs/pictures";
mkdirSync(out, { recursive: true });

async function shoot(page, name, options = {}) {
    await page.evaluate(() => document.activeElement?.blur?.());
    writeFileSync(join(out, `${name}.png`), await page.screenshot({ type: "png", animations: "disabled", ...options }));
}

/** The answer from its head on, as much as a window shows. */
async function shootAnswer(verifying, name) {
    await verifying.article().evaluate((node) => node.scrollIntoView({ block: "start", behavior: "instant" }));
    await shoot(verifying.page, name);
}

const town = await Town.build({ config: { VOTEANCHOR_PUBLISH_PAGE: pageFile } });
const mirror = await Mirror.start(town.public);
const gate = new Gate();
const providers = await Promise.all([1, 2, 3].map(() => Proxy.start(town.url, gate)));
const urls = providers.map((provider) => provider.url);
const browser = await openBrowser();
const open = (options) => Verifying.open(browser, mirror.url("verify.html"), { providers: urls, failing: urls, ...options });

async function verifierPages() {
    const empty = await open({ language: "ko", ...DESK });
    await shoot(empty.page, "verify-start.ko");
    await empty.file(town.receipts.counted);
    await empty.press("recount");
    await empty.page.locator('[data-question="standing"][data-state="valid"]').waitFor();
    await shootAnswer(empty, "verify-valid.ko");
    const way = empty.article().locator("section:has(> [data-anchor]), section:has([data-anchor])").first();
    await way.evaluate((node) => node.scrollIntoView({ block: "start", behavior: "instant" }));
    await shoot(empty.page, "verify-way.ko");
    const forged = town.receipt("other");
    forged.opening.content = forged.opening.content.replace(/\["\w+"\]/, '["nuri"]');
    const english = await open({ language: "en", ...DESK });
    await english.view(forged);
    await shootAnswer(english, "verify-not-valid.en");
    await english.file(town.receipts.promised);
    await english.press("recount");
    await english.article().locator('[data-question="promise"][data-state="not_valid"]').waitFor();
    await shootAnswer(english, "verify-broken.en");
    providers.forEach((provider) => provider.suffer(faults.status(503)));
    const phone = await open({ language: "ko", colorScheme: "dark", ...PHONE });
    await phone.file(town.receipts.share);
    await shootAnswer(phone, "verify-unchecked-phone.ko");
    providers.forEach((provider) => provider.heal());
    const small = await open({ language: "en", colorScheme: "light", ...PHONE });
    await small.file(town.receipts.share);
    await shootAnswer(small, "verify-valid-phone.en");
    for (const one of [empty, english, phone, small]) await one.visit.context.close();
}

async function plainPages() {
    const phone = await Visit.open(browser, { javaScriptEnabled: false, ...PHONE });
    await phone.page.goto(mirror.url("pages/river-lamps.en.html"));
    await shoot(phone.page, "results-phone.en");
    await phone.context.close();
}

try {
    await verifierPages();
    await plainPages();
} finally {
    await browser.close();
    providers.forEach((provider) => provider.stop());
    mirror.stop();
    town.close();
}
const sizes = readdirSync(out).filter((name) => name.endsWith(".png")).map((name) => statSync(join(out, name)).size);
console.log(`${sizes.length} pictures, ${sizes.reduce((sum, size) => sum + size, 0)} bytes`);
