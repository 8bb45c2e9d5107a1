/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judges a breach bundle as bridge/breach/breach_judge.h does, finding for finding. Every comparison
 * that decides is one of the verifier's calls; here they are put in their order.
 */
import { ZERO_HASH } from "../chain/values";
import { Refused, type EntryView, type Finding, type Hex, type ReceiptView, type Verifier } from "../verifier/types";
import { proveContracts } from "./prove";
import { searchLists, type Lists, type Seen } from "./lists";
import type { Believed, Breach, BreachFinding, BreachReport, Shown } from "./types";

const WITHHELD_MAX = 100; /* more are counted, not found one by one */

export interface BreachTrust {
    contracts: Believed[];
    shown: Shown[];
}

/* What a doubt of the promise's judgement is called among the findings. */
const DOUBTS: Record<string, string> = {
    journal: "journal",
    kind: "unknown-kind",
    not_due: "due",
    signer: "signer",
    successor: "successor",
    withheld: "withheld",
};

/* ---- who promised what ---- */

/* The receipt that was pending: what the verifier says of acceptance and definition. */
function pendingFindings(verifier: Verifier, breach: Breach): Finding[] {
    const { acceptance, definition, row } = breach;
    const view: ReceiptView = {
        acceptance,
        anchors: [],
        ...(definition === undefined ? {} : { definition }),
        format: "voteanchor-receipt-v1",
        path: [],
        row,
    };
    return verifier.verify(verifier.write(view).cbor, { blocks: [], contracts: [], journals: [], links: [] }).findings;
}

function signerState(verifier: Verifier, breach: Breach, signer: Hex): BreachFinding["state"] {
    const { accepted_at, anchor_by } = breach.acceptance;
    const [first] = breach.contracts;
    if (first === undefined) return "not_checked";
    const { deployment, journal } = first;
    const { doubt, outcome } = verifier.promise({
        accepted_at,
        anchor_by,
        entries: journal,
        final_head: verifier.fold(deployment, journal),
        final_time: 0,
        lists: journal.map(() => "withheld"),
        record: deployment,
        signer,
        successor_examined: false,
    });
    if (outcome === "not_valid") return "not_valid";
    return doubt === "signer" || doubt === "kind" ? "not_checked" : "valid";
}

function lookAtPromise(verifier: Verifier, breach: Breach, report: BreachReport): void {
    const findings = pendingFindings(verifier, breach);
    const of = (code: string) => findings.find((finding) => finding.code === code);
    const hash = of("definition-hash");
    const bounds = of("acceptance-bounds");
    if (breach.definition !== undefined && hash !== undefined)
        report.findings.push({ code: "definition", compared: "hashes", left: hash.left, right: hash.right, state: hash.state });
    const { acceptance } = breach;
    const isForm = of("acceptance-signature")?.state !== "not_valid";
    report.signer = isForm ? verifier.recover(verifier.digest(report.leaf, acceptance), acceptance.signature) : null;
    report.findings.push({ code: "signature", compared: "nothing", state: report.signer === null ? "not_valid" : "valid" });
    if (report.signer === null) return; /* what nobody signed has no bounds either */
    const state = signerState(verifier, breach, report.signer);
    report.findings.push({ code: "signer", compared: "addresses", contract: 0, left: report.signer, right: acceptance.contract, state });
    if (bounds !== undefined)
        report.findings.push({ code: "bounds", compared: "times", left: bounds.left, right: bounds.right, state: bounds.state });
    else {
        const reason = breach.definition === undefined ? "no-definition" : "definition-form";
        report.findings.push({ code: "bounds", compared: "nothing", reason, state: "not_checked" });
    }
}

/* The first of the findings so far that is not valid decides; false: all hold. */
function isDecided(report: BreachReport): boolean {
    const failed = report.findings.find(({ code, state }) => state !== "valid" && code !== "bounds");
    if (failed === undefined) return false;
    const isNoPromise = failed.state === "not_valid" && (failed.code === "signature" || failed.code === "signer");
    report.outcome = isNoPromise ? "not_valid" : "not_checked";
    report.reason = failed.code;
    return true;
}

/* ---- what the lists say ---- */

function judgeLists(verifier: Verifier, breach: Breach, lists: Lists, report: BreachReport): string {
    const [first] = breach.contracts;
    if (first === undefined || report.signer === null) return "none";
    const answer = verifier.promise({
        accepted_at: breach.acceptance.accepted_at,
        anchor_by: breach.acceptance.anchor_by,
        entries: first.journal,
        final_head: verifier.fold(first.deployment, first.journal),
        final_time: report.final_time,
        lists: lists.own,
        record: first.deployment,
        signer: report.signer,
        ...(breach.contracts.length > 1 ? { successor: { entries: lists.entries, lists: lists.later } } : {}),
        successor_examined: breach.contracts.length > 1,
    });
    report.outcome = answer.outcome;
    report.entry = answer.entry;
    report.time = answer.time;
    report.withheld = answer.withheld;
    report.reason = answer.outcome === "not_valid" ? "signer" : (DOUBTS[answer.doubt] ?? "");
    return answer.doubt;
}

