/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was asked, and, behind a button, what was answered. Both are shown only where they hash
 * to what the receipt's row holds: the verifier's findings say whether they do. A receipt that
 * shows the choice says so before anything else.
 */
import type { Report } from "../verifier/types";
import { type Lang, minuteOf, say } from "../text";
import { type Child, button, icon, make } from "./dom";
import type { Checked } from "./item";
import { fact } from "./view_parts";

interface Both {
    en: string;
    ko: string;
}

interface Definition {
    closes_at: string;
    department: string;
    disclosure: string;
    id: string;
    kind: string;
    opens_at: string;
    options: (Both & { id: string })[];
    text: Both;
    title: Both;
}

interface Content {
    body?: string;
    cast_at: string;
    choice?: string[];
    document_sha256?: string;
    step?: string;
    title?: string;
}

function holds(report: Report, code: string): boolean {
    return report.findings.some((finding) => finding.code === code && finding.state === "valid");
}

function unixOf(time: string): number {
    return Date.parse(time) / 1000;
}

/* Read only where the verifier found it to be the register's and of a form that it knows. */
function definitionOf(checked: Checked): Definition | null {
    const { definition } = checked.view;
    const unknown = checked.report.findings.some((finding) => finding.code === "definition-form");
    if (definition === undefined || unknown || !holds(checked.report, "definition-hash")) return null;
    return JSON.parse(definition) as Definition;
}

function contentOf(checked: Checked): Content | null {
    const { opening } = checked.view;
    if (opening === undefined || !holds(checked.report, "opening-hash")) return null;
    try {
        return JSON.parse(opening.content) as Content;
    } catch {
        return null; /* what was recorded need not be JSON */
    }
}

function answerFacts(lang: Lang, definition: Definition | null, content: Content): HTMLElement[] {
    const name = (id: string) => definition?.options.find((option) => option.id === id)?.[lang] ?? id;
    const facts: HTMLElement[] = [];
    if (content.choice !== undefined) {
        const chosen = content.choice.map(name).join(", ");
        facts.push(fact(say(lang, "page.record.choice"), chosen === "" ? say(lang, "page.record.blank") : chosen));
    }
    const texts = ["title", "body", "step", "document_sha256"] as const;
    for (const key of texts) {
        const value = content[key];
        if (value !== undefined) facts.push(fact(say(lang, `page.record.${key}`), value));
    }
    facts.push(fact(say(lang, "page.record.cast_at"), minuteOf(lang, unixOf(content.cast_at))));
    return facts;
}

function choiceView(lang: Lang, definition: Definition | null, content: Content): HTMLElement {
    const place = make("dl", { class: "facts", "data-choice": true, hidden: true });
    place.append(...answerFacts(lang, definition, content));
    const press: HTMLButtonElement = button(
        say(lang, "page.record.show"),
        () => {
            place.hidden = !place.hidden;
            press.setAttribute("aria-expanded", String(!place.hidden));
            press.textContent = say(lang, place.hidden ? "page.record.show" : "page.record.hide");
        },
        { look: "secondary", attributes: { "data-show-choice": true, "aria-expanded": "false" } },
    );
    return make("div", { class: "choice" }, press, place);
}

/* Once contents are public, whoever has the row can look its content up (PROTOCOL 9). */
function isPublic(definition: Definition): boolean {
    if (definition.disclosure === "live") return true;
    return definition.disclosure === "on_close" && Date.now() / 1000 >= unixOf(definition.closes_at);
}

function warning(lang: Lang, checked: Checked, definition: Definition | null): Child {
    if (checked.view.opening !== undefined) {
        return make(
            "p",
            { class: "notice warning", "data-full-warning": true },
            icon("warning"),
            make("span", {}, say(lang, "page.full.warning")),
        );
    }
    if (definition === null || !isPublic(definition)) return null;
    return make(
        "p",
        { class: "notice information", "data-public-warning": true },
        icon("info"),
        make("span", {}, say(lang, "page.share.public")),
    );
}

function questionView(lang: Lang, definition: Definition): HTMLElement {
    const text = definition.text[lang];
    return make(
        "div",
        { class: "question" },
        make("p", { class: "kind" }, say(lang, `definition.kind.${definition.kind}`), " · ", definition.department),
        make("p", { class: "question-title", "data-register-title": true }, definition.title[lang]),
        text !== "" && make("p", { class: "question-text" }, text),
        make(
            "p",
            { class: "hint" },
            say(lang, "page.record.period", {
                from: minuteOf(lang, unixOf(definition.opens_at)),
                to: minuteOf(lang, unixOf(definition.closes_at)),
            }),
        ),
    );
}

export function recordView(lang: Lang, checked: Checked): HTMLElement {
    const definition = definitionOf(checked);
    const content = contentOf(checked);
    return make(
        "section",
        { class: "part" },
        make("h3", {}, say(lang, "page.record.heading")),
        warning(lang, checked, definition),
        definition === null ? make("p", {}, say(lang, "page.record.unknown")) : questionView(lang, definition),
        content !== null && choiceView(lang, definition, content),
    );
}
