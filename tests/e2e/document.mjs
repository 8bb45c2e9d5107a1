// SPDX-License-Identifier: Apache-2.0
//
// Documents whose commands are run: their code blocks, one script of them, and a shell for it.
// Nothing of node_modules: where the guide begins, there is none.

import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const rootDir = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const readDocument = (name) => readFileSync(join(rootDir, "docs", name), "utf8");
export const blocksOf = (text) => [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map((found) => found[1]);

/** Each block says its number, so that a failure can be found. */
export const scriptOf = (blocks) => blocks.map((block, i) => `echo "### block ${i + 1}" >&2\n${block}`).join("\n");

/* A user's machine may lack what a document asks for; where all tests run, all of it is there. */
const missing = ["bash", "curl", "jq"].filter((tool) => spawnSync("sh", ["-c", `command -v ${tool}`]).status !== 0);
export const skip = missing.length > 0 && `SKIPPED, not installed: ${missing.join(", ")}`;

export async function freePorts(n) {
    const servers = await Promise.all(
        Array.from({ length: n }, () => new Promise((done) => {
            const server = createServer().listen(0, "127.0.0.1", () => done(server));
        })),
    );
    const ports = servers.map((server) => String(server.address().port));
    await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
    return ports;
}

/** Runs in a process group of its own, of which nothing is left. */
export function runScript(text, { env = {}, limit } = {}) {
    const child = spawn("bash", ["-euo", "pipefail", "-c", text], {
        cwd: rootDir,
        env: { ...process.env, LANG: "C.UTF-8", LC_ALL: "C.UTF-8", ...env },
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
    });
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk) => (out += chunk));
    child.stderr.on("data", (chunk) => (err += chunk));
    const end = () => {
        try {
            process.kill(-child.pid, "SIGKILL");
        } catch {
            /* all gone already */
        }
    };
    const timer = setTimeout(end, limit);
    return new Promise((resolve, reject) => {
        child.once("error", reject);
        child.once("exit", (code) => {
            clearTimeout(timer);
            end();
            resolve({ code, out, err });
        });
    });
}
