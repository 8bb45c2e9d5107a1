/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Vite: KRDS's design tokens in our style sheets. `var(--krds-...)` becomes the token's value,
 * so that the page carries what it uses and none of the other thousand. A token that KRDS does
 * not have stops the build.
 */
import { readFileSync } from "node:fs";

const DEFINED = /(--krds-[a-z0-9-]+):\s*([^;]+);/g;
const USED = /var\((--krds-[a-z0-9-]+)\)/g;

export function tokensOf(css) {
    return new Map([...css.matchAll(DEFINED)].map(([, name, value]) => [name, value.trim()]));
}

/* Tokens are defined by tokens, a few deep. */
function valueOf(tokens, name) {
    let value = `var(${name})`;
    for (let depth = 0; depth < 8 && value.includes("var("); depth++) {
        value = value.replace(USED, (_, inner) => {
            const next = tokens.get(inner);
            if (next === undefined) throw new Error(`KRDS has no token ${inner}`);
            return next;
        });
    }
    return value;
}

export function resolveTokens(css, tokens) {
    return css.replace(USED, (_, name) => valueOf(tokens, name));
}

export function krdsPlugin(tokensFile) {
    const tokens = tokensOf(readFileSync(tokensFile, "utf8"));
    return {
        name: "voteanchor-krds",
        enforce: "pre",
        transform(code, id) {
            return id.endsWith(".css") ? { code: resolveTokens(code, tokens), map: null } : null;
        },
    };
}
