// SPDX-License-Identifier: Apache-2.0
// A real EVM node asked through our code: transactions it mines, headers it hashes, state it
// proves; then the same node behind a proxy that lies.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { computeAddress, getCreateAddress, keccak256 } from 'ethers';
import { startAnvil } from '../contracts/anvil.mjs';
import { Probe, Random, hex, number } from './probe.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const KEY = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80'; // Anvil's first
const SENDER = computeAddress(KEY).toLowerCase();
const LATEST = '0x';
const FINALIZED = hex(Buffer.from('finalized'));
const ZERO_WORD = `0x${'00'.repeat(32)}`;
const word = (value) => `0x${BigInt(value).toString(16).padStart(64, '0')}`;
const text = (string) => hex(Buffer.from(string));

// sstore(word 0, word 1) and log1(both words, topic word 0)
const RUNTIME = '602035600035556040600060003760003560406000a100';
const CREATION = `0x6017600c60003960176000f3${RUNTIME}`;

/** Everything one test needs: a node, a probe, and a sender that counts its nonces. */
async function withNode(args, run) {
  const { provider, stop } = await startAnvil(root, args);
  const probe = new Probe();
  probe.closed.catch(() => {});
  try {
    const url = provider._getConnection().url;
    const node = { provider, probe, url, at: text(url), nonce: 0n, chainId: (await provider.getNetwork()).chainId };
    await run(node);
    await probe.close();
  } finally {
    probe.kill();
    stop();
  }
}

/** Signs with our code; fees as suggested by our code. */
async function signed(node, to, data, change = {}) {
  const [, tip, fee] = await node.probe.values('fees', node.at);
  const fields = { nonce: node.nonce, tip, fee, gas: 1_000_000n, value: ZERO_WORD, key: KEY, ...change };
  return node.probe.values('tx', fields.key, number(node.chainId), number(fields.nonce), number(fields.tip), number(fields.fee),
    number(fields.gas), to ?? '0x', fields.value, data);
}

