// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";

import {VoteAnchor} from "../VoteAnchor.sol";
import {Fixture} from "./Fixture.sol";
import {Model} from "./Model.sol";
import {vm} from "./Vm.sol";

/// @dev What the owner may append, without naming a parent, and how ownership moves.
contract OwningTest is Fixture {
    function setUp() public override {
        super.setUp();
        _anchor(ROOT, 13);
    }

    function test_setKey_replacesTheAnchorer(uint64 untrustedSince) public {
        _setKey(1, NEXT, untrustedSince);
        vm.assertEq(journal.anchorer(), NEXT, "anchorer");
        vm.assertEq(journal.acceptanceKey(), SIGNER, "acceptance key");
    }

    function test_setKey_replacesTheAcceptanceKey(uint64 untrustedSince) public {
        _setKey(2, NEXT, untrustedSince);
        vm.assertEq(journal.anchorer(), ANCHORER, "anchorer");
        vm.assertEq(journal.acceptanceKey(), NEXT, "acceptance key");
    }

    function test_setKey_takesTheOldKeysPower() public {
        _setKey(1, NEXT, 0);
        bytes32 head = journal.head();
        vm.expectRevert(abi.encodeWithSelector(VoteAnchor.NotAnchorer.selector, ANCHORER));
        vm.prank(ANCHORER);
        journal.anchor(head, ROOT, 13);
        vm.prank(NEXT);
        journal.anchor(head, ROOT, 13);
        vm.assertEq(journal.length(), 3, "length");
    }

    function test_setKey_leavesNoKeyWhereZeroIsSet() public {
        _setKey(1, address(0), 0);
        _setKey(2, address(0), 0);
        vm.assertEq(journal.anchorer(), address(0), "anchorer");
        vm.assertEq(journal.acceptanceKey(), address(0), "acceptance key");
    }

    function test_setKey_namesAKeyTwice() public {
        _setKey(2, NEXT, 0);
        _setKey(2, SIGNER, 7);
        _setKey(2, SIGNER, 0);
        vm.assertEq(journal.acceptanceKey(), SIGNER, "acceptance key");
    }

    function test_setKey_refusesAKeyThatHasARole() public {
        _assertShared(1, OWNER, OWNER);
        _assertShared(1, SIGNER, SIGNER);
        _assertShared(2, OWNER, OWNER);
        _assertShared(2, ANCHORER, ANCHORER);
        vm.assertEq(journal.anchorer(), ANCHORER, "anchorer");
        vm.assertEq(journal.acceptanceKey(), SIGNER, "acceptance key");
    }

    function test_setKey_refusesOtherRoles(uint8 role) public {
        vm.assume(role != 1 && role != 2);
        vm.expectRevert(abi.encodeWithSelector(VoteAnchor.UnknownRole.selector, role));
        vm.prank(OWNER);
        journal.setKey(role, NEXT, 0);
    }

    function test_disavow_emitsTheReason(string calldata reason) public {
        _anchor(ROOT, 8);
        bytes32 head = _headAfter(
            5, bytes32(uint256(1)), bytes32(uint256(2)), keccak256(bytes(reason))
        );
        vm.expectEmit(address(journal));
        emit VoteAnchor.Disavowed(3, 1, 2, reason, head);
        vm.prank(OWNER);
        journal.disavow(1, 2, reason);
        _assertJournal(head, 3);
    }

    function test_disavow_refusesWhatIsNoRangeOfEntries() public {
        _anchor(ROOT, 8);
        _assertInvalidRange(0, 1);
        _assertInvalidRange(0, 0);
        _assertInvalidRange(2, 1);
        _assertInvalidRange(1, 3);
        _assertInvalidRange(3, 3);
        vm.prank(OWNER);
        journal.disavow(2, 2, "");
        vm.assertEq(journal.length(), 3, "length");
    }

    function test_succeededBy_namesTheSuccessor(uint256 chainId, address successor) public {
        bytes32 head = _headAfter(6, bytes32(chainId), Model.word(successor), 0);
        vm.expectEmit(address(journal));
        emit VoteAnchor.SucceededBy(2, chainId, successor, head);
        vm.prank(OWNER);
        journal.succeededBy(chainId, successor);
        _assertJournal(head, 2);
    }

    function test_onlyTheOwnerAppendsWithoutAParent() public {
        Call[] memory calls = _ownerCalls();
        address[4] memory others = [ANCHORER, SIGNER, STRANGER, address(0)];
        bytes32 head = journal.head();
        for (uint256 i = 0; i < calls.length; ++i) {
            for (uint256 j = 0; j < others.length; ++j) {
                vm.prank(others[j]);
                (bool succeeded, bytes memory answer) = address(journal).call(calls[i].data);
                vm.assertFalse(succeeded, calls[i].name);
                vm.assertEq(answer, _unauthorized(others[j]), calls[i].name);
            }
        }
        _assertJournal(head, 1);
    }

    /// @dev With a parent, a thief could win the race for every block and never be revoked.
    function test_aBusyAnchorerCannotBlockItsRevocation() public {
        Call[] memory calls = _ownerCalls();
        for (uint256 i = 0; i < calls.length; ++i) {
            uint256 before = vm.snapshotState();
            _anchor(keccak256("theft"), 1);
            vm.prank(calls[i].from);
            (bool succeeded,) = address(journal).call(calls[i].data);
            vm.assertTrue(succeeded, calls[i].name);
            vm.assertTrue(vm.revertToState(before), "reverted");
        }
    }

    function test_startingATransferWritesNoEntry() public {
        bytes32 head = journal.head();
        vm.expectEmit(address(journal));
        emit Ownable2Step.OwnershipTransferStarted(OWNER, NEXT);
        vm.prank(OWNER);
        journal.transferOwnership(NEXT);
        _assertJournal(head, 1);
        vm.assertEq(journal.owner(), OWNER, "owner");
        vm.assertEq(journal.pendingOwner(), NEXT, "pending owner");
    }

    function test_acceptOwnership_isAnEntry() public {
        vm.prank(OWNER);
        journal.transferOwnership(NEXT);
        bytes32 head = _headAfter(4, bytes32(uint256(3)), Model.word(NEXT), 0);
        vm.expectEmit(address(journal));
        emit Ownable.OwnershipTransferred(OWNER, NEXT);
        vm.expectEmit(address(journal));
        emit VoteAnchor.KeySet(2, 3, NEXT, 0, head);
        vm.prank(NEXT);
        journal.acceptOwnership();
        _assertJournal(head, 2);
        vm.assertEq(journal.owner(), NEXT, "owner");
        vm.assertEq(journal.pendingOwner(), address(0), "pending owner");
    }

    function test_acceptOwnership_takesTheOldOwnersPower() public {
        vm.prank(OWNER);
        journal.transferOwnership(NEXT);
        vm.prank(NEXT);
        journal.acceptOwnership();
        vm.expectRevert(_unauthorized(OWNER));
        vm.prank(OWNER);
        journal.setKey(1, STRANGER, 0);
        vm.prank(NEXT);
        journal.setKey(1, STRANGER, 0);
        vm.assertEq(journal.anchorer(), STRANGER, "anchorer");
    }

    function test_acceptOwnership_isForThePendingOwnerAlone() public {
        vm.prank(OWNER);
        journal.transferOwnership(NEXT);
        address[3] memory others = [OWNER, ANCHORER, STRANGER];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.expectRevert(_unauthorized(others[i]));
            vm.prank(others[i]);
            journal.acceptOwnership();
        }
        vm.assertEq(journal.length(), 1, "length");
    }

    function test_acceptOwnership_refusesAKeyThatHasARole() public {
        address[2] memory keys = [ANCHORER, SIGNER];
        for (uint256 i = 0; i < keys.length; ++i) {
            vm.prank(OWNER);
            journal.transferOwnership(keys[i]);
            vm.expectRevert(abi.encodeWithSelector(VoteAnchor.SharedKey.selector, keys[i]));
            vm.prank(keys[i]);
            journal.acceptOwnership();
        }
        vm.assertEq(journal.owner(), OWNER, "owner");
        vm.assertEq(journal.length(), 1, "length");
    }

    function test_aTransferCanBeCancelled() public {
        vm.prank(OWNER);
        journal.transferOwnership(NEXT);
        vm.prank(OWNER);
        journal.transferOwnership(address(0));
        vm.expectRevert(_unauthorized(NEXT));
        vm.prank(NEXT);
        journal.acceptOwnership();
    }

    function test_onlyTheOwnerStartsATransfer() public {
        vm.expectRevert(_unauthorized(STRANGER));
        vm.prank(STRANGER);
        journal.transferOwnership(STRANGER);
    }

    function test_nobodyRenounces() public {
        address[2] memory callers = [OWNER, STRANGER];
        for (uint256 i = 0; i < callers.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(VoteAnchor.RenouncingDisabled.selector));
            vm.prank(callers[i]);
            journal.renounceOwnership();
        }
        vm.assertEq(journal.owner(), OWNER, "owner");
    }

    function _setKey(uint8 role, address key, uint64 untrustedSince) private {
        uint64 number = journal.length() + 1;
        bytes32 head = _headAfter(
            4, bytes32(uint256(role)), Model.word(key), bytes32(uint256(untrustedSince))
        );
        vm.expectEmit(address(journal));
        emit VoteAnchor.KeySet(number, role, key, untrustedSince, head);
        vm.prank(OWNER);
        journal.setKey(role, key, untrustedSince);
        _assertJournal(head, number);
    }

    function _assertShared(uint8 role, address key, address shared) private {
        vm.expectRevert(abi.encodeWithSelector(VoteAnchor.SharedKey.selector, shared));
        vm.prank(OWNER);
        journal.setKey(role, key, 0);
    }

    function _assertInvalidRange(uint64 first, uint64 last) private {
        vm.expectRevert(
            abi.encodeWithSelector(VoteAnchor.InvalidRange.selector, first, last, uint64(2))
        );
        vm.prank(OWNER);
        journal.disavow(first, last, "no range");
    }

    function _unauthorized(address caller) private pure returns (bytes memory) {
        return abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, caller);
    }
}
