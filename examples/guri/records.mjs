// SPDX-License-Identifier: Apache-2.0
//
// Writes records as a city's participation site would export them, for the three registers beside
// this file. The same seed gives the same records; nothing here comes from a real person.
//
//   node records.mjs DIRECTORY RECORDS OPENS_AT [MINUTES] [SEED]
//
//   incinerator.csv          votes of the first minute, under the site's own Korean column names
//   transfer-station.ndjson  votes with up to two choices, some of them blank
//   dasan-traffic.csv        endorsements
//   incinerator-again.csv    voters who change their mind, in the second minute if there is one
//   incinerator-last.csv     votes that come in just before closing
//   mixed.csv                a few good rows between rows that must be refused

import { writeFileSync } from "node:fs";
import { join } from "node:path";

const MINUTE_MS = 60_000;
const GOOD_IN_MIXED = 4;

const INCINERATOR = {
    id: "incinerator-2026",
    prefix: "INC",
    weights: { renew: 46, move: 21, share: 33 },
    labels: { renew: "현 부지에서 현대화", move: "다른 부지로 이전", share: "인근 도시와 광역시설 공동 이용" },
};
const STATION = {
    id: "transfer-station-2026",
    prefix: "STA",
    weights: { walkway: 34, lifts: 25, "bus-stops": 22, bicycles: 7, "waiting-room": 12 },
};
const TRAFFIC = { id: "dasan-traffic-2026", prefix: "DAS" };

/** xorshift32: small, and the same everywhere. */
function randomFrom(seed) {
    let state = seed >>> 0 || 1;
    return (below) => {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        state >>>= 0;
        return state % below;
    };
}

/** Voters arrive as opaque identifiers; letters only, so that none can look like a phone number. */
function opaqueVoter(random) {
    return Array.from({ length: 20 }, () => String.fromCharCode(97 + random(26))).join("");
}

function pick(random, weights) {
    const entries = Object.entries(weights);
    let left = random(entries.reduce((sum, [, weight]) => sum + weight, 0));
    for (const [id, weight] of entries) {
        if (left < weight) return id;
        left -= weight;
    }
    throw new Error("weights do not add up");
}

/** None, one or two different options, in the order of the definition. */
function pickUpToTwo(random, weights) {
    if (random(100) < 3) return [];
    const chosen = new Set([pick(random, weights)]);
    if (random(100) < 70) chosen.add(pick(random, weights));
    return Object.keys(weights).filter((id) => chosen.has(id));
}

/** Numbers the records of one register; the site's own receipt numbers are unique. */
function numbering(prefix) {
    let last = 0;
    return () => `${prefix}-${String(++last).padStart(6, "0")}`;
}

/** The n-th minute of those in which the registers are open; before them where n is negative. */
function minute(times, n) {
    const within = Math.min(n, times.minutes - 1);
    return new Date(Date.parse(times.opensAt) + within * MINUTE_MS).toISOString().replace(".000Z", "Z");
}

function csv(header, rows) {
    return [header, ...rows].map((row) => `${row.join(",")}\n`).join("");
}

function incineratorFiles(random, times, count) {
    const header = ["접수번호", "투표자", "선택", "투표시각"];
    const number = numbering(INCINERATOR.prefix);
    const label = () => INCINERATOR.labels[pick(random, INCINERATOR.weights)];
    const row = (voter, at) => [number(), voter, label(), minute(times, at)];
    const again = Math.floor(count * 0.03);
    const last = Math.floor(count * 0.04);
    const voters = Array.from({ length: count - again - last }, () => opaqueVoter(random));
    return {
        "incinerator.csv": csv(header, voters.map((voter) => row(voter, 0))),
        "incinerator-again.csv": csv(header, voters.slice(0, again).map((voter) => row(voter, 1))),
        "incinerator-last.csv": csv(header, Array.from({ length: last }, () => row(opaqueVoter(random), 1))),
    };
}

function stationFile(random, times, voters) {
    const number = numbering(STATION.prefix);
    const lines = voters.map((voter) => ({
        id: number(),
        register: STATION.id,
        voter,
        choice: pickUpToTwo(random, STATION.weights),
        cast_at: minute(times, 0),
    }));
    return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

function trafficFile(random, times, count) {
    const number = numbering(TRAFFIC.prefix);
    const rows = Array.from({ length: count }, () => [
        number(), TRAFFIC.id, opaqueVoter(random), "endorse", minute(times, random(2)),
    ]);
    return csv(["id", "register", "voter", "choice", "cast_at"], rows);
}

/** What a busy day brings: each refused row breaks one rule, and the rows beside it are kept. */
function mixedFile(random, times, stationVoter) {
    const voter = () => opaqueVoter(random);
    const [before, first, second] = [-1, 0, 1].map((n) => minute(times, n));
    const rows = [
        ["MIX-000001", INCINERATOR.id, voter(), "renew", first],
        ["MIX-000002", INCINERATOR.id, voter(), "close-it", first],
        ["MIX-000003", INCINERATOR.id, "900101-1234567", "move", first],
        ["MIX-000004", INCINERATOR.id, "kim.guri@example.org", "move", first],
        ["MIX-000005", STATION.id, voter(), "lifts", second],
        ["MIX-000006", STATION.id, stationVoter, "bicycles", second],
        ["MIX-000007", TRAFFIC.id, voter(), "endorse", before],
        ["MIX-000008", TRAFFIC.id, "", "endorse", second],
        ["MIX-000009", TRAFFIC.id, voter(), "endorse", second],
        ["MIX-000009", TRAFFIC.id, voter(), "endorse", second],
        ["MIX-000010", "no-such-register", voter(), "endorse", second],
        ["MIX-000011", TRAFFIC.id, voter(), "endorse", second],
    ];
    return csv(["id", "register", "voter", "choice", "cast_at"], rows);
}

const [directory, recordsText, opensAt, minutesText = "2", seedText = "20261122"] = process.argv.slice(2);
const records = Number(recordsText);
const times = { opensAt, minutes: Number(minutesText) };
if (!directory || !(records >= 100) || !(times.minutes >= 1) || Number.isNaN(Date.parse(opensAt))) {
    console.error("usage: node records.mjs DIRECTORY RECORDS(>=100) OPENS_AT [MINUTES] [SEED]");
    process.exit(2);
}
const random = randomFrom(Number(seedText));
const votes = Math.floor(records * 0.45);
const stationVotes = Math.floor(records * 0.3);
const endorsements = records - votes - stationVotes - GOOD_IN_MIXED;
const stationVoters = Array.from({ length: stationVotes }, () => opaqueVoter(random));
const files = {
    ...incineratorFiles(random, times, votes),
    "transfer-station.ndjson": stationFile(random, times, stationVoters),
    "dasan-traffic.csv": trafficFile(random, times, endorsements),
    "mixed.csv": mixedFile(random, times, stationVoters[0]),
};
for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
