// SPDX-License-Identifier: Apache-2.0
// What the benchmark of real ballots needs to know about them:
//   node ballots.mjs definition EXPECTED.json UNTIL    the register, on stdout
//   node ballots.mjs compare EXPECTED.json CLOSED.json fails where the counts differ
//   node ballots.mjs gas JOURNAL.ndjson RPC_URL        of all batches, on stdout
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

const KIND_BATCH = 2;
const [job, path, other] = process.argv.slice(2);
const read = (file) => JSON.parse(readFileSync(file, 'utf8'));

function definition(expected, until) {
    return {
        id: 'mayor-2013',
        kind: 'vote',
        title: 'Mayor of Minneapolis, first choices',
        department: 'City Clerk',
        options: Object.keys(expected.first_choices).map((name, i) => ({ id: `c${i + 1}`, en: name, ko: name })),
        choices: { min: 0, max: 1 },
        opens_at: '2013-11-05T12:00:00Z',
        closes_at: '2013-11-06T02:00:00Z',
        counts_until: until,
        results_by: until,
        anchor_within: 86400,
        disclosure: 'on_close',
    };
}

function compare(expected, closed) {
    Object.values(expected.first_choices).forEach((count, i) => assert.equal(closed.counts[`c${i + 1}`], count));
    assert.equal(closed.blank, expected.blank);
    assert.equal(closed.counted, expected.ballots);
}

async function gasUsed(transaction, url) {
    const request = { jsonrpc: '2.0', id: 1, method: 'eth_getTransactionReceipt', params: [transaction] };
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(request) });
    return Number((await response.json()).result.gasUsed);
}

async function gas(journal, url) {
    const [, ...entries] = readFileSync(journal, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line));
    const batches = entries.filter((entry) => entry.kind === KIND_BATCH);
    const used = await Promise.all(batches.map((entry) => gasUsed(entry.transaction, url)));
    return used.reduce((sum, one) => sum + one, 0);
}

if (job === 'definition') console.log(JSON.stringify(definition(read(path), other)));
if (job === 'compare') compare(read(path), read(other));
if (job === 'gas') console.log(await gas(path, other));
