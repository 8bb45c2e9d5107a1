// SPDX-License-Identifier: Apache-2.0
//
// The smallest receiver of webhooks (docs/API.md): prints every event that is signed by the city's
// service, one a line, once each. Needs nothing but Node 18.
//
//   node receive.mjs PORT SECRET_FILE

import { createHmac, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const BODY_MAX = 65_536;
const TOLERANCE_S = 300;
const [port, secretFile] = process.argv.slice(2);
const seen = new Set(); // a real site keeps these in its database

/** Whether one of the signatures is that of one of our secrets, over exactly these bytes. */
function isSigned(headers, body) {
    const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures = "" } = headers;
    if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= TOLERANCE_S)) return false;
    const secrets = readFileSync(secretFile, "utf8").trim().split(/\s+/);
    return secrets.some((secret) => {
        const key = Buffer.from(secret.slice("whsec_".length), "base64");
        const expected = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest();
        return signatures.split(" ").some((signature) => {
            const given = Buffer.from(signature.slice("v1,".length), "base64");
            return given.length === expected.length && timingSafeEqual(given, expected);
        });
    });
}

function take(request, answer, body) {
    if (!isSigned(request.headers, body)) return answer.writeHead(401).end();
    const event = JSON.parse(body);
    if (!seen.has(event.id)) console.log(JSON.stringify(event));
    seen.add(event.id); // at least once is what the service promises: the rest is ours
    return answer.writeHead(204).end();
}

createServer((request, answer) => {
    const parts = [];
    let length = 0;
    request.on("data", (part) => {
        length += part.length;
        if (length > BODY_MAX) request.destroy();
        else parts.push(part);
    });
    request.on("end", () => take(request, answer, Buffer.concat(parts)));
}).listen(Number(port), "127.0.0.1");
