// SPDX-License-Identifier: Apache-2.0
// The contract that the scripted chain plays against the contract itself on a real EVM: random
// calls by everybody, right and wrong, are refused with the same bytes, or by neither.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { Interface, toBeHex } from 'ethers';
import { startAnvil } from '../contracts/anvil.mjs';
import { Random } from '../oracle/probe.mjs';
import { Scripted } from './scripted.mjs';

const CALLS = 600;
const ANCHORERS = ['openRegister', 'anchor', 'publishResult'];
const root = fileURLToPath(new URL('../..', import.meta.url));
const artifact = JSON.parse(readFileSync(`${root}/contracts/artifacts/VoteAnchor.abi.json`));
const contract = new Interface(artifact.abi ?? artifact);
const word = (value) => toBeHex(value, 32);
const ZERO = `0x${'00'.repeat(20)}`;

// Arguments that are often right, often one beside, and sometimes anything.
function randomCall(random, { head, length, people }) {
  const parent = random.below(5) ? head : random.hex(32);
  const person = random.pick([...people, ZERO, random.hex(20)]);
  const number = () => random.pick([0n, 1n, BigInt(length), BigInt(length) + 1n, BigInt(random.below(9))]);
  const calls = {
    openRegister: () => [parent, 'x'.repeat(random.pick([0, 1, 31, 32, 33, 500, 32768, 32769]))],
    anchor: () => [parent, random.below(4) ? random.hex(32) : word(0), random.pick([0, 1, 4096, 0xffffffff])],
    publishResult: () => [parent, random.hex(32), number(), Array.from({ length: random.below(5) }, () => random.below(1000))],
    setKey: () => [random.below(5), person, number()],
    disavow: () => [number(), number(), 'why'.repeat(random.below(20))],
    succeededBy: () => [number(), person],
    transferOwnership: () => [person],
    acceptOwnership: () => [],
    renounceOwnership: () => [],
  };
  const name = random.pick(Object.keys(calls));
  return [name, contract.encodeFunctionData(name, calls[name]())];
}

// Not everything that arrives was encoded by somebody.
function spoil(random, data) {
  if (random.below(8)) return data;
  return random.below(2) ? data.slice(0, 10) : `${random.hex(4)}${data.slice(10)}`;
}

test('calls are refused as by the contract', { timeout: 300_000 }, async (t) => {
  const chain = new Scripted();
  t.after(() => chain.close());
  chain.tell('write');
  const logs = await chain.ask('eth_getLogs', { fromBlock: '0x0', toBlock: 'latest' });
  const address = logs[0].address;
  const { storageProof } = await chain.ask('eth_getProof', address, [0, 1, 2, 3, 4].map(word), 'latest');
  const { provider, stop } = await startAnvil(root, []);
  t.after(stop);
  await provider.send('anvil_setCode', [address, await chain.ask('eth_getCode', address, 'latest')]);
  for (const { key, value } of storageProof) await provider.send('anvil_setStorageAt', [address, key, word(BigInt(value))]);

  const at = (slot) => `0x${storageProof[slot].value.slice(2).padStart(64, '0').slice(-40)}`;
  const [anchorer, owner] = [at(1), at(3)];
  const people = [anchorer, at(2), owner, at(4), `0x${'99'.repeat(20)}`];
  const length = BigInt(storageProof[1].value) >> 160n;
  const random = new Random(1);
  const counted = { done: 0, refused: 0 };
  for (let i = 0; i < CALLS; i++) {
    const [name, whole] = randomCall(random, { head: word(BigInt(storageProof[0].value)), length, people });
    const allowed = ANCHORERS.includes(name) ? anchorer : owner;
    const call = { from: random.below(3) ? allowed : random.pick(people), to: address, data: spoil(random, whole) };
    const ours = await chain.answer('eth_estimateGas', call);
    const theirs = await provider.send('eth_call', [call, 'latest']).then(() => null, ({ error, info }) => (error ?? info.error).data ?? '0x');
    const told = `${name} by ${call.from}: ${call.data.slice(0, 200)}`;
    if (theirs === null) assert.ok(ours.result, `${told}: refused here only`);
    else assert.equal(ours.error?.data ?? '0x', theirs, told);
    if (theirs !== null) assert.ok(ours.error, `${told}: refused there only`);
    counted[theirs === null ? 'done' : 'refused']++;
  }
  console.log(`${counted.done} done, ${counted.refused} refused`);
  assert.ok(counted.done > CALLS / 10);
});
