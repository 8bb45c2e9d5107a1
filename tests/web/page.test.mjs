// SPDX-License-Identifier: Apache-2.0
//
// Those parts of the verifier page that need no browser: sentences and times as the command line
// writes them, what was handed in told apart, settings that are refused, the picture of the way.

import assert from "node:assert/strict";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

const { page, text } = await import(pathToFileURL(process.env.VOTA_MODULES));
const { fill, langOf, minuteOf, momentOf, networkOf, reasonOf, say } = text;

const HOODI = "0xbbe312868b376a3001692a646dd2d7d1e4406380dfd86b98aa8a34d1557c971b";
const SEPOLIA = "0x25a5cc106eea7138acab33231d7160d69cb777ee0c2c553fcddf5138993e6dd9";

// ---- sentences ----

test("placeholders are filled, one and many told apart, unknown ones stay visible", () => {
    const cases = [
        ["{a} and {b}", { a: 1, b: "x" }, "1 and x"],
        ["{n} {n|batch|batches}", { n: 1 }, "1 batch"],
        ["{n} {n|batch|batches}", { n: 2 }, "2 batches"],
        ["{n} {n|batch|batches}", { n: 0 }, "0 batches"],
        ["{n|one}", { n: 7 }, "one"],
        ["{missing}", {}, "{missing}"],
        ["{missing|a|b}", {}, "{missing}"],
        ["{a}", { a: "{b}", b: "no" }, "{b}"],
        ["{a}", { a: "x\u0000\u001b[31m\u0085" }, "x\ufffd\ufffd[31m\ufffd"],
    ];
    for (const [template, values, want] of cases) assert.equal(fill(template, values), want, template);
});

test("a sentence is there in both languages, a key that is not shows itself", () => {
    assert.notEqual(say("en", "page.heading"), say("ko", "page.heading"));
    assert.equal(say("ko", "page.no-such-key"), "page.no-such-key");
    assert.equal(reasonOf("en", "too-long"), "too long");
    assert.equal(reasonOf("en", "no-such-reason"), "no-such-reason");
});

test("the reader's first language that there is, else English", () => {
    const cases = [[["ko-KR", "en"], "ko"], [["fr", "ko"], "ko"], [["en-GB"], "en"], [["ja"], "en"], [[], "en"]];
    for (const [preferred, want] of cases) assert.equal(langOf(preferred), want, String(preferred));
});

test("times as the command line writes them: KST in Korean, the reader's zone else, UTC beside", () => {
    const at = Date.UTC(2026, 10, 20, 9, 5, 7) / 1000;
    const late = Date.UTC(2026, 10, 20, 18, 5, 7) / 1000;
    const cases = [
        [momentOf("ko", at), "2026-11-20 18:05:07 KST (09:05:07 UTC)"],
        [momentOf("ko", late), "2026-11-21 03:05:07 KST (2026-11-20 18:05:07 UTC)"],
        [minuteOf("ko", at), "2026-11-20 18:05 KST (09:05 UTC)"],
        [momentOf("en", at, "UTC"), "2026-11-20 09:05:07 UTC"],
        [momentOf("en", at, "America/New_York"), "2026-11-20 04:05:07 GMT-5 (09:05:07 UTC)"],
        [minuteOf("en", at, "UTC"), "2026-11-20 09:05 UTC"],
        [momentOf("en", 0, "UTC"), "1970-01-01 00:00:00 UTC"],
        [momentOf("en", 253402300800, "UTC"), "253402300800"],
        [momentOf("en", -1, "UTC"), "-1"],
        [momentOf("en", 1.5, "UTC"), "1.5"],
    ];
    for (const [got, want] of cases) assert.equal(got, want);
});

test("a network has its name only where chain id and genesis both match", () => {
    assert.equal(networkOf(560048, HOODI).key, "network.hoodi");
    assert.equal(networkOf(11155111, SEPOLIA).key, "network.sepolia");
    for (const [id, genesis] of [[560048, SEPOLIA], [11155111, HOODI], [1, HOODI], [31337, HOODI], [560048, "0x"]]) {
        const network = networkOf(id, genesis);
        assert.equal(network.key, "network.local", `${id} ${genesis}`);
        assert.ok(network.testnet);
        assert.equal(network.explorer, undefined, "no explorer shows it");
    }
});

// ---- what is handed in ----

