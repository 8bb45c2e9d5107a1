// SPDX-License-Identifier: Apache-2.0
// Turns the lines that bench.sh recorded into its JSON file and a table:
//   node report.mjs RESULTS.ndjson OUT.json
import { readFileSync, writeFileSync } from 'node:fs';

const [from, to] = process.argv.slice(2);
const round = (x) => Number(x.toPrecision(4));

const results = readFileSync(from, 'utf8').trimEnd().split('\n').map((line) => {
    const { name, value, unit, reference, reference_value: other } = JSON.parse(line);
    const known = other !== null;
    return {
        name,
        value: round(value),
        unit,
        against: known ? `${reference}: ${round(other)} ${unit}` : null,
        ratio: known ? round(value / other) : null,
    };
});
writeFileSync(to, `${JSON.stringify(results, null, 2)}\n`);

const rows = [['what', 'value', 'unit', 'ratio', 'against'],
    ...results.map((r) => [r.name, r.value, r.unit, r.ratio ?? '', r.against ?? ''].map(String))];
const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
const numeric = new Set([1, 3]);
for (const row of rows) {
    console.log(row.map((cell, i) => (numeric.has(i) ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join('  ').trimEnd());
}
