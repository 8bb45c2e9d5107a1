// SPDX-License-Identifier: Apache-2.0
//
// `voteanchor serve` on a real node: a record's way over HTTP to a final receipt, the commands
// beside it, and what it does when its surroundings are not as they should be: no provider, no
// signer, another service, a broken configuration, a signal at any moment.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer, connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { City } from "./city.mjs";
import { addNetwork, whileMining } from "./networks.mjs";
import { Service, record, until } from "./service.mjs";

const VALID = 0;
const FAILED = 1;
const USAGE = 2;
const UNCHECKED = 3;

let city;
let service;
let row = 0;

before(async () => {
    city = await City.build({
        anvil: ["--block-time", "1"], /* its clock keeps to ours */
        config: { VOTEANCHOR_BATCH_MAX_AGE: "2s", VOTEANCHOR_BATCH_MIN_SIZE: "1", LC_ALL: "C.UTF-8" },
    });
});

after(async () => {
    service?.signal("SIGKILL");
    await service?.process.ended;
    city?.close();
});

afterEach((done) => {
    if (!done.passed) console.log(service?.log().slice(-30).join("\n"));
});

const url = () => city.node.provider._getConnection().url;
const rpcPort = () => Number(new URL(url()).port);
const next = (register = "vote") => record(register, ++row);

/** The service of this file, started anew if a test before this one has ended it. */
async function running(options) {
    if (!service || service.process.child.exitCode !== null || service.process.child.signalCode) {
        service = await Service.start(city, options);
        service.bearer = bearer;
    }
    return service;
}
let bearer;

async function stop(name) {
    const done = await service.stop(name);
    service = undefined;
    return done;
}

/** Posts records until every one is acknowledged; their ids. */
async function post(n, register) {
    const ids = [];
    for (let i = 0; i < n; i++) {
        const sent = next(register);
        const answer = await service.post(sent);
        assert.equal(answer.status, 201, answer.text);
        ids.push(sent.id);
    }
    return ids;
}

const stateOf = async (id) => (await service.get(`/v1/records/${id}`)).json().state;

/** Whether a receipt, as the service gave it, is valid to a stranger with a node of his own. */
function verify(receipt) {
    const file = join(city.base, "receipt.json");
    writeFileSync(file, JSON.stringify(receipt));
    return city.run(["verify", file, "--rpc", url(), "--contract", city.deployment.contract, "--json"], {
        dir: city.base,
    });
}

test("nothing is served before there is a contract, a directory, an address of this machine", async () => {
    const nowhere = await city.run(["serve"], { dir: join(city.base, "nowhere") });
    assert.equal(nowhere.code, FAILED);
    assert.match(nowhere.err, / init /);
    const bare = join(city.base, "bare");
    await city.ok(["init", "--network", "dev", "--city", "빈 도시", "--rpc", url()], { dir: bare });
    const early = await city.run(["serve"], { dir: bare });
    assert.equal(early.code, FAILED);
    assert.match(early.err, /deploy/);
    for (const address of ["0.0.0.0:80", "example.org:80", "127.0.0.1", "unix:"]) {
        const elsewhere = await city.run(["serve", "--listen", address, "--password-file", city.password]);
        assert.equal(elsewhere.code, USAGE, address);
        assert.match(elsewhere.err, /127\.0\.0\.1:PORT/);
    }
    const keyless = await city.run(["serve", "--listen", "127.0.0.1:0", "--password-file", "/dev/null"]);
    assert.equal(keyless.code, FAILED);
    assert.match(keyless.err, /password/);
});

test("a record goes from POST to a final receipt, the register opened beside the service", async () => {
    await running();
    assert.equal(service.told.networks[0].contract, city.deployment.contract.toLowerCase());
    bearer = await service.token(city);
    await city.openVote("vote");
    const sent = next();
    const taken = await until("the register to take records", async () => {
        const answer = await service.post(sent);
        return answer.status === 201 && answer.json();
    });
    assert.equal(taken.answer, "added");
    assert.equal((await service.post(sent)).status, 200);
    const early = await verify(taken.receipt);
    assert.equal(early.code, UNCHECKED, early.out + early.err);
    await until("the record to be final", async () => (await stateOf(sent.id)) === "final");
    const receipt = (await service.get(`/v1/records/${sent.id}/receipt`)).json();
    const late = await verify(receipt);
    assert.equal(JSON.parse(late.out).receipts[0].included, "valid", late.out + late.err);
    receipt.opening.content = receipt.opening.content.replace("yes", "no");
    assert.equal((await verify(receipt)).code, FAILED);
});

