/* SPDX-License-Identifier: Apache-2.0 */
/* The verifier page: puts its parts together and lets the reader's hands at them. */
import wasm from "virtual:voteanchor-wasm";
import { type Lang, isLang, langOf, reasonOf, say } from "../text";
import { Refused, type TrustFile } from "../verifier/types";
import { toolsOf } from "./actions";
import { type App, addGiven, announce, checkAll, drawItems, newApp } from "./app";
import { found, make, show } from "./dom";
import { type Given, sortFile, sortText } from "./intake";
import { type Camera, openCamera } from "./qr";
import { bytesOfBase64url, receiptInLink } from "./link";
import { recall, remember } from "./remember";
import { requests, watchRequests } from "./requests";
import { forgetSettings, keepSettings } from "./settings";
import { carriedTrust, readTrust } from "./trust";
import { requestsView } from "./view_requests";
import { settingsBrief, settingsView } from "./view_settings";
import { whoseView } from "./view_whose";
import "./page.css";

/* ---- language and look ---- */

function firstLang(): Lang {
    const asked = new URLSearchParams(location.search).get("lang") ?? recall("language");
    return isLang(asked) ? asked : langOf(navigator.languages);
}

function drawTexts(app: App): void {
    document.documentElement.lang = app.lang;
    document.title = say(app.lang, "page.title");
    for (const element of document.querySelectorAll<HTMLElement>("[data-text]")) {
        element.textContent = say(app.lang, element.dataset.text ?? "");
    }
    for (const element of document.querySelectorAll<HTMLElement>("[data-text-label]")) {
        element.setAttribute("aria-label", say(app.lang, element.dataset.textLabel ?? ""));
    }
    for (const element of document.querySelectorAll<HTMLElement>("[data-language]")) {
        element.setAttribute("aria-pressed", String(element.dataset.language === app.lang));
    }
}

function drawWhose(app: App): void {
    const trust = app.settings.trust ?? app.carried;
    found("city").textContent = trust?.city ?? "";
    found("whose").replaceChildren(...whoseView(app.lang, app.carried, app.settings));
}

function drawRequests(app: App): void {
    found("requests-body").replaceChildren(...kept(requestsView(app.lang, requests())));
}

function kept(children: readonly unknown[]): Node[] {
    return children.filter((child): child is Node => child instanceof Node);
}

function drawAll(app: App): void {
    drawTexts(app);
    drawWhose(app);
    drawSettings(app);
    drawRequests(app);
    drawItems(app);
}

function isDark(): boolean {
    const chosen = recall("theme");
    return chosen === null ? matchMedia("(prefers-color-scheme: dark)").matches : chosen === "dark";
}

function drawTheme(): void {
    document.documentElement.dataset.theme = isDark() ? "dark" : "light";
    found("theme-switch").setAttribute("aria-pressed", String(isDark()));
}

