// SPDX-License-Identifier: Apache-2.0
// Rows, leaves, trees and paths against @openzeppelin/merkle-tree and ethers, in both directions.
import assert from 'node:assert/strict';
import { StandardMerkleTree } from '@openzeppelin/merkle-tree';
import { AbiCoder, concat, keccak256 } from 'ethers';
import { hex, many, number, oracle } from './probe.mjs';

const ENCODING = ['bytes32', 'bytes32', 'bytes32'];
const randomRow = (random) => [random.hex(32), random.hex(32), random.hex(32)];
const rowsArgument = (rows) => concat(rows.flat());
const split = (joined) => joined.slice(2).match(/.{64}/g)?.map((digits) => `0x${digits}`) ?? [];

// Sizes around each power of two, then any.
const EDGES = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257];
const sizeOf = (i, random) => EDGES[i] ?? 1 + random.below(200);

oracle('salt, content hash and leaf', (probe, random) =>
  many(2000, async () => {
    const [city, citizen, register, tag] = Array.from({ length: 4 }, () => random.hex(32));
    const content = random.hex(random.below(400));
    const salt = keccak256(concat([city, citizen]));
    const contentHash = keccak256(concat([salt, content]));
    const row = AbiCoder.defaultAbiCoder().encode(ENCODING, [register, tag, contentHash]);
    assert.deepEqual(await probe.values('leaf', city, citizen, register, tag, content), [
      salt,
      contentHash,
      keccak256(keccak256(row)),
    ]);
  }));

oracle('our dump equals theirs, and theirs loads and validates it', (probe, random) =>
  many(120, async (i) => {
    const rows = Array.from({ length: sizeOf(i, random) }, () => randomRow(random));
    const theirs = StandardMerkleTree.of(rows, ENCODING);
    const ours = JSON.parse(await probe.ask('dump', rowsArgument(rows)));
    assert.deepEqual(ours, theirs.dump());
    const loaded = StandardMerkleTree.load(ours);
    loaded.validate();
    assert.equal(loaded.root, theirs.root);
  }));

let proofs = 0;
oracle('every proof of ours equals theirs, verifies there, and theirs verifies here', async (probe, random) => {
  await many(80, async (i) => {
    const rows = Array.from({ length: sizeOf(i, random) }, () => randomRow(random));
    const theirs = StandardMerkleTree.of(rows, ENCODING);
    const paths = (await probe.ask('paths', rowsArgument(rows))).split(' ').map(split);
    assert.equal(paths.length, rows.length);
    for (const [at, path] of paths.entries()) {
      const proof = theirs.getProof(at);
      assert.deepEqual(path, proof);
      assert.ok(StandardMerkleTree.verify(theirs.root, ENCODING, rows[at], path));
      assert.equal(await probe.value('root_of', concat(rows[at]), concat(proof)), theirs.root);
      proofs += 1;
    }
    assert.equal(await probe.value('path_length_ok', number(paths[0].length), number(rows.length)), '1');
  });
  return proofs;
});

oracle('a proof that was tampered with fails here as there', (probe, random) =>
  many(1000, async () => {
    const rows = Array.from({ length: 2 + random.below(40) }, () => randomRow(random));
    const theirs = StandardMerkleTree.of(rows, ENCODING);
    const at = random.below(rows.length);
    const proof = theirs.getProof(at);
    const bytes = Buffer.from(concat(proof).slice(2), 'hex');
    bytes[random.below(bytes.length)] ^= 1 << random.below(8);
    const changed = split(hex(bytes));
    const led = await probe.value('root_of', concat(rows[at]), hex(bytes));
    assert.notEqual(led, theirs.root);
    assert.ok(!StandardMerkleTree.verify(theirs.root, ENCODING, rows[at], changed));
  }));

oracle('rows that come twice give the same tree', (probe, random) =>
  many(100, async () => {
    const rows = Array.from({ length: 1 + random.below(60) }, () => randomRow(random));
    rows.push(...rows.filter(() => random.below(3) === 0));
    const theirs = StandardMerkleTree.of(rows, ENCODING);
    assert.deepEqual(split(await probe.value('tree', rowsArgument(rows))), theirs.dump().tree);
  }));

oracle('large trees', (probe, random) =>
  many(3, async (i) => {
    const rows = Array.from({ length: [1000, 2500, 4097][i] }, () => randomRow(random));
    const theirs = StandardMerkleTree.of(rows, ENCODING);
    assert.deepEqual(split(await probe.value('tree', rowsArgument(rows))), theirs.dump().tree);
  }));
