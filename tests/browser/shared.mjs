// SPDX-License-Identifier: Apache-2.0
//
// What the chapters of pages.mjs share: one town with its publication on a web server, three
// providers before its node, one browser. Made when the first test asks, and once.

import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after } from "node:test";
import { Gate, Proxy } from "../e2e/proxies.mjs";
import { Town } from "../e2e/town.mjs";
import { openBrowser, pageFile } from "./browser.mjs";
import { Mirror } from "./mirror.mjs";
import { Verifying } from "./verifying.mjs";

let made;

async function make() {
    const all = {};
    all.town = await Town.build({ config: { VOTEANCHOR_PUBLISH_PAGE: pageFile } });
    all.mirror = await Mirror.start(all.town.public);
    const gate = new Gate();
    all.providers = await Promise.all([1, 2, 3].map(() => Proxy.start(all.town.url, gate)));
    all.urls = all.providers.map((provider) => provider.url);
    all.browser = await openBrowser();
    return all;
}

/** { town, mirror, providers, urls, browser } */
export const shared = () => (made ??= make());

after(async () => {
    if (!made) return;
    const { town, mirror, providers, browser } = await made.catch(() => ({}));
    await browser?.close();
    mirror?.stop();
    providers?.forEach((provider) => provider.stop());
    town?.close();
});

/** The page as the town publishes it; told to ask all three providers unless something else is. */
export async function visit(options = {}) {
    const { browser, mirror, urls } = await shared();
    return Verifying.open(browser, mirror.url("verify.html"), { providers: urls, ...options });
}

/** What the program says of a receipt, as its --json has it. */
export async function program(view, args) {
    const { town } = await shared();
    const file = join(town.city.base, "asked.receipt.json");
    writeFileSync(file, JSON.stringify(view));
    const done = await town.city.run(["verify", file, ...args, "--json"], { dir: town.city.base });
    return done.out === "" ? undefined : JSON.parse(done.out).receipts[0];
}

/** A copy of the publication, for whoever wants to spoil it. */
export async function copyOfPublication(name) {
    const { town } = await shared();
    const dir = join(town.city.base, name);
    cpSync(town.public, dir, { recursive: true });
    return dir;
}
