// SPDX-License-Identifier: Apache-2.0
//
// The citizen's half of the salt in a real browser: the example site before the real service, and
// between the two a city that swaps what it answers. The script must take an honest receipt, name
// what is wrong with every other one, and let nothing but the record leave the browser.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { concat, keccak256, toUtf8Bytes } from "ethers";
import { City, rootDir } from "../e2e/city.mjs";
import { Service, until } from "../e2e/service.mjs";
import { Visit, openBrowser, skip } from "./browser.mjs";

const SCRIPT = process.env.VOTA_SALT ?? join(rootDir, "build/web/citizen-salt.js");
const VERIFIER = "https://anchor.city.example/verify.html";
const PHRASE = "  강변 산책 2026 ";
const HALF_OF_PHRASE = "0x3c0afb41e00db9d4f96d5d86252ad36ec359eaedb33d38e57d69239e1fff93f8";
const OTHER = `0x${"ef".repeat(32)}`;

let city;
let service;
let gateway; // the city between its site and its service
let lie; // what it makes of an answer
let taken = []; // what the site handed in
let site;
let home;
let browser;

/** Passes everything through, but what is answered to a record. */
function startGateway() {
    const server = createServer((asked, answer) => {
        const parts = [];
        asked.on("data", (part) => parts.push(part));
        asked.on("end", () => {
            const body = Buffer.concat(parts);
            const isRecord = asked.method === "POST";
            if (isRecord) taken.push(JSON.parse(body));
            if (lie === "away") return answer.destroy();
            const passed = request({ port: service.target, host: "127.0.0.1", method: asked.method, path: asked.url,
                headers: asked.headers }, (reply) => {
                let text = "";
                reply.setEncoding("utf8");
                reply.on("data", (part) => (text += part));
                reply.on("end", () => {
                    if (isRecord && lie) {
                        const told = JSON.parse(text);
                        lie(told, told.receipt);
                        text = JSON.stringify(told);
                    }
                    answer.writeHead(reply.statusCode, { "content-type": reply.headers["content-type"] });
                    answer.end(text);
                });
            });
            passed.on("error", () => answer.destroy());
            return passed.end(body);
        });
    });
    return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

async function startSite() {
    const token = join(city.base, "token.txt");
    writeFileSync(token, service.bearer.authorization.slice("Bearer ".length));
    site = spawn(process.execPath, [join(rootDir, "examples/site/site.mjs"), "0",
        `http://127.0.0.1:${gateway.address().port}`, token, "park", VERIFIER, SCRIPT]);
    let out = "";
    let err = "";
    site.stdout.on("data", (part) => (out += part));
    site.stderr.on("data", (part) => (err += part));
    return until("the site", () => {
        assert.equal(site.exitCode, null, err);
        return out.endsWith("\n") && out.trim();
    });
}

before(async () => {
    if (skip) return;
    city = await City.build({ config: { VOTEANCHOR_BATCH_MIN_SIZE: "1" } });
    await city.openVote("park");
    service = await Service.start(city);
    await service.token(city);
    gateway = await startGateway();
    home = await startSite();
    browser = await openBrowser();
});
after(async () => {
    await browser?.close();
    site?.kill();
    gateway?.close();
    await service?.stop();
    city?.close();
});

/** A citizen at the site; `vote` chooses, submits and waits for the answer. */
async function visit({ language = "ko", ...options } = {}) {
    const opened = await Visit.open(browser, { locale: language === "ko" ? "ko-KR" : "en-US", ...options });
    await opened.goto(home);
    return opened;
}
async function vote({ page }, option = "yes") {
    await page.locator(`input[value="${option}"]`).check();
    await page.locator("form button").click();
    await page.locator(".citizen-salt-receipt").waitFor();
    return page.locator(".citizen-salt-receipt");
}

test("an honest reply: the receipt holds the half that the browser drew", { skip }, async () => {
    lie = undefined;
    taken = [];
    const at = await visit();
    await at.axe("the form");
    await at.fits("the form");
    const shown = await vote(at);
    assert.match(await shown.locator("h2").innerText(), /일치합니다$/);
    assert.equal(await at.page.evaluate(() => document.activeElement.tagName), "H2");
    assert.match(await shown.innerText(), / KST \(20\d\d-\d\d-\d\d \d\d:\d\d UTC\)/);
    await at.axe("the receipt");
    await at.fits("the receipt");
    await at.page.locator("#receipt img").evaluate((image) => image.decode());
    const [record] = taken;
    assert.match(record.citizen_salt, /^0x[0-9a-f]{64}$/);
    const [download] = await Promise.all([at.page.waitForEvent("download"), shown.locator(".citizen-salt-save-full").click()]);
    const file = readFileSync(await download.path());
    const receipt = JSON.parse(file);
    assert.equal(receipt.opening.citizen_salt, record.citizen_salt);
    assert.equal(download.suggestedFilename(), `${record.id}.receipt.json`);
    await at.close();

    /* The program takes the file, and the link for the same receipt without its opening. */
    const kept = join(city.base, "kept.receipt.json");
    writeFileSync(kept, file);
    const told = await city.run(["verify", kept, "--json", "--contract", `31337:${city.deployment.contract}`,
        "--rpc", city.node.provider._getConnection().url]);
    assert.equal(JSON.parse(told.out).receipts[0].included, "not_checked", told.out);
});

test("the link and the share form do not hold the choice", { skip }, async () => {
    const at = await visit({ language: "en" });
    const shown = await vote(at, "no");
    const href = await shown.locator("a.citizen-salt-check").getAttribute("href");
    assert.ok(href.startsWith(`${VERIFIER}#r=`));
    const bytes = Buffer.from(href.split("#r=")[1], "base64url");
    const [download] = await Promise.all([at.page.waitForEvent("download"), shown.locator(".citizen-salt-save-share").click()]);
    const share = JSON.parse(readFileSync(await download.path(), "utf8"));
    assert.equal(share.opening, undefined);
    assert.ok(bytes.includes(Buffer.from(share.row.tag.slice(2), "hex")));
    assert.ok(!bytes.includes(Buffer.from('"choice"')));
    const cbor = join(city.base, "link.cbor");
    writeFileSync(cbor, bytes);
    const told = await city.run(["verify", cbor, "--offline"]);
    assert.equal(told.code, 3, told.err);
    await at.close();
});

test("a typed phrase is the half, and anybody can compute it again", { skip }, async () => {
    taken = [];
    const at = await visit({ viewport: { width: 320, height: 640 } });
    await at.page.locator("fieldset.citizen-salt input[type=checkbox]").check();
    await at.page.locator('input[value="yes"]').check();
    await at.page.locator("form button").click();
    assert.match(await at.page.locator(".citizen-salt-problem").innerText(), /문구를 입력/);
    assert.equal(await at.page.locator("fieldset.citizen-salt input[type=text]").getAttribute("aria-invalid"), "true");
    assert.deepEqual(taken, []);
    await at.axe("a phrase that is none");
    await at.fits("the form on a phone");
    await at.page.locator("fieldset.citizen-salt input[type=text]").fill(PHRASE);
    const shown = await vote(at);
    assert.equal(taken[0].citizen_salt, HALF_OF_PHRASE);
    assert.match(await shown.getAttribute("class"), /citizen-salt-good/);
    await at.close({ secrets: [PHRASE.trim()] });
});

test("a city that swaps a part of the receipt is caught", { skip }, async () => {
    const reseal = (reply, { row, opening }) => {
        const salt = keccak256(concat([opening.city_salt, opening.citizen_salt]));
        row.content_hash = keccak256(concat([salt, toUtf8Bytes(opening.content)]));
        reply.leaf = keccak256(keccak256(concat([row.register, row.tag, row.content_hash])));
    };
    const texts = JSON.parse(readFileSync(join(rootDir, "text/ko.json"), "utf8"));
    const at = await visit();
    for (const [code, swap] of [
        ["salt", (reply, receipt) => ((receipt.opening.citizen_salt = OTHER), reseal(reply, receipt))],
        ["content", (reply, receipt) => {
            receipt.opening.content = receipt.opening.content.replace("yes", "no");
            reseal(reply, receipt);
        }],
        ["content-hash", (_, receipt) => (receipt.row.content_hash = OTHER)],
        ["leaf", (_, receipt) => (receipt.row.tag = OTHER)],
        ["register", (_, receipt) => (receipt.row.register = OTHER)],
        ["no-promise", (_, receipt) => delete receipt.acceptance],
        ["no-receipt", (reply) => (reply.receipt = null)],
    ]) {
        lie = swap;
        await at.context.clearCookies(); // another citizen
        await at.page.goto(home);
        const shown = await vote(at);
        assert.match(await shown.getAttribute("class"), /citizen-salt-bad/, code);
        assert.match(await shown.locator("h2").innerText(), /일치하지 않습니다$/);
        assert.ok((await shown.innerText()).includes(texts[`salt.problem-${code}`]), code);
        if (code === "salt") await at.axe("a receipt that does not fit");
    }
    await at.close();
    lie = undefined;
});

test("where nobody answers the citizen is told to send the same again", { skip }, async () => {
    lie = "away";
    const at = await visit({ failing: [home] });
    await at.page.locator('input[value="yes"]').check();
    await at.page.locator("form button").click();
    await until("the message", async () => /다시 제출/.test(await at.page.locator("#state").innerText()));
    await at.close();
    lie = undefined;
});
