// SPDX-License-Identifier: Apache-2.0
//
// The service as the package runs it: what it tells the manager that started it, and what nginx
// in front of it lets through, with the configuration that we ship and a certificate of our own.
// VOTA_AS and VOTA_READ_AS name the users that they run as (tests/package/install.test.sh).

import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect as connect2 } from "node:http2";
import { request } from "node:https";
import { createServer as createSocket } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { connect as connectTls } from "node:tls";
import { City, rootDir } from "../e2e/city.mjs";
import { Service, record, until } from "../e2e/service.mjs";

const example = readFileSync(join(rootDir, "packaging/nginx/voteanchor.conf"), "utf8");
const hasNginx = spawnSync("nginx", ["-v"]).status === 0;
const skip = hasNginx ? false : "nginx is not installed: apt-get install nginx";
const SLOW = 2; /* seconds, instead of the example's 10 */

let city;
const started = []; /* services; what a failed test leaves must not outlive us */

before(async () => {
    city = await City.build();
    await city.openVote("harbour");
    if (process.env.VOTA_AS) {
        chmodSync(city.base, 0o755);
        execFileSync("chown", ["-R", `${process.env.VOTA_AS}:`, city.dir, city.password]);
        city.config = { ...city.config, SERVE_AS: process.env.VOTA_AS }; /* see install.test.sh */
    }
});
after(() => {
    started.forEach((service) => service.signal("SIGKILL"));
    city?.close();
});

async function serve(options) {
    const service = await Service.start(city, options);
    started.push(service);
    return service;
}

/** A free port of this machine. */
function freePort() {
    return new Promise((resolve) => {
        const socket = createSocket().listen(0, "127.0.0.1", () => {
            const { port } = socket.address();
            socket.close(() => resolve(port));
        });
    });
}

// ---- the service's manager ----

/** Stands in for systemd: binds the socket and collects the datagrams. */
function manager(path) {
    const child = spawn("perl", [
        "-MSocket",
        "-e",
        `$| = 1; socket(S, PF_UNIX, SOCK_DGRAM, 0) && bind(S, sockaddr_un($ARGV[0])) or die; chmod 0777, $ARGV[0];
         print "listening\\n"; while (defined recv(S, $m, 8192, 0)) { print "$m\\n"; }`,
        path,
    ]);
    let heard = "";
    child.stdout.on("data", (chunk) => (heard += chunk));
    return {
        count: (line) => heard.split("\n").filter((heardLine) => heardLine === line).length,
        heard: () => heard,
        close: () => child.kill(),
    };
}

test("the service says READY, keeps the watchdog quiet, says RELOADING and STOPPING, with a reader beside it", async () => {
    const socket = join(city.base, "notify");
    const systemd = manager(socket);
    try {
        await until("the manager to listen", () => systemd.count("listening") === 1);
        const service = await serve({ env: { NOTIFY_SOCKET: socket, WATCHDOG_USEC: "2000000" } });
        await until("READY", () => systemd.count("READY=1") === 1);
        await until("three signs of life", () => systemd.count("WATCHDOG=1") >= 3, { seconds: 10 });
        assert.equal(systemd.count("STOPPING=1"), 0);
        service.signal("SIGHUP");
        await until("RELOADING, then READY", () => systemd.count("RELOADING=1") === 1 && systemd.count("READY=1") === 2);
        const reader = await serve({ reader: true, env: { SERVE_AS: process.env.VOTA_READ_AS ?? "" } });
        assert.equal((await reader.get("/v1/results")).status, 200);
        assert.equal((await reader.post(record("harbour", 1))).status, 405);
        const ended = await service.stop();
        assert.equal(ended.code, 0, ended.err);
        assert.equal((await reader.get("/v1/results")).status, 200, "the reader goes on without the writer");
        assert.equal((await reader.stop()).code, 0);
        await until("STOPPING", () => systemd.count("STOPPING=1") === 1);
        assert.match(systemd.heard(), /^STATUS=./m);
        assert.doesNotMatch(systemd.heard(), /harbour|voter/);
    } finally {
        systemd.close();
    }
});

// ---- nginx ----

/** The example with what a city puts in, and a shorter patience. */
function adapted(base, port, { writer, reader }) {
    return example
        .replace(/listen 443 ssl http2;/, `listen 127.0.0.1:${port} ssl http2;`)
        .replace(/.*listen \[::\].*\n/, "")
        .replaceAll("/etc/ssl/voteanchor/", `${base}/`)
        .replaceAll("/var/log/nginx/", `${base}/`)
        .replace("127.0.0.1:8480", `127.0.0.1:${writer}`)
        .replace("127.0.0.1:8481", `127.0.0.1:${reader}`)
        .replace(/client_(header|body)_timeout 10s/g, `client_$1_timeout ${SLOW}s`)
        .replace("error.log crit", "error.log warn");
}

