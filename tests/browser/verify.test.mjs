// SPDX-License-Identifier: Apache-2.0
//
// A receipt comes to the page in every way there is, and gets the answer that the program gives;
// one that was tampered with at any step is told from one that was not.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import { secretsOf, skip } from "./browser.mjs";
import { program, shared, visit } from "./shared.mjs";
import { NOT_CHECKED, NOT_VALID, VALID, texts } from "./verifying.mjs";

let page;
let town;
let online;

before(async () => {
    if (skip) return;
    const all = await shared();
    town = all.town;
    online = ["--contract", town.contract, "--rpc", all.urls[0]];
    page = await visit();
});

/** Title and sentence are the catalogue's, of the code that is shown, in this language. */
function approved(answer, lang = "en") {
    assert.equal(answer.code, answer.answer);
    assert.equal(answer.title, texts[lang][`answer.${answer.code}.title`]);
    assert.equal(answer.sentence, texts[lang][`answer.${answer.code}.sentence`]);
}

test("a file: every step green, the sentence an approved one, the choice not shown", { skip }, async () => {
    const answer = await page.file(town.receipts.counted);
    assert.equal(answer.included, VALID);
    approved(answer);
    assert.equal(answer.questions.included, VALID);
    assert.deepEqual(answer.steps, Object.fromEntries(
        ["record", "row", "leaf", "path", "root", "head", "block", "final"].map((step) => [step, VALID]),
    ));
    assert.equal(answer.problems.length, 0, String(answer.problems));
    const article = page.article();
    assert.ok(await article.locator("[data-full-warning]").isVisible(), "it says that the file shows the choice");
    const hidden = article.locator("[data-choice]");
    assert.ok((await hidden.count()) === 0 || !(await hidden.isVisible()), "nobody over the shoulder sees it");
    await page.press("show-choice");
    assert.match(await article.locator("[data-choice]").innerText(), /Haru Plaza/);
});

test("the page says what the program says, finding by finding", { skip }, async () => {
    for (const name of ["counted", "share", "superseded", "disavowed", "lamps"]) {
        const view = town.receipt(name);
        const theirs = await program(view, online);
        const ours = await page.view(view);
        assert.equal(ours.included, theirs.included, name);
        const known = new Set(theirs.findings.map((finding) => `${finding.code} ${finding.state}`));
        for (const finding of ours.findings) {
            const beyond = /^(rows-missing|counts|superseded|promise|pending|timely)/.test(finding);
            assert.ok(known.has(finding) || beyond, `${name}: ${finding} is not among ${[...known]}`);
        }
    }
});

test("several files at once: each has an answer of its own", { skip }, async () => {
    const { counted, share, accepted } = town.receipts;
    const forged = town.receipt("other");
    forged.opening.content = forged.opening.content.replace(/"choice":\["[a-z]+"\]/, '"choice":["nuri"]');
    const answers = await page.files(counted, share, accepted, { name: "forged.json", text: JSON.stringify(forged) });
    assert.equal(answers.length, 4);
    const by = (test) => answers.filter(test).length;
    assert.equal(by((answer) => answer.included === NOT_VALID), 1);
    assert.ok(by((answer) => answer.included === VALID) >= 2);
});

test("dropped, pasted, pasted as printed text: the same answer", { skip }, async () => {
    const text = readFileSync(town.receipts.counted, "utf8");
    const [dropped] = await page.drop(town.receipts.counted);
    const pasted = await page.paste(text);
    for (const answer of [dropped, pasted]) assert.equal(answer.included, VALID);
    assert.equal(dropped.answer, pasted.answer);
});

