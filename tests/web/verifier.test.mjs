// SPDX-License-Identifier: Apache-2.0
//
// The C verifier in WebAssembly: it says what the vectors say, confirms a city that others' code
// made, refuses what is no receipt, and never takes a failure of its own for a verdict.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import { keccak256, toUtf8Bytes } from "ethers";
import { codeHash, creationCode, genesisOf, headAfter, leafOf, makeWorld, recordOf, treeOf, trustsOf, vectors } from "./world.mjs";

const { Refused, VerifierFailed, loadVerifier, publicKeyOf } = await import(process.env.VOTA_MODULES);
const wasm = readFileSync(process.env.VOTA_WASM);

const bytesOf = (hex) => Uint8Array.from(Buffer.from(hex.slice(2), "hex"));
const hexOf = (bytes) => `0x${Buffer.from(bytes).toString("hex")}`;
const refusedAs = (reason) => (error) => error instanceof Refused && error.reason === reason;

let verifier;
let world;

before(async () => {
    verifier = await loadVerifier(wasm);
    world = await makeWorld(verifier);
});

const word = (value) => `0x${BigInt(value).toString(16).padStart(64, "0")}`;

/** The words a, b, c of an entry that a vector tells in other words. */
function wordsOf(entry) {
    switch (entry.kind) {
        case 1:
            return [entry.register, word(0), word(0)];
        case 2:
            return [entry.root, word(entry.count), word(0)];
        case 3:
            return [entry.register, word(entry.last_entry), word(1)];
        case 4:
            return [word(entry.role), word(entry.address), word(entry.untrusted_since)];
        default:
            return [word(entry.first), word(entry.last), keccak256(toUtf8Bytes(entry.reason ?? ""))];
    }
}

/** [kind, head, insert, tail]: the first head bytes of a text, some inserted, its last tail bytes. */
function cut(base, [, head, insert, tail]) {
    const bytes = Buffer.from(base);
    return Buffer.concat([bytes.subarray(0, head), bytesOf(insert), tail > 0 ? bytes.subarray(-tail) : Buffer.alloc(0)]);
}

// ---- hashes ----

test("salts, contents and phrases hash as the vectors have it", () => {
    const { phrases, records } = vectors.records;
    for (const { text, citizen_salt } of phrases) assert.equal(verifier.phrase(text), citizen_salt);
    assert.notEqual(verifier.phrase("a b"), verifier.phrase("a  b"));
    for (const one of records) {
        assert.equal(verifier.salt(one.citizen_salt, one.city_salt), one.salt);
        assert.equal(verifier.content(one.salt, one.content), one.content_hash);
        assert.equal(verifier.batch(bytesOf(one.row), one.leaf).root, one.leaf);
        assert.equal(hexOf(verifier.leaves(bytesOf(one.row))), one.leaf);
    }
    assert.throws(() => verifier.phrase("\ud800"), refusedAs("lone-surrogate"));
});

test("trees, roots and paths are OpenZeppelin's", () => {
    const { cases, rows } = vectors.trees;
    let paths = 0;
    for (const { n, root, paths: wanted } of cases.filter((one) => one.n <= rows.length)) {
        const bytes = Buffer.concat(rows.slice(0, n).map(bytesOf));
        const asked = verifier.batch(bytes);
        assert.deepEqual([asked.root, asked.count, asked.index], [root, n, undefined]);
        for (const { row, leaf, path } of wanted ?? []) {
            const found = verifier.batch(bytes, leaf);
            assert.deepEqual([found.path, found.root], [path, root]);
            const { content_hash, register, tag } = found.row;
            assert.equal(`0x${[register, tag, content_hash].map((part) => part.slice(2)).join("")}`, rows[row]);
            paths++;
        }
    }
    assert.ok(paths >= 12, `${paths}`);
    const [{ bytes, root, leaves }] = world.batches;
    assert.deepEqual([verifier.batch(bytes).ordered, hexOf(verifier.leaves(bytes))], [true, `0x${leaves.map((leaf) => leaf.slice(2)).join("")}`]);
    const turned = Buffer.concat([bytes.subarray(96), bytes.subarray(0, 96)]);
    assert.deepEqual([verifier.batch(turned).ordered, verifier.batch(turned).root], [false, root]);
    assert.equal(hexOf(verifier.leaves(turned)), hexOf(verifier.leaves(bytes)));
    assert.throws(() => verifier.batch(bytes.subarray(1)), refusedAs("bad-length"));
    assert.throws(() => verifier.batch(new Uint8Array()), refusedAs("empty-batch"));
    assert.equal(verifier.batch(bytes, `0x${"00".repeat(32)}`).index, undefined);
});

