// SPDX-License-Identifier: Apache-2.0
//
// The main job on the 80,101 real ballots of a city's election, where they lie beside the checkout
// (../shared/data): import, anchor, close, publish, audit; the published counts are the known ones.

import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { City, minute, rootDir } from "./city.mjs";

const data = process.env.VOTA_BALLOTS ?? join(rootDir, "../shared/data");
const ballots = join(data, "minneapolis-2013-mayor.csv");
const expectedFile = join(data, "minneapolis-2013-mayor.expected.json");
const HOUR = 3_600_000;

let city;
after(() => city?.close());

function definition(names) {
    return {
        id: "mayor-2013",
        kind: "vote",
        title: { en: "Mayor of Minneapolis, first choices", ko: "미니애폴리스 시장 선거 1순위 표" },
        text: { en: "Who shall be mayor?", ko: "누구를 시장으로 선출하시겠습니까?" },
        department: "City Clerk",
        options: names.map((name, i) => ({ id: `c${i + 1}`, en: name, ko: name })),
        choices: { min: 0, max: 1 },
        opens_at: "2013-11-05T12:00:00Z",
        closes_at: "2013-11-06T02:00:00Z",
        counts_until: minute(Date.now() + 2 * HOUR),
        results_by: minute(Date.now() + 3 * HOUR),
        anchor_within: 3600,
        revision: "first",
        disclosure: "on_close",
    };
}

test("80,101 real ballots: the published counts are the city's own", { skip: !existsSync(ballots) && "no ballots beside the checkout" }, async () => {
    const expected = JSON.parse(readFileSync(expectedFile, "utf8"));
    const names = Object.keys(expected.first_choices);
    const started = Date.now();
    const figures = {};
    const timed = async (what, run) => {
        const from = Date.now();
        const result = await run();
        figures[what] = `${((Date.now() - from) / 1000).toFixed(1)} s`;
        return result;
    };
    city = await City.build({ config: { VOTEANCHOR_BATCH_MAX_RECORDS: "20000" } });
    await city.node.provider.send("evm_setIntervalMining", [1]);
    const file = join(city.base, "definition.json");
    writeFileSync(file, JSON.stringify(definition(names)));
    const password = ["--password-file", city.password];
    await city.ok(["register", "open", file, ...password]);
    const map = ["--map", "id=ballot,voter=ballot,choice=first_choice", "--cast-at", "2013-11-05T18:00:00Z"];
    const imported = await timed("import", () =>
        city.ok(["import", ballots, "--register", "mayor-2013", ...map, "--json"], { timeout: 300_000 }),
    );
    assert.equal(JSON.parse(imported.out).added, expected.ballots);
    const anchored = await timed("anchor", () => city.anchor({ timeout: 300_000 }, "final"));
    assert.equal(anchored.code, 0, anchored.err);
    const closed = await timed("close", () =>
        city.ok(["register", "close", "mayor-2013", "--wait", "final", ...password, "--json"], { timeout: 300_000 }),
    );
    const result = JSON.parse(closed.out);
    names.forEach((name, i) => assert.equal(result.counts[`c${i + 1}`], expected.first_choices[name], name));
    assert.equal(result.blank, expected.blank);
    assert.equal(result.counted, expected.ballots);
    const publication = join(city.base, "public");
    await timed("publish", () => city.ok(["publish", publication], { timeout: 300_000 }));
    const url = city.node.provider._getConnection().url;
    const audited = await timed("audit", () =>
        city.run(
            ["audit", "--contract", `31337:${city.deployment.contract}`, "--rpc", url, "--data", publication, "--json"],
            { timeout: 300_000 },
        ),
    );
    assert.equal(audited.code, 0, audited.out.slice(-2000) + audited.err);
    const operations = JSON.parse(anchored.out).operations;
    figures.batches = operations.filter((operation) => operation.kind === "batch").length;
    figures.gas = operations.reduce((sum, operation) => sum + operation.gas_used, 0);
    figures.total = `${((Date.now() - started) / 1000).toFixed(1)} s`;
    console.log(`ballots: ${JSON.stringify(figures)}`);
    assert.ok(figures.batches >= 4);
});