function times(code: string, state: BreachFinding["state"], entry: EntryView, anchorBy: number): BreachFinding {
    return { code, compared: "times", entry: entry.number, left: entry.time, right: anchorBy, state };
}

function withheldFinding(breach: Breach, report: BreachReport, number: number): BreachFinding {
    const isTold = breach.contracts.some(({ batches }) => batches.some((batch) => batch.entry === number));
    const entry = breach.contracts
        .map(({ deployment, journal }) => journal[number - deployment.pred_length - 1])
        .find((one) => one?.kind === 2);
    return {
        code: "withheld",
        compared: "times",
        entry: number,
        left: entry?.time ?? 0,
        reason: isTold ? "root" : "missing",
        right: report.final_time,
        state: "not_checked",
    };
}

/* Batches that have the leaf, and what each of them is worth. */
function holderFinding({ disavowed, entry }: Seen, anchorBy: number): BreachFinding {
    if (disavowed) return times("disavowed", "not_valid", entry, anchorBy);
    return entry.time <= anchorBy ? times("in-time", "valid", entry, anchorBy) : times("late", "not_valid", entry, anchorBy);
}

function addFindings(breach: Breach, lists: Lists, doubt: string, report: BreachReport): void {
    const anchorBy = breach.acceptance.anchor_by;
    const { findings } = report;
    const isDue = report.final_time > anchorBy;
    findings.push({ code: "due", compared: "times", left: report.final_time, right: anchorBy, state: isDue ? "valid" : "not_checked" });
    if (doubt === "successor")
        findings.push({ code: "successor", compared: "nothing", contract: breach.contracts.length - 1, state: "not_checked" });
    const searched = lists.seen.filter(({ disavowed, list }) => list === "without" && !disavowed);
    report.searched = searched.map(({ entry }) => entry.number);
    report.searched_leaves = searched.reduce((sum, { entry }) => sum + Number(entry.b), 0);
    findings.push({
        code: "searched",
        compared: "numbers",
        left: report.searched.length,
        right: report.searched_leaves,
        state: report.withheld.length === 0 ? "valid" : "not_checked",
    });
    findings.push(...report.withheld.slice(0, WITHHELD_MAX).map((number) => withheldFinding(breach, report, number)));
    findings.push(...lists.seen.filter(({ list }) => list === "with").map((one) => holderFinding(one, anchorBy)));
}

/* ---- what receipts show ---- */

/* A path refutes what lists seemed to say; that it is late, the lists in time still show. */
function lookAtShown(breach: Breach, lists: Lists, shown: Shown[], report: BreachReport): void {
    const standing = shown.filter(({ number }) => !lists.isDisavowed(number));
    const earliest = standing.reduce<Shown | null>((a, b) => (a === null || b.time < a.time ? b : a), null);
    if (earliest === null) return;
    const anchorBy = breach.acceptance.anchor_by;
    const isInTime = earliest.time <= anchorBy;
    report.findings.push({
        code: "shown",
        compared: "times",
        entry: earliest.number,
        left: earliest.time,
        right: anchorBy,
        state: isInTime ? "valid" : "not_valid",
    });
    if (!isInTime && report.outcome !== "broken") return;
    Object.assign(report, {
        entry: earliest.number,
        outcome: isInTime ? "kept" : "kept_late",
        reason: "",
        shown: true,
        time: earliest.time,
    });
}

/* ---- all of it ---- */

export function emptyReport(leaf: Hex = ZERO_HASH): BreachReport {
    return {
        entry: 0,
        final_block: 0,
        final_time: 0,
        findings: [],
        leaf,
        outcome: "not_checked",
        reason: "",
        searched: [],
        searched_leaves: 0,
        shown: false,
        signer: null,
        time: 0,
        withheld: [],
    };
}

export function leafOf(verifier: Verifier, breach: Breach): Hex {
    const view: ReceiptView = { anchors: [], format: "voteanchor-receipt-v1", path: [], row: breach.row };
    return verifier.read(verifier.write(view).cbor).leaf;
}

/* Throws Refused where a journal has an entry that no contract can have written. */
export function judgeBreach(verifier: Verifier, breach: Breach, trust: BreachTrust): BreachReport {
    const report = emptyReport(leafOf(verifier, breach));
    try {
        proveContracts(verifier, breach, trust.contracts, report);
    } catch (error) {
        throw error instanceof Refused ? new Refused("journal", "bad-entry") : error;
    }
    lookAtPromise(verifier, breach, report);
    if (isDecided(report)) return report;
    const lists = searchLists(verifier, breach, report.leaf);
    const doubt = judgeLists(verifier, breach, lists, report);
    addFindings(breach, lists, doubt, report);
    lookAtShown(breach, lists, trust.shown, report);
    return report;
}

