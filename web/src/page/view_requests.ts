/* SPDX-License-Identifier: Apache-2.0 */
/* Which requests the page made so far: to whom, and what they asked. */
import { type Lang, say } from "../text";
import { type Child, make } from "./dom";
import type { Asked } from "./requests";

function methods(asked: Asked): string {
    return [...asked.methods].map(([name, times]) => (times === 1 ? name : `${name} × ${times}`)).join(", ");
}

export function requestsView(lang: Lang, all: readonly Asked[]): Child[] {
    const intro = make("p", {}, say(lang, "page.requests.about"));
    if (all.length === 0) return [intro, make("p", { class: "hint" }, say(lang, "page.requests.none"))];
    const list = all.map((asked) =>
        make(
            "div",
            { class: "fact", "data-request": asked.host },
            make("dt", {}, asked.host),
            make(
                "dd",
                {},
                make("code", {}, methods(asked)),
                asked.failed > 0 && make("span", { class: "hint" }, ` (${say(lang, "page.requests.failed", { number: asked.failed })})`),
            ),
        ),
    );
    return [intro, make("dl", { class: "facts tight" }, ...list)];
}