test("what the city signed, and who: and nobody where no key can have", () => {
    const { leaf, digest, signer, signature, negative, accepted_at, anchor_by, chain_id, contract } = vectors.acceptance;
    const acceptance = { accepted_at, anchor_by, chain_id, contract, signature };
    assert.equal(verifier.digest(leaf, acceptance), digest);
    assert.equal(verifier.recover(digest, signature), signer);
    for (const { signature: other } of negative) {
        if (other.length === signature.length) assert.equal(verifier.recover(digest, other), null);
        else assert.throws(() => verifier.recover(digest, other), refusedAs("bad-hex"));
    }
    assert.notEqual(verifier.recover(leaf, signature), signer);
    assert.equal(publicKeyOf(bytesOf(digest), new Uint8Array(65)), null);
});

// ---- chain ----

test("a deployment record leads to its address, or is forged", () => {
    const { record } = world;
    assert.deepEqual(verifier.deployment(record), { code_hash: codeHash, creation_code_hash: keccak256(creationCode), ok: true, reason: "" });
    const forged = { ...record, owner: record.anchorer };
    assert.deepEqual([verifier.deployment(forged).ok, verifier.deployment(forged).reason], [false, "deployment-address"]);
    const other = { ...record, creation_code_hash: record.salt };
    assert.equal(verifier.deployment(other).reason, "deployment-code");
    assert.equal(verifier.deployment({ ...record, format: "voteanchor-journal-v1" }).ok, true); // a journal's first line
    assert.throws(() => verifier.deployment({ ...record, block: -1 }), refusedAs("bad-number"));
    assert.throws(() => verifier.deployment({ ...record, owner: undefined }), refusedAs("missing-member"));
});

test("a journal folds to its head, entry by entry", () => {
    const { record, entries, head } = world;
    assert.equal(verifier.fold(record, []), genesisOf(record));
    assert.equal(verifier.fold(record, entries), head);
    for (let i = 0; i <= entries.length; i++) assert.equal(verifier.fold(record, entries.slice(0, i)), headAfter(genesisOf(record), entries.slice(0, i)));
    assert.throws(() => verifier.fold(record, entries.slice(1)), refusedAs("not-consecutive"));
    const changed = [{ ...entries[0], time: entries[0].time + 1 }, ...entries.slice(1)];
    assert.notEqual(verifier.fold(record, changed), head);
});

test("state proofs: those of the vectors, each with its own code", async () => {
    const { evidence, record, head, block } = world;
    const proven = verifier.state(record.address, evidence.header, evidence.account, evidence.storage);
    assert.deepEqual([proven.block_hash, proven.head, proven.number, proven.time, proven.reason, proven.verdict], [block, head, 1010, 1790004100, "", "valid"]);
    assert.equal(proven.code_hash, codeHash);
    const nobody = verifier.state(record.owner, evidence.header, evidence.account, evidence.storage);
    assert.ok(nobody.head === undefined && nobody.reason !== "");
    // The vectors are older than the contract: the pinned code hash, put in its place for them.
    const at = wasm.indexOf(Buffer.from(codeHash.slice(2), "hex"));
    assert.ok(at > 0);
    const theirs = Buffer.from(wasm);
    theirs.set(bytesOf(vectors.evidence.trusted.codeHash), at);
    const older = await loadVerifier(theirs);
    const { contract, entry } = vectors.evidence.receipt.anchors[0];
    const later = ["fold", "path-root", "path-length", "older-header", "header-hash"]; // steps that state() has not
    let checked = 0;
    for (const one of vectors.evidence.by_hand) {
        const said = older.state(contract, one.evidence.header, one.evidence.account, one.evidence.storage);
        const wanted = one.code === "included" || later.includes(one.code) ? "" : one.code;
        if (said.number < entry.block || said.time < entry.time) continue;
        assert.equal(said.reason, wanted, one.name);
        if (wanted !== "") assert.equal(said.verdict, { "not valid": "not_valid", "could not check": "not_checked" }[one.verdict], one.name);
        checked++;
    }
    assert.ok(checked >= 10, `${checked}`);
    const { header, account, storage } = vectors.evidence.receipt.anchors[0].evidence;
    assert.equal(older.state(contract, header, account, storage).block_hash, vectors.evidence.trusted.blockHash);
    assert.equal(verifier.state(contract, header, account, storage).reason, "code-hash");
});

