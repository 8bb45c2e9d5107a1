// SPDX-License-Identifier: Apache-2.0
// Headers of every fork against @ethereumjs/block, and of the newest against ethers' RLP; the rule
// of the base fee against @ethereumjs/block.
import assert from 'node:assert/strict';
import { createBlockHeader } from '@ethereumjs/block';
import { Common, Mainnet } from '@ethereumjs/common';
import { encodeRlp, keccak256, toBeHex } from 'ethers';
import { hex, many, number, oracle } from './probe.mjs';

const NAMES = ['parentHash', 'sha3Uncles', 'miner', 'stateRoot', 'transactionsRoot', 'receiptsRoot', 'logsBloom',
  'difficulty', 'number', 'gasLimit', 'gasUsed', 'timestamp', 'extraData', 'mixHash', 'nonce', 'baseFeePerGas',
  'withdrawalsRoot', 'blobGasUsed', 'excessBlobGas', 'parentBeaconBlockRoot', 'requestsHash', 'blockAccessListHash', 'slotNumber'];
const BYTES = { parentHash: 32, sha3Uncles: 32, miner: 20, stateRoot: 32, transactionsRoot: 32, receiptsRoot: 32, logsBloom: 256,
  mixHash: 32, nonce: 8, withdrawalsRoot: 32, parentBeaconBlockRoot: 32, requestsHash: 32, blockAccessListHash: 32 };
const FORKS = { 15: 'berlin', 16: 'london', 17: 'shanghai', 20: 'cancun', 21: 'prague' };
const quantity = (value) => `0x${BigInt(value).toString(16)}`;
const item = (name, value) => (name in BYTES || name === 'extraData' ? value : BigInt(value) === 0n ? '0x' : toBeHex(BigInt(value)));

function randomHeader(random, count) {
  const values = {};
  for (const name of NAMES.slice(0, count)) {
    if (name in BYTES) values[name] = random.hex(BYTES[name]);
    else if (name === 'extraData') values[name] = random.hex(random.below(33));
    else values[name] = quantity(random.number(53));
  }
  if (random.below(2)) values.logsBloom = `0x${'00'.repeat(256)}`;
  return values;
}

const answer = (object) => hex(Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 1, result: object })));

// What else a node says about a block.
const more = { size: '0x29f', uncles: [], transactions: ['0x00'], withdrawals: [], totalDifficulty: '0x0' };

oracle('headers of 15 to 21 fields equal those of ethereumjs', (probe, random) =>
  many(1500, async () => {
    const count = Number(random.pick(Object.keys(FORKS)));
    const values = randomHeader(random, count);
    if (count > 15) values.difficulty = '0x0';
    if (BigInt(values.gasUsed) > BigInt(values.gasLimit)) values.gasUsed = values.gasLimit; // ethereumjs looks
    const common = new Common({ chain: Mainnet, hardfork: FORKS[count] });
    const renamed = { ...values, uncleHash: values.sha3Uncles, coinbase: values.miner, transactionsTrie: values.transactionsRoot,
      receiptTrie: values.receiptsRoot };
    const theirs = createBlockHeader(renamed, { common, skipConsensusFormatValidation: true });
    const [hash, rlp, fields, height, time] = await probe.values('block', answer({ ...values, ...more, hash: hex(theirs.hash()) }));
    assert.equal(hash, hex(theirs.hash()));
    assert.equal(rlp, hex(theirs.serialize()));
    assert.deepEqual([fields, height, time].map(BigInt), [count, values.number, values.timestamp].map(BigInt));
  }));

oracle('headers of 23 fields equal the RLP of ethers, and one change is noticed', (probe, random) =>
  many(1500, async () => {
    const values = randomHeader(random, 23);
    const rlp = encodeRlp(NAMES.map((name) => item(name, values[name])));
    const got = await probe.values('block', answer({ ...values, ...more, hash: keccak256(rlp) }));
    assert.deepEqual(got.slice(0, 3), [keccak256(rlp), rlp, '23']);
    assert.equal(BigInt(got[5]), BigInt(values.baseFeePerGas));
    const name = random.pick(NAMES);
    const changed = { ...values, [name]: name in BYTES ? random.hex(BYTES[name]) : name === 'extraData' ? random.hex(33 - random.below(2)) : quantity(BigInt(values[name]) + 1n) };
    if (changed[name] === values[name]) return;
    assert.match(await probe.ask('block', answer({ ...changed, ...more, hash: keccak256(rlp) })), /^error header-(hash-differs|field)$/);
  }));

oracle('the next base fee is that of ethereumjs', (probe, random) =>
  many(3000, async () => {
    const gasLimit = BigInt(random.below(400_000_000) + 5000);
    const gasUsed = random.pick([0n, gasLimit / 2n, gasLimit, BigInt(random.hex(6)) % (gasLimit + 1n)]);
    const baseFeePerGas = random.number(50);
    const common = new Common({ chain: Mainnet, hardfork: 'london' });
    const parent = createBlockHeader({ gasLimit, gasUsed, baseFeePerGas, number: 20_000_000n }, { common, skipConsensusFormatValidation: true });
    const expected = parent.calcNextBaseFee();
    assert.equal(await probe.value('next-base', number(baseFeePerGas), number(gasUsed), number(gasLimit)), `${expected}`);
  }));
