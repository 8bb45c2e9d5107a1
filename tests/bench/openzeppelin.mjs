// SPDX-License-Identifier: Apache-2.0
// Times StandardMerkleTree.of on the rows that bench_tree wrote, and insists on the same root:
//   node openzeppelin.mjs ROWS_FILE
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { StandardMerkleTree } from '@openzeppelin/merkle-tree';

const bytes = readFileSync(process.argv[2]);
const count = Math.floor(bytes.length / 96);
assert.equal(bytes.length, count * 96 + 32, 'rows and one root');
const hash = (at) => `0x${bytes.toString('hex', at, at + 32)}`;
const rows = Array.from({ length: count }, (_, i) => [hash(96 * i), hash(96 * i + 32), hash(96 * i + 64)]);

const start = process.hrtime.bigint();
const tree = StandardMerkleTree.of(rows, ['bytes32', 'bytes32', 'bytes32']);
const seconds = Number(process.hrtime.bigint() - start) / 1e9;
assert.equal(tree.root, hash(96 * count));
console.log(JSON.stringify({ name: `openzeppelin.rows_to_root.${count / 1000}k`, value: seconds, unit: 's' }));