class Nginx {
    static async start(upstreams) {
        const nginx = new Nginx();
        nginx.port = await freePort();
        nginx.base = join(city.base, `nginx-${nginx.port}`);
        mkdirSync(nginx.base);
        execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=anchor.city.example",
            "-keyout", join(nginx.base, "private.pem"), "-out", join(nginx.base, "fullchain.pem")], { stdio: "ignore" }); // prettier-ignore
        writeFileSync(join(nginx.base, "voteanchor.conf"), adapted(nginx.base, nginx.port, upstreams));
        const user = process.getuid() === 0 ? "user root;" : "";
        const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map((name) => `${name}_temp_path ${nginx.base}/${name};`)
            .join(" ");
        writeFileSync(
            join(nginx.base, "nginx.conf"),
            `${user} daemon off; pid ${nginx.base}/pid; error_log ${nginx.base}/main.log warn;
             events { worker_connections 512; }
             http { ${temporary} include ${nginx.base}/voteanchor.conf; }`,
        );
        const args = ["-p", nginx.base, "-e", `${nginx.base}/main.log`, "-c", `${nginx.base}/nginx.conf`];
        execFileSync("nginx", ["-t", ...args], { stdio: "pipe" });
        nginx.process = spawn("nginx", args, { stdio: "inherit" });
        nginx.certificate = readFileSync(join(nginx.base, "fullchain.pem"));
        await until("nginx to listen", () => nginx.ask("GET", "/").then(() => true, () => false)); // prettier-ignore
        return nginx;
    }

    ask(method, path, { headers = {}, body } = {}) {
        const { port, certificate: ca } = this;
        return new Promise((resolve, reject) => {
            const sent = request(
                { host: "127.0.0.1", port, method, path, headers, ca, servername: "anchor.city.example", agent: false },
                (answer) => {
                    let text = "";
                    answer.setEncoding("utf8");
                    answer.on("data", (chunk) => (text += chunk));
                    answer.on("error", reject);
                    answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
                },
            );
            sent.on("error", reject);
            sent.end(body);
        });
    }

    /** Writes some bytes and waits; milliseconds until the other side has closed. */
    slow(bytes) {
        const started = Date.now();
        return new Promise((resolve) => {
            const { port, certificate: ca } = this;
            const socket = connectTls({ host: "127.0.0.1", port, ca, servername: "anchor.city.example" }, () => socket.write(bytes));
            socket.on("error", () => {});
            socket.on("close", () => resolve(Date.now() - started));
            socket.resume();
        });
    }

    log(name) {
        return readFileSync(join(this.base, name), "utf8");
    }

    stop() {
        this.process.kill("SIGQUIT");
        return new Promise((resolve) => this.process.once("close", resolve));
    }
}

test("nginx lets records through to the service, one and many, and cuts who is slow", { skip }, async () => {
    const service = await serve();
    const reader = await serve({ reader: true });
    const bearer = await service.token(city);
    const nginx = await Nginx.start({ writer: service.target, reader: reader.target });
    try {
        assert.equal((await nginx.ask("GET", "/v1/results")).status, 200);
        const one = await nginx.ask("POST", "/v1/records?receipt=full", {
            headers: { ...bearer, "content-type": "application/json" },
            body: JSON.stringify(record("harbour", 1)),
        });
        assert.equal(one.status, 201, one.text);
        assert.match(one.headers["strict-transport-security"], /max-age/);
        assert.equal((await nginx.ask("GET", "/v1/records/R-1", { headers: bearer })).status, 200);
        assert.equal((await nginx.ask("GET", "/v1/records/R-1")).status, 401);

        for (const path of ["/v1/registers", "/v1/status", "/v1/batches"]) {
            assert.equal((await nginx.ask("GET", path, { headers: bearer })).status, 200, path);
            assert.equal((await nginx.ask("GET", path)).status, 401, path);
        }

        const rows = Array.from({ length: 15_000 }, (_, i) => `${JSON.stringify(record("harbour", 10 + i))}\n`).join("");
        assert.ok(rows.length > 1_500_000);
        const many = await nginx.ask("POST", "/v1/records?receipt=none", {
            headers: { ...bearer, "content-type": "application/x-ndjson" },
            body: rows,
        });
        assert.equal(many.status, 200, many.text.slice(0, 300));
        assert.equal(many.text.match(/"answer":"added"/g).length, 15_000);

        const large = await nginx.ask("POST", "/v1/records", {
            headers: { ...bearer, "content-type": "application/x-ndjson", expect: "100-continue", "content-length": String(5 << 20) },
        }); // prettier-ignore
        assert.equal(large.status, 413);
        assert.equal(JSON.parse(large.text).code, "body-too-large");

        const slow = await Promise.all([
            nginx.slow("GET /v1/records/R-1 HTTP/1.1\r\nHost: an"),
            nginx.slow("POST /v1/records HTTP/1.1\r\nHost: anchor\r\nContent-Length: 4000\r\n\r\n{"),
        ]);
        for (const ms of slow) assert.ok(ms < (SLOW + 6) * 1000, `cut after ${ms} ms`);

        assert.doesNotMatch(nginx.log("voteanchor.error.log"), /buffered to a temporary file/);
        const lines = nginx.log("voteanchor.log").trim().split("\n");
        assert.ok(lines.some((line) => line.includes(" GET /v1/records/- 200 ")));
        for (const line of lines) assert.match(line, /^[0-9T:+-]+ [A-Z]* ?\S+ \d{3} \d+ \d+ [0-9.]+$/);
        assert.doesNotMatch(lines.join("\n"), /R-1|receipt=|127\.0\.0\.1/);
    } finally {
        await nginx.stop();
        assert.equal((await reader.stop()).code, 0);
        assert.equal((await service.stop()).code, 0);
    }
});

