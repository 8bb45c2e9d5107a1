// SPDX-License-Identifier: Apache-2.0
//
// A city on two networks, and the end of the first: two real nodes with chain ids of their own.
// Everything is anchored on both, one that is down holds nothing up, and a successor carries on
// numbering and open registers.

import assert from "node:assert/strict";
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Contract } from "ethers";
import { startAnvil } from "../contracts/anvil.mjs";
import { City, rootDir } from "./city.mjs";

const VALID = 0;
const UNCHECKED = 3;
const abi = JSON.parse(readFileSync(join(rootDir, "contracts/artifacts/VoteAnchor.abi.json"), "utf8"));

const urlOf = (node) => node.provider._getConnection().url;
const startNode = (chain) =>
    startAnvil(rootDir, ["--hardfork", "osaka", "--slots-in-an-epoch", "1", "--chain-id", `${chain}`]);

/** A network beside the city's own: its section, its node, its anchorer's key and funds. */
async function addNetwork(city, section, chain) {
    const node = await startNode(chain);
    appendFileSync(
        join(city.dir, "voteanchor.ini"),
        `\n[${section}]\npreset = custom\nchain_id = ${chain}\nurl = ${urlOf(node)}\n`,
    );
    await city.ok(["key", "new", "--role", "anchorer", "--network", section, "--password-file", city.password]);
    const shown = await city.ok(["key", "address", "--role", "anchorer", "--network", section, "--json"]);
    const address = JSON.parse(shown.out).address;
    const [from] = await node.provider.send("eth_accounts", []);
    await node.provider.send("eth_sendTransaction", [{ from, to: address, value: "0x4563918244f40000" }]);
    for (let i = 0; i < 4; i++) await node.provider.send("evm_mine", []);
    return { node, chain, address };
}

const batches = async (contract) => {
    const events = await contract.queryFilter(contract.filters.BatchAnchored());
    return events.map((event) => ({ root: event.args.root, number: Number(event.args.number) }));
};

/** Blocks come by themselves while something waits for finality. */
async function whileMining(nodes, run) {
    const clock = setInterval(() => {
        for (const node of nodes) void node.provider.send("evm_mine", []).catch(() => {});
    }, 300);
    try {
        return await run();
    } finally {
        clearInterval(clock);
    }
}

const anchorAll = (city) =>
    city.run(["anchor", "--once", "--wait-all", "--password-file", city.password, "--json"]);

let city;
let second;
before(async () => {
    city = await City.build();
    await city.openVote("before"); // opened when there was one network
    await city.importVotes("before", 20);
    assert.equal((await city.anchor()).code, 0);
    second = await addNetwork(city, "secondary", 31338);
    const deployed = await city.ok([
        ...["deploy", "--network", "secondary", "--owner", city.keys.owner],
        ...["--password-file", city.password, "--json"],
    ]);
    second.contract = new Contract(JSON.parse(deployed.out).contract, abi, second.node.provider);
});
after(() => {
    second?.node.stop();
    city?.close();
});

test("a network that comes later gets what was anchored before", async () => {
    const [own, other] = [await batches(city.contract), await batches(second.contract)];
    assert.equal(own.length, 1);
    assert.deepEqual(
        other.map((batch) => batch.root),
        own.map((batch) => batch.root),
    );
});

test("everything is anchored on both networks", async () => {
    await city.openVote("both", { minutes: 60 });
    await city.importVotes("both", 30, 100);
    const done = await anchorAll(city);
    assert.equal(done.code, 0, done.err);
    const [own, other] = [await batches(city.contract), await batches(second.contract)];
    assert.equal(own.length, 2);
    assert.deepEqual(
        other.map((batch) => batch.root),
        own.map((batch) => batch.root),
    );
});

test("a receipt has an anchor on each network, each named", async () => {
    await whileMining([city.node, second.node], () =>
        city.ok(["anchor", "--once", "--wait", "final", "--wait-all", "--password-file", city.password]),
    );
    const file = join(city.base, "both.receipt.json");
    await city.ok(["receipt", "R-100", "-o", file, "--password-file", city.password]);
    const receipt = JSON.parse(readFileSync(file, "utf8"));
    assert.deepEqual(
        receipt.anchors.map((anchor) => [anchor.chain_id, anchor.contract]),
        [
            [31337, city.deployment.contract.toLowerCase()],
            [31338, second.contract.target.toLowerCase()],
        ],
    );
    assert.ok(receipt.anchors.every((anchor) => anchor.evidence));
    assert.equal(receipt.acceptance.contract, city.deployment.contract.toLowerCase());
});

test("a secondary that is down holds nothing up, and catches up when it is back", async () => {
    const saved = urlOf(second.node);
    const ini = join(city.dir, "voteanchor.ini");
    const text = readFileSync(ini, "utf8");
    const { writeFileSync } = await import("node:fs");
    writeFileSync(ini, text.replaceAll(saved, "http://127.0.0.1:9"));
    await city.importVotes("both", 12, 200);
    const done = await city.anchor();
    assert.equal(done.code, 0, done.err);
    assert.match(done.err, /custom/); // the network that is waited for, by its name
    assert.equal((await batches(city.contract)).length, 3);
    assert.equal((await batches(second.contract)).length, 2);
    assert.equal((await anchorAll(city)).code, UNCHECKED);

    writeFileSync(ini, text);
    const back = await anchorAll(city);
    assert.equal(back.code, VALID, back.err);
    assert.deepEqual(
        (await batches(second.contract)).map((batch) => batch.root),
        (await batches(city.contract)).map((batch) => batch.root),
    );
});
