// SPDX-License-Identifier: Apache-2.0
// The scripted chain in the eyes of others' code: headers, transactions and their roots by
// ethereumjs, receipts by ethers' RLP, proofs by ethereumjs, events by the contract's ABI.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createBlockHeaderFromRPC, genTransactionsTrieRoot } from '@ethereumjs/block';
import { createCustomCommon, Mainnet } from '@ethereumjs/common';
import { MerklePatriciaTrie, verifyMerkleProof } from '@ethereumjs/mpt';
import { createTxFromRPC } from '@ethereumjs/tx';
import { Interface, decodeRlp, encodeRlp, getBytes, keccak256, toBeHex } from 'ethers';
import { hex } from '../oracle/probe.mjs';
import { Scripted } from './scripted.mjs';

const FORKS = { 21: 'prague', 23: 'amsterdam' };
const abi = JSON.parse(readFileSync(new URL('../../contracts/artifacts/VoteAnchor.abi.json', import.meta.url)));
const contract = new Interface(abi.abi ?? abi);

const integer = (quantity) => (BigInt(quantity) === 0n ? '0x' : toBeHex(BigInt(quantity)));

function bloomOf(logs) {
  const bloom = new Uint8Array(256);
  for (const { address, topics } of logs) {
    for (const item of [address, ...topics]) {
      const hash = getBytes(keccak256(item));
      for (const i of [0, 2, 4]) {
        const bit = ((hash[i] << 8) | hash[i + 1]) & 2047;
        bloom[255 - (bit >> 3)] |= 1 << (bit & 7);
      }
    }
  }
  return hex(bloom);
}

function receiptBytes({ status, cumulativeGasUsed, logs }) {
  const items = logs.map(({ address, topics, data }) => [address, topics, data]);
  return getBytes(`0x02${encodeRlp([integer(status), integer(cumulativeGasUsed), bloomOf(logs), items]).slice(2)}`);
}

async function rootOf(values) {
  const trie = new MerklePatriciaTrie();
  for (const [i, value] of values.entries()) await trie.put(getBytes(encodeRlp(integer(i))), value);
  return hex(trie.root());
}

async function checkBlock(node, block, common, fields) {
  const raw = await node.ask('debug_getRawHeader', block.hash);
  assert.equal(keccak256(raw), block.hash);
  assert.equal(decodeRlp(raw).length, fields);
  if (fields === 21) assert.equal(hex(createBlockHeaderFromRPC(block, { common }).hash()), block.hash);
  const txs = await Promise.all(block.transactions.map((hash) => node.ask('eth_getTransactionByHash', hash)));
  const parsed = await Promise.all(txs.map((tx) => createTxFromRPC(tx, { common })));
  for (const [i, tx] of parsed.entries()) {
    assert.equal(hex(tx.hash()), txs[i].hash);
    assert.equal(tx.getSenderAddress().toString(), txs[i].from);
  }
  assert.equal(hex(await genTransactionsTrieRoot(parsed)), block.transactionsRoot);
  const receipts = await Promise.all(block.transactions.map((hash) => node.ask('eth_getTransactionReceipt', hash)));
  assert.equal(await rootOf(receipts.map(receiptBytes)), block.receiptsRoot);
  const ours = BigInt(bloomOf(receipts.flatMap(({ logs }) => logs))); // others' gas brings others' events
  assert.equal(ours & BigInt(block.logsBloom), ours);
  return txs.length;
}

async function checkValue(root, key, nodes, expected) {
  const value = await verifyMerkleProof(getBytes(key), nodes.map((bytes) => getBytes(bytes)), { useKeyHashing: false, root: getBytes(root) });
  assert.equal(value === null ? null : hex(value), expected);
}

async function checkProof(node, block, address) {
  const slots = [0, 1, 2, 3, 4, 9].map((slot) => toBeHex(slot, 32));
  const proof = await node.ask('eth_getProof', address, slots, { blockHash: block.hash });
  const { nonce, balance, storageHash, codeHash, accountProof, storageProof } = proof;
  const absent = BigInt(nonce) === 0n && BigInt(balance) === 0n;
  await checkValue(block.stateRoot, keccak256(address), accountProof,
    absent ? null : encodeRlp([integer(nonce), integer(balance), storageHash, codeHash]));
  for (const { key, value, proof: nodes } of storageProof) {
    if (nodes.length === 0) assert.equal(BigInt(value), 0n);
    else await checkValue(storageHash, keccak256(key), nodes, BigInt(value) === 0n ? null : encodeRlp(integer(value)));
  }
}

for (const fields of [21, 23, 24]) {
  test(`a chain whose headers have ${fields} fields`, { timeout: 60_000 }, async (t) => {
    const node = new Scripted();
    t.after(() => node.close());
    node.tell(`fields ${fields}`);
    for (const order of ['write', 'mine 2', 'reorg 5 1', 'mine 3', 'storm 4', 'mine 6']) node.tell(order);
    const chainId = Number(await node.ask('eth_chainId'));
    const common = createCustomCommon({ chainId, name: 'scripted' }, Mainnet, { hardfork: FORKS[fields] ?? 'prague' });
    const height = Number((await node.ask('eth_getBlockByNumber', 'latest', false)).number);
    const logs = await node.ask('eth_getLogs', { fromBlock: '0x0', toBlock: 'latest' });
    const address = logs[0].address;
    const { from } = await node.ask('eth_getTransactionByHash', logs[2].transactionHash);
    let count = 0;
    let parent = null;
    for (let i = 0; i <= height; i++) {
      const block = await node.ask('eth_getBlockByNumber', toBeHex(i).replace(/^0x0(?=.)/, '0x'), false);
      if (parent) assert.equal(block.parentHash, parent);
      parent = block.hash;
      count += await checkBlock(node, block, common, fields);
      for (const who of [address, from, `0x${'77'.repeat(20)}`, '0x4e59b44847b379578588920ca78fbf26c0b4956c'])
        await checkProof(node, block, who);
    }
    const names = logs.map((log) => contract.parseLog(log).name);
    assert.deepEqual(names, ['OwnershipTransferred', 'Genesis', 'RegisterOpened', 'BatchAnchored', 'ResultPublished', 'Disavowed',
      'KeySet', 'SucceededBy']);
    assert.equal(await node.ask('eth_getCode', address, 'latest').then(keccak256), JSON.parse(readFileSync(
      new URL('../../contracts/artifacts/VoteAnchor.build.json', import.meta.url))).code_hash);
    console.log(`${height + 1} blocks, ${count} transactions, ${logs.length} events`);
  });
}
