/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Step 1 at work: files that are chosen or dropped, pasted text, the camera, the link that the
 * page was opened with. Each becomes an item; a trust file is taken for what it is.
 */
import { say } from "../text";
import { type App, addGiven, status } from "./app";
import { found, show } from "./dom";
import { type Given, sortFile, sortText } from "./intake";
import { receiptInLink } from "./link";
import { takeTrust } from "./panel";
import { type Camera, openCamera } from "./qr";

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

export function openFiles(app: App): void {
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

export function openScanner(app: App): void {
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

export function takeLink(app: App): void {
    const input = receiptInLink(location.hash);
    if (input === undefined) return;
    const name = "page.name.link";
    take(app, input === null ? { kind: "refused", name, where: "link", reason: "base64url" } : { kind: "receipt", name, input });
}