// ---- receipts ----

const forms = () =>
    [{ name: "full", cbor: vectors.receipts.full.cbor, json: vectors.evidence.receipt }, ...vectors.receipts.forms].filter(({ cbor }) => cbor !== undefined);

test("receipts in all their forms are those of the vectors", () => {
    for (const { name, cbor, json, qr } of forms()) {
        const { view, cbor: again } = verifier.read(bytesOf(cbor));
        assert.equal(hexOf(again), cbor, name);
        if (json !== undefined) {
            assert.deepEqual(view, json, name);
            assert.equal(hexOf(verifier.write(json).cbor), cbor, name);
            const text = JSON.stringify(json, null, 3);
            assert.equal(hexOf(verifier.read(` ${text}\r\n`).cbor), cbor, name);
            assert.equal(hexOf(verifier.read(Buffer.from(text)).cbor), cbor, name);
        }
        if (qr !== undefined) assert.equal(hexOf(verifier.read(qr).cbor), cbor, name);
        assert.equal(hexOf(verifier.read(verifier.reduce(bytesOf(cbor), "full").qr).cbor), cbor, name);
    }
    const full = bytesOf(vectors.receipts.full.cbor);
    for (const { name, cbor, cbor_keccak, bytes, qr_characters } of vectors.receipts.forms) {
        const form = name.match(/^(full|share|qr_full|qr_share)$/)?.[0];
        if (form === undefined) continue;
        const made = verifier.reduce(full, form);
        assert.equal(made.cbor.length, bytes, name);
        if (cbor !== undefined) assert.equal(hexOf(made.cbor), cbor, name);
        if (cbor_keccak !== undefined) assert.equal(keccak256(made.cbor), cbor_keccak, name);
        if (qr_characters !== undefined) assert.equal(made.qr.length, qr_characters, name);
        assert.equal(hexOf(verifier.read(made.json).cbor), hexOf(made.cbor));
        assert.ok(made.json.endsWith("}\n"));
    }
    assert.throws(() => verifier.reduce(full, "qr_share", 1), refusedAs("bad-value"));
});

test("what is no receipt is refused for its reason", () => {
    const bases = Object.fromEntries(forms().map(({ name, cbor }) => [name, bytesOf(cbor)]));
    let refused = 0;
    for (const { name, cut: how, reason } of vectors.receipts.negative) {
        const base = bases[how[0]];
        if (base === undefined) continue;
        assert.throws(() => verifier.read(cut(base, how)), (error) => error instanceof Refused && error.reason === reason, name);
        refused++;
    }
    assert.ok(refused >= 8, `${refused}`);
    for (const [text, reason] of [
        ["", "cbor"],
        ["{}", "missing-member"],
        ["{", "not-json"],
        ["VA1:!", "base45"],
        ["va1:AB", undefined],
        ["\ud800", "lone-surrogate"],
    ])
        assert.throws(() => verifier.read(text), (error) => error instanceof Refused && (reason === undefined || error.reason === reason), text);
    assert.throws(() => verifier.write({ ...vectors.evidence.receipt, row: null }), refusedAs("bad-type"));
});

