/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One receipt from bytes to answer: read, look at the chain, complete it from a mirror where it
 * is pending, verify. Every word of the answer is the verifier's; what could not be fetched
 * became a problem on the way.
 */
import { look, verifyLooked } from "../chain";
import type { Given as LookGiven, Looked } from "../chain/types";
import { type Mirror, openMirror } from "../mirror";
import { type ReceiptView, Refused, type Report, type TrustFile, type Verifier } from "../verifier/types";
import type { Checked, State, Under } from "./item";
import { type Settings, isHex, lowerHex, markOf, ownDirectory, ownWord, usesMirror } from "./settings";

export interface Checking {
    verifier: Verifier;
    settings: Settings;
    carried: TrustFile | null;
    signal: AbortSignal;
    progress: (done: number, of: number) => void;
}

function messageOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}

interface Opened {
    mirror: Mirror | null;
    problem: string; /* why there is none */
}

/*
 * The mirror that the reader named, if it answers; where the page lies need not be one. Who wants
 * nobody asked gets that.
 */
async function mirrorOf(settings: Settings, signal: AbortSignal): Promise<Opened> {
    if (!usesMirror(settings)) return { mirror: null, problem: "" };
    try {
        return { mirror: await openMirror(settings.mirror, signal), problem: "" };
    } catch (error) {
        const isOwn = settings.mirror === ownDirectory(location.href);
        return { mirror: null, problem: isOwn ? "" : messageOf(error) };
    }
}

/*
 * What was typed and is no address or hash names nobody and no block: it is not left out, because
 * then others would be trusted in its place.
 */
const typedOr = (text: string, bytes: number) => (isHex(text, bytes) ? lowerHex(text) : lowerHex(`0x${"0".repeat(2 * bytes)}`));

export function lookGiven(checking: Checking, mirror: Mirror | null): LookGiven {
    const { settings, carried } = checking;
    const trustFile = settings.trust ?? carried;
    return {
        providers: settings.way === "network" ? settings.providers.filter((url) => url !== "") : [],
        progress: checking.progress,
        signal: checking.signal,
        ...(settings.quorum > 0 ? { quorum: settings.quorum } : {}),
        ...(settings.contract === "" ? {} : { contract: { address: typedOr(settings.contract, 20) } }),
        ...(trustFile === null ? {} : { trustFile }),
        ...(settings.way === "block" && settings.block !== "" ? { block: typedOr(settings.block, 32) } : {}),
        ...(settings.way === "heads" && settings.heads !== null ? { heads: settings.heads } : {}),
        ...(mirror === null ? {} : { mirror }),
    };
}

/* Pending, or as a printed code holds it: what a mirror has makes it stand alone. */
function isIncomplete(view: ReceiptView): boolean {
    return view.anchors.length === 0 || view.anchors.every((anchor) => anchor.evidence === undefined);
}

interface Read {
    cbor: Uint8Array;
    view: ReceiptView;
}

interface Answered extends Read {
    looked: Looked;
    report: Report;
}

/*
 * The receipt as a mirror completes it, if that is then proven; else why not. What a mirror says
 * and nobody confirms must not stand in the place of what was handed in, and least of all be saved.
 */
async function complete(checking: Checking, mirror: Mirror, read: Read, looked: Looked, given: LookGiven): Promise<Answered | string> {
    const { verifier } = checking;
    try {
        const done = await mirror.complete(verifier, read.cbor, looked);
        if ("missing" in done) return done.missing;
        const more = await look(verifier, done.view, given);
        const answered = verifyLooked(verifier, done.cbor, more);
        if (answered.report.included === "valid") return { cbor: done.cbor, view: done.view, ...answered };
        return answered.report.included === "not_valid" ? "contradicts" : "not-proven";
    } catch (error) {
        return messageOf(error);
    }
}

export const underOf = (settings: Settings): Under => ({
    contract: settings.contract,
    mark: markOf(settings),
    trustName: settings.trustName,
    word: ownWord(settings),
});

async function checkRead(checking: Checking, input: Uint8Array | string): Promise<Checked> {
    const { verifier, settings, signal } = checking;
    const read: Read = verifier.read(input);
    const { mirror, problem } = await mirrorOf(settings, signal);
    const under = underOf(settings);
    const given = lookGiven(checking, mirror);
    const looked = await look(verifier, read.view, given);
    let answered: Answered = { ...read, ...verifyLooked(verifier, read.cbor, looked) };
    let missing = "";
    let completed = false;
    if (mirror !== null && isIncomplete(read.view)) {
        const done = await complete(checking, mirror, read, looked, given);
        if (typeof done === "string") missing = read.view.anchors.length === 0 ? done : "";
        else {
            answered = done;
            completed = true;
        }
    }
    if (problem !== "") answered.looked.problems.push({ key: "page.problem.mirror", reason: problem });
    const at = Math.floor(Date.now() / 1000);
    return { ...answered, at, under, completed, missing, recount: "no", recountReason: "", unmade: "" };
}

/* Whatever goes wrong is said as what it is: a refusal of the file, or a failure of ours. */
export function stateOfError(error: unknown): State {
    if (error instanceof Refused) return { kind: "refused", where: error.where, reason: error.reason };
    return { kind: "failed", reason: messageOf(error) };
}

export async function checkReceipt(checking: Checking, input: Uint8Array | string): Promise<State> {
    try {
        return { kind: "checked", checked: await checkRead(checking, input) };
    } catch (error) {
        return stateOfError(error);
    }
}