test("what is no receipt is refused, and gets no verdict", { skip }, async () => {
    const view = town.receipt("counted");
    const nonsense = [
        { name: "letter.txt", text: "Dear city" },
        { name: "other.json", text: '{"format":"something-else"}' },
        { name: "extra.json", text: JSON.stringify({ ...view, extra: 1 }) },
        { name: "cut.json", text: JSON.stringify(view).slice(0, 500) },
        { name: "bytes.cbor", buffer: Buffer.from([0xa1, 0x00, 0x01]) },
        { name: "nothing.json", text: "" },
    ];
    for (const answer of await page.files(...nonsense)) {
        assert.ok(answer.refused, JSON.stringify(answer));
        assert.equal(answer.included, undefined);
        assert.ok(answer.reason);
        assert.doesNotMatch(answer.text, /\{[a-z_]+\}/, "no placeholder is left");
    }
});

test("share form: proven without the choice, which is nowhere on the page", { skip }, async () => {
    const answer = await page.file(town.receipts.share);
    assert.equal(answer.included, VALID);
    const article = page.article();
    assert.equal(await article.locator("[data-full-warning]").count(), 0);
    assert.equal(await article.locator("[data-show-choice]").count(), 0);
    assert.doesNotMatch(answer.text, /Haru|"choice"/);
});

test("the share form made here is the one that the program makes", { skip }, async () => {
    await page.file(town.receipts.counted);
    const saved = await page.save("save-share");
    assert.match(saved.name, /\.json$/);
    assert.deepEqual(JSON.parse(saved.text), JSON.parse(readFileSync(town.receipts.share, "utf8")));
    const full = await page.save("save-full");
    assert.deepEqual(JSON.parse(full.text), town.receipt("counted"));
});

const flip = (hex, at = -1) => {
    const place = at < 0 ? hex.length + at : at;
    return hex.slice(0, place) + (hex[place] === "0" ? "1" : "0") + hex.slice(place + 1);
};

/* Step by step: what is changed, what is said, and which step of the picture says it. */
const TAMPERED = {
    row: { change: (view) => (view.row.tag = flip(view.row.tag)), step: "root" },
    "row and opening": { change: (view) => (view.row.content_hash = flip(view.row.content_hash)), step: "row" },
    opening: { change: (view) => (view.opening.content = view.opening.content.replace(/\["\w+"\]/, '["gaon"]')), step: "row" },
    salt: { change: (view) => (view.opening.city_salt = flip(view.opening.city_salt)), step: "row" },
    definition: { change: (view) => (view.definition = view.definition.replace("Gaon", "Goan")), step: "record" },
    path: { change: (view) => (view.path[1] = flip(view.path[1])), step: "root" },
    "path one shorter": { change: (view) => view.path.splice(0, 2), step: "path" },
    root: { change: (view) => (view.anchors[0].entry.root = flip(view.anchors[0].entry.root)), step: "head" },
    "entry number": { change: (view) => (view.anchors[0].entry.number += 1), step: "head" },
    "entry count": { change: (view) => (view.anchors[0].entry.count += 1), step: "head" },
    "entry time": { change: (view) => (view.anchors[0].entry.time -= 1), step: "head" },
    acceptance: { change: (view) => (view.acceptance.anchor_by += 1) },
    signature: { change: (view) => (view.acceptance.signature = flip(view.acceptance.signature, 40)) },
};

test("tampered with at any step: not valid, and the step is named", { skip }, async () => {
    for (const [what, { change, step }] of Object.entries(TAMPERED)) {
        const view = town.receipt("counted");
        change(view);
        const theirs = await program(view, online);
        const answer = await page.view(view);
        assert.equal(theirs.included, NOT_VALID, what);
        assert.equal(answer.included, NOT_VALID, `${what}: ${JSON.stringify(answer)}`);
        approved(answer);
        assert.match(answer.code, /^N/, what);
        if (step) assert.equal(answer.steps[step], NOT_VALID, `${what}: ${JSON.stringify(answer.steps)}`);
        else assert.equal(Object.values(answer.steps).includes(NOT_VALID), false, what);
    }
});

