// SPDX-License-Identifier: Apache-2.0
//
// What an operator watches: the real service scraped by a real Prometheus, every question of the
// alarms and the dashboard asked of it, and a log in which nobody is found again.

import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { City, rootDir } from "./city.mjs";
import { Service, ask, record, until } from "./service.mjs";

const alerts = join(rootDir, "packaging/prometheus/alerts.yml");
const dashboard = JSON.parse(readFileSync(join(rootDir, "packaging/grafana/voteanchor.json"), "utf8"));
const has = (tool) => spawnSync(tool, ["--version"]).status === 0;
const skip = has("promtool") && has("prometheus") ? false : "NOT RUN: the Debian package prometheus is missing";

let city;
let site; /* the participation site, which takes notifications */

before(async () => {
    site = createServer((_, answer) => answer.writeHead(204).end());
    await new Promise((resolve) => site.listen(0, "127.0.0.1", resolve));
    city = await City.build({
        config: {
            VOTEANCHOR_BATCH_MIN_SIZE: "1",
            VOTEANCHOR_BATCH_MAX_RECORDS: "8",
            VOTEANCHOR_BATCH_MAX_AGE: "2s",
            VOTEANCHOR_WEBHOOK_URL: `http://127.0.0.1:${site.address().port}/`,
        },
    });
    await city.openVote("ballot");
});

after(() => {
    city?.close();
    site?.close();
    site?.closeAllConnections?.();
});

/** The samples of a document: [{ name, labels, value }]. */
function samples(text) {
    return text
        .split("\n")
        .filter((line) => line !== "" && !line.startsWith("#"))
        .map((line) => {
            const [, name, , labels, value] = line.match(/^([a-z_]+)(\{(.*)\})? (\S+)$/);
            const pairs = [...(labels ?? "").matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)];
            return { name, labels: Object.fromEntries(pairs.map(([, key, of]) => [key, of])), value: Number(value) };
        });
}

/** The one sample of that name with these labels. */
function sample(text, name, labels = {}) {
    const found = samples(text).filter(
        (one) => one.name === name && Object.entries(labels).every(([key, value]) => one.labels[key] === value),
    );
    assert.equal(found.length, 1, `${name} ${JSON.stringify(labels)}`);
    return found[0].value;
}

/** Every expression of the dashboard, as Grafana would ask it. */
function questions() {
    const asked = dashboard.panels.flatMap((panel) => (panel.targets ?? []).map((target) => target.expr));
    asked.push(...dashboard.annotations.list.map((one) => one.expr));
    return asked.map((expr) =>
        expr.replaceAll("$__rate_interval", "1m").replaceAll("$job", "voteanchor").replaceAll("$instance", "guri"),
    );
}

/** Metrics that an expression names, each with the labels it selects by. */
function named(expr) {
    return [...expr.matchAll(/\b((?:voteanchor|process)_[a-z_]+)(\{[^}]*\})?/g)].map(([, name, selector]) => ({
        name,
        labels: [...(selector ?? "").matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)/g)].map(([, label]) => label),
    }));
}

/** Runs `body` with a service, which is stopped whatever happens. */
async function serving(options, body) {
    const service = await Service.start(city, options);
    try {
        await body(service);
        assert.equal((await service.stop()).code, 0);
    } finally {
        service.signal("SIGKILL");
    }
}

/** Posts votes, refused ones too, and waits until they are anchored. */
async function busy(service) {
    for (let i = 1; i <= 6; i++) assert.equal((await service.post(record("ballot", i))).status, 201);
    assert.equal((await service.post(record("ballot", 6))).status, 200);
    assert.equal((await service.post({ ...record("ballot", 7), choice: ["perhaps"] })).status, 422);
    assert.equal((await service.post("{")).status, 422);
    const lines = [8, 9, 6].map((i) => JSON.stringify(record("ballot", i))).join("\n");
    assert.equal((await service.post(lines, { "content-type": "application/x-ndjson" })).status, 200);
    assert.equal((await service.get("/v1/nothing")).status, 404);
    await until("the votes to be anchored", async () => {
        const { text } = await service.get("/metrics");
        return sample(text, "voteanchor_records_sealed_total") === 8 && !text.includes("\nvoteanchor_promise_remaining");
    });
}

