// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {VoteAnchor} from "../VoteAnchor.sol";
import {Handler} from "./Handler.sol";
import {vm} from "./Vm.sol";

/// @dev What holds after any sequence of calls by anybody. That only the anchorer appends with a
/// parent, only the owner without, and a wrong parent never, the handler asserts at each call.
contract InvariantTest {
    VoteAnchor private journal;
    Handler private handler;
    bytes32 private genesis;

    function setUp() public {
        address[6] memory actors;
        for (uint160 i = 0; i < 6; ++i) actors[i] = address(0xACC0 + i);
        journal = new VoteAnchor(actors[0], actors[1], actors[2], 1, address(1), 7, "pred");
        genesis = journal.head();
        handler = new Handler(journal, actors);
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_headIsTheFoldOfTheAcceptedEntries() public view {
        vm.assertEq(journal.head(), handler.fold(genesis), "head");
    }

    function invariant_lengthCountsThem() public view {
        vm.assertEq(journal.length(), handler.predLength() + handler.entryCount(), "length");
    }

    function invariant_keysAreThoseLastSet() public view {
        vm.assertEq(journal.owner(), handler.owner(), "owner");
        vm.assertEq(journal.pendingOwner(), handler.pendingOwner(), "pending owner");
        vm.assertEq(journal.anchorer(), handler.anchorer(), "anchorer");
        vm.assertEq(journal.acceptanceKey(), handler.acceptanceKey(), "acceptance key");
    }

    function invariant_noKeyHasTwoRoles() public view {
        (address owner, address anchorer) = (journal.owner(), journal.anchorer());
        address acceptanceKey = journal.acceptanceKey();
        vm.assertTrue(owner != anchorer && owner != acceptanceKey, "owner");
        vm.assertTrue(anchorer != acceptanceKey || anchorer == address(0), "anchorer");
    }

    /// @dev A run in which nearly everything was refused, or nearly nothing, would prove little.
    function afterInvariant() public view {
        vm.assertTrue(handler.entryCount() >= 16, "accepted");
        vm.assertTrue(handler.refused() >= 16, "refused");
    }
}
