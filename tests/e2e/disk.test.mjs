// SPDX-License-Identifier: Apache-2.0
//
// A disk that is full while the service runs: a small tmpfs, of which a file takes what is left.
// Nothing is acknowledged then, nothing is half there, and room alone brings the service back.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, truncateSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { City } from "./city.mjs";
import { Service, record, until } from "./service.mjs";

const SIZE = "24m";

/* Only root may mount, and not in every container. */
const disk = mkdtempSync(join(tmpdir(), "voteanchor-disk-"));
const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${SIZE},mode=700`, "tmpfs", disk]).status === 0;
const skip = !mounted && "SKIPPED: a tmpfs cannot be mounted here";

let city;
let service;
let next = 1;
const acknowledged = [];

before(async () => {
    if (skip) return;
    process.env.TMPDIR = disk;
    city = await City.build({ anvil: ["--block-time", "1"], config: { VOTEANCHOR_BATCH_MAX_AGE: "2s", VOTEANCHOR_BATCH_MIN_SIZE: "1" } });
    await city.openVote("full", { minutes: 60 });
    service = await Service.start(city);
    await service.token(city);
});

after(async () => {
    service?.signal("SIGKILL");
    await service?.process.ended;
    city?.close();
    if (mounted) assert.equal(spawnSync("umount", [disk]).status, 0);
    rmSync(disk, { recursive: true });
});

const ballast = () => join(disk, "ballast");

/** Takes the last block of the disk, while others write to it. */
function fill() {
    const block = Buffer.alloc(4096);
    const file = openSync(ballast(), "a");
    try {
        for (;;) writeSync(file, block);
    } catch (error) {
        assert.equal(error.code, "ENOSPC");
    } finally {
        closeSync(file);
    }
}

async function submit() {
    const sent = record("full", next++);
    const answer = await service.post(sent);
    if (answer.status === 201) acknowledged.push({ sent, leaf: answer.json().leaf });
    return answer;
}

test("records are taken while there is room", { skip }, async () => {
    for (let i = 0; i < 50; i++) assert.equal((await submit()).status, 201);
});

test("a full disk turns records away, and says until when", { skip }, async () => {
    fill();
    const answer = await until("a record to be turned away", async () => {
        const tried = await submit();
        return tried.status !== 201 && tried;
    });
    assert.equal(answer.status, 503);
    assert.equal(answer.json().code, "store-unavailable");
    assert.ok(Number(answer.headers["retry-after"]) >= 1);
    const ready = await service.get("/readyz");
    assert.equal(ready.status, 503);
    assert.ok(Number(ready.headers["retry-after"]) >= 1);
    assert.equal((await service.get("/healthz")).status, 200);
});

test("what was acknowledged can be read meanwhile", { skip }, async () => {
    for (const { sent, leaf } of acknowledged.slice(0, 10)) {
        assert.equal((await service.get(`/v1/records/${sent.id}`)).json().leaf, leaf);
    }
});

test("killed on a full disk, it keeps what it acknowledged", { skip }, async () => {
    const { bearer } = service;
    await service.stop("SIGKILL");
    truncateSync(ballast(), 0);
    service = await Service.start(city);
    service.bearer = bearer;
    fill();
    await until("not ready", async () => (await submit()).status === 503);
    for (const { sent, leaf } of acknowledged) {
        assert.equal((await service.get(`/v1/records/${sent.id}`)).json().leaf, leaf);
    }
});

test("room brings it back, without a hand", { skip }, async () => {
    truncateSync(ballast(), 0);
    await until("ready", async () => (await service.get("/readyz")).status === 200);
    for (const { sent, leaf } of acknowledged) {
        const again = await service.post(sent);
        assert.equal(again.status, 200);
        assert.equal(again.json().leaf, leaf);
    }
    assert.equal((await submit()).status, 201);
    await until("everything to be final", async () => {
        const status = await city.status();
        return status.pending === 0 && status.open.length === 0;
    });
    const shown = (await service.get("/v1/registers/full")).json();
    assert.equal(shown.records, acknowledged.length);
    assert.equal((await service.stop()).code, 0);
    await city.ok(["fsck"]);
});
