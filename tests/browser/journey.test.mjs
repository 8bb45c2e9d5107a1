// SPDX-License-Identifier: Apache-2.0
//
// A citizen's journey as docs/CITIZEN.md tells it, walked: the example site, the running service, a
// real node, the published page. From the site's reply to a verified result in three clicks or
// fewer, counted; and a second time on paper only, from the printed sheet.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, test } from "node:test";
import { City, minute, rootDir } from "../e2e/city.mjs";
import { freePorts } from "../e2e/document.mjs";
import { Service, ask, until } from "../e2e/service.mjs";
import { Visit, openBrowser, pageFile, secretsOf, skip as noBrowser } from "./browser.mjs";
import { Mirror } from "./mirror.mjs";
import { NOT_CHECKED, VALID, Verifying, texts } from "./verifying.mjs";

const CLICKS = 3;
const saltFile = join(dirname(pageFile), "citizen-salt.js");
const skip = noBrowser || (!existsSync(saltFile) && "SKIPPED, not built: citizen-salt.js");

let city;
let service;
let mirror;
let site;
let browser;
let rpc;

before(async () => {
    if (skip) return;
    city = await City.build({
        anvil: ["--block-time", "1"],
        config: { VOTEANCHOR_BATCH_MAX_AGE: "4s", VOTEANCHOR_BATCH_MIN_SIZE: "1", VOTEANCHOR_PUBLISH_PAGE: pageFile },
    });
    rpc = city.node.provider._getConnection().url;
    const now = Date.now();
    await city.openVote("plaza", {
        more: {
            title: { en: "What shall the new plaza be called?", ko: "새 광장의 이름을 무엇으로 할까요?" },
            options: [
                { id: "gaon", en: "Gaon Plaza", ko: "가온광장" },
                { id: "nuri", en: "Nuri Plaza", ko: "누리광장" },
            ],
            disclosure: "live",
            opens_at: minute(now - 60_000),
        },
    });
    service = await Service.start(city);
    await service.token(city);
    await until("the register to be open", async () => (await service.get("/v1/registers/plaza")).json().opened_entry);
    await publish();
    mirror = await Mirror.start(join(city.base, "public"));
    await startSite();
    browser = await openBrowser();
});

after(async () => {
    await browser?.close();
    site?.kill();
    mirror?.stop();
    await service?.stop();
    city?.close();
});

const publish = () => city.ok(["publish", join(city.base, "public")]);

async function startSite() {
    const [port] = await freePorts(1);
    const token = join(city.base, "site-token");
    writeFileSync(token, service.bearer.authorization.replace("Bearer ", ""));
    const args = [port, `http://127.0.0.1:${service.target}`, token, "plaza", mirror.url("verify.html"), saltFile];
    site = spawn(process.execPath, [join(rootDir, "examples/site/site.mjs"), ...args], { stdio: ["ignore", "pipe", "pipe"] });
    site.said = "";
    for (const stream of [site.stdout, site.stderr]) stream.on("data", (chunk) => (site.said += chunk));
    site.url = `http://127.0.0.1:${port}/`;
    await until("the site", () => ask(Number(port), "GET", "/?lang=en").then((answer) => answer.status === 200, () => false));
}

/** A citizen votes; the visit stands at the site's reply. */
async function vote(choice, { language = "en", phrase } = {}) {
    const visit = await Visit.open(browser, { locale: language === "ko" ? "ko-KR" : "en-US", allowed: [mirror.origin, rpc] });
    await visit.context.addInitScript((providers) => localStorage.setItem("voteanchor.providers", providers), JSON.stringify([rpc]));
    const { page } = visit;
    await visit.goto(`${site.url}?lang=${language}`);
    await page.locator(`input[value="${choice}"]`).check();
    if (phrase) {
        await page.locator(".citizen-salt input[type=radio]").last().check();
        await page.locator(".citizen-salt-field input").fill(phrase);
    }
    await page.locator("form button:not([type=button])").click();
    await page.locator(".citizen-salt-receipt").waitFor();
    return { visit, page };
}

/** Everything is final and published: what the citizen waits for without doing anything. */
async function published(id) {
    await until("the record to be final", async () => (await service.get(`/v1/records/${id}`)).json().state === "final");
    await publish();
}

