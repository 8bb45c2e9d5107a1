// SPDX-License-Identifier: Apache-2.0
//
// A city in memory, by others' code alone: ethers for hashes, addresses and signatures,
// OpenZeppelin's tree, ethereumjs for tries and RLP. One contract with a sound deployment record, a
// register, two batches, evidence in a block, and a receipt that all of it proves.

import { readFileSync } from "node:fs";
import { createMPT, createMerkleProof } from "@ethereumjs/mpt";
import { RLP } from "@ethereumjs/rlp";
import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { AbiCoder, SigningKey, ZeroAddress, ZeroHash, computeAddress, concat, getCreate2Address, hexlify, keccak256, toBeHex, toUtf8Bytes } from "ethers";

export const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
export const vectors = JSON.parse(read("tests/vectors/protocol-v1.json"));
export const creationCode = `0x${read("contracts/artifacts/VoteAnchor.creation.hex").trim()}`;
export const codeHash = JSON.parse(read("contracts/artifacts/VoteAnchor.build.json")).code_hash;

const abi = AbiCoder.defaultAbiCoder();
const seeded = (label) => keccak256(toUtf8Bytes(`voteanchor page ${label}`));
const word = (value) => toBeHex(value, 32);
const lower = (text) => text.toLowerCase();
const keyOf = (label) => new SigningKey(seeded(label));
const addressOf = (label) => lower(computeAddress(keyOf(label).publicKey));

export const entryHash = (e) =>
    keccak256(abi.encode(["uint256", "uint64", "uint64", "uint64", "bytes32", "bytes32", "bytes32"], [e.kind, e.number, e.block, e.time, e.a, e.b, e.c]));

export const headAfter = (head, entries) => entries.reduce((sum, entry) => keccak256(concat([sum, entryHash(entry)])), head);

export const genesisOf = (r) =>
    keccak256(
        abi.encode(
            ["bytes32", "uint256", "address", "address", "address", "address", "uint256", "address", "uint64", "bytes32"],
            [keccak256(toUtf8Bytes("voteanchor.genesis.v1")), r.chain_id, r.address, r.owner, r.anchorer, r.acceptance_key, r.pred_chain_id, r.pred_contract, r.pred_length, r.pred_head],
        ),
    );

export function recordOf(label, given = {}) {
    const record = {
        acceptance_key: addressOf("acceptance"),
        anchorer: addressOf("anchorer"),
        block: 900,
        chain_genesis: seeded("chain"),
        chain_id: 31337,
        creation_code_hash: keccak256(creationCode),
        deployer: "0x4e59b44847b379578588920ca78fbf26c0b4956c",
        owner: addressOf("owner"),
        pred_chain_id: 0,
        pred_contract: ZeroAddress,
        pred_head: ZeroHash,
        pred_length: 0,
        salt: seeded(`salt ${label}`),
        time: 1789990000,
        transaction: seeded("transaction"),
        ...given,
    };
    const args = abi.encode(
        ["address", "address", "address", "uint256", "address", "uint64", "bytes32"],
        [record.owner, record.anchorer, record.acceptance_key, record.pred_chain_id, record.pred_contract, record.pred_length, record.pred_head],
    );
    return { ...record, address: lower(getCreate2Address(record.deployer, record.salt, keccak256(concat([creationCode, args])))) };
}

export function treeOf(rows) {
    const tree = StandardMerkleTree.of(rows.map((row) => [row.register, row.tag, row.content_hash]), ["bytes32", "bytes32", "bytes32"]);
    const sorted = [...rows].sort((a, b) => (leafOf(a) < leafOf(b) ? -1 : 1));
    return { root: tree.root, pathOf: (row) => tree.getProof([row.register, row.tag, row.content_hash]), bytes: Buffer.concat(sorted.map(rowBytes)), leaves: sorted.map(leafOf) };
}

export const rowBytes = (row) => Buffer.from(concat([row.register, row.tag, row.content_hash]).slice(2), "hex");
export const leafOf = (row) => keccak256(keccak256(rowBytes(row)));

const definition = vectors.records.definitions[0].text;
const register = keccak256(toUtf8Bytes(definition));

function recordedRow(i, content) {
    const opening = { citizen_salt: seeded(`citizen ${i}`), city_salt: seeded(`city ${i}`), content };
    const salt = keccak256(concat([opening.city_salt, opening.citizen_salt]));
    const content_hash = keccak256(concat([salt, toUtf8Bytes(content)]));
    return { opening, salt, row: { content_hash, register, tag: seeded(`tag ${i}`) } };
}