test("another contract than the trusted one: could not check, whatever else is right", { skip }, async () => {
    const view = town.receipt("counted");
    view.anchors[0].contract = town.city.keys.owner.toLowerCase();
    const answer = await page.view(view);
    assert.equal(answer.included, NOT_CHECKED);
    assert.match(answer.code, /^C/);
    approved(answer);
    const elsewhere = town.receipt("counted");
    elsewhere.anchors[0].chain_id = 1;
    assert.equal((await page.view(elsewhere)).included, NOT_CHECKED);
});

test("in Korean everything is Korean, and means the same", { skip }, async () => {
    const english = await page.file(town.receipts.counted);
    await page.page.locator('[data-language="ko"]').click();
    const korean = await page.read();
    assert.equal(korean.answer, english.answer);
    approved(korean, "ko");
    assert.equal(await page.page.locator("html").getAttribute("lang"), "ko");
    assert.deepEqual(korean.steps, english.steps);
    const left = korean.text.match(/\b[a-z]{4,}\b(?! ?\()/gi)?.filter((word) => !/^(json|hash|receipt|voteanchor|cbor|row|leaf)$/i.test(word));
    assert.ok((left ?? []).length < 12, `English words in Korean: ${left}`);
    assert.match(await page.page.locator("[data-city]").innerText(), /구리시/);
    await page.page.locator('[data-language="en"]').click();
});

test("a test network is called one, city and contract are named", { skip }, async () => {
    const whose = await page.page.locator("[data-whose]").innerText();
    assert.match(whose, /구리시/);
    assert.match(whose, /local test chain/i);
    assert.ok(whose.includes(town.city.deployment.contract.toLowerCase()));
});

test("what was asked of whom is there to read", { skip }, async () => {
    const { urls } = await shared();
    await page.page.locator("[data-requests] > summary").click();
    for (const url of urls) {
        assert.ok(await page.page.locator(`[data-request="${new URL(url).host}"]`).isVisible(), url);
    }
    await page.page.locator("[data-requests] > summary").click();
});

test("an article that is removed is gone", { skip }, async () => {
    await page.file(town.receipts.share);
    const id = page.last;
    await page.press("remove");
    assert.equal(await page.page.locator(`[data-receipt="${id}"]`).count(), 0);
});

test("the page's policy holds against what somebody might put into it", { skip }, async () => {
    const other = await visit({ failing: [""] });
    const policy = await other.page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute("content");
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /script-src[^;]*'sha256-/);
    assert.doesNotMatch(policy.match(/script-src[^;]*/)[0], /'unsafe-inline'|'unsafe-eval'|https?:/);
    const done = await other.page.evaluate(async () => {
        const script = document.createElement("script");
        script.textContent = "window.planted = 1";
        document.body.append(script);
        const image = new Image();
        image.src = "https://example.org/tell?me";
        document.body.append(image);
        const sent = await fetch("http://example.org/").then(() => true, () => false);
        return { planted: window.planted, sent };
    });
    assert.deepEqual(done, { planted: undefined, sent: false });
    await other.page.waitForTimeout(300); /* it is told a little later */
    const stopped = other.visit.violations.splice(0).map((text) => text.split(":")[0]).sort();
    assert.ok(stopped.some((text) => text.startsWith("script-src")), String(stopped));
    assert.ok(stopped.includes("img-src") && stopped.includes("connect-src"), String(stopped));
    other.visit.requests = other.visit.requests.filter(({ url }) => !url.includes("example.org"));
    await other.close();
});

/* Last: the page of this chapter is closed, and what it did is looked at. */
test("nothing of a receipt left the browser, nobody else was asked, nothing went wrong", { skip }, async () => {
    const { mirror, urls } = await shared();
    const secrets = ["counted", "share", "superseded", "accepted"].flatMap((name) => secretsOf(town.receipt(name)));
    const asked = new Set(page.visit.requests.map(({ url }) => (/^(data|blob):/.test(url) ? "data" : new URL(url).origin)));
    await page.close({ secrets });
    for (const origin of asked) assert.ok(["data", mirror.origin, ...urls].includes(origin), origin);
    assert.ok(page.visit.requests.some(({ body }) => body.includes("eth_getProof")), "it did ask");
});
