// SPDX-License-Identifier: Apache-2.0
//
// A small city for one test file: a real node, a directory with keys and a deployed contract, and
// the program itself. Everything a test does goes through the command line, as an operator would.

import { execFileSync, spawn } from "node:child_process";
import {
    chmodSync,
    closeSync,
    existsSync,
    mkdtempSync,
    openSync,
    readFileSync,
    rmSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Contract, parseEther } from "ethers";
import { startAnvil } from "../contracts/anvil.mjs";

export const rootDir = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const binary = process.env.VOTA_PROGRAM ?? join(rootDir, "build/dev/bin/voteanchor");
const abi = JSON.parse(readFileSync(join(rootDir, "contracts/artifacts/VoteAnchor.abi.json"), "utf8"));

const PASSWORD = "a password for tests only\n";
const MINUTE = 60_000;

/** "2026-11-22T09:00:00Z", on a full minute. */
export function minute(ms) {
    return new Date(Math.floor(ms / MINUTE) * MINUTE).toISOString().replace(".000Z", "Z");
}

export class City {
    /**
     * A node, and a directory whose contract is deployed. `elsewhere` is given the node and says
     * what holds the anchorer's key instead of a file: { address, env }, perhaps as a promise.
     */
    static async build({ anvil = [], config = {}, elsewhere } = {}) {
        const city = new City();
        try {
            await city.#build(anvil, config, elsewhere);
        } catch (error) {
            city.close();
            throw error;
        }
        return city;
    }

    async #build(anvil, config, elsewhere) {
        this.node = await startAnvil(rootDir, ["--hardfork", "osaka", "--slots-in-an-epoch", "1", ...anvil]);
        this.base = mkdtempSync(join(tmpdir(), "voteanchor-e2e-"));
        this.dir = join(this.base, "city");
        this.password = join(this.base, "password");
        this.config = { ...config, ...(await elsewhere?.(this.node))?.env };
        writeFileSync(this.password, PASSWORD);
        chmodSync(this.password, 0o600);
        const url = this.node.provider._getConnection().url;
        await this.ok(["init", "--network", "dev", "--city", "구리시", "--rpc", url]);
        for (const role of elsewhere ? ["owner", "acceptance"] : ["owner", "anchorer", "acceptance"]) {
            await this.ok(["key", "new", "--role", role, "--password-file", this.password]);
        }
        this.keys = Object.fromEntries(
            JSON.parse((await this.ok(["key", "address", "--json"])).out).keys.map((key) => [key.role, key.address]),
        );
        await this.fund(this.keys.anchorer);
        const deployed = await this.ok(["deploy", "--owner", this.keys.owner, "--password-file", this.password, "--json"]);
        this.deployment = JSON.parse(deployed.out);
        this.contract = new Contract(this.deployment.contract, abi, this.node.provider);
    }

    /** ETH from an account that the node holds open: a transfer, as a faucet makes it. */
    async fund(address) {
        const [from] = await this.node.provider.send("eth_accounts", []);
        await this.node.provider.send("eth_sendTransaction", [
            { from, to: address, value: `0x${parseEther("5").toString(16)}` },
        ]);
        /* So that the finalized block is one that the node can prove: its genesis is not. */
        for (let i = 0; i < 4; i++) await this.node.provider.send("evm_mine", []);
    }

    /**
     * Starts the program: { child, ended, seen() }; `ended` resolves to { code, out, err }. Files
     * of `fds` are open as its descriptors 3, 4, ...
     */
    start(args, { env = {}, timeout = 120_000, dir = this.dir, fds = [] } = {}) {
        const open = fds.map((file) => openSync(file, "r"));
        const child = spawn(binary, ["-C", dir, ...args], {
            env: { ...process.env, LANG: "C.UTF-8", ...this.config, ...env },
            stdio: ["ignore", "pipe", "pipe", ...open],
            timeout,
        });
        open.forEach((fd) => closeSync(fd));
        let out = "";
        let err = "";
        child.stdout.on("data", (chunk) => (out += chunk));
        child.stderr.on("data", (chunk) => (err += chunk));
        const ended = new Promise((resolve, reject) => {
            child.once("error", reject);
            child.once("close", (code, signal) => resolve({ code, signal, out, err }));
        });
        return { child, ended, seen: () => err };
    }

    /** Runs the program to its end, whatever that is. Not spawnSync: the node's output must be read. */
    run(args, options) {
        return this.start(args, options).ended;
    }

    /** Runs the program, which must succeed. */
    async ok(args, options) {
        const done = await this.run(args, options);
        if (done.code !== 0) {
            throw new Error(`voteanchor ${args.join(" ")} ended with ${done.code ?? done.signal}\n${done.out}${done.err}`);
        }
        return done;
    }

    /** `anchor --once`, like run(); start it instead with startAnchor(). */
    anchor(options, wait) {
        return this.startAnchor(options, wait).ended;
    }

    startAnchor(options, wait = "mined") {
        return this.start(["anchor", "--once", "--wait", wait, "--password-file", this.password, "--json"], options);
    }

    /** Opens a register with two options that takes votes from now on. */
    openVote(id, { minutes = 30, more = {} } = {}) {
        const now = Date.now();
        const file = join(this.base, `${id}.json`);
        writeFileSync(
            file,
            JSON.stringify({
                id,
                kind: "vote",
                title: { en: "A question", ko: "질문" },
                text: { en: "Yes or no?", ko: "찬성하십니까, 반대하십니까?" },
                department: "도시과",
                options: [
                    { id: "yes", en: "Yes", ko: "찬성" },
                    { id: "no", en: "No", ko: "반대" },
                ],
                choices: { min: 1, max: 1 },
                opens_at: minute(now),
                closes_at: minute(now + (minutes + 1) * MINUTE),
                anchor_within: 3600,
                revision: "first",
                disclosure: "on_close",
                ...more,
            }),
        );
        return this.ok(["register", "open", file, "--password-file", this.password]);
    }

    /** Imports n votes; ids and voters start at `first`. */
    importVotes(register, n, first = 1) {
        const rows = ["id,voter,choice,cast_at"];
        for (let i = first; i < first + n; i++) {
            rows.push(`R-${i},voter-${i},${i % 3 === 0 ? "no" : "yes"},${minute(Date.now())}`);
        }
        const file = join(this.base, `${register}-${first}.csv`);
        writeFileSync(file, `${rows.join("\n")}\n`);
        return this.ok(["import", file, "--register", register]);
    }

    /** What the chain says was anchored: a root for each BatchAnchored event. */
    async anchoredRoots() {
        const events = await this.contract.queryFilter(this.contract.filters.BatchAnchored());
        return events.map((event) => event.args.root);
    }

    async status() {
        return JSON.parse((await this.ok(["status", "--json"])).out);
    }

    /** Directory and chain as they are now; restore() brings both back. */
    async save() {
        const copy = join(this.base, "saved");
        rmSync(copy, { recursive: true, force: true });
        execFileSync("cp", ["-a", this.dir, copy]); /* with modes: secrets stay private */
        this.snapshot = await this.node.provider.send("evm_snapshot", []);
    }

    async restore() {
        rmSync(this.dir, { recursive: true, force: true });
        execFileSync("cp", ["-a", join(this.base, "saved"), this.dir]);
        await this.node.provider.send("evm_revert", [this.snapshot]);
        this.snapshot = await this.node.provider.send("evm_snapshot", []);
    }

    close() {
        this.node?.stop();
        if (this.base && existsSync(this.base)) rmSync(this.base, { recursive: true, force: true });
    }
}
