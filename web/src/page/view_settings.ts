/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Step 2: whom the page asks, or what it is held to without asking. Every change is taken at
 * once; what cannot be used says why beside its field.
 */
import { type Lang, reasonOf, say } from "../text";
import { type Child, button, icon, make } from "./dom";
import { type Fault, MAX_PROVIDERS, type Settings, type Way, faultsOf } from "./settings";

export interface SettingsTools {
    changed(): void; /* a field: its value is in the settings already */
    redraw(): void; /* what fields there are */
    reset(): void;
    checkAgain(): void;
    takeFile(file: File, as: "trust" | "heads"): void;
}

interface Field {
    id: string;
    label: string;
    hint?: string;
    input: HTMLInputElement;
    fault?: string;
}

function field(about: Field): HTMLElement {
    const { id, input } = about;
    const described: string[] = [];
    input.id = id;
    if (about.hint !== undefined) described.push(`${id}-hint`);
    if (about.fault !== undefined) {
        described.push(`${id}-fault`);
        input.setAttribute("aria-invalid", "true");
    }
    if (described.length > 0) input.setAttribute("aria-describedby", described.join(" "));
    return make(
        "div",
        { class: "field" },
        make("label", { class: "label", for: id }, about.label),
        about.hint !== undefined && make("p", { class: "hint", id: `${id}-hint` }, about.hint),
        input,
        about.fault !== undefined && make("p", { class: "field-error", id: `${id}-fault` }, about.fault),
    );
}

function textInput(value: string, mark: string, take: (value: string) => void): HTMLInputElement {
    const input = make("input", {
        class: "krds-input",
        type: "text",
        autocomplete: "off",
        autocapitalize: "off",
        spellcheck: "false",
        [`data-${mark}`]: true,
    });
    input.value = value;
    input.addEventListener("change", () => take(input.value.trim()));
    return input;
}

function faultOf(lang: Lang, faults: readonly Fault[], name: Fault["field"], given?: string): { fault?: string } {
    const fault = faults.find((one) => one.field === name && (given === undefined || one.given === given));
    return fault === undefined ? {} : { fault: reasonOf(lang, fault.reason) };
}

function ways(lang: Lang, settings: Settings, tools: SettingsTools): HTMLElement {
    const all: readonly Way[] = ["network", "block", "heads"];
    return make(
        "fieldset",
        { class: "ways" },
        make("legend", { class: "label" }, say(lang, "page.way-of.legend")),
        ...all.map((way) => {
            const input = make("input", { type: "radio", name: "way", value: way, id: `way-${way}`, "data-way": way });
            input.checked = settings.way === way;
            input.addEventListener("change", () => {
                settings.way = way;
                tools.redraw();
            });
            return make(
                "div",
                { class: "radio" },
                input,
                make("label", { for: `way-${way}` }, say(lang, `page.way-of.${way}`)),
            );
        }),
    );
}

function providerRow(lang: Lang, settings: Settings, faults: readonly Fault[], i: number, tools: SettingsTools): Child {
    const url = settings.providers[i] ?? "";
    const number = String(i + 1);
    const input = textInput(url, "provider", (value) => {
        settings.providers[i] = value;
        tools.changed();
    });
    input.type = "url";
    input.inputMode = "url";
    return make(
        "li",
        { class: "provider" },
        field({
            id: `provider-${i}`,
            label: say(lang, "page.provider.label", { number }),
            input,
            ...(url === "" ? {} : faultOf(lang, faults, "providers", url)),
        }),
        button(
            say(lang, "page.provider.remove"),
            () => {
                settings.providers.splice(i, 1);
                tools.redraw();
            },
            { look: "text", icon: "close", attributes: { "data-provider-remove": i, "aria-label": say(lang, "page.provider.remove.number", { number }) } },
        ),
    );
}

function quorumField(lang: Lang, settings: Settings, faults: readonly Fault[], tools: SettingsTools): HTMLElement {
    const input = textInput(settings.quorum === 0 ? "" : String(settings.quorum), "quorum", (value) => {
        settings.quorum = /^[1-8]$/.test(value) ? Number(value) : 0;
        tools.changed();
    });
    input.inputMode = "numeric";
    return field({
        id: "quorum",
        label: say(lang, "page.quorum.label"),
        hint: say(lang, "page.quorum.hint", { number: settings.providers.length }),
        input,
        ...faultOf(lang, faults, "quorum"),
    });
}

