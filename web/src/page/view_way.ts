/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The picture of the way: my record - row - leaf - path - root - journal head - block -
 * finalized. Every step has its state in colour, sign and word, and opens to say what was
 * compared with what.
 */
import type { AnchorView } from "../verifier/types";
import { type Lang, momentOf, networkOf, say } from "../text";
import { type Child, icon, make } from "./dom";
import type { Checked } from "./item";
import { shortHash } from "./report";
import { type Step, stepsOf } from "./steps";
import { awayLink, badge, fact, findingList } from "./view_parts";

/* What stands at a step, short enough to be read in one look. */
function shortValue(lang: Lang, step: Step): string {
    if (step.value === "") return "";
    if (step.name === "path") return say(lang, "page.way.path.value", { number: step.value });
    if (step.name === "head") return say(lang, "page.way.head.value", { number: step.value });
    if (step.name === "block") return say(lang, "page.way.block.value", { number: step.value });
    return shortHash(step.value);
}

function body(lang: Lang, step: Step, checked: Checked): HTMLElement {
    const { view } = checked;
    const rows: Child[] = [];
    if (step.name === "row") {
        rows.push(
            fact(say(lang, "page.way.row.register"), make("code", {}, view.row.register)),
            fact(say(lang, "page.way.row.tag"), make("code", {}, view.row.tag)),
            fact(say(lang, "page.way.row.content"), make("code", {}, view.row.content_hash)),
        );
    }
    if (step.name === "leaf") rows.push(fact(say(lang, "page.way.leaf"), make("code", {}, step.value)));
    if (step.name === "path") {
        view.path.forEach((hash, i) => rows.push(fact(String(i + 1), make("code", {}, hash))));
    }
    const findings = step.findings.length > 0 && findingList(lang, checked.looked.trust, step.findings);
    return make(
        "div",
        { class: "step-body" },
        make("p", {}, say(lang, `page.way.${step.name}.about`)),
        rows.length > 0 && make("dl", { class: "facts tight" }, ...rows),
        findings,
    );
}

function stepItem(lang: Lang, step: Step, checked: Checked): HTMLElement {
    const value = shortValue(lang, step);
    return make(
        "li",
        { class: `step ${step.state}`, "data-step": step.name, "data-state": step.state },
        make("span", { class: "step-sign" }, icon(step.state)),
        make(
            "details",
            {},
            make(
                "summary",
                {},
                make("span", { class: "step-name" }, say(lang, `page.way.${step.name}`)),
                value !== "" && make("span", { class: "step-value" }, value),
                make("span", { class: `step-state ${step.state}` }, say(lang, `page.step.${step.state}`)),
            ),
            body(lang, step, checked),
        ),
    );
}

function explorerLinks(lang: Lang, anchor: AnchorView): Child {
    const { explorer } = networkOf(anchor.chain_id, anchor.chain_genesis);
    if (explorer === undefined) return null;
    return make(
        "p",
        { class: "links" },
        awayLink(lang, `${explorer}/block/${anchor.entry.block}`, say(lang, "page.explorer.block"), {
            "data-explorer": "block",
        }),
        awayLink(lang, `${explorer}/address/${anchor.contract}`, say(lang, "page.explorer.contract"), {
            "data-explorer": "contract",
        }),
    );
}

function anchorWay(lang: Lang, checked: Checked, index: number): HTMLElement {
    const anchor = checked.view.anchors[index];
    const steps = stepsOf(checked.view, checked.report, index);
    const state = checked.report.anchors[index] ?? "not_checked";
    const list = make("ol", { class: "way" }, ...steps.map((step) => stepItem(lang, step, checked)));
    if (anchor === undefined) {
        return make("div", {}, make("p", {}, say(lang, "page.way.pending")), list);
    }
    const name = say(lang, networkOf(anchor.chain_id, anchor.chain_genesis).key);
    const entry = say(lang, "verify.anchor", { entry: anchor.entry.number, network: name });
    return make(
        "section",
        { class: "anchor", "data-anchor": index, "data-state": state },
        make("h4", {}, entry, " ", badge(lang, state)),
        make("p", { class: "hint" }, say(lang, "page.way.when", { time: momentOf(lang, anchor.entry.time) })),
        list,
        explorerLinks(lang, anchor),
    );
}

/* Proven anchors first: one of them is enough. */
function order(checked: Checked): number[] {
    const rank = { not_valid: 0, valid: 1, not_checked: 2 };
    const indexes = checked.view.anchors.map((_, i) => i);
    const of = (i: number) => rank[checked.report.anchors[i] ?? "not_checked"];
    return indexes.sort((a, b) => of(a) - of(b) || a - b);
}

export function wayView(lang: Lang, checked: Checked): HTMLElement {
    const anchors = order(checked);
    return make(
        "section",
        { class: "part" },
        make("h3", {}, say(lang, "page.way.heading")),
        make("p", { class: "hint" }, say(lang, "page.way.help")),
        ...(anchors.length === 0 ? [-1] : anchors).map((index) => anchorWay(lang, checked, index)),
    );
}
