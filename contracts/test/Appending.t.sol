// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {VoteAnchor} from "../VoteAnchor.sol";
import {Fixture} from "./Fixture.sol";
import {Model} from "./Model.sol";
import {vm} from "./Vm.sol";

/// @dev What the anchorer may append, always on the head it names.
contract AppendingTest is Fixture {
    function test_openRegister_emitsTheDefinition() public {
        bytes32 parent = journal.head();
        bytes32 register = keccak256(bytes(DEFINITION));
        bytes32 head = _headAfter(1, register, 0, 0);
        vm.expectEmit(address(journal));
        emit VoteAnchor.RegisterOpened(1, register, DEFINITION, head);
        vm.prank(ANCHORER);
        journal.openRegister(parent, DEFINITION);
        _assertJournal(head, 1);
    }

    function test_openRegister_takesTheLongestDefinition() public {
        string memory longest = string(new bytes(32 * 1024));
        bytes32 parent = journal.head();
        bytes32 head = _headAfter(1, keccak256(bytes(longest)), 0, 0);
        vm.prank(ANCHORER);
        journal.openRegister(parent, longest);
        _assertJournal(head, 1);
    }

    function test_openRegister_refusesOneByteMore() public {
        string memory tooLong = string(new bytes(32 * 1024 + 1));
        bytes32 parent = journal.head();
        vm.expectRevert(
            abi.encodeWithSelector(VoteAnchor.DefinitionTooLong.selector, 32 * 1024 + 1, 32 * 1024)
        );
        vm.prank(ANCHORER);
        journal.openRegister(parent, tooLong);
    }

    function test_anchor_appendsTheBatch(bytes32 root, uint32 count) public {
        vm.assume(root != 0 && count != 0);
        bytes32 parent = journal.head();
        bytes32 head = _headAfter(2, root, bytes32(uint256(count)), 0);
        vm.expectEmit(address(journal));
        emit VoteAnchor.BatchAnchored(1, root, count, head);
        vm.prank(ANCHORER);
        journal.anchor(parent, root, count);
        _assertJournal(head, 1);
    }

    function test_anchor_writesItsBlockAndTime() public {
        _anchor(ROOT, 13);
        vm.roll(2_000_000_000);
        vm.warp(4_102_444_800);
        bytes32 head = _headAfter(2, ROOT, bytes32(uint256(8)), 0);
        _anchor(ROOT, 8);
        _assertJournal(head, 2);
    }

    function test_anchor_refusesAZeroRoot() public {
        bytes32 parent = journal.head();
        vm.expectRevert(abi.encodeWithSelector(VoteAnchor.ZeroRoot.selector));
        vm.prank(ANCHORER);
        journal.anchor(parent, 0, 13);
    }

    function test_anchor_refusesAZeroCount() public {
        bytes32 parent = journal.head();
        vm.expectRevert(abi.encodeWithSelector(VoteAnchor.ZeroCount.selector));
        vm.prank(ANCHORER);
        journal.anchor(parent, ROOT, 0);
    }

    function test_publishResult_hashesTheCounts(uint64[] calldata counts) public {
        _anchor(ROOT, 13);
        bytes32 parent = journal.head();
        bytes32 head =
            _headAfter(3, REGISTER, bytes32(uint256(1)), Model.countsHash(counts));
        vm.expectEmit(address(journal));
        emit VoteAnchor.ResultPublished(2, REGISTER, 1, counts, head);
        vm.prank(ANCHORER);
        journal.publishResult(parent, REGISTER, 1, counts);
        _assertJournal(head, 2);
    }

    function test_publishResult_overNoEntryAtAll() public {
        bytes32 parent = journal.head();
        vm.prank(ANCHORER);
        journal.publishResult(parent, REGISTER, 0, _counts());
        vm.assertEq(journal.length(), 1, "length");
    }

    function test_publishResult_refusesAnEntryToCome() public {
        _anchor(ROOT, 13);
        bytes32 parent = journal.head();
        vm.expectRevert(abi.encodeWithSelector(VoteAnchor.LastEntryBeyondLength.selector, 2, 1));
        vm.prank(ANCHORER);
        journal.publishResult(parent, REGISTER, 2, _counts());
    }

    function test_onlyTheAnchorerAppendsWithAParent() public {
        _anchor(ROOT, 13);
        bytes32 head = journal.head();
        Call[] memory calls = _anchorerCalls(head);
        address[4] memory others = [OWNER, SIGNER, STRANGER, address(0)];
        for (uint256 i = 0; i < calls.length; ++i) {
            for (uint256 j = 0; j < others.length; ++j) {
                _assertReverts(
                    others[j],
                    calls[i],
                    abi.encodeWithSelector(VoteAnchor.NotAnchorer.selector, others[j])
                );
            }
        }
        _assertJournal(head, 1);
    }

    function test_noOneAppendsWithAParentWhileThereIsNoAnchorer() public {
        vm.prank(OWNER);
        journal.setKey(1, address(0), 0);
        Call[] memory calls = _anchorerCalls(journal.head());
        for (uint256 i = 0; i < calls.length; ++i) {
            _assertReverts(
                ANCHORER,
                calls[i],
                abi.encodeWithSelector(VoteAnchor.NotAnchorer.selector, ANCHORER)
            );
        }
    }

    function test_aWrongParentReverts(bytes32 parent) public {
        _anchor(ROOT, 13);
        vm.assume(parent != journal.head());
        _assertStale(parent);
    }

    function test_anEarlierHeadIsStale() public {
        bytes32 genesis = journal.head();
        _anchor(ROOT, 13);
        _assertStale(genesis);
        _assertStale(0);
    }

    function test_aTransactionSentTwiceAppendsOnce() public {
        bytes32 parent = journal.head();
        _anchor(ROOT, 13);
        bytes32 head = journal.head();
        vm.expectRevert(abi.encodeWithSelector(VoteAnchor.StaleParent.selector, parent, head));
        vm.prank(ANCHORER);
        journal.anchor(parent, ROOT, 13);
        _assertJournal(head, 1);
    }

    /// @dev One word of storage more is the dearest thing an append could ask for.
    function test_noAppendOpensASlot() public {
        _anchor(ROOT, 13);
        Call[] memory anchorers = _anchorerCalls(journal.head());
        for (uint256 i = 0; i < anchorers.length; ++i) _assertOpensNoSlot(anchorers[i]);
        Call[] memory owners = _ownerCalls();
        for (uint256 i = 0; i < owners.length; ++i) _assertOpensNoSlot(owners[i]);
        vm.prank(OWNER);
        journal.transferOwnership(NEXT);
        _assertOpensNoSlot(
            Call(NEXT, abi.encodeCall(VoteAnchor.acceptOwnership, ()), "acceptOwnership")
        );
    }

    function test_theFirstAppendOpensNoSlotEither() public {
        _assertOpensNoSlot(_anchorerCalls(journal.head())[1]);
    }

    function test_theContractTakesNoFunds() public {
        vm.deal(ANCHORER, 2);
        vm.prank(ANCHORER);
        (bool taken,) = address(journal).call{value: 1}("");
        vm.assertFalse(taken, "a bare transfer");
        bytes memory data = abi.encodeCall(VoteAnchor.anchor, (journal.head(), ROOT, 13));
        vm.prank(ANCHORER);
        (taken,) = address(journal).call{value: 1}(data);
        vm.assertFalse(taken, "an anchor with value");
    }

    function _assertStale(bytes32 parent) private {
        bytes32 head = journal.head();
        Call[] memory calls = _anchorerCalls(parent);
        for (uint256 i = 0; i < calls.length; ++i) {
            _assertReverts(
                ANCHORER,
                calls[i],
                abi.encodeWithSelector(VoteAnchor.StaleParent.selector, parent, head)
            );
        }
        vm.assertEq(journal.head(), head, "head");
    }

    function _assertReverts(address from, Call memory call, bytes memory reason) private {
        vm.prank(from);
        (bool succeeded, bytes memory answer) = address(journal).call(call.data);
        vm.assertFalse(succeeded, call.name);
        vm.assertEq(answer, reason, call.name);
    }

    /// @dev Runs the call once to see which slots it writes, then asks what they held before.
    function _assertOpensNoSlot(Call memory call) private {
        uint256 before = vm.snapshotState();
        vm.record();
        vm.prank(call.from);
        (bool succeeded,) = address(journal).call(call.data);
        vm.assertTrue(succeeded, call.name);
        (, bytes32[] memory writes) = vm.accesses(address(journal));
        vm.assertTrue(vm.revertToState(before), "reverted");
        vm.assertTrue(writes.length >= 2, call.name);
        for (uint256 i = 0; i < writes.length; ++i) {
            vm.assertTrue(vm.load(address(journal), writes[i]) != 0, call.name);
        }
    }
}
