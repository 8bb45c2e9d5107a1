// SPDX-License-Identifier: Apache-2.0
//
// What tests of the page's eyes share: a town with a real chain and its publication on a web
// server, the modules of the page, and the same question to page and program.

import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Mirror } from "../browser/mirror.mjs";
import { Gate, Proxy } from "../e2e/proxies.mjs";
import { Town } from "../e2e/town.mjs";

globalThis.crypto ??= webcrypto; /* browsers have it, and Node from 20 on */
export const { chain, loadVerifier, mirror } = await import(process.env.VOTA_MODULES);
export const verifier = await loadVerifier();

export const seen = { gate: new Gate(), proxies: [] };

let made;

/** Once for all files of a process. */
export const build = () => (made ??= make());

async function make() {
    seen.town = await Town.build();
    seen.mirror = await Mirror.start(seen.town.public);
    const { heads: _, ...rest } = seen.town.trust;
    seen.bare = { ...rest, heads: [] };
    seen.proxies = await providers(3);
    seen.urls = seen.proxies.map((proxy) => proxy.url);
}

export function stop() {
    made = undefined;
    seen.proxies?.forEach((proxy) => proxy.stop());
    seen.mirror?.stop();
    seen.town?.close();
}

/** Providers of the town's node, healthy until told otherwise. */
export function providers(n) {
    return Promise.all(Array.from({ length: n }, () => Proxy.start(seen.town.url, seen.gate)));
}

export const receiptOf = (name) => new Uint8Array(verifier.read(readFileSync(seen.town.receipts[name], "utf8")).cbor);

// ---- the same question to both ----

let asked = 0;

/** Files and options of the program that say what `given` says to the page. */
function argumentsOf(given, data) {
    const base = join(seen.town.city.base, `asked-${++asked}`);
    const args = [];
    const { heads, trustFile } = given;
    if (trustFile || heads) {
        const file = { ...(trustFile ?? heads), heads: [...(trustFile?.heads ?? []), ...(heads?.heads ?? [])] };
        writeFileSync(`${base}.trust.json`, JSON.stringify(file));
        args.push("--trust", `${base}.trust.json`);
    }
    if (given.contract) args.push("--contract", `${given.contract.chain_id ?? 31337}:${given.contract.address}`);
    if (given.providers.length === 0) args.push("--offline");
    for (const url of given.providers) args.push("--rpc", url);
    if (given.quorum) args.push("--quorum", `${given.quorum}`);
    if (given.block) args.push("--block", given.block);
    if (data) args.push("--data", seen.town.public);
    return { args, base };
}

export async function program(cbor, given, data = false) {
    const { args, base } = argumentsOf(given, data);
    writeFileSync(`${base}.cbor`, cbor);
    const done = await seen.town.city.run(["verify", `${base}.cbor`, ...args, "--json"], { dir: seen.town.city.base });
    assert.notEqual(done.out, "", done.err);
    return { code: done.code, err: done.err, report: JSON.parse(done.out).receipts[0] };
}

export async function page(cbor, given, data = false) {
    const opened = given.mirror ?? (data ? await mirror.openMirror(seen.mirror.origin) : undefined);
    const looked = await chain.look(verifier, verifier.read(cbor).view, { ...given, mirror: opened });
    if (data) Object.assign(looked.trust, await opened.recount(verifier, cbor, looked));
    return { looked, report: verifier.verify(cbor, looked.trust) };
}

const timeText = (unix) => new Date(unix * 1000).toISOString().replace(".000Z", "Z");

/** The page's findings as the program's --json has them. */
function findingOf({ anchor, code, compared, left, number, right, state }) {
    const side = (value) => (compared === "times" ? timeText(value) : value);
    const sides = compared === "nothing" ? {} : { left: side(left), right: side(right) };
    return { code, state, ...(anchor === undefined ? {} : { anchor }), ...(number === 0 ? {} : { number }), ...sides };
}

export function assertSame({ report: page }, { report: program }, name) {
    const said = program.findings.map(({ sentence: _, ...finding }) => finding);
    assert.deepEqual(page.findings.map(findingOf), said, name);
    assert.equal(page.included, program.included, name);
    assert.equal(page.standing, program.standing, name);
    assert.equal(page.leaf, program.leaf, name);
    assert.deepEqual(page.anchors, program.anchors.map((anchor) => anchor.included), name);
    const promise = page.promise === "not_valid" ? "not_checked" : page.promise;
    if (program.promise !== undefined) assert.equal(promise, program.promise, name);
    assert.equal(page.answer, program.answer, name);
}

/** Asks both at the same time, and holds one to the other. */
export async function both(name, cbor, given, data = false) {
    const [fromPage, fromProgram] = await Promise.all([page(cbor, given, data), program(cbor, given, data)]);
    assertSame(fromPage, fromProgram, name);
    return { ...fromPage, program: fromProgram };
}
