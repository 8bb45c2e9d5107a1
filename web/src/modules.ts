/* SPDX-License-Identifier: Apache-2.0 */
/* What the page is made of, for tests to import: one file for any Node from 18 on. */
import wasm from "virtual:voteanchor-wasm";
import { loadVerifier as load } from "./verifier";
import type { Verifier } from "./verifier";

export * as breach from "./breach";
export * as chain from "./chain";
export * as mirror from "./mirror";
export * as page from "./page/modules";
export * as text from "./text";
export * from "./verifier";
export { newMachine, publicKeyOf } from "./verifier/machine";

const embedded = () => Uint8Array.from(atob(wasm.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

/* The verifier that was built beside this file, or that of other bytes. */
export function loadVerifier(bytes: BufferSource = embedded() as BufferSource): Promise<Verifier> {
    return load(bytes);
}
