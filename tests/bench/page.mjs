// SPDX-License-Identifier: Apache-2.0
//
// What the verifier page takes of a phone-class processor (Chromium slowed down four times): from
// a receipt that is handed over to its answer on the screen, without the time spent waiting for
// the network; and what the page weighs. One JSON line a figure.

import { readFileSync } from "node:fs";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { keccak256 } from "ethers";
import { openBrowser, pageFile, skip } from "../browser/browser.mjs";
import { Mirror } from "../browser/mirror.mjs";
import { Verifying } from "../browser/verifying.mjs";
import { Town } from "../e2e/town.mjs";

const SLOWER = 4;
const ROUNDS = 9;

const tell = (name, value, unit) => console.log(JSON.stringify({ name, value, unit }));
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** In the page: from the choice of a file to the answer, less the time in which a request was out. */
const stopwatch = () => {
    window.voteanchorTimes = [];
    addEventListener("change", (event) => {
        if (!event.target.matches?.("[data-file]")) return;
        const start = performance.now();
        const before = new Set(document.querySelectorAll("[data-receipt]"));
        new MutationObserver((_, observer) => {
            const fresh = [...document.querySelectorAll("[data-receipt][data-answer]")].some((one) => !before.has(one));
            if (!fresh) return;
            observer.disconnect();
            const end = performance.now();
            const spans = performance.getEntriesByType("resource").map((one) => [Math.max(one.startTime, start), one.responseEnd]);
            let waited = 0;
            let reached = start;
            for (const [from, to] of spans.filter(([, to]) => to > start).sort((a, b) => a[0] - b[0])) {
                waited += Math.max(0, to - Math.max(from, reached));
                reached = Math.max(reached, to);
            }
            window.voteanchorTimes.push(end - start - waited);
        }).observe(document.body, { subtree: true, childList: true, attributes: true });
    }, true);
};

async function timesOf(browser, url, town, prepare) {
    const page = await Verifying.open(browser, "about:blank", { providers: [town.url], allowed: [new URL(url).origin] });
    await page.visit.context.addInitScript(stopwatch);
    const session = await page.visit.context.newCDPSession(page.page);
    await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
    await page.page.goto(url);
    await prepare?.(page);
    for (let i = 0; i < ROUNDS; i++) {
        await page.file(town.receipts.counted);
        await page.press("remove");
    }
    const times = await page.page.evaluate(() => window.voteanchorTimes);
    await page.close();
    return times;
}

if (skip) throw new Error(skip);
const town = await Town.build({ config: { VOTEANCHOR_PUBLISH_PAGE: pageFile } });
const mirror = await Mirror.start(town.public);
const browser = await openBrowser();
try {
    const url = mirror.url("verify.html");
    const block = keccak256(town.receipt("counted").anchors[0].evidence.header);
    for (const [name, prepare] of [["online", undefined], ["offline", (page) => page.settle({ way: "block", block })]]) {
        const times = await timesOf(browser, url, town, prepare);
        tell(`${name}.first`, Math.round(times[0]), "ms");
        tell(`${name}.next`, Math.round(median(times.slice(1))), "ms");
    }
    const bytes = readFileSync(pageFile);
    tell("bytes.gzip", gzipSync(bytes, { level: 9 }).length, "bytes");
    tell("bytes.brotli", brotliCompressSync(bytes).length, "bytes");
} finally {
    await browser.close();
    mirror.stop();
    town.close();
}