test("nginx keeps the public to what is public, and passes nothing on that a client says of itself", { skip }, async () => {
    const seen = [];
    const upstream = createServer((asked, answer) => {
        seen.push({ url: asked.url, headers: asked.headers });
        answer.end("{}");
    });
    await new Promise((resolve) => upstream.listen(0, "127.0.0.1", resolve));
    const { port } = upstream.address();
    const nginx = await Nginx.start({ writer: port, reader: port });
    const liar = {
        "x-forwarded-for": "198.51.100.7", "x-forwarded-proto": "http", "x-forwarded-host": "elsewhere", "x-real-ip": "198.51.100.7",
        forwarded: "for=198.51.100.7", cookie: "session=1", authorization: "Bearer of-the-citizen",
    }; // prettier-ignore
    try {
        for (const path of ["/v1/proofs/0xab", "/v1/results?x=3", "/v1/results/harbour", "/v1/openapi.json"])
            assert.equal((await nginx.ask("GET", path, { headers: liar })).status, 200, path);
        assert.equal((await nginx.ask("GET", "/v1/records/a%2Fb?x=1", { headers: liar })).status, 200);
        assert.equal(seen.at(-1).url, "/v1/records/a%2Fb?x=1");
        assert.equal(seen.at(-1).headers.authorization, liar.authorization);
        assert.equal(seen[1].url, "/v1/results?x=3");
        seen.slice(0, -1).forEach(({ headers }) => assert.equal(headers.authorization, undefined));
        for (const { headers } of seen) {
            for (const name of Object.keys(liar).filter((name) => name !== "authorization")) assert.equal(headers[name], undefined, name);
        }
        const before = seen.length;
        for (const path of ["/metrics", "/healthz", "/readyz", "/", "/v1/resultsx", "/v1/statusx", "/v1/../metrics"])
            assert.equal((await nginx.ask("GET", path)).status, 404, path);
        assert.equal((await nginx.ask("POST", "/v1/results", { body: "{}" })).status, 403);
        assert.equal((await nginx.ask("DELETE", "/v1/results")).status, 403);
        assert.equal(seen.length, before);

        const session = connect2(`https://127.0.0.1:${nginx.port}`, { ca: nginx.certificate, servername: "anchor.city.example" });
        const many = await Promise.all(
            Array.from({ length: 80 }, () => new Promise((resolve, reject) => {
                const stream = session.request({ ":path": "/v1/results" });
                stream.on("response", (headers) => resolve(headers)).on("error", reject).resume();
            })), // prettier-ignore
        );
        session.close();
        const codes = many.map((headers) => headers[":status"]);
        assert.ok(codes.includes(200) && codes.includes(429), `${codes}`);
        assert.equal(many.find((headers) => headers[":status"] === 429)["retry-after"], "1");

        upstream.closeAllConnections();
        await new Promise((resolve) => upstream.close(resolve));
        const away = await nginx.ask("GET", "/v1/records/R-1");
        assert.equal(away.status, 503, away.text);
        assert.equal(away.headers["retry-after"], "5");
        assert.equal(away.headers["content-type"], "application/problem+json");
        assert.equal(JSON.parse(away.text).code, "overloaded");
    } finally {
        await nginx.stop();
        upstream.close();
    }
});
