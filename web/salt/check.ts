/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What comes back, held to what was sent: the receipt in the service's reply must contain the
 * citizen's half, its content hash must follow from both halves and the content, the content
 * must be what was sent, and the leaf must be the row's. Whether the promise is signed, and
 * later the row anchored, is the verifier page's question.
 */
import { bytesOf, hexOf, keccak, utf8 } from "./hash";
import { canonicalText, part, type Json, type Receipt } from "./receipt";

/* What the page sent: the half, and the members of the record (docs/API.md). */
export interface Sent {
    citizen_salt: string;
    register?: string; /* the register's id */
    choice?: string | string[];
    title?: string;
    body?: string;
    step?: string;
    document_sha256?: string;
}

/*
 * "no-receipt" none came, ask for it later · "form" it is no receipt · "no-promise" without the
 * city's signed promise · "salt" not the citizen's half · "content-hash" content and halves do
 * not give the row's hash · "content" not what was sent · "register" another register's
 * · "leaf" the reply names another leaf.
 */
export type Problem =
    | "no-receipt"
    | "form"
    | "no-promise"
    | "salt"
    | "content-hash"
    | "content"
    | "register"
    | "leaf";

export interface Checked {
    ok: boolean;
    problems: Problem[];
    receipt: Receipt | null;
    leaf: string | null;
    acceptedAt: number | null; /* unix seconds */
    anchorBy: number | null;
}

const ZEROS = `0x${"0".repeat(64)}`;

function parse(text: Json | undefined): Receipt {
    try {
        return part({ value: JSON.parse(String(text)) as Json }, "value");
    } catch {
        return {};
    }
}

/* An option may be sent by its label: the definition says whose that is. */
function idsOf(choice: string | string[], definition: Receipt): string[] {
    const options = Array.isArray(definition.options) ? definition.options : [];
    const given = Array.isArray(choice) ? choice : [choice];
    const ids = given.map((one) => {
        /* An id before a label: one option's label may be another's id. */
        const option = ["id", "ko", "en"].flatMap((key) => options.filter((item) => part({ item }, "item")[key] === one))[0];
        return String(part({ option: option ?? {} }, "option").id ?? one);
    });
    return ids.sort();
}

function isSent(content: Receipt, sent: Sent, definition: Receipt): boolean {
    const texts = ["title", "body", "step", "document_sha256"] as const;
    if (texts.some((name) => sent[name] !== undefined && sent[name] !== content[name])) return false;
    if (sent.choice === undefined) return true;
    if (!Array.isArray(content.choice)) return false;
    return JSON.stringify([...content.choice].sort()) === JSON.stringify(idsOf(sent.choice, definition));
}

const MEMBERS = ["acceptance", "anchors", "definition", "format", "opening", "path", "row"];

/* What a verifier would not even read: a file of it would be worth nothing later. */
function isForm(receipt: Receipt): boolean {
    const { anchors, definition, format, path } = receipt;
    return (
        format === "voteanchor-receipt-v1" &&
        Array.isArray(anchors) &&
        Array.isArray(path) &&
        (definition === undefined || typeof definition === "string") &&
        Object.keys(receipt).every((name) => MEMBERS.includes(name))
    );
}

/* Something that somebody can be held to: signed, for a contract, with its times. */
function isPromise(acceptance: Receipt): boolean {
    const { accepted_at, anchor_by, chain_id, contract, signature } = acceptance;
    return (
        [accepted_at, anchor_by, chain_id].every((number) => Number.isSafeInteger(number)) &&
        bytesOf(contract, 20) !== null &&
        bytesOf(signature, 65) !== null
    );
}

/* The one text of what was sent: another one, read elsewhere, may say something else or count for nothing. */
function isContent(text: string, sent: Sent, definition: Receipt): boolean {
    const content = parse(text);
    return canonicalText(content) === text && isSent(content, sent, definition);
}

/* Row and opening as bytes; null where the receipt does not have them. */
function bytesOfReceipt(receipt: Receipt) {
    const row = part(receipt, "row");
    const opening = part(receipt, "opening");
    const register = bytesOf(row.register, 32);
    const tag = bytesOf(row.tag, 32);
    const contentHash = bytesOf(row.content_hash, 32);
    const city = bytesOf(opening.city_salt, 32);
    const citizen = bytesOf(opening.citizen_salt, 32);
    if (!register || !tag || !contentHash || !city || !citizen || typeof opening.content !== "string") return null;
    return { register, tag, contentHash, city, citizen, content: opening.content };
}

function problemsOf(receipt: Receipt, sent: Sent, leaf: unknown): Problem[] {
    const bytes = bytesOfReceipt(receipt);
    if (!isForm(receipt) || bytes === null) return ["form"];
    const { register, tag, contentHash, city, citizen, content } = bytes;
    const definition = receipt.definition;
    const question = parse(definition);
    const own = keccak(keccak(register, tag, contentHash));
    /* Without its definition nobody can say here which register it is. */
    const isOtherRegister =
        (definition !== undefined && hexOf(keccak(utf8(String(definition)))) !== hexOf(register)) ||
        (sent.register !== undefined && question.id !== sent.register);
    const found: [Problem, boolean][] = [
        ["no-promise", !isPromise(part(receipt, "acceptance"))],
        ["salt", hexOf(citizen) !== sent.citizen_salt || sent.citizen_salt === ZEROS],
        ["content-hash", hexOf(keccak(keccak(city, citizen), utf8(content))) !== hexOf(contentHash)],
        ["content", !isContent(content, sent, question)],
        ["register", isOtherRegister],
        ["leaf", leaf !== undefined && leaf !== hexOf(own)],
    ];
    return found.filter(([, wrong]) => wrong).map(([problem]) => problem);
}

/* `reply` is the service's answer to POST /v1/records, or the receipt alone. */
export function check(reply: unknown, sent: Sent): Checked {
    const answer = part({ reply: reply as Json }, "reply");
    const receipt = answer.format === undefined ? part(answer, "receipt") : answer;
    const none = { receipt: null, leaf: null, acceptedAt: null, anchorBy: null };
    if (Object.keys(receipt).length === 0) return { ok: false, problems: ["no-receipt"], ...none };
    const problems = problemsOf(receipt, sent, answer.leaf);
    const acceptance = part(receipt, "acceptance");
    const bytes = bytesOfReceipt(receipt);
    return {
        ok: problems.length === 0,
        problems,
        receipt,
        leaf: bytes && hexOf(keccak(keccak(bytes.register, bytes.tag, bytes.contentHash))),
        acceptedAt: typeof acceptance.accepted_at === "number" ? acceptance.accepted_at : null,
        anchorBy: typeof acceptance.anchor_by === "number" ? acceptance.anchor_by : null,
    };
}
