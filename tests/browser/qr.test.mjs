// SPDX-License-Identifier: Apache-2.0
//
// A printed receipt comes back: from a picture of it, a photograph of it turned and gray, and from
// a camera, which is a video file here. The code itself is the program's (libqrencode).

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { openBrowser, secretsOf, skip } from "./browser.mjs";
import { asVideo, codeOf, pictureOf, printedText } from "./codes.mjs";
import { shared, visit } from "./shared.mjs";
import { NOT_VALID, VALID, Verifying } from "./verifying.mjs";

test("from a picture: clean, small, turned, on a desk", { skip }, async () => {
    const { town, browser } = await shared();
    const svg = await codeOf(town, "counted");
    const text = printedText(town.receipt("counted"));
    const page = await visit();
    const looks = {
        clean: { side: 700 },
        small: { side: 420 },
        turned: { side: 900, style: "transform: rotate(90deg)" },
        "on a desk": { side: 900, style: "transform: rotate(4deg) scale(.8); filter: contrast(.7) blur(.4px)", ground: "#b9a48a" },
    };
    for (const [what, look] of Object.entries(looks)) {
        const { png } = await pictureOf(browser, svg, look);
        const answer = await page.picture(`${what}.png`, png);
        assert.equal(answer.included, VALID, `${what}: ${JSON.stringify(answer)}`);
    }
    assert.equal((await page.paste(text)).included, VALID, "typed off the paper");
    /* What a mirror completes it does not repair. */
    for (const spoil of [
        (view) => (view.anchors[0].entry.root = view.path[0]),
        (view) => (view.anchors[0].entry.time += 1),
        (view) => (view.path[0] = view.path[1]),
        (view) => (view.row.tag = view.path[0]),
    ]) {
        const view = town.receipt("counted");
        spoil(view);
        const answer = await page.paste(printedText(view));
        assert.equal(answer.included, NOT_VALID, JSON.stringify(answer));
    }
    assert.ok((await page.paste(text.slice(0, -1))).refused);
    const { png } = await pictureOf(browser, "<p>A picture of a cat</p>", { side: 300 });
    assert.ok((await page.picture("cat.png", png)).refused);
    await page.close({ secrets: secretsOf(town.receipt("counted")) });
});

test("from a camera; a code of another thing is not taken", { skip }, async () => {
    const { town, browser, mirror, urls } = await shared();
    const svg = await codeOf(town, "counted", "--form", "full");
    const video = join(town.city.base, "camera.y4m");
    asVideo(video, await pictureOf(browser, svg, { side: 900, width: 1280, height: 960 }));
    const seeing = await openBrowser({ camera: video });
    try {
        const page = await Verifying.open(seeing, mirror.url("verify.html"), { providers: urls, permissions: ["camera"] });
        const answer = await page.camera();
        assert.equal(answer.included, VALID, JSON.stringify(answer));
        assert.equal(await page.page.locator("[data-camera-view]").isVisible(), false, "the camera is off again");
        await page.close({ secrets: secretsOf(town.receipt("counted")) });
    } finally {
        await seeing.close();
    }
});

test("without a camera it says so and nothing breaks", { skip }, async () => {
    const page = await visit({ permissions: [] });
    await page.page.locator("[data-camera]").click();
    const status = page.page.locator("[data-intake-status]");
    await status.filter({ hasText: /camera/i }).waitFor();
    await page.close();
});

test("a pending receipt on paper is what it is", { skip }, async () => {
    const { town, browser } = await shared();
    const svg = await codeOf(town, "promised");
    const page = await visit();
    const { png } = await pictureOf(browser, svg, { side: 700 });
    assert.notEqual((await page.picture("pending.png", png)).included, VALID);
    await page.close();
});
