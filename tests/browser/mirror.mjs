// SPDX-License-Identifier: Apache-2.0
//
// A static publication on a loopback port, as any web server would hand it out: plain files of one
// directory, readable from any page. It can be told to lie about single paths, and remembers what
// it was asked for.

import { createReadStream, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".ndjson": "application/x-ndjson",
    ".svg": "image/svg+xml",
};

export class Mirror {
    /** path or "*" → a status, "stall", "hang up", or a function from bytes to bytes. */
    lies = new Map();
    heard = []; /* { method, path, headers, body } of every request */

    static async start(dir) {
        const mirror = new Mirror();
        mirror.dir = dir;
        mirror.sockets = new Set();
        mirror.server = createServer((request, answer) => {
            mirror.#serve(request, answer).catch(() => answer.destroy());
        });
        mirror.server.on("connection", (socket) => {
            mirror.sockets.add(socket);
            socket.on("close", () => mirror.sockets.delete(socket));
        });
        await new Promise((ready) => mirror.server.listen(0, "127.0.0.1", ready));
        mirror.origin = `http://127.0.0.1:${mirror.server.address().port}`;
        return mirror;
    }

    url(path = "") {
        return `${this.origin}/${path}`;
    }

    #lieAbout(path) {
        for (const [about, lie] of this.lies) {
            if (about === "*" || (about instanceof RegExp ? about.test(path) : about === path)) return lie;
        }
        return undefined;
    }

    async #serve(request, answer) {
        let body = "";
        for await (const chunk of request) body += chunk;
        const path = decodeURIComponent(new URL(request.url, this.origin).pathname).slice(1) || "index.html";
        this.heard.push({ method: request.method, path, headers: request.headers, body });
        const lie = this.#lieAbout(path);
        if (lie === "stall") return;
        if (lie === "hang up") return request.socket.destroy();
        answer.setHeader("access-control-allow-origin", "*");
        const file = join(this.dir, normalize(`/${path}`));
        if (typeof lie === "number" || !["GET", "HEAD"].includes(request.method) || !isFile(file)) {
            return answer.writeHead(typeof lie === "number" ? lie : 404).end();
        }
        answer.setHeader("content-type", TYPES[extname(file)] ?? "application/octet-stream");
        if (lie) return answer.end(lie(await readFile(file)));
        createReadStream(file).pipe(answer);
    }

    stop() {
        for (const socket of this.sockets) socket.destroy();
        this.server.close();
    }
}

function isFile(path) {
    try {
        return statSync(path).isFile();
    } catch {
        return false;
    }
}
