// SPDX-License-Identifier: Apache-2.0
//
// What the service logs, at the level that tells most: everything an operator needs, and nobody's
// name, choice, token or key, on the ways that work and on those that fail.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { appendFileSync, closeSync, openSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { City, rootDir } from "./city.mjs";
import { Service, ask, record, until } from "./service.mjs";

/* What must never be in a line; each begins in a way of its own, so that a cut one is found too. */
const MARKED = {
    voter: "vmarkvoter-5e2c",
    id: "imarkrecord-77aa",
    choice: "cmarkchoice-91bd",
    garbage: "gmarkgarbage-03fe",
    token: "vota_tmarktoken-6c1d",
    agent: "amarkagent-2b7e",
    address: "203.0.113.77",
    query: "qmarkquery-44d0",
    providerKey: "pmarkprovider-8a19",
    deadKey: "dmarkdead-c5f3",
    answer: "bmarkanswer-e6b2",
    hookPath: "hmarkhook-19c8",
    hookAnswer: "smarksite-7d5a",
    config: "fmarkconfig-b0e4",
    phone: "010-9876-5432",
    resident: "900101-1234567",
};

let city;
let lying; /* a provider whose answers are text of its own */
let site; /* refuses every notification, at length */

async function listen(answer) {
    const server = createServer((_, reply) => answer(reply));
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { server, url: `http://127.0.0.1:${server.address().port}` };
}

before(async () => {
    lying = await listen((reply) => reply.writeHead(500, { "x-error": MARKED.answer }).end(MARKED.answer));
    site = await listen((reply) => reply.writeHead(500).end(MARKED.hookAnswer));
    city = await City.build({ config: { VOTEANCHOR_BATCH_MIN_SIZE: "1", VOTEANCHOR_BATCH_MAX_RECORDS: "4" } });
    await city.openVote("ballot");
});

after(() => {
    city?.close();
    for (const { server } of [lying, site].filter(Boolean)) server.close();
});

/** Providers with keys in their addresses: the node a second time, a liar, a dead one. */
function marked() {
    const file = join(city.base, "providers.txt");
    const node = city.node.provider._getConnection().url;
    const urls = [`${node}/?key=${MARKED.providerKey}`, `${lying.url}/${MARKED.providerKey}`, `http://127.0.0.1:1/${MARKED.deadKey}`];
    writeFileSync(file, `${urls.join("\n")}\n`, { mode: 0o600 });
    return {
        VOTEANCHOR_RPC_URL_FILE: file,
        VOTEANCHOR_RPC_QUORUM: "2",
        VOTEANCHOR_WEBHOOK_URL: `${site.url}/${MARKED.hookPath}`,
        VOTEANCHOR_LOG_LEVEL: "debug",
        VOTEANCHOR_LOG_FORMAT: "json",
    };
}

/** Everything secret that the city holds: tokens, passwords, peppers, the webhook's secret, keys. */
function secrets(service) {
    const held = [readFileSync(city.password, "utf8").trim(), service.bearer.authorization.slice("Bearer ".length)];
    const walk = (dir) => {
        for (const name of readdirSync(dir)) {
            const path = join(dir, name);
            if (statSync(path).isDirectory()) walk(path);
            else if (name.endsWith(".json")) held.push(JSON.parse(readFileSync(path, "utf8")).crypto.ciphertext);
            else if (name !== "tokens") held.push(readFileSync(path).toString("hex"), ...lines(readFileSync(path, "utf8")));
        }
    };
    walk(join(city.dir, "secrets"));
    return held.filter((one) => one.length >= 8);
}

function lines(text) {
    return text.split("\n").filter((line) => line !== "");
}

/** Asks in every way that succeeds, and in many that do not. */
async function useIt(service) {
    const headers = { "user-agent": MARKED.agent, "x-forwarded-for": MARKED.address };
    const post = (one) => service.post(one, headers);
    const good = (i) => ({ ...record("ballot", i), id: `${MARKED.id}-${i}`, voter: `${MARKED.voter}-${i}` });
    for (let i = 1; i <= 4; i++) assert.equal((await post(good(i))).status, 201);
    assert.equal((await post(good(1))).status, 200);
    assert.equal((await post({ ...good(10), [MARKED.garbage]: MARKED.choice })).status, 201); /* nobody's member */
    const refused = [
        { ...good(1), choice: ["no"], voter: `${MARKED.voter}-other` },
        { ...good(5), choice: [MARKED.choice] },
        { ...good(6), voter: MARKED.phone },
        { ...good(7), voter: MARKED.resident },
        { ...good(8), voter: `${MARKED.voter}-1` },
        { ...good(9), register: MARKED.garbage },
        `{"register":"${MARKED.garbage}`,
    ];
    for (const one of refused) assert.ok((await post(one)).status >= 400, JSON.stringify(one));
    const stream = `${refused.map((one) => (typeof one === "string" ? one : JSON.stringify(one))).join("\n")}\n`;
    assert.equal((await service.post(stream, { ...headers, "content-type": "application/x-ndjson" })).status, 200);
    await post(MARKED.garbage.repeat(260_000)).catch(() => {}); /* too large: 413, or cut off before */
    for (const path of [`/v1/records/${MARKED.id}-1`, `/v1/records/${MARKED.id}-1/receipt`]) {
        assert.equal((await service.get(path, headers)).status, 200);
    }
    for (const path of [`/v1/records/${MARKED.id}-0`, `/${MARKED.garbage}`, `/v1/registers?${MARKED.query}=${MARKED.query}`]) {
        assert.ok((await service.get(path, headers)).status >= 400, path);
    }
    assert.equal((await ask(service.target, "GET", "/v1/registers", { headers: { authorization: `Bearer ${MARKED.token}` } })).status, 401);
    assert.equal((await ask(service.target, "DELETE", `/v1/records/${MARKED.id}`, { headers })).status, 405);
}

