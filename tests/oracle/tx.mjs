// SPDX-License-Identifier: Apache-2.0
// Transactions and signatures against ethers, viem and @ethereumjs/tx, byte for byte: RFC 6979
// leaves no choice of nonce, so equal keys must give equal bytes.
import assert from 'node:assert/strict';
import { createFeeMarket1559TxFromRLP } from '@ethereumjs/tx';
import { Common, Mainnet, createCustomCommon } from '@ethereumjs/common';
import {
  SigningKey, Transaction, computeAddress, concat, decodeRlp, encodeRlp, getAddress, keccak256, recoverAddress, zeroPadValue,
} from 'ethers';
import { parseTransaction, recoverTransactionAddress } from 'viem';
import { hex, many, number, oracle } from './probe.mjs';

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const ZERO = `0x${'00'.repeat(20)}`;
const word = (value) => `0x${value.toString(16).padStart(64, '0')}`;

function randomData(random) {
  return random.hex(random.pick([0, 0, 1, 4, 31, 32, 54, 55, 56, 100, 255, 256, random.below(2000)]));
}

function randomFields(random) {
  const [tip, fee] = [random.number(), random.number()].sort((a, b) => (a < b ? -1 : 1));
  return {
    chainId: random.number(52) + 1n, // the others' numbers end at 2^53
    nonce: random.number(52),
    maxPriorityFeePerGas: tip,
    maxFeePerGas: fee,
    gasLimit: BigInt(random.below(16777216) + 1),
    to: random.below(5) === 0 ? null : random.hex(20),
    value: random.below(3) === 0 ? 0n : BigInt(random.hex(random.below(11) + 1)),
    data: randomData(random),
  };
}

const fieldArguments = (f) => [number(f.chainId), number(f.nonce), number(f.maxPriorityFeePerGas),
  number(f.maxFeePerGas), number(f.gasLimit), f.to ?? '0x', word(f.value), f.data];

oracle('raw transactions equal those of ethers and are read by viem and ethereumjs', (probe, random) =>
  many(3000, async (i) => {
    const fields = randomFields(random);
    const key = random.hex(32);
    const theirs = Transaction.from({ type: 2, accessList: [], ...fields, to: fields.to === null ? null : getAddress(fields.to),
      nonce: Number(fields.nonce) });
    theirs.signature = new SigningKey(key).sign(theirs.unsignedHash);
    const [sighash, raw, hash] = await probe.values('tx', key, ...fieldArguments(fields));
    assert.equal(sighash, theirs.unsignedHash);
    assert.equal(raw, theirs.serialized);
    assert.equal(hash, theirs.hash);
    assert.equal(Transaction.from(raw).from, computeAddress(key));
    if (i % 8 !== 0) return; // pure JavaScript is slow at recovering
    const read = parseTransaction(raw);
    assert.equal(read.type, 'eip1559');
    assert.equal(read.maxFeePerGas ?? 0n, fields.maxFeePerGas);
    assert.equal(getAddress(await recoverTransactionAddress({ serializedTransaction: raw })), computeAddress(key));
    const common = createCustomCommon({ chainId: Number(fields.chainId) }, Mainnet, { hardfork: 'prague' });
    assert.ok(common instanceof Common);
    const other = createFeeMarket1559TxFromRLP(Buffer.from(raw.slice(2), 'hex'), { common });
    assert.equal(other.getSenderAddress().toString(), computeAddress(key).toLowerCase());
  }));

