// SPDX-License-Identifier: Apache-2.0
//
// Page and program, with no code in common but the verifier's: hundreds of changed receipts, held to
// the same trust file without a network, get the same answer and the same findings from both; the
// program says the code that the page shows, in both languages.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { keccak256 } from "ethers";
import { Random, seed } from "../oracle/probe.mjs";
import { makeWorld, read, trustsOf } from "./world.mjs";

const { Refused, loadVerifier } = await import(process.env.VOTA_MODULES);
const CASES = 400;
const REFUSED = "refused";

const base = mkdtempSync(join(tmpdir(), "voteanchor-web-"));
const trustFile = join(base, "trust.json");
let verifier;
let world;

before(async () => {
    verifier = await loadVerifier();
    world = await makeWorld(verifier);
    const { record, block, head, entries } = world;
    const { chain_genesis, chain_id } = record;
    const known = { block: 1010, block_hash: block, chain_genesis, chain_id, contract: record.address, head, length: entries.length, time: 1790004100 };
    writeFileSync(trustFile, JSON.stringify({ city: "City", contracts: [record], format: "voteanchor-trust-v1", heads: [known], networks: [{ chain_genesis, chain_id }], successors: [] }));
});
after(() => rmSync(base, { recursive: true }));

const run = (...args) =>
    new Promise((resolve) =>
        execFile(process.env.VOTA_PROGRAM, args, { cwd: base, maxBuffer: 1 << 28, env: { ...process.env, LANG: "C.UTF-8" } }, (error, out, err) =>
            resolve({ code: error?.code ?? 0, out, err }),
        ),
    );

/** What the program makes of its trust file for one receipt: bridge/audit/trusted.c. */
function trustFor(view) {
    const { head, block, none } = trustsOf(world);
    const { address } = world.record;
    const reaches = view.anchors.some((anchor) => anchor.contract === address && anchor.entry.number + (anchor.later?.length ?? 0) === world.entries.length);
    const shown = view.anchors.some(
        (anchor) =>
            anchor.evidence !== undefined &&
            anchor.chain_id === world.record.chain_id &&
            anchor.chain_genesis === world.record.chain_genesis &&
            keccak256(anchor.evidence.header) === world.block,
    );
    return { ...none, blocks: shown ? block.blocks : [], contracts: head.contracts, journals: reaches ? head.journals : [] };
}

const isSide = (side) => typeof side === "number" || /^0x/.test(side ?? "");

/** A finding as both tell it; times are text in one and numbers in the other. */
const told = ({ anchor, code, compared, left, number, right, state }) => ({
    anchor,
    code,
    number: number || undefined,
    sides: compared === "times" || !isSide(left) ? undefined : [left, right],
    state,
});

function byPage(text) {
    try {
        const { cbor, view } = verifier.read(text);
        const { answer, findings, included, standing } = verifier.verify(cbor, trustFor(view));
        return { answer, findings: findings.map(told), included, standing };
    } catch (error) {
        if (error instanceof Refused) return REFUSED;
        throw error;
    }
}

const HEX = /0x[0-9a-f]{8,}/g;

/** One digit, number or member of a receipt's text. */
function changed(text, random) {
    const hex = [...text.matchAll(HEX)];
    const numbers = [...text.matchAll(/:(\d+)/g)];
    switch (random.below(8)) {
        case 0:
            return text;
        case 1:
        case 2:
        case 3: {
            const { 0: value, index } = random.pick(hex);
            const at = index + 2 + random.below(value.length - 2);
            return text.slice(0, at) + random.below(16).toString(16) + text.slice(at + 1);
        }
        case 4: {
            const { 0: value, index } = random.pick(numbers);
            return text.slice(0, index) + `:${Number(value.slice(1)) + 1}` + text.slice(index + value.length);
        }
        case 5: {
            const view = JSON.parse(text);
            delete view[random.pick(["opening", "acceptance", "definition"])];
            if (random.below(2)) delete view.anchors[0]?.[random.pick(["evidence", "later"])];
            return JSON.stringify(view);
        }
        case 6: {
            const view = JSON.parse(text);
            return JSON.stringify(random.below(2) ? { ...view, anchors: [], path: [] } : { ...view, path: view.path.slice(1) });
        }
        default: {
            const at = random.below(text.length);
            return text.slice(0, at) + random.pick([" ", ",", "0", '"', "\\", "é"]) + text.slice(at);
        }
    }
}

test("hundreds of changed receipts have the same answer and findings on both sides", async () => {
    const random = new Random("program");
    const texts = Array.from({ length: CASES }, () => {
        let text = JSON.stringify(random.pick(world.receipts));
        for (let i = random.below(3); i >= 0; i--) {
            try {
                text = changed(text, random);
            } catch (error) {
                assert.ok(error instanceof SyntaxError); // what is no JSON any more stays as it is
            }
        }
        return text;
    });
    const files = texts.map((text, i) => {
        const file = join(base, `${i}.receipt.json`);
        writeFileSync(file, text);
        return file;
    });
    const done = await run("verify", ...files, "--offline", "--trust", trustFile, "--json");
    const said = new Map(JSON.parse(done.out).receipts.map((receipt) => [receipt.file, receipt]));
    const tally = {};
    for (const [i, text] of texts.entries()) {
        const page = byPage(text);
        const program = said.get(files[i]);
        const wanted =
            program === undefined
                ? REFUSED
                : {
                      answer: program.answer,
                      findings: program.findings.map((finding, k) => told({ ...finding, compared: page.findings?.[k]?.sides === undefined ? "times" : "hashes" })),
                      included: program.included,
                      standing: program.standing,
                  };
        assert.deepEqual(page, wanted, text);
        const key = page === REFUSED ? REFUSED : page.answer;
        tally[key] = (tally[key] ?? 0) + 1;
    }
    for (const answer of [REFUSED, "V20", "N10", "N12", "C16"]) assert.ok(tally[answer] > 0, JSON.stringify(tally));
    console.log(`program: ${CASES} (seed ${seed}): ${JSON.stringify(tally)}`);
});

test("the program prints the code and its title, as the catalogue has them", async () => {
    const bad = structuredClone(world.receipts[0]);
    bad.path[0] = bad.row.tag;
    for (const lang of ["en", "ko"]) {
        const sentences = JSON.parse(read(`text/${lang}.json`));
        for (const [view, answer] of [
            [world.receipts[0], "V20"],
            [bad, "N10"],
        ]) {
            const file = join(base, "one.receipt.json");
            writeFileSync(file, JSON.stringify(view));
            const { out } = await run("--lang", lang, "verify", file, "--offline", "--trust", trustFile, "--brief");
            assert.equal(out.split("\n")[1].trim(), `${answer}  ${sentences[`answer.${answer}.title`]}`);
        }
    }
});
