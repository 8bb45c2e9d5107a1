/* SPDX-License-Identifier: Apache-2.0 */
/* Vite: `virtual:voteanchor-wasm`, the verifier's WebAssembly as base64url text. */
import { readFileSync } from "node:fs";

const NAME = "virtual:voteanchor-wasm";
const RESOLVED = `\0${NAME}`;

export function wasmPlugin(file) {
    return {
        name: "voteanchor-wasm",
        resolveId: (id) => (id === NAME ? RESOLVED : null),
        load(id) {
            if (id !== RESOLVED) return null;
            return `export default ${JSON.stringify(readFileSync(file).toString("base64url"))};`;
        },
    };
}
