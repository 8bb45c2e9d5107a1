/* SPDX-License-Identifier: Apache-2.0 */
/* Those parts of the page that need no document, for tests. */
export * from "./intake";
export * from "./link";
export * from "./report";
export * from "./settings";
export * from "./steps";
export { toneOf } from "./tone";
export { readTrust } from "./trust";
