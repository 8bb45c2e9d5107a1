/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One article for each thing that was handed in: under way, refused, failed, answered. The
 * attributes that tests hold to are listed in web/verify.html.
 */
import { type Lang, reasonOf, say } from "../text";
import { type Child, button, icon, make } from "./dom";
import { verdictOfBundle } from "./bundle";
import type { Checked, Item, State } from "./item";
import type { Tools } from "./tools";
import { toolsView } from "./view_tools";
import { answerView } from "./view_answer";
import { breachView } from "./view_breach";
import { recordView } from "./view_record";
import { wayView } from "./view_way";

function busy(lang: Lang, state: State & { kind: "busy" }): Child[] {
    const text = say(lang, state.of > 0 ? "page.busy.asking" : "page.busy", { done: state.done, of: state.of });
    const bar = make("progress", { "aria-label": say(lang, "page.busy"), "data-progress": true });
    if (state.of > 0) {
        bar.max = state.of;
        bar.value = state.done;
    }
    return [make("p", { class: "busy" }, text), bar];
}

function refused(lang: Lang, where: string, reason: string): Child[] {
    const part = where === "" ? "" : say(lang, "page.refused.part", { where });
    return [
        make(
            "div",
            { class: "answer refused" },
            make("div", { class: "answer-sign" }, icon("refused", "big")),
            make(
                "div",
                { class: "answer-words" },
                make("h3", {}, say(lang, "page.refused.title")),
                make(
                    "p",
                    { class: "answer-sentence" },
                    say(lang, "page.refused.reason", { reason: reasonOf(lang, reason), part }),
                ),
                make("p", { class: "hint" }, say(lang, `page.refused.${where === "picture" ? "picture" : "next"}`)),
            ),
        ),
    ];
}

function failed(lang: Lang, reason: string): Child[] {
    return [
        make(
            "p",
            { class: "notice danger" },
            icon("refused"),
            make("span", {}, say(lang, "page.failed", { reason })),
        ),
    ];
}

function checkedParts(lang: Lang, item: Item, checked: Checked, tools: Tools): Child[] {
    return [
        answerView(lang, item, checked, tools),
        recordView(lang, checked),
        wayView(lang, checked),
        toolsView(lang, item, checked, tools),
    ];
}

function attributesOf(item: Item): Record<string, string | number | boolean> {
    const { state } = item;
    const common = { class: "card item", "data-receipt": item.id, "data-state-kind": state.kind };
    switch (state.kind) {
        case "busy":
            return { ...common, "data-busy": true, "aria-busy": "true" };
        case "refused":
            return { ...common, "data-refused": true, "data-where": state.where, "data-reason": state.reason };
        case "failed":
            return { ...common, "data-failed": true };
        case "judged": {
            const { report } = state.judged;
            return { ...common, "data-breach": verdictOfBundle(report), "data-promise": report.outcome };
        }
        case "checked": {
            const { report } = state.checked;
            return {
                ...common,
                "data-answer": report.answer,
                "data-included": report.included,
                "data-standing": report.standing,
                "data-promise": report.promise,
            };
        }
    }
}

function parts(lang: Lang, item: Item, tools: Tools): Child[] {
    const { state } = item;
    switch (state.kind) {
        case "busy":
            return busy(lang, state);
        case "refused":
            return refused(lang, state.where, state.reason);
        case "failed":
            return failed(lang, state.reason);
        case "judged":
            return breachView(lang, state.judged, state.under, tools);
        case "checked":
            return checkedParts(lang, item, state.checked, tools);
    }
}

export function itemView(lang: Lang, item: Item, tools: Tools): HTMLElement {
    const id = `item-${item.id}`;
    return make(
        "article",
        { ...attributesOf(item), "aria-labelledby": id },
        make(
            "div",
            { class: "item-head" },
            make("p", { class: "file-name", id }, icon("file"), make("span", {}, nameOf(lang, item))),
            button(say(lang, "page.item.remove"), () => tools.remove(item), {
                look: "text",
                icon: "close",
                attributes: { "data-remove": true },
            }),
        ),
        ...parts(lang, item, tools),
    );
}

/* What was pasted, scanned or linked has no name of its own. */
export function nameOf(lang: Lang, item: Item): string {
    const { name } = item.given;
    return name.startsWith("page.") ? say(lang, name) : name;
}
