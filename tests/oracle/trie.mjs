// SPDX-License-Identifier: Apache-2.0
// Trie paths, headers and state proofs against @ethereumjs/mpt, @ethereumjs/block and @ethereumjs/util.
import assert from 'node:assert/strict';
import { createBlockHeader } from '@ethereumjs/block';
import { Common, Hardfork, Mainnet } from '@ethereumjs/common';
import { createMerkleProof, MerklePatriciaTrie, verifyMerkleProof } from '@ethereumjs/mpt';
import { RLP } from '@ethereumjs/rlp';
import { Account, bigIntToUnpaddedBytes, hexToBytes } from '@ethereumjs/util';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { hex, many, number, oracle } from './probe.mjs';

// eth_getProof gives the nodes that have a hash: shorter ones stand in their parents.
const nodesOf = (proof) => proof.filter((node, i) => i === 0 || node.length >= 32);

// Keys that share long beginnings, so that every form of node and inline nodes occur.
function randomKeys(random) {
  const count = 1 + random.below(random.below(3) === 0 ? 120 : 12);
  const base = random.bytes(32);
  return Array.from({ length: count }, () => {
    const key = random.below(3) === 0 ? random.bytes(32) : Uint8Array.from(base);
    for (let i = 1 + random.below(3); i > 0; i -= 1) key[random.pick([0, 1, 15, 30, 31, 31])] = random.below(256);
    return key;
  });
}

async function randomTrie(random) {
  const trie = new MerklePatriciaTrie({ useKeyHashing: false });
  const keys = randomKeys(random);
  const long = random.below(2);
  for (const key of keys) await trie.put(key, random.bytes(1 + random.below(long ? 70 : 3)));
  return { trie, keys };
}

// A key of the trie, one near it, or any.
function randomKey(random, keys) {
  const key = Uint8Array.from(random.pick(keys));
  const kind = random.below(4);
  if (kind === 1) key[31] ^= 1 + random.below(15);
  if (kind === 2) key[random.below(32)] ^= 1 << random.below(8);
  return kind === 3 ? random.bytes(32) : key;
}

const seen = { present: 0, absent: 0, inline: 0 };
oracle('a path holds or proves absence as their trie says', async (probe, random) => {
  const cases = await many(1500, async () => {
    const { trie, keys } = await randomTrie(random);
    const key = randomKey(random, keys);
    const proof = await createMerkleProof(trie, key);
    const nodes = nodesOf(proof);
    const value = await trie.get(key);
    if (nodes.length < proof.length) seen.inline += 1;
    seen[value === null ? 'absent' : 'present'] += 1;
    const root = hex(trie.root());
    const answer = await probe.ask('trie', root, hex(key), ...nodes.map(hex));
    assert.equal(answer, value === null ? 'absent' : `present ${hex(value)}`);
    const theirs = await verifyMerkleProof(key, proof, { root: trie.root(), useKeyHashing: false });
    assert.deepEqual(theirs, value);
    // One node less is never enough, one more is never used.
    const less = await probe.ask('trie', root, hex(key), ...nodes.slice(0, -1).map(hex));
    assert.match(less, /^error (missing-node|node-hash)$/);
    const more = await probe.ask('trie', root, hex(key), ...nodes.map(hex), hex(nodes[0]));
    assert.equal(more, 'error unused-node');
  });
  assert.ok(Math.min(...Object.values(seen)) > 50, JSON.stringify(seen));
  return cases;
});

oracle('no changed bit of a path holds', (probe, random) =>
  many(1000, async () => {
    const { trie, keys } = await randomTrie(random);
    const key = randomKey(random, keys);
    const nodes = nodesOf(await createMerkleProof(trie, key)).map((node) => Buffer.from(node));
    const node = random.pick(nodes);
    node[random.below(node.length)] ^= 1 << random.below(8);
    const answer = await probe.ask('trie', hex(trie.root()), hex(key), ...nodes.map(hex));
    assert.equal(answer, 'error node-hash');
  }));

// Headers of each form, as their library writes and hashes them.
const FORKS = [
  [Hardfork.London, 16],
  [Hardfork.Paris, 16],
  [Hardfork.Shanghai, 17],
  [Hardfork.Cancun, 20],
  [Hardfork.Prague, 21],
];

