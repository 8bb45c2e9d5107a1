// SPDX-License-Identifier: Apache-2.0
// Calls, event data, topics and amounts against ethers.
import assert from 'node:assert/strict';
import { AbiCoder, Interface, formatUnits, id, parseUnits } from 'ethers';
import { hex, many, number, oracle } from './probe.mjs';

const coder = AbiCoder.defaultAbiCoder();
const word = (value) => `0x${BigInt(value).toString(16).padStart(64, '0')}`;
const text = (string) => hex(Buffer.from(string));

// Each kind: how ethers names it, a random value, and how the probe takes it.
const kinds = {
  bytes32: { kind: 0, make: (random) => random.hex(32), give: (v) => v },
  uint256: { kind: 0, make: (random) => BigInt(random.hex(32)), give: word },
  uint64: { kind: 0, make: (random) => random.number(64), give: word },
  uint32: { kind: 0, make: (random) => random.number(32), give: word },
  address: { kind: 0, make: (random) => random.hex(20), give: (v) => `0x${'00'.repeat(12)}${v.slice(2)}` },
  bytes: { kind: 1, make: (random) => random.hex(random.pick([0, 1, 31, 32, 33, random.below(300)])), give: (v) => v },
  string: { kind: 1, make: (random) => '가나다 abc'.repeat(random.below(9)), give: text },
  'uint64[]': {
    kind: 2,
    make: (random) => Array.from({ length: random.below(12) }, () => random.number(64)),
    give: (v) => `0x${v.map((n) => n.toString(16).padStart(16, '0')).join('')}`,
  },
};

function randomArguments(random) {
  const types = Array.from({ length: random.below(9) }, () => random.pick(Object.keys(kinds)));
  return { types, values: types.map((type) => kinds[type].make(random)) };
}

const give = ({ types, values }) => types.flatMap((type, i) => [number(kinds[type].kind), kinds[type].give(values[i])]);

oracle('calls equal those of ethers', (probe, random) =>
  many(4000, async () => {
    const { types, values } = randomArguments(random);
    const signature = `f${random.below(1000)}(${types.join(',')})`;
    const expected = new Interface([`function ${signature}`]).encodeFunctionData(signature, values);
    assert.equal(await probe.value('abi-call', text(signature), ...give({ types, values })), expected);
    assert.equal(await probe.value('topic', text(signature)), id(signature));
  }));

oracle('what ethers encodes is read back', (probe, random) =>
  many(4000, async () => {
    const { types, values } = randomArguments(random);
    if (types.length === 0) return;
    const data = coder.encode(types, values);
    const answer = await probe.values('abi-decode', hex(types.map((type) => kinds[type].kind)), data);
    assert.deepEqual(answer, types.map((type, i) => kinds[type].give(values[i])));
  }));

oracle('data that is not what ethers would encode is refused', (probe, random) =>
  many(4000, async () => {
    const { types, values } = randomArguments(random);
    const kindBytes = hex(types.map((type) => kinds[type].kind));
    const bytes = Buffer.from(coder.encode(types, values).slice(2), 'hex');
    const change = random.below(3);
    let spoiled = Buffer.from(bytes);
    if (change === 0) spoiled = Buffer.concat([bytes, Buffer.alloc(random.pick([1, 31, 32]))]);
    else if (change === 1 && bytes.length > 0) spoiled = bytes.subarray(0, random.below(bytes.length));
    else if (bytes.length > 0) spoiled[random.below(bytes.length)] ^= 1 << random.below(8);
    if (spoiled.equals(bytes)) return;
    const answer = await probe.ask('abi-decode', kindBytes, hex(spoiled));
    if (answer.startsWith('error ')) return;
    // A changed value is another value: then it must be the one packed form of that.
    const generic = types.map((type) => ['bytes32', 'bytes', 'uint64[]'][kinds[type].kind]);
    assert.equal(coder.encode(generic, coder.decode(generic, spoiled)), hex(spoiled));
  }));

oracle('amounts are read and written as ethers does', (probe, random) =>
  many(3000, async () => {
    const decimals = random.pick([0, 9, 18]);
    const unit = { 0: 'wei', 9: 'gwei', 18: 'ETH' }[decimals];
    const wei = random.below(10) === 0 ? 0n : BigInt(random.hex(random.below(32) + 1));
    const written = await probe.value('amount-text', word(wei), number(decimals / 9));
    const expected = formatUnits(wei, decimals).replace(/\.0$/, '');
    assert.equal(written, expected);
    assert.equal(await probe.value('amount', text(`${written} ${unit}`)), `${parseUnits(expected, decimals)}`);
  }));
