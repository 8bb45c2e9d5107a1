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
/* docs/FORMATS.md 2.1 */
const PHRASE = "강변 산책 2026";
const PHRASE_HASH = "0x3c0afb41e00db9d4f96d5d86252ad36ec359eaedb33d38e57d69239e1fff93f8";
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
    await visit.context.addInitScript((providers) => {
        if (location.protocol !== "about:") localStorage.setItem("voteanchor.providers", providers);
    }, JSON.stringify([rpc]));
    const { page } = visit;
    await visit.goto(`${site.url}?lang=${language}`);
    await page.locator(`input[value="${choice}"]`).check();
    if (phrase) {
        await page.locator(".citizen-salt input[type=checkbox]").check();
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
    await visit.axe("the site's reply");
    assert.ok(await page.locator(".citizen-salt-good").isVisible(), "the receipt fits what was sent");
    const link = page.locator("a.citizen-salt-check");
    const href = await link.getAttribute("href");
    assert.ok(href.startsWith(`${mirror.url("verify.html")}#r=`));
    const linked = Buffer.from(href.split("#r=")[1], "base64url").toString("latin1");
    assert.doesNotMatch(linked, /"choice":/, "the link holds the share form");

    /* At once, in a tab beside it: one click, and the promise is seen to be one. */
    const [early] = await Promise.all([visit.context.waitForEvent("page"), link.click({ modifiers: ["Control"] })]);
    visit.watch(early);
    const pending = early.locator("[data-receipt][data-answer]");
    await pending.waitFor();
    assert.equal(await pending.getAttribute("data-included"), NOT_CHECKED);
    assert.match(await pending.locator("[data-answer-code]").innerText(), /^C1/);

    /* A quarter of an hour later, from the same reply. */
    await published(await newest());
    let clicks = 0;
    const click = (locator) => {
        clicks += 1;
        return locator.click();
    };
    await click(link);
    const article = page.locator("[data-receipt][data-answer]");
    await article.waitFor();
    assert.equal(await article.getAttribute("data-included"), VALID, await article.innerText());
    assert.match(await article.locator("[data-answer-code]").innerText(), /^V2/);
    assert.equal(clicks, 1, "one click from the reply to a verified result");
    await click(article.locator("[data-recount]"));
    await article.locator("[data-recount][disabled]").waitFor({ state: "detached" });
    assert.equal(await article.getAttribute("data-included"), VALID);
    const [saved] = await Promise.all([page.waitForEvent("download"), click(article.locator("[data-save-completed]"))]);
    assert.ok(clicks <= CLICKS, `${clicks} clicks`);
    const file = join(city.base, "citizen.receipt.json");
    writeFileSync(file, readFileSync(await saved.path()));
    const args = ["verify", file, "--contract", city.deployment.contract, "--rpc", rpc, "--json"];
    const theirs = await city.run(args, { dir: city.base });
    assert.equal(JSON.parse(theirs.out).receipts[0].included, VALID, theirs.err);
    await visit.close({ secrets: [href.split("#r=")[1]] });
});

test("the full receipt that the site gave, opened as a file later, in Korean", { skip }, async () => {
    const { visit, page } = await vote("gaon", { language: "ko", phrase: PHRASE });
    assert.ok(await page.locator(".citizen-salt-good").isVisible());
    const [saved] = await Promise.all([page.waitForEvent("download"), page.locator(".citizen-salt-save-full").click()]);
    const text = readFileSync(await saved.path(), "utf8");
    const view = JSON.parse(text);
    assert.equal(view.opening.citizen_salt, PHRASE_HASH, "the receipt holds the citizen's half");
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
