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
const HESITATION_MS = 1500; /* until somebody has found the file */

const tell = (name, value, unit) => console.log(JSON.stringify({ name, value, unit }));
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** In the page: from the choice of a file to the answer, less the time in which a request was out. */
const stopwatch = () => {
    window.voteanchorAnswer = () => new Promise((resolve) => {
        const start = performance.now();
        performance.clearResourceTimings();
        new MutationObserver((_, observer) => {
            if (!document.querySelector("[data-receipt][data-answer]")) return;
            observer.disconnect();
            const end = performance.now();
            let waited = 0;
            let reached = start;
            const spans = performance.getEntriesByType("resource").map((one) => [one.startTime, one.responseEnd]);
            for (const [from, to] of spans.sort((one, other) => one[0] - other[0])) {
                waited += Math.max(0, to - Math.max(from, reached));
                reached = Math.max(reached, to);
            }
            resolve(end - start - waited);
        }).observe(document.body, { subtree: true, childList: true, attributes: true });
    });
};

/** Of each round: { wall, cpu } in ms; cpu is what the page's thread had of the slowed processor. */
async function timesOf(browser, url, town, prepare) {
    const page = await Verifying.open(browser, "about:blank", { providers: [town.url], allowed: [new URL(url).origin] });
    await page.visit.context.addInitScript(stopwatch);
    const session = await page.visit.context.newCDPSession(page.page);
    await session.send("Performance.enable", { timeDomain: "threadTicks" });
    await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
    await page.page.goto(url);
    await prepare?.(page);
    await page.page.waitForTimeout(HESITATION_MS);
    const busy = async () => {
        const { metrics } = await session.send("Performance.getMetrics");
        return 1000 * metrics.find(({ name }) => name === "TaskDuration").value;
    };
    const times = [];
    const buffer = readFileSync(town.receipts.counted);
    for (let i = 0; i < ROUNDS; i++) {
        const answer = page.page.evaluate(() => window.voteanchorAnswer());
        const before = await busy();
        await page.page.locator("[data-file]").setInputFiles({ name: "a.receipt.json", mimeType: "", buffer });
        const wall = await answer;
        times.push({ wall, cpu: (await busy()) - before });
        await page.page.locator("[data-remove]").click();
    }
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
        for (const kind of ["wall", "cpu"]) {
            tell(`${name}.first.${kind}`, Math.round(times[0][kind]), "ms");
            tell(`${name}.next.${kind}`, Math.round(median(times.slice(1).map((one) => one[kind]))), "ms");
        }
    }
    const bytes = readFileSync(pageFile);
    tell("bytes.gzip", gzipSync(bytes, { level: 9 }).length, "bytes");
    tell("bytes.brotli", brotliCompressSync(bytes).length, "bytes");
} finally {
    await browser.close();
    mirror.stop();
    town.close();
}