function openHead(app: App): void {
    for (const element of document.querySelectorAll<HTMLElement>("[data-language]")) {
        element.addEventListener("click", () => {
            if (!isLang(element.dataset.language)) return;
            app.lang = element.dataset.language;
            remember("language", app.lang);
            drawAll(app);
        });
    }
    found("theme-switch").addEventListener("click", () => {
        remember("theme", isDark() ? "light" : "dark");
        drawTheme();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawTheme);
    drawTheme();
}

/* ---- step 1: what is handed in ---- */

function status(text: string): void {
    found("intake-status").textContent = text;
}

function take(app: App, given: Given): void {
    status("");
    if (given.kind === "trust") {
        takeTrust(app, given.name, given.text);
        return;
    }
    const item = addGiven(app, given);
    const heading = document.getElementById("step-answer");
    heading?.scrollIntoView({ block: "start" });
    if (app.items.length === 1 || item.id === app.next - 1) heading?.focus({ preventScroll: true });
}

async function takeFiles(app: App, files: FileList | null): Promise<void> {
    for (const file of files ?? []) {
        if (file.type.startsWith("image/")) status(say(app.lang, "page.receipt.reading"));
        take(app, await sortFile(file));
    }
}

function openFiles(app: App): void {
    for (const name of ["file", "picture"]) {
        const input = found<HTMLInputElement>(name);
        input.addEventListener("change", () => {
            void takeFiles(app, input.files).then(() => {
                input.value = ""; /* so that the same file can be chosen again */
            });
        });
    }
    const drop = found("drop");
    for (const name of ["dragenter", "dragover"]) {
        document.addEventListener(name, (event) => {
            event.preventDefault();
            drop.classList.add("over");
        });
    }
    document.addEventListener("dragleave", (event) => {
        if (event.relatedTarget === null) drop.classList.remove("over");
    });
    document.addEventListener("drop", (event) => {
        event.preventDefault();
        drop.classList.remove("over");
        void takeFiles(app, event.dataTransfer?.files ?? null);
    });
    const paste = found<HTMLTextAreaElement>("paste");
    found("paste-check").addEventListener("click", () => {
        if (paste.value.trim() === "") {
            status(say(app.lang, "page.receipt.paste.empty"));
            paste.focus();
            return;
        }
        take(app, sortText("page.name.pasted", paste.value));
        paste.value = "";
        paste.closest("details")?.removeAttribute("open");
    });
}

function openScanner(app: App): void {
    let camera: Camera | null = null;
    const panel = document.getElementById("camera") as HTMLElement;
    const press = found("camera");
    const close = () => {
        camera?.stop();
        camera = null;
        show(panel, false);
        press.setAttribute("aria-expanded", "false");
    };
    const seen = (text: string) => {
        close();
        press.focus();
        take(app, sortText("page.name.camera", text));
        return true;
    };
    press.addEventListener("click", () => {
        if (camera !== null) return close();
        show(panel, true);
        press.setAttribute("aria-expanded", "true");
        status("");
        openCamera(found<HTMLVideoElement>("camera-view"), seen).then(
            (opened) => {
                if (panel.hidden) opened.stop();
                else camera = opened;
            },
            () => {
                close();
                status(say(app.lang, "page.receipt.camera.none"));
            },
        );
    });
    found("camera-stop").addEventListener("click", () => {
        close();
        press.focus();
    });
}

function takeLink(app: App): void {
    const input = receiptInLink(location.hash);
    if (input === undefined) return;
    const name = "page.name.link";
    take(app, input === null ? { kind: "refused", name, where: "link", reason: "base64url" } : { kind: "receipt", name, input });
}

/* ---- step 2: how it is checked ---- */

function drawSettings(app: App): void {
    const changed = () => {
        keepSettings(app.settings, app.carried, location.href);
        drawSettings(app);
        drawWhose(app);
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
    body.replaceChildren(...kept(view));
    found("settings-brief").textContent = settingsBrief(app.lang, app.settings);
    if (active !== "" && body.querySelector(`#${CSS.escape(active)}`) !== null) document.getElementById(active)?.focus();
}

/* A trust file that cannot be read is refused by name; the one before stays in use. */
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

function takeTrust(app: App, name: string, text: string): void {
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
}

/* ---- all of it ---- */

function start(): void {
    const bytes = bytesOfBase64url(wasm);
    if (bytes === null) throw new Error("the page is damaged");
    const app = newApp(firstLang(), carriedTrust(), bytes as BufferSource, toolsOf);
    watchRequests(() => drawRequests(app));
    openHead(app);
    openFiles(app);
    openScanner(app);
    drawAll(app);
    app.verifier.then(
        (verifier) => {
            found("version").textContent = verifier.version;
        },
        (error: unknown) => {
            const text = say(app.lang, "page.failed", { reason: String(error) });
            found("whose").prepend(make("p", { class: "notice danger" }, text));
        },
    );
    found("check-again").addEventListener("click", () => checkAll(app));
    addEventListener("hashchange", () => takeLink(app));
    takeLink(app);
}

start();

