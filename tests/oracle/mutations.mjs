// SPDX-License-Identifier: Apache-2.0
//
// Receipts that somebody changed: by mistake, by malice with every hash made to fit, in their JSON
// text, in their CBOR. Seeded; says of nothing whether it is valid.

import { concat, keccak256, stringToHex } from "viem";
import { sign } from "viem/accounts";
import { leafOf, writeCbor } from "./independent.mjs";

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const NUMBERS = [0, 1, 2, -1, 1.5, 2 ** 31, 2 ** 53 - 1, 2 ** 53, "7", null];

const clone = (view) => structuredClone(view);

/** Every place of a value: { get, set, value }, deepest last. */
function places(value, found = []) {
    for (const name of Object.keys(value)) {
        const inner = value[name];
        found.push({ owner: value, name, value: inner });
        if (inner !== null && typeof inner === "object") places(inner, found);
    }
    return found;
}

const isHex = ({ value }) => typeof value === "string" && value.startsWith("0x") && value.length > 2;
const placesWhere = (view, test) => places(view).filter(test);

function flipBit(hex, random) {
    const at = 2 + random.below(hex.length - 2);
    const digit = (parseInt(hex[at], 16) ^ (1 << random.below(4))).toString(16);
    return hex.slice(0, at) + digit + hex.slice(at + 1);
}

/** Changes one value of those that pass; nothing where there is none. */
const changing = (test, change) => (view, random) => {
    const found = placesWhere(view, test);
    if (found.length === 0) return undefined;
    const place = random.pick(found);
    const changed = change(place.value, random, place);
    if (changed === undefined) delete place.owner[place.name];
    else place.owner[place.name] = changed;
    return view;
};

const inLists = (change) =>
    changing(({ value }) => Array.isArray(value) && value.length > 0, (list, random) => change([...list], random));

const contentHashOf = ({ city_salt, citizen_salt, content }) =>
    keccak256(concat([keccak256(concat([city_salt, citizen_salt])), stringToHex(content)]));

