/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Builds web/src/modules.ts to modules.mjs, which tests import. VOTA_WASM names the verifier's
 * WebAssembly; where the file goes is --outDir.
 */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { textPlugin } from "./build/text.mjs";
import { wasmPlugin } from "./build/wasm.mjs";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
    root: here("."),
    publicDir: false,
    define: { VOTA_VERSION: JSON.stringify(process.env.VOTA_VERSION ?? "") },
    logLevel: "warn",
    plugins: [textPlugin(here("..")), wasmPlugin(process.env.VOTA_WASM ?? here("../build/web/verify.wasm"))],
    build: {
        target: "es2022",
        minify: false,
        emptyOutDir: false,
        reportCompressedSize: false,
        lib: { entry: here("src/modules.ts"), formats: ["es"], fileName: () => "modules.mjs" },
    },
});
