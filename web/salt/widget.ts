/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two pieces of a page, as plain elements with class names for the site to style: one asks for
 * the citizen's half, one shows what the check of the reply found and hands the receipt over.
 * No styles, no events of its own but clicks; every control has its label.
 */
import { draw, phrase, PhraseRefused, type Half } from "./half";
import { link, textOf, type Form, type Receipt } from "./receipt";
import type { Checked } from "./check";
import { say, timeText, type Lang } from "./text";

let ids = 0;

type Attributes = Record<string, string>;

function element<K extends keyof HTMLElementTagNameMap>(
    name: K,
    attributes: Attributes,
    ...inside: (Node | string)[]
): HTMLElementTagNameMap[K] {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...inside);
    return made;
}

/* ---- the half ---- */

export interface Asked {
    /* The half as it is now; null, with a message at the field, while the phrase is none. */
    value(): Half | null;
}

export function askHalf(place: Element, { lang = "ko" }: { lang?: Lang } = {}): Asked {
    const id = `citizen-salt-${++ids}`;
    const drawn = draw();
    const box = element("input", { type: "checkbox", id: `${id}-own`, "aria-controls": `${id}-field` });
    const input = element("input", {
        type: "text",
        id: `${id}-phrase`,
        autocomplete: "off",
        spellcheck: "false",
        "aria-describedby": `${id}-hint ${id}-problem`,
    });
    const problem = element("p", { id: `${id}-problem`, class: "citizen-salt-problem", role: "alert" });
    const field = element(
        "div",
        { id: `${id}-field`, class: "citizen-salt-field", hidden: "" },
        element("label", { for: input.id }, say(lang, "phrase-label")),
        input,
        element("p", { id: `${id}-hint`, class: "citizen-salt-hint" }, say(lang, "phrase-hint")),
        problem,
    );
    box.addEventListener("change", () => {
        field.hidden = !box.checked;
        if (box.checked) input.focus();
    });
    place.append(
        element(
            "fieldset",
            { class: "citizen-salt", lang },
            element("legend", {}, say(lang, "title")),
            element("p", { class: "citizen-salt-about" }, say(lang, "about")),
            box,
            " ",
            element("label", { for: box.id }, say(lang, "own-phrase")),
            field,
        ),
    );
    return {
        value() {
            problem.textContent = "";
            input.removeAttribute("aria-invalid");
            if (!box.checked) return drawn;
            try {
                return phrase(input.value);
            } catch (error) {
                if (!(error instanceof PhraseRefused)) throw error;
                problem.textContent = say(lang, error.code);
                input.setAttribute("aria-invalid", "true");
                input.focus();
                return null;
            }
        },
    };
}

/* ---- the receipt ---- */

export function save(receipt: Receipt, form: Form, name = "voteanchor"): void {
    const file = new Blob([textOf(receipt, form)], { type: "application/json" });
    const url = URL.createObjectURL(file);
    const ending = form === "full" ? ".receipt.json" : ".share.receipt.json";
    const anchor = element("a", { href: url, download: name.replace(/[^\p{L}\p{N}._-]/gu, "-") + ending });
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

function saver(lang: Lang, receipt: Receipt, form: Form, name?: string): HTMLElement {
    const key = `citizen-salt-save-${form}`;
    const button = element("button", { type: "button", class: key }, say(lang, `save-${form}`));
    button.addEventListener("click", () => save(receipt, form, name));
    return element("li", {}, button, element("p", {}, say(lang, `save-${form}-about`)));
}

export interface Shown {
    lang?: Lang;
    page?: string; /* address of the verifier page */
    name?: string; /* of the files, without their ending */
}

export function showReceipt(place: Element, checked: Checked, { lang = "ko", page, name }: Shown = {}): void {
    const { receipt, anchorBy } = checked;
    const state = checked.ok ? "good" : "bad";
    const section = element(
        "section",
        { class: `citizen-salt-receipt citizen-salt-${state}`, lang },
        element("h2", { tabindex: "-1" }, say(lang, `result-${state}`)),
    );
    if (checked.ok) section.append(element("p", {}, say(lang, "result-good-about")));
    else
        section.append(
            element("ul", {}, ...checked.problems.map((one) => element("li", {}, say(lang, `problem-${one}`)))),
            element("p", {}, say(lang, "result-bad-about")),
        );
    if (anchorBy !== null) section.append(element("p", {}, say(lang, "promise", { time: timeText(lang, anchorBy) })));
    if (receipt !== null) {
        const ways = element("ul", { class: "citizen-salt-ways" });
        if (page !== undefined) {
            const to = element("a", { href: link(receipt, page), class: "citizen-salt-check" }, say(lang, "check"));
            ways.append(element("li", {}, to, element("p", {}, say(lang, "check-about"))));
        }
        ways.append(saver(lang, receipt, "full", name), saver(lang, receipt, "share", name));
        section.append(ways);
    }
    place.replaceChildren(section);
    section.querySelector("h2")?.focus(); /* a reader of the page hears the answer */
}
