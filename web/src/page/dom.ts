/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Elements of the page, made and found. Text is always text, never markup, so that nothing from
 * a receipt can become part of the page. Knows no receipts.
 */

export type Child = Node | string | null | undefined | false;
export type Attributes = Readonly<Record<string, string | number | boolean | null | undefined>>;

const SVG = "http://www.w3.org/2000/svg";

function give(element: Element, attributes: Attributes): void {
    for (const [name, value] of Object.entries(attributes)) {
        if (value === undefined || value === null || value === false) continue;
        element.setAttribute(name, value === true ? "" : String(value));
    }
}

function append(element: Element, children: readonly Child[]): void {
    for (const child of children) {
        if (child !== null && child !== undefined && child !== false) element.append(child);
    }
}

export function make<K extends keyof HTMLElementTagNameMap>(
    tag: K,
    attributes: Attributes = {},
    ...children: Child[]
): HTMLElementTagNameMap[K] {
    const element = document.createElement(tag);
    give(element, attributes);
    append(element, children);
    return element;
}

/* A symbol of the page's own sheet; what it says stands beside it in words. */
export function icon(name: string, more = ""): SVGSVGElement {
    const svg = document.createElementNS(SVG, "svg");
    give(svg, { class: `icon ${more}`.trim(), "aria-hidden": "true", focusable: "false" });
    const use = document.createElementNS(SVG, "use");
    use.setAttribute("href", `#i-${name}`);
    svg.append(use);
    return svg;
}

export interface ButtonLook {
    look?: "primary" | "secondary" | "tertiary" | "text";
    icon?: string;
    attributes?: Attributes;
}

export function button(text: string, press: () => void, how: ButtonLook = {}): HTMLButtonElement {
    const element = make(
        "button",
        { type: "button", class: `krds-btn ${how.look ?? "tertiary"}`, ...how.attributes },
        how.icon !== undefined && icon(how.icon),
        make("span", {}, text),
    );
    element.addEventListener("click", press);
    return element;
}

/* The element of the skeleton with this data attribute; its absence is our own mistake. */
export function found<E extends Element = HTMLElement>(attribute: string, inside: ParentNode = document): E {
    const element = inside.querySelector<E>(`[data-${attribute}]`);
    if (element === null) throw new Error(`no element data-${attribute}`);
    return element;
}

export function show(element: Element, visible: boolean): void {
    element.toggleAttribute("hidden", !visible);
}

/* Without what was left out. */
export function nodesOf(children: readonly Child[]): (Node | string)[] {
    return children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false);
}