/** The record that came in last, wherever it is on its way. */
async function newest() {
    for (const state of ["accepted", "batched", "anchored", "final"]) {
        const { records } = (await service.get(`/v1/records?state=${state}&limit=100`)).json();
        if (records.length > 0) return records.at(-1).id;
    }
    throw new Error("there is no record");
}

test("in three clicks: check, look through all records, save", { skip }, async () => {
    const { visit, page } = await vote("nuri");
    assert.ok(await page.locator(".citizen-salt-good").isVisible(), "the receipt fits what was sent");
    assert.match(await page.locator("#receipt").innerText(), /fits/i);
    const href = await page.locator("a.citizen-salt-check").getAttribute("href");
    assert.ok(href.startsWith(`${mirror.url("verify.html")}#r=`));
    let clicks = 0;
    const click = async (locator) => {
        clicks += 1;
        await locator.click();
    };
    await click(page.locator("a.citizen-salt-check"));
    const article = page.locator("[data-receipt][data-answer]");
    await article.waitFor();
    assert.equal(await article.getAttribute("data-included"), NOT_CHECKED, "right after handing in it is pending");
    assert.match(await article.locator("[data-answer-code]").innerText(), /^C1/);
    assert.equal(clicks, 1, "an answer after one click");

    const id = await newest();
    await published(id);

    /* A quarter of an hour later, from the same reply. */
    clicks = 0;
    await page.goBack();
    await page.goto("about:blank");
    clicks += 1;
    await page.goto(href); /* the link again, wherever it was kept */
    const later = page.locator('[data-receipt][data-included="valid"]');
    await later.waitFor();
    assert.match(await later.locator("[data-answer-code]").innerText(), /^V2/);
    const [saved] = await Promise.all([page.waitForEvent("download"), click(later.locator("[data-save-completed]"))]);
    assert.ok(clicks <= CLICKS, `${clicks} clicks`);
    const view = JSON.parse(readFileSync(await saved.path(), "utf8"));
    assert.equal(view.anchors.length, 1);
    const file = join(city.base, "citizen.receipt.json");
    writeFileSync(file, JSON.stringify(view));
    const theirs = await city.run(["verify", file, "--contract", city.deployment.contract, "--rpc", rpc, "--json"], { dir: city.base });
    assert.equal(JSON.parse(theirs.out).receipts[0].included, VALID);
    await visit.close();
});

test("the full receipt that the site gave, opened as a file later, in Korean", { skip }, async () => {
    const { visit, page } = await vote("gaon", { language: "ko", phrase: "강변 산책 2026" });
    assert.ok(await page.locator(".citizen-salt-good").isVisible());
    const [saved] = await Promise.all([page.waitForEvent("download"), page.locator("button.full, .citizen-salt-ways button").first().click()]);
    const text = readFileSync(await saved.path(), "utf8");
    const view = JSON.parse(text);
    assert.ok(view.opening, "it is the full form");
    await published(await newest());
    const secrets = secretsOf(view);
    await visit.context.close();
    const verifying = await Verifying.open(browser, mirror.url("verify.html"), { providers: [rpc], language: "ko" });
    const answer = await until("the receipt to be completed", async () => {
        const told = await verifying.file({ text });
        return told.included === VALID && told;
    }, { every: 1000 });
    assert.equal(answer.title, texts.ko[`answer.${answer.code}.title`]);
    await verifying.close({ secrets });
});

test("on paper only: the sheet, a camera's picture of it, the answer", { skip }, async () => {
    const id = await newest();
    const file = join(city.base, "sheet.html");
    await city.ok(["--lang", "ko", "receipt", id, "--print", file, "--password-file", city.password]);
    const printer = await browser.newPage({ viewport: { width: 794, height: 1123 }, deviceScaleFactor: 2 });
    await printer.emulateMedia({ media: "print" });
    await printer.goto(pathToFileURL(file).href);
    const png = await printer.screenshot({ type: "png" });
    await printer.close();
    const verifying = await Verifying.open(browser, mirror.url("verify.html"), { providers: [rpc], language: "ko" });
    const answer = await verifying.picture("photo.png", png);
    assert.equal(answer.included, VALID, JSON.stringify(answer));
    assert.equal(answer.steps.record !== undefined, true);
    await verifying.close();
});
