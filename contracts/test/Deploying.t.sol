// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

import {Journal} from "../Journal.sol";
import {VoteAnchor} from "../VoteAnchor.sol";
import {Fixture} from "./Fixture.sol";
import {Model} from "./Model.sol";
import {vm} from "./Vm.sol";

/// @dev Genesis: what the constructor hashes, emits, stores and refuses.
contract DeployingTest is Fixture {
    bytes32 private constant SALT = keccak256("salt");

    function test_genesisNamesTheWholeDeployment(
        address[3] calldata keys,
        uint256 predChainId,
        address predContract,
        uint64 predLength,
        bytes32 predHead
    ) public {
        vm.assume(keys[0] != address(0));
        vm.assume(keys[0] != keys[1] && keys[0] != keys[2] && keys[1] != keys[2]);
        vm.expectEmit();
        emit Journal.Genesis(
            CHAIN, keys[0], keys[1], keys[2], predChainId, predContract, predLength, predHead
        );
        VoteAnchor deployed = new VoteAnchor(
            keys[0], keys[1], keys[2], predChainId, predContract, predLength, predHead
        );
        Model.Genesis memory genesis = Model.Genesis(
            CHAIN,
            address(deployed),
            keys[0],
            keys[1],
            keys[2],
            predChainId,
            predContract,
            predLength,
            predHead
        );
        vm.assertEq(deployed.head(), Model.genesisHead(genesis), "head");
        vm.assertEq(deployed.length(), predLength, "length");
        vm.assertEq(deployed.owner(), keys[0], "owner");
        vm.assertEq(deployed.anchorer(), keys[1], "anchorer");
        vm.assertEq(deployed.acceptanceKey(), keys[2], "acceptance key");
        vm.assertEq(deployed.pendingOwner(), address(0), "pending owner");
    }

    function test_theFirstEntryFollowsThePredecessorsLast() public {
        journal = new VoteAnchor(OWNER, ANCHORER, SIGNER, CHAIN, STRANGER, 9, ROOT);
        bytes32 head = _headAfter(2, ROOT, bytes32(uint256(13)), 0);
        vm.expectEmit(address(journal));
        emit VoteAnchor.BatchAnchored(10, ROOT, 13, head);
        _anchor(ROOT, 13);
        _assertJournal(head, 10);
    }

    /// @dev Proofs and receipts name these slots: their place is part of the format.
    function test_storageIsWhereProofsLookForIt() public {
        _anchor(ROOT, 13);
        bytes32 packed = bytes32((uint256(1) << 160) | uint160(ANCHORER));
        vm.assertEq(_slot(0), journal.head(), "slot 0: head");
        vm.assertEq(_slot(1), packed, "slot 1: length and anchorer");
        vm.assertEq(_slot(2), Model.word(SIGNER), "slot 2: acceptance key");
        vm.assertEq(_slot(3), Model.word(OWNER), "slot 3: owner");
    }

    function test_anOwnerIsNeeded() public {
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableInvalidOwner.selector, address(0)));
        new VoteAnchor(address(0), ANCHORER, SIGNER, 0, address(0), 0, 0);
    }

    function test_keysMustDiffer() public {
        _assertRefused(OWNER, OWNER, SIGNER, OWNER);
        _assertRefused(OWNER, ANCHORER, OWNER, OWNER);
        _assertRefused(OWNER, ANCHORER, ANCHORER, ANCHORER);
    }

    function test_absentKeysAreNotShared() public {
        VoteAnchor deployed =
            new VoteAnchor(OWNER, address(0), address(0), 0, address(0), 0, 0);
        vm.assertEq(deployed.anchorer(), address(0), "anchorer");
        vm.assertEq(deployed.acceptanceKey(), address(0), "acceptance key");
    }

    /// @dev The address commits to the creation code and every argument, so it is what is trusted.
    function test_theAddressFollowsFromTheDeploymentRecord() public {
        VoteAnchor deployed = _deployBySalt(ANCHORER);
        vm.assertEq(address(deployed), _addressOf(ANCHORER), "address");
        vm.assertTrue(_addressOf(ANCHORER) != _addressOf(NEXT), "another argument");
    }

    function test_oneRecordCannotBeDeployedTwice() public {
        _deployBySalt(ANCHORER);
        vm.expectRevert();
        this.deployAgain();
    }

    /// @dev Our runtime code over an invented head: code hash and getters are right, a vote nobody
    /// cast is included, and only the address tells.
    function test_aForgedDeploymentIsToldByItsAddressAlone() public {
        bytes32[3] memory row = [ROOT, keccak256("nobody"), keccak256("anything")];
        bytes32 leaf = keccak256(abi.encode(keccak256(abi.encode(row))));
        bytes32[7] memory entry = [bytes32(uint256(2)), bytes32(uint256(1)), 0, 0, leaf, 0, 0];
        entry[5] = bytes32(uint256(1));
        bytes32 invented = Model.fold(ROOT, keccak256(abi.encode(entry)));

        VoteAnchor honest = _deployBySalt(ANCHORER);
        VoteAnchor forged = VoteAnchor(_create2(_forgery(address(honest).code, invented)));
        bytes32[] memory none = new bytes32[](0);
        vm.assertEq(address(forged).codehash, address(honest).codehash, "the code is ours");
        vm.assertEq(forged.head(), invented, "the head is not");
        vm.assertTrue(forged.included(row, none, ROOT, entry, none), "the invented vote");
        vm.assertFalse(honest.included(row, none, ROOT, entry, none), "on the honest journal");
        vm.assertTrue(address(forged) != _addressOf(ANCHORER), "the address");
    }

    function deployAgain() external {
        _deployBySalt(ANCHORER);
    }

    function _deployBySalt(address anchorer) private returns (VoteAnchor) {
        return new VoteAnchor{salt: SALT}(OWNER, anchorer, SIGNER, 0, address(0), 0, 0);
    }

    function _addressOf(address anchorer) private view returns (address) {
        bytes memory arguments =
            abi.encode(OWNER, anchorer, SIGNER, uint256(0), address(0), uint64(0), bytes32(0));
        bytes32 initCodeHash = keccak256(bytes.concat(type(VoteAnchor).creationCode, arguments));
        bytes32 hash = keccak256(bytes.concat(hex"ff", bytes20(address(this)), SALT, initCodeHash));
        return address(uint160(uint256(hash)));
    }

    /// @dev Init code that stores a head of its own choice and returns the given runtime code.
    function _forgery(bytes memory runtime, bytes32 head) private pure returns (bytes memory) {
        bytes memory storeHead = bytes.concat(hex"7f", head, hex"5f55");
        bytes memory size = bytes.concat(hex"61", bytes2(uint16(runtime.length)));
        uint8 offset = uint8(storeHead.length + 2 * size.length + 6);
        bytes memory copy = bytes.concat(size, hex"60", bytes1(offset), hex"5f39");
        return bytes.concat(storeHead, copy, size, hex"5ff3", runtime);
    }

    function _create2(bytes memory initCode) private returns (address deployed) {
        bytes32 salt = SALT;
        assembly ("memory-safe") {
            deployed := create2(0, add(initCode, 0x20), mload(initCode), salt)
        }
        vm.assertTrue(deployed != address(0), "deployed");
    }

    function _slot(uint256 number) private view returns (bytes32) {
        return vm.load(address(journal), bytes32(number));
    }

    function _assertRefused(address owner, address anchorer, address signer, address shared)
        private
    {
        vm.expectRevert(abi.encodeWithSelector(VoteAnchor.SharedKey.selector, shared));
        new VoteAnchor(owner, anchorer, signer, 0, address(0), 0, 0);
    }
}
