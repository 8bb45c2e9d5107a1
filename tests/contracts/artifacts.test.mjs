// SPDX-License-Identifier: Apache-2.0
//
// Recompiles the contract and compares every committed artifact byte for byte.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { artifacts, compile, contractsDir, differing } from "../../contracts/compile.mjs";

const artifactsDir = join(contractsDir, "artifacts");
const committed = (name) => readFileSync(join(artifactsDir, name), "utf8");

describe("artifacts", () => {
    let built;
    let copy;

    before(() => {
        built = artifacts();
        copy = mkdtempSync(join(tmpdir(), "voteanchor-artifacts-"));
        cpSync(artifactsDir, copy, { recursive: true });
    });

    after(() => rmSync(copy, { recursive: true }));

    test("are what the source compiles to, byte for byte", () => {
        assert.deepEqual(differing(built), []);
    });

    test("are all compared: none lies there that no source accounts for", () => {
        assert.deepEqual(readdirSync(artifactsDir).sort(), Object.keys(built).sort());
    });

    test("differ as soon as one byte is changed or one file is missing", () => {
        for (const name of Object.keys(built)) {
            const file = join(copy, name);
            const text = readFileSync(file, "utf8");
            writeFileSync(file, text.replace(/.$/m, "~"));
            assert.deepEqual(differing(built, copy), [name]);
            rmSync(file);
            assert.deepEqual(differing(built, copy), [name]);
            writeFileSync(file, text);
        }
    });

    test("the committed standard input needs nothing beside it to give the committed code", () => {
        const input = JSON.parse(committed("VoteAnchor.standard-input.json"));
        const contract = compile(input)["contracts/VoteAnchor.sol"].VoteAnchor;
        const creation = `${contract.evm.bytecode.object}\n`;
        assert.equal(creation, committed("VoteAnchor.creation.hex"));
    });

    test("the code has no immutables and no metadata", () => {
        const input = JSON.parse(committed("VoteAnchor.standard-input.json"));
        assert.deepEqual(input.settings.metadata, { bytecodeHash: "none", appendCBOR: false });
        const { deployedBytecode } =
            compile(input)["contracts/VoteAnchor.sol"].VoteAnchor.evm;
        assert.deepEqual(deployedBytecode.immutableReferences, {});
    });

    test("slots 0 to 2 are fixed", () => {
        const { storage } = JSON.parse(committed("VoteAnchor.storage-layout.json"));
        const places = storage.map(({ label, slot, offset }) => [label, Number(slot), offset]);
        assert.deepEqual(places, [
            ["head", 0, 0],
            ["anchorer", 1, 0],
            ["length", 1, 20],
            ["acceptanceKey", 2, 0],
            ["_owner", 3, 0],
            ["_pendingOwner", 4, 0],
        ]);
    });

    test("an unknown argument is a usage error", () => {
        const script = join(contractsDir, "compile.mjs");
        const { status, stderr } = spawnSync(process.execPath, [script, "--chekc"]);
        assert.equal(status, 2);
        assert.match(stderr.toString(), /usage/);
    });
});
