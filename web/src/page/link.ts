/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The permalink of a receipt: #r= and its CBOR in base64url. What stands behind # is never sent
 * to a server, so that a link is as private as the file it stands for.
 */

const MARK = "r=";

export function base64urlOf(bytes: Uint8Array): string {
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/* null: not base64url. */
export function bytesOfBase64url(text: string): Uint8Array | null {
    if (!/^[A-Za-z0-9_-]+$/.test(text)) return null;
    try {
        const raw = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
        return Uint8Array.from(raw, (char) => char.charCodeAt(0));
    } catch {
        return null;
    }
}

export function linkOf(page: string, cbor: Uint8Array): string {
    const url = new URL(page);
    url.hash = MARK + base64urlOf(cbor);
    return url.href;
}

/*
 * The receipt in a link: undefined where the link holds none, null where it holds what is none.
 * `href` is a whole address or the part from # on.
 */
export function receiptInLink(href: string): Uint8Array | null | undefined {
    const mark = href.indexOf(`#${MARK}`);
    if (mark < 0) return undefined;
    return bytesOfBase64url(href.slice(mark + 1 + MARK.length));
}
