/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What several parts of the page look like: a state in colour, sign and word at once, a list of
 * findings, a value that can be copied. Colours never stand alone.
 */
import type { Problem } from "../chain/types";
import type { Finding, Trust, Verdict } from "../verifier/types";
import { type Lang, reasonOf, say } from "../text";
import { type Child, icon, make } from "./dom";
import type { Under } from "./item";
import { findingSentence } from "./report";
import type { Tools } from "./tools";

export function badge(lang: Lang, state: Verdict, word = say(lang, `page.state.${state}`)): HTMLElement {
    return make("span", { class: `badge ${state}` }, icon(state), make("span", {}, word));
}

export function findingList(lang: Lang, trust: Trust, findings: readonly Finding[]): HTMLElement {
    return make(
        "ul",
        { class: "findings" },
        ...findings.map((finding) =>
            make(
                "li",
                { class: `finding ${finding.state}`, "data-finding": finding.code, "data-state": finding.state },
                icon(finding.state),
                make("span", {}, findingSentence(lang, trust, finding), whole(lang, finding)),
            ),
        ),
    );
}

/* Both sides in full: what is compared by eye may need all of its digits. */
function whole(lang: Lang, finding: Finding): Child {
    if (finding.compared !== "hashes") return null;
    return make(
        "span",
        { class: "whole" },
        make("span", { class: "whole-label" }, say(lang, "page.compared.left")),
        make("code", {}, String(finding.left)),
        make("span", { class: "whole-label" }, say(lang, "page.compared.right")),
        make("code", {}, String(finding.right)),
    );
}

export function fact(term: string, ...value: Child[]): HTMLElement {
    return make("div", { class: "fact" }, make("dt", {}, term), make("dd", {}, ...value));
}

/* A link to another site: it opens beside, says so, and tells that site nothing of this page. */
export function awayLink(lang: Lang, href: string, text: string, attributes: Record<string, string>): HTMLElement {
    return make(
        "a",
        { href, target: "_blank", rel: "noopener noreferrer", class: "away", ...attributes },
        text,
        icon("away"),
        make("span", { class: "sr-only" }, ` ${say(lang, "page.away")}`),
    );
}

/* What an answer rests on besides the page's own trust, and whether that still stands under step 2. */
export function underNotes(lang: Lang, under: Under, tools: Tools): Child[] {
    const { contract, trustName, word } = under;
    const notes = [
        tools.isStale(under) && { mark: "data-stale", look: "warning", text: say(lang, "page.stale") },
        word !== "" && { mark: "data-own-word", look: "information", text: say(lang, word, { contract, name: trustName }) },
    ];
    return notes.map(
        (note) =>
            note !== false &&
            make("p", { class: `notice ${note.look}`, [note.mark]: true }, icon(note.look === "warning" ? "warning" : "info"), make("span", {}, note.text)),
    );
}

/* What would have helped and could not be had: named as such, never as a verdict. */
function problemSentence(lang: Lang, problem: Problem): string {
    return say(lang, problem.key, {
        contract: problem.contract ?? "",
        provider: problem.provider ?? "",
        reason: problem.reason === "" ? "" : reasonOf(lang, problem.reason),
    });
}

export function problemList(lang: Lang, list: readonly Problem[]): Child {
    if (list.length === 0) return null;
    return make(
        "div",
        { class: "notice information problems" },
        icon("info"),
        make(
            "div",
            {},
            make("p", { class: "notice-title" }, say(lang, "page.problems")),
            make(
                "ul",
                {},
                ...list.map((problem) =>
                    make("li", { "data-problem": problem.key }, problemSentence(lang, problem)),
                ),
            ),
        ),
    );
}