function randomHeader(random, hardfork) {
  const common = new Common({ chain: Mainnet, hardfork });
  const data = {
    parentHash: random.bytes(32),
    coinbase: random.bytes(20),
    stateRoot: random.bytes(32),
    transactionsTrie: random.bytes(32),
    receiptTrie: random.bytes(32),
    logsBloom: random.bytes(256),
    number: random.number(48) + 1n,
    gasLimit: random.number(40) + 5000n,
    gasUsed: random.number(12),
    timestamp: random.number(40),
    extraData: random.bytes(random.below(33)),
    mixHash: random.bytes(32),
    baseFeePerGas: random.number(60),
  };
  if (common.isActivatedEIP(4895)) data.withdrawalsRoot = random.bytes(32);
  if (common.isActivatedEIP(4844)) Object.assign(data, { blobGasUsed: random.number(32), excessBlobGas: random.number(32) });
  if (common.isActivatedEIP(4788)) data.parentBeaconBlockRoot = random.bytes(32);
  if (common.isActivatedEIP(7685)) data.requestsHash = random.bytes(32);
  return createBlockHeader(data, { common, skipConsensusFormatValidation: true });
}

oracle('headers have their hash and items', (probe, random) =>
  many(1000, async (i) => {
    const [hardfork, items] = FORKS[i % FORKS.length];
    const header = randomHeader(random, hardfork);
    assert.deepEqual(await probe.values('header', hex(header.serialize())), [
      hex(header.hash()),
      hex(header.stateRoot),
      `${header.number}`,
      `${header.timestamp}`,
      `${items}`,
      hex(header.parentHash),
      `${header.gasLimit}`,
      `${header.gasUsed}`,
      `${header.baseFeePerGas}`,
    ]);
  }));

// A state with the contract among other accounts, its head in slot 0 among other slots.
const SLOT_0 = new Uint8Array(32);

async function randomStorage(random, head) {
  const storage = new MerklePatriciaTrie({ useKeyHashing: true });
  for (let i = random.below(6); i > 0; i -= 1) await storage.put(random.bytes(32), RLP.encode(random.bytes(1 + random.below(32))));
  if (head > 0n) await storage.put(SLOT_0, RLP.encode(bigIntToUnpaddedBytes(head)));
  return storage;
}

async function randomState(random, { contract, head, code, present }) {
  const storage = await randomStorage(random, head);
  const state = new MerklePatriciaTrie({ useKeyHashing: true });
  for (let i = random.below(40); i > 0; i -= 1) await state.put(random.bytes(20), new Account(random.number(), random.number()).serialize());
  if (present) await state.put(contract, new Account(random.number(20), random.number(), storage.root(), code).serialize());
  return { state, storage };
}

function randomHead(random) {
  const head = BigInt(random.hex(32 - random.pick([0, 0, 0, 1, 1, 2, 16, 31])));
  return head || 1n;
}

const outcomes = new Map();
oracle('a head is proven, or its absence, from whole states', async (probe, random) => {
  const cases = await many(600, async () => {
    const contract = random.bytes(20);
    const code = random.bytes(32);
    const present = random.below(5) > 0;
    const head = random.below(5) > 0 ? randomHead(random) : 0n;
    const { state, storage } = await randomState(random, { contract, head, code, present });
    const header = createBlockHeader(
      { stateRoot: state.root(), number: 1n, parentHash: random.bytes(32) },
      { common: new Common({ chain: Mainnet, hardfork: Hardfork.Prague }), skipConsensusFormatValidation: true },
    );
    const account = nodesOf(await createMerkleProof(state, contract));
    const slots = present && head === 0n && random.below(2) && storage.root().every((byte, i) => byte === storage.EMPTY_TRIE_ROOT[i])
      ? [] : nodesOf(await createMerkleProof(storage, SLOT_0));
    const wrongCode = random.below(8) === 0;
    const answer = await probe.ask(
      'prove_head', hex(header.hash()), hex(contract), wrongCode ? random.hex(32) : hex(code), hex(header.serialize()),
      number(account.length), ...account.map(hex), ...slots.map(hex),
    );
    let expected = `included ${`0x${head.toString(16).padStart(64, '0')}`}`;
    if (head === 0n) expected = 'no-head';
    if (wrongCode) expected = 'code-hash';
    if (!present) expected = 'no-account';
    assert.equal(answer, expected);
    const key = expected.split(' ')[0];
    outcomes.set(key, (outcomes.get(key) ?? 0) + 1);
    if (head > 0n && head < 1n << 248n && key === 'included') outcomes.set('leading zero', (outcomes.get('leading zero') ?? 0) + 1);
  });
  for (const name of ['included', 'no-head', 'no-account', 'code-hash', 'leading zero']) assert.ok((outcomes.get(name) ?? 0) > 10, name);
  return cases;
});

oracle('slot 0 is found under the key that they hash', async (probe) => {
  const storage = new MerklePatriciaTrie({ useKeyHashing: true });
  await storage.put(SLOT_0, RLP.encode(hexToBytes('0x01')));
  const [node] = await createMerkleProof(storage, SLOT_0);
  assert.equal(await probe.ask('trie', hex(storage.root()), hex(keccak_256(SLOT_0)), hex(node)), 'present 0x01');
  return 1;
});
