// SPDX-License-Identifier: Apache-2.0
//
// Whom the page believes: nobody but arithmetic and what the citizen chose. Without a network,
// against a block hash and against a file of heads, also as a file from a disk; with providers
// that are down, slow, strangers or liars.

import assert from "node:assert/strict";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "node:test";
import { keccak256 } from "ethers";
import { faults } from "../e2e/proxies.mjs";
import { secretsOf, skip } from "./browser.mjs";
import { program, shared, visit } from "./shared.mjs";
import { NOT_CHECKED, NOT_VALID, VALID, Verifying, texts } from "./verifying.mjs";

const blockOf = (view) => keccak256(view.anchors[0].evidence.header);

/** Runs `look` on a page of its own, whose end is checked too. */
async function on(options, look) {
    const page = await visit(options);
    try {
        return await look(page);
    } finally {
        const { town } = await shared();
        await page.close({ secrets: secretsOf(town.receipt("counted")) });
    }
}

test("against a block hash: nobody is asked", { skip }, async () => {
    const { town, mirror } = await shared();
    await on({ providers: ["http://127.0.0.1:9"] }, async (page) => {
        const view = town.receipt("counted");
        await page.settle({ way: "block", block: blockOf(view) });
        const asked = page.visit.requests.length;
        const answer = await page.view(view);
        assert.equal(answer.included, VALID, JSON.stringify(answer));
        await page.settle({ block: `0x${"17".repeat(32)}` });
        assert.equal((await page.view(view)).included, NOT_CHECKED);
        const rpc = page.visit.requests.slice(asked).filter(({ url }) => !url.startsWith(mirror.origin));
        assert.deepEqual(rpc, [], "no provider was asked");
    });
});

test("against a file of heads", { skip }, async () => {
    const { town } = await shared();
    await on({ providers: [] }, async (page) => {
        await page.settle({ way: "heads", heads: join(town.public, "trust.json"), mirror: "" });
        assert.equal((await page.file(town.receipts.counted)).included, VALID);
        const view = town.receipt("revision");
        delete view.anchors[0].later;
        delete view.anchors[0].evidence;
        view.anchors[0].parent = view.path[0];
        assert.equal((await page.view(view)).included, NOT_CHECKED, "there is nothing that leads to a head");
    });
});

/* Evidence is looked at where only a block is trusted: each step of it, spoiled. */
const SPOILED = {
    header: (anchor, flip) => (anchor.evidence.header = flip(anchor.evidence.header)),
    "account proof": (anchor, flip) => (anchor.evidence.account[0] = flip(anchor.evidence.account[0])),
    "account proof, a node missing": (anchor) => anchor.evidence.account.pop(),
    "storage proof": (anchor, flip) => (anchor.evidence.storage[0] = flip(anchor.evidence.storage[0])),
    "later entries": (anchor, flip) => (anchor.later[0] = flip(anchor.later[0])),
    "later entries, one missing": (anchor) => anchor.later.pop(),
    parent: (anchor, flip) => (anchor.parent = flip(anchor.parent)),
    evidence: (anchor) => delete anchor.evidence,
};

test("spoiled evidence could not be checked, and never shows anything false", { skip }, async () => {
    const { town } = await shared();
    const flip = (hex) => hex.slice(0, -1) + (hex.endsWith("0") ? "1" : "0");
    const block = blockOf(town.receipt("revision")); /* whose evidence is later than its entry */
    const headless = join(town.city.base, "headless.json");
    writeFileSync(headless, JSON.stringify({ ...town.trust, heads: [] }));
    await on({ providers: [] }, async (page) => {
        await page.settle({ way: "block", block, mirror: "" });
        for (const [what, spoil] of Object.entries(SPOILED)) {
            const view = town.receipt("revision");
            spoil(view.anchors[0], flip);
            const answer = await page.view(view);
            const theirs = await program(view, ["--offline", "--trust", headless, "--block", block]);
            assert.equal(theirs.included, NOT_CHECKED, what);
            assert.equal(answer.included, NOT_CHECKED, `${what}: ${JSON.stringify(answer)}`);
            assert.ok(!Object.values(answer.steps).includes(NOT_VALID), what);
            const why = theirs.findings.filter((finding) => finding.state === NOT_CHECKED && finding.anchor !== undefined);
            for (const { code } of why) assert.ok(answer.findings.includes(`${code} not_checked`), `${what}: ${code}`);
        }
        const forged = town.receipt("revision");
        forged.path[0] = flip(forged.path[0]);
        assert.equal((await page.view(forged)).included, NOT_VALID, "a wrong path under evidence that holds");
    });
});

test("from a disk, as a file, without anything beside it", { skip }, async () => {
    const { town, browser, urls } = await shared();
    const file = join(town.city.base, "verify.html");
    copyFileSync(join(town.public, "verify.html"), file);
    const page = await Verifying.open(browser, pathToFileURL(file).href, { providers: urls });
    assert.equal((await page.file(town.receipts.counted)).included, VALID);
    await page.settle({ way: "block", block: blockOf(town.receipt("counted")) });
    await page.visit.context.setOffline(true);
    assert.equal((await page.file(town.receipts.counted)).included, VALID, "with the network off");
    await page.close({ secrets: secretsOf(town.receipt("counted")) });
});

