/* SPDX-License-Identifier: Apache-2.0 */
/*
 * citizen-salt.js: the citizen's half of the salt, for the city's own site. One global object,
 * `citizenSalt`, for a plain <script> and for `import "./citizen-salt.js"` alike; how it is used
 * is in docs/GUIDE.md. It asks no server, keeps nothing and needs no style.
 */
import { draw, phrase } from "./half";
import { check } from "./check";
import { link, textOf } from "./receipt";
import { askHalf, save, showReceipt } from "./widget";
import { say } from "./text";
import type { Half } from "./half";

/* Puts the half into a form, as a hidden field, or into a record that is sent as JSON. */
function addTo<T extends object>(target: T, half: Half): T {
    if (!(typeof HTMLFormElement !== "undefined" && target instanceof HTMLFormElement))
        return Object.assign(target, { citizen_salt: half });
    let field = target.querySelector<HTMLInputElement>('input[name="citizen_salt"]');
    if (field === null) {
        field = document.createElement("input");
        field.type = "hidden";
        field.name = "citizen_salt";
        target.append(field);
    }
    field.value = half;
    return target;
}

const citizenSalt = { draw, phrase, addTo, check, textOf, link, save, askHalf, showReceipt, say };

export type CitizenSalt = typeof citizenSalt;

(globalThis as { citizenSalt?: CitizenSalt }).citizenSalt = Object.freeze(citizenSalt);