// Each changes a copy of a view and gives it back, or nothing where there is nothing to change.
const OF_THE_VIEW = {
    nothing: (view) => view,
    "a bit of a hash": changing(isHex, flipBit),
    "a bit of the row": (view, random) => {
        const name = random.pick(Object.keys(view.row));
        view.row[name] = flipBit(view.row[name], random);
        return view;
    },
    "a bit of the entry or its parent": (view, random) => {
        const anchor = view.anchors[0];
        if (!anchor) return undefined;
        const [owner, name] = random.pick([[anchor, "parent"], [anchor.entry, "root"], [anchor, "contract"], [anchor, "chain_genesis"]]);
        owner[name] = flipBit(owner[name], random);
        return view;
    },
    "a number by one": changing(({ value }) => typeof value === "number", (value, random) => value + (random.below(2) ? 1 : -1)),
    "another number": changing(({ value }) => typeof value === "number", (_, random) => random.pick(NUMBERS)),
    "a member missing": changing(({ owner }) => !Array.isArray(owner), () => undefined),
    "a member too many": changing(({ owner }) => !Array.isArray(owner), (value, random, { owner }) => {
        owner[random.pick(["extra", "later", "evidence", "opening", "__proto", "Format"])] ??= random.pick([0, "", [], {}]);
        return value;
    }),
    "another type": changing(() => true, (_, random) => random.pick([null, true, 0, "", "0x", [], {}, [[]]])),
    "an item missing": inLists((list, random) => (list.splice(random.below(list.length), 1), list)),
    "an item twice": inLists((list, random) => (list.splice(random.below(list.length), 0, random.pick(list)), list)),
    "items exchanged": inLists((list, random) => {
        const at = random.below(list.length);
        return [...list.slice(at), ...list.slice(0, at)];
    }),
    "a sibling too many": (view, random) => (view.path.push(random.hex(32)), view),
    "hex of another form": changing(isHex, (value, random) =>
        random.pick([value.toUpperCase(), `0X${value.slice(2)}`, value.slice(2), `${value}0`, value.slice(0, -2), value.slice(0, -1), `${value}00`, "0x"]),
    ),
    "a part of another receipt": (view, random, others) => {
        const other = clone(random.pick(others));
        const name = random.pick(["row", "path", "anchors", "acceptance", "definition", "opening"]);
        if (other[name] === undefined) delete view[name];
        else view[name] = other[name];
        return view;
    },
    "a part of another's anchor": (view, random, others) => {
        const other = clone(random.pick(others));
        if (!view.anchors[0] || !other.anchors[0]) return undefined;
        const name = random.pick(["entry", "parent", "later", "evidence"]);
        if (other.anchors[0][name] === undefined) delete view.anchors[0][name];
        else view.anchors[0][name] = other.anchors[0][name];
        return view;
    },
    "another choice, hashed": (view) => {
        if (!view.opening) return undefined;
        view.opening.content = view.opening.content.replace(/"choice":\["[a-z]+"\]/, '"choice":["haru"]');
        view.row.content_hash = contentHashOf(view.opening);
        return view;
    },
    "another choice": (view) => {
        if (!view.opening) return undefined;
        view.opening.content = view.opening.content.replace(/"choice":\["[a-z]+"\]/, '"choice":["none"]');
        return view;
    },
    "another definition, hashed": (view) => {
        if (!view.definition) return undefined;
        view.definition = view.definition.replace("Plaza", "Square");
        view.row.register = keccak256(stringToHex(view.definition));
        return view;
    },
    "a root of one's own": (view) => {
        if (!view.anchors[0]) return undefined;
        view.path = [];
        Object.assign(view.anchors[0].entry, { root: leafOf(view), count: 1 });
        return view;
    },
    "an anchor on another network too": (view, random) => {
        if (!view.anchors[0]) return undefined;
        const second = { ...clone(view.anchors[0]), chain_id: view.anchors[0].chain_id + random.below(2) };
        if (random.below(2)) second.entry.root = flipBit(second.entry.root, random);
        view.anchors.splice(random.below(2), 0, second);
        return view;
    },
    "nine anchors": (view) => {
        if (!view.anchors[0]) return undefined;
        view.anchors = Array.from({ length: 9 }, (_, i) => ({ ...clone(view.anchors[0]), chain_id: i }));
        return view;
    },
    "a signature of another form": (view, random) => {
        if (!view.acceptance) return undefined;
        const { signature } = view.acceptance;
        const [r, s, v] = [signature.slice(2, 66), signature.slice(66, 130), signature.slice(130)];
        const high = (ORDER - BigInt(`0x${s}`)).toString(16).padStart(64, "0");
        const other = v === "1b" ? "1c" : "1b";
        const zero = "00".repeat(32);
        const order = ORDER.toString(16);
        view.acceptance.signature = `0x${random.pick([
            r + high + other, r + high + v, r + s + other, `${r}${s}00`, `${r}${s}01`, `${r}${s}1d`, zero + s + v, r + zero + v, order + s + v, s + r + v,
            "ff".repeat(32) + s + v, "00".repeat(31) + "05" + s + v,
        ])}`;
        return view;
    },
    "another's signature": async (view, random) => {
        if (!view.acceptance) return undefined;
        view.acceptance.signature = await sign({ hash: random.hex(32), privateKey: random.hex(32), to: "hex" });
        return view;
    },
    "another contract of the acceptance": (view, random) => {
        if (!view.acceptance) return undefined;
        view.acceptance.contract = random.hex(20);
        if (random.below(2)) view.acceptance.signature = flipBit(view.acceptance.signature, random);
        return view;
    },
    "no proof, as printed": (view) => {
        for (const anchor of view.anchors) ["later", "evidence"].forEach((name) => delete anchor[name]);
        delete view.definition;
        if (view.anchors.length) delete view.acceptance;
        return view;
    },
    "no later entries": (view) => {
        for (const anchor of view.anchors) delete anchor.later;
        return view;
    },
};

const at = (text, random, change) => {
    const place = random.below(text.length);
    return text.slice(0, place) + change(text[place], random) + text.slice(place + 1);
};
const number = (change) => (text, random) => {
    const found = [...text.matchAll(/:(\d+)(?=[,}])/g)];
    if (found.length === 0) return undefined;
    const place = random.pick(found);
    return text.slice(0, place.index + 1) + change(place[1], random) + text.slice(place.index + place[0].length);
};

