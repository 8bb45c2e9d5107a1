// SPDX-License-Identifier: Apache-2.0
//
// A participation site that is told by webhook, on a loopback port: somebody else's library checks
// each signature (standardwebhooks). It can be down, slow, wrong, or hang up.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";

export class Site {
    heard = []; /* { event, text, taken } of every request, in order */
    manners = []; /* of the next requests: a status, "hang up" or "sleep"; then 204 */

    /** Chooses a port; nobody listens until open(). */
    static async choose() {
        const site = new Site();
        await site.open();
        await site.close();
        return site;
    }

    get url() {
        return `http://127.0.0.1:${this.port}/hook`;
    }

    /** Listens; `secretFile` may be made later. */
    async open(secretFile = this.secretFile) {
        this.secretFile = secretFile;
        this.server = createServer((request, answer) => this.#take(request, answer));
        await new Promise((done) => this.server.listen(this.port ?? 0, "127.0.0.1", done));
        this.port = this.server.address().port;
    }

    async close() {
        this.server.closeAllConnections();
        await new Promise((done) => this.server.close(done));
    }

    async #take(request, answer) {
        let text = "";
        for await (const part of request) text += part;
        const manner = this.manners.shift() ?? 204;
        const secrets = readFileSync(this.secretFile, "utf8").trim().split("\n");
        for (const secret of secrets) new Webhook(secret).verify(text, request.headers); /* throws */
        const event = JSON.parse(text);
        assert.equal(request.headers["webhook-id"], event.id);
        this.heard.push({ event, text, taken: manner === 204 });
        if (manner === "hang up") request.socket.destroy();
        else if (manner !== "sleep") answer.writeHead(manner, manner === 302 ? { location: "/elsewhere" } : {}).end();
    }

    /** Every event that it took, once each, in the order of the first time. */
    events(type) {
        const seen = new Map();
        for (const { event, taken } of this.heard) {
            if (taken && !seen.has(event.id)) seen.set(event.id, event);
        }
        return [...seen.values()].filter((event) => type === undefined || event.type === type);
    }
}
