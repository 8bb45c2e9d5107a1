// SPDX-License-Identifier: Apache-2.0
// Entries, heads, geneses and counts against ethers' AbiCoder.
import assert from 'node:assert/strict';
import { AbiCoder, concat, hexlify, id, keccak256, toBeHex, zeroPadValue } from 'ethers';
import { many, number, oracle } from './probe.mjs';

const coder = AbiCoder.defaultAbiCoder();
const ENTRY = ['uint256', 'uint64', 'uint64', 'uint64', 'bytes32', 'bytes32', 'bytes32'];
const GENESIS = [
  'bytes32', 'uint256', 'address', 'address', 'address', 'address', 'uint256', 'address', 'uint64', 'bytes32',
];

oracle('genesis', (probe, random) =>
  many(2000, async () => {
    const [contract, owner, anchorer, key, predContract] = Array.from({ length: 5 }, () => random.hex(20));
    const [chain, predChain, predLength] = [random.number(), random.number(), random.number()];
    const predHead = random.hex(32);
    const expected = keccak256(coder.encode(GENESIS, [
      id('voteanchor.genesis.v1'), chain, contract, owner, anchorer, key, predChain, predContract, predLength, predHead,
    ]));
    const actual = await probe.value('genesis', number(chain), contract, owner, anchorer, key, number(predChain),
      predContract, number(predLength), predHead);
    assert.equal(actual, expected);
  }));

// Words a, b, c of an entry that the contract can have written under this number.
function goodWords(kind, entryNumber, random) {
  const u256 = (value) => zeroPadValue(toBeHex(value), 32);
  const address = () => zeroPadValue(random.hex(20), 32);
  const below = (end) => random.number() % end;
  const zero = u256(0);
  switch (kind) {
    case 1: return [random.hex(32), zero, zero];
    case 2: return [random.hex(32), u256(1n + (random.number(32) % 0xffffffffn)), zero];
    case 3: return [random.hex(32), u256(below(entryNumber)), random.hex(32)];
    case 4: return [u256(1 + random.below(3)), address(), u256(random.number())];
    case 5: {
      const last = 1n + below(entryNumber - 1n);
      return [u256(1n + below(last)), u256(last), random.hex(32)];
    }
    default: return [random.hex(32), address(), zero];
  }
}

oracle('entries: bytes, hash, head, and back', (probe, random) =>
  many(4000, async (i) => {
    const kind = 1 + (i % 6);
    const entryNumber = 2n + (random.number() >> 1n);
    const [block, time] = [random.number(), random.number()];
    const words = goodWords(kind, entryNumber, random);
    const head = random.hex(32);
    const bytes = coder.encode(ENTRY, [kind, entryNumber, block, time, ...words]);
    const hash = keccak256(bytes);
    const actual = await probe.values('entry', head, number(kind), number(entryNumber), number(block), number(time),
      ...words);
    assert.deepEqual(actual, [bytes, hash, keccak256(concat([head, hash]))]);
    const decoded = await probe.values('decode', bytes);
    assert.deepEqual(decoded, [String(kind), String(entryNumber), String(block), String(time), ...words]);
    assert.deepEqual(coder.decode(ENTRY, bytes).map(String), decoded);
  }));

oracle('entries of any content are encoded alike, unknown kinds too', (probe, random) =>
  many(2000, async () => {
    const numbers = [random.number(), random.number(), random.number(), random.number()];
    const words = [random.hex(32), random.hex(32), random.hex(32)];
    const [bytes] = await probe.values('entry', random.hex(32), ...numbers.map(number), ...words);
    assert.equal(bytes, coder.encode(ENTRY, [...numbers, ...words]));
  }));

oracle('one bit flipped is refused, or is another entry and says so', (probe, random) =>
  many(4000, async (i) => {
    const kind = 1 + (i % 6);
    const entryNumber = 100n + random.number(32);
    const bytes = Buffer.from(coder.encode(ENTRY, [kind, entryNumber, random.number(), random.number(),
      ...goodWords(kind, entryNumber, random)]).slice(2), 'hex');
    bytes[random.below(bytes.length)] ^= 1 << random.below(8);
    const answer = await probe.ask('decode', hexlify(bytes));
    if (answer.startsWith('error ')) {
      assert.match(answer, /^error (unknown-kind|entry-range|unused-word|zero-root|empty-batch|last-entry|unknown-role|bad-range)$/);
      return;
    }
    const values = answer.split(' ');
    assert.equal(coder.encode(ENTRY, values), hexlify(bytes));
  }));

oracle('folding', (probe, random) =>
  many(500, async () => {
    const parent = random.hex(32);
    const hashes = Array.from({ length: random.below(40) }, () => random.hex(32));
    const expected = hashes.reduce((head, hash) => keccak256(concat([head, hash])), parent);
    assert.equal(await probe.value('fold', parent, concat(hashes)), expected);
  }));

oracle('counts', (probe, random) =>
  many(2000, async () => {
    const counts = Array.from({ length: random.below(60) }, () => random.number());
    const joined = concat(counts.map((count) => zeroPadValue(toBeHex(count), 8)));
    assert.equal(await probe.value('counts_hash', joined), keccak256(coder.encode(['uint64[]'], [counts])));
  }));
