// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {VoteAnchor} from "../VoteAnchor.sol";
import {vm} from "./Vm.sol";

/// @dev The journal and the trees of tests/vectors, which an independent implementation made,
/// replayed on the contract at the vectors' own chains, addresses, blocks and times.
contract VectorsTest {
    string private json;

    function setUp() public {
        json = vm.readFile("tests/vectors/protocol-v1.json");
    }

    function test_everyEntryLeadsToTheVectorsHead() public {
        VoteAnchor journal = _construct(".journal.genesis");
        vm.assertEq(journal.head(), _word(".journal.genesis.head"), "genesis");
        for (uint256 i = 0; i < 10; ++i) {
            string memory entry = string.concat(".journal.entries[", vm.toString(i), "]");
            vm.roll(vm.parseJsonUint(json, _member(entry, "block")));
            vm.warp(vm.parseJsonUint(json, _member(entry, "time")));
            vm.assertEq(journal.head(), _word(_member(entry, "parent")), entry);
            _append(journal, entry);
            vm.assertEq(journal.head(), _word(_member(entry, "head")), entry);
            vm.assertEq(journal.length(), i + 1, entry);
        }
    }

    function test_theSuccessorsGenesisIsTheVectors() public {
        VoteAnchor journal = _construct(".journal.successor");
        vm.assertEq(journal.head(), _word(".journal.successor.head"), "genesis");
        vm.assertEq(journal.length(), 9, "length");
    }

    function test_countsAreHashedAsInTheVectors() public view {
        for (uint256 i = 0; i < 3; ++i) {
            string memory vector = string.concat(".journal.counts_hashes[", vm.toString(i), "]");
            bytes32 hash = keccak256(abi.encode(_counts(_member(vector, "counts"))));
            vm.assertEq(hash, _word(_member(vector, "hash")), vector);
        }
    }

    function test_everyPathOfTheVectorsTreesIsIncluded() public {
        for (uint256 i = 0; i < 7; ++i) {
            string memory tree = string.concat(".trees.cases[", vm.toString(i), "]");
            uint32 count = uint32(vm.parseJsonUint(json, _member(tree, "n")));
            VoteAnchor journal = _construct(".journal.genesis");
            bytes32 parent = journal.head();
            bytes32 root = _word(_member(tree, "root"));
            vm.prank(journal.anchorer());
            journal.anchor(parent, root, count);
            _assertPaths(journal, parent, tree, root, count);
        }
    }

    /// @dev A receipt of another implementation, checked against the head its evidence proves.
    function test_aReceiptOfTheVectorsIsIncluded() public {
        VoteAnchor journal = _construct(".journal.genesis");
        string memory receipt = ".evidence.receipt";
        string memory anchor = _member(receipt, "anchors[0]");
        vm.store(address(journal), 0, _provenHead(_member(anchor, "evidence.storage[1]")));
        bytes32[3] memory row = [
            _word(_member(receipt, "row.register")),
            _word(_member(receipt, "row.tag")),
            _word(_member(receipt, "row.content_hash"))
        ];
        bytes32[7] memory entry = [
            bytes32(uint256(2)),
            bytes32(vm.parseJsonUint(json, _member(anchor, "entry.number"))),
            bytes32(vm.parseJsonUint(json, _member(anchor, "entry.block"))),
            bytes32(vm.parseJsonUint(json, _member(anchor, "entry.time"))),
            _word(_member(anchor, "entry.root")),
            bytes32(vm.parseJsonUint(json, _member(anchor, "entry.count"))),
            0
        ];
        bytes32[] memory path = _words(_member(receipt, "path"));
        bytes32[] memory later = _words(_member(anchor, "later"));
        bytes32 parent = _word(_member(anchor, "parent"));
        vm.assertTrue(journal.included(row, path, parent, entry, later), "as received");
        row[2] = ~row[2];
        vm.assertFalse(journal.included(row, path, parent, entry, later), "another content");
    }

    function _append(VoteAnchor journal, string memory vector) private {
        bytes memory bytes_ = vm.parseJsonBytes(json, _member(vector, "bytes"));
        (uint256 kind,,,, bytes32 a, bytes32 b, bytes32 c) = abi.decode(
            bytes_, (uint256, uint256, uint256, uint256, bytes32, bytes32, bytes32)
        );
        bytes32 parent = journal.head();
        if (kind == 4 && uint256(a) == 3) return _moveOwnership(journal, _address(b));
        vm.prank(kind <= 3 ? journal.anchorer() : journal.owner());
        if (kind == 1) {
            journal.openRegister(
                parent, vm.parseJsonString(json, ".records.definitions[0].text")
            );
        }
        if (kind == 2) journal.anchor(parent, a, uint32(uint256(b)));
        if (kind == 3) {
            uint64[] memory counts = _counts(_member(vector, "counts"));
            journal.publishResult(parent, a, uint64(uint256(b)), counts);
        }
        if (kind == 4) journal.setKey(uint8(uint256(a)), _address(b), uint64(uint256(c)));
        if (kind == 5) {
            string memory reason = vm.parseJsonString(json, _member(vector, "reason"));
            journal.disavow(uint64(uint256(a)), uint64(uint256(b)), reason);
        }
        if (kind == 6) journal.succeededBy(uint256(a), _address(b));
    }

    function _moveOwnership(VoteAnchor journal, address next) private {
        vm.prank(journal.owner());
        journal.transferOwnership(next);
        vm.prank(next);
        journal.acceptOwnership();
    }

    function _assertPaths(
        VoteAnchor journal,
        bytes32 parent,
        string memory tree,
        bytes32 root,
        uint32 count
    ) private view {
        bytes32[7] memory entry = [
            bytes32(uint256(2)),
            bytes32(uint256(1)),
            bytes32(vm.getBlockNumber()),
            bytes32(vm.getBlockTimestamp()),
            root,
            bytes32(uint256(count)),
            0
        ];
        uint256 paths = count < 3 ? count : count < 5 ? 3 : 4;
        for (uint256 i = 0; i < paths; ++i) {
            string memory vector = _member(tree, string.concat("paths[", vm.toString(i), "]"));
            bytes32[3] memory row = _row(vm.parseJsonUint(json, _member(vector, "row")));
            bytes32[] memory path = _words(_member(vector, "path"));
            bytes32[] memory later = new bytes32[](0);
            vm.assertTrue(journal.included(row, path, parent, entry, later), vector);
        }
    }

    function _row(uint256 i) private pure returns (bytes32[3] memory) {
        string memory number = vm.toString(i);
        return [
            _seeded("register"),
            _seeded(string.concat("tag ", number)),
            _seeded(string.concat("content ", number))
        ];
    }

    function _seeded(string memory label) private pure returns (bytes32) {
        return keccak256(bytes(string.concat("voteanchor oracle ", label)));
    }

    /// @dev Runs the constructor at the address the vector names, which its genesis hashes.
    function _construct(string memory genesis) private returns (VoteAnchor) {
        vm.chainId(vm.parseJsonUint(json, _member(genesis, "chainId")));
        address place = vm.parseJsonAddress(json, _member(genesis, "contract"));
        bytes memory arguments = abi.encode(
            vm.parseJsonAddress(json, _member(genesis, "owner")),
            vm.parseJsonAddress(json, _member(genesis, "anchorer")),
            vm.parseJsonAddress(json, _member(genesis, "acceptanceKey")),
            vm.parseJsonUint(json, _member(genesis, "predChainId")),
            vm.parseJsonAddress(json, _member(genesis, "predContract")),
            uint64(vm.parseJsonUint(json, _member(genesis, "predLength"))),
            _word(_member(genesis, "predHead"))
        );
        vm.etch(place, bytes.concat(type(VoteAnchor).creationCode, arguments));
        (bool succeeded, bytes memory runtime) = place.call("");
        vm.assertTrue(succeeded, "constructor");
        vm.etch(place, runtime);
        return VoteAnchor(place);
    }

    /// @dev The leaf node of a storage proof ends in the 32 bytes of the value.
    function _provenHead(string memory node) private view returns (bytes32 value) {
        bytes memory rlp = vm.parseJsonBytes(json, node);
        assembly ("memory-safe") {
            value := mload(add(rlp, mload(rlp)))
        }
    }

    function _counts(string memory key) private view returns (uint64[] memory counts) {
        uint256[] memory numbers = vm.parseJsonUintArray(json, key);
        counts = new uint64[](numbers.length);
        for (uint256 i = 0; i < numbers.length; ++i) counts[i] = uint64(numbers[i]);
    }

    function _member(string memory object, string memory name)
        private
        pure
        returns (string memory)
    {
        return string.concat(object, ".", name);
    }

    function _word(string memory key) private view returns (bytes32) {
        return vm.parseJsonBytes32(json, key);
    }

    function _words(string memory key) private view returns (bytes32[] memory) {
        return vm.parseJsonBytes32Array(json, key);
    }

    function _address(bytes32 word) private pure returns (address) {
        return address(uint160(uint256(word)));
    }
}