test("commands work beside it", async () => {
    await running();
    await city.importVotes("vote", 5, 100_000);
    const anchored = JSON.parse((await city.ok(["anchor", "--once", "--password-file", city.password, "--json"])).out);
    assert.ok(Array.isArray(anchored.operations));
    assert.equal((await service.get("/v1/records/R-100004")).status, 200);
    assert.notEqual(await stateOf("R-100004"), "accepted");
    await city.openVote("second");
    await post(1, "second");
    await city.ok(["status"]);
    await city.ok(["tx", "list"]);
    await city.ok(["config", "check"]);
});

test("a second service is refused, and told which is the first", async () => {
    await running();
    const second = await city.run(["serve", "--listen", "127.0.0.1:0", "--password-file", city.password]);
    assert.equal(second.code, FAILED);
    assert.match(second.err, new RegExp(`process ${service.process.child.pid}\\b`));
    const port = String(service.target);
    const taken = await city.run(["serve", "--read-only", "--listen", `127.0.0.1:${port}`]);
    assert.equal(taken.code, FAILED);
    assert.match(taken.err, /listens there/);
    assert.equal((await service.get("/readyz")).status, 200);
});

test("read-only beside it: without secrets, and only for questions", async (t) => {
    await running();
    const [id] = await post(1);
    const secrets = join(city.dir, "secrets");
    let reader;
    t.after(() => reader?.signal("SIGKILL"));
    renameSync(secrets, `${secrets}.away`);
    try {
        reader = await Service.start(city, { reader: true, listen: `unix:${join(city.base, "read.sock")}` });
        assert.equal((await reader.get("/readyz")).status, 200);
        assert.equal((await reader.get("/v1/registers", bearer)).status, 401); /* no tokens are there */
    } finally {
        renameSync(`${secrets}.away`, secrets);
    }
    reader.bearer = bearer;
    const knows = async (one) => (await one.get("/v1/registers")).status === 200;
    await until("the tokens to be seen", () => knows(reader));
    await until("the tokens to be seen again", () => knows(service)); /* it may have missed them meanwhile */
    assert.equal((await reader.get(`/v1/records/${id}`)).json().id, id);
    const [later] = await post(1);
    assert.equal((await reader.get(`/v1/records/${later}`)).json().id, later);
    const refused = await reader.post(next(), { "accept-language": "ko" });
    assert.equal(refused.status, 405);
    assert.equal(refused.json().code, "read-only");
    assert.match(refused.json().title, /조회/);
    reader.signal("SIGKILL");
    await reader.process.ended;
    reader = await Service.start(city, { reader: true, listen: reader.told.listen }); /* its socket was left behind */
    assert.equal((await reader.stop()).code, 0);
    assert.equal((await service.get("/readyz")).status, 200);
});

test("a token that is revoked is refused within seconds, others go on", async () => {
    await running();
    const mobile = await city.ok(["token", "new", "mobile", "--scope", "read"]);
    const headers = { authorization: `Bearer ${mobile.out.trim()}` };
    await until("the token to be known", async () => (await service.get("/v1/registers", headers)).status === 200);
    await city.ok(["token", "revoke", "mobile"]);
    await until("the token to be refused", async () => (await service.get("/v1/registers", headers)).status === 401, {
        seconds: 5,
    });
    assert.equal((await service.get("/v1/registers")).status, 200);
    const file = join(city.dir, "secrets/tokens");
    const good = readFileSync(file);
    writeFileSync(file, "what an editor left behind\n");
    await service.logged("tokens-unread");
    assert.equal((await service.get("/v1/registers")).status, 200, "those read before stay in force");
    const read = () => service.log().filter((line) => line.includes(" tokens-read")).length;
    const before = read();
    writeFileSync(file, good);
    await until("the tokens to be read again", () => read() > before);
});

test("SIGHUP takes over what may change, names what may not, and refuses a broken file", async () => {
    await running();
    const ini = join(city.dir, "voteanchor.ini");
    const good = readFileSync(ini, "utf8");
    const reload = async (text) => {
        const seen = service.log().filter((line) => / reload/.test(line)).length;
        writeFileSync(ini, text);
        service.signal("SIGHUP");
        await until("a reload", () => service.log().filter((line) => / reload/.test(line)).length > seen);
    };
    try {
        await reload(good.replace(/^rate = .*$/m, "rate = 1").replace(/^burst = .*$/m, "burst = 2"));
        await service.logged("setting-changed key=http.rate");
        const answers = [];
        for (let i = 0; i < 6; i++) answers.push((await service.get("/v1/registers")).status);
        assert.ok(answers.includes(429), String(answers));
        await reload(`${good}\nnonsense\n`);
        await service.logged("reload-refused");
        await reload(good.replace(/^listen = .*$/m, "listen = 127.0.0.1:1"));
        await service.logged("setting-needs-restart key=http.listen");
        for (let i = 0; i < 6; i++) assert.equal((await service.get("/v1/registers")).status, 200);
    } finally {
        writeFileSync(ini, good);
    }
});

