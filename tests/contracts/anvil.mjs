// SPDX-License-Identifier: Apache-2.0
//
// Starts a real EVM node for one test file: loopback only, on a port of the system's choice, ended
// by its own process handle.

import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { JsonRpcProvider } from "ethers";

const START_TIMEOUT_MS = 20_000;

/** The binary itself: the script that npm links is a process between, and may leave it behind. */
function anvilBinary(rootDir) {
    const scope = join(rootDir, "node_modules", "@foundry-rs");
    const platform = readdirSync(scope).find((name) => name.startsWith("anvil-"));
    return join(scope, platform, "bin", "anvil");
}

/** Resolves to the port anvil says it listens on. */
function listeningPort(child) {
    return new Promise((resolve, reject) => {
        const late = () => reject(new Error("anvil did not start"));
        const timer = setTimeout(late, START_TIMEOUT_MS).unref();
        child.once("error", reject);
        child.once("exit", (code) => reject(new Error(`anvil exited with ${code}`)));
        createInterface(child.stdout).on("line", (line) => {
            const match = /^Listening on 127\.0\.0\.1:(\d+)$/.exec(line.trim());
            if (!match) return;
            clearTimeout(timer);
            resolve(Number(match[1]));
        });
    });
}

/** Returns { provider, stop }; every answer is fresh, as tests look right after they send. */
export async function startAnvil(rootDir, args) {
    const child = spawn(anvilBinary(rootDir), ["--host", "127.0.0.1", "--port", "0", ...args], {
        stdio: ["ignore", "pipe", "inherit"],
    });
    try {
        const url = `http://127.0.0.1:${await listeningPort(child)}`;
        const provider = new JsonRpcProvider(url, undefined, {
            cacheTimeout: -1,
            pollingInterval: 20,
            staticNetwork: true,
        });
        const stop = () => {
            provider.destroy();
            child.kill();
        };
        return { provider, stop };
    } catch (error) {
        child.kill();
        throw error;
    }
}