function networkPart(lang: Lang, settings: Settings, faults: readonly Fault[], tools: SettingsTools): Child[] {
    return [
        make("p", { class: "hint" }, say(lang, "page.provider.help")),
        make("ul", { class: "providers" }, ...settings.providers.map((_, i) => providerRow(lang, settings, faults, i, tools))),
        settings.providers.length < MAX_PROVIDERS &&
            button(
                say(lang, "page.provider.add"),
                () => {
                    settings.providers.push("");
                    tools.redraw();
                },
                { attributes: { "data-provider-add": true } },
            ),
        quorumField(lang, settings, faults, tools),
    ];
}

/* A button of our own before the browser's, which speaks the browser's language. */
function fileField(lang: Lang, as: "trust" | "heads", name: string, tools: SettingsTools): HTMLElement {
    const id = `${as}-file`;
    const input = make("input", {
        type: "file",
        id,
        class: "file-input",
        accept: ".json,application/json",
        "aria-describedby": `${id}-hint`,
        [as === "trust" ? "data-trust-file" : "data-heads-file"]: true,
    });
    input.addEventListener("change", () => {
        const file = input.files?.[0];
        if (file !== undefined) tools.takeFile(file, as);
    });
    return make(
        "div",
        { class: "field" },
        make("p", { class: "label" }, say(lang, `page.${as}.label`)),
        make("p", { class: "hint", id: `${id}-hint` }, say(lang, `page.${as}.hint`)),
        make("label", { class: "krds-btn tertiary file-button" }, icon("file"), make("span", {}, say(lang, `page.${as}.choose`)), input),
        name !== "" && make("p", { class: "taken" }, say(lang, "page.file.taken", { name })),
    );
}

function offlinePart(lang: Lang, settings: Settings, faults: readonly Fault[], tools: SettingsTools): Child[] {
    if (settings.way === "heads") return [fileField(lang, "heads", settings.headsName, tools)];
    const input = textInput(settings.block, "block", (value) => {
        settings.block = value;
        tools.changed();
    });
    const fault = settings.block === "" ? {} : faultOf(lang, faults, "block");
    return [field({ id: "block", label: say(lang, "page.block.label"), hint: say(lang, "page.block.hint"), input, ...fault })];
}

function whosePart(lang: Lang, settings: Settings, faults: readonly Fault[], tools: SettingsTools): Child[] {
    const contract = textInput(settings.contract, "named-contract", (value) => {
        settings.contract = value;
        tools.changed();
    });
    const mirror = textInput(settings.mirror, "mirror", (value) => {
        settings.mirror = value;
        tools.changed();
    });
    mirror.type = "url";
    return [
        fileField(lang, "trust", settings.trustName, tools),
        make("p", { class: "taken", "data-trust-status": true }, say(lang, settings.trust === null ? "page.trust.own" : "page.trust.given")),
        field({
            id: "contract",
            label: say(lang, "page.contract.label"),
            hint: say(lang, "page.contract.hint"),
            input: contract,
            ...faultOf(lang, faults, "contract"),
        }),
        field({
            id: "mirror",
            label: say(lang, "page.mirror.label"),
            hint: say(lang, "page.mirror.hint"),
            input: mirror,
            ...faultOf(lang, faults, "mirror"),
        }),
    ];
}

export function settingsView(lang: Lang, settings: Settings, tools: SettingsTools): Child[] {
    const faults = faultsOf(settings);
    return [
        ways(lang, settings, tools),
        make(
            "div",
            { class: "settings-part" },
            ...(settings.way === "network"
                ? networkPart(lang, settings, faults, tools)
                : offlinePart(lang, settings, faults, tools)),
        ),
        make("div", { class: "settings-part" }, ...whosePart(lang, settings, faults, tools)),
        make("p", { class: "taken", role: "status", "data-settings-status": true }, faults.length > 0 && say(lang, "page.settings.faults")),
        make(
            "div",
            { class: "buttons" },
            button(say(lang, "page.settings.again"), () => tools.checkAgain(), {
                look: "primary",
            }),
            button(say(lang, "page.settings.reset"), () => tools.reset(), {
                attributes: { "data-settings-reset": true },
            }),
        ),
    ];
}

/* One line beside the heading: what stands now, without opening it. */
export function settingsBrief(lang: Lang, settings: Settings): string {
    if (settings.way !== "network") return say(lang, `page.way-of.brief.${settings.way}`);
    return say(lang, "page.way-of.brief.network", { number: settings.providers.length });
}
