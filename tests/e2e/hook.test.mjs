// SPDX-License-Identifier: Apache-2.0
//
// What a participation site is told by the real service on a real node: each thing that happened at
// least once, none that did not, whatever the site, the chain or a power cut does in between.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Webhook } from "standardwebhooks";
import Ajv2020 from "ajv/dist/2020.js";
import { City, minute, rootDir } from "./city.mjs";
import { Service, record, until } from "./service.mjs";
import { Site } from "./site.mjs";

const HOUR = 3_600_000;
const KILLS = process.env.VOTA_LONG ? 40 : 4;

let city;
let site;
let service;
let next = 1;

const secretFile = () => join(city.dir, "secrets/webhook");
const rpc = (method, ...params) => city.node.provider.send(method, params);

before(async () => {
    site = await Site.choose();
    city = await City.build({
        config: {
            VOTEANCHOR_WEBHOOK_URL: site.url,
            VOTEANCHOR_WEBHOOK_TIMEOUT: "1s",
            VOTEANCHOR_BATCH_MAX_AGE: "1s",
            VOTEANCHOR_BATCH_MIN_SIZE: "1",
        },
    });
    await rpc("evm_setIntervalMining", 1);
    service = await Service.start(city);
    await site.open(secretFile());
    await service.token(city);
});
after(async () => {
    await service?.stop();
    await site?.close();
    city?.close();
});

/** Hands n records in, and waits until they are final. */
async function hand(register, n) {
    const ids = [];
    for (let i = 0; i < n; i++) {
        const one = record(register, next++);
        ids.push(one.id);
        const answer = await service.post(one);
        assert.equal(answer.status, 201, answer.text);
    }
    return ids;
}

const state = async (id) => (await service.get(`/v1/records/${id}`)).json().state;
const isFinal = (id) => until(`${id} to be final`, async () => (await state(id)) === "final");
const batches = async () => (await service.get("/v1/batches")).json().batches;
const told = (type, probe = () => true) => until(`${type} to be told`, () => site.events(type).find((event) => probe(event.data)));

test("a register's opening is told, with what names it", async () => {
    await city.openVote("park");
    const event = await told("register.opened");
    assert.match(event.id, /^evt_[0-9a-f]{32}$/);
    assert.ok(Math.abs(Date.parse(event.time) - Date.now()) < 60_000);
    assert.equal(event.data.register, "park");
    assert.equal(event.data.chain_id, 31337);
    assert.equal(event.data.network, "dev");
    assert.equal(event.data.contract, city.deployment.contract.toLowerCase());
    const known = (await service.get("/v1/registers/park")).json();
    assert.equal(event.data.register_hash, known.hash);
    assert.equal(event.data.entry, known.opened_entry);
});

test("a batch is told of when it is anchored, and again when it is final", async () => {
    const [id] = await hand("park", 3);
    await isFinal(id);
    const final = await told("batch.final");
    const [batch] = await batches();
    for (const event of [final, site.events("batch.anchored")[0]]) {
        assert.equal(event.data.batch, batch.number);
        assert.equal(event.data.root, batch.root);
        assert.equal(event.data.count, batch.count);
        assert.equal(event.data.entry, batch.entry);
        assert.ok(event.data.block > 0 && Date.parse(event.data.entry_time) > 0);
        assert.ok(!JSON.stringify(event).includes("voter-") && !JSON.stringify(event).includes(id));
    }
});

test("closing and the result are told, also when another command makes them", async () => {
    const now = Date.now();
    const more = {
        opens_at: minute(now - 2 * HOUR),
        closes_at: minute(now - HOUR),
        counts_until: minute(now + HOUR),
        results_by: minute(now + 2 * HOUR),
    };
    await city.openVote("past", { more });
    await told("register.opened", (data) => data.register === "past");
    const password = ["--password-file", city.password];
    await city.ok(["register", "close", "past", "--wait", "final", ...password]);
    const closed = await told("register.closed", (data) => data.register === "past");
    const result = await told("result.final", (data) => data.register === "past");
    assert.ok(result.data.entry > closed.data.entry);
});

test("a reorganisation is told: anchored, taken away, anchored again", async () => {
    await rpc("evm_setIntervalMining", 0);
    await rpc("evm_setAutomine", true);
    const heard = site.events("batch.anchored").length;
    const [id] = await hand("park", 1);
    await until("it to be anchored", () => site.events("batch.anchored").length > heard);
    const anchored = site.events("batch.anchored").at(-1).data;
    await rpc("anvil_reorg", 1, []);
    await rpc("evm_mine");
    const gone = await told("batch.unanchored");
    assert.equal(gone.data.batch, anchored.batch);
    assert.equal(gone.data.entry, anchored.entry);
    await rpc("evm_setIntervalMining", 1);
    await isFinal(id);
    await told("batch.final", (data) => data.batch === anchored.batch);
    const types = site.events().filter((event) => event.data.batch === anchored.batch).map((event) => event.type);
    assert.deepEqual(types, ["batch.anchored", "batch.unanchored", "batch.anchored", "batch.final"]);
});

