/* SPDX-License-Identifier: Apache-2.0 */
/* What the build puts together from other files: see web/build/. */

declare module "virtual:voteanchor-text" {
    const sentences: {
        readonly en: Readonly<Record<string, string>>;
        readonly ko: Readonly<Record<string, string>>;
    };
    export default sentences;
}
