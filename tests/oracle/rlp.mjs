// SPDX-License-Identifier: Apache-2.0
// RLP against @ethereumjs/rlp, in both directions, over random nested values and broken bytes.
import assert from 'node:assert/strict';
import { RLP } from '@ethereumjs/rlp';
import { hex, many, oracle } from './probe.mjs';

// Lengths around each change of form.
const LENGTHS = [0, 1, 1, 2, 20, 32, 54, 55, 56, 57, 255, 256, 257, 300];

function randomString(random) {
  const length = random.below(4) === 0 ? random.pick(LENGTHS) : random.below(40);
  const bytes = random.bytes(length);
  if (length === 1 && random.below(2)) bytes[0] &= 0x7f; // its own encoding
  return bytes;
}

// Now and then many items, but of strings only: sizes would explode.
function randomValue(random, depth) {
  if (depth === 0 || random.below(3) === 0) return randomString(random);
  if (random.below(8) === 0) return Array.from({ length: random.below(60) }, () => randomString(random));
  return Array.from({ length: random.below(5) }, () => randomValue(random, depth - 1));
}

// The steps of probe op rlp_build.
function steps(value) {
  const frame = (tag, n) => Buffer.from([tag, n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]);
  if (Array.isArray(value)) return Buffer.concat([...value.map(steps), frame(1, value.length)]);
  return Buffer.concat([frame(0, value.length), value]);
}

oracle('RLP that we write is what they write, and they read it back', (probe, random) =>
  many(3000, async () => {
    const value = randomValue(random, 5);
    const ours = await probe.value('rlp_build', hex(steps(value)));
    assert.equal(ours, hex(RLP.encode(value)));
    assert.equal(hex(RLP.encode(RLP.decode(ours))), ours);
  }));

oracle('RLP that they write is read here, and written the same', (probe, random) =>
  many(3000, async () => {
    const theirs = hex(RLP.encode(randomValue(random, 5)));
    assert.equal(await probe.value('rlp', theirs), theirs);
  }));

oracle('integers lose their leading zeros and nothing else', (probe, random) =>
  many(1000, async () => {
    const value = random.below(4) === 0 ? BigInt(random.below(300)) : BigInt(random.hex(1 + random.below(32)));
    const padded = `0x${'00'.repeat(random.below(4))}${value.toString(16).padStart(64, '0')}`;
    const [rlp, back] = await probe.values('rlp_integer', padded);
    assert.equal(rlp, hex(RLP.encode(value)));
    assert.equal(BigInt(back), value);
  }));

// Bytes that are nearly RLP: a change, a cut or an insertion in the frame of a small value.
function broken(random) {
  const bytes = Buffer.from(RLP.encode(randomValue(random, 3)));
  const at = random.below(Math.min(bytes.length, 8));
  switch (random.below(4)) {
    case 0:
      bytes[at] ^= 1 << random.below(8);
      return bytes;
    case 1:
      return bytes.subarray(0, random.below(bytes.length));
    case 2:
      return Buffer.concat([bytes.subarray(0, at), random.bytes(1), bytes.subarray(at)]);
    default:
      return Buffer.from(random.bytes(random.below(12)));
  }
}

function theirAnswer(bytes) {
  try {
    // They read the empty input as the empty string; it is no item.
    return bytes.length === 0 ? null : hex(RLP.encode(RLP.decode(bytes)));
  } catch {
    return null;
  }
}

let refused = 0;
oracle('broken bytes are refused here as there', async (probe, random) => {
  const cases = await many(8000, async () => {
    const bytes = broken(random);
    const ours = await probe.ask('rlp', hex(bytes));
    const theirs = theirAnswer(bytes);
    if (ours.startsWith('error ')) {
      refused += 1;
      // Where they accept, their own encoding of it must be other bytes: a second form, which is refused here.
      assert.notEqual(theirs, hex(bytes), `${hex(bytes)}: ${ours}`);
    } else {
      assert.equal(ours, hex(bytes));
      assert.equal(theirs, hex(bytes));
    }
  });
  assert.ok(refused > 1000);
  return cases;
});
