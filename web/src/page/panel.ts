/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Step 2 at work: what the reader sets and the files that say whom to trust. A file that is none
 * is refused by name, and the one before stays in use.
 */
import { reasonOf, say } from "../text";
import { Refused, type TrustFile } from "../verifier/types";
import { type App, announce, checkAll, drawItems, status } from "./app";
import { found, nodesOf } from "./dom";
import { forgetSettings, keepSettings } from "./settings";
import { readTrust } from "./trust";
import { settingsBrief, settingsView } from "./view_settings";
import { whoseView } from "./view_whose";

export function drawWhose(app: App): void {
    const trust = app.settings.trust ?? app.carried;
    found("city").textContent = trust?.city ?? "";
    found("whose").replaceChildren(...whoseView(app.lang, app.carried, app.settings));
}

export function drawSettings(app: App): void {
    const changed = () => {
        keepSettings(app.settings, app.carried, location.href);
        drawSettings(app);
        drawWhose(app);
        drawItems(app); /* those that were checked under other settings say so */
    };
    const active = document.activeElement?.id ?? "";
    const body = found("settings-body");
    const view = settingsView(app.lang, app.settings, {
        changed,
        redraw: changed,
        reset: () => {
            app.settings = forgetSettings(app.carried, location.href);
            changed();
            announce(say(app.lang, "page.settings.was-reset"));
        },
        checkAgain: () => checkAll(app),
        takeFile: (file, as) => {
            void file.text().then((text) => (as === "trust" ? takeTrust(app, file.name, text) : takeHeads(app, file.name, text)));
        },
    });
    body.replaceChildren(...nodesOf(view));
    found("settings-brief").textContent = settingsBrief(app.lang, app.settings);
    if (active !== "" && body.querySelector(`#${CSS.escape(active)}`) !== null) document.getElementById(active)?.focus();
}

function readOr(app: App, name: string, text: string): TrustFile | null {
    try {
        return readTrust(text);
    } catch (error) {
        const reason = error instanceof Refused ? reasonOf(app.lang, error.reason) : String(error);
        const said = say(app.lang, "page.trust.refused", { name, reason });
        status(said);
        announce(said);
        return null;
    }
}

export function takeTrust(app: App, name: string, text: string): void {
    const trust = readOr(app, name, text);
    if (trust === null) return;
    app.settings.trust = trust;
    app.settings.trustName = name;
    drawSettings(app);
    drawWhose(app);
    const said = say(app.lang, "page.trust.taken", { name, city: trust.city });
    status(said);
    announce(said);
    checkAll(app);
}

function takeHeads(app: App, name: string, text: string): void {
    const heads = readOr(app, name, text);
    if (heads === null) return;
    app.settings.heads = heads;
    app.settings.headsName = name;
    drawSettings(app);
    drawItems(app);
}