test("a link holds a receipt behind #, and what is cut off is told from none", () => {
    const bytes = Uint8Array.from({ length: 700 }, (_, i) => (i * 37) & 255);
    for (const place of ["https://city.example/a/verify.html?lang=ko", "file:///home/a/verify.html", "https://x.example/#old"]) {
        const link = page.linkOf(place, bytes);
        assert.deepEqual(page.receiptInLink(link), bytes);
        assert.match(link, /#r=[A-Za-z0-9_-]+$/);
    }
    assert.equal(page.receiptInLink("https://city.example/"), undefined);
    assert.equal(page.receiptInLink("#other"), undefined);
    for (const bad of ["#r=", "#r=a b", "#r=%41", "#r=A"]) assert.equal(page.receiptInLink(bad), null, bad);
});

test("what somebody hands in is told apart before anybody reads it", () => {
    const kind = (given) => (given.kind === "refused" ? `${given.where} ${given.reason}` : given.kind);
    const cases = [
        ["", "file empty"],
        ["  \n", "file empty"],
        ['{"format":"voteanchor-receipt-v1"}', "receipt"],
        ['{"format":"voteanchor-breach-v1"}', "bundle"],
        ['{"format":"voteanchor-trust-v1"}', "trust"],
        ['{"format":["voteanchor-trust-v1"]}', "receipt"],
        ["{", "receipt"],
        ["VA1:ABC", "receipt"],
        ["https://city.example/verify.html#r=AAAA", "receipt"],
        ["https://city.example/verify.html#r=%%", "link base64url"],
        ["Dear city", "receipt"],
        ['{"title":"see https://city.example/#r=AAAA"}', "receipt"],
        ['{"format":"voteanchor-receipt-v1"}#r=AAAA', "receipt"],
    ];
    for (const [given, want] of cases) assert.equal(kind(page.sortText("a", given)), want, given);
    const two = '{"format":"voteanchor-receipt-v1"}\n#r=AAAA';
    assert.equal(page.sortText("a", two).input, two, "no link behind a receipt is looked at in its place");
    assert.equal(page.sortText("a", " VA1:AB\n C\r\nD \n").input, "VA1:ABCD", "lines that a mail program broke");
    assert.equal(page.sortText("a", "VA1:A B").input, "VA1:A B", "a space is a character of the code");
    assert.equal(kind(page.sortBytes("a", new Uint8Array())), "file empty");
    const cbor = Uint8Array.of(0xa4, 0x00);
    assert.equal(page.sortBytes("a", cbor).input, cbor, "bytes stay bytes");
    assert.equal(page.sortBytes("a", new TextEncoder().encode("VA1:ABC")).input, "VA1:ABC");
    const bad = Uint8Array.of(0x7b, 0xff);
    assert.equal(page.sortBytes("a", bad).input, bad, "what is no UTF-8 is for the verifier to refuse");
});

test("a trust file that is none is refused by part and reason", () => {
    const good = { city: "x", contracts: [], format: "voteanchor-trust-v1", heads: [], networks: [], successors: [] };
    const read = (change) => page.readTrust(JSON.stringify({ ...good, ...change }));
    assert.equal(read({}).city, "x");
    assert.deepEqual(read({ heads: undefined }).heads, [], "the page's own carries no heads");
    for (const change of [{ format: "x" }, { city: 1 }, { contracts: {} }, { networks: undefined }, { successors: "" }, { heads: 1 }]) {
        assert.throws(() => read(change), { name: "Refused", where: Object.keys(change)[0] });
    }
    for (const list of [[null], [[]], ["x"], [{ address: {} }], [{ chain_id: 1.5 }], [{ chain_id: null }]])
        for (const name of ["contracts", "networks", "successors", "heads"])
            assert.throws(() => read({ [name]: list }), { name: "Refused", reason: "bad-type", where: name });
    for (const text of ["", "[]", "null", "{}", "not json"]) assert.throws(() => page.readTrust(text), { name: "Refused" }, text);
});

// ---- settings ----

test("addresses of providers: https, or this machine", () => {
    const cases = [
        ["https://rpc.example.org", ""],
        ["https://rpc.example.org/key?x=1", ""],
        ["http://127.0.0.1:8545", ""],
        ["http://localhost:8545", ""],
        ["http://rpc.example.org", "url-not-local"],
        ["http://127.0.0.1.example.org", "url-not-local"],
        ["https://a:b@rpc.example.org", "url-userinfo"],
        ["ftp://rpc.example.org", "url-scheme"],
        ["javascript:alert(1)", "url-scheme"],
        ["rpc.example.org", "url-scheme"],
        ["", "url-scheme"],
    ];
    for (const [url, want] of cases) assert.equal(page.urlProblem(url), want, url);
});

test("what cannot be used says which field and why", () => {
    const trust = { networks: [{ chain_id: 560048, chain_genesis: HOODI }] };
    const usual = page.initialSettings(trust, "file:///a/verify.html");
    assert.deepEqual(page.faultsOf(usual), []);
    assert.ok(usual.providers.length >= 2 && usual.providers.every((url) => page.urlProblem(url) === ""));
    assert.equal(usual.mirror, "", "a file has no directory to ask");
    assert.equal(page.initialSettings(trust, "https://city.example/a/verify.html?x#r=A").mirror, "https://city.example/a/");
    const cases = [
        [{ providers: ["http://a.example"] }, "providers url-not-local"],
        [{ providers: ["https://a.example"], quorum: 2 }, "quorum not-in-range"],
        [{ way: "block", block: "0x12" }, "block not-a-hash"],
        [{ way: "heads" }, "heads no-file"],
        [{ contract: "0x12" }, "contract not-an-address"],
        [{ mirror: "ftp://x" }, "mirror url-scheme"],
    ];
    for (const [change, want] of cases) {
        const [fault] = page.faultsOf({ ...usual, ...change });
        assert.equal(`${fault.field} ${fault.reason}`, want);
    }
    assert.deepEqual(page.faultsOf({ ...usual, way: "block", block: `0x${"aB".repeat(32)}`, providers: ["http://a.example"] }), []);
});

test("networks without a name are asked of this machine; nobody asks twice", () => {
    const network = (chain_id) => ({ chain_id, chain_genesis: HOODI });
    assert.deepEqual(page.defaultProviders({ networks: [network(31337)] }), ["http://127.0.0.1:8545"]);
    const both = page.defaultProviders({ networks: [network(560048), network(11155111), network(560048)] });
    assert.equal(new Set(both).size, both.length);
    assert.ok(both.length <= page.MAX_PROVIDERS);
});

test("an answer shows when the settings are no longer those it was checked under", () => {
    const usual = page.initialSettings(null, "https://city.example/verify.html");
    const mark = (change) => page.markOf({ ...usual, ...change });
    const changes = [{}, { way: "block" }, { way: "heads" }, { providers: ["https://a.example"] }, { quorum: 1 }, { mirror: "" }, { contract: "0x1" }, { trustName: "x" }];
    assert.equal(new Set(changes.map(mark)).size, changes.length);
    assert.equal(mark({ block: "0x1" }), mark({}), "what is not used makes no difference");
    assert.equal(page.ownWord(usual), "");
    assert.equal(page.ownWord({ ...usual, trust: {} }), "page.answer.given");
    assert.equal(page.ownWord({ ...usual, contract: "0x1", trust: {} }), "page.answer.typed");
});

test("who wants nobody asked gets no mirror either", () => {
    const settings = { way: "network", mirror: "https://m.example/" };
    assert.ok(page.usesMirror(settings));
    for (const way of ["block", "heads"]) assert.ok(!page.usesMirror({ ...settings, way }), way);
    assert.ok(!page.usesMirror({ ...settings, mirror: "" }));
});

// ---- the way ----

const h = (byte) => `0x${byte.repeat(32)}`;
const view = {
    anchors: [{ contract: `0x${"5f".repeat(20)}`, chain_id: 560048, chain_genesis: HOODI, entry: { block: 9, count: 4, number: 5, root: h("aa"), time: 7 } }],
    path: [h("01"), h("02")],
    row: { content_hash: h("0c"), register: h("0e"), tag: h("0f") },
};
const finding = (code, state, more = {}) => ({ code, state, compared: "nothing", number: 5, ...more });
const about = (included, ...findings) => ({ anchors: [included], answer: "V20", findings, included, leaf: h("1e"), promise: "not_checked" });

function states(report, anchor = 0) {
    return Object.fromEntries(page.stepsOf(view, report, anchor).map((step) => [step.name, step.state]));
}

const local = [finding("definition-hash", "valid"), finding("opening-hash", "valid")];
const journal = [finding("contract", "valid", { anchor: 0 }), finding("journal-entry", "valid", { anchor: 0 })];
const GREEN = { record: "valid", row: "valid", leaf: "valid", path: "valid", root: "valid", head: "valid", block: "valid", final: "valid" };

test("all steps are green only where the anchor was proven", () => {
    const root = finding("path-root", "valid", { anchor: 0 });
    assert.deepEqual(states(about("valid", ...local, ...journal, root)), GREEN);
    const notFinal = about("not_checked", ...local, ...journal, root, finding("block-final", "not_checked", { anchor: 0 }));
    assert.deepEqual(states(notFinal), { ...GREEN, final: "not_checked" });
});

test("a step is red where it was found false, and those that rest on it are not green", () => {
    const root = finding("path-root", "not_valid", { anchor: 0 });
    const wrong = states(about("not_valid", ...local, ...journal, root));
    assert.equal(wrong.root, "not_valid");
    for (const name of ["leaf", "path", "final"]) assert.equal(wrong[name], "not_checked", name);
    const cases = { record: "definition-hash", row: "opening-hash", path: "path-length", head: "journal-entry", block: "no-account" };
    for (const [name, code] of Object.entries(cases)) {
        const more = name === "record" || name === "row" ? {} : { anchor: 0 };
        assert.equal(states(about("not_valid", finding(code, "not_valid", more)))[name], "not_valid", code);
    }
});

test("what nobody could check is grey, and a receipt without an anchor has nothing green to show", () => {
    const missing = states(about("not_checked", ...local, finding("contract", "valid", { anchor: 0 }), finding("evidence-missing", "not_checked", { anchor: 0 })));
    assert.equal(missing.head, "not_checked");
    assert.equal(missing.final, "not_checked");
    const pending = { ...about("not_checked"), anchors: [] };
    assert.deepEqual(new Set(Object.values(states(pending, -1))), new Set(["not_checked"]));
});

test("findings of another anchor are none of this one's", () => {
    const report = { ...about("valid", finding("path-root", "not_valid", { anchor: 1 })), anchors: ["not_checked", "not_valid"] };
    assert.equal(states(report, 0).root, "not_checked");
});

test("every finding that text knows has its place on the page", async () => {
    const { readFileSync } = await import("node:fs");
    const { dirname, join } = await import("node:path");
    const root = join(dirname(new URL(import.meta.url).pathname), "../..");
    const keys = Object.keys(JSON.parse(readFileSync(join(root, "text/en.json"), "utf8")));
    const codes = new Set(keys.filter((key) => key.startsWith("finding.")).map((key) => key.split(".")[1]));
    const placed = new Set([...page.COUNTING, ...page.PROMISE]);
    for (const code of codes) {
        const report = { ...about("not_checked", finding(code, "not_checked", { anchor: 0 })) };
        if (page.stepsOf(view, report, 0).some((step) => step.findings.length > 0)) placed.add(code);
    }
    assert.ok(codes.size > 50);
    for (const code of codes) assert.ok(placed.has(code), code);
});

// ---- sentences of a report ----

test("a finding's sentence names what was compared, short enough to read", () => {
    const trust = { contracts: [{ address: view.anchors[0].contract, chain_id: 560048, chain_genesis: HOODI }], journals: [] };
    const of = (one) => page.findingSentence("en", trust, one);
    const root = of(finding("path-root", "valid", { compared: "hashes", left: h("ab"), right: h("ab"), anchor: 0 }));
    assert.match(root, /0xabababab\.\.\.abababab/);
    const wait = of(finding("pending", "not_checked", { compared: "times", left: 0, right: 60, number: 60 }));
    assert.match(wait, /1970-01-01/);
    const link = of(finding("succession", "valid", { compared: "addresses", left: view.anchors[0].contract, right: `0x${"77".repeat(20)}` }));
    assert.match(link, /Hoodi testnet/);
    for (const sentence of [root, wait, link]) assert.doesNotMatch(sentence, /[{}]/);
});

test("the sentence under the answer says what it rests on", () => {
    const trust = { contracts: [{ address: view.anchors[0].contract }], journals: [{ contract: 0, block: 40, entries: [], head: h("01") }] };
    const why = (report, witness) => page.whySentence("en", { view, report, trust, witness });
    const root = finding("path-root", "valid", { anchor: 0, compared: "hashes", left: h("aa"), right: h("aa") });
    const header = finding("header-hash", "valid", { anchor: 0, compared: "hashes", left: h("bb"), right: h("bb") });
    assert.match(why(about("valid", ...journal, root), { agreed: 2, asked: 3 }), /final block 40 .*2 of 3/);
    assert.match(why(about("valid", ...journal, root), { agreed: 1, asked: 1 }), /one provider/);
    assert.match(why(about("valid", header, root), null), /if block 0xbbbb/);
    assert.match(why(about("valid", header, root), { agreed: 2, asked: 2 }), /a final block of/);
    assert.match(why(about("valid", root), null), /the trust file names/);
    const beside = finding("definition-hash", "not_checked");
    const missing = finding("evidence-missing", "not_checked", { anchor: 0 });
    assert.match(why(about("not_checked", beside, missing), null), /carries no evidence/, "what need not be there is no reason");
    const wrong = finding("path-root", "not_valid", { anchor: 0, compared: "hashes", left: h("99"), right: h("aa") });
    assert.match(why(about("not_valid", missing, wrong), null), /not so\. Not valid: the record and its path/);
});

test("a code's letter is its colour", () => {
    for (const [code, want] of [["V10", "valid"], ["V10P", "valid"], ["N10", "not_valid"], ["C99", "not_checked"], ["", "not_checked"]]) {
        assert.equal(page.toneOf(code), want, code);
    }
});
