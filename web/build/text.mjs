/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Vite: `virtual:voteanchor-text`, the sentences of text/en.json and text/ko.json that a page
 * may say. All others stay out of it: most of the catalogue is the command line's.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const NAME = "virtual:voteanchor-text";
const RESOLVED = `\0${NAME}`;

/* What begins so is the pages'; of the reasons, those that their code can be given. */
const GROUPS = ["page", "answer", "finding", "verdict", "promise", "network", "verify", "breach", "definition", "reason"];
const KEYS = ["audit.witness.trust"];

function isWanted(key) {
    return GROUPS.includes(key.split(".", 1)[0]) || KEYS.includes(key);
}

export function sentencesOf(root, lang) {
    const all = JSON.parse(readFileSync(join(root, "text", `${lang}.json`), "utf8"));
    return Object.fromEntries(Object.entries(all).filter(([key]) => isWanted(key)));
}

export function textPlugin(root) {
    return {
        name: "voteanchor-text",
        resolveId: (id) => (id === NAME ? RESOLVED : null),
        load(id) {
            if (id !== RESOLVED) return null;
            for (const lang of ["en", "ko"]) this.addWatchFile(join(root, "text", `${lang}.json`));
            return `export default ${JSON.stringify({ en: sentencesOf(root, "en"), ko: sentencesOf(root, "ko") })};`;
        },
    };
}
