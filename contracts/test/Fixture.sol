// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {VoteAnchor} from "../VoteAnchor.sol";
import {Model} from "./Model.sol";
import {vm} from "./Vm.sol";

/// @dev A fresh journal on a made-up chain, and what its next head has to be.
abstract contract Fixture {
    struct Call {
        address from;
        bytes data;
        string name;
    }

    address internal constant OWNER = address(0x0111);
    address internal constant ANCHORER = address(0xA222);
    address internal constant SIGNER = address(0x5333);
    address internal constant NEXT = address(0x4444);
    address internal constant STRANGER = address(0x5555);

    uint256 internal constant CHAIN = 560048;
    bytes32 internal constant ROOT = keccak256("root");
    bytes32 internal constant REGISTER = keccak256("register");
    string internal constant DEFINITION = '{"id":"park"}';

    VoteAnchor internal journal;

    function setUp() public virtual {
        vm.chainId(CHAIN);
        vm.roll(1000);
        vm.warp(1_790_000_000);
        journal = new VoteAnchor(OWNER, ANCHORER, SIGNER, 0, address(0), 0, 0);
    }

    function _anchorerCalls(bytes32 parent) internal pure returns (Call[] memory calls) {
        calls = new Call[](3);
        calls[0] = Call(
            ANCHORER, abi.encodeCall(VoteAnchor.openRegister, (parent, DEFINITION)), "openRegister"
        );
        calls[1] = Call(ANCHORER, abi.encodeCall(VoteAnchor.anchor, (parent, ROOT, 13)), "anchor");
        calls[2] = Call(
            ANCHORER,
            abi.encodeCall(VoteAnchor.publishResult, (parent, REGISTER, 1, _counts())),
            "publishResult"
        );
    }

    function _ownerCalls() internal pure returns (Call[] memory calls) {
        calls = new Call[](4);
        calls[0] = Call(OWNER, abi.encodeCall(VoteAnchor.setKey, (1, NEXT, 0)), "setKey anchorer");
        calls[1] =
            Call(OWNER, abi.encodeCall(VoteAnchor.setKey, (2, NEXT, 9)), "setKey acceptance");
        calls[2] = Call(OWNER, abi.encodeCall(VoteAnchor.disavow, (1, 1, "theft")), "disavow");
        calls[3] = Call(OWNER, abi.encodeCall(VoteAnchor.succeededBy, (1, NEXT)), "succeededBy");
    }

    function _counts() internal pure returns (uint64[] memory counts) {
        counts = new uint64[](3);
        (counts[0], counts[1], counts[2]) = (8, 5, type(uint64).max);
    }

    /// @dev The head after an entry written now, on top of the current one.
    function _headAfter(uint256 kind, bytes32 a, bytes32 b, bytes32 c)
        internal
        view
        returns (bytes32)
    {
        Model.Entry memory entry = Model.Entry(kind, journal.length() + 1, a, b, c);
        return Model.fold(journal.head(), Model.entryHash(entry));
    }

    function _anchor(bytes32 root, uint32 count) internal {
        bytes32 parent = journal.head();
        vm.prank(ANCHORER);
        journal.anchor(parent, root, count);
    }

    function _assertJournal(bytes32 head, uint64 length) internal view {
        vm.assertEq(journal.head(), head, "head");
        vm.assertEq(journal.length(), length, "length");
    }
}
