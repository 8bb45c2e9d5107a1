// SPDX-License-Identifier: Apache-2.0
//
// What a visit is there to notice, it notices: each rule is broken once, by a page made for it.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Visit, openBrowser, secretsOf, skip } from "./browser.mjs";
import { Mirror } from "./mirror.mjs";

const SECRET = "a3b1c2".repeat(8);
const POLICY = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; connect-src http://127.0.0.1:*">`;
const page = (body, head = "") => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title>${head}</head><body><main><h1>A page</h1>${body}</main></body></html>`;

/* name → [a page that breaks a rule, what close() or the look at it says] */
const BROKEN = {
    stranger: [page("<script>fetch('http://127.0.0.1:9/x').catch(() => {})</script>"), /nobody chose/],
    "secret in an address": [page(`<script>fetch('data?${SECRET}').catch(() => {})</script>`), /left the browser/],
    "secret in a body": [page(`<script>fetch('data', { method: 'POST', body: '{"tag":"${SECRET}"}' }).catch(() => {})</script>`), /left the browser/],
    policy: [page("<script>new Image().src = 'data'</script>", POLICY), /policy/],
    exception: [page("<script>throw new Error('oh')</script>"), /oh/],
    complaint: [page("<script>console.error('dear me')</script>"), /dear me/],
};

let browser;
let mirror;
let dir;

before(async () => {
    if (skip) return;
    dir = mkdtempSync(join(tmpdir(), "voteanchor-browser-"));
    for (const [name, [html]] of Object.entries(BROKEN)) writeFileSync(join(dir, `${name}.html`), html);
    writeFileSync(join(dir, "data"), "");
    writeFileSync(join(dir, "wide.html"), page('<div style="width: 2000px">wide</div>'));
    writeFileSync(join(dir, "faint.html"), page('<p style="color: #ddd; background: #fff">faint</p>'));
    writeFileSync(join(dir, "good.html"), page("<p>Good</p><p>Very good</p>"));
    mirror = await Mirror.start(dir);
    browser = await openBrowser();
});
after(async () => {
    await browser?.close();
    mirror?.stop();
    if (dir) rmSync(dir, { recursive: true });
});

for (const [name, [, said]] of Object.entries(BROKEN)) {
    test(`a page that breaks a rule is noticed: ${name}`, { skip }, async () => {
        const failing = name === "stranger" ? ["http://127.0.0.1:9"] : [];
        const visit = await Visit.open(browser, { failing: [...failing, ...(name.startsWith("secret") ? [mirror.origin] : [])] });
        await visit.goto(mirror.url(`${encodeURIComponent(name)}.html`));
        await visit.page.waitForTimeout(200);
        await assert.rejects(visit.close({ secrets: [SECRET] }), said);
    });
}

test("what is too wide, and what cannot be read, is noticed; a good page is not", { skip }, async () => {
    const visit = await Visit.open(browser, { viewport: { width: 400, height: 400 } });
    await visit.goto(mirror.url("wide.html"));
    await assert.rejects(visit.fits("wide"), /wider/);
    await visit.goto(mirror.url("faint.html"));
    await assert.rejects(visit.axe("faint"), /contrast/);
    await visit.goto(mirror.url("good.html"));
    await visit.fits("good");
    await visit.axe("good").catch((error) => assert.match(error.message, /axe looked/));
    await visit.close({ secrets: [SECRET] });
});

test("the secrets of a receipt are its tag, its salts, its path, its signature, its content", { skip }, () => {
    const hash = (digit) => `0x${digit.repeat(64)}`;
    const opening = { city_salt: hash("a"), citizen_salt: hash("0"), content: '{"choice":["yes"]}' };
    const found = secretsOf({ row: { tag: hash("1"), content_hash: hash("2") }, path: [hash("3")], opening, acceptance: { signature: hash("4") } });
    for (const digit of "1234a") assert.ok(found.includes(digit.repeat(64)), digit);
    assert.ok(!found.some((text) => /^0+$/.test(text)), "zeros are nobody's");
    assert.ok(found.includes(opening.content));
});
