/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose contracts a bundle is about, and that their journals are complete up to heads proven in
 * blocks of the chain: as bridge/breach/breach_prove.c.
 */
import { ZERO_ADDRESS, ZERO_HASH } from "../chain/values";
import type { Deployment, EntryView, Hex, Verifier } from "../verifier/types";
import type { Believed, Breach, BreachContract, BreachFinding, BreachReport } from "./types";

const SUCCEEDED = 6;

/* Confirmed links lead from one to the next, so one that was named stands for all of them. */
function whose(breach: Breach, believed: Believed[], i: number): BreachFinding {
    const own = breach.contracts[i]?.deployment.address;
    const named = believed[i]?.named ? i : breach.contracts.findIndex((_, k) => believed[k]?.named);
    const right = breach.contracts[named]?.deployment.address ?? ZERO_ADDRESS;
    const finding: BreachFinding = {
        code: "contract",
        compared: "addresses",
        contract: i,
        left: own,
        right,
        state: named < 0 ? "not_checked" : "valid",
    };
    return named >= 0 && named !== i ? { ...finding, reason: "linked" } : finding;
}

function record(verifier: Verifier, { deployment }: BreachContract, i: number): BreachFinding {
    const { ok, reason } = verifier.deployment(deployment);
    const finding: BreachFinding = { code: "deployment", compared: "nothing", contract: i, state: "valid" };
    if (ok) return finding;
    return { ...finding, reason, state: reason === "deployment-address" ? "not_valid" : "not_checked" };
}

/* What the genesis of the next contract says of a journal: as vota_journal_link. */
export function linkOf(verifier: Verifier, old: Pick<BreachContract, "deployment" | "journal">, next: Deployment): "" | "none" | "claimed" | "forked" {
    const { deployment, journal } = old;
    if (next.pred_chain_id !== deployment.chain_id || next.pred_contract !== deployment.address) return "none";
    const carried = next.pred_length - deployment.pred_length;
    if (carried < 0 || carried > journal.length) return "none";
    if (verifier.fold(deployment, journal.slice(0, carried)) !== next.pred_head) return "none";
    const after = journal.slice(carried);
    const [first] = after;
    if (first === undefined) return "claimed";
    const names = (entry: EntryView) =>
        entry.kind === SUCCEEDED && BigInt(entry.a) === BigInt(next.chain_id) && BigInt(entry.b) === BigInt(next.address);
    return after.length === 1 && names(first) ? "" : "forked";
}

function link(verifier: Verifier, breach: Breach, i: number): BreachFinding[] {
    const old = breach.contracts[i - 1];
    const next = breach.contracts[i]?.deployment;
    if (old === undefined || next === undefined) return [];
    const reason = linkOf(verifier, old, next);
    const finding: BreachFinding = {
        code: "link",
        compared: "addresses",
        contract: i,
        left: old.deployment.address,
        right: next.address,
        state: reason === "" ? "valid" : "not_checked",
    };
    return [reason === "" ? finding : { ...finding, reason }];
}

/* Block, state and journal of a contract; the last one's time is that of the line. */
function prove(verifier: Verifier, contract: BreachContract, believed: Believed | undefined, i: number, report: BreachReport): void {
    const { deployment, evidence, journal } = contract;
    const block = believed?.block ?? "unknown";
    const state = verifier.state(deployment.address, evidence.header, evidence.account, evidence.storage);
    const head: Hex = state.reason === "" ? (state.head ?? ZERO_HASH) : ZERO_HASH;
    const isFinal = block === "final";
    report.findings.push({
        code: "block",
        compared: "hashes",
        contract: i,
        left: state.block_hash,
        number: state.number,
        ...(isFinal ? {} : { reason: block }),
        right: isFinal ? state.block_hash : ZERO_HASH,
        state: isFinal ? "valid" : "not_checked",
    });
    const isProven = state.reason === "";
    report.findings.push({
        code: "state",
        compared: "nothing",
        contract: i,
        ...(isProven ? {} : { reason: state.reason }),
        state: isProven ? "valid" : "not_checked",
    });
    if (isProven) {
        report.final_block = state.number;
        report.final_time = state.time;
    }
    const folded = verifier.fold(deployment, journal);
    report.findings.push({
        code: "journal",
        compared: "hashes",
        contract: i,
        entry: deployment.pred_length + journal.length,
        left: folded,
        right: head,
        state: folded === head ? "valid" : "not_checked",
    });
}

export function proveContracts(verifier: Verifier, breach: Breach, believed: Believed[], report: BreachReport): void {
    for (const [i, contract] of breach.contracts.entries()) {
        report.findings.push(whose(breach, believed, i), record(verifier, contract, i));
        prove(verifier, contract, believed[i], i, report);
        report.findings.push(...link(verifier, breach, i));
        const unknown = contract.journal.find(({ kind }) => kind < 1 || kind > SUCCEEDED);
        if (unknown !== undefined)
            report.findings.push({ code: "unknown-kind", compared: "nothing", contract: i, entry: unknown.number, state: "not_checked" });
    }
}
