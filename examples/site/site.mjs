// SPDX-License-Identifier: Apache-2.0
//
// The smallest participation site that does everything right with voteanchor: a vote in Korean and
// English, the citizen's half of the salt, the receipt checked on the way back, a QR code, and a
// link to the verifier page. Needs nothing but Node 18 and citizen-salt.js, which lies beside the
// verifier page in every publication. For reading: a real site has its own sign-in and its own look.
//
//   node site.mjs PORT SERVICE TOKEN_FILE REGISTER VERIFIER SALT_FILE
//
//   node site.mjs 8500 http://127.0.0.1:8480 token.txt park-2026 \
//        https://anchor.city.example/verify.html citizen-salt.js
//
// The browser speaks with this site only; this site speaks with the service, and has the token.

import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const [port, service, tokenFile, register, verifier, saltFile] = process.argv.slice(2);
if (!saltFile) {
    console.error("node site.mjs PORT SERVICE TOKEN_FILE REGISTER VERIFIER SALT_FILE");
    process.exit(2);
}
const authorization = `Bearer ${readFileSync(tokenFile, "utf8").trim()}`;
const BODY_MAX = 16_384;
const TRIES = 3;

const TEXT = {
    ko: { vote: "제출", wait: "제출하고 있습니다…", code: "공유용 영수증의 QR 코드",
          away: "지금은 제출할 수 없습니다. 같은 내용을 다시 제출해 주십시오.", script: "이 화면에는 자바스크립트가 필요합니다.",
          other: '<a href="?lang=en" lang="en" hreflang="en">English</a>' },
    en: { vote: "Submit", wait: "Submitting…", code: "QR code of the share form",
          away: "This cannot be submitted now. Please submit the same again.", script: "This page needs JavaScript.",
          other: '<a href="?lang=ko" lang="ko" hreflang="ko">한국어</a>' },
};

/* ---- the service ---- */

/** One question to the service. What was not answered is asked again: the record's id decides. */
async function ask(path, options = {}) {
    for (let left = TRIES; ; left--) {
        try {
            const answer = await fetch(service + path, {
                ...options,
                headers: { authorization, ...options.headers },
                signal: AbortSignal.timeout(10_000),
            });
            if (answer.status !== 503 || left === 1) return answer;
        } catch (error) {
            if (left === 1) throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, 500));
    }
}

/** The question as it was opened on chain: what the site shows is what the receipt will name. */
async function readDefinition() {
    const answer = await ask(`/v1/registers/${encodeURIComponent(register)}`);
    if (!answer.ok) throw new Error(`the service answered ${answer.status} about the register ${register}`);
    const { definition } = await answer.json();
    return typeof definition === "string" ? JSON.parse(definition) : definition;
}

/* ---- the page ---- */

const SAFE = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escape = (text) => text.replace(/[&<>"]/g, (char) => SAFE[char]);

function pageOf(definition, lang) {
    const text = TEXT[lang];
    const type = definition.choices.max === 1 ? "radio" : "checkbox";
    const options = definition.options
        .map(({ id, ...label }) => `<p><input type="${type}" name="choice" value="${id}" id="choice-${id}">
            <label for="choice-${id}">${escape(label[lang])}</label></p>`)
        .join("\n");
    return `<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(definition.title[lang])}</title>
<link rel="stylesheet" href="site.css">
<script src="citizen-salt.js" defer></script>
<script src="site.js" defer></script>
</head>
<body>
<header><nav>${text.other}</nav></header>
<main data-register="${register}" data-verifier="${escape(verifier)}" data-wait="${text.wait}" data-away="${text.away}" data-code="${text.code}">
<h1>${escape(definition.title[lang])}</h1>
<p>${escape(definition.text[lang]).replaceAll("\n", "<br>")}</p>
<noscript><p>${text.script}</p></noscript>
<form>
<fieldset><legend>${escape(definition.title[lang])}</legend>
${options}
</fieldset>
<div id="half"></div>
<p><button>${text.vote}</button> <span id="state" role="status"></span></p>
</form>
<div id="receipt"></div>
</main>
</body>
</html>
`;
}

/** Runs in the browser. */
function browserPart() {
    const { citizenSalt } = globalThis;
    const { lang } = document.documentElement;
    const main = document.querySelector("main");
    const form = document.querySelector("form");
    const state = document.querySelector("#state");
    const half = citizenSalt.askHalf(document.querySelector("#half"), { lang });

    async function submit() {
        const citizenHalf = half.value();
        if (citizenHalf === null) return; // the field says why
        const sent = citizenSalt.addTo({ choice: new FormData(form).getAll("choice") }, citizenHalf);
        state.textContent = main.dataset.wait;
        const answer = await fetch("records", {
            method: "POST",
            headers: { "content-type": "application/json", "accept-language": lang },
            body: JSON.stringify(sent),
        });
        const reply = await answer.json();
        state.textContent = answer.ok ? "" : `${reply.title}: ${reply.detail ?? ""}`;
        if (!answer.ok) return;
        // The only line that matters: what came back is held to what was sent.
        const checked = citizenSalt.check(reply, { ...sent, register: main.dataset.register });
        const place = document.querySelector("#receipt");
        citizenSalt.showReceipt(place, checked, { lang, page: main.dataset.verifier, name: reply.id });
        form.hidden = true;
        if (checked.receipt === null) return;
        const code = Object.assign(new Image(), { src: `records/${reply.id}.svg`, alt: main.dataset.code });
        place.append(code);
    }

    let underWay = false; // a second press would be a second record
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        if (underWay) return;
        underWay = true;
        submit()
            .catch(() => (state.textContent = main.dataset.away))
            .finally(() => (underWay = false));
    });
}