test("a member twice, another number, another spelling: refused, where JSON.parse would not ask", () => {
    const text = JSON.stringify(vectors.evidence.receipt);
    assert.equal(verifier.read(text).leaf, leafOf(vectors.evidence.receipt.row));
    for (const [from, to] of [
        ['"row":{', '"row":{"tag":"0x00",'],
        ['"format":"voteanchor', '"format":"voteanchor-receipt-v1","format":"voteanchor'],
        ['"chain_id":31337', '"chain_id":31337.0'],
        ['"chain_id":31337', '"chain_id":3.1337e4'],
        ['"chain_id":31337', '"chain_id":031337'],
        ['"chain_id":31337', '"chain_id":-31337'],
        ['"chain_id":31337', '"chain_id":9007199254740993'],
        ['"chain_id":31337', '"chain_id":"31337"'],
        ['"chain_id"', '"chain\\u005fid"'],
        ['"tag":"0x', '"tag":"0X'],
        ['"row"', '"\\ud800":0,"row"'],
        ['"row"', '"__proto__":{},"row"'],
    ]) {
        assert.ok(text.includes(from), from);
        assert.throws(() => verifier.read(text.replace(from, to)), Refused, to);
    }
});

// ---- verdicts ----

test("a city that others' code made is confirmed, by every sort of trust", () => {
    const trusts = trustsOf(world);
    for (const [i, view] of world.receipts.entries()) {
        const { cbor } = verifier.write(view);
        for (const name of ["journal", "head", "block"]) {
            const report = verifier.verify(cbor, trusts[name]);
            assert.deepEqual([report.included, report.standing, report.answer, report.leaf], ["valid", "not_checked", "V20", leafOf(view.row)], `${name} ${i}`);
            assert.equal(verifier.verify(cbor, { ...trusts[name], one_provider: true }).answer, "V20P");
            assert.equal(report.promise, i < 7 ? "kept" : "not_checked");
        }
        assert.deepEqual([verifier.verify(cbor, trusts.none).answer, verifier.verify(cbor, trusts.nameless).answer, verifier.verify(cbor, trusts.pending).answer], ["C20", "C21", "C32"]);
        const counted = verifier.verify(cbor, { ...trusts.journal, standing: { as: "counts", entry: 0 } });
        assert.deepEqual([counted.standing, counted.answer], ["valid", "V10"]);
        const superseded = verifier.verify(cbor, { ...trusts.journal, standing: { as: "superseded", entry: 3 } });
        assert.deepEqual([superseded.standing, superseded.answer, superseded.findings.at(-1).number], ["not_valid", "N30", 3]);
    }
});

test("each thing that is not so has its answer", () => {
    const trusts = trustsOf(world);
    const changes = {
        N10: ["block", (view) => (view.path[0] = view.row.tag)],
        N11: ["block", (view) => (view.definition = view.definition.replace("Should", "Shall"))],
        N12: ["none", (view) => (view.opening.content = view.opening.content.replace("yes", "no"))],
        N13: ["journal", (view) => (view.anchors[0].entry.root = view.row.tag)],
        N15: ["none", (view) => (view.acceptance.signature = `0x${"00".repeat(65)}`)],
        N16: ["journal", (view) => (view.acceptance.accepted_at -= 1)],
        C10: ["journal", (view) => ((view.anchors = []), (view.path = []))],
        C15: ["journal", (view) => ((view.anchors = []), (view.path = []), delete view.acceptance)],
        C30: ["block", (view) => delete view.anchors[0].evidence],
        C33: ["block", (view) => (view.anchors[0].evidence.header = view.anchors[0].evidence.header.replace("808080a0", "800180a0"))],
        C34: ["block", (view) => view.anchors[0].evidence.account.pop()],
        C36: ["block", (view) => (view.anchors[0].parent = view.row.tag)],
    };
    for (const [answer, [trust, change]] of Object.entries(changes)) {
        const view = structuredClone(world.receipts[0]);
        change(view);
        const report = verifier.verify(verifier.write(view).cbor, trusts[trust]);
        assert.equal(report.answer, answer, JSON.stringify(report.findings.map(({ code, state }) => [code, state])));
        assert.equal(report.included, answer.startsWith("N") ? "not_valid" : "not_checked");
    }
});

