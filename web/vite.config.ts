/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Builds web/verify.html to one file. VOTA_WASM names the verifier's WebAssembly; where the
 * page goes is --outDir.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { krdsPlugin } from "./build/krds.mjs";
import { oneFilePlugin } from "./build/one_file.mjs";
import { textPlugin } from "./build/text.mjs";
import { wasmPlugin } from "./build/wasm.mjs";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
    root: here("."),
    base: "./",
    publicDir: false,
    define: { VOTA_VERSION: JSON.stringify(process.env.VOTA_VERSION ?? "") },
    logLevel: "warn",
    plugins: [
        textPlugin(here("..")),
        wasmPlugin(process.env.VOTA_WASM ?? here("../build/web/verify.wasm")),
        krdsPlugin(here("../node_modules/krds-uiux/resources/css/token/krds_tokens.css")),
        oneFilePlugin(readFileSync(here("NOTICE.txt"), "utf8")),
    ],
    build: {
        target: "es2022",
        emptyOutDir: false,
        cssCodeSplit: false,
        modulePreload: false,
        reportCompressedSize: false,
        rollupOptions: { input: here("verify.html"), output: { format: "iife" } },
    },
});
