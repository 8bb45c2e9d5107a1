/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is on the page and what happens to it: the things handed in, the settings, the language.
 * Parts of the page are drawn anew from this whenever it changes; nothing is read back from the
 * document.
 */
import { loadVerifier } from "../verifier";
import type { TrustFile, Verifier } from "../verifier/types";
import { type Lang, say } from "../text";
import { judgeBundle } from "./bundle";
import { checkReceipt, stateOfError } from "./check";
import { found, show } from "./dom";
import type { Given } from "./intake";
import type { Item, State } from "./item";
import { initialSettings, type Settings } from "./settings";
import type { Tools } from "./tools";
import { breachSentence } from "./view_breach";
import { itemView, nameOf } from "./view_item";

export interface App {
    lang: Lang;
    carried: TrustFile | null;
    settings: Settings;
    items: Item[];
    verifier: Promise<Verifier>;
    tools: Tools;
    next: number;
}

export function newApp(lang: Lang, carried: TrustFile | null, wasm: BufferSource, tools: (app: App) => Tools): App {
    const app = {
        lang,
        carried,
        settings: initialSettings(carried, location.href),
        items: [] as Item[],
        verifier: loadVerifier(wasm),
        next: 0,
    } as unknown as App;
    app.tools = tools(app);
    return app;
}

/* ---- what is drawn ---- */

function element(item: Item): Element | null {
    return document.querySelector(`[data-receipt="${item.id}"]`);
}

export function drawItem(app: App, item: Item): void {
    if (!app.items.includes(item)) return; /* taken off the page meanwhile: it stays off */
    const fresh = itemView(app.lang, item, app.tools);
    const old = element(item);
    if (old === null) found("results").prepend(fresh);
    else old.replaceWith(fresh);
    drawSummary(app);
}

const counted = { valid: 0, not_valid: 0, not_checked: 0 };

function drawSummary(app: App): void {
    const numbers = { ...counted };
    for (const { state } of app.items) if (state.kind === "checked") numbers[state.checked.report.included] += 1;
    show(found("answers"), app.items.length > 0);
    show(found("summary"), app.items.length > 1);
    found("summary").textContent = say(app.lang, "verify.summary", { files: app.items.length, ...numbers });
}

export function drawItems(app: App): void {
    found("results").replaceChildren(...[...app.items].reverse().map((item) => itemView(app.lang, item, app.tools)));
    drawSummary(app);
}

/* ---- what is said aloud ---- */

export function announce(text: string): void {
    found("announce").textContent = text;
}

/* Beside step 1, for who sees it; read out where it changes. */
export function status(text: string): void {
    found("intake-status").textContent = text;
}

function spoken(lang: Lang, state: State): string {
    switch (state.kind) {
        case "checked": {
            const { answer } = state.checked.report;
            return `${say(lang, `answer.${answer}.title`)}. ${say(lang, `answer.${answer}.sentence`)}`;
        }
        case "judged":
            return breachSentence(lang, state.judged.breach, state.judged.report);
        case "refused":
            return say(lang, "page.refused.title");
        case "failed":
            return say(lang, "page.failed", { reason: state.reason });
        case "busy":
            return "";
    }
}

/* ---- what happens ---- */

export function setState(app: App, item: Item, state: State): void {
    item.state = state;
    if (state.kind === "checked") item.cbor = state.checked.cbor;
    if (!app.items.includes(item)) return; /* taken off the page meanwhile */
    drawItem(app, item);
    const text = spoken(app.lang, state);
    if (text !== "") announce(`${nameOf(app.lang, item)}: ${text}`);
}

/* What an item's receipt was when it was last looked at, or is as it was handed in. */
function receiptOf(verifier: Verifier, { cbor, given }: Item): Uint8Array[] {
    if (cbor !== null || given.kind !== "receipt") return cbor === null ? [] : [cbor];
    try {
        return [verifier.read(given.input).cbor];
    } catch {
        return []; /* it is refused by itself */
    }
}

/* All receipts on the page, those under way too: a bundle is held to them. */
const receiptsOf = (app: App, verifier: Verifier) => app.items.flatMap((item) => receiptOf(verifier, item));

async function outcome(app: App, item: Item): Promise<State> {
    const { given } = item;
    if (given.kind === "refused") return { kind: "refused", where: given.where, reason: given.reason };
    if (given.kind === "trust") return { kind: "refused", where: "file", reason: "trust-file" };
    const verifier = await app.verifier;
    const checking = {
        verifier,
        settings: app.settings,
        carried: app.carried,
        signal: item.abort.signal,
        progress: (done: number, of: number) => {
            if (item.state.kind === "busy") setState(app, item, { kind: "busy", done, of });
        },
    };
    if (given.kind === "bundle") return judgeBundle(checking, given.text, receiptsOf(app, verifier));
    return checkReceipt(checking, given.input);
}

export async function checkItem(app: App, item: Item): Promise<void> {
    item.abort.abort();
    item.abort = new AbortController();
    const { signal } = item.abort;
    setState(app, item, { kind: "busy", done: 0, of: 0 });
    const state = await outcome(app, item).catch(stateOfError);
    if (!signal.aborted) setState(app, item, state);
}

export function addGiven(app: App, given: Given): Item {
    const item: Item = {
        id: app.next,
        given,
        state: { kind: "busy", done: 0, of: 0 },
        abort: new AbortController(),
        cbor: null,
    };
    app.next += 1;
    app.items.push(item);
    drawItem(app, item);
    void checkItem(app, item);
    /* A path that is shown later refutes a bundle (PROTOCOL 5). */
    if (given.kind === "receipt") for (const one of app.items) if (one.given.kind === "bundle") void checkItem(app, one);
    return item;
}

export function removeItem(app: App, item: Item): void {
    item.abort.abort();
    app.items = app.items.filter((one) => one !== item);
    element(item)?.remove();
    announce(""); /* nothing is left to be read of what is gone */
    drawSummary(app);
}

export function checkAll(app: App): void {
    for (const item of app.items) void checkItem(app, item);
}
