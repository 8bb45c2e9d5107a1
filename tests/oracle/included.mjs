// SPDX-License-Identifier: Apache-2.0
// Trees, paths and entries of ours judged by OpenZeppelin's MerkleProof.sol inside the contract, on a
// real node: every row of every batch is included, and nothing that was tampered with is.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ContractFactory, ZeroAddress, ZeroHash, concat } from 'ethers';
import { startAnvil } from '../contracts/anvil.mjs';
import { hex, many, number, oracle } from './probe.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const artifact = (name) => readFileSync(join(root, 'contracts', 'artifacts', `VoteAnchor.${name}`), 'utf8').trimEnd();

const SIZES = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65];
const BATCHES = 40;
const MOST_ROWS = 90;
const BATCH_ANCHORED = 2;

const split = (joined) => joined.slice(2).match(/.{64}/g)?.map((digits) => `0x${digits}`) ?? [];
const word = (value) => `0x${BigInt(value).toString(16).padStart(64, '0')}`;

async function deploy(node) {
  const [owner, anchorer, key] = await Promise.all([0, 1, 2].map((i) => node.provider.getSigner(i)));
  const factory = new ContractFactory(JSON.parse(artifact('abi.json')), `0x${artifact('creation.hex')}`, owner);
  const contract = await factory.deploy(owner, anchorer, key, 0, ZeroAddress, 0, ZeroHash);
  await contract.waitForDeployment();
  return contract.connect(anchorer);
}

/** Anchors the root that our code finds for random rows; entry and head by our code too. */
async function anchorBatch(contract, probe, random, size) {
  const rows = Array.from({ length: size }, () => Array.from({ length: 3 }, () => random.hex(32)));
  const joined = concat(rows.flat());
  const [treeRoot] = split(await probe.value('tree', joined));
  const paths = (await probe.ask('paths', joined)).split(' ').map(split);
  const parent = await contract.head();
  const receipt = await (await contract.anchor(parent, treeRoot, size)).wait();
  const block = await receipt.getBlock();
  const length = await contract.length();
  const [bytes, hash, head] = await probe.values('entry', parent, number(BATCH_ANCHORED), number(length), number(block.number),
    number(block.timestamp), treeRoot, word(size), ZeroHash);
  assert.equal(await contract.head(), head);
  return { rows, paths, parent, entry: split(bytes), hash };
}

/** What `included` is asked about row `at` of a batch. */
const questionOf = (batches, of, at) => ({
  row: batches[of].rows[at],
  path: batches[of].paths[at],
  parent: batches[of].parent,
  entry: batches[of].entry,
  later: batches.slice(of + 1).map((batch) => batch.hash),
});

function flipped(value, random) {
  const bytes = Buffer.from(value.slice(2), 'hex');
  bytes[random.below(bytes.length)] ^= 1 << random.below(8);
  return hex(bytes);
}

const replaced = (list, at, value) => list.map((old, i) => (i === at ? value : old));
const flippedOne = (list, random) => {
  const at = random.below(list.length);
  return replaced(list, at, flipped(list[at], random));
};

// Each gives a changed question, or nothing where there is nothing to change.
const TAMPERINGS = {
  'another row': (q, random) => ({ ...q, row: flippedOne(q.row, random) }),
  'words of the row exchanged': (q) => ({ ...q, row: [q.row[1], q.row[0], q.row[2]] }),
  'another sibling': (q, random) => q.path.length > 0 && { ...q, path: flippedOne(q.path, random) },
  'a sibling missing': (q) => q.path.length > 0 && { ...q, path: q.path.slice(0, -1) },
  'a sibling too many': (q, random) => ({ ...q, path: [...q.path, random.hex(32)] }),
  'siblings exchanged': (q) => q.path.length > 1 && { ...q, path: [q.path[1], q.path[0], ...q.path.slice(2)] },
  'another entry': (q, random) => ({ ...q, entry: flippedOne(q.entry, random) }),
  'a root of one\'s own': (q, random) => ({ ...q, path: [], entry: replaced(replaced(q.entry, 4, random.hex(32)), 5, word(1)) }),
  'another parent': (q, random) => ({ ...q, parent: flipped(q.parent, random) }),
  'a later entry missing': (q) => q.later.length > 0 && { ...q, later: q.later.slice(1) },
  'another later entry': (q, random) => q.later.length > 0 && { ...q, later: flippedOne(q.later, random) },
  'a later entry too many': (q, random) => ({ ...q, later: [...q.later, random.hex(32)] }),
};

oracle('MerkleProof.sol accepts every proof of ours, and none that was tampered with', async (probe, random) => {
  const node = await startAnvil(root, []);
  try {
    const contract = await deploy(node);
    const included = (q) => contract.included(q.row, q.path, q.parent, q.entry, q.later);
    const batches = [];
    for (let i = 0; i < BATCHES; i++)
      batches.push(await anchorBatch(contract, probe, random, SIZES[i] ?? 1 + random.below(MOST_ROWS)));
    const questions = batches.flatMap((batch, of) => batch.rows.map((_, at) => questionOf(batches, of, at)));
    await many(questions.length, async (i) => assert.equal(await included(questions[i]), true));

    const names = Object.keys(TAMPERINGS);
    const refused = Object.fromEntries(names.map((name) => [name, 0]));
    await many(questions.length, async (i) => {
      const name = names[i % names.length];
      const changed = TAMPERINGS[name](questions[i], random);
      if (!changed) return;
      assert.equal(await included(changed), false, name);
      refused[name] += 1;
    });
    for (const [name, count] of Object.entries(refused)) {
      assert.ok(count > 0, `${name} was never tried`);
      console.log(`refused, ${name}: ${count}`);
    }
    console.log(`accepted: ${questions.length} rows of ${BATCHES} batches`);
    return questions.length + Object.values(refused).reduce((sum, count) => sum + count, 0);
  } finally {
    node.stop();
  }
});