oracle('transactions that ethers signs are read back field by field', (probe, random) =>
  many(2000, async () => {
    const fields = randomFields(random);
    const key = random.hex(32);
    const theirs = Transaction.from({ type: 2, ...fields, nonce: Number(fields.nonce), to: fields.to === null ? null : getAddress(fields.to) });
    theirs.signature = new SigningKey(key).sign(theirs.unsignedHash);
    const [chainId, nonce, tip, fee, gas, to, value, data, signature, sender] = await probe.values('tx-decode', theirs.serialized);
    assert.deepEqual([chainId, nonce, tip, fee, gas].map(BigInt),
      [fields.chainId, fields.nonce, fields.maxPriorityFeePerGas, fields.maxFeePerGas, fields.gasLimit]);
    assert.equal(to, fields.to ?? '0x');
    assert.equal(BigInt(value), fields.value);
    assert.equal(data, fields.data);
    assert.equal(signature.slice(0, 130), theirs.signature.serialized.slice(0, 130));
    assert.equal(sender, computeAddress(key).toLowerCase());
  }));

oracle('a spoiled transaction is refused, or is the one encoding of other fields', (probe, random) =>
  many(3000, async () => {
    const fields = randomFields(random);
    const theirs = Transaction.from({ type: 2, ...fields, nonce: Number(fields.nonce), to: fields.to === null ? null : getAddress(fields.to) });
    theirs.signature = new SigningKey(random.hex(32)).sign(theirs.unsignedHash);
    const bytes = Buffer.from(theirs.serialized.slice(2), 'hex');
    const at = random.below(bytes.length);
    bytes[at] ^= 1 << random.below(8);
    const spoiled = `0x${bytes.toString('hex')}`;
    const answer = await probe.ask('tx-decode', spoiled);
    if (answer.startsWith('error ')) return;
    // What we accept is exactly what a canonical encoder makes of the same fields.
    const items = decodeRlp(hex(bytes.subarray(1)));
    assert.equal(concat(['0x02', encodeRlp(items)]), spoiled);
    const sighash = keccak256(concat(['0x02', encodeRlp(items.slice(0, 9))]));
    const [v, r, s] = items.slice(9);
    const sender = recoverAddress(sighash, { r: zeroPadValue(r, 32), s: zeroPadValue(s, 32), yParity: v === '0x' ? 0 : 1 });
    assert.equal(sender.toLowerCase(), answer.split(' ').at(-1));
  }));

oracle('signatures and recovery agree with ethers, high s and other recovery ids do not pass', (probe, random) =>
  many(2000, async () => {
    const key = random.hex(32);
    const hash = random.hex(32);
    const theirs = new SigningKey(key).sign(hash);
    const ours = await probe.value('sign', key, hash);
    const compact = `${theirs.r}${theirs.s.slice(2)}${theirs.yParity === 1 ? '01' : '00'}`;
    assert.equal(ours, compact);
    assert.equal(await probe.value('recover', hash, compact), recoverAddress(hash, theirs).toLowerCase());
    assert.equal(await probe.value('address', key), computeAddress(key));
    const mirror = `${theirs.r}${word(ORDER - BigInt(theirs.s)).slice(2)}${theirs.yParity === 1 ? '00' : '01'}`;
    assert.equal(await probe.ask('recover', hash, mirror), 'error bad-signature');
    assert.equal(await probe.ask('recover', hash, `${compact.slice(0, -2)}${random.pick(['02', '03', '1b', '1c', 'ff'])}`), 'error bad-signature');
  }));

oracle('fields that no chain takes are refused', async (probe, random) => {
  const good = { ...randomFields(random), chainId: 1n, to: ZERO };
  const cases = [
    [{ chainId: 0n }, 'zero-chain-id'],
    [{ gasLimit: 0n }, 'zero-gas'],
    [{ gasLimit: 16777217n }, 'gas-above-cap'],
    [{ maxPriorityFeePerGas: 2n, maxFeePerGas: 1n }, 'tip-above-fee'],
    [{ nonce: 2n ** 64n - 1n }, 'nonce-too-high'],
  ];
  for (const [change, reason] of cases)
    assert.equal(await probe.ask('tx', keccak256('0x01'), ...fieldArguments({ ...good, ...change })), `error ${reason}`);
  return cases.length;
});