test("a forged record is in nobody's trust", () => {
    const trust = trustsOf(world).journal;
    const [contract] = trust.contracts;
    const { cbor } = verifier.write(world.receipts[0]);
    const of = (changed) => ({ ...trust, contracts: [{ ...contract, ...changed }] });
    assert.throws(() => verifier.verify(cbor, of({ record: { ...world.record, owner: world.record.anchorer } })), refusedAs("deployment-address"));
    assert.throws(() => verifier.verify(cbor, of({ record: { ...world.record, creation_code_hash: world.record.salt } })), refusedAs("deployment-code"));
    assert.throws(() => verifier.verify(cbor, of({ record: undefined })), refusedAs("missing-member"));
    assert.throws(() => verifier.verify(cbor, of({ record: recordOf("another") })), refusedAs("bad-value"));
    assert.throws(() => verifier.verify(cbor, { ...trust, journals: [{ ...trust.journals[0], contract: 1 }] }), refusedAs("bad-value"));
    assert.throws(() => verifier.verify(cbor, { ...trust, links: [{ old: 0, successor: 0 }] }), refusedAs("bad-value"));
});

// ---- promises and counts ----

test("promises are judged as the vectors have it", () => {
    const { cases, leaves: named } = vectors.promises;
    const { genesis } = vectors.journal;
    const record = {
        ...world.record,
        acceptance_key: genesis.acceptanceKey,
        address: genesis.contract,
        anchorer: genesis.anchorer,
        chain_id: genesis.chainId,
        owner: genesis.owner,
    };
    const words = { kept: "kept", "kept late": "kept_late", broken: "broken", "could not check": "not_checked", "not valid": "not_valid" };
    let judged = 0;
    for (const one of cases) {
        const entryOf = (entry, number) => {
            const [a, b, c] = wordsOf(entry);
            return { a, b, block: 1000 + number, c, kind: entry.kind, number, time: entry.time };
        };
        const entries = one.journal.map((entry, i) => entryOf(entry, i + 1));
        const leaf = named.P;
        const lists = entries.map((entry) => {
            const list = one.lists[entry.number];
            return list === undefined ? "withheld" : verifier.list(entry, Buffer.concat(list.map((name) => bytesOf(named[name]))), leaf);
        });
        const successor = one.confirmed_successor_batches && {
            entries: one.confirmed_successor_batches.map((batch) => entryOf({ ...batch, kind: 2, count: batch.leaves.length }, batch.entry)),
            lists: one.confirmed_successor_batches.map((batch) => (batch.leaves.includes("P") ? "with" : "without")),
        };
        const { accepted_at, anchor_by, signature } = one.acceptance;
        const signer = verifier.recover(verifier.digest(leaf, { ...one.acceptance, chain_id: genesis.chainId, contract: genesis.contract }), signature);
        const report = verifier.promise({ accepted_at, anchor_by, entries, final_head: one.final.head, final_time: one.final.time, lists, record, signer, successor, successor_examined: successor !== undefined });
        assert.equal(report.outcome, words[one.verdict], `${one.name}: ${report.reason}`);
        if (one.entry !== undefined && report.outcome.startsWith("kept")) assert.deepEqual([report.entry, report.time], [one.entry, one.time], one.name);
        assert.equal(report.reason, one.reason ?? "", one.name);
        assert.deepEqual(report.withheld, one.withheld ?? [], one.name);
        judged++;
    }
    assert.equal(judged, cases.length);
});

