// SPDX-License-Identifier: Apache-2.0
//
// The program is ended at every step that writes, like a machine that loses power there. Started
// again it finishes, and the contract holds each batch exactly once.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { City } from "./city.mjs";

const CRASHED = 77; // bridge/store/fault.h
const BATCHES = 3;
const STEPS_MOST = 400;
/** Every step in the long run, every twelfth otherwise. */
const STRIDE = process.env.VOTA_LONG ? 1 : 12;

let city;
before(async () => {
    city = await City.build({ config: { VOTEANCHOR_BATCH_MAX_RECORDS: "20" } });
    await city.openVote("crash");
    await city.importVotes("crash", 20 * BATCHES);
    await city.save();
});
after(() => city?.close());

test("a crash at any step of anchoring neither loses nor doubles a batch", async () => {
    let crashes = 0;
    for (let step = 1; step < STEPS_MOST; step += STRIDE) {
        await city.restore();
        const crashed = await city.anchor({ env: { VOTEANCHOR_FAULT: `exit:${step}` } });
        if (crashed.code === 0) {
            assert.ok(crashes >= 10, `only ${crashes} steps write?`);
            console.log(`crashed at ${crashes} of about ${step - 1} steps`);
            return;
        }
        assert.equal(crashed.code, CRASHED, crashed.err);
        crashes++;
        const again = await city.anchor();
        assert.equal(again.code, 0, `after a crash at step ${step}: ${again.err}`);
        const roots = await city.anchoredRoots();
        assert.equal(roots.length, BATCHES, `after a crash at step ${step}`);
        assert.equal(new Set(roots).size, BATCHES);
        assert.equal(await city.contract.length(), BigInt(1 + BATCHES));
        assert.equal((await city.status()).pending, 0);
    }
    assert.fail("the program never got through");
});
