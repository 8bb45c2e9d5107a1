// SPDX-License-Identifier: Apache-2.0
//
// docs/openapi.json against the running service, in both directions: every operation is asked for
// every answer that it documents, and whatever the service says fits its schema, members that
// nobody described included. Then a client that was made of the document.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import Ajv2020 from "ajv/dist/2020.js";
import { City, minute, rootDir } from "./city.mjs";
import { Service, ask, record, until } from "./service.mjs";

const text = readFileSync(join(rootDir, "docs/openapi.json"), "utf8");
const api = JSON.parse(text);
const run = promisify(execFile);
const METHODS = ["get", "post", "put", "patch", "delete"];

/** Answers that no client can bring about: the tests in C do, or nobody can. */
const UNASKED = new Map([
    ["500", "a mistake of the service's own"],
    ["503", "tests/bridge/test_writer.c, test_health.c: a store that cannot be written"],
    ["getMetrics 401", "only where the configuration asks for a token: tests/bridge/test_health.c"],
    ["getMetrics 403", "the same"],
    ["getMetrics 429", "the same"],
]);

let city;
let service;
let reader;
let miner;
let slow;
let onlySubmit;

before(async () => {
    city = await City.build({
        config: { VOTEANCHOR_BATCH_MAX_AGE: "2s", VOTEANCHOR_BATCH_MIN_SIZE: "1", LC_ALL: "C.UTF-8" },
    });
    /* A block a second: the node's clock must not run ahead of ours, by which registers end. */
    miner = setInterval(() => city.node.provider.send("evm_mine").catch(() => {}), 1000);
    service = await Service.start(city, { env: { VOTEANCHOR_HTTP_BODY_MAX: "65536" } });
    await service.token(city);
    onlySubmit = { authorization: `Bearer ${(await city.ok(["token", "new", "door", "--scope", "submit"])).out.trim()}` };
});

after(async () => {
    clearInterval(miner);
    for (const one of [service, reader]) {
        one?.signal("SIGKILL");
        await one?.process.ended;
    }
    city?.close();
    if (slow) rmSync(slow, { recursive: true });
});

// ---- the document ----

const ajv = new Ajv2020({ strict: true, allErrors: true, validateFormats: false });
ajv.addVocabulary(["components"]);
ajv.addSchema({ $id: "openapi", components: api.components });

const within = (reference) => reference.slice(2).split("/").reduce((at, key) => at[key], api);
const resolve = (object) => (object.$ref ? within(object.$ref) : object);

/** A schema of the document as one that ajv compiles: references lead into the document. */
function validator(schema) {
    const moved = JSON.parse(JSON.stringify(schema), (key, value) =>
        key === "$ref" ? value.replace("#/", "openapi#/") : value,
    );
    return ajv.compile(moved);
}

const operations = new Map();
for (const [path, item] of Object.entries(api.paths)) {
    for (const method of METHODS.filter((name) => item[name])) {
        operations.set(item[method].operationId, { path, method, ...item[method] });
    }
}

test("the document is OpenAPI 3.1, and its examples fit its schemas", () => {
    assert.match(api.openapi, /^3\.1\./);
    let examples = 0;
    const check = (schema, example, where) => {
        const valid = validator(schema);
        assert.ok(valid(example), `${where}: ${ajv.errorsText(valid.errors)}`);
        examples++;
    };
    for (const [id, operation] of operations) {
        for (const parameter of operation.parameters ?? []) {
            if (parameter.example !== undefined) check(parameter.schema, parameter.example, `${id} ${parameter.name}`);
        }
        const contents = [operation.requestBody, ...Object.values(operation.responses).map(resolve)];
        for (const content of contents.filter((one) => one?.content).map((one) => one.content)) {
            for (const [type, media] of Object.entries(content)) {
                if (media.example !== undefined) check(media.schema, media.example, `${id} ${type}`);
                for (const one of Object.values(media.examples ?? {})) check(media.schema, one.value, `${id} ${type}`);
            }
        }
        for (const name of operation.path.matchAll(/\{(\w+)\}/g)) {
            assert.ok(operation.parameters.some((one) => one.in === "path" && one.name === name[1] && one.required));
        }
    }
    assert.ok(examples > 60, `${examples} examples`);
});

