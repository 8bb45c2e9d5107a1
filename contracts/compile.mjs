#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
//
// Compiles VoteAnchor.sol with the solc that package-lock.json pins and writes artifacts/.
// With --check it writes nothing and fails where an artifact differs: what is deployed, embedded in
// C and hashed into addresses must be what the committed source says, byte for byte.

import { readFileSync, writeFileSync, mkdirSync, existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Interface, keccak256 } from "ethers";

const solc = createRequire(import.meta.url)("solc");

export const contractsDir = dirname(fileURLToPath(import.meta.url));
const rootDir = dirname(contractsDir);
const artifactsDir = join(contractsDir, "artifacts");

// No metadata trailer: one creation code, and so one address, for every network and machine.
// An anchor at 200, 1000 and 10000 runs takes 35,462, 35,351 and 35,318 gas over 4,255, 4,607 and
// 5,581 bytes of code: past 1000 the code, which EIP-8037 charges by the byte, buys nothing more.
export const settings = {
    evmVersion: "osaka",
    viaIR: true,
    optimizer: { enabled: true, runs: 1000 },
    metadata: { bytecodeHash: "none", appendCBOR: false },
};

const outputs = [
    "abi",
    "evm.bytecode.object",
    "evm.deployedBytecode.object",
    "evm.deployedBytecode.immutableReferences",
    "storageLayout",
];

/** The file of a source unit name: ours live beside this script, others in node_modules. */
function sourceFile(unit) {
    const dir = unit.startsWith("contracts/") ? rootDir : join(rootDir, "node_modules");
    return join(dir, unit);
}

function resolveImport(from, path) {
    return path.startsWith(".") ? join(dirname(from), path) : path;
}

/** All sources that the given ones reach, sorted, so that the input is complete by itself. */
function collectSources(units) {
    const sources = new Map();
    const queue = [...units];
    while (queue.length > 0) {
        const unit = queue.pop();
        if (sources.has(unit)) continue;
        const content = readFileSync(sourceFile(unit), "utf8");
        sources.set(unit, { content });
        for (const match of content.matchAll(/^import\s[^;]*?"([^"]+)";/gms)) {
            queue.push(resolveImport(unit, match[1]));
        }
    }
    return Object.fromEntries([...sources].sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function standardInput(units, overrides = {}) {
    return {
        language: "Solidity",
        sources: collectSources(units),
        settings: { ...settings, ...overrides, outputSelection: { "*": { "*": outputs } } },
    };
}

/** Runs solc without an import callback: an incomplete input fails instead of looking around. */
export function compile(input) {
    const output = JSON.parse(solc.compile(JSON.stringify(input)));
    const problems = output.errors ?? [];
    if (problems.length > 0) {
        throw new Error(problems.map((problem) => problem.formattedMessage).join("\n"));
    }
    return output.contracts;
}

function storageLayout({ storage, types }) {
    // The compiler's node numbers say nothing about storage and move with every edit.
    return { storage: storage.map(({ astId, ...variable }) => variable), types };
}

function buildRecord(contract, creation, runtime) {
    const abi = new Interface(contract.abi);
    const named = (kind, value) =>
        Object.fromEntries(
            abi.fragments
                .filter((fragment) => fragment.type === kind)
                .map((fragment) => [fragment.format("sighash"), value(fragment)])
                .sort(([a], [b]) => (a < b ? -1 : 1)),
        );
    return {
        compiler: solc.version(),
        creation_code_hash: keccak256(`0x${creation}`),
        creation_code_size: creation.length / 2,
        code_hash: keccak256(`0x${runtime}`),
        code_size: runtime.length / 2,
        functions: named("function", (fragment) => fragment.selector),
        events: named("event", (fragment) => fragment.topicHash),
        errors: named("error", (fragment) => fragment.selector),
    };
}

/** File name → exact text of every artifact. */
export function artifacts() {
    const input = standardInput(["contracts/VoteAnchor.sol"]);
    const contract = compile(input)["contracts/VoteAnchor.sol"].VoteAnchor;
    const creation = contract.evm.bytecode.object;
    const runtime = contract.evm.deployedBytecode.object;
    const json = (value) => `${JSON.stringify(value, null, 2)}\n`;
    return {
        "VoteAnchor.abi.json": json(contract.abi),
        "VoteAnchor.build.json": json(buildRecord(contract, creation, runtime)),
        "VoteAnchor.creation.hex": `${creation}\n`,
        "VoteAnchor.runtime.hex": `${runtime}\n`,
        "VoteAnchor.standard-input.json": json(input),
        "VoteAnchor.storage-layout.json": json(storageLayout(contract.storageLayout)),
    };
}

/** Names of the artifacts that are missing or differ from `expected`. */
export function differing(expected, dir = artifactsDir) {
    return Object.keys(expected).filter((name) => {
        const file = join(dir, name);
        return !existsSync(file) || readFileSync(file, "utf8") !== expected[name];
    });
}

function main(args) {
    const check = args.length === 1 && args[0] === "--check";
    if (args.length > 0 && !check) {
        console.error("usage: compile.mjs [--check]");
        return 2;
    }
    const built = artifacts();
    const changed = differing(built);
    if (!check) {
        mkdirSync(artifactsDir, { recursive: true });
        for (const name of changed) writeFileSync(join(artifactsDir, name), built[name]);
        console.log(`artifacts: ${changed.length ? `wrote ${changed.join(", ")}` : "unchanged"}`);
        return 0;
    }
    for (const name of changed) {
        console.error(`contracts/artifacts/${name} is not what the source compiles to`);
    }
    if (changed.length > 0) {
        console.error("run node contracts/compile.mjs and commit contracts/artifacts");
        return 1;
    }
    console.log("artifacts: as compiled");
    return 0;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
    process.exitCode = main(process.argv.slice(2));
}
