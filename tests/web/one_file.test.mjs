// SPDX-License-Identifier: Apache-2.0
//
// The verifier page as a file: small, the same from every build, and nothing in it that would
// load, send or run anything but what its policy names.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { resolveTokens, tokensOf } from "../../web/build/krds.mjs";
import { hashOf, oneFile, safeScript } from "../../web/build/one_file.mjs";
import { sentencesOf } from "../../web/build/text.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const MAX_COMPRESSED = 250_000;

const file = process.env.VOTA_PAGE;
const bytes = readFileSync(file);
const page = bytes.toString("utf8");
const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)[1];
const directive = (name) => new RegExp(`(?:^|; )${name} ([^;]*)`).exec(policy)?.[1];
const inside = (tag) => [...page.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, "g"))].map((match) => match[1]);

test("it is small", (t) => {
    const compressed = gzipSync(bytes, { level: 9 }).length;
    t.diagnostic(`${bytes.length} bytes, ${compressed} compressed`);
    assert.ok(compressed < MAX_COMPRESSED, `${compressed} bytes compressed`);
});

test("one classic script and one style, each named by its hash", () => {
    const [scripts, styles] = [inside("script"), inside("style")];
    assert.equal(scripts.length, 1);
    assert.equal(styles.length, 1);
    assert.equal(directive("script-src"), `${hashOf(scripts[0])} 'wasm-unsafe-eval'`);
    assert.equal(directive("style-src"), hashOf(styles[0]));
    const independent = createHash("sha256").update(Buffer.from(scripts[0], "utf8")).digest("base64");
    assert.ok(directive("script-src").includes(independent));
    assert.doesNotMatch(page, /<script[^>]* (src|type="module")/);
});

test("the policy lets nothing in and little out", () => {
    assert.equal(directive("default-src"), "'none'");
    assert.equal(directive("connect-src"), "'self' https: http://127.0.0.1:* http://localhost:*");
    for (const name of ["base-uri", "form-action"]) assert.equal(directive(name), "'none'", name);
    assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|\*(?![ ;:]|$)/);
    assert.ok(page.indexOf("Content-Security-Policy") < page.indexOf("<style>"), "it stands before what it governs");
});

test("nothing in it loads or hides code", () => {
    const markup = page.replace(/<script>[\s\S]*?<\/script>|<style>[\s\S]*?<\/style>/g, "");
    assert.doesNotMatch(markup, / (src|on[a-z]+|style|action)=/);
    const links = [...markup.matchAll(/ href="([^"]*)"/g)].map((match) => match[1]);
    for (const link of links) assert.match(link, /^(#[a-z_-]+|data:,)$/);
    assert.doesNotMatch(inside("style")[0], /@import|url\(/);
    assert.doesNotMatch(inside("script")[0], /\bimport\s*\(|document\.write|innerHTML\s*=|\beval\(|new Function\(/);
});

test("its character set stands where browsers look for it, its licences at the end", () => {
    assert.ok(bytes.indexOf('<meta charset="utf-8"') < 1000);
    const end = page.slice(page.indexOf("</html>"));
    for (const words of ["Paul Miller", "Permission is hereby granted", "jsQR", "KRDS", "Apache"]) assert.ok(end.includes(words), words);
});

test("there is one place for the trust, and it is empty", () => {
    const places = page.split('<script type="application/json" id="voteanchor-trust">{}</script>');
    assert.equal(places.length, 2);
});

test("it says what the page says, and not what the command line says", () => {
    assert.ok(page.includes(sentencesOf(root, "ko")["page.heading"]));
    const all = JSON.parse(readFileSync(join(root, "text/en.json"), "utf8"));
    for (const key of ["help.verify.about", "config.network.preset", "error.no-command"]) {
        assert.ok(!page.includes(all[key]), key);
        assert.equal(sentencesOf(root, "en")[key], undefined);
    }
});

test("built again it is the same, byte for byte", { skip: !process.env.VOTA_VITE && "no vite" }, () => {
    const out = mkdtempSync(join(tmpdir(), "voteanchor-page-"));
    try {
        const args = [process.env.VOTA_VITE, "build", "--config", join(root, "web/vite.config.ts"), "--outDir", out];
        execFileSync(process.env.VOTA_VITE_NODE, args, { cwd: root, stdio: "pipe" });
        assert.ok(readFileSync(join(out, "verify.html")).equals(bytes));
    } finally {
        rmSync(out, { recursive: true, force: true });
    }
});

// ---- the build's own refusals ----

const skeleton = '<!doctype html>\n<html><head><meta charset="utf-8" /></head><body><script type="module" src="/a.js"></script></body></html>';
const made = (script, style = "a{}", html = skeleton) => oneFile(html, script, style, "notice");

test("what would end the script early is written so that it cannot", () => {
    const sly = 'const a = "</script><script>alert(1)</script>", b = "<!--";';
    const safe = safeScript(sly);
    assert.doesNotMatch(safe, /<\/script|<!--/i);
    assert.equal(new Function(`${safe} return a + b;`)(), '</script><script>alert(1)</script><!--');
    assert.equal(made(sly).match(/<\/script>/g).length, 1);
});

test("a page that would load something is not built", () => {
    assert.match(made("let a = 1;"), /<script>let a = 1;<\/script>/);
    for (const script of ['import("./b.js")', 'import a from "b";', "import.meta.url", "export { a };"]) {
        assert.throws(() => made(script), /classic/, script);
    }
    for (const style of ['@import "x";', "a{background:url(x.png)}", 'a{background:url("https://x.example/a.png")}', "a{}</style>"]) {
        assert.throws(() => made("1;", style), /style/, style);
    }
    assert.match(made("1;", "a{background:url(data:image/png,)}"), /url\(data:/);
    for (const html of [skeleton.replace("<body>", '<body onload="x()">'), skeleton.replace("<body>", '<body><img src="x.png">'), skeleton.replace("<body>", '<body style="a">')]) {
        assert.throws(() => made("1;", "a{}", html), /still has/, html);
    }
});

test("KRDS's tokens become values, and one that is not there stops the build", () => {
    const tokens = tokensOf(":root { --krds-a: var(--krds-b); --krds-b: #fff; }");
    assert.equal(resolveTokens("p{color:var(--krds-a)}", tokens), "p{color:#fff}");
    assert.equal(resolveTokens("p{color:var(--own)}", tokens), "p{color:var(--own)}");
    assert.throws(() => resolveTokens("p{color:var(--krds-c)}", tokens), /--krds-c/);
    assert.doesNotMatch(page, /--krds-/);
});