test("a scrape says what happened", async () => {
    await serving({}, async (service) => {
        await service.token(city);
        await busy(service);
        const { status, headers, text } = await ask(service.target, "GET", "/metrics");
        assert.equal(status, 200, "without a token: the address is this machine's");
        assert.match(headers["content-type"], /^text\/plain; version=0\.0\.4/);
        assert.equal(sample(text, "voteanchor_ready"), 1);
        assert.equal(sample(text, "voteanchor_records_total", { answer: "added" }), 8);
        assert.equal(sample(text, "voteanchor_records_total", { answer: "present" }), 2);
        assert.equal(sample(text, "voteanchor_records_total", { answer: "refused" }), 2);
        assert.equal(sample(text, "voteanchor_records_refused_total", { reason: "unknown-option" }), 1);
        assert.equal(sample(text, "voteanchor_records_refused_total", { reason: "other" }), 0);
        assert.equal(sample(text, "voteanchor_receipts_total"), 10);
        assert.equal(sample(text, "voteanchor_http_streams_open"), 0);
        assert.equal(sample(text, "voteanchor_records_sealed_total"), 8);
        assert.equal(sample(text, "voteanchor_http_problems_total", { code: "not-found" }), 1);
        assert.equal(sample(text, "voteanchor_http_requests_in_flight"), 1, "this one");
        const posted = { method: "POST", route: "/v1/records" };
        assert.equal(sample(text, "voteanchor_http_requests_total", { ...posted, status: "4xx" }), 2);
        assert.ok(sample(text, "voteanchor_http_request_duration_seconds_count", posted) >= 9);
        assert.ok(sample(text, "voteanchor_writer_group_records_sum") >= 8);
        assert.ok(sample(text, "voteanchor_sendings_total", { event: "mined" }) >= 1);
        assert.ok(sample(text, "voteanchor_balance_ether", { network: "primary" }) > 4);
        assert.equal(sample(text, "voteanchor_provider_healthy", { provider: "rpc-1" }), 1);
        assert.ok(sample(text, "voteanchor_webhook_deliveries_total", { outcome: "delivered" }) >= 1);
    });
});

