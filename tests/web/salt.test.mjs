// SPDX-License-Identifier: Apache-2.0
//
// The script for the city's own site, as it is built, without a browser: phrases and hashes against
// the protocol's vectors and other people's code, the link's bytes against the codec's, and replies
// of a city that is not honest. The widgets are tests/browser/salt.test.mjs's matter.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { after, test } from "node:test";
import { keccak_256 } from "@noble/hashes/sha3.js";
import canonicalize from "canonicalize";
import { concat, hexlify, keccak256, toUtf8Bytes } from "ethers";
import { keccak256 as keccakOfViem, toBytes } from "viem";
import { Probe, hex, seed } from "../oracle/probe.mjs";

const ROOT = join(fileURLToPath(import.meta.url), "../../..");
const SCRIPT = process.env.VOTA_SALT ?? join(ROOT, "build/web/citizen-salt.js");
const PHRASES = 4000;
await import(SCRIPT);
const { citizenSalt } = globalThis;
const vectors = JSON.parse(readFileSync(join(ROOT, "tests/vectors/protocol-v1.json"), "utf8"));
const probe = process.env.VOTA_PROBE ? new Probe() : null;
after(() => probe?.close());

/** xorshift32. */
function randomFrom(from) {
    let state = (from * 2654435761) >>> 0 || 1;
    return (below) => {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        state >>>= 0;
        return state % below;
    };
}

test("it is one small script that asks nobody", () => {
    const bytes = readFileSync(SCRIPT);
    assert.ok(gzipSync(bytes, { level: 9 }).length <= 6 * 1024);
    assert.doesNotMatch(bytes.toString(), /\b(fetch|XMLHttpRequest|sendBeacon|WebSocket|localStorage|cookie|eval)\b/);
    assert.throws(() => Object.assign(citizenSalt, { draw: () => "0x00" }), TypeError);
});

test("a half that is drawn is 32 bytes, another one each time", () => {
    const drawn = Array.from({ length: 1000 }, () => citizenSalt.draw());
    assert.ok(drawn.every((half) => /^0x[0-9a-f]{64}$/.test(half)));
    assert.equal(new Set(drawn).size, drawn.length);
});

test("phrases of the protocol give the halves of the protocol", () => {
    for (const { text, citizen_salt } of vectors.records.phrases) {
        assert.equal(citizenSalt.phrase(text), citizen_salt, JSON.stringify(text));
    }
});

test("what is no phrase is refused", () => {
    for (const [text, code] of [
        ["", "phrase-empty"],
        [" \t\n\u3000\u00a0\ufeff", "phrase-empty"],
        ["a\ud800", "phrase-text"],
        ["\udc00b", "phrase-text"],
    ]) {
        assert.throws(() => citizenSalt.phrase(text), { code }, JSON.stringify(text));
        assert.notEqual(citizenSalt.say("ko", code), code);
    }
});

test("random phrases hash as everybody else's code and the program's say", async () => {
    const random = randomFrom(seed);
    const ranges = [[0x20, 95], [0xac00, 11172], [0x1100, 256], [0x0300, 112], [0x1f300, 700], [0x4e00, 20000], [0x09, 5]];
    const point = () => {
        const [first, count] = ranges[random(ranges.length)];
        return String.fromCodePoint(first + random(count));
    };
    let asked = 0;
    for (let i = 0; i < PHRASES; i++) {
        const text = Array.from({ length: 1 + random(i % 40 === 0 ? 400 : 12) }, point).join("");
        const meant = text.normalize("NFC").trim();
        if (meant === "") continue;
        const bytes = toUtf8Bytes(meant);
        const own = citizenSalt.phrase(text);
        assert.equal(own, keccak256(bytes), JSON.stringify(text));
        assert.equal(own, keccakOfViem(toBytes(meant)));
        assert.equal(own, hex(keccak_256(bytes)));
        if (probe) assert.equal(await probe.value("keccak", hexlify(bytes)), own);
        asked++;
    }
    assert.ok(asked > PHRASES * 0.9);
    console.log(`${asked} phrases, seed ${seed}`);
});

/* ---- replies ---- */

const HALF = citizenSalt.phrase("강변 산책 2026");
const CITY = `0x${"ab".repeat(32)}`;
const TAG = `0x${"cd".repeat(32)}`;
const DEFINITION = vectors.records.definitions.find(({ kind }) => kind === "vote").text;
const REGISTER = JSON.parse(DEFINITION);
const [FIRST, SECOND] = REGISTER.options;

const saltOf = (city, citizen) => keccak256(concat([city, citizen]));
const contentHashOf = ({ city_salt, citizen_salt, content }) =>
    keccak256(concat([saltOf(city_salt, citizen_salt), toUtf8Bytes(content)]));
