// SPDX-License-Identifier: Apache-2.0
// Keccak-256 against @noble/hashes: every length, every way of cutting, many at once.
import assert from 'node:assert/strict';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { hex, many, number, oracle } from './probe.mjs';

const MOST = 1000;

oracle('keccak of every length', (probe, random) =>
  many(3 * (MOST + 1), async (i) => {
    const data = random.bytes(i % (MOST + 1));
    assert.equal(await probe.value('keccak', hex(data)), hex(keccak_256(data)));
  }));

oracle('keccak absorbed in pieces', (probe, random) =>
  many(4000, async () => {
    const data = random.bytes(random.below(MOST + 1));
    const size = 1 + random.below(300);
    assert.equal(await probe.value('keccak_pieces', hex(data), number(size)), hex(keccak_256(data)));
  }));

oracle('keccak of many inputs at once', (probe, random) =>
  many(2 * MOST, async (i) => {
    const length = 1 + (i % MOST);
    const inputs = Array.from({ length: 1 + random.below(11) }, () => random.bytes(length));
    const expected = hex(Buffer.concat(inputs.map((input) => keccak_256(input))));
    assert.equal(await probe.value('keccak_many', hex(Buffer.concat(inputs)), number(inputs.length)), expected);
  }));