test("SIGTERM: what came in is answered and on disk, and the next start goes on", async () => {
    await running();
    const sent = Array.from({ length: 50 }, () => next());
    const answers = Promise.allSettled(sent.map((one) => service.post(one)));
    await sleep(20);
    const done = await stop();
    assert.equal(done.code, 0, done.err);
    const acknowledged = (await answers)
        .map((answer, i) => answer.status === "fulfilled" && answer.value.status === 201 && sent[i].id)
        .filter(Boolean);
    await running();
    for (const id of acknowledged) assert.equal((await service.get(`/v1/records/${id}`)).status, 200);
    await until("all of them to be final", async () => {
        const states = await Promise.all(acknowledged.map(stateOf));
        return states.every((state) => state === "final");
    });
});

test("kill -9 under load: every acknowledged record is there, anchored once, with its receipt", async () => {
    const acknowledged = [];
    for (let round = 0; round < 3; round++) {
        await running();
        let stopped = false;
        const clients = Array.from({ length: 8 }, async () => {
            while (!stopped) {
                const sent = next();
                const answer = await service.post(sent).catch(() => undefined);
                if (answer?.status === 201) acknowledged.push({ id: sent.id, leaf: answer.json().leaf });
            }
        });
        await sleep(700);
        const killed = service.process.ended;
        service.signal("SIGKILL");
        stopped = true;
        await Promise.all(clients);
        assert.equal((await killed).signal, "SIGKILL");
        service = undefined;
    }
    assert.ok(acknowledged.length > 20, String(acknowledged.length));
    await running();
    await until("the last ones to be final", async () => (await stateOf(acknowledged.at(-1).id)) === "final");
    for (const { id, leaf } of acknowledged) {
        const receipt = (await service.get(`/v1/records/${id}`)).json();
        assert.equal(receipt.leaf, leaf);
    }
    const sample = (await service.get(`/v1/records/${acknowledged[0].id}/receipt`)).json();
    assert.equal(JSON.parse((await verify(sample)).out).receipts[0].included, "valid");
    await city.ok(["fsck"]);
    const roots = await city.anchoredRoots();
    assert.equal(new Set(roots).size, roots.length);
});

test("without a provider records are taken; when one comes back they are anchored", async () => {
    if (service) await stop();
    const ini = join(city.dir, "voteanchor.ini");
    const good = readFileSync(ini, "utf8");
    const door = createServer((from) => {
        const to = connect(rpcPort(), "127.0.0.1");
        from.pipe(to).pipe(from);
        from.on("error", () => to.destroy());
        to.on("error", () => from.destroy());
    });
    const port = await new Promise((resolve) => {
        const scout = createServer().listen(0, "127.0.0.1", () => {
            const found = scout.address().port;
            scout.close(() => resolve(found));
        });
    });
    writeFileSync(ini, good.replace(/^url = .*$/m, `url = http://127.0.0.1:${port}`));
    try {
        await running();
        const [id] = await post(1);
        const readiness = await until("the chain's trouble to be said", async () => {
            const answer = await service.get("/readyz");
            return answer.json().checks.chain === "failing" && answer;
        });
        assert.equal(readiness.status, 200);
        assert.equal(await stateOf(id), "accepted");
        door.listen(port, "127.0.0.1");
        await until("the record to be anchored", async () => /anchored|final/.test(await stateOf(id)), { seconds: 90 });
        assert.equal((await stop()).code, 0);
    } finally {
        writeFileSync(ini, good);
        door.closeAllConnections?.();
        door.close();
    }
});

test("a signer that is down delays anchoring, not acceptance", async () => {
    if (service) await stop();
    await running({
        env: {
            VOTEANCHOR_KEYS_ANCHORER: `signer:${city.keys.anchorer}`,
            VOTEANCHOR_SIGNER_URL: "http://127.0.0.1:1",
        },
    });
    const [id] = await post(1);
    await until("the reason to be said", async () =>
        /signer-down/.test(JSON.stringify((await service.get("/v1/status")).json())),
    );
    assert.equal((await service.get("/readyz")).status, 200);
    assert.equal((await stop()).code, 0);
    await running();
    await until("the record to be anchored", async () => /anchored|final/.test(await stateOf(id)));
});

