// SPDX-License-Identifier: Apache-2.0
// A second judge of breach bundles, from docs/FORMATS.md alone: viem hashes, recovers and encodes,
// OpenZeppelin's tree rebuilds the lists, @ethereumjs/mpt proves the heads. Ours is not asked.
import { readFileSync } from 'node:fs';
import { SimpleMerkleTree } from '@openzeppelin/merkle-tree';
import { verifyMerkleProof } from '@ethereumjs/mpt';
import { RLP } from '@ethereumjs/rlp';
import canonicalize from 'canonicalize';
import {
  concat, encodeAbiParameters, getCreate2Address, hexToBytes, keccak256, pad, parseAbiParameters, recoverTypedDataAddress, toHex,
} from 'viem';

const codeFile = new URL('../../contracts/artifacts/VoteAnchor.creation.hex', import.meta.url);
const code = readFileSync(codeFile, 'utf8').trim().replace(/^(0x)?/, '0x');
const { code_hash: CODE_HASH } = JSON.parse(readFileSync(new URL('../../contracts/artifacts/VoteAnchor.build.json', import.meta.url), 'utf8'));
const words = (types, values) => encodeAbiParameters(parseAbiParameters(types), values);
const same = (a, b) => a.toLowerCase() === b.toLowerCase();
const ZERO = `0x${'00'.repeat(32)}`;

function addressOf(d) {
  const initCode = concat([code, words('address, address, address, uint256, address, uint64, bytes32', [
    d.owner, d.anchorer, d.acceptance_key, d.pred_chain_id, d.pred_contract, d.pred_length, d.pred_head])]);
  return getCreate2Address({ bytecodeHash: keccak256(initCode), from: d.deployer, salt: d.salt });
}

const genesisOf = (d) => keccak256(words('bytes32, uint256, address, address, address, address, uint256, address, uint64, bytes32', [
  keccak256(toHex('voteanchor.genesis.v1')), d.chain_id, d.address, d.owner, d.anchorer, d.acceptance_key, d.pred_chain_id,
  d.pred_contract, d.pred_length, d.pred_head]));
const next = (head, e) => keccak256(concat([head, keccak256(words('uint256, uint64, uint64, uint64, bytes32, bytes32, bytes32', [
  e.kind, e.number, e.block, e.time, e.a, e.b, e.c]))]));
const fold = (d, entries) => entries.reduce(next, genesisOf(d));

/** Head, block hash and time that the evidence proves. */
async function proven({ deployment, evidence }) {
  const header = RLP.decode(hexToBytes(evidence.header));
  const at = (root, key, nodes) =>
    verifyMerkleProof(hexToBytes(keccak256(key)), nodes.map(hexToBytes), { root, useKeyHashing: false });
  const account = RLP.decode(await at(header[3], deployment.address, evidence.account));
  if (toHex(account[3]) !== CODE_HASH.replace(/^(0x)?/, '0x')) throw new Error('other code');
  const slot = RLP.decode(await at(account[2], ZERO, evidence.storage));
  return { hash: keccak256(evidence.header), head: pad(toHex(slot)), time: Number(toHex(header[11])) };
}

/** Every time in which an address was acceptance key: from, until, and from when it is in doubt. */
function times(d, journal, signer) {
  const sets = [{ key: d.acceptance_key, time: 0 }, ...journal.filter((e) => e.kind === 4 && BigInt(e.a) === 2n)
    .map((e) => ({ doubt: Number(e.c), key: `0x${e.b.slice(26)}`, time: e.time }))];
  return sets.flatMap(({ key, time }, i) => {
    const after = sets[i + 1];
    return same(key, signer) ? [{ doubt: after?.doubt || Infinity, from: time, until: (after?.time ?? Infinity) + 3600 }] : [];
  });
}

/** Is the leaf in it: true, false, or undefined: the list does not lead to the root. */
function holds(batch, entry, leaf) {
  const count = Number(entry.b);
  if (batch?.path) {
    const fits = [Math.floor(Math.log2(count)), Math.ceil(Math.log2(count))].includes(batch.path.length);
    return fits && SimpleMerkleTree.verify(entry.a, leaf, batch.path) ? true : undefined;
  }
  const bytes = Buffer.from(batch?.leaves ?? '', 'base64');
  const leaves = Array.from({ length: bytes.length / 32 }, (_, i) => toHex(bytes.subarray(32 * i, 32 * i + 32)));
  if (leaves.length !== count || SimpleMerkleTree.of(leaves).root !== entry.a) return undefined;
  return leaves.includes(leaf);
}

/** As `voteanchor breach --check` with --contract and --block: the outcome, or "not_checked". */
export async function judge(text, { blocks, contract }) {
  const b = JSON.parse(text);
  if (`${canonicalize(b)}\n` !== text) return 'not_checked';
  const { accepted_at: at, anchor_by: by, signature } = b.acceptance;
  const leaf = keccak256(keccak256(concat([b.row.register, b.row.tag, b.row.content_hash])));
  let end = 0;
  for (const [i, c] of b.contracts.entries()) {
    const { hash, head, time } = await proven(c).catch(() => ({}));
    const before = b.contracts[i - 1]?.journal.at(-1);
    if (!blocks.includes(hash) || fold(c.deployment, c.journal) !== head || !same(addressOf(c.deployment), c.deployment.address)) return 'not_checked';
    if (before && (before.kind !== 6 || BigInt(before.b) !== BigInt(c.deployment.address) ||
      fold(b.contracts[i - 1].deployment, b.contracts[i - 1].journal.slice(0, -1)) !== c.deployment.pred_head)) return 'not_checked';
    end = time;
  }
  if (!b.contracts.some((c) => same(c.deployment.address, contract))) return 'not_checked';
  const first = b.contracts[0];
  const message = { acceptedAt: BigInt(at), anchorBy: BigInt(by), leaf };
  const types = { Acceptance: ['bytes32 leaf', 'uint64 acceptedAt', 'uint64 anchorBy'].map((f) => ({ name: f.split(' ')[1], type: f.split(' ')[0] })) };
  const domain = { chainId: first.deployment.chain_id, name: 'voteanchor', verifyingContract: first.deployment.address, version: '1' };
  const signer = await recoverTypedDataAddress({ domain, message, primaryType: 'Acceptance', signature, types });
  const periods = times(first.deployment, first.journal, signer);
  if (periods.length === 0) return 'not_valid';
  if (!periods.some((p) => p.from <= at && at <= p.until) || periods.some((p) => at >= p.doubt)) return 'not_checked';
  const entries = b.contracts.flatMap((c) => c.journal);
  const gone = (n) => entries.some((e) => e.kind === 5 && n < e.number && BigInt(n) >= BigInt(e.a) && BigInt(n) <= BigInt(e.b));
  const batches = b.contracts.flatMap((c) => c.journal.filter((e) => e.kind === 2 && !gone(e.number))
    .map((e) => ({ e, has: holds(c.batches.find((one) => one.entry === e.number), e, leaf) })));
  if (batches.some(({ e, has }) => has && e.time <= by)) return 'kept';
  if (end <= by || b.contracts.at(-1).journal.some((e) => e.kind === 6)) return 'not_checked';
  const late = batches.find(({ has }) => has);
  if (batches.some(({ e, has }) => has === undefined && (e.time <= by || e.number < late?.e.number))) return 'not_checked';
  return late ? 'kept_late' : 'broken';
}
