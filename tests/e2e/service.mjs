// SPDX-License-Identifier: Apache-2.0
//
// The service of a city (city.mjs) as a process of its own, and a client that speaks to it over
// a socket. For every test that needs `voteanchor serve`.

import { createServer, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** Waits until `probe` gives something true; names what it waited for when it does not. */
export async function until(what, probe, { seconds = 60, every = 100 } = {}) {
    const end = Date.now() + seconds * 1000;
    for (;;) {
        const found = await probe();
        if (found) return found;
        if (Date.now() > end) throw new Error(`waited ${seconds} s for: ${what}`);
        await sleep(every);
    }
}

/** One HTTP request: { status, headers, text, json() }. `target` is a port or { socketPath }. */
export function ask(target, method, path, { headers = {}, body } = {}) {
    const where = typeof target === "object" ? target : { host: "127.0.0.1", port: target };
    return new Promise((resolve, reject) => {
        const sent = request({ ...where, method, path, headers, agent: false }, (answer) => {
            let text = "";
            answer.setEncoding("utf8");
            answer.on("data", (chunk) => (text += chunk));
            answer.on("error", reject);
            answer.on("end", () =>
                resolve({ status: answer.statusCode, headers: answer.headers, text, json: () => JSON.parse(text) }),
            );
        });
        sent.on("error", reject);
        sent.end(body);
    });
}

export class Service {
    /**
     * Starts `serve` on a free port and waits until it says where. `args` come after the usual
     * ones; `env` is added to the city's.
     */
    static async start(city, { args = [], env = {}, reader = false, dir, listen = "127.0.0.1:0" } = {}) {
        const service = new Service();
        const role = reader ? ["--read-only"] : ["--password-file", city.password];
        service.process = city.start(["serve", "--json", "--listen", listen, ...role, ...args], {
            env,
            dir,
            timeout: 600_000,
        });
        let out = "";
        service.process.child.stdout.on("data", (chunk) => (out += chunk));
        const ended = service.process.ended.then((done) => ({ ended: done }));
        const started = until("serve to start", () => out.endsWith("}\n") && out);
        const first = await Promise.race([started, ended]);
        if (first.ended) throw new Error(`serve ended with ${first.ended.code ?? first.ended.signal}\n${first.ended.err}`);
        service.told = JSON.parse(first);
        service.target = service.told.listen.startsWith("unix:")
            ? { socketPath: service.told.listen.slice(5) }
            : Number(service.told.listen.split(":").at(-1));
        return service;
    }

    /** A token for a client, known to the service within a few seconds. */
    async token(city, client = "homepage", scopes = "submit,read") {
        const made = await city.ok(["token", "new", client, "--scope", scopes]);
        this.bearer = { authorization: `Bearer ${made.out.trim()}` };
        await until("the token to be known", async () => (await this.get("/v1/registers")).status === 200);
        return this.bearer;
    }

    get(path, headers = {}) {
        return ask(this.target, "GET", path, { headers: { ...this.bearer, ...headers } });
    }

    post(record, headers = {}) {
        return ask(this.target, "POST", "/v1/records", {
            headers: { "content-type": "application/json", ...this.bearer, ...headers },
            body: typeof record === "string" ? record : JSON.stringify(record),
        });
    }

    /** The lines of its log. */
    log() {
        return this.process.seen().split("\n");
    }

    /** Waits for a line of the log with this event. */
    logged(event, options) {
        return until(`"${event}" in the log`, () => this.log().find((line) => line.includes(` ${event}`)), options);
    }

    signal(name) {
        this.process.child.kill(name);
    }

    /** Tells it to stop; what it ended with. */
    stop(name = "SIGTERM") {
        this.signal(name);
        return this.process.ended;
    }
}

/** A record as the participation site sends it. */
export function record(register, i, choice = i % 3 === 0 ? "no" : "yes") {
    return {
        register,
        id: `R-${i}`,
        voter: `voter-${i}`,
        choice: [choice],
        cast_at: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
    };
}

/** A provider that is there, and answers nothing of use. */
export async function deafProvider() {
    const server = createServer((_, answer) => answer.writeHead(503).end());
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
