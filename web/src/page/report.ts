/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sentences of a report, filled as bridge/cli/verify_report.c fills them, so that page and
 * command line say the same of the same finding. Decides nothing: every state is the verifier's.
 */
import type { AnchorView, Finding, ReceiptView, Report, Trust, Verdict } from "../verifier/types";
import { type Lang, momentOf, networkOf, say } from "../text";

export interface Witness {
    agreed: number;
    asked: number;
}

export interface About {
    view: ReceiptView;
    report: Report;
    trust: Trust;
    witness: Witness | null;
}

/* Ends of a hash: enough to compare by eye. */
export function shortHash(hash: string): string {
    return hash.length <= 24 ? hash : `${hash.slice(0, 10)}...${hash.slice(-8)}`;
}

function side(lang: Lang, finding: Finding, value: Finding["left"]): string {
    if (value === undefined) return "";
    if (finding.compared === "hashes") return shortHash(String(value));
    if (finding.compared === "times") return momentOf(lang, Number(value));
    return String(value);
}

/* The network of a contract that was looked at, by its address in a finding. */
function networkOfSide(lang: Lang, trust: Trust, finding: Finding, value: Finding["left"]): string {
    if (finding.compared !== "addresses") return "";
    const contract = trust.contracts.find((one) => one.address === value);
    return contract === undefined ? "" : say(lang, networkOf(contract.chain_id, contract.chain_genesis).key);
}

export function findingSentence(lang: Lang, trust: Trust, finding: Finding): string {
    const number = finding.code === "pending" ? momentOf(lang, finding.number) : finding.number;
    return say(lang, `finding.${finding.code}.${finding.state}`, {
        left: side(lang, finding, finding.left),
        right: side(lang, finding, finding.right),
        number,
        old: networkOfSide(lang, trust, finding, finding.left),
        new: networkOfSide(lang, trust, finding, finding.right),
    });
}

/* What no verdict on inclusion rests on, though its state may be the same. */
function isBeside(finding: Finding): boolean {
    switch (finding.code) {
        case "definition-hash": /* what a receipt need not carry is no reason for doubt */
        case "opening-hash":
            return finding.state === "not_checked";
        case "succession":
        case "forked":
        case "promise-late":
            return finding.state === "not_valid";
        default:
            return false;
    }
}

/* The first finding in a state: what its verdict rests on. */
function firstIn(report: Report, state: Verdict): Finding | undefined {
    const those = report.findings.filter((finding) => finding.state === state);
    return those.find((finding) => !isBeside(finding)) ?? those[0];
}

function valid(report: Report, anchor: number | undefined, code: string): Finding | undefined {
    return report.findings.find(
        (finding) => finding.anchor === anchor && finding.code === code && finding.state === "valid",
    );
}

/* The block of the journal or head that an anchor was held to. */
function journalBlock(about: About, anchor: AnchorView, complete: boolean): number {
    const journal = about.trust.journals.find(
        (one) =>
            about.trust.contracts[one.contract]?.address === anchor.contract &&
            (one.entries !== undefined) === complete,
    );
    return journal?.block ?? 0;
}

function witnessWords(lang: Lang, witness: Witness | null): string {
    if (witness === null) return say(lang, "audit.witness.trust");
    const key = witness.agreed === 1 ? "verify.witness.one" : "verify.witness.many";
    return say(lang, key, { agreed: witness.agreed, asked: witness.asked });
}

/* What was compared with what, when all of it held. */
function whyValid(lang: Lang, about: About): string {
    const path = about.report.findings.find((one) => one.code === "path-root" && one.state === "valid");
    const anchor = path?.anchor === undefined ? undefined : about.view.anchors[path.anchor];
    if (path === undefined || anchor === undefined) return "";
    const journal = valid(about.report, path.anchor, "journal-entry") !== undefined;
    const header = valid(about.report, path.anchor, "header-hash");
    const keys = [
        journal && "verify.valid.journal",
        header === undefined && "verify.valid.head",
        about.witness === null && "verify.valid.block-offline",
        "verify.valid.block-online",
    ] as const;
    return say(lang, keys.find((key) => key !== false) as string, {
        entry: anchor.entry.number,
        contract: anchor.contract,
        block: journalBlock(about, anchor, journal),
        hash: header === undefined ? "" : String(header.left),
        network: say(lang, networkOf(anchor.chain_id, anchor.chain_genesis).key),
        witness: witnessWords(lang, about.witness),
    });
}

/* How a sentence that is not about something valid begins. */
function beginning(included: Verdict, why: Finding | undefined): string {
    if (included === "not_checked") return "verify.not_checked";
    /* The receipt is what shows it: nothing in it is untrue. */
    return why?.code === "promise-broken" ? "verify.broken" : "verify.not_valid";
}

/* The one detailed sentence under the answer: what the verdict on inclusion rests on. */
export function whySentence(lang: Lang, about: About): string {
    const { included } = about.report;
    if (included === "valid") return whyValid(lang, about);
    const why = firstIn(about.report, included);
    const finding = why === undefined ? "" : findingSentence(lang, about.trust, why);
    return say(lang, beginning(included, why), { finding });
}
