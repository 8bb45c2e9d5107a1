/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Breach bundles on a page: made from a receipt and a mirror, and judged as a stranger does who
 * trusts nobody. Only the blocks' identity is asked of providers, k of n, or named by the user.
 */
import { look } from "../chain";
import { ask, askBlock, networkOf, type Network } from "../chain/quorum";
import type { Given, Problem } from "../chain/types";
import type { Deployment, EvidenceView, Finding, Trust, Verifier } from "../verifier/types";
import { judgeBreach, leafOf } from "./judge";
import { readBreach } from "./json";
import type { Believed, Breach, BreachBlock, BreachContract, BreachFinding, BreachReport, JudgedBreach, Shown } from "./types";

export { makeBreach } from "./make";
export { BREACH_FORMAT, readBreach, writeBreach } from "./json";
export type * from "./types";

/* What a bundle is held to: as a receipt is, with receipts that may refute it. */
export type BreachGiven = Omit<Given, "mirror" | "progress"> & { receipts?: Uint8Array[] };

/* The sentence of a finding; evidence has many reasons and one sentence. */
export function findingKey({ code, reason, state }: BreachFinding): string {
    const isByState = reason === undefined || reason === "" || code === "state";
    return `breach.finding.${code}.${isByState ? state : reason}`;
}

/* The finding that decided where nothing is shown. */
export function decisive({ findings, reason }: BreachReport): BreachFinding | undefined {
    return findings.find((finding) => finding.code === reason && finding.state !== "valid");
}

/*
 * The sentence on top: takes {accepted}, {by}, {time}, {when}, {batches}, {leaves}, {block}, {entry}
 * and {finding}, the sentence of decisive() or of missingKey().
 */
export function sentenceKey({ outcome, shown }: BreachReport): string {
    return `breach.sentence.${outcome}${shown && outcome === "kept_late" ? ".shown" : ""}`;
}

/* Why nothing could be made, where no finding says so. */
export const missingKey = ({ reason }: BreachReport): string => `breach.missing.${reason}`;

/* ---- whose contract, which block ---- */

/* Named by the user, or one of the trust file's: as `voteanchor breach --check`. */
function isNamed(given: BreachGiven, record: Deployment): boolean {
    const { contract, heads, trustFile } = given;
    if (contract !== undefined)
        return (
            contract.address === record.address &&
            (contract.chain_id ?? record.chain_id) === record.chain_id &&
            (contract.chain_genesis ?? record.chain_genesis) === record.chain_genesis
        );
    return ((trustFile ?? heads)?.contracts ?? []).some(
        (one) => one.address === record.address && one.chain_id === record.chain_id && one.chain_genesis === record.chain_genesis,
    );
}

/* By the user, or by a file of theirs: then no provider has to be believed. */
function isVouchedFor(verifier: Verifier, deployment: Deployment, evidence: EvidenceView, given: BreachGiven): boolean {
    const { chain_genesis, chain_id } = deployment;
    const { block_hash } = verifier.state(deployment.address, evidence.header, evidence.account, evidence.storage);
    const heads = [...(given.trustFile?.heads ?? []), ...(given.heads?.heads ?? [])];
    const isHead = heads.some(
        (head) => head.chain_id === chain_id && head.chain_genesis === chain_genesis && head.block_hash === block_hash,
    );
    return given.block === block_hash || isHead;
}

async function blockOf(verifier: Verifier, contract: BreachContract, given: BreachGiven, networks: Network[]): Promise<BreachBlock> {
    const { deployment, evidence } = contract;
    const { chain_genesis, chain_id } = deployment;
    const { block_hash, number } = verifier.state(deployment.address, evidence.header, evidence.account, evidence.storage);
    if (isVouchedFor(verifier, deployment, evidence, given)) return "final";
    const network = networkOf(networks, chain_id, chain_genesis);
    return network === null ? "unknown" : askBlock(verifier, network, number, block_hash);
}

/* ---- receipts that may refute ---- */

/* The bundle's own journals besides what was looked up: they were found to be the chain's. */
function withJournals(trust: Trust, breach: Breach, believed: Believed[], report: BreachReport, verifier: Verifier): Trust {
    const contracts = [...trust.contracts];
    const journals = [...trust.journals];
    for (const [i, { deployment, journal }] of breach.contracts.entries()) {
        const { address, chain_genesis, chain_id, pred_length } = deployment;
        let contract = contracts.findIndex((one) => one.record !== undefined && one.address === address && one.chain_id === chain_id);
        if (contract < 0 && !believed[i]?.named) continue;
        if (contract < 0) contract = contracts.push({ address, chain_genesis, chain_id, how: "named", record: deployment }) - 1;
        const head = verifier.fold(deployment, journal);
        const { final_block: block, final_time: time } = report;
        journals.push({ block, contract, entries: journal, final: true, head, length: pred_length + journal.length, time });
    }
    return { ...trust, contracts, journals };
}

/* The batch that keeps the promise by a receipt, if it shows one: in time, or late. */
const shownBy = (findings: Finding[]): Shown[] =>
    findings.flatMap(({ code, left, number, state }) =>
        code === "promise" && state !== "not_valid" && number !== 0 && typeof left === "number" ? [{ number, time: left }] : [],
    );

async function lookAtReceipts(verifier: Verifier, breach: Breach, believed: Believed[], report: BreachReport, given: BreachGiven) {
    const shown: Shown[] = [];
    const problems: Problem[] = [];
    const leaf = leafOf(verifier, breach);
    for (const cbor of given.receipts ?? []) {
        const received = verifier.read(cbor);
        if (received.leaf !== leaf) continue;
        const looked = await look(verifier, received.view, given);
        problems.push(...looked.problems);
        const held = verifier.write({ ...received.view, acceptance: breach.acceptance }).cbor;
        shown.push(...shownBy(verifier.verify(held, withJournals(looked.trust, breach, believed, report, verifier)).findings));
    }
    return { problems, shown };
}

/* ---- judging ---- */

/* Throws Refused for what is no bundle, or no receipt among `receipts`. */
export async function checkBreach(verifier: Verifier, text: string, given: BreachGiven): Promise<JudgedBreach> {
    const breach = readBreach(text);
    const problems: Problem[] = [];
    const { networks, providers } = await ask(verifier, given, () => {});
    for (const { name, trouble } of providers)
        if (trouble !== null) problems.push({ key: "page.problem.provider", provider: name, reason: trouble.reason });
    const believed = await Promise.all(
        breach.contracts.map(
            async (contract): Promise<Believed> => ({
                block: await blockOf(verifier, contract, given, networks),
                named: isNamed(given, contract.deployment),
            }),
        ),
    );
    const one_provider = breach.contracts.some(({ deployment, evidence }) => {
        const network = isVouchedFor(verifier, deployment, evidence, given) ? null : networkOf(networks, deployment.chain_id, deployment.chain_genesis);
        return network?.agreed === 1;
    });
    const report = judgeBreach(verifier, breach, { contracts: believed, shown: [] });
    const isLookedInto = report.findings.some(({ code }) => code === "searched");
    if (!isLookedInto || (given.receipts ?? []).length === 0) return { breach, one_provider, problems, report };
    const found = await lookAtReceipts(verifier, breach, believed, report, given);
    const again = judgeBreach(verifier, breach, { contracts: believed, shown: found.shown });
    return { breach, one_provider, problems: [...problems, ...found.problems], report: again };
}