test("the scrape has no fault that promtool sees", { skip }, async () => {
    await serving({}, async (service) => {
        await until("a whole turn", async () => (await service.get("/metrics")).text.includes("\nvoteanchor_runway"));
        const { text } = await service.get("/metrics");
        assert.equal(execFileSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" }), "");
    });
});

test("readiness is four checks with three answers", async () => {
    const checks = { store: "ok", writer: "ok", keeper: "ok", chain: "ok" };
    await serving({}, async (service) => {
        await until("the first turn", async () => (await service.get("/readyz")).json().checks.keeper === "ok");
        const ready = await service.get("/readyz");
        assert.equal(ready.status, 200);
        assert.deepEqual(ready.json(), { status: "ready", checks, reasons: {} });
        assert.deepEqual((await service.get("/healthz")).json(), { status: "ok", checks, reasons: {} });
    });
    const unknown = Object.fromEntries(Object.keys(checks).map((check) => [check, "unknown"]));
    await serving({ reader: true }, async (reader) => {
        assert.deepEqual((await reader.get("/readyz")).json(), { status: "ready", checks: unknown, reasons: {} });
        assert.equal(sample((await reader.get("/metrics")).text, "voteanchor_read_only"), 1);
    });
});

test("a chain that is gone is shown, and keeps nobody out", async () => {
    const env = { VOTEANCHOR_RPC_URL_FILE: join(city.base, "dead.txt"), VOTEANCHOR_RPC_QUORUM: "2" };
    writeFileSync(env.VOTEANCHOR_RPC_URL_FILE, "http://127.0.0.1:1/\n", { mode: 0o600 });
    await serving({ env }, async (service) => {
        const ready = await until("the chain to fail", async () => {
            const answer = await service.get("/readyz");
            return answer.json().checks.chain === "failing" && answer;
        });
        assert.equal(ready.status, 200);
        assert.deepEqual(Object.keys(ready.json().reasons), ["chain"]);
        const { text } = await service.get("/metrics");
        assert.equal(sample(text, "voteanchor_network_reach", { network: "primary", reach: "unreachable" }), 1);
        assert.equal(sample(text, "voteanchor_network_reason", { kind: "problem" }), 1);
    });
});

test("where others reach the address a token can be asked for", async () => {
    await serving({ env: { VOTEANCHOR_METRICS_ACCESS: "token" } }, async (service) => {
        assert.equal((await ask(service.target, "GET", "/metrics")).status, 401);
        await service.token(city, "prometheus", "read");
        assert.equal((await service.get("/metrics")).status, 200);
        assert.equal((await ask(service.target, "GET", "/healthz")).status, 200);
    });
});

/* ---- Prometheus ---- */

/** A port that was free a moment ago. */
async function freePort() {
    const server = createServer();
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address();
    await new Promise((resolve) => server.close(resolve));
    return port;
}

class Prometheus {
    static async start(target) {
        const it = new Prometheus();
        it.dir = mkdtempSync(join(tmpdir(), "voteanchor-prometheus-"));
        it.port = await freePort();
        const shipped = readFileSync(join(rootDir, "packaging/prometheus/scrape.yml"), "utf8");
        const config = shipped
            .replace("- alerts.yml", `- ${alerts}`)
            .replace("scrape_interval: 15s", "scrape_interval: 1s")
            .replace("127.0.0.1:8480", `127.0.0.1:${target}`);
        writeFileSync(join(it.dir, "prometheus.yml"), `global: { evaluation_interval: 1s }\n${config}`);
        it.process = spawn(
            "prometheus",
            [
                `--config.file=${join(it.dir, "prometheus.yml")}`,
                `--storage.tsdb.path=${join(it.dir, "data")}`,
                `--web.listen-address=127.0.0.1:${it.port}`,
                "--log.level=warn",
            ],
            { stdio: ["ignore", "ignore", "inherit"] },
        );
        it.ended = new Promise((resolve) => it.process.once("close", resolve));
        await until("Prometheus", () => it.get("/-/ready").then(({ status }) => status === 200, () => false));
        return it;
    }

    get(path) {
        return ask(this.port, "GET", path);
    }

    async query(expr) {
        const answer = (await this.get(`/api/v1/query?query=${encodeURIComponent(expr)}`)).json();
        assert.equal(answer.status, "success", `${expr}: ${answer.error}`);
        return answer.data.result;
    }

    async rules() {
        const { data } = (await this.get("/api/v1/rules")).json();
        return data.groups.flatMap((group) => group.rules);
    }

    async stop() {
        this.process.kill("SIGTERM");
        await this.ended;
        rmSync(this.dir, { recursive: true, force: true });
    }
}

/** The metrics of several scrapes with their labels: a promise is there only while it is open. */
async function metricsOf(service) {
    const seen = new Map();
    const wanted = ["promise_remaining", "next_seal_timestamp", "last_seal_timestamp", "runway"];
    await until("all of the metrics", async () => {
        for (const { name, labels } of samples((await service.get("/metrics")).text)) {
            seen.set(name, new Set([...(seen.get(name) ?? []), ...Object.keys(labels)]));
        }
        return wanted.every((name) => seen.has(`voteanchor_${name}_seconds`));
    }, { every: 20 });
    /* Only in trouble; what labels it has is said by the unit test. */
    return seen.set("voteanchor_network_reason", new Set(["network", "kind", "reason"]));
}

/** What is asked must be there, or an alarm would never fire and a panel stay empty. */
function assertThere(expr, seen) {
    for (const { name, labels } of named(expr)) {
        assert.ok(seen.has(name), `${name} is in no scrape: ${expr}`);
        for (const label of labels) {
            assert.ok(["job", "instance"].includes(label) || seen.get(name).has(label), `${name} has no ${label}: ${expr}`);
        }
    }
}

test("Prometheus scrapes it, and has an answer to everything that is asked", { skip }, async () => {
    await serving({}, async (service) => {
        await service.token(city, "site");
        for (let i = 20; i < 30; i++) assert.equal((await service.post(record("ballot", i))).status, 201);
        const seen = await metricsOf(service);
        const prometheus = await Prometheus.start(service.target);
        try {
            await until("a scrape", async () => (await prometheus.query('up{job="voteanchor"} == 1')).length === 1);
            const [added] = await prometheus.query('sum(voteanchor_records_total{answer="added"})');
            assert.equal(added.value[1], "10");
            assert.ok(questions().length >= 50);
            for (const expr of questions()) {
                await prometheus.query(expr);
                assertThere(expr, seen);
            }
            const rules = await until("every rule", async () => {
                const all = await prometheus.rules();
                return all.every((rule) => rule.health !== "unknown") && all;
            });
            assert.ok(rules.length >= 30);
            for (const rule of rules) {
                assert.equal(rule.health, "ok", `${rule.name}: ${rule.lastError}`);
                assertThere(rule.query, seen);
            }
            const firing = (all) => all.filter((rule) => rule.state !== "inactive").map((rule) => rule.name);
            assert.deepEqual(firing(rules), []);
            await service.stop();
            await until("the alarm", async () => firing(await prometheus.rules()).includes("VoteanchorDown"));
        } finally {
            await prometheus.stop();
        }
    });
});

/* ---- the dashboard ---- */

test("the dashboard is one that Grafana can show", () => {
    const { panels } = dashboard;
    const ids = panels.map((panel) => panel.id);
    assert.equal(new Set(ids).size, ids.length, "ids are unique");
    const taken = new Set();
    for (const { id, title, type, description, gridPos, targets, datasource } of panels) {
        const { x, y, w, h } = gridPos;
        assert.ok(x >= 0 && w > 0 && x + w <= 24 && h > 0, `${title} is within 24 columns`);
        for (let row = y; row < y + h; row++) {
            for (let column = x; column < x + w; column++) {
                assert.ok(!taken.has(`${row} ${column}`), `${title} overlaps`);
                taken.add(`${row} ${column}`);
            }
        }
        assert.match(title, /^[^/]*[가-힣][^/]* \/ [A-Za-z' ]|^[^/]*[가-힣A-Z].* \/ /, `${id} has a title in both languages`);
        if (type === "row") continue;
        assert.ok(["stat", "timeseries", "table", "state-timeline"].includes(type), type);
        assert.match(description, /[가-힣].*[a-z]/s, `${title} is explained in both languages`);
        assert.deepEqual(datasource, { type: "prometheus", uid: "${datasource}" });
        assert.deepEqual(targets.map((target) => target.refId), targets.map((_, i) => "ABCDEF"[i]));
        for (const { expr } of targets) assert.match(expr, /job="\$job", instance="\$instance"/);
    }
    assert.deepEqual(dashboard.templating.list.map((one) => one.name), ["datasource", "job", "instance"]);
    assert.ok(dashboard.schemaVersion >= 36 && dashboard.uid === "voteanchor" && dashboard.id === null);
});
