/* SPDX-License-Identifier: Apache-2.0 */
/* What can be done with an answered receipt: recount, link, files, paper. */
import { type Lang, has, reasonOf, say } from "../text";
import { type Child, button, make } from "./dom";
import type { Checked, Item } from "./item";
import type { Tools } from "./tools";

function copy(lang: Lang, item: Item, tools: Tools): HTMLElement {
    const press: HTMLButtonElement = button(
        say(lang, "page.link.copy"),
        () => {
            void tools.copyLink(item).then((done) => {
                const label = press.querySelector("span");
                if (label !== null) label.textContent = say(lang, done ? "page.link.copied" : "page.link.failed");
            });
        },
        { icon: "link", attributes: { "data-copy-link": true } },
    );
    return press;
}

function buttons(lang: Lang, item: Item, checked: Checked, tools: Tools): Child[] {
    const full = checked.view.opening !== undefined;
    return [
        checked.completed &&
            button(say(lang, "page.save.completed"), () => tools.saveCompleted(item), {
                look: "primary",
                icon: "save",
                attributes: { "data-save-completed": true },
            }),
        (checked.report.promise === "broken" || checked.report.promise === "kept_late") &&
            tools.hasMirror() &&
            button(say(lang, "page.save.breach"), () => tools.saveBreach(item), {
                look: "primary",
                icon: "save",
                attributes: { "data-save-breach": true },
            }),
        copy(lang, item, tools),
        button(say(lang, "page.save.share"), () => tools.save(item, "share"), {
            icon: "save",
            attributes: { "data-save-share": true },
        }),
        full &&
            button(say(lang, "page.save.full"), () => tools.save(item, "full"), {
                icon: "save",
                attributes: { "data-save-full": true },
            }),
        button(say(lang, "page.print"), () => tools.print(), { icon: "print", attributes: { "data-print": true } }),
    ];
}

function unmadeWhy(lang: Lang, reason: string): string {
    return has(`breach.missing.${reason}`) ? say(lang, `breach.missing.${reason}`) : reasonOf(lang, reason);
}

export function toolsView(lang: Lang, item: Item, checked: Checked, tools: Tools): HTMLElement {
    return make(
        "section",
        { class: "part tools" },
        make("h3", {}, say(lang, "page.tools.heading")),
        checked.missing !== "" &&
            make("p", { class: "hint" }, say(lang, "page.completed.missing", { reason: reasonOf(lang, checked.missing) })),
        /* "It needs nobody any more" is said of what carries its evidence. */
        checked.completed &&
            checked.view.anchors.some((anchor) => anchor.evidence !== undefined) &&
            make("p", {}, say(lang, "page.completed.done")),
        checked.unmade !== "" &&
            make("p", { class: "field-error" }, say(lang, "page.bundle.unmade", { reason: unmadeWhy(lang, checked.unmade) })),
        make("div", { class: "buttons" }, ...buttons(lang, item, checked, tools)),
        make("p", { class: "hint" }, say(lang, "page.link.help")),
    );
}