const STYLE = `body { font: 1.0625rem/1.6 system-ui, sans-serif; margin: 0 auto; max-width: 42rem; padding: 1rem; color: #1d1d1d; background: #fff; }
fieldset { border: 1px solid #8a949e; border-radius: .5rem; margin: 1rem 0; }
input[type=text] { font: inherit; width: 100%; box-sizing: border-box; padding: .5rem; border: 1px solid #58616a; border-radius: .25rem; }
button, .citizen-salt-check { font: inherit; display: inline-block; padding: .6rem 1.2rem; border: 0; border-radius: .4rem; background: #0b50d0; color: #fff; text-decoration: none; }
:focus-visible { outline: 3px solid #0b50d0; outline-offset: 2px; }
.citizen-salt-bad { border-left: .4rem solid #bd2c0f; padding-left: 1rem; }
.citizen-salt-good { border-left: .4rem solid #267337; padding-left: 1rem; }
.citizen-salt-problem { color: #bd2c0f; }
.citizen-salt-ways { list-style: none; padding: 0; }
[hidden] { display: none; }
#receipt img { width: 20rem; max-width: 100%; }
`;

/* ---- the site ---- */

const owners = new Map(); // record id -> visitor; a real site keeps this in its database

/** Who this is. A real site has a sign-in, and makes an opaque name from the account. */
function visitorOf(request, answer) {
    const known = /(?:^|; )visitor=([0-9a-f-]{36})/.exec(request.headers.cookie ?? "");
    const visitor = known ? known[1] : randomUUID();
    if (!known) answer.setHeader("set-cookie", `visitor=${visitor}; HttpOnly; SameSite=Strict; Path=/`);
    return visitor;
}

async function bodyOf(request) {
    let body = "";
    for await (const part of request) {
        body += part;
        if (body.length > BODY_MAX) throw new Error("too long");
    }
    return JSON.parse(body);
}

/** Hands the record in. Only what the browser may say is taken from it; the rest is ours. */
async function takeRecord(request, answer) {
    const { choice, citizen_salt } = await bodyOf(request);
    const visitor = visitorOf(request, answer);
    const id = randomUUID();
    const reply = await ask("/v1/records", {
        method: "POST",
        headers: {
            "content-type": "application/json",
            "accept-language": request.headers["accept-language"] ?? "ko",
        },
        body: JSON.stringify({ register, id, voter: visitor, choice, citizen_salt,
            cast_at: new Date().toISOString().replace(/\.\d+Z$/, "Z") }),
    });
    if (reply.ok) owners.set(id, visitor);
    send(answer, reply.status, "application/json", await reply.text());
}

/** The QR code of the share form, for whom it belongs to. */
async function showCode(request, answer, id) {
    if (!owners.has(id) || owners.get(id) !== visitorOf(request, answer)) return send(answer, 404, "text/plain", "");
    const code = await ask(`/v1/records/${id}/receipt?format=svg`);
    return send(answer, code.status, code.headers.get("content-type") ?? "text/plain", await code.text());
}

function send(answer, status, type, body) {
    answer.writeHead(status, {
        "content-type": type.startsWith("text/") ? `${type}; charset=utf-8` : type,
        "cache-control": "no-store",
        "content-security-policy":
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
    });
    answer.end(body);
}

function langOf(url, request) {
    const given = url.searchParams.get("lang") ?? request.headers["accept-language"] ?? "ko";
    return given.startsWith("en") ? "en" : "ko";
}

const definition = await readDefinition();
const files = {
    "/site.js": ["text/javascript", `(${browserPart})();\n`],
    "/site.css": ["text/css", STYLE],
    "/citizen-salt.js": ["text/javascript", readFileSync(saltFile, "utf8")],
};

async function route(request, answer) {
    const url = new URL(request.url, "http://site");
    const code = /^\/records\/([0-9a-f-]{36})\.svg$/.exec(url.pathname);
    if (request.method === "POST" && url.pathname === "/records") return takeRecord(request, answer);
    if (request.method !== "GET") return send(answer, 405, "text/plain", "");
    if (code) return showCode(request, answer, code[1]);
    if (files[url.pathname]) return send(answer, 200, ...files[url.pathname]);
    if (url.pathname === "/favicon.ico") return answer.writeHead(204).end();
    if (url.pathname !== "/") return send(answer, 404, "text/plain", "");
    visitorOf(request, answer);
    return send(answer, 200, "text/html", pageOf(definition, langOf(url, request)));
}

const server = createServer((request, answer) => {
    route(request, answer).catch(() => {
        const lang = langOf(new URL("http://site"), request);
        if (!answer.headersSent) send(answer, 503, "application/json", JSON.stringify({ title: TEXT[lang].away }));
    });
});
server.listen(Number(port), "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}/`));
