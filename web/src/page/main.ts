/* SPDX-License-Identifier: Apache-2.0 */
/* The verifier page: puts its parts together and lets the reader's hands at them. */
import wasm from "virtual:voteanchor-wasm";
import { type Lang, isLang, langOf, momentOf, say } from "../text";
import type { Verifier } from "../verifier/types";
import { toolsOf } from "./actions";
import { type App, checkAll, drawItems, newApp } from "./app";
import { found, make, nodesOf } from "./dom";
import { openFiles, openScanner, takeLink } from "./hand";
import { bytesOfBase64url } from "./link";
import { drawSettings, drawWhose } from "./panel";
import { recall, remember } from "./remember";
import { requests, watchRequests } from "./requests";
import { carriedTrust } from "./trust";
import { requestsView } from "./view_requests";
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

function drawRequests(app: App): void {
    found("requests-body").replaceChildren(...nodesOf(requestsView(app.lang, requests())));
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

/* ---- all of it ---- */

const PAUSE = 100; /* ms in which the page appears */
const ANY_SIGNATURE = `0x${"1".padStart(64, "0")}${"1".padStart(64, "0")}1b` as const;

/* What is made at its first use, made before it is wanted: a slow phone's first answer waits for none of it. */
function warmUp(app: App, verifier: Verifier): void {
    momentOf(app.lang, 0);
    verifier.recover(verifier.phrase("voteanchor"), ANY_SIGNATURE);
}

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
            setTimeout(() => warmUp(app, verifier), PAUSE);
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
