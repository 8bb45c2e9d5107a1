/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a reader does with an answer: a link, files, a recount, paper. Files are made in the
 * browser and saved by it; nothing is sent.
 */
import { recountReceipt } from "./recount";
import { type App, drawItem, removeItem, setState } from "./app";
import { breachOf } from "./bundle";
import type { Checked, Item } from "./item";
import { linkOf } from "./link";
import { markOf, usesMirror } from "./settings";
import { nameOf } from "./view_item";
import type { Tools } from "./tools";

function checkedOf(item: Item): Checked | null {
    return item.state.kind === "checked" ? item.state.checked : null;
}

function saveText(name: string, text: string): void {
    const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/* my.receipt.json to my, for names of what is made of it. */
function baseName(app: App, item: Item): string {
    const name = item.given.name.startsWith("page.") ? "voteanchor" : nameOf(app.lang, item);
    return name.replace(/(\.(receipt|share|json|cbor|txt|png|jpe?g))+$/i, "") || "voteanchor";
}

/* The share form: a link is passed on more easily than one thinks. */
async function copyLink(app: App, item: Item): Promise<boolean> {
    const checked = checkedOf(item);
    if (checked === null) return false;
    const verifier = await app.verifier;
    const { cbor } = verifier.reduce(checked.cbor, "share");
    try {
        await navigator.clipboard.writeText(linkOf(location.href, cbor));
        return true;
    } catch {
        history.replaceState(null, "", linkOf(location.href, cbor)); /* at least the address bar has it */
        return false;
    }
}

async function save(app: App, item: Item, form: "full" | "share"): Promise<void> {
    const checked = checkedOf(item);
    if (checked === null) return;
    const verifier = await app.verifier;
    const { json } = verifier.reduce(checked.cbor, form);
    saveText(`${baseName(app, item)}${form === "share" ? ".share" : ""}.receipt.json`, json);
}

async function saveBreach(app: App, item: Item): Promise<void> {
    const checked = checkedOf(item);
    if (checked === null) return;
    const say = (unmade: string) => {
        checked.unmade = unmade;
        drawItem(app, item);
    };
    if (!usesMirror(app.settings)) return drawItem(app, item);
    try {
        const made = await breachOf(await app.verifier, checked, app.settings.mirror);
        if (typeof made !== "string") return say(made.reason);
        saveText(`${baseName(app, item)}.breach.json`, made);
        if (checked.unmade !== "") say("");
    } catch (error) {
        say(error instanceof Error ? error.message : String(error));
    }
}

async function recount(app: App, item: Item): Promise<void> {
    const checked = checkedOf(item);
    if (checked === null) return;
    if (!usesMirror(app.settings)) return drawItem(app, item); /* nobody is to be asked since it was drawn */
    checked.recount = "busy";
    drawItem(app, item);
    const done = await recountReceipt(await app.verifier, checked, app.settings.mirror);
    if (checkedOf(item) !== checked) return; /* checked anew meanwhile */
    setState(app, item, { kind: "checked", checked: done });
}

export function toolsOf(app: App): Tools {
    return {
        copyLink: (item) => copyLink(app, item),
        save: (item, form) => void save(app, item, form),
        saveCompleted: (item) => void save(app, item, "full"),
        recount: (item) => void recount(app, item),
        saveBreach: (item) => void saveBreach(app, item),
        print: () => globalThis.print(),
        remove: (item) => removeItem(app, item),
        hasMirror: () => usesMirror(app.settings),
        isStale: (under) => under.mark !== markOf(app.settings),
    };
}

