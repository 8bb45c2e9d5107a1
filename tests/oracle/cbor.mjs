// SPDX-License-Identifier: Apache-2.0
// Receipts as CBOR against cbor2 in its deterministic profile, and Base45 against RFC 9285 as written down here.
import assert from 'node:assert/strict';
import { decode, encode } from 'cbor2';
import { hex, many, oracle } from './probe.mjs';

const deterministic = (value) => hex(encode(value, { cde: true }));
// Uint8Array, because slices of a Buffer would be Buffers, which CBOR has no type for.
const undo = (bytes) => decode(Uint8Array.from(bytes), strict);
const strict = { cde: true, preferMap: true, rejectDuplicateKeys: true, requirePreferred: true, rejectStreaming: true };

const present = (pairs) => pairs.filter(([, value]) => value !== undefined);
const maybe = (random, make) => (random.below(2) ? make() : undefined);
const randomInt = (random) => Number(random.number(53));
const TEXTS = ['', 'a', '{"cast_at":"2026-09-21T15:00:00Z","choice":[]}', '강변길에 조명을 설치할까요?', '\u{1f30a}\u0001"', 'x'.repeat(300)];

const randomEntry = (random) => new Map([
  [0, randomInt(random)], [1, randomInt(random)], [2, randomInt(random)], [3, random.bytes(32)], [4, randomInt(random)],
]);

const randomNodes = (random) => Array.from({ length: random.below(9) }, () => random.bytes(random.pick([0, 1, 23, 24, 32, 255, 256, 532])));

const randomEvidence = (random) => new Map([
  [0, 'evidence-mpt-v1'], [1, random.bytes(random.below(700))], [2, randomNodes(random)], [3, randomNodes(random)],
]);

const randomAnchor = (random) => new Map(present([
  [0, randomInt(random)], [1, random.bytes(32)], [2, random.bytes(20)], [3, randomEntry(random)], [4, random.bytes(32)],
  [5, maybe(random, () => random.bytes(32 * random.below(9)))], [6, maybe(random, () => randomEvidence(random))],
]));

const randomAcceptance = (random) => new Map([
  [0, randomInt(random)], [1, random.bytes(20)], [2, randomInt(random)], [3, randomInt(random)], [4, random.bytes(65)],
]);

const randomOpening = (random) => new Map([[0, random.bytes(32)], [1, random.bytes(32)], [2, random.pick(TEXTS)]]);

function randomReceipt(random) {
  const anchors = Array.from({ length: random.below(4) }, () => randomAnchor(random));
  return new Map(present([
    [0, 'voteanchor-receipt-v1'], [1, random.bytes(96)], [2, random.bytes(anchors.length ? 32 * random.below(20) : 0)], [3, anchors],
    [4, maybe(random, () => randomAcceptance(random))], [5, maybe(random, () => random.pick(TEXTS))],
    [6, maybe(random, () => randomOpening(random))],
  ]));
}

oracle('receipts that they write are read here and written the same', (probe, random) =>
  many(3000, async () => {
    const receipt = randomReceipt(random);
    const theirs = deterministic(receipt);
    const ours = await probe.value('receipt', theirs);
    assert.equal(ours, theirs);
    assert.deepEqual(undo(Buffer.from(ours.slice(2), 'hex')), receipt);
  }));

// A change near the start of some member, where the heads are.
function broken(random) {
  const bytes = Buffer.from(encode(randomReceipt(random), { cde: true }));
  const at = random.below(3) ? random.below(Math.min(bytes.length, 140)) : random.below(bytes.length);
  switch (random.below(4)) {
    case 0:
      bytes[at] ^= 1 << random.below(8);
      return bytes;
    case 1:
      return bytes.subarray(0, random.below(bytes.length));
    case 2:
      return Buffer.concat([bytes.subarray(0, at), random.bytes(1), bytes.subarray(at)]);
    default:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
  }
}

let refused = 0;
let accepted = 0;
oracle('what is accepted here is the one encoding that they would write', async (probe, random) => {
  const cases = await many(6000, async () => {
    const bytes = broken(random);
    const ours = await probe.ask('receipt', hex(bytes));
    if (ours.startsWith('error ')) {
      refused += 1;
      return;
    }
    accepted += 1;
    assert.equal(ours, hex(bytes));
    assert.equal(deterministic(undo(bytes)), ours);
  });
  assert.ok(refused > 1000 && accepted > 200, `${refused} refused, ${accepted} accepted`);
  return cases;
});

// A member in another of CBOR's forms: of the same value, and so refused.
const REFORMED = [
  ['the map by indefinite length', (text) => `bf${text.slice(2)}ff`],
  ['a key in two bytes', (text) => `${text.slice(0, 2)}1800${text.slice(4)}`],
  ['the format in a piece', (text) => text.replace('0075766f', '007f75766f').replace('2d76310158', '2d7631ff0158')],
  ['the row tagged', (text) => text.replace('015860', '01c15860')],
  ['the length of the row in two bytes', (text) => text.replace('015860', '01590060')],
  ['a tag around all', (text) => `d9d9f7${text}`],
];

oracle('another form of the same value is refused', (probe, random) =>
  many(600, async (i) => {
    const [name, reform] = REFORMED[i % REFORMED.length];
    const text = deterministic(randomReceipt(random)).slice(2);
    const other = reform(text);
    assert.notEqual(other, text, name);
    assert.match(await probe.ask('receipt', `0x${other}`), /^error /, name);
  }));

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

function base45(bytes) {
  let text = '';
  for (let i = 0; i < bytes.length; i += 2) {
    const pair = i + 1 < bytes.length;
    let number = pair ? bytes[i] * 256 + bytes[i + 1] : bytes[i];
    for (let digits = pair ? 3 : 2; digits > 0; digits -= 1) {
      text += DIGITS[number % 45];
      number = Math.floor(number / 45);
    }
  }
  return text;
}

oracle('Base45 goes both ways', (probe, random) =>
  many(2000, async () => {
    const bytes = random.bytes(random.below(200));
    assert.deepEqual(await probe.values('base45', hex(bytes)), [hex(Buffer.from(base45(bytes))), hex(bytes)]);
  }));

oracle('a text that they would not write is refused', (probe, random) =>
  many(4000, async () => {
    const text = Array.from({ length: random.below(12) }, () => DIGITS[random.below(45)]).join('');
    const answer = await probe.ask('base45_read', hex(Buffer.from(text)));
    if (answer.startsWith('error ')) {
      const values = text.match(/.{1,3}/g).map((group) => [...group].reduceRight((sum, c) => sum * 45 + DIGITS.indexOf(c), 0));
      const last = text.length % 3;
      assert.ok(last === 1 || values.some((value, i) => value > (last === 2 && i === values.length - 1 ? 255 : 65535)), text);
    } else {
      assert.equal(base45(Buffer.from(answer.slice(2), 'hex')), text);
    }
  }));
