// SPDX-License-Identifier: Apache-2.0
// Acceptance digests and signatures against ethers.
import assert from 'node:assert/strict';
import { Signature, TypedDataEncoder, Wallet, concat } from 'ethers';
import { many, number, oracle } from './probe.mjs';

const TYPES = {
  Acceptance: [
    { name: 'leaf', type: 'bytes32' },
    { name: 'acceptedAt', type: 'uint64' },
    { name: 'anchorBy', type: 'uint64' },
  ],
};
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const word = (value) => `0x${value.toString(16).padStart(64, '0')}`;

function randomAcceptance(random) {
  const domain = { name: 'voteanchor', version: '1', chainId: random.number(), verifyingContract: random.hex(20) };
  return { domain, message: { leaf: random.hex(32), acceptedAt: random.number(), anchorBy: random.number() } };
}

oracle('acceptance digests equal EIP-712 as ethers computes it', (probe, random) =>
  many(3000, async () => {
    const { domain, message } = randomAcceptance(random);
    const actual = await probe.value('acceptance', message.leaf, number(domain.chainId), domain.verifyingContract,
      number(message.acceptedAt), number(message.anchorBy));
    assert.equal(actual, TypedDataEncoder.hash(domain, TYPES, message));
  }));

oracle('signatures that ethers makes are of the one form, their mirrors are not', (probe, random) =>
  many(300, async () => {
    const { domain, message } = randomAcceptance(random);
    const text = new Wallet(random.hex(32)).signingKey.sign(TypedDataEncoder.hash(domain, TYPES, message)).serialized;
    assert.equal(await probe.ask('signature', text), 'ok');
    const { r, s, v } = Signature.from(text);
    const mirror = concat([r, word(ORDER - BigInt(s)), v === 27 ? '0x1c' : '0x1b']);
    assert.equal(await probe.ask('signature', mirror), 'error signature-high-s');
    assert.ok(Signature.from(text).isValid() && !Signature.from(mirror).isValid());
    assert.equal(await probe.ask('signature', concat([r, s, v === 27 ? '0x00' : '0x01'])), 'error signature-v');
    assert.equal(await probe.ask('signature', text.slice(0, -2)), 'error signature-length');
    assert.equal(await probe.ask('signature', concat([word(ORDER), s, '0x1b'])), 'error signature-range');
  }));