test("an acceptance key that the contract does not name is refused, and named when it is replaced", async () => {
    await running();
    const file = join(city.dir, "secrets/acceptance-2.json");
    await city.ok(["key", "new", "--role", "acceptance", "-o", file, "--password-file", city.password]);
    const address = `0x${JSON.parse(readFileSync(file, "utf8")).address.replace(/^0x/, "")}`;
    const renewed = { env: { VOTEANCHOR_KEYS_ACCEPTANCE: "secrets/acceptance-2.json" } };
    const early = await city.run(["serve", "--listen", "127.0.0.1:0", "--password-file", city.password], renewed);
    assert.equal(early.code, FAILED);
    assert.match(early.err, new RegExp(address, "i"));
    await city.fund(city.keys.owner);
    const owner = ["--keystore", join(city.dir, "secrets/owner.json"), "--password-file", city.password];
    /* A chain that is final within a second may outrun a look: then it is run again, as it says. */
    await until("the owner's call", async () => {
        const done = await city.run(["owner", "set-key", "--role", "acceptance", "--address", address, ...owner]);
        assert.ok([VALID, UNCHECKED].includes(done.code), done.err);
        return done.code === VALID;
    });
    await service.logged("restart-needed reason=acceptance-key-replaced");
    await stop();
    const late = await city.run(["serve", "--listen", "127.0.0.1:0", "--password-file", city.password]);
    assert.equal(late.code, FAILED);
    assert.match(late.err, new RegExp(address, "i"));
    await running(renewed);
    const sent = next();
    const { receipt } = (await service.post(sent)).json();
    assert.equal((await verify(receipt)).code, UNCHECKED);
    await until("the record to be final", async () => (await stateOf(sent.id)) === "final");
    const final = (await service.get(`/v1/records/${sent.id}/receipt`)).json();
    const report = JSON.parse((await verify(final)).out).receipts[0];
    assert.equal(report.included, "valid");
    assert.equal(report.promise, "kept");
    assert.equal(report.findings.find((one) => one.code === "acceptance-signer").state, "valid");
    city.config = { ...city.config, ...renewed.env };
});

test("a secondary is anchored on as well, and holds nothing up without its key", async () => {
    if (service) await stop();
    const ini = join(city.dir, "voteanchor.ini");
    const alone = readFileSync(ini, "utf8");
    const beside = await addNetwork(city, "secondary", 31338);
    const password = ["--password-file", city.password];
    try {
        await city.ok(["deploy", "--owner", city.keys.owner, "--network", "secondary", ...password]);
        await running();
        assert.equal(service.told.networks.length, 2);
        const [id] = await post(1);
        await whileMining([beside.node], () =>
            until("anchors on both networks", async () => {
                const { anchors } = (await service.get(`/v1/records/${id}/receipt`)).json();
                return anchors.length === 2 && anchors.every((anchor) => anchor.evidence);
            }),
        );
        await stop();
        await running({ env: { VOTEANCHOR_SECONDARY_ANCHORER: "secrets/nothing.json" } });
        await until("the warning", () => /nothing is sent until its key/.test(service.process.seen()));
        const [later] = await post(1);
        await until("the record to be final", async () => (await stateOf(later)) === "final");
        const ready = (await service.get("/readyz")).json();
        assert.deepEqual([ready.status, ready.reasons.chain], ["ready", "no-key"]);
        await stop();
    } finally {
        writeFileSync(ini, alone);
        beside.node.stop();
    }
});

/** A provider that takes a request and never answers. */
async function silentProvider() {
    const sockets = new Set();
    const server = createServer((socket) => {
        sockets.add(socket);
        socket.on("error", () => {});
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    return {
        url: `http://127.0.0.1:${server.address().port}`,
        asked: () => sockets.size > 0,
        close: () => {
            sockets.forEach((socket) => socket.destroy());
            server.close();
        },
    };
}

test("a stop has a bound, and a second signal ends it at once", async () => {
    if (service) await stop();
    const ini = join(city.dir, "voteanchor.ini");
    const good = readFileSync(ini, "utf8");
    const silent = await silentProvider();
    const slow = good.replace(/^url = .*$/m, `url = ${silent.url}`).replace(/^timeout = 10s$/m, "timeout = 60s");
    try {
        writeFileSync(ini, slow.replace(/^stop_within = .*$/m, "stop_within = 1s"));
        await running();
        const [id] = await post(1);
        await until("the provider to be asked", silent.asked);
        const begun = Date.now();
        const bounded = await stop();
        assert.equal(bounded.code, FAILED);
        assert.match(bounded.err, /took too long/);
        assert.ok(Date.now() - begun < 10_000);
        writeFileSync(ini, slow);
        await running();
        assert.equal((await service.get(`/v1/records/${id}`)).status, 200);
        service.signal("SIGTERM");
        await service.logged("stopping");
        const impatient = await stop("SIGINT");
        assert.equal(impatient.code, FAILED);
        assert.match(impatient.err, /told to stop again/);
    } finally {
        writeFileSync(ini, good);
        silent.close();
    }
    await running();
    assert.equal((await stop("SIGINT")).code, 0);
});
