/* SPDX-License-Identifier: Apache-2.0 */
/* What web/build/salt.mjs puts together from text/*.json. */

declare module "virtual:voteanchor-salt-text" {
    const sentences: Readonly<Record<"en" | "ko", Readonly<Record<string, string>>>>;
    export default sentences;
}
