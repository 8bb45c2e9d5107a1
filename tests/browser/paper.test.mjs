// SPDX-License-Identifier: Apache-2.0
//
// The sheet of paper: it is one page of A4 whatever stands on it, in both languages, and what an
// independent decoder reads off the print, off a scan and off a photograph is what was printed.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "node:test";
import { keccak256, toUtf8Bytes } from "ethers";
import jsqr from "jsqr";
import { Visit, skip as noBrowser } from "./browser.mjs";
import { pictureOf, printedText } from "./codes.mjs";
import { shared } from "./shared.mjs";

const decode = jsqr.default ?? jsqr;
const noTools = spawnSync("pdftoppm", ["-v"]).error && "SKIPPED, not installed: poppler-utils";
const skip = noBrowser || noTools;
const LANGS = ["en", "ko"];

/** A byte of brightness for each pixel, as jsQR takes it. */
function colored({ luma, width, height }) {
    const pixels = new Uint8ClampedArray(width * height * 4);
    for (let i = 0; i < width * height; i++) {
        pixels.fill(luma[i], 4 * i, 4 * i + 3);
        pixels[4 * i + 3] = 255;
    }
    return { pixels, width, height };
}

/** A picture in PGM. */
function gray(file) {
    const bytes = readFileSync(file);
    const head = /^P5\s(\d+)\s(\d+)\s255\s/.exec(bytes.subarray(0, 40).toString("latin1"));
    return colored({ luma: bytes.subarray(head[0].length), width: Number(head[1]), height: Number(head[2]) });
}

const read = ({ pixels, width, height }) => decode(pixels, width, height, { inversionAttempts: "dontInvert" })?.data;

/** A receipt as a page, in the language; its file. */
async function printed(town, file, lang, ...more) {
    const page = join(town.city.base, `sheet.${lang}.html`);
    await town.city.ok(["--lang", lang, "receipt", "--from", file, "--print", page, ...more], {
        env: { TZ: "Asia/Seoul" },
    });
    return page;
}

/** Out of a printer: { pages, scan(dpi), text }. */
async function print(browser, file) {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(file).href);
    const pdf = file.replace(/html$/, "pdf");
    await page.pdf({ path: pdf, preferCSSPageSize: true });
    await page.close();
    const info = execFileSync("pdfinfo", [pdf], { encoding: "utf8" });
    const size = /Page size:\s+([\d.]+) x ([\d.]+)/.exec(info);
    return {
        pages: Number(/Pages:\s+(\d+)/.exec(info)[1]),
        size: [Number(size[1]), Number(size[2])],
        text: () => execFileSync("pdftotext", ["-layout", pdf, "-"], { encoding: "utf8" }),
        scan: (dpi) => {
            execFileSync("pdftoppm", ["-gray", "-r", String(dpi), "-singlefile", pdf, pdf]);
            return gray(`${pdf}.pgm`);
        },
    };
}

/** A4 in points. */
function assertOneSheet(sheet, what) {
    assert.equal(sheet.pages, 1, `${what}: ${sheet.pages} pages`);
    assert.ok(Math.abs(sheet.size[0] - 595.28) < 1 && Math.abs(sheet.size[1] - 841.89) < 1, `${what}: ${sheet.size}`);
}

/** What the program says of a file. */
async function judged(town, file) {
    const args = ["verify", file, "--rpc", town.url, "--contract", town.contract, "--json"];
    const { included, standing, leaf } = JSON.parse((await town.city.run(args, { dir: town.city.base })).out).receipts[0];
    return { included, standing, leaf };
}

test("printed and scanned, it is what it was, in both languages", { skip }, async () => {
    const { town, browser } = await shared();
    for (const [name, form, lang] of [["counted", "share", "en"], ["counted", "full", "ko"], ["broken", "share", "ko"]]) {
        const what = `${name}, ${form}, ${lang}`;
        const file = town.receipts[name];
        const sheet = await print(browser, await printed(town, file, lang, "--form", form));
        assertOneSheet(sheet, what);
        const text = read(sheet.scan(150));
        assert.match(text ?? "", /^VA1:/, what);
        if (form === "share") assert.equal(text, printedText(town.receipt(name)), what);
        const typed = join(town.city.base, "typed.txt");
        writeFileSync(typed, text);
        assert.deepEqual(await judged(town, typed), await judged(town, file), what);
    }
});

test("coarse, fine, turned, faded, or photographed from afar: it is read", { skip }, async () => {
    const { town, browser } = await shared();
    const file = await printed(town, town.receipts.counted, "ko");
    const expected = printedText(town.receipt("counted"));
    const sheet = await print(browser, file);
    for (const dpi of [100, 200]) assert.equal(read(sheet.scan(dpi)), expected, `${dpi} dpi`);
    const looks = {
        "at 60 %, blurred": { side: 840, style: "filter: blur(.8px)" },
        turned: { side: 1000, style: "transform: rotate(11deg)" },
        "upside down": { side: 1200, style: "transform: rotate(180deg)" },
        faded: { side: 900, style: "filter: contrast(.45) brightness(.8)" },
        folded: { side: 1100, over: "top:0;left:33.5%;width:.5%;height:100%;background:#ddd" },
        "with a stain": { side: 1100, over: "top:26%;left:24%;width:7%;height:4%;background:#555;border-radius:50%" },
        "at an angle": { side: 1200, style: "transform: perspective(2400px) rotateX(9deg) rotateY(7deg)" },
    };
    const page = await browser.newPage({ viewport: { width: 760, height: 1080 }, deviceScaleFactor: 2 });
    await page.goto(pathToFileURL(file).href);
    const shot = `data:image/png;base64,${(await page.screenshot({ type: "png" })).toString("base64")}`;
    await page.close();
    for (const [what, look] of Object.entries(looks)) {
        const mark = look.over ? `<span style="position:absolute;${look.over}"></span>` : "";
        const picture = await pictureOf(browser, `<img style="display:block;width:100%" src="${shot}">${mark}`, {
            style: "position: relative",
            ground: "#b9a48a",
            width: look.side + 200,
            height: Math.round(look.side * 1.42) + 200,
            ...look,
        });
        assert.equal(read(colored(picture)), expected, what);
    }
});

