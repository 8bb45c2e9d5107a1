// SPDX-License-Identifier: Apache-2.0
//
// The example by which nginx serves a publication: right types, compressed, readable from any page,
// asked for again where it may change, and nothing in it against the pages' own policy.

import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { get, request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { rootDir } from "../e2e/city.mjs";
import { until } from "../e2e/service.mjs";

const example = readFileSync(join(rootDir, "packaging/nginx/publication.conf"), "utf8");
const skip = spawnSync("nginx", ["-v"]).status === 0 ? false : "nginx is not installed: apt-get install nginx";
const LONG = `${"0123456789abcdef".repeat(400)}\n`;
const FILES = {
    "index.html": "text/html; charset=utf-8",
    "verify.html": "text/html; charset=utf-8",
    "citizen-salt.js": "text/javascript; charset=utf-8",
    "site.json": "application/json",
    "trust.json": "application/json",
    "journal.ndjson": "application/x-ndjson",
    "leaves/00.idx": "application/octet-stream",
    "openings/0xaa.ndjson": "application/x-ndjson",
    "batches/2.rows": "application/octet-stream",
    "evidence/2.json": "application/json",
    "11155111/results/3.json": "application/json",
};

let base;
let port;
let nginx;

function ask(path, { method = "GET", headers = {} } = {}) {
    return new Promise((resolve, reject) => {
        const sent = request({ host: "127.0.0.1", port, path, method, headers, agent: false }, (answer) => {
            const parts = [];
            answer.on("data", (part) => parts.push(part));
            answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts) }));
        });
        sent.on("error", reject);
        sent.end();
    });
}

function freePort() {
    return new Promise((resolve) => {
        const probe = createServer().listen(0, "127.0.0.1", () => {
            const { port: free } = probe.address();
            probe.close(() => resolve(free));
        });
    });
}

before(async () => {
    if (skip) return;
    base = mkdtempSync(join(tmpdir(), "voteanchor-nginx-"));
    port = await freePort();
    for (const dir of ["", "leaves", "openings", "batches", "evidence", "11155111", "11155111/results"]) {
        mkdirSync(join(base, "www", dir), { recursive: true });
    }
    for (const path of Object.keys(FILES)) writeFileSync(join(base, "www", path), LONG);
    writeFileSync(join(base, "www", ".hidden"), LONG);
    symlinkSync("/etc/hostname", join(base, "www", "link.json"));
    const adapted = example
        .replace(/listen 443 ssl http2;/, `listen 127.0.0.1:${port};`)
        .replace(/.*listen \[::\].*\n/, "")
        .replace(/^ *ssl_.*\n/gm, "")
        .replace("/srv/www/voteanchor", join(base, "www"))
        .replace("/var/log/nginx/", `${base}/`);
    writeFileSync(join(base, "publication.conf"), adapted);
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${base}/${name};`);
    const user = process.getuid() === 0 ? "user root;" : "";
    writeFileSync(
        join(base, "nginx.conf"),
        `${user} daemon off; pid ${base}/pid; error_log ${base}/main.log warn; events {}
         http { ${temporary.join(" ")} include ${base}/publication.conf; }`,
    );
    const args = ["-p", base, "-e", `${base}/main.log`, "-c", `${base}/nginx.conf`];
    execFileSync("nginx", ["-t", ...args], { stdio: "pipe" });
    nginx = spawn("nginx", args, { stdio: "inherit" });
    await until("nginx to listen", () => new Promise((resolve) => {
        get({ host: "127.0.0.1", port, agent: false }, (answer) => (answer.resume(), resolve(true))).on("error", () => resolve(false));
    }));
});
after(async () => {
    if (nginx) {
        nginx.kill("SIGQUIT");
        await new Promise((resolve) => nginx.once("close", resolve));
    }
    if (base) rmSync(base, { recursive: true, force: true });
});

test("every file has its type, is compressed where asked for, and may be read from any page", { skip }, async () => {
    for (const [path, type] of Object.entries(FILES)) {
        const plain = await ask(`/${path}`);
        assert.equal(plain.status, 200, path);
        assert.equal(plain.headers["content-type"], type, path);
        assert.equal(plain.headers["content-encoding"], undefined);
        assert.equal(plain.body.toString(), LONG); /* what `site check` hashes */
        assert.equal(plain.headers["access-control-allow-origin"], "*", path);
        assert.equal(plain.headers["x-content-type-options"], "nosniff");
        const packed = await ask(`/${path}`, { headers: { "accept-encoding": "gzip" } });
        assert.equal(packed.headers["content-encoding"], "gzip", path);
        assert.equal(gunzipSync(packed.body).toString(), LONG);
        assert.ok(packed.body.length < LONG.length / 10);
    }
});

test("what may change is asked for again, what has a number stays", { skip }, async () => {
    for (const path of Object.keys(FILES)) {
        const stays = /(batches|evidence|results)\//.test(path);
        const { headers } = await ask(`/${path}`);
        assert.equal(headers["cache-control"], stays ? "public, max-age=86400" : "no-cache", path);
        const again = await ask(`/${path}`, { headers: { "if-none-match": headers.etag } });
        assert.equal(again.status, 304, path);
    }
});

test("no header takes away what the pages' own policy allows", { skip }, async () => {
    const { headers } = await ask("/verify.html");
    assert.equal(headers["content-security-policy"], "frame-ancestors 'none'");
    assert.match(headers["permissions-policy"], /camera=\(self\)/);
    assert.equal((await ask("/")).headers["content-type"], FILES["index.html"]);
});

test("nothing else is served, and nothing is taken", { skip }, async () => {
    for (const path of ["/.hidden", "/nothing.json", "/leaves/", "/../nginx.conf", "/link.json"]) {
        const { status } = await ask(path);
        assert.ok([400, 403, 404].includes(status), `${path} ${status}`);
    }
    for (const method of ["POST", "PUT", "DELETE"]) {
        assert.ok((await ask("/site.json", { method })).status >= 400, method);
    }
    const missing = await ask("/batches/9.rows");
    assert.equal(missing.headers["access-control-allow-origin"], "*"); /* a page may know that it is not there */
});
