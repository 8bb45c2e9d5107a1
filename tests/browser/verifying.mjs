// SPDX-License-Identifier: Apache-2.0
//
// The verifier page as a citizen works it: hand something in, choose whom to ask, read the answer.
// Knows the page by the attributes that web/verify.html promises to keep, and by nothing else.

import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { rootDir } from "../e2e/city.mjs";
import { Visit } from "./browser.mjs";

const textOf = (lang) => JSON.parse(readFileSync(join(rootDir, `text/${lang}.json`), "utf8"));
export const texts = { en: textOf("en"), ko: textOf("ko") };

export const VALID = "valid";
export const NOT_VALID = "not_valid";
export const NOT_CHECKED = "not_checked";

/** What one article says, by its attributes. */
function readArticle(node) {
    const text = (name) => node.querySelector(`[data-${name}]`)?.textContent.trim();
    const states = (name) =>
        Object.fromEntries([...node.querySelectorAll(`[data-${name}]`)].map((one) => [one.dataset[name], one.dataset.state]));
    const { answer, included, standing, promise, refused, where, reason, failed, breach } = node.dataset;
    return {
        answer, included, standing, promise, where, reason, breach,
        refused: refused !== undefined,
        failed: failed !== undefined,
        title: text("answer-title"),
        sentence: text("answer-sentence"),
        code: text("answer-code"),
        why: text("answer-why"),
        questions: states("question"),
        steps: states("step"),
        findings: [...node.querySelectorAll("[data-finding]")].map((one) => `${one.dataset.finding} ${one.dataset.state}`),
        problems: [...node.querySelectorAll("[data-problem]")].map((one) => one.dataset.problem),
        text: node.innerText,
    };
}

export class Verifying {
    /** The page at `url`, in a visit of its own; `providers` are put in as if remembered. */
    static async open(browser, url, { providers, language = "en", ...options } = {}) {
        const verifying = new Verifying();
        verifying.visit = await Visit.open(browser, {
            locale: language === "ko" ? "ko-KR" : "en-US",
            ...options,
            allowed: [...(options.allowed ?? []), ...(providers ?? [])],
        });
        const kept = { providers: providers && JSON.stringify(providers), language };
        await verifying.visit.context.addInitScript((settings) => {
            if (location.protocol === "about:") return; /* where nothing is kept */
            for (const [name, value] of Object.entries(settings)) {
                if (value && localStorage.getItem(`voteanchor.${name}`) === null) localStorage.setItem(`voteanchor.${name}`, value);
            }
        }, kept);
        await verifying.visit.goto(url);
        verifying.page = verifying.visit.page;
        return verifying;
    }

    /** Waits for `n` more answers than there are, which `act` brings about; the new ones in order. */
    async #awaiting(n, act) {
        const before = new Set(await this.#ids());
        await act();
        await this.page.waitForFunction(
            ([wanted, old]) => {
                const fresh = [...document.querySelectorAll("[data-receipt]:not([data-busy])")];
                return fresh.filter((one) => !old.includes(one.dataset.receipt)).length >= wanted;
            },
            [n, [...before]],
            { timeout: 30_000 },
        );
        const ids = (await this.#ids()).filter((id) => !before.has(id)).sort((a, b) => a - b);
        this.last = ids.at(-1);
        return Promise.all(ids.map((id) => this.read(id)));
    }

    #ids() {
        return this.page.locator("[data-receipt]").evaluateAll((all) => all.map((one) => one.dataset.receipt));
    }

    article(id = this.last) {
        return this.page.locator(`[data-receipt="${id}"]`);
    }

    /** What the article says now, once it is not busy. */
    async read(id = this.last) {
        await this.page.locator(`[data-receipt="${id}"]:not([data-busy])`).waitFor({ timeout: 30_000 });
        return this.article(id).evaluate(readArticle);
    }