test("every reason for which a record is refused is in the document", () => {
    const csvOnly = ["unclosed-quote", "broken-quotes", "wrong-column-count", "too-many-columns", "empty"];
    const sentences = Object.keys(JSON.parse(readFileSync(join(rootDir, "text/en.json"), "utf8")));
    const reasons = sentences.flatMap((key) => key.match(/^import\.([a-z-]+)$/)?.[1] ?? []);
    assert.deepEqual(
        reasons.filter((reason) => !csvOnly.includes(reason)).sort(),
        [...api.components.schemas.RefusalCode.enum].sort(),
    );
});

// ---- what is asked ----

const seen = new Map();

/** The answer must be one that the operation documents, and fit it. */
function checkAnswer(id, answer) {
    const operation = operations.get(id);
    const where = `${id} ${answer.status}: ${answer.text.slice(0, 300)}`;
    const documented = operation.responses[answer.status];
    assert.ok(documented, `${where} is not documented`);
    const response = resolve(documented);
    for (const [name, header] of Object.entries(response.headers ?? {})) {
        const value = answer.headers[name.toLowerCase()];
        assert.ok(value !== undefined || !header.required, `${where}: no ${name}`);
        if (header.schema.type === "integer") assert.match(value, /^[1-9][0-9]*$/);
    }
    if (!response.content) {
        assert.equal(answer.text, "", where);
    } else {
        const type = answer.headers["content-type"].split(";")[0];
        assert.ok(response.content[type], `${where}: ${type} is not documented`);
        if (type.endsWith("json") && !type.endsWith("ndjson")) {
            const valid = validator(response.content[type].schema);
            assert.ok(valid(answer.json()), `${where}: ${ajv.errorsText(valid.errors)}`);
            if (type === "application/problem+json") assert.equal(answer.json().status, answer.status);
        }
    }
    seen.set(`${id} ${answer.status}`, (seen.get(`${id} ${answer.status}`) ?? 0) + 1);
    return answer;
}

/** Asks an operation of its own path; { params, query, headers, body, of } and what it should say. */
async function call(id, status, { params = {}, query = "", headers, body, of = service, code } = {}) {
    const operation = operations.get(id);
    const path = operation.path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params[name]));
    const answer = await ask(of.target, operation.method.toUpperCase(), path + query, {
        headers: headers ?? { ...of.bearer, ...(body ? { "content-type": "application/json" } : {}) },
        body,
    });
    assert.equal(answer.status, status, `${id}: ${answer.text.slice(0, 500)}`);
    checkAnswer(id, answer);
    if (code) assert.equal(answer.json().code, code);
    return answer;
}

const MINUTE = 60_000;

/** A register in which voting is over, counted in half a minute or so: for its result. */
async function openPast() {
    const hours = (n) => minute(Date.now() - n * 60 * MINUTE);
    const end = minute(Math.ceil((Date.now() + 20_000) / MINUTE) * MINUTE);
    const times = { opens_at: hours(2), closes_at: hours(1), counts_until: end, results_by: minute(Date.now() + 600 * MINUTE) };
    await city.openVote("past", { more: times });
    for (const i of [21, 22, 23]) {
        await until("the past register to take records", async () => {
            const answer = await service.post({ ...record("past", i), cast_at: hours(1.5) });
            return checkAnswer("handIn", answer).status === 201;
        });
    }
}

const LEAF = `0x${"ab".repeat(32)}`;
/** A value for every parameter of a path that names nothing. */
const nothing = { id: "nothing-of-that-name", leaf: LEAF };
let leaf;

test("every operation succeeds as documented, before anything and on the way", async () => {
    for (const [id] of operations) {
        if (["handIn", "getRecord", "getReceipt", "getProof", "getRegister", "getResult"].includes(id)) continue;
        await call(id, 200, { query: id === "listRecords" ? "?state=final" : "" });
    }
    const served = await service.get("/v1/openapi.json");
    assert.equal(served.text, text, "the program is of another version of the document");
    await city.openVote("vote");
    await openPast();
    const first = record("vote", 1);
    await until("the register to take records", async () => {
        const answer = checkAnswer("handIn", await service.post(first));
        return answer.status === 201;
    });
    await call("handIn", 200, { body: JSON.stringify(first) });
    await call("handIn", 201, { body: JSON.stringify(record("vote", 2)), query: "?receipt=none" });
    const stream = [record("vote", 3), { ...record("vote", 4), choice: ["never"] }].map((one) => JSON.stringify(one));
    const answers = await call("handIn", 200, {
        headers: { ...service.bearer, "content-type": "application/x-ndjson" },
        body: `${stream.join("\n")}\n`,
    });
    const line = validator({ $ref: "#/components/schemas/Line" });
    const lines = answers.text.trim().split("\n").map((one) => JSON.parse(one));
    assert.deepEqual(lines.map((one) => one.answer), ["added", "refused"]);
    for (const one of lines) assert.ok(line(one), ajv.errorsText(line.errors));
    const params = { id: "R-1" };
    leaf = (await call("getRecord", 200, { params })).json().leaf;
    for (const query of ["", "?form=share", "?format=cbor", "?format=qr", "?format=svg", "?format=html&form=full"]) {
        await call("getReceipt", 200, { params, query });
    }
    for (const state of ["accepted", "batched", "anchored", "final"]) {
        await call("listRecords", 200, { query: `?state=${state}&limit=1` });
    }
    await call("getRegister", 200, { params: { id: "vote" } });
    await call("getStatus", 200);
});