/** A node may accept first and mine a moment later: null means neither yes nor no. */
async function receiptOf(node, hash) {
  for (;;) {
    const answer = await node.probe.ask('receipt', node.at, hash);
    if (answer !== 'error not-found') return answer.split(' ');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Sends with our code and reads the receipt with our code. */
async function mine(node, to, data) {
  const gas = await node.probe.value('estimate', node.at, SENDER, to ?? '0x', data);
  const [, raw, hash] = await signed(node, to, data, { gas: BigInt(gas) * 5n / 4n });
  assert.equal(await node.probe.value('send', node.at, raw), 'accepted');
  node.nonce += 1n;
  const receipt = await receiptOf(node, hash);
  assert.equal(receipt[0], '1');
  const theirs = await node.provider.getTransactionReceipt(hash);
  assert.deepEqual(receipt.slice(1, 5),
    [`${theirs.blockNumber}`, theirs.blockHash, `${theirs.gasUsed}`, `${theirs.gasPrice}`]);
  assert.deepEqual(await node.probe.values('place', node.at, hash), ['1', `${theirs.blockNumber}`]);
  return { hash, block: theirs.blockHash, height: theirs.blockNumber, created: receipt[5], data: receipt[7] };
}

for (const [fork, fields] of [['cancun', '20'], ['prague', '21'], ['osaka', '21']]) {
  test(`headers of ${fork} hash to themselves`, () =>
    withNode(['--hardfork', fork, '--chain-id', '560048'], async (node) => {
      await node.provider.send('anvil_mine', ['0x5']);
      const [chainId, genesis] = await node.probe.values('chain', node.at);
      assert.equal(chainId, '560048');
      assert.equal(genesis, (await node.provider.getBlock(0)).hash);
      for (const where of [LATEST, '0x00', '0x03', (await node.provider.getBlock(2)).hash]) {
        const ours = await node.probe.values('block-at', node.at, where);
        const theirs = await node.provider.getBlock(where === LATEST ? 'latest' : where.length === 66 ? where : Number(where));
        assert.deepEqual(ours, [theirs.hash, `${theirs.number}`, fields, theirs.stateRoot, `${theirs.timestamp}`,
          `${theirs.baseFeePerGas}`, `${theirs.gasUsed}`, `${theirs.gasLimit}`]);
        if (theirs.number === 0) continue;
        const parent = await node.provider.getBlock(theirs.number - 1);
        assert.equal(await node.probe.value('next-base', number(parent.baseFeePerGas), number(parent.gasUsed), number(parent.gasLimit)),
          `${theirs.baseFeePerGas}`);
      }
      assert.equal(await node.probe.ask('block-at', node.at, number(99)), 'error not-found');
      assert.equal(await node.probe.ask('block-at', node.at, keccak256('0x01')), 'error not-found');
    }));
}

test('a contract is created, written to and its slots are proven', () =>
  withNode(['--slots-in-an-epoch', '1'], async (node) => {
    const random = new Random('chain');
    await node.provider.send('anvil_mine', ['0x1']); // Anvil's block 0 does not commit to its state
    const creation = await mine(node, null, CREATION);
    const contract = getCreateAddress({ from: SENDER, nonce: 0 }).toLowerCase();
    assert.equal(creation.created, contract);
    const written = new Map();
    let last;
    for (let i = 0; i < 60; i++) {
      const slot = i < 3 ? word(i) : random.hex(32);
      const value = random.pick([random.hex(32), word(random.below(255) + 1), `0x00${random.hex(31).slice(2)}`]);
      last = await mine(node, contract, `${slot}${value.slice(2)}`);
      assert.equal(last.data, `${slot}${value.slice(2)}`);
      written.set(slot, value);
      const [exists, , , , , proven] = await node.probe.values('state', node.at, contract, last.block, slot);
      assert.deepEqual([exists, proven], ['1', value]);
    }
    await mine(node, contract, `${word(1)}${ZERO_WORD.slice(2)}`); // a slot that is emptied again
    written.set(word(1), ZERO_WORD);
    const slots = [...written.keys()];
    for (let i = 0; i < slots.length; i += 16) {
      const some = slots.slice(i, i + 15);
      const absent = random.hex(32);
      const [, , , storageRoot, codeHash, ...values] = await node.probe.values('state', node.at, contract, LATEST, ...some, absent);
      assert.deepEqual(values, [...some.map((slot) => written.get(slot)), ZERO_WORD]);
      assert.equal(codeHash, keccak256(`0x${RUNTIME}`));
      const theirs = await node.provider.send('eth_getProof', [contract, [], 'latest']);
      assert.equal(storageRoot, theirs.storageHash);
    }
    // The state of an older block, by number; before the first write there is none.
    const [, , , , , older] = await node.probe.values('state', node.at, contract, number(creation.height), word(0));
    assert.equal(older, ZERO_WORD);
    const [nowhere] = await node.probe.values('state', node.at, contract, number(creation.height - 1), word(0));
    assert.equal(nowhere, '0');
    // Accounts: the sender's, and one that is not there.
    const [exists, nonce, balance] = await node.probe.values('state', node.at, SENDER, LATEST);
    assert.deepEqual([exists, nonce, BigInt(balance)], ['1', `${node.nonce}`, await node.provider.getBalance(SENDER)]);
    assert.deepEqual((await node.probe.values('state', node.at, random.hex(20), LATEST, word(0))).slice(0, 2), ['0', '0']);
    assert.deepEqual(await node.probe.values('account', node.at, contract, LATEST), ['1', ZERO_WORD, `0x${RUNTIME}`]);
    // Events: all of them, and a range.
    const [count, ...rest] = await node.probe.values('logs', node.at, contract, '0x00', number(last.height + 1));
    assert.equal(count, '61');
    assert.equal(rest.at(-4), last.data);
    assert.equal((await node.probe.values('logs', node.at, contract, number(last.height), number(last.height)))[0], '1');
    const [, finalized] = await node.probe.values('block-at', node.at, FINALIZED);
    assert.equal(Number(finalized), (await node.provider.getBlock('finalized')).number);
    console.log(`proven slots: ${60 + slots.length + 4}`);
  }));

test('what a real node says to a send is classed', () =>
  withNode(['--no-mining'], async (node) => {
    const to = `0x${'11'.repeat(20)}`;
    const send = async (change, data = '0x') => {
      const [, raw] = await signed(node, to, data, change);
      return node.probe.value('send', node.at, raw);
    };
    const fee = 10_000_000_000n;
    assert.equal(await send({ fee, tip: 1_000_000_000n }), 'accepted');
    assert.equal(await send({ fee, tip: 1_000_000_000n }), 'known');
      assert.equal(await send({ fee: fee - 1n, tip: 999_999_999n }), 'replace');
    assert.equal(await send({ fee: fee * 9n / 8n + 1n, tip: 1_125_000_001n }), 'accepted');
    assert.equal(await send({ gas: 20_000n, nonce: 1n }), 'fatal');
    assert.equal(await send({ value: word(10n ** 30n), nonce: 1n }), 'funds');
    await node.provider.send('anvil_mine', ['0x1']);
    assert.equal(await send({ nonce: 0n, fee, tip: 5n }), 'nonce-used');
    node.chainId = 1n;
    assert.equal(await send({ nonce: 1n }), 'fatal');
    assert.equal(await node.probe.ask('receipt', node.at, keccak256('0x02')), 'error not-found');
    assert.equal(await node.probe.ask('place', node.at, keccak256('0x02')), 'error not-found');
    assert.equal(await node.probe.value('send', text('http://127.0.0.1:1/'), '0x02'), 'transport');
  }));

/** A proxy before the node: lie(method, result) may change an answer. */
async function liar(node, lie) {
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const answer = await (await fetch(node.url, { method: 'POST', body, headers: { 'content-type': 'application/json' } })).json();
    if (answer.result) answer.result = lie(JSON.parse(body).method, answer.result) ?? answer.result;
    response.end(JSON.stringify(answer));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { at: text(`http://127.0.0.1:${server.address().port}/`), stop: () => server.close() };
}

const flip = (string, at) => string.slice(0, at) + (string[at] === '1' ? '2' : '1') + string.slice(at + 1);

test('no lie about a header or a proof is believed', () =>
  withNode([], async (node) => {
    const contract = (await mine(node, null, CREATION)).created;
    for (let i = 0; i < 20; i++) await mine(node, contract, `${word(i)}${word(i + 1).slice(2)}`);
    const ask = async (lie) => {
      const { at, stop } = await liar(node, lie);
      const answer = await node.probe.ask('state', at, contract, LATEST, word(3), word(77));
      stop();
      return answer;
    };
    const truth = await ask(() => undefined);
    assert.deepEqual(truth.split(' ').slice(-2), [word(4), ZERO_WORD]);
    let lies = 0;
    const refused = async (lie) => {
      assert.match(await ask(lie), /^error (header-hash-differs|header-field|unsupported-header|proof-[a-z-]+|bad-proof)$/);
      lies++;
    };
    const block = (change) => (method, result) => (method === 'eth_getBlockByNumber' ? change(result) : undefined);
    const proof = (change) => (method, result) => (method === 'eth_getProof' ? change(result) : undefined);
    for (const name of ['parentHash', 'stateRoot', 'receiptsRoot', 'logsBloom', 'number', 'timestamp', 'gasUsed', 'baseFeePerGas', 'requestsHash', 'hash'])
      await refused(block((result) => ({ ...result, [name]: flip(result[name], result[name].length - 1) })));
    await refused(block((result) => ({ ...result, hash: flip(result.hash, 9), newFork: '0x1' })));
    const { accountProof, storageProof } = await node.provider.send('eth_getProof', [contract, [word(3), word(77)], 'latest']);
    for (let i = 0; i < accountProof.length; i++) {
      await refused(proof((result) => ({ ...result, accountProof: result.accountProof.map((node, at) => (at === i ? flip(node, 20) : node)) })));
      await refused(proof((result) => ({ ...result, accountProof: result.accountProof.filter((_, at) => at !== i) })));
    }
    await refused(proof((result) => ({ ...result, accountProof: [...result.accountProof, result.accountProof[0]] })));
    for (let s = 0; s < storageProof.length; s++) {
      for (let i = 0; i < storageProof[s].proof.length; i++) {
        const change = (edit) => proof((result) => ({ ...result,
          storageProof: result.storageProof.map((one, at) => (at === s ? { ...one, proof: edit(one.proof) } : one)) }));
        await refused(change((nodes) => nodes.map((node, at) => (at === i ? flip(node, 20) : node))));
        await refused(change((nodes) => nodes.filter((_, at) => at !== i)));
        await refused(change((nodes) => [...nodes, nodes[0]]));
      }
    }
    // The slots exchanged, and the value the node claims, which is never looked at.
    await refused(proof((result) => ({ ...result, storageProof: [...result.storageProof].reverse() })));
    assert.equal(await ask(proof((result) => ({ ...result, storageProof: result.storageProof.map((one) => ({ ...one, value: '0x63' })) }))), truth);
    console.log(`lies refused: ${lies}`);
  }));