// Of the JSON text, after it was written.
const OF_THE_TEXT = {
    "white space": (text, random) => random.pick([`\n\t ${text}\r\n`, JSON.stringify(JSON.parse(text), null, 2), text.replaceAll(",", " ,\n")]),
    "a character": (text, random) => at(text, random, (_, r) => String.fromCharCode(32 + r.below(95))),
    "a character missing": (text, random) => at(text, random, () => ""),
    "cut off": (text, random) => text.slice(0, random.below(text.length)),
    "something after it": (text, random) => text + random.pick(["x", "{}", ",", "\0", "]", "//"]),
    "something before it": (text, random) => random.pick(["\ufeff", "\0", "[", "x", "\u00a0"]) + text,
    "a member twice": (text) => text.replace('"format":', '"format":"voteanchor-receipt-v1","format":'),
    "a member twice, escaped": (text) => text.replace('"path":', '"p\\u0061th":[],"path":'),
    "a letter escaped": (text) => text.replace('"row"', '"\\u0072ow"').replace("voteanchor-receipt", "voteanchor\\u002dreceipt"),
    "a number in another form": number((digits, random) =>
        random.pick([`${digits}.0`, `${digits}e0`, `0${digits}`, `-${digits}`, "-0", `+${digits}`, `"${digits}"`, `${digits}0000000000000000000000`, "0x1", "1E400"]),
    ),
    "a letter that is none": (text, random) =>
        text.includes('"content":"') ? text.replace('"content":"', `"content":"${random.pick(["\\ud800", "\\udc00\\ud800", "\\u0000", "\u0001", "\\x", "\\/"])}`) : undefined,
    "a comma too many": (text) => text.replace("}", ",}"),
};

// Of the CBOR.
const OF_THE_BYTES = {
    "nothing of the CBOR": (bytes) => bytes,
    "a bit": (bytes, random) => {
        bytes[random.below(bytes.length)] ^= 1 << random.below(8);
        return bytes;
    },
    "a bit near the start": (bytes, random) => {
        bytes[random.below(Math.min(bytes.length, 160))] ^= 1 << random.below(8);
        return bytes;
    },
    "bytes cut off": (bytes, random) => bytes.subarray(0, random.below(bytes.length)),
    "a byte too many": (bytes, random) => Buffer.concat([bytes, random.bytes(1)]),
    "a byte within": (bytes, random) => {
        const place = random.below(bytes.length);
        return Buffer.concat([bytes.subarray(0, place), random.bytes(1), bytes.subarray(place)]);
    },
    "a byte less within": (bytes, random) => {
        const place = random.below(bytes.length);
        return Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + 1)]);
    },
};

/** Whether CBOR can be made of it at all; the writer does not judge. */
function cborOf(view) {
    try {
        return Buffer.from(writeCbor(view));
    } catch {
        return undefined;
    }
}

/** One mutated receipt: { name, bytes }. `views` are sound ones. */
export async function mutate(views, random) {
    for (;;) {
        const base = clone(random.pick(views));
        const [name, change] = random.pick(Object.entries(OF_THE_VIEW));
        const view = await change(base, random, views);
        if (!view) continue;
        switch (random.below(8)) {
            case 0: {
                const [also, alter] = random.pick(Object.entries(OF_THE_TEXT));
                const text = alter(JSON.stringify(clone(random.pick(views))), random);
                if (text !== undefined) return { name: `text: ${also}`, bytes: Buffer.from(text) };
                continue;
            }
            case 1: {
                const [also, alter] = random.pick(Object.entries(OF_THE_BYTES));
                return { name: `CBOR: ${also}`, bytes: alter(cborOf(random.pick(views)), random) };
            }
            case 2:
            case 3:
            case 4: {
                const bytes = cborOf(view);
                if (bytes) return { name, bytes };
                continue;
            }
            default:
                return { name, bytes: Buffer.from(JSON.stringify(view)) };
        }
    }
}
