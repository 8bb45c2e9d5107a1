// SPDX-License-Identifier: Apache-2.0
//
// What stands between a separated network and the outside: a proxy that speaks CONNECT, one that
// speaks SOCKS 5, and a provider behind TLS whose certificate an authority of the city's own signed.
// No name is looked up anywhere: the proxies know one host.

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer as createHttp } from "node:http";
import { createServer as createHttps } from "node:https";
import { connect, createServer as createTcp } from "node:net";
import { join } from "node:path";

async function listen(server) {
    await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
    return server.address().port;
}

/** Keeps count of connections, so that stop() does not wait for them. */
function stoppable(server) {
    const sockets = new Set();
    const note = (socket) => {
        sockets.add(socket);
        socket.on("error", () => socket.destroy());
        socket.on("close", () => sockets.delete(socket));
    };
    server.on("connection", note);
    return {
        note,
        stop() {
            for (const socket of sockets) socket.destroy();
            server.close();
        },
    };
}

/** An authority, and a certificate of it for `host`, below `dir`: { ca, cert, key } as paths. */
export function makeAuthority(dir, name, host) {
    const path = (kind) => join(dir, `${name}-${kind}`);
    const openssl = (...args) => execFileSync("openssl", args, { stdio: ["ignore", "ignore", "pipe"] });
    const ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    openssl("req", "-x509", ...ec, "-days", "2", "-subj", `/CN=${name}`, "-keyout", path("ca.key"), "-out", path("ca.pem"));
    openssl("req", ...ec, "-subj", `/CN=${host}`, "-keyout", path("key.pem"), "-out", path("csr"));
    writeFileSync(path("ext"), `subjectAltName=DNS:${host}\n`);
    openssl(
        "x509", "-req", "-in", path("csr"), "-CA", path("ca.pem"), "-CAkey", path("ca.key"), "-CAcreateserial",
        "-days", "2", "-extfile", path("ext"), "-out", path("cert.pem"),
    );
    return { ca: path("ca.pem"), cert: path("cert.pem"), key: path("key.pem") };
}

/** A provider behind TLS: passes every POST on to the node at `target`. */
export async function startProvider({ cert, key }, target) {
    const server = createHttps({ cert: readFileSync(cert), key: readFileSync(key) }, async (request, response) => {
        try {
            let body = "";
            for await (const chunk of request) body += chunk;
            const answer = await fetch(target, { method: "POST", headers: { "content-type": "application/json" }, body });
            response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
        } catch {
            response.destroy();
        }
    });
    const guard = stoppable(server);
    return { port: await listen(server), stop: guard.stop };
}

/** Both ways, until one side ends. */
function splice(guard, a, b) {
    guard.note(b);
    a.pipe(b).pipe(a);
    a.on("close", () => b.destroy());
    b.on("close", () => a.destroy());
}

/** CONNECT for `host` only, after `login` ("user:password") if there is one; `seen`: what was asked. */
export async function startProxy({ host, port, login }) {
    const proxy = { seen: [], refused: 0 };
    const server = createHttp((_, response) => response.writeHead(405).end());
    const guard = stoppable(server);
    server.on("connect", (request, socket) => {
        const given = request.headers["proxy-authorization"];
        proxy.seen.push(request.url);
        if (login && given !== `Basic ${Buffer.from(login).toString("base64")}`) {
            proxy.refused++;
            socket.end("HTTP/1.1 407 Login\r\nProxy-Authenticate: Basic realm=\"city\"\r\nContent-Length: 0\r\n\r\n");
        } else if (request.url !== `${host}:443`) {
            proxy.refused++;
            socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
        } else {
            const behind = connect(port, "127.0.0.1", () => {
                socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
                splice(guard, socket, behind);
            });
            behind.on("error", () => socket.destroy());
        }
    });
    proxy.port = await listen(server);
    proxy.url = `http://127.0.0.1:${proxy.port}`;
    proxy.stop = guard.stop;
    return proxy;
}

/** RFC 1928 without a login: one host by its name, anything else is refused by the rules (2). */
export async function startSocks({ host, port }) {
    const proxy = { seen: [] };
    const server = createTcp((socket) => {
        socket.once("data", () => {
            socket.write(Buffer.from([5, 0]));
            socket.once("data", (request) => {
                const isName = request[3] === 3;
                const name = isName ? request.subarray(5, 5 + request[4]).toString() : "an address";
                proxy.seen.push(name);
                const answer = (code) => Buffer.from([5, code, 0, 1, 0, 0, 0, 0, 0, 0]);
                if (name !== host) {
                    socket.end(answer(2));
                    return;
                }
                const behind = connect(port, "127.0.0.1", () => {
                    socket.write(answer(0));
                    splice(guard, socket, behind);
                });
                behind.on("error", () => socket.destroy());
            });
        });
    });
    const guard = stoppable(server);
    proxy.port = await listen(server);
    proxy.url = `socks5h://127.0.0.1:${proxy.port}`;
    proxy.stop = guard.stop;
    return proxy;
}
