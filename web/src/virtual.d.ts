/* SPDX-License-Identifier: Apache-2.0 */
/* What the build puts together from other files: see web/build/. */

declare module "virtual:voteanchor-text" {
    const sentences: {
        readonly en: Readonly<Record<string, string>>;
        readonly ko: Readonly<Record<string, string>>;
    };
    export default sentences;
}

/* The verifier's WebAssembly, as base64url. */
declare module "virtual:voteanchor-wasm" {
    const wasm: string;
    export default wasm;
}
