// SPDX-License-Identifier: Apache-2.0
//
// A city in a separated network: providers only through a proxy, behind a certificate of an
// authority of its own. What works, and what is said when it does not.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { City } from "./city.mjs";
import { makeAuthority, startProvider, startProxy, startSocks } from "./gateways.mjs";

const HOST = "rpc.city.example"; // nobody but the proxies can find it
const PASSWORD = "correct-horse";
const QUICK = { VOTEANCHOR_RPC_TIMEOUT: "3s" };

let city;
let stranger;
const open = [];
const by = {};
const said = [];

/** Everything that the program says here is looked through for the password at the end. */
async function run(args, env = {}) {
    const done = await city.run(args, { env: { ...QUICK, ...env } });
    said.push(done.out, done.err);
    return done;
}

/** A proxy_file in the directory. */
function proxyFile(text, mode = 0o600) {
    const path = join(city.dir, "secrets/proxy");
    rmSync(path, { force: true });
    writeFileSync(path, text, { mode });
    return { VOTEANCHOR_RPC_PROXY_FILE: "secrets/proxy" };
}

const ca = { VOTEANCHOR_RPC_CA_FILE: "tls/ca.pem" };
const proxy = (of) => ({ VOTEANCHOR_RPC_PROXY: of.url });
const unreached = (done) => {
    assert.equal(done.code, 3, done.out + done.err);
    return `${done.out}${done.err}`;
};

before(async () => {
    city = await City.build({ anvil: ["--block-time", "1"] });
    await city.openVote("poll");
    const authority = makeAuthority(city.base, "city", HOST);
    stranger = makeAuthority(city.base, "stranger", HOST);
    const provider = await startProvider(authority, city.node.provider._getConnection().url);
    const route = { host: HOST, port: provider.port };
    by.http = await startProxy(route);
    by.login = await startProxy({ ...route, login: `city:${PASSWORD}` });
    by.socks = await startSocks(route);
    by.down = await startProxy(route);
    open.push(provider, by.http, by.login, by.socks);
    by.down.stop();
    const ini = join(city.dir, "voteanchor.ini");
    by.direct = readFileSync(ini, "utf8");
    writeFileSync(ini, by.direct.replace(/^url = .*$/m, `url = https://${HOST}/`));
    mkdirSync(join(city.dir, "tls"));
    writeFileSync(join(city.dir, "tls/ca.pem"), readFileSync(authority.ca));
});

after(() => {
    for (const each of open) each.stop();
    city?.close();
});

test("through the proxy, with the own authority, all of it works", async () => {
    const env = { ...proxy(by.http), ...ca };
    await city.importVotes("poll", 10, 1);
    const done = await city.anchor({ env }, "final");
    assert.equal(done.code, 0, done.out + done.err);
    assert.equal((await city.anchoredRoots()).length, 1);
    assert.equal((await run(["status", "--json"], env)).code, 0);
    assert.ok(by.http.seen.length > 0);
    assert.ok(by.http.seen.every((target) => target === `${HOST}:443`), "the proxy looks the name up");
});

test("through SOCKS too, and it is given the name", async () => {
    assert.equal((await run(["status", "--json"], { ...proxy(by.socks), ...ca })).code, 0);
    assert.ok(by.socks.seen.length > 0);
    assert.ok(by.socks.seen.every((name) => name === HOST), by.socks.seen.join());
});

test("without the own authority, or with another, nothing is believed", async () => {
    assert.match(unreached(await run(["publish", join(city.base, "p"), "--json"], proxy(by.http))), /tls|secure connection/);
    writeFileSync(join(city.dir, "tls/stranger.pem"), readFileSync(stranger.ca));
    const env = { ...proxy(by.http), VOTEANCHOR_RPC_CA_FILE: "tls/stranger.pem" };
    assert.match(unreached(await run(["publish", join(city.base, "p")], env)), /secure connection/);
});

test("an authority's file that is not there is named", async () => {
    const done = await run(["publish", join(city.base, "p")], { ...proxy(by.http), VOTEANCHOR_RPC_CA_FILE: "tls/none.pem" });
    assert.notEqual(done.code, 0);
    assert.match(done.err, /no such file/);
});

test("a proxy that is down is could not check, and is called by its name", async () => {
    const status = await run(["status", "--json"], { ...proxy(by.down), ...ca });
    assert.equal(status.code, 3, status.out);
    const text = unreached(await run(["publish", join(city.base, "p")], { ...proxy(by.down), ...ca }));
    assert.match(text, /proxy of \[rpc\] cannot be reached/);
});

test("a proxy that asks for a password is told one from a private file only", async () => {
    assert.match(unreached(await run(["publish", join(city.base, "p")], { ...proxy(by.login), ...ca })), /proxy of \[rpc\] refuses/);
    const url = `http://city:${PASSWORD}@127.0.0.1:${by.login.port}`;
    const good = { ...ca, ...proxyFile(`${url}\n`) };
    assert.equal((await run(["status", "--json"], good)).code, 0);
    const wrong = { ...ca, ...proxyFile(`http://city:${PASSWORD}x@127.0.0.1:${by.login.port}\n`) };
    assert.match(unreached(await run(["publish", join(city.base, "p")], wrong)), /refuses/);
    proxyFile(`${url}\n`, 0o644);
    const readable = await run(["status"], good);
    assert.equal(readable.code, 1);
    assert.match(readable.err, /others may read the file/);
    const argument = await run(["config", "check"], { ...ca, VOTEANCHOR_RPC_PROXY: url });
    assert.equal(argument.code, 1);
    assert.match(argument.err, /user name or password/);
    proxyFile(`${url}\n`);
    const both = await run(["config", "check"], { ...good, ...proxy(by.http) });
    assert.equal(both.code, 1);
    assert.match(both.err, /cannot both be given/);
    const shown = await run(["config", "check", "--json"], good);
    assert.equal(shown.code, 0, shown.err);
    assert.equal(JSON.parse(shown.out).config["rpc.proxy"], `http://127.0.0.1:${by.login.port}`);
});

test("a proxy that does not let the address through refuses", async () => {
    const other = await startProxy({ host: "elsewhere.example", port: 1 });
    open.push(other);
    assert.match(unreached(await run(["publish", join(city.base, "p")], { ...proxy(other), ...ca })), /refuses/);
    assert.equal(other.seen.every((target) => target === `${HOST}:443`), true);
});

test("the environment of other programs decides nothing", async () => {
    const none = { NO_PROXY: "*", no_proxy: HOST };
    assert.equal((await run(["status", "--json"], { ...proxy(by.http), ...ca, ...none })).code, 0);
    const before = by.http.seen.length;
    const all = Object.fromEntries(
        ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"].map((name) => [name, by.http.url]),
    );
    assert.equal((await run(["status", "--json"], { ...ca, ...all })).code, 3);
    assert.equal(by.http.seen.length, before, "nobody asked it");
});

test("this machine is reached without the proxy", async () => {
    const ini = join(city.dir, "voteanchor.ini");
    const separated = readFileSync(ini, "utf8");
    writeFileSync(ini, by.direct);
    assert.equal((await run(["status", "--json"], proxy(by.down))).code, 0);
    writeFileSync(ini, separated);
});

test("the password was never said", () => {
    assert.ok(said.join("").length > 1000);
    assert.doesNotMatch(said.join(""), new RegExp(`${PASSWORD}|${Buffer.from(`city:${PASSWORD}`).toString("base64")}`));
});
