/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose page this is: city, network and contract of the trust that is in use. A testnet is
 * always called one; a network's name is given only where chain id and genesis both match.
 */
import type { TrustFile } from "../verifier/types";
import { type Lang, networkOf, say } from "../text";
import { icon, make } from "./dom";
import type { Settings } from "./settings";
import { fact } from "./view_parts";

function networkWord(lang: Lang, chainId: number, genesis: string): HTMLElement {
    const { key, testnet } = networkOf(chainId, genesis);
    return make(
        "span",
        {},
        say(lang, key),
        testnet && make("span", { class: "hint testnet" }, say(lang, "page.testnet")),
    );
}

/* What the reader should know of a page that carries nobody's trust, or of a trust of their own. */
function notice(lang: Lang, carried: TrustFile | null, settings: Settings): HTMLElement | null {
    const key = settings.contract !== "" ? "page.whose.typed" : settings.trust !== null ? "page.whose.given" : carried === null ? "page.whose.nobody" : null;
    if (key === null) return null;
    const name = settings.trustName;
    return make("p", { class: "notice information whose-notice" }, icon("info"), make("span", {}, say(lang, key, { name, contract: settings.contract })));
}

export function whoseView(lang: Lang, carried: TrustFile | null, settings: Settings): HTMLElement[] {
    const trust = settings.trust ?? carried;
    const parts: HTMLElement[] = [];
    if (trust !== null && settings.contract === "") {
        parts.push(fact(say(lang, "page.whose.city"), trust.city));
        for (const network of trust.networks) {
            const contracts = trust.contracts.filter(
                (one) => one.chain_id === network.chain_id && one.chain_genesis === network.chain_genesis,
            );
            const name = make("dd", { "data-network": network.chain_id }, networkWord(lang, network.chain_id, network.chain_genesis));
            parts.push(make("div", { class: "fact" }, make("dt", {}, say(lang, "page.whose.network")), name));
            for (const contract of contracts) {
                parts.push(fact(say(lang, "page.whose.contract"), make("code", { "data-contract": contract.address }, contract.address)));
            }
        }
    }
    const said = notice(lang, carried, settings);
    const facts = parts.length === 0 ? [] : [make("dl", { class: "facts" }, ...parts)];
    return said === null ? facts : [...facts, said];
}
