// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {VoteAnchor} from "../VoteAnchor.sol";
import {Fixture} from "./Fixture.sol";
import {vm} from "./Vm.sol";

/// @dev What these tests exercised is what is committed, deployed and hashed into addresses.
contract ArtifactsTest is Fixture {
    function test_theCreationCodeIsTheCommittedOne() public view {
        vm.assertEq(type(VoteAnchor).creationCode, _committed("creation"), "creation code");
    }

    function test_theRuntimeCodeIsTheCommittedOne() public view {
        vm.assertEq(address(journal).code, _committed("runtime"), "runtime code");
    }

    function _committed(string memory which) private view returns (bytes memory) {
        string memory file = string.concat("contracts/artifacts/VoteAnchor.", which, ".hex");
        bytes memory line = bytes(vm.readFile(file));
        // The file ends in a newline, as text files do.
        assembly ("memory-safe") {
            mstore(line, sub(mload(line), 1))
        }
        return vm.parseBytes(string.concat("0x", string(line)));
    }
}
