// SPDX-License-Identifier: Apache-2.0
//
// Deploys the committed creation code on a real node in both ways there are, and checks address,
// genesis, storage and gas with ethers, which shares nothing with our code.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import {
    AbiCoder,
    Contract,
    Interface,
    ZeroAddress,
    ZeroHash,
    concat,
    dataLength,
    dataSlice,
    getAddress,
    getBytes,
    getCreate2Address,
    getCreateAddress,
    id,
    keccak256,
    toBeHex,
    zeroPadValue,
} from "ethers";

import { startAnvil } from "./anvil.mjs";

const rootDir = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const read = (...path) => readFileSync(join(rootDir, ...path), "utf8");
const readJson = (...path) => JSON.parse(read(...path));
const artifact = (name) => readJson("contracts", "artifacts", `VoteAnchor.${name}.json`);
const code = (name) => `0x${read("contracts", "artifacts", `VoteAnchor.${name}.hex`).trimEnd()}`;

const abi = artifact("abi");
const build = artifact("build");
const creationCode = code("creation");
const runtimeCode = code("runtime");
const vectors = readJson("tests", "vectors", "protocol-v1.json");
const gas = readJson("contracts", "snapshots", "gas.json");

const PROXY = "0x4e59b44847b379578588920ca78fbf26c0b4956c";
const PROXY_CODE_HASH = "0x2fa86add0aed31f33a762c9d88e807c475bd51d0f52bd0955754b2608f7e4989";
const SALT = id("salt");
const ROOT = `0x${"11".repeat(32)}`;
const ANCHOR_GAS_LIMIT = 35_600n;
const TRANSACTION_GAS_LIMIT = 2n ** 24n;

const ARGUMENTS = ["address", "address", "address", "uint256", "address", "uint64", "bytes32"];
const coder = AbiCoder.defaultAbiCoder();

const bootstrap = (salt, initCode) =>
    concat(["0x603680380380915f397f", salt, "0x905f5ff56034575f5ffd5b00", initCode]);

function genesisHead(chainId, contract, args) {
    const types = ["bytes32", "uint256", "address", ...ARGUMENTS];
    const tag = id("voteanchor.genesis.v1");
    return keccak256(coder.encode(types, [tag, chainId, contract, ...args]));
}

function headAfter(parent, words) {
    const types = ["uint256", "uint64", "uint64", "uint64", "bytes32", "bytes32", "bytes32"];
    return keccak256(concat([parent, keccak256(coder.encode(types, words))]));
}

const word = (value) => zeroPadValue(toBeHex(value), 32);
const zeroBytes = (data) => getBytes(data).filter((byte) => byte === 0).length;