/** The log of a run that goes through all of it, and ends with a store that is damaged. */
async function run() {
    const service = await Service.start(city, { env: marked() });
    try {
        await service.token(city);
        const held = secrets(service);
        await useIt(service);
        const logged = (event) => until(event, () => service.log().some((line) => line.includes(`"event":"${event}"`)));
        await logged("sealed");
        await logged("mined");
        await logged("webhook-failed");
        appendFileSync(join(city.dir, "voteanchor.ini"), `[rpc]\nurl = ftp://${MARKED.config}@${MARKED.config}/\n`);
        service.signal("SIGHUP");
        await logged("reload-refused");
        city.node.stop();
        await logged("unreachable");
        const store = openSync(join(city.dir, "voteanchor.db"), "r+");
        writeSync(store, Buffer.alloc(65536, 0x58), 0, 65536, 0);
        closeSync(store);
        rmSync(join(city.dir, "voteanchor.db-wal"), { force: true });
        await until("the store to fail", async () => (await service.post(record("ballot", 90))).status === 503);
        await logged("store-failed");
        await service.stop();
        return { text: service.process.seen(), held };
    } finally {
        service.signal("SIGKILL");
    }
}

/** Names of events that the sources log. */
function eventsOfSources() {
    const found = new Set();
    const walk = (dir) => {
        for (const entry of readdirSync(dir, { withFileTypes: true })) {
            if (entry.isDirectory()) walk(join(dir, entry.name));
            else if (entry.name.endsWith(".c")) {
                const text = readFileSync(join(dir, entry.name), "utf8");
                for (const [, name] of text.matchAll(/vota_log\([^;"]*VOTA_LOG_[A-Z]+,\s*"([a-z-]+)"/g)) found.add(name);
            }
        }
    };
    walk(join(rootDir, "bridge"));
    return found;
}

const OPERATIONS = readFileSync(join(rootDir, "docs/OPERATIONS.md"), "utf8");

test("nobody is in the log, and nothing that opens anything", async () => {
    const { text, held } = await run();
    assert.ok(held.length >= 6, "there are secrets to look for");
    for (const [what, mark] of Object.entries(MARKED)) {
        assert.ok(!text.includes(mark), `${what} is in the log: ${lines(text).find((line) => line.includes(mark))}`);
        assert.ok(!text.includes(mark.slice(0, 9)), `a part of ${what} is in the log`);
    }
    for (const secret of held) assert.ok(!text.includes(secret), "a secret is in the log");

    const events = lines(text).map((line) => JSON.parse(line));
    for (const event of events) {
        assert.match(event.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        assert.ok(["debug", "info", "warn", "error"].includes(event.level));
        assert.match(event.event, /^[a-z]+(-[a-z]+)*$/);
        for (const [key, value] of Object.entries(event)) {
            assert.match(key, /^[a-z]+(_[a-z]+)*$/);
            assert.equal(typeof value, "string", "one type for every key");
        }
        assert.ok(OPERATIONS.includes(`\`${event.event}\``), `${event.event} is explained in OPERATIONS.md`);
    }
    const requests = events.filter((event) => event.event === "request");
    assert.ok(requests.some(({ route, status }) => route === "/v1/records/{}/receipt" && status === "200"));
    assert.ok(requests.some(({ method, route, status }) => method === "other" && route === "other" && status === "405"));
    assert.ok(events.some(({ event, reason }) => event === "store-failed" && reason), "why the store failed");
});

test("every event of the sources is explained", () => {
    const events = eventsOfSources();
    assert.ok(events.size >= 15);
    for (const event of events) assert.ok(OPERATIONS.includes(`\`${event}\``), event);
});

test("the journal is told the priority, and SIGHUP changes what is told", async () => {
    const town = await City.build();
    const out = join(town.base, "log");
    try {
        await town.openVote("ballot");
        const fd = openSync(out, "a");
        const { dev, ino } = statSync(out);
        /* As systemd starts it: standard error is the journal's, and JOURNAL_STREAM says so. */
        const child = spawn(process.env.VOTA_PROGRAM ?? join(rootDir, "build/dev/bin/voteanchor"),
            ["-C", town.dir, "serve", "--listen", "127.0.0.1:0", "--password-file", town.password],
            { stdio: ["ignore", "ignore", fd], env: { ...process.env, JOURNAL_STREAM: `${dev}:${ino}` } });
        const ended = new Promise((resolve) => child.once("close", resolve));
        const log = () => lines(readFileSync(out, "utf8"));
        await until("the start", () => log().some((line) => line.includes(" started ")));
        assert.match(log().find((line) => line.includes(" started ")), /^<6>\d{4}-.*Z info started /);
        const ini = join(town.dir, "voteanchor.ini");
        writeFileSync(ini, readFileSync(ini, "utf8").replace("level = info", "level = warn").replace("format = text", "format = json"));
        child.kill("SIGHUP");
        await until("the change", () => log().some((line) => line.includes("setting-changed key=log.level")));
        child.kill("SIGTERM");
        await ended;
        closeSync(fd);
        assert.ok(!log().some((line) => line.includes("stopping")), "that is told at info");
        for (const line of log()) assert.match(line, /^<[3467]>/);
    } finally {
        town.close();
    }
});
