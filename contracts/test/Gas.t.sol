// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EventAlone, RootPerSlot, TimestampPerRoot} from "./Comparison.sol";
import {Fixture} from "./Fixture.sol";
import {vm} from "./Vm.sol";

/// @dev What whole transactions cost, intrinsic gas and calldata included, each run by itself on
/// cold storage. The figures are committed in contracts/snapshots and must come out the same.
/// Parent and root have no zero byte, which is cheaper calldata: what is measured is the most.
/// forge-config: default.isolate = true
contract GasTest is Fixture {
    uint256 private constant ANCHOR_LIMIT = 35_600;
    bytes32 private constant DEAREST = ~bytes32(0);

    function setUp() public override {
        super.setUp();
        vm.store(address(journal), 0, DEAREST);
    }

    function test_anchor() public {
        _anchor(DEAREST, 200);
        vm.assertTrue(_snapshot("anchor") <= ANCHOR_LIMIT, "limit");
    }

    function test_anchorWithTheLargestCount() public {
        _anchor(DEAREST, type(uint32).max);
        vm.assertTrue(_snapshot("anchor, largest count") <= ANCHOR_LIMIT, "limit");
    }

    function test_aBareSelfTransferWithARoot() public {
        vm.prank(STRANGER);
        (bool sent,) = STRANGER.call(bytes.concat(DEAREST));
        vm.assertTrue(sent, "sent");
        _snapshot("self-transfer with 32 bytes");
    }

    function test_anEventAlone() public {
        EventAlone other = new EventAlone();
        other.anchor(2, DEAREST);
        _snapshot("event alone");
    }

    function test_timestampPerRoot() public {
        TimestampPerRoot other = new TimestampPerRoot();
        other.timestamp(keccak256("an earlier batch"));
        other.timestamp(DEAREST);
        _snapshot("timestamp per root, as EAS");
    }

    function test_rootPerSlot() public {
        RootPerSlot other = new RootPerSlot();
        other.anchor(keccak256("an earlier batch"));
        other.anchor(DEAREST);
        _snapshot("root per slot and a sequence");
    }

    function _snapshot(string memory name) private returns (uint256) {
        return vm.snapshotGasLastCall("gas", name);
    }
}
