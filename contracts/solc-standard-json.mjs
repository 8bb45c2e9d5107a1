#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
//
// Lets forge run the solc of node_modules, where it expects a native compiler: forge asks only for
// --version and for --standard-json over standard input, and hands in every source it wants used.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const solc = createRequire(import.meta.url)("solc");

const STDIN = 0;

if (process.argv.includes("--version")) {
    console.log(`solc, the solidity compiler commandline interface\nVersion: ${solc.version()}`);
} else if (process.argv.includes("--standard-json")) {
    process.stdout.write(solc.compile(readFileSync(STDIN, "utf8")));
} else {
    console.error("usage: solc-standard-json.mjs --version | --standard-json");
    process.exitCode = 2;
}
