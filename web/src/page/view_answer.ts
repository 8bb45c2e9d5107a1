/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The answer: one sentence with its code, in colour, sign and word, and below it the two
 * questions and the promise, each for itself. The sentences are the catalogue's
 * (docs/ANSWERS.md); this file chooses none.
 */
import type { PromiseOutcome, Verdict } from "../verifier/types";
import { type Lang, momentOf, say } from "../text";
import { type Child, icon, make } from "./dom";
import type { Checked, Item } from "./item";
import { type About, whySentence } from "./report";
import { COUNTING, PROMISE, findingsIn } from "./steps";
import { toneOf } from "./tone";
import type { Tools } from "./tools";
import { badge, findingList, problemList, underNotes } from "./view_parts";
import { recountView } from "./view_recount";

const promiseState: Readonly<Record<PromiseOutcome, Verdict>> = {
    kept: "valid",
    kept_late: "not_valid",
    broken: "not_valid",
    not_checked: "not_checked",
    not_valid: "not_checked", /* signed by a stranger: no promise, and none that was broken */
};
const promiseWord: Readonly<Record<PromiseOutcome, string>> = {
    kept: "promise.kept",
    kept_late: "promise.kept-late",
    broken: "promise.broken",
    not_checked: "promise.not-checked",
    not_valid: "promise.not-checked",
};

const includedWord: Readonly<Record<Verdict, string>> = {
    valid: "page.included.valid",
    not_valid: "page.included.not_valid",
    not_checked: "page.state.not_checked",
};
/* "Counted" is said of what counts, and of nothing else (PROTOCOL 8). */
const standingWord: Readonly<Record<Verdict, string>> = {
    valid: "page.standing.valid",
    not_valid: "page.standing.not_valid",
    not_checked: "page.state.not_checked",
};

function answerHead(lang: Lang, checked: Checked): HTMLElement {
    const code = checked.report.answer;
    const tone = toneOf(code);
    return make(
        "div",
        { class: `answer ${tone}` },
        make("div", { class: "answer-sign" }, icon(tone, "big")),
        make(
            "div",
            { class: "answer-words" },
            make("h3", { "data-answer-title": true }, say(lang, `answer.${code}.title`)),
            make("p", { class: "answer-sentence", "data-answer-sentence": true }, say(lang, `answer.${code}.sentence`)),
            make(
                "p",
                { class: "code" },
                say(lang, "page.code"),
                " ",
                make("strong", { "data-answer-code": true }, code),
                " ",
                say(lang, "page.checked.at", { time: momentOf(lang, checked.at) }),
            ),
        ),
    );
}

interface Question {
    name: "included" | "standing" | "promise";
    state: Verdict;
    word: string; /* its key */
    more: Child;
}

function question(lang: Lang, about: Question): HTMLElement {
    return make(
        "li",
        { class: "question-row", "data-question": about.name, "data-state": about.state },
        make("span", { class: "question-name" }, say(lang, `page.question.${about.name}`)),
        badge(lang, about.state, say(lang, about.word)),
        about.more,
    );
}

function details(lang: Lang, checked: Checked, codes: readonly string[]): Child {
    const findings = findingsIn(checked.report, codes);
    if (findings.length === 0) return null;
    return make(
        "details",
        { class: "inline-more" },
        make("summary", {}, say(lang, "page.question.why")),
        findingList(lang, checked.looked.trust, findings),
    );
}

function questions(lang: Lang, checked: Checked): HTMLElement {
    const { report, view } = checked;
    const rows: Question[] = [
        { name: "included", state: report.included, word: includedWord[report.included], more: null },
        {
            name: "standing",
            state: report.standing,
            word: standingWord[report.standing],
            more: details(lang, checked, COUNTING),
        },
    ];
    if (view.acceptance !== undefined) {
        const { promise } = report;
        rows.push({
            name: "promise",
            state: promiseState[promise],
            word: promiseWord[promise],
            more: details(lang, checked, PROMISE),
        });
    }
    return make("ul", { class: "questions" }, ...rows.map((row) => question(lang, row)));
}

export function answerView(lang: Lang, item: Item, checked: Checked, tools: Tools): HTMLElement {
    const about: About = {
        view: checked.view,
        report: checked.report,
        trust: checked.looked.trust,
        witness: checked.looked.witness,
    };
    return make(
        "div",
        { class: "answer-block" },
        answerHead(lang, checked),
        ...underNotes(lang, checked.under, tools),
        questions(lang, checked),
        recountView(lang, item, checked, tools),
        make("p", { class: "why", "data-answer-why": true }, whySentence(lang, about)),
        problemList(lang, checked.looked.problems),
    );
}
