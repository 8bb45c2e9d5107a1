/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a breach bundle shows, in the words of bridge/cli/breach_report.c: same sentence, same
 * findings. Colour and sign are those of the promise's outcome, not of the bundle's worth: a
 * sound bundle is bad news.
 */
import { type Breach, type BreachFinding, type BreachReport, type JudgedBreach, decisive, findingKey, missingKey, sentenceKey } from "../breach";
import type { PromiseOutcome, Verdict } from "../verifier/types";
import { type Lang, momentOf, networkOf, say } from "../text";
import { type Child, icon, make } from "./dom";
import { shortHash } from "./report";
import type { Under } from "./item";
import type { Tools } from "./tools";
import { problemList, underNotes } from "./view_parts";

const tones: Readonly<Record<PromiseOutcome, Verdict>> = {
    broken: "not_valid",
    kept_late: "not_valid",
    kept: "valid",
    not_checked: "not_checked",
    not_valid: "not_checked",
};

function side(lang: Lang, finding: BreachFinding, value: BreachFinding["left"]): string {
    if (value === undefined) return "";
    if (finding.compared === "hashes") return shortHash(String(value));
    return finding.compared === "times" ? momentOf(lang, Number(value)) : String(value);
}

export function breachFinding(lang: Lang, breach: Breach, finding: BreachFinding): string {
    const about = finding.contract === undefined ? undefined : breach.contracts[finding.contract]?.deployment;
    return say(lang, findingKey(finding), {
        left: side(lang, finding, finding.left),
        right: side(lang, finding, finding.right),
        entry: finding.entry ?? 0,
        number: finding.number ?? 0,
        contract: about?.address ?? "",
        network: about === undefined ? "" : say(lang, networkOf(about.chain_id, about.chain_genesis).key),
        reason: finding.reason ?? "",
    });
}

/* Why nothing is shown, where nothing is. */
function why(lang: Lang, breach: Breach, report: BreachReport): string {
    const finding = decisive(report);
    if (finding !== undefined) return breachFinding(lang, breach, finding);
    return report.reason === "" ? "" : say(lang, missingKey(report));
}

export function breachSentence(lang: Lang, breach: Breach, report: BreachReport): string {
    return say(lang, sentenceKey(report), {
        accepted: momentOf(lang, breach.acceptance.accepted_at),
        by: momentOf(lang, breach.acceptance.anchor_by),
        time: momentOf(lang, report.final_time),
        when: momentOf(lang, report.time),
        batches: report.searched.length,
        leaves: report.searched_leaves,
        block: report.final_block,
        entry: report.entry,
        finding: why(lang, breach, report),
    });
}

function findings(lang: Lang, breach: Breach, report: BreachReport): HTMLElement {
    return make(
        "ul",
        { class: "findings" },
        ...report.findings.map((finding) =>
            make(
                "li",
                { class: `finding ${finding.state}`, "data-finding": finding.code, "data-state": finding.state },
                icon(finding.state),
                make("span", {}, breachFinding(lang, breach, finding)),
            ),
        ),
    );
}

export function breachView(lang: Lang, judged: JudgedBreach, under: Under, tools: Tools): Child[] {
    const { breach, one_provider, problems, report } = judged;
    const tone = tones[report.outcome];
    return [
        make(
            "div",
            { class: `answer ${tone}` },
            make("div", { class: "answer-sign" }, icon(tone, "big")),
            make(
                "div",
                { class: "answer-words" },
                make("p", { class: "hint" }, say(lang, "page.bundle.about")),
                make("h3", { "data-answer-title": true }, say(lang, `breach.outcome.${report.outcome}`)),
                make("p", { class: "answer-sentence", "data-answer-sentence": true }, breachSentence(lang, breach, report)),
            ),
        ),
        one_provider &&
            make("p", { class: "notice warning", "data-one-provider": true }, icon("warning"), make("span", {}, say(lang, "page.bundle.one"))),
        ...underNotes(lang, under, tools),
        problemList(lang, problems),
        make("section", { class: "part" }, make("h3", {}, say(lang, "page.bundle.findings")), findings(lang, breach, report)),
    ];
}