    /** Chooses files; an item is a path, or { name, text | buffer }. */
    async files(...items) {
        const given = items.map((item) => {
            if (typeof item === "string") return { name: basename(item), mimeType: "", buffer: readFileSync(item) };
            return { name: item.name ?? "a.receipt.json", mimeType: item.type ?? "", buffer: item.buffer ?? Buffer.from(item.text) };
        });
        return this.#awaiting(items.length, () => this.page.locator("[data-file]").setInputFiles(given));
    }

    async file(item) {
        return (await this.files(item))[0];
    }

    /** One receipt from its view. */
    view(view) {
        return this.file({ text: JSON.stringify(view) });
    }

    async picture(name, buffer) {
        const chosen = { name, mimeType: "image/png", buffer };
        return (await this.#awaiting(1, () => this.page.locator("[data-picture]").setInputFiles(chosen)))[0];
    }

    async camera() {
        return (await this.#awaiting(1, () => this.page.locator("[data-camera]").click()))[0];
    }

    async paste(text) {
        const area = this.page.locator("[data-paste]");
        if (!(await area.isVisible())) await this.page.locator("details:has([data-paste]) > summary").click();
        await area.fill(text);
        return (await this.#awaiting(1, () => this.page.locator("[data-paste-check]").click()))[0];
    }

    /** Drops files as a file manager does. */
    async drop(...paths) {
        const given = paths.map((path) => ({ name: basename(path), text: readFileSync(path, "utf8") }));
        return this.#awaiting(paths.length, async () => {
            const data = await this.page.evaluateHandle((files) => {
                const transfer = new DataTransfer();
                for (const { name, text } of files) transfer.items.add(new File([text], name));
                return transfer;
            }, given);
            await this.page.dispatchEvent("[data-drop]", "dragover", { dataTransfer: data });
            await this.page.dispatchEvent("[data-drop]", "drop", { dataTransfer: data });
        });
    }

    async openSettings() {
        const settings = this.page.locator("[data-settings]");
        if ((await settings.getAttribute("open")) === null) await settings.locator("> summary").click();
    }

    /** Sets a way of checking; fields are left as a person leaves them, by going on. */
    async settle({ way, block, heads, trust, contract, mirror, providers, quorum } = {}) {
        await this.openSettings();
        if (way) await this.page.locator(`[data-way="${way}"]`).check();
        const put = async (name, value) => {
            const field = this.page.locator(`[data-${name}]`);
            await field.fill(String(value));
            await field.blur();
        };
        if (providers) {
            while ((await this.page.locator("[data-provider]").count()) > providers.length) {
                await this.page.locator("[data-provider-remove]").last().click();
            }
            for (let i = 0; i < providers.length; i++) {
                if ((await this.page.locator("[data-provider]").count()) <= i) await this.page.locator("[data-provider-add]").click();
                const field = this.page.locator("[data-provider]").nth(i);
                await field.fill(providers[i]);
                await field.blur();
                this.visit.allowed.push(providers[i]);
            }
        }
        if (quorum !== undefined) await put("quorum", quorum);
        if (block) await put("block", block);
        if (contract) await put("named-contract", contract);
        if (mirror !== undefined) await put("mirror", mirror);
        if (heads) await this.page.locator("[data-heads-file]").setInputFiles(heads);
        if (trust) await this.page.locator("[data-trust-file]").setInputFiles(trust);
    }

    /** Asks again with the settings as they are; the last answer anew. */
    async again() {
        await this.openSettings();
        await this.page.locator("[data-check-again]").click();
        await this.page.waitForFunction(() => !document.querySelector("[data-receipt][data-busy]"));
        return this.read();
    }

    async press(name, id = this.last) {
        await this.article(id).locator(`[data-${name}]`).click();
    }

    /** Presses and takes the file that comes down: { name, text }. */
    async save(name, id = this.last) {
        const [download] = await Promise.all([this.page.waitForEvent("download"), this.press(name, id)]);
        return { name: download.suggestedFilename(), text: readFileSync(await download.path(), "utf8") };
    }

    close(options) {
        return this.visit.close(options);
    }
}
