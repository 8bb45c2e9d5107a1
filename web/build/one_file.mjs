/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Vite: one file of a page and its chunks. Script and style go inside, a policy that names
 * their hashes goes before them, and nothing is left to load. The script is a classic one at
 * the end of the body: a module would not run from file://.
 */
import { createHash } from "node:crypto";

const POLICY = (hashes) => [
    "default-src 'none'",
    `script-src ${hashes.script} 'wasm-unsafe-eval'`,
    `style-src ${hashes.style}`,
    "img-src data: blob:",
    "media-src blob: mediastream:",
    /* 'self': the publication that the page lies in, also over plain http in a city's own network */
    "connect-src 'self' https: http://127.0.0.1:* http://localhost:*",
    "base-uri 'none'",
    "form-action 'none'",
];

export function hashOf(text) {
    return `'sha256-${createHash("sha256").update(text, "utf8").digest("base64")}'`;
}

/* What would end the element early cannot stand in it: in strings a backslash hides it. */
export function safeScript(script) {
    const safe = script.replaceAll(/<(\/script|!--)/gi, "\\x3c$1").trimEnd();
    if (/\bimport\s*\(|\bimport\.meta\b|^\s*(import|export)\s/m.test(safe)) {
        throw new Error("the page's script is not a classic one");
    }
    return safe;
}

function safeStyle(style) {
    if (/<\/style|@import|url\((?!["']?data:)/i.test(style)) throw new Error("the page's style would load something");
    return style.trim();
}

/* Comments of the skeleton are for who writes it; one says what this file is, and of whose parts. */
function withoutComments(html) {
    return html.replace(/<!--[\s\S]*?-->\s*/g, "").replace(/^\s+/gm, "");
}

export function oneFile(html, script, style, notice) {
    const js = safeScript(script);
    const css = safeStyle(style);
    const policy = POLICY({ script: hashOf(js), style: hashOf(css) }).join("; ");
    const bare = withoutComments(html)
        .replace(/<script type="module"[^>]*><\/script>\s*/g, "")
        .replace(/<link rel="(stylesheet|modulepreload)"[^>]*>\s*/g, "");
    const head = `<meta charset="utf-8" />\n<meta http-equiv="Content-Security-Policy" content="${policy}" />`;
    const page = bare
        .replace(/<meta charset="utf-8"\s*\/?>/i, () => head)
        .replace("</head>", () => `<style>${css}</style>\n</head>`)
        .replace("</body>", () => `<script>${js}</script>\n</body>`)
        /* At the end: browsers look for the character set in the first 1,024 bytes. */
        .replace("</html>", () => `</html>\n<!--\n${notice.trim()}\n-->`);
    const left = page.match(/\s(src|on[a-z]+|style)="/) ?? page.match(/<link(?! rel="icon" href="data:)/);
    if (left !== null) throw new Error(`the page still has ${left[0]}`);
    return page;
}

export function oneFilePlugin(notice) {
    return {
        name: "voteanchor-one-file",
        enforce: "post",
        generateBundle(_, bundle) {
            const named = (end) => Object.values(bundle).filter((file) => file.fileName.endsWith(end));
            const [html] = named(".html");
            const scripts = named(".js");
            const styles = named(".css");
            if (html === undefined || scripts.length !== 1 || styles.length !== 1) {
                throw new Error("one page, one script and one style were expected");
            }
            html.source = oneFile(String(html.source), scripts[0].code, String(styles[0].source), notice);
            for (const file of [...scripts, ...styles]) delete bundle[file.fileName];
        },
    };
}