/** The same receipt of a register that asks something else; nobody has anchored it. */
function asking(view, change) {
    const definition = JSON.stringify({ ...JSON.parse(view.definition), ...change });
    return { ...view, definition, row: { ...view.row, register: keccak256(toUtf8Bytes(definition)) } };
}

test("the longest question still leaves one page", { skip }, async () => {
    const { town, browser } = await shared();
    const file = join(town.city.base, "long.receipt.json");
    const title = { en: "Should the long and winding river path ".repeat(9).trim(), ko: "강변길에 조명을 설치하는 안건에 찬성하십니까 ".repeat(9).trim() };
    const url = `https://${"participation.".repeat(6)}example.org/records/publication/verify.html`;
    for (const name of ["counted", "broken"]) {
        writeFileSync(file, JSON.stringify(asking(town.receipt(name), { title, id: "a".repeat(64) })));
        for (const lang of LANGS) {
            const more = ["--page-url", url, "--city", "구리시 시민참여 플랫폼 운영위원회"];
            assertOneSheet(await print(browser, await printed(town, file, lang, ...more)), `${name}, ${lang}`);
        }
    }
});

test("the sheet says what it is, and only the full form says the choice", { skip }, async () => {
    const { town, browser } = await shared();
    const label = { en: "Nuri Plaza", ko: "누리광장" };
    const view = town.receipt("counted");
    const chosen = JSON.parse(view.opening.content).choice[0];
    const option = JSON.parse(view.definition).options.find((one) => one.id === chosen);
    assert.ok(option.en && label.en);
    for (const lang of LANGS) {
        const visit = await Visit.open(browser, { locale: lang });
        await visit.goto(pathToFileURL(await printed(town, town.receipts.counted, lang, "--form", "full")).href);
        const full = await visit.page.locator("body").innerText();
        assert.ok(full.includes(option[lang]), full);
        await visit.axe(`full, ${lang}`);
        await visit.goto(pathToFileURL(await printed(town, town.receipts.counted, lang)).href);
        const share = await visit.page.locator("body").innerText();
        assert.ok(!share.includes(option[lang]), share);
        assert.ok(!(await visit.page.content()).includes(view.opening.city_salt.slice(2, 20)));
        for (const words of [JSON.parse(view.definition).title[lang], town.city.deployment.contract, lang === "ko" ? "시험용 네트워크" : "Test network"]) {
            assert.ok(share.toLowerCase().includes(words.toLowerCase()), `${words} in ${share}`);
        }
        await visit.axe(`share, ${lang}`);
        await visit.page.setViewportSize({ width: 320, height: 800 });
        const overflow = await visit.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.equal(overflow, 0, "it fits a narrow screen");
        assert.deepEqual(visit.complaints, []);
        assert.deepEqual(visit.violations, []);
        assert.ok(visit.requests.every(({ url }) => url.startsWith("file:")), "nothing is loaded");
        await visit.context.close();
    }
});

test("the short code finds the record; the screen gets the drawing", { skip }, async () => {
    const { town } = await shared();
    const view = town.receipt("counted");
    const html = readFileSync(await printed(town, town.receipts.counted, "en"), "utf8");
    const code = /class="code">([0-9A-F-]+)</.exec(html)[1];
    const leaf = await judged(town, town.receipts.counted).then((one) => one.leaf);
    assert.equal(code.replaceAll("-", "").slice(0, 12).toLowerCase(), leaf.slice(2, 14));
    const found = await town.city.ok(["receipt", "--code", code.toLowerCase(), "--no-acceptance"]);
    assert.equal(JSON.parse(found.out).row.tag, view.row.tag);
    const wrong = code.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
    const refused = await town.city.run(["receipt", "--code", wrong, "--no-acceptance"]);
    assert.equal(refused.code, 2);
    assert.match(refused.err, /digit is wrong/);
    const unknown = await town.city.run(["receipt", "--code", "0000-0000-0000-0", "--no-acceptance"]);
    assert.equal(unknown.code, 1);
    assert.match((await town.city.ok(["receipt", "--from", town.receipts.share, "--qr", "-"])).out, /^<svg .*<\/svg>\n$/s);
    const none = await town.city.run(["receipt", "--from", town.receipts.share, "--qr", "-", "--form", "full"]);
    assert.equal(none.code, 1);
    assert.match(none.err, /holds no opening/);
    for (const args of [["--qr", "-"], ["V-2", "--from", town.receipts.share], ["V-2", "--form", "short", "--qr", "-"]]) {
        assert.equal((await town.city.run(["receipt", ...args])).code, 2, args.join(" "));
    }
});
