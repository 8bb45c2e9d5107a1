// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Fixture} from "./Fixture.sol";
import {Model} from "./Model.sol";
import {vm} from "./Vm.sol";

/// @dev The one question anybody may ask the contract: is this row in a batch of this journal?
contract IncludedTest is Fixture {
    /// @dev A batch of three: row and sibling beneath one node, which has the third leaf beside it.
    bytes32[3] private row = [REGISTER, keccak256("tag"), keccak256("content")];
    bytes32[] private path;
    bytes32[] private later;
    bytes32 private root;
    bytes32 private parent;
    bytes32[7] private entry;

    function setUp() public override {
        super.setUp();
        _anchor(keccak256("an earlier batch"), 8);
        path.push(keccak256("sibling"));
        path.push(keccak256("third"));
        root = _node(_node(_leaf(row), path[0]), path[1]);
        (parent, entry) = _anchored(root, 3);
    }

    function test_aRowOfTheLastBatch() public view {
        vm.assertTrue(_included(), "included");
    }

    function test_aRowWithEntriesAfterIt() public {
        later.push(_nextBatchHash(keccak256("later"), 9));
        _anchor(keccak256("later"), 9);
        later.push(_nextBatchHash(keccak256("last"), 10));
        _anchor(keccak256("last"), 10);
        vm.assertTrue(_included(), "included");

        (later[0], later[1]) = (later[1], later[0]);
        vm.assertFalse(_included(), "later entries in another order");
        (later[0], later[1]) = (later[1], later[0]);
        later.pop();
        vm.assertFalse(_included(), "a later entry withheld");
    }

    function test_anOldProofNeedsTheEntriesSince() public {
        _anchor(keccak256("later"), 9);
        vm.assertFalse(_included(), "included");
    }

    function test_aLaterEntryThatNeverWas() public {
        later.push(keccak256("later"));
        vm.assertFalse(_included(), "included");
    }

    function test_anyOtherWordOfTheRow(uint256 which, bytes32 word) public {
        which %= 3;
        vm.assume(word != row[which]);
        row[which] = word;
        vm.assertFalse(_included(), "included");
    }

    function test_anyOtherWordOfTheEntry(uint256 which, bytes32 word) public {
        which %= 7;
        vm.assume(word != entry[which]);
        entry[which] = word;
        vm.assertFalse(_included(), "included");
    }

    function test_anyOtherParent(bytes32 word) public {
        vm.assume(word != parent);
        parent = word;
        vm.assertFalse(_included(), "included");
    }

    function test_anyOtherStepOfThePath(uint256 which, bytes32 word) public {
        which %= 2;
        vm.assume(word != path[which]);
        path[which] = word;
        vm.assertFalse(_included(), "included");
    }

    /// @dev The path to an inner node is right in every hash: only its leaf is no hash of a row.
    function test_anInnerNodeIsNoLeaf() public {
        path.pop();
        vm.assertFalse(_included(), "included");
    }

    /// @dev A register hash that is the root of invented rows, opened as if it were a definition.
    function test_theRegisterOfAnOpeningIsNoRoot() public {
        bytes32 leaf = _leaf(row);
        bytes32 sibling = bytes32(type(uint256).max);
        bytes memory definition = bytes.concat(leaf, sibling);
        root = keccak256(definition);
        vm.assertEq(_node(leaf, sibling), root, "the definition hashes as a node");

        parent = journal.head();
        entry = _entryNow(1, root, 0);
        vm.prank(ANCHORER);
        journal.openRegister(parent, string(definition));
        path.pop();
        path[0] = sibling;
        vm.assertFalse(_included(), "as it is");
        entry[5] = bytes32(uint256(2));
        vm.assertFalse(_included(), "with a count");
        entry[0] = bytes32(uint256(2));
        vm.assertFalse(_included(), "as a batch");
    }

    /// @dev The same where word b would do as the count: the kind alone keeps it out.
    function test_theRegisterOfAResultIsNoRoot() public {
        _anchor(keccak256("third entry"), 8);
        parent = journal.head();
        entry = _entryNow(3, root, 3);
        uint64[] memory counts = _counts();
        entry[6] = Model.countsHash(counts);
        vm.prank(ANCHORER);
        journal.publishResult(parent, root, 3, counts);
        vm.assertFalse(_included(), "included");
    }

    /// @dev No tree of 3 has a path of 3, nor one of 4 a path of 1 or 3, whatever it hashes to.
    function test_pathLengthMustFitTheCount(uint32 count, uint8 steps) public {
        vm.assume(count != 0);
        _assertPathRule(count, uint256(steps) % 36);
    }

    function test_pathLengthAroundPowersOfTwo() public {
        for (uint256 power = 0; power < 32; ++power) {
            for (uint256 offset = 0; offset < 3; ++offset) {
                uint256 count = (uint256(1) << power) + offset - 1;
                if (count == 0) continue;
                for (uint256 steps = power < 2 ? 0 : power - 2; steps < power + 3; ++steps) {
                    _assertPathRule(uint32(count), steps);
                }
            }
        }
    }

    function test_anInventedCountIsAnsweredWithFalse(uint256 count, uint256 steps) public {
        while (path.length > steps % 300) path.pop();
        while (path.length < steps % 300) path.push(ROOT);
        entry[5] = bytes32(count);
        vm.assertFalse(count != 3 && _included(), "another count");
        entry[5] = 0;
        vm.assertFalse(_included(), "no count");
    }

    function _assertPathRule(uint32 count, uint256 steps) private {
        delete path;
        root = _leaf(row);
        for (uint256 i = 0; i < steps; ++i) {
            path.push(keccak256(abi.encode(i)));
            root = _node(root, path[i]);
        }
        (parent, entry) = _anchored(root, count);
        (uint256 least, uint256 most) = _pathLengths(count);
        vm.assertTrue(_included() == (steps == least || steps == most), vm.toString(count));
    }

    /// @dev floor and ceiling of log2, by trying powers.
    function _pathLengths(uint256 count) private pure returns (uint256 least, uint256 most) {
        while (2 ** (least + 1) <= count) ++least;
        while (2 ** most < count) ++most;
    }

    function _included() private view returns (bool) {
        return journal.included(row, path, parent, entry, later);
    }

    function _anchored(bytes32 batchRoot, uint32 count)
        private
        returns (bytes32 before, bytes32[7] memory words)
    {
        before = journal.head();
        words = _entryNow(2, batchRoot, count);
        _anchor(batchRoot, count);
    }

    function _entryNow(uint256 kind, bytes32 a, uint256 b)
        private
        view
        returns (bytes32[7] memory)
    {
        return [
            bytes32(kind),
            bytes32(uint256(journal.length() + 1)),
            bytes32(vm.getBlockNumber()),
            bytes32(vm.getBlockTimestamp()),
            a,
            bytes32(b),
            0
        ];
    }

    function _nextBatchHash(bytes32 batchRoot, uint32 count) private view returns (bytes32) {
        uint64 number = journal.length() + 1;
        return Model.entryHash(Model.Entry(2, number, batchRoot, bytes32(uint256(count)), 0));
    }

    function _leaf(bytes32[3] memory words) private pure returns (bytes32) {
        bytes32 inner = keccak256(bytes.concat(words[0], words[1], words[2]));
        return keccak256(bytes.concat(inner));
    }

    function _node(bytes32 a, bytes32 b) private pure returns (bytes32) {
        return keccak256(a < b ? bytes.concat(a, b) : bytes.concat(b, a));
    }
}