const leafOf = ({ register, tag, content_hash }) => keccak256(keccak256(concat([register, tag, content_hash])));

/** What an honest service answers; `change` makes of it what a dishonest one would. */
function replyTo(choice, change = () => {}) {
    const opening = {
        city_salt: CITY,
        citizen_salt: HALF,
        content: canonicalize({ cast_at: "2026-09-21T14:15:00Z", choice }),
    };
    const row = { content_hash: contentHashOf(opening), register: keccak256(toUtf8Bytes(DEFINITION)), tag: TAG };
    const receipt = {
        acceptance: {
            accepted_at: 1790000100,
            anchor_by: 1790003700,
            chain_id: 560048,
            contract: `0x${"11".repeat(20)}`,
            signature: `0x${"22".repeat(65)}`,
        },
        anchors: [],
        definition: DEFINITION,
        format: "voteanchor-receipt-v1",
        opening,
        path: [],
        row,
    };
    const reply = { id: "R-1", answer: "added", leaf: leafOf(row), accepted_at: "…", anchor_by: "…", receipt };
    change(reply, receipt);
    return JSON.parse(JSON.stringify(reply));
}

const sent = { citizen_salt: HALF, register: REGISTER.id, choice: [FIRST.id] };
const problems = (change, more = {}) => citizenSalt.check(replyTo([FIRST.id], change), { ...sent, ...more }).problems;

test("an honest reply is found to be one, whole or as the receipt alone", () => {
    const reply = replyTo([FIRST.id]);
    for (const given of [reply, reply.receipt]) {
        const checked = citizenSalt.check(given, sent);
        assert.deepEqual(checked.problems, []);
        assert.equal(checked.ok, true);
        assert.equal(checked.leaf, reply.leaf);
        assert.equal(checked.anchorBy, 1790003700);
    }
    assert.deepEqual(problems(undefined, { choice: FIRST.ko }), []);
    assert.deepEqual(problems(undefined, { choice: FIRST.id }), []);
});

test("a dishonest reply is caught, whichever part of it was swapped", () => {
    const resealed = (reply, receipt) => {
        receipt.row.content_hash = contentHashOf(receipt.opening);
        reply.leaf = leafOf(receipt.row);
    };
    const other = `0x${"ef".repeat(32)}`;
    for (const [what, expected, change] of [
        ["another half", ["salt", "content-hash"], (_, r) => (r.opening.citizen_salt = other)],
        ["another half, sealed with it", ["salt"], (reply, r) => ((r.opening.citizen_salt = other), resealed(reply, r))],
        ["another half of the city", ["content-hash"], (_, r) => (r.opening.city_salt = other)],
        ["another choice", ["content-hash", "content"], (_, r) => (r.opening.content = r.opening.content.replace(FIRST.id, SECOND.id))],
        ["another choice, sealed", ["content"], (reply, r) => ((r.opening.content = r.opening.content.replace(FIRST.id, SECOND.id)), resealed(reply, r))],
        ["a blank vote, sealed", ["content"], (reply, r) => ((r.opening.content = r.opening.content.replace(`"${FIRST.id}"`, "")), resealed(reply, r))],
        ["a content that is no JSON, sealed", ["content"], (reply, r) => ((r.opening.content = "yes"), resealed(reply, r))],
        ["another row's content hash", ["content-hash", "leaf"], (_, r) => (r.row.content_hash = other)],
        ["another register's row", ["register", "leaf"], (_, r) => (r.row.register = other)],
        ["another question under the same options", ["register"], (reply, r) => {
            r.definition = r.definition.replace(`"id":"${REGISTER.id}"`, '"id":"other-2026"');
            r.row.register = keccak256(toUtf8Bytes(r.definition));
            reply.leaf = leafOf(r.row);
        }],
        ["a definition that is not the register's", ["register"], (_, r) => (r.definition = r.definition.replace('"en"', '"eN"'))],
        ["another person's tag", ["leaf"], (_, r) => (r.row.tag = other)],
        ["another record's leaf", ["leaf"], (reply) => (reply.leaf = other)],
        ["no promise", ["no-promise"], (_, r) => delete r.acceptance],
        ["half a signature", ["no-promise"], (_, r) => (r.acceptance.signature = "0x22")],
        ["no opening", ["form"], (_, r) => delete r.opening],
        ["upper-case hex", ["form"], (_, r) => (r.opening.citizen_salt = r.opening.citizen_salt.toUpperCase())],
        ["another format", ["form"], (_, r) => (r.format = "voteanchor-receipt-v2")],
        ["another register's row without its question, sealed", ["register"], (reply, r) => {
            delete r.definition;
            r.row.register = other;
            reply.leaf = leafOf(r.row);
        }],
        ["a content with a second choice in it, sealed", ["content"], (reply, r) => {
            r.opening.content = r.opening.content.replace("{", `{"choice":["${SECOND.id}"],`);
            resealed(reply, r);
        }],
        ["a content that is not canonical, sealed", ["content"], (reply, r) => ((r.opening.content += " "), resealed(reply, r))],
        ["a definition in a list", ["form"], (_, r) => (r.definition = [r.definition])],
        ["a path that is text", ["form"], (_, r) => (r.path = "")],
        ["no anchors, not even none", ["form"], (_, r) => delete r.anchors],
        ["a member that no receipt has", ["form"], (_, r) => (r.note = "x")],
        ["a promise until a text", ["no-promise"], (_, r) => (r.acceptance.anchor_by = "1790003700")],
        ["a promise of half a second", ["no-promise"], (_, r) => (r.acceptance.accepted_at += 0.5)],
        ["a promise of no contract", ["no-promise"], (_, r) => delete r.acceptance.contract],
        ["a promise on no network", ["no-promise"], (_, r) => (r.acceptance.chain_id = "560048")],
        ["no receipt", ["no-receipt"], (reply) => (reply.receipt = null)],
    ]) {
        assert.deepEqual(problems(change), expected, what);
    }
    for (const nothing of [undefined, null, 1, "receipt", [], {}, { receipt: [] }]) {
        assert.deepEqual(citizenSalt.check(nothing, sent).problems, ["no-receipt"]);
    }
});

