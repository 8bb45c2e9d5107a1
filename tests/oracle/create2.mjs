// SPDX-License-Identifier: Apache-2.0
// Deployment addresses and data against ethers, with our own creation code among the cases.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { AbiCoder, concat, getCreate2Address, getCreateAddress, keccak256 } from 'ethers';
import { many, number, oracle } from './probe.mjs';

const ARGUMENTS = ['address', 'address', 'address', 'uint256', 'address', 'uint64', 'bytes32'];
const artifact = new URL('../../contracts/artifacts/VoteAnchor.creation.hex', import.meta.url);
const ours = readFileSync(artifact, 'utf8').trim().replace(/^(0x)?/, '0x');

oracle('CREATE2 through proxy and bootstrap', (probe, random) =>
  many(2000, async (i) => {
    const [deployer, owner, anchorer, key, predContract] = Array.from({ length: 5 }, () => random.hex(20));
    const [salt, predHead] = [random.hex(32), random.hex(32)];
    const [predChain, predLength] = [random.number(), random.number()];
    const code = i % 20 === 0 ? ours : random.hex(random.below(500));
    const values = [owner, anchorer, key, predChain, predContract, predLength, predHead];
    const initCode = concat([code, AbiCoder.defaultAbiCoder().encode(ARGUMENTS, values)]);
    const initCodeHash = keccak256(initCode);
    /* chain id and contract are no arguments: any value must do */
    const actual = await probe.values('create2', deployer, salt, code, number(random.number()), random.hex(20), owner,
      anchorer, key, number(predChain), predContract, number(predLength), predHead);
    assert.deepEqual(actual, [
      initCode,
      initCodeHash,
      getCreate2Address(deployer, salt, initCodeHash).toLowerCase(),
      concat([salt, initCode]),
      concat(['0x603680380380915f397f', salt, '0x905f5ff56034575f5ffd5b00', initCode]),
    ]);
  }));

oracle('CREATE by sender and nonce', (probe, random) =>
  many(2000, async (i) => {
    const from = random.hex(20);
    const nonce = i < 300 ? BigInt(i) : random.number();
    const expected = getCreateAddress({ from, nonce }).toLowerCase();
    assert.equal(await probe.value('sender_address', from, number(nonce)), expected);
  }));
