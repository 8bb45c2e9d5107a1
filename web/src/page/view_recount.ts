/* SPDX-License-Identifier: Apache-2.0 */
/* Under the questions: to look through all records, for what only they can answer. */
import { type Lang, reasonOf, say } from "../text";
import { type Child, button, make } from "./dom";
import type { Checked, Item } from "./item";
import type { Tools } from "./tools";

/* Whether it counts, or whether a promise was kept, is still open. */
function isOpen(checked: Checked): boolean {
    const { promise, standing, included } = checked.report;
    if (checked.view.acceptance !== undefined && promise === "not_checked") return true;
    return included === "valid" && standing === "not_checked";
}

export function recountView(lang: Lang, item: Item, checked: Checked, tools: Tools): Child {
    if (!tools.hasMirror() || checked.recount === "done" || !isOpen(checked)) return null;
    const text = say(lang, checked.recount === "busy" ? "page.recount.busy" : "page.recount");
    const press = button(text, () => tools.recount(item), {
        look: "primary",
        attributes: { "data-recount": true, disabled: checked.recount === "busy" },
    });
    const why = checked.recount === "failed" && reasonOf(lang, checked.recountReason);
    return make(
        "div",
        { class: "recount" },
        make("p", {}, say(lang, "page.recount.help")),
        why !== false && make("p", { class: "field-error" }, say(lang, "page.recount.failed", { reason: why })),
        press,
    );
}
