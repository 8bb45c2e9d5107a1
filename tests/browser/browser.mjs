// SPDX-License-Identifier: Apache-2.0
//
// A real Chromium (Debian's) for the tests of the pages, and a visit to a page that remembers what
// a careful citizen would want to know: everything that was asked of anybody, everything that went
// wrong, and whether any of it could tell who voted how. Nothing outside this machine can be reached.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const which = (name) => spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).stdout.trim();
const executable = process.env.VOTA_CHROMIUM ?? (which("chromium") || which("chromium-browser"));

/** The single file that build/ made. */
export const pageFile = process.env.VOTA_PAGE ?? "";

/* A user's machine may lack a browser; where all tests run, there is one. */
export const skip =
    (!executable && "SKIPPED, not installed: chromium") ||
    (!existsSync(pageFile) && "SKIPPED, not built: web/verify.html");

/* Loaded late: where there is no browser, this may not be installed either. */
const { chromium } = skip ? {} : await import("playwright-core");
const { AxeBuilder } = skip ? {} : await import("@axe-core/playwright");

/** Starts the browser; `camera` is a .y4m file that it sees instead of a camera. */
export function openBrowser({ camera } = {}) {
    const args = [
        "--disable-dev-shm-usage",
        "--font-render-hinting=none",
        /* No name is looked up, no outside host is reached, even by a mistake of the page. */
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    ];
    if (camera) {
        args.push("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream");
        args.push(`--use-file-for-fake-video-capture=${camera}`);
    }
    if (process.getuid() === 0) args.push("--no-sandbox");
    return chromium.launch({ executablePath: executable, headless: true, args });
}

/** What nobody but the citizen may learn from a receipt: texts that no request may hold. */
export function secretsOf(receipt) {
    const { row, opening, acceptance, path } = receipt;
    const hexes = [row.tag, row.content_hash, ...path, acceptance?.signature, opening?.city_salt, opening?.citizen_salt];
    const bare = hexes.filter((text) => text && !/^0x0+$/.test(text)).map((text) => text.slice(2));
    return opening ? [...bare, opening.content, JSON.stringify(opening.content).slice(1, -1)] : bare;
}

/** One page in a context of its own, and what it did. */
export class Visit {
    requests = []; /* { method, url, body, headers } */
    complaints = []; /* console errors, exceptions, violations of the page's policy */
    violations = [];

    /**
     * Opens a context. `allowed` are the origins that may be asked, `failing` those whose failures
     * the browser will report on its console.
     */
    static async open(browser, { allowed = [], failing = [], ...options } = {}) {
        const visit = new Visit();
        visit.allowed = [...allowed];
        visit.failing = [...failing];
        visit.context = await browser.newContext({
            locale: "en-US",
            timezoneId: "Asia/Seoul",
            acceptDownloads: true,
            ...options,
        });
        visit.context.setDefaultTimeout(20_000);
        visit.context.on("request", (request) => visit.#note(request));
        if (options.javaScriptEnabled !== false) {
            await visit.context.exposeFunction("voteanchorViolation", (text) => visit.violations.push(text));
            await visit.context.addInitScript(() => {
                addEventListener("securitypolicyviolation", (event) =>
                    window.voteanchorViolation(`${event.violatedDirective}: ${event.blockedURI}`),
                );
            });
        }
        visit.page = await visit.context.newPage();
        visit.watch(visit.page);
        return visit;
    }

    watch(page) {
        page.on("pageerror", (error) => this.complaints.push(`exception: ${error.stack ?? error}`));
        page.on("console", (message) => {
            if (message.type() !== "error") return;
            const from = message.location().url;
            /* No leaf begins with these two digits: that a file is not there says so. */
            if (/\/leaves\/[0-9a-f]{2}\.idx$/.test(from) && message.text().includes(" 404 ")) return;
            if (this.failing.some((origin) => from.startsWith(origin) || message.text().includes(origin))) return;
            this.complaints.push(`console: ${message.text()} (${from})`);
        });
    }

    #note(request) {
        this.requests.push({
            method: request.method(),
            url: request.url(),
            body: request.postData() ?? "",
            headers: JSON.stringify(request.headers()),
        });
    }

    async goto(url) {
        this.home = url;
        this.allowed.push(url.startsWith("file:") ? url : new URL(url).origin);
        await this.page.goto(url);
    }

    /** axe-core on the page as it is now: no rule of WCAG 2.2 AA or of good practice is broken. */
    async axe(what) {
        const found = await new AxeBuilder({ page: this.page })
            .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
            .analyze();
        const told = found.violations.map((rule) => `${rule.id}: ${rule.nodes.map((node) => node.html).join("\n    ")}`);
        assert.deepEqual(told, [], what);
        assert.ok(found.passes.length > 10, `axe looked at ${what}`);
        return found.passes.length;
    }

    /** Nothing runs over the side of the window. */
    async fits(what) {
        const over = await this.page.evaluate(() => {
            const width = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= width) return [];
            return [...document.querySelectorAll("body *")]
                .filter((node) => node.getBoundingClientRect().right > width + 1)
                .slice(0, 5)
                .map((node) => node.outerHTML.slice(0, 120));
        });
        assert.deepEqual(over, [], `${what} is wider than its window`);
    }

    /** Ends the visit: nobody was asked but who may be, of nothing that is the citizen's own. */
    async close({ secrets = [] } = {}) {
        await this.context.close();
        const strangers = this.requests.filter(
            ({ url }) => !/^(data|blob):/.test(url) && !this.allowed.some((allowed) => url.startsWith(allowed)),
        );
        assert.deepEqual(strangers.map(({ url }) => url), [], "requests to hosts that nobody chose");
        for (const { url, body, headers } of this.requests) {
            for (const secret of secrets) {
                for (const text of [url, decodeURIComponent(url), body, headers]) {
                    assert.ok(!text.includes(secret), `${secret} left the browser to ${url}`);
                }
            }
        }
        assert.deepEqual(this.violations, [], "violations of the page's policy");
        assert.deepEqual(this.complaints, []);
    }
}
