/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Builds web/salt/ to one small script with the sentences `salt.*` in it.
 *
 *   node web/build/salt.mjs OUT_DIRECTORY     writes OUT_DIRECTORY/citizen-salt.js
 */
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const NAME = "virtual:voteanchor-salt-text";
const PREFIX = "salt.";
const FILE = "citizen-salt.js";
const MAX_COMPRESSED = 6 * 1024;

function sentencesOf(lang) {
    const all = JSON.parse(readFileSync(join(ROOT, "text", `${lang}.json`), "utf8"));
    const own = Object.entries(all).filter(([key]) => key.startsWith(PREFIX));
    return Object.fromEntries(own.map(([key, sentence]) => [key.slice(PREFIX.length), sentence]));
}

const texts = {
    name: "voteanchor-salt-text",
    resolveId: (id) => (id === NAME ? `\0${NAME}` : null),
    load: (id) =>
        id === `\0${NAME}` ? `export default ${JSON.stringify({ en: sentencesOf("en"), ko: sentencesOf("ko") })};` : null,
};

const outDir = resolve(process.argv[2] ?? join(ROOT, "build/web"));
await build({
    configFile: false,
    root: join(ROOT, "web"),
    logLevel: "warn",
    plugins: [texts],
    build: {
        outDir,
        emptyOutDir: false,
        copyPublicDir: false,
        target: "es2022",
        reportCompressedSize: false,
        lib: { entry: join(ROOT, "web/salt/citizen-salt.ts"), formats: ["iife"], name: "voteanchorCitizenSalt", fileName: () => FILE },
    },
});

const size = gzipSync(readFileSync(join(outDir, FILE)), { level: 9 }).length;
if (size > MAX_COMPRESSED) {
    console.error(`${FILE}: ${size} bytes compressed, more than ${MAX_COMPRESSED}`);
    process.exit(1);
}