test("the counting rule counts as the vectors have it", () => {
    const { base, cases } = vectors.counting;
    const { record } = world;
    let counted = 0;
    for (const one of cases) {
        const definitions = one.definitions.map(({ cut: how, text }) => text ?? cut(base, how).toString());
        const rowsOf = (entry) => Buffer.concat(entry.rows.map(bytesOf).sort((a, b) => Buffer.compare(Buffer.from(leafHex(a), "hex"), Buffer.from(leafHex(b), "hex"))));
        const leafHex = (row) => keccak256(keccak256(row)).slice(2);
        const batches = one.entries.filter(({ kind }) => kind === 2).map((entry) => ({ number: entry.number, rows: rowsOf(entry) }));
        const entries = one.entries.map((entry) => {
            const root = entry.kind === 2 && verifier.batch(rowsOf(entry)).root;
            const [a, b, c] = wordsOf({ ...entry, count: entry.rows?.length, register: entry.kind === 1 ? keccak256(toUtf8Bytes(definitions[entry.definition])) : one.definitions[0].register, root });
            return { a, b, block: entry.number, c, kind: entry.kind, number: entry.number, time: entry.time };
        });
        const wanted = one.counts_over_all === undefined ? one.counts : one.counts_over_all;
        const opened = one.entries.filter(({ kind }) => kind === 1);
        const input = {
            definitions: opened.map(({ definition, number }) => ({ definition: definitions[definition], number })),
            entries,
            openings: one.openings,
            procedures: one.definitions.filter(({ register }, i) => i > 0 && definitions[i].includes('"kind":"procedure"')).map(({ register }) => register),
            record,
            register: one.definitions[0].register,
        };
        if (wanted === null || wanted === undefined) {
            assert.throws(() => verifier.count(input, batches), refusedAs("not-opened"), one.name);
            continue;
        }
        assert.deepEqual(verifier.count(input, batches).numbers, wanted, one.name);
        for (const row of one.rows) {
            const bytes = one.entries.find(({ number }) => number === row.entry).rows[row.at];
            const leaf = keccak256(keccak256(bytes));
            if (one.rows.filter((other) => other.record === row.record).length > 1) continue;
            const said = verifier.count({ ...input, leaf }, batches).standing;
            const standing = row.standing ?? vectors.counting.standing_of[row.state];
            if (one.counts_over_all !== undefined) continue; // rows are told as of last_entry
            if (standing === "stands, opening not seen") assert.ok(["unopened", "erased"].includes(said.as), one.name);
            else assert.equal(said.as, standing, one.name);
        }
        if (batches.length > 0) {
            const short = [{ ...batches[0], rows: batches[0].rows.subarray(96) }, ...batches.slice(1)];
            assert.throws(() => verifier.count(input, short), Refused, one.name);
        }
        counted++;
    }
    assert.ok(counted >= 22, `${counted} of ${cases.length}`);
});

// ---- failures are no verdicts ----

test("hostile lengths end in a refusal or a failure, and the next call is as good as the first", () => {
    const { cbor } = verifier.write(world.receipts[0]);
    const trust = trustsOf(world).block;
    const good = JSON.stringify(verifier.verify(cbor, trust));
    const giant = Uint8Array.from([0xa7, 0x00, 0x7b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]);
    for (const input of [giant, new Uint8Array(2 * 1024 * 1024).fill(0x9f), "[".repeat(1_000_000), `{"a":${"[".repeat(100)}`, `{"path":[${'"0x",'.repeat(200_000)}0]}`]) {
        assert.throws(() => verifier.read(input), Refused);
        assert.equal(JSON.stringify(verifier.verify(cbor, trust)), good);
    }
    assert.throws(() => verifier.read(new Uint8Array(5 * 1024 * 1024)), refusedAs("too-long"));
    assert.equal(JSON.stringify(verifier.verify(cbor, trust)), good);
});

test("above the ceiling of memory there is a failure, no verdict, and no end of the verifier", () => {
    const leaves = new Uint8Array(180 * 1024 * 1024); // and twice as much for their tree
    assert.throws(() => verifier.list(world.entries[1], leaves, world.batches[0].root), VerifierFailed);
    assert.equal(verifier.read(bytesOf(vectors.receipts.full.cbor)).leaf, leafOf(vectors.evidence.receipt.row));
});

test("a program that was tampered with, or traps, fails: it says nothing", async () => {
    await assert.rejects(loadVerifier(wasm.subarray(0, wasm.length - 1)));
    await assert.rejects(loadVerifier(new Uint8Array()));
    const empty = await loadVerifier(Uint8Array.from([0, 97, 115, 109, 1, 0, 0, 0]));
    assert.throws(() => empty.read(new Uint8Array([1])), VerifierFailed);
});

test("a batch of five hundred rows is rebuilt", () => {
    const rows = Array.from({ length: 500 }, (_, i) => ({ register: world.register, tag: keccak256(toUtf8Bytes(`t${i}`)), content_hash: keccak256(toUtf8Bytes(`c${i}`)) }));
    const tree = treeOf(rows);
    const found = verifier.batch(tree.bytes, leafOf(rows[77]));
    assert.deepEqual([found.root, found.path, found.row.tag], [tree.root, tree.pathOf(rows[77]), rows[77].tag]);
});
