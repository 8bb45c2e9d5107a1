// SPDX-License-Identifier: Apache-2.0
//
// What was acknowledged is there: the service is killed under load, again and again, at moments
// that a seed chooses, and started again on what is left. VOTA_LONG kills it a hundred times.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { getAddress, verifyTypedData } from "ethers";
import { City } from "./city.mjs";
import { Service, ask, record, until } from "./service.mjs";

const KILLS = process.env.VOTA_LONG ? 100 : 5;
const RECEIPTS = process.env.VOTA_LONG ? 20000 : 500; /* whose signatures are checked, about */
const CLIENTS = 8;
const SEED = Number(process.env.VOTA_SEED ?? 20261122);
const ACCEPTANCE = {
    Acceptance: [
        { name: "leaf", type: "bytes32" },
        { name: "acceptedAt", type: "uint64" },
        { name: "anchorBy", type: "uint64" },
    ],
};

/** Numbers from 0 to 1, the same for the same seed. */
function* random(seed) {
    for (let state = seed >>> 0; ; ) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        yield state / 2 ** 32;
    }
}

/** Posts records until told to end; whatever gets no answer is sent again, with the same id. */
class Clients {
    told = new Map(); /* id to what the service acknowledged */
    next = 1;
    ended = false;
    repeated = 0;

    constructor(register) {
        this.register = register;
    }

    start(service) {
        this.service = service;
        this.running ??= Promise.all(Array.from({ length: CLIENTS }, (_, n) => this.#client(n)));
    }

    /** Each fourth client sends ten records at a time. */
    async #client(n) {
        while (!this.ended) {
            const many = n % 4 === 0 ? 10 : 1;
            const records = Array.from({ length: many }, () => record(this.register, this.next++));
            await this.#hand(records);
        }
    }

    async #hand(records) {
        for (let tries = 0; ; tries++) {
            if (tries > 0) this.repeated++;
            const answers = await this.#send(records).catch(() => null);
            if (answers === null) {
                await sleep(20);
                continue;
            }
            for (const answer of answers) this.#note(answer);
            return;
        }
    }

    async #send(records) {
        const many = records.length > 1;
        const { target, bearer } = this.service;
        const reply = await ask(target, "POST", "/v1/records", {
            headers: { ...bearer, "content-type": many ? "application/x-ndjson" : "application/json" },
            body: records.map((one) => JSON.stringify(one)).join("\n"),
        });
        if (reply.status === 503) return null;
        assert.ok([200, 201].includes(reply.status), reply.text);
        const answers = reply.text.trim().split("\n").map((line) => JSON.parse(line));
        return answers.length === records.length ? answers : null; /* cut short: asked again */
    }

    #note(answer) {
        assert.ok(["added", "present"].includes(answer.answer), JSON.stringify(answer));
        const known = this.told.get(answer.id);
        if (known) assert.equal(answer.leaf, known.leaf, "the same record has the same leaf");
        this.told.set(answer.id, answer);
    }

    end() {
        this.ended = true;
        return this.running;
    }
}

let city;
before(async () => {
    city = await City.build({
        anvil: ["--block-time", "1"],
        config: {
            VOTEANCHOR_BATCH_MAX_AGE: "3s", /* so that sealing and sending are killed as well */
            VOTEANCHOR_HTTP_RATE: "0",
        },
    });
    await city.openVote("siege", { minutes: 120 });
});
after(() => city?.close());

test(`killed ${KILLS} times under load (seed ${SEED}): all that was acknowledged is there, once`, async () => {
    const clients = new Clients("siege");
    const chance = random(SEED);
    let bearer;
    for (let kill = 0; kill <= KILLS; kill++) {
        const service = await Service.start(city);
        if (bearer) service.bearer = bearer;
        else bearer = await service.token(city);
        const before = clients.told.size;
        clients.start(service);
        await until("records to be taken", () => clients.told.size > before);
        await sleep(Math.floor(chance.next().value * 900));
        if (kill === KILLS) await check(service, clients);
        else await service.stop("SIGKILL");
    }
});

/** Every final record as the site would read them: id to leaf. */
async function finalRecords(service) {
    const leaves = new Map();
    for (let page = { more: true, next: null }; page.more; ) {
        const since = page.next ? `&since=${page.next}` : "";
        page = (await service.get(`/v1/records?state=final&limit=1000${since}`)).json();
        for (const { id, leaf } of page.records) {
            assert.ok(!leaves.has(id), `${id} is told once`);
            leaves.set(id, leaf);
        }
    }
    return leaves;
}

async function check(service, clients) {
    await clients.end();
    assert.ok(clients.repeated >= KILLS, "requests were cut off");
    await until(
        "everything to be final",
        async () => {
            const status = await city.status();
            return status.pending === 0 && status.open.length === 0;
        },
        { seconds: 120, every: 1000 },
    );
    /* Every id was sent until it was acknowledged: so there are as many records as ids. */
    const leaves = await finalRecords(service);
    assert.equal(leaves.size, clients.told.size);
    assert.equal(new Set(leaves.values()).size, leaves.size);
    for (const { id, leaf } of clients.told.values()) assert.equal(leaves.get(id), leaf);
    const told = [...clients.told.values()];
    const step = Math.ceil(told.length / RECEIPTS);
    for (let i = 0; i < told.length; i += step) await checkReceipt(service, told[i]);
    const anchored = await city.contract.queryFilter(city.contract.filters.BatchAnchored());
    const rows = anchored.reduce((sum, event) => sum + Number(event.args.count), 0);
    assert.equal(rows, leaves.size, "each record is anchored once");
    assert.equal((await service.stop()).code, 0);
    await city.ok(["fsck"]);
    console.log(`# ${KILLS} kills, ${leaves.size} records, ${anchored.length} batches, ${clients.repeated} requests sent again`);
}

async function checkReceipt(service, told) {
    const { acceptance } = (await service.get(`/v1/records/${told.id}/receipt`)).json();
    assert.deepEqual(acceptance, told.receipt.acceptance, "what was promised stays as it was");
    const domain = {
        name: "voteanchor",
        version: "1",
        chainId: acceptance.chain_id,
        verifyingContract: acceptance.contract,
    };
    const message = { leaf: told.leaf, acceptedAt: acceptance.accepted_at, anchorBy: acceptance.anchor_by };
    assert.equal(getAddress(acceptance.contract), getAddress(city.deployment.contract));
    assert.equal(verifyTypedData(domain, ACCEPTANCE, message, acceptance.signature), getAddress(city.keys.acceptance));
}