/** Header, account and storage proofs of a contract whose slot 0 is `head`. */
async function evidenceOf(contract, head, { number, time }) {
    const storage = await createMPT({ useKeyHashing: true });
    for (let slot = 0; slot < 3; slot++)
        await storage.put(Buffer.from(word(slot).slice(2), "hex"), RLP.encode(slot === 0 ? head : slot));
    const state = await createMPT({ useKeyHashing: true });
    const bytes = (text) => Buffer.from(text.slice(2), "hex");
    for (let i = 0; i < 20; i++)
        await state.put(bytes(seeded(`account ${i}`)).subarray(0, 20), RLP.encode([1, i + 1, new Uint8Array(32).fill(7), new Uint8Array(32).fill(9)]));
    await state.put(bytes(contract), RLP.encode([1, 0, storage.root(), codeHash]));
    const items = Array.from({ length: 20 }, () => new Uint8Array());
    items[3] = state.root();
    items[8] = number;
    items[11] = time;
    const proof = async (trie, key) => (await createMerkleProof(trie, key)).map((node) => hexlify(node));
    return {
        account: await proof(state, bytes(contract)),
        format: "evidence-mpt-v1",
        header: hexlify(RLP.encode(items)),
        storage: await proof(storage, bytes(word(0))),
    };
}

const CHOICES = ["yes", "no", "yes", "yes", "no", "yes", "no", "yes", "no", "no", "yes"];

/** Everything; `verifier` signs nothing and is asked for the digest alone. */
export async function makeWorld(verifier) {
    const record = recordOf("city");
    const records = CHOICES.map((choice, i) => recordedRow(i, `{"cast_at":"2026-09-21T14:1${5 + (i % 4)}:00Z","choice":["${choice}"]}`));
    const first = treeOf(records.slice(0, 7).map(({ row }) => row));
    const second = treeOf(records.slice(7).map(({ row }) => row));
    const entry = (number, kind, a, b, time) => ({ a, b, block: 1000 + number, c: ZeroHash, kind, number, time });
    const entries = [
        entry(1, 1, register, ZeroHash, 1790000000),
        entry(2, 2, first.root, word(7), 1790000900),
        entry(3, 2, second.root, word(4), 1790004000),
    ];
    const genesis = genesisOf(record);
    const head = headAfter(genesis, entries);
    const evidence = await evidenceOf(record.address, head, { number: 1010, time: 1790004100 });
    const receipts = records.map(({ opening, row }, i) => {
        const [batch, number] = i < 7 ? [first, 2] : [second, 3];
        const { block, time, a: root, b: count } = entries[number - 1];
        const acceptance = { accepted_at: 1789999950 + i, anchor_by: 1790001000, chain_id: record.chain_id, contract: record.address };
        const digest = verifier.digest(leafOf(row), { ...acceptance, signature: `0x${"00".repeat(65)}` });
        return {
            acceptance: { ...acceptance, signature: keyOf("acceptance").sign(digest).serialized },
            anchors: [
                {
                    chain_genesis: record.chain_genesis,
                    chain_id: record.chain_id,
                    contract: record.address,
                    entry: { block, count: Number(count), number, root, time },
                    evidence,
                    later: entries.slice(number).map(entryHash),
                    parent: headAfter(genesis, entries.slice(0, number - 1)),
                },
            ],
            definition,
            format: "voteanchor-receipt-v1",
            opening,
            path: batch.pathOf(row),
            row,
        };
    });
    return { record, records, entries, genesis, head, evidence, receipts, batches: [first, second], block: keccak256(evidence.header), definition, register };
}

/** Trust in four ways: nothing, the journal to its head, the head alone, the block. */
export function trustsOf({ record, entries, head, block }) {
    const { address, chain_genesis, chain_id } = record;
    const contracts = [{ address, chain_genesis, chain_id, how: "named", record }];
    const known = { block: 1010, contract: 0, final: true, head, length: entries.length, time: 1790004100 };
    const none = { blocks: [], contracts: [], journals: [], links: [] };
    return {
        none,
        nameless: { ...none, contracts: [{ address, chain_genesis, chain_id, how: "no_record" }] },
        journal: { ...none, contracts, journals: [{ ...known, entries }] },
        head: { ...none, contracts, journals: [known] },
        block: { ...none, contracts, blocks: [{ chain_genesis, chain_id, final: true, hash: block }] },
        pending: { ...none, contracts, blocks: [{ chain_genesis, chain_id, final: false, hash: block }] },
    };
}