test("the page carries its trust, and without one it says whose contract it cannot know", { skip }, async () => {
    const { town, browser, urls } = await shared();
    const file = join(town.city.base, "bare.html");
    const published = readFileSync(join(town.public, "verify.html"), "utf8");
    writeFileSync(file, published.replace(/(id="voteanchor-trust">)[^<]*/, "$1{}"));
    const page = await Verifying.open(browser, pathToFileURL(file).href, { providers: urls });
    assert.equal((await page.file(town.receipts.counted)).included, NOT_CHECKED);
    await page.settle({ trust: join(town.public, "trust.json") });
    assert.equal((await page.file(town.receipts.counted)).included, VALID);
    await page.close();
});

test("no provider answers: could not check, and it says who did not", { skip }, async () => {
    const { town, providers, urls } = await shared();
    providers.forEach((provider) => provider.suffer(faults.status(503)));
    try {
        await on({ failing: urls }, async (page) => {
            const answer = await page.file(town.receipts.counted);
            assert.equal(answer.included, NOT_CHECKED);
            assert.match(answer.code, /^C/);
            assert.ok(answer.problems.length > 0);
            for (const url of urls) assert.ok(answer.text.includes(new URL(url).host), "it names the provider");
            providers.forEach((provider) => provider.heal());
            assert.equal((await page.again()).included, VALID, "asked again, it is there");
        });
    } finally {
        providers.forEach((provider) => provider.heal());
    }
});

test("a port where nobody listens is a provider that is down", { skip }, async () => {
    const { town, urls } = await shared();
    const dead = "http://127.0.0.1:9";
    await on({ providers: [dead, urls[0], urls[1]], failing: [dead] }, async (page) => {
        const answer = await page.file(town.receipts.counted);
        assert.equal(answer.included, VALID, "two of three are enough");
        assert.ok(answer.problems.length > 0, "and the third is named");
    });
    await on({ providers: [dead], failing: [dead] }, async (page) => {
        assert.equal((await page.file(town.receipts.counted)).included, NOT_CHECKED);
    });
});

/* What one of three may do, and what it may not bring about. */
const LIES = {
    "another state": faults.accountProof(),
    "another head": faults.storageProof(),
    "another block": faults.header("hash"),
    "another time": faults.header("timestamp"),
    "no events": faults.noLogs(),
    "other events": faults.logs(),
    "another chain": faults.chainId("0x1"),
    "a page instead": faults.html(),
    "half an answer": faults.cut(),
    "finality long ago": faults.finalAt(4),
};

test("one liar of three: the same answer as without it", { skip }, async () => {
    const { town, providers, urls } = await shared();
    await on({ failing: [urls[0]] }, async (page) => {
        await page.file(town.receipts.counted);
        try {
            for (const [what, fault] of Object.entries(LIES)) {
                providers[0].suffer(fault);
                const answer = await page.again();
                assert.equal(answer.included, VALID, `${what}: ${JSON.stringify(answer.problems)}`);
            }
        } finally {
            providers[0].heal();
        }
    });
});

test("a liar that is asked alone: never not valid, and one provider's word is called that", { skip }, async () => {
    const { town, providers, urls } = await shared();
    await on({ providers: [urls[0]], failing: [urls[0]] }, async (page) => {
        const answer = await page.file(town.receipts.counted);
        assert.equal(answer.included, VALID);
        assert.match(answer.text, /one provider/i);
        try {
            for (const [what, fault] of Object.entries(LIES)) {
                providers[0].suffer(fault);
                assert.notEqual((await page.again()).included, NOT_VALID, what);
            }
        } finally {
            providers[0].heal();
        }
    });
});

test("a quorum that is not reached leaves the question open", { skip }, async () => {
    const { town, providers, urls } = await shared();
    providers[2].suffer(faults.header("hash"));
    try {
        await on({ failing: [urls[2]] }, async (page) => {
            await page.settle({ quorum: 3 });
            assert.equal((await page.file(town.receipts.counted)).included, NOT_CHECKED);
            await page.settle({ quorum: 2 });
            assert.equal((await page.again()).included, VALID);
        });
    } finally {
        providers[2].heal();
    }
});

test("providers of another network were not meant", { skip }, async () => {
    const { town, providers, urls } = await shared();
    providers.forEach((provider) => provider.suffer(faults.chainId("0x88bb0")));
    try {
        await on({ failing: urls }, async (page) => {
            const answer = await page.file(town.receipts.counted);
            assert.equal(answer.included, NOT_CHECKED);
            assert.ok(answer.problems.length > 0);
        });
    } finally {
        providers.forEach((provider) => provider.heal());
    }
});

test("providers are the citizen's choice: edited, refused with a reason, remembered", { skip }, async () => {
    const { town, urls } = await shared();
    await on({}, async (page) => {
        await page.settle({ providers: [urls[1]] });
        assert.equal((await page.file(town.receipts.counted)).included, VALID);
        await page.page.reload();
        await page.openSettings();
        const kept = await page.page.locator("[data-provider]").evaluateAll((all) => all.map((one) => one.value));
        assert.deepEqual(kept, [urls[1]]);
        for (const [given, reason] of [["http://example.org", "url-not-local"], ["ftp://127.0.0.1", "url-scheme"], ["https://me:secret@127.0.0.1", "url-userinfo"]]) {
            const field = page.page.locator("[data-provider]").first();
            await field.fill(given);
            await field.blur();
            await page.page.locator("[data-check-again]").focus();
            assert.equal(await page.page.locator("[data-provider]").first().getAttribute("aria-invalid"), "true", given);
            assert.ok(texts.en[`reason.${reason}`], reason);
        }
        await page.page.locator("[data-settings-reset]").click();
    });
});