test("a site that is down, slow, rude or wrong, and a service that is killed: each event at least once", async () => {
    const before = new Set((await batches()).map((batch) => batch.number));
    let last;
    for (let round = 0; round < KILLS; round++) {
        site.manners = [500, "hang up", 302, "sleep", 400].slice(round % 5);
        if (round % 2 === 1) await site.close();
        [last] = await hand("park", 2);
        await sleep(300 + 700 * (round % 4));
        await service.stop("SIGKILL");
        if (round % 2 === 1) await site.open();
        const { bearer } = service;
        service = await Service.start(city);
        service.bearer = bearer;
    }
    await isFinal(last);
    const made = (await batches()).filter((batch) => !before.has(batch.number));
    assert.ok(made.length >= 1);
    for (const batch of made) {
        await told("batch.anchored", (data) => data.batch === batch.number && data.root === batch.root);
        await told("batch.final", (data) => data.batch === batch.number && data.entry === batch.entry);
    }
    const finals = site.events("batch.final").map((event) => event.data.batch);
    assert.equal(new Set(finals).size, finals.length, "a batch became final twice");
    const texts = new Map();
    for (const { event, text } of site.heard) {
        assert.equal(texts.get(event.id) ?? text, text, "an event changed between two tries");
        texts.set(event.id, text);
    }
    const refused = site.heard.filter((request) => !request.taken).length;
    assert.ok(refused >= 3, `only ${refused} requests were refused`);
    console.log(`webhook: ${site.events().length} events, ${site.heard.length} requests, ${KILLS} kills`);
});

test("every event is as the document of the API says", () => {
    const api = JSON.parse(readFileSync(join(rootDir, "docs/openapi.json"), "utf8"));
    const ajv = new Ajv2020({ strict: true, allErrors: true, validateFormats: false });
    ajv.addVocabulary(["components"]);
    ajv.addSchema({ $id: "openapi", components: api.components });
    const valid = ajv.compile({ $ref: "openapi#/components/schemas/Event" });
    const examples = Object.values(api.webhooks.event.post.requestBody.content).map((media) => media.example);
    const events = [...examples, ...site.events()];
    for (const event of events) assert.ok(valid(event), `${JSON.stringify(event)}: ${ajv.errorsText(valid.errors)}`);
    const types = new Set(events.map((event) => event.type));
    assert.equal(types.size, 6, [...types].join(" ")); /* all but register.unopened */
});

test("events come in the order in which things happened", () => {
    for (const batch of new Set(site.events("batch.final").map((event) => event.data.batch))) {
        const types = site.events().filter((event) => event.data.batch === batch).map((event) => event.type);
        assert.equal(types[0], "batch.anchored");
        assert.equal(types.at(-1), "batch.final");
    }
    const finals = site.events("batch.final").map((event) => event.data.entry);
    assert.deepEqual(finals, [...finals].sort((a, b) => a - b));
});

test("a replaced secret: both sign until the old one is gone", async () => {
    const old = readFileSync(secretFile(), "utf8").trim();
    const fresh = `whsec_${Buffer.from("a secret of the test, 32 bytes..").toString("base64")}`;
    writeFileSync(secretFile(), `${fresh}\n${old}\n`);
    service.signal("SIGHUP");
    await service.logged("reloaded");
    const heard = site.heard.length;
    await hand("park", 1); /* the site insists on a signature by each of them */
    await until("another event", () => site.heard.length > heard);
    writeFileSync(secretFile(), `${fresh}\n`);
    assert.throws(() => new Webhook(old).verify("{}", {}));
});

test("410: the site is left alone until the next start, and the operator is told", async () => {
    await until("nothing to wait", async () => site.events("batch.final").length === (await batches()).length);
    service.signal("SIGHUP");
    const heard = site.heard.length;
    site.manners = [410];
    const [id] = await hand("park", 1);
    await service.logged("webhook-gone");
    await isFinal(id);
    await sleep(3000);
    assert.equal(site.heard.length, heard + 1);
    const { webhook } = await city.status();
    assert.equal(webhook.problem, "http-410");
    assert.ok(webhook.waiting >= 1 && Date.parse(webhook.oldest_at) > 0);
    assert.equal(webhook.given_up, 0);
    service.signal("SIGHUP");
    await until("the rest to be told", async () => site.events("batch.final").length === (await batches()).length);
});

test("a secret that is none: the service does not start, and says which key of the configuration it is", async () => {
    await service.stop();
    service = undefined;
    writeFileSync(secretFile(), "whsec_short\n");
    const done = await city.run(["serve", "--listen", "127.0.0.1:0", "--password-file", city.password]);
    assert.equal(done.code, 1);
    assert.match(done.err, /webhook\.secret_file/);
    assert.ok(!done.err.includes("whsec_short"));
});