test("the same when it is final, and caches need not ask twice", async () => {
    const params = { id: "R-1" };
    await until("the record to be final", async () => {
        const state = (await call("getRecord", 200, { params })).json().state;
        await call("listRecords", 200, { query: "?state=anchored" });
        await call("getReceipt", 200, { params });
        return state === "final";
    });
    const page = (await call("listRecords", 200, { query: "?state=final&limit=1" })).json();
    assert.equal(page.records.length, 1);
    assert.equal(page.more, true);
    const rest = (await call("listRecords", 200, { query: `?state=final&since=${page.next}` })).json();
    assert.equal(rest.more, false);
    const ids = [...page.records, ...rest.records].map((one) => one.id);
    assert.deepEqual(ids.filter((id) => id.length === 3).sort(), ["R-1", "R-2", "R-3"]);
    const proof = await call("getProof", 200, { params: { leaf }, headers: {} });
    assert.equal(proof.json().opening, undefined);
    assert.equal(proof.json().acceptance, undefined);
    await call("getProof", 200, { params: { leaf }, query: "?format=cbor", headers: {} });
    await call("getProof", 304, { params: { leaf }, headers: { "if-none-match": proof.headers.etag } });
    const receipt = await call("getReceipt", 200, { params });
    await call("getReceipt", 304, { params, headers: { ...service.bearer, "if-none-match": receipt.headers.etag } });
    for (const id of ["listBatches", "listRegisters", "getStatus"]) await call(id, 200);
});

test("every documented failure can be met, and is what it says", async () => {
    for (const [id, operation] of operations) {
        const isPost = operation.method === "post";
        const body = isPost ? JSON.stringify(record("vote", 1)) : undefined;
        const type = isPost ? { "content-type": "application/json" } : {};
        const query = id === "listRecords" ? "?state=final" : "";
        const has = (status) => operation.responses[status] && !UNASKED.has(`${id} ${status}`);
        const params = { id: "R-1", leaf };
        if (has(400)) await call(id, 400, { params, body, query: `${query}${query ? "&" : "?"}colour=red`, code: "bad-request" });
        if (has(401)) await call(id, 401, { params, body, query, headers: type, code: "no-token" });
        if (has(403)) {
            const headers = isPost ? await readOnlyToken() : onlySubmit;
            await call(id, 403, { params, body, query, headers: { ...headers, ...type }, code: "not-allowed" });
        }
        if (has(404)) await call(id, 404, { params: nothing, query: `${query}${query ? "&register=nothing" : ""}`, code: "not-found" });
    }
    await call("handIn", 409, { body: JSON.stringify({ ...record("vote", 1), choice: ["no"] }), code: "other-content" });
    await call("handIn", 422, { body: JSON.stringify({ ...record("vote", 9), choice: ["never"] }), code: "unknown-option" });
    await call("handIn", 422, { body: "{", code: "not-json" });
    await call("handIn", 415, { headers: { ...service.bearer, "content-type": "text/plain" }, body: "x", code: "wrong-media-type" });
    await call("handIn", 413, { body: JSON.stringify({ ...record("vote", 9), more: "x".repeat(70_000) }), code: "body-too-large" });
    await call("listRecords", 410, { query: "?state=final&since=f9.9.00112233aabb", code: "stale-cursor" });
    await call("listRecords", 400, { query: "?state=final&limit=1001", code: "bad-request" });
    await call("getProof", 400, { params: { leaf: "0x12" }, headers: {}, code: "bad-request" });
});