describe("deployment", () => {
    let node;
    let provider;
    let owner, anchorer, acceptance;
    let args, initCode;

    before(async () => {
        node = await startAnvil(rootDir, ["--hardfork", "osaka", "--timestamp", "1790000000"]);
        provider = node.provider;
        [owner, anchorer, acceptance] = await Promise.all(
            [0, 1, 2].map((index) => provider.getSigner(index)),
        );
        const keys = [owner, anchorer, acceptance].map((signer) => signer.address);
        args = [...keys, 0, ZeroAddress, 0, ZeroHash];
        initCode = concat([creationCode, coder.encode(ARGUMENTS, args)]);
    });

    after(() => node?.stop());

    const send = async (transaction) => (await owner.sendTransaction(transaction)).wait();

    async function assertFresh(address, receipt) {
        const contract = new Contract(address, abi, anchorer);
        assert.equal(await provider.getCode(address), runtimeCode);
        assert.equal(await contract.head(), genesisHead(31337, address, args));
        assert.equal(await contract.length(), 0n);
        const [genesis, transferred, ...others] = receipt.logs.map((log) =>
            new Interface(abi).parseLog(log),
        );
        assert.equal(genesis.name, "Genesis");
        const noPredecessor = [0n, ZeroAddress, 0n, ZeroHash];
        assert.deepEqual([...genesis.args], [31337n, ...args.slice(0, 3), ...noPredecessor]);
        assert.equal(transferred.name, "OwnershipTransferred");
        assert.deepEqual(others, []);
        assert.ok(receipt.gasUsed < TRANSACTION_GAS_LIMIT);
        return contract;
    }

    test("the node runs Osaka and has the deterministic-deployment proxy", async () => {
        const info = await provider.send("anvil_nodeInfo", []);
        assert.equal(info.hardFork, "Osaka");
        assert.equal(keccak256(await provider.getCode(PROXY)), PROXY_CODE_HASH);
    });

    test("the build record describes the committed code", () => {
        assert.equal(build.creation_code_hash, keccak256(creationCode));
        assert.equal(build.creation_code_size, dataLength(creationCode));
        assert.equal(build.code_hash, keccak256(runtimeCode));
        assert.equal(build.code_size, dataLength(runtimeCode));
        for (const [signature, selector] of Object.entries(build.functions)) {
            assert.equal(selector, dataSlice(id(signature), 0, 4));
        }
        for (const [signature, topic] of Object.entries(build.events)) {
            assert.equal(topic, id(signature));
        }
    });

    test("through the proxy the address is that of the deployment record", async () => {
        const address = getCreate2Address(getAddress(PROXY), SALT, keccak256(initCode));
        const receipt = await send({ to: PROXY, data: concat([SALT, initCode]) });
        await assertFresh(address, receipt);
    });

    test("a second deployment of the same record fails and leaves the first", async () => {
        const address = getCreate2Address(getAddress(PROXY), SALT, keccak256(initCode));
        const again = send({ to: PROXY, data: concat([SALT, initCode]) });
        await assert.rejects(again, { code: "CALL_EXCEPTION" });
        assert.equal(await provider.getCode(address), runtimeCode);
    });

    test("through the in-line bootstrap the deployer is the bootstrap's own address", async () => {
        const nonce = await owner.getNonce();
        const receipt = await send({ data: bootstrap(SALT, initCode) });
        const deployer = getCreateAddress({ from: owner.address, nonce });
        assert.equal(receipt.contractAddress, deployer);
        const address = getCreate2Address(deployer, SALT, keccak256(initCode));
        await assertFresh(address, receipt);
    });

    test("the bootstrap fails as a whole when the constructor reverts", async () => {
        const same = [owner.address, owner.address, ...args.slice(2)];
        const refused = concat([creationCode, coder.encode(ARGUMENTS, same)]);
        const attempt = send({ data: bootstrap(SALT, refused) });
        await assert.rejects(attempt, { code: "CALL_EXCEPTION" });
    });

    test("slots 0 to 3 hold what proofs look for, before and after an anchor", async () => {
        const contract = await deployWith(id("slots"));
        const slot = (number) => provider.getStorage(contract.target, number);
        const assertSlots = async (length) => {
            const packed = (BigInt(length) << 160n) | BigInt(anchorer.address);
            assert.equal(await slot(0), await contract.head());
            assert.equal(await slot(1), word(packed));
            assert.equal(await slot(2), word(acceptance.address));
            assert.equal(await slot(3), word(owner.address));
        };
        await assertSlots(0);
        await (await contract.anchor(await contract.head(), ROOT, 200)).wait();
        await assertSlots(1);
    });

    test("anchoring costs at most 35,600 gas, and what the snapshot says", async () => {
        const contract = await deployWith(id("gas"));
        for (let number = 1; number <= 3; ++number) {
            const parent = await contract.head();
            const receipt = await (await contract.anchor(parent, ROOT, 200)).wait();
            assert.ok(receipt.gasUsed <= ANCHOR_GAS_LIMIT);
            // The snapshot has no zero byte in parent and root; each here is 12 gas cheaper.
            assert.equal(receipt.gasUsed, BigInt(gas.anchor) - 12n * BigInt(zeroBytes(parent)));

            const { timestamp } = await provider.getBlock(receipt.blockNumber);
            const words = [2, number, receipt.blockNumber, timestamp, ROOT, word(200), ZeroHash];
            const head = headAfter(parent, words);
            assert.equal(await contract.head(), head);
            const event = contract.interface.parseLog(receipt.logs[0]);
            assert.deepEqual([...event.args], [BigInt(number), ROOT, 200n, head]);
        }
    });

    test("the vectors' arguments and addresses come out", () => {
        const { genesis } = vectors.journal;
        const named = ["owner", "anchorer", "acceptanceKey", "predChainId", "predContract"];
        const values = [...named, "predLength", "predHead"].map((name) => genesis[name]);
        for (const vector of vectors.create2) {
            assert.equal(vector.arguments, coder.encode(ARGUMENTS, values));
            const code = concat([vector.creation_code, vector.arguments]);
            assert.equal(keccak256(code), vector.init_code_hash);
            const deployer = getAddress(vector.deployer);
            const address = getCreate2Address(deployer, vector.salt, vector.init_code_hash);
            assert.equal(address.toLowerCase(), vector.address);
            if (vector.bootstrap) assert.equal(vector.bootstrap, bootstrap(vector.salt, code));
            if (vector.proxy_call) assert.equal(vector.proxy_call, concat([vector.salt, code]));
        }
    });

    test("the vectors' transactions deploy at the vectors' addresses", async () => {
        const [viaProxy, viaBootstrap] = vectors.create2;
        await send({ to: viaProxy.deployer, data: viaProxy.proxy_call });
        assert.equal(await provider.getCode(viaProxy.address), "0x602a60005260206000f3");

        const { sender, nonce } = viaBootstrap.deployer_from;
        await provider.send("anvil_impersonateAccount", [sender]);
        await provider.send("anvil_setBalance", [sender, toBeHex(10n ** 18n)]);
        await provider.send("anvil_setNonce", [sender, toBeHex(nonce)]);
        const from = await provider.getSigner(sender);
        const receipt = await (await from.sendTransaction({ data: viaBootstrap.bootstrap })).wait();
        assert.equal(receipt.contractAddress.toLowerCase(), viaBootstrap.deployer);
        assert.equal(await provider.getCode(viaBootstrap.address), "0x602a60005260206000f3");
    });

    async function deployWith(salt) {
        await send({ to: PROXY, data: concat([salt, initCode]) });
        const address = getCreate2Address(getAddress(PROXY), salt, keccak256(initCode));
        return new Contract(address, abi, anchorer);
    }
});
