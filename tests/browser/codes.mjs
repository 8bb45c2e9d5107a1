// SPDX-License-Identifier: Apache-2.0
//
// QR codes as people have them: the program's drawing of one, a picture of that as a camera would
// take it, and a video that Chromium plays instead of a camera.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeCbor } from "../oracle/independent.mjs";

const FRAMES = 3;

const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/** RFC 9285. */
function base45(bytes) {
    let text = "";
    for (let i = 0; i < bytes.length; i += 2) {
        let left = i + 1 < bytes.length ? bytes[i] * 256 + bytes[i + 1] : bytes[i];
        for (let n = i + 1 < bytes.length ? 3 : 2; n > 0; n--, left = Math.floor(left / 45)) text += LETTERS[left % 45];
    }
    return text;
}

/** What stands in the code of a receipt's share form, made by others' code. */
export function printedText(view) {
    const { format, row, path, anchors, acceptance } = view;
    const bare = anchors.slice(0, 1).map(({ evidence, later, ...anchor }) => anchor);
    const printed = { format, row, path, anchors: bare, acceptance: bare.length === 0 ? acceptance : undefined };
    return `VA1:${base45(writeCbor(printed))}`;
}

/** The program's drawing of a receipt's code, as SVG. */
export async function codeOf(town, name, ...more) {
    const file = join(town.city.base, `${name}.svg`);
    await town.city.ok(["receipt", "--from", town.receipts[name], "--qr", file, ...more]);
    return readFileSync(file, "utf8");
}

/** A picture of a drawing: { png, width, height, luma }, a byte of brightness for each pixel. */
export async function pictureOf(browser, svg, { side, style = "", ground = "#fff", width = side + 80, height = side + 80 }) {
    const page = await browser.newPage({ viewport: { width, height } });
    try {
        await page.setContent(`<style>
            body { margin: 0; background: ${ground}; display: grid; place-items: center; height: 100vh }
            div { width: ${side}px; ${style} } svg { display: block; width: 100%; height: auto; background: #fff }
        </style><div>${svg.replace(/^<\?xml.*?\?>/, "")}</div>`);
        const png = await page.screenshot({ type: "png" });
        const luma = await page.evaluate(async (data) => {
            const bitmap = await createImageBitmap(await (await fetch(data)).blob());
            const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
            const context = canvas.getContext("2d");
            context.drawImage(bitmap, 0, 0);
            const { data: pixels } = context.getImageData(0, 0, bitmap.width, bitmap.height);
            let text = "";
            for (let i = 0; i < pixels.length; i += 4) {
                text += String.fromCharCode(Math.round(0.299 * pixels[i] + 0.587 * pixels[i + 1] + 0.114 * pixels[i + 2]));
            }
            return btoa(text);
        }, `data:image/png;base64,${png.toString("base64")}`);
        return { png, width, height, luma: Buffer.from(luma, "base64") };
    } finally {
        await page.close();
    }
}

/** A video of that picture, gray, in YUV4MPEG2. */
export function asVideo(file, { width, height, luma }) {
    const gray = Buffer.alloc((width / 2) * (height / 2) * 2, 128);
    const frame = Buffer.concat([Buffer.from("FRAME\n"), luma, gray]);
    const head = Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`);
    writeFileSync(file, Buffer.concat([head, ...Array.from({ length: FRAMES }, () => frame)]));
}