test("a site that sent no half at all is not called honest", () => {
    const zeros = `0x${"00".repeat(32)}`;
    const reply = replyTo([FIRST.id], (answer, receipt) => {
        receipt.opening.citizen_salt = zeros;
        receipt.row.content_hash = contentHashOf(receipt.opening);
        answer.leaf = leafOf(receipt.row);
    });
    assert.deepEqual(citizenSalt.check(reply, { ...sent, citizen_salt: zeros }).problems, ["salt"]);
});

test("every problem and every control has its sentence in both languages", () => {
    const source = readFileSync(SCRIPT, "utf8");
    const keys = ["no-receipt", "form", "no-promise", "salt", "content-hash", "content", "register", "leaf"];
    for (const key of keys) {
        assert.ok(source.includes(key));
        for (const lang of ["en", "ko"]) assert.notEqual(citizenSalt.say(lang, `problem-${key}`), `problem-${key}`);
        assert.match(citizenSalt.say("ko", `problem-${key}`), /[가-힣]/);
    }
});

/* ---- what a citizen takes along ---- */

const fromBase64url = (text) => Buffer.from(text, "base64url");

test("a link is the share form's own bytes behind a #", () => {
    const { receipt } = vectors.evidence;
    const share = vectors.receipts.forms.find(({ name }) => name === "share");
    const [page, fragment] = citizenSalt.link(receipt, "https://mirror.example/verify.html#old").split("#r=");
    assert.equal(page, "https://mirror.example/verify.html");
    const bytes = fromBase64url(fragment);
    assert.equal(bytes.length, share.bytes);
    assert.equal(keccak256(bytes), share.cbor_keccak);
    assert.ok(!bytes.includes(Buffer.from(receipt.opening.content)));
    assert.ok(!bytes.includes(Buffer.from(receipt.opening.citizen_salt.slice(2), "hex")));
});

test("links of pending receipts are taken by the program's decoder", { skip: !probe }, async () => {
    const { receipt } = replyTo([FIRST.id]);
    const long = { ...receipt, definition: `"${"가".repeat(9000)}"` };
    for (const [given, hasDefinition] of [[receipt, true], [long, false]]) {
        const bytes = fromBase64url(citizenSalt.link(given, "verify.html").split("#r=")[1]);
        const answer = await probe.ask("receipt", hexlify(bytes));
        assert.ok(!answer.startsWith("error"), answer);
        assert.equal(bytes.includes(Buffer.from("voteanchor-register-v1")), hasDefinition);
    }
});

test("a saved file is canonical, and the share form has no opening", () => {
    const { receipt } = replyTo([FIRST.id]);
    const shuffled = Object.fromEntries(Object.entries(receipt).reverse());
    assert.equal(citizenSalt.textOf(shuffled, "full"), `${canonicalize(receipt)}\n`);
    const share = JSON.parse(citizenSalt.textOf(receipt, "share"));
    assert.equal(share.opening, undefined);
    assert.deepEqual(share.row, receipt.row);
});

test("a record that is sent as JSON gets the half as a member", () => {
    assert.deepEqual(citizenSalt.addTo({ id: "R-1" }, HALF), { id: "R-1", citizen_salt: HALF });
});