let readToken;
async function readOnlyToken() {
    readToken ??= { authorization: `Bearer ${(await city.ok(["token", "new", "page", "--scope", "read"])).out.trim()}` };
    await until("the token to be known", async () => (await ask(service.target, "GET", "/v1/registers", { headers: readToken })).status === 200);
    return readToken;
}

test("a reader beside it takes nothing in, and a client has a rate", async () => {
    reader = await Service.start(city, {
        reader: true,
        env: { VOTEANCHOR_HTTP_RATE: "1", VOTEANCHOR_HTTP_BURST: "1" },
    });
    reader.bearer = service.bearer;
    await call("handIn", 405, { of: reader, body: JSON.stringify(record("vote", 5)), code: "read-only" });
    await call("getHealth", 200, { of: reader });
    await call("getReadiness", 200, { of: reader });
    for (const [id, operation] of operations) {
        if (!operation.responses[429] || UNASKED.has(`${id} 429`) || id === "handIn") continue;
        const query = id === "listRecords" ? "?state=final" : "";
        await until(`${id} to be asked too often`, async () => {
            const path = operation.path.replace("{id}", id === "getRegister" ? "vote" : "R-1");
            const answer = await ask(reader.target, "GET", path + query, { headers: reader.bearer });
            return checkAnswer(id, answer).status === 429;
        }, { every: 1 });
    }
});

// ---- a client made of the document ----

test("a TypeScript client that was made of the document compiles, and is answered", async () => {
    slow = mkdtempSync(join(tmpdir(), "voteanchor-client-"));
    const bin = (name) => join(rootDir, "node_modules/.bin", name);
    for (const file of ["client.ts", "tsconfig.json"]) {
        copyFileSync(join(rootDir, "examples/typescript", file), join(slow, file));
    }
    await run(bin("openapi-typescript"), [join(rootDir, "docs/openapi.json"), "-o", join(slow, "openapi.d.ts")]);
    await run(bin("tsc"), ["-p", slow, "--outDir", slow]);
    const token = service.bearer.authorization.split(" ")[1];
    writeFileSync(join(slow, "package.json"), '{"type":"module"}');
    const env = { ...process.env, VOTEANCHOR_URL: `http://127.0.0.1:${service.target}`, VOTEANCHOR_TOKEN: token };
    const { stdout: out } = await run(process.execPath, [join(slow, "client.js"), "vote", "R-ts"], { env });
    assert.match(out, /^R-ts added, to be anchored by 20/);
    assert.match(out, /\d+ accepted so far; go on from a\d+/);
    const wrong = readFileSync(join(slow, "client.ts"), "utf8").replace('choice: ["yes"]', "choices: 1");
    writeFileSync(join(slow, "client.ts"), wrong);
    await assert.rejects(run(bin("tsc"), ["--noEmit", "-p", slow]), (error) => /'choices'/.test(error.stdout));
});

// ---- what takes its time ----

test("a result is answered as documented", async (t) => {
    const params = { id: "past" };
    await until("the result to be final", async () => {
        const answer = await ask(service.target, "GET", "/v1/results/past", {});
        checkAnswer("getResult", answer);
        return answer.status === 200 && answer.json().state === "final";
    }, { seconds: 120, every: 500 }).catch((error) => {
        throw new Error(`${error.message}\n${service.log().slice(-30).join("\n")}`);
    });
    const result = (await call("getResult", 200, { params, headers: {} }));
    assert.equal(result.json().rows, 3);
    assert.equal(result.json().options.yes + result.json().options.no, 3);
    await call("getResult", 304, { params, headers: { "if-none-match": result.headers.etag } });
    assert.equal((await call("listResults", 200, { headers: {} })).json().results.length, 1);
    t.diagnostic(`answers checked: ${[...seen.values()].reduce((sum, n) => sum + n, 0)}`);
});

/** What no command brings about yet, and what would take a second service that takes records. */
const ELSEWHERE = new Set(["getReceipt 410", "getReceipt 422", "handIn 429"]);

test("nothing is documented that was not asked for", () => {
    for (const [id, operation] of operations) {
        for (const status of Object.keys(operation.responses)) {
            if (UNASKED.has(status) || UNASKED.has(`${id} ${status}`) || ELSEWHERE.has(`${id} ${status}`)) continue;
            assert.ok(seen.has(`${id} ${status}`), `${id} ${status} was never answered`);
        }
    }
});
