// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {VoteAnchor} from "../VoteAnchor.sol";
import {Model} from "./Model.sol";
import {vm} from "./Vm.sol";

/// @dev Calls the contract as anybody, in any order, with good arguments and bad. It foretells each
/// outcome from its own account of keys, head and length, and fails where the contract differs.
contract Handler {
    VoteAnchor public immutable journal;
    uint64 public immutable predLength;

    address public owner;
    address public pendingOwner;
    address public anchorer;
    address public acceptanceKey;

    bytes32[] private entryHashes;
    address[] private actors;

    /// @dev How many entries were rightly turned away.
    uint256 public refused;

    constructor(VoteAnchor journal_, address[6] memory actors_) {
        journal = journal_;
        predLength = journal_.length();
        owner = journal_.owner();
        anchorer = journal_.anchorer();
        acceptanceKey = journal_.acceptanceKey();
        actors = actors_;
    }

    function entryCount() external view returns (uint256) {
        return entryHashes.length;
    }

    function fold(bytes32 genesis) external view returns (bytes32 head) {
        head = genesis;
        for (uint256 i = 0; i < entryHashes.length; ++i) head = Model.fold(head, entryHashes[i]);
    }

    function wait(uint32 blocks) external {
        vm.roll(vm.getBlockNumber() + blocks % 1000);
        vm.warp(vm.getBlockTimestamp() + uint256(blocks % 1000) * 12);
    }

    function openRegister(uint256 who, uint256 parentSeed, string calldata definition) external {
        bytes32 parent = _parent(parentSeed);
        _attempt(
            _actor(who, anchorer),
            abi.encodeCall(VoteAnchor.openRegister, (parent, definition)),
            _mayAnchor(who, parent),
            Model.Entry(1, _number(), keccak256(bytes(definition)), 0, 0)
        );
    }

    function anchor(uint256 who, uint256 parentSeed, bytes32 root, uint32 count) external {
        bytes32 parent = _parent(parentSeed);
        _attempt(
            _actor(who, anchorer),
            abi.encodeCall(VoteAnchor.anchor, (parent, root, count)),
            _mayAnchor(who, parent) && root != 0 && count != 0,
            Model.Entry(2, _number(), root, bytes32(uint256(count)), 0)
        );
    }

    function publishResult(
        uint256 who,
        uint256 parentSeed,
        bytes32 register,
        uint64 lastEntry,
        uint64[] calldata counts
    ) external {
        bytes32 parent = _parent(parentSeed);
        lastEntry = _entryNumber(lastEntry);
        _attempt(
            _actor(who, anchorer),
            abi.encodeCall(VoteAnchor.publishResult, (parent, register, lastEntry, counts)),
            _mayAnchor(who, parent) && lastEntry < _number(),
            Model.Entry(
                3, _number(), register, bytes32(uint256(lastEntry)), Model.countsHash(counts)
            )
        );
    }

    function setKey(uint256 who, uint8 role, uint256 key, uint64 untrustedSince) external {
        role %= 4;
        address next = _dice(key) % 16 == 0 ? address(0) : actors[_dice(key) % 6];
        address other = role == 1 ? acceptanceKey : anchorer;
        bool distinct = next == address(0) || (next != owner && next != other);
        bool succeeds = _attempt(
            _actor(who, owner),
            abi.encodeCall(VoteAnchor.setKey, (role, next, untrustedSince)),
            _actor(who, owner) == owner && (role == 1 || role == 2) && distinct,
            Model.Entry(
                4,
                _number(),
                bytes32(uint256(role)),
                Model.word(next),
                bytes32(uint256(untrustedSince))
            )
        );
        if (succeeds && role == 1) anchorer = next;
        if (succeeds && role == 2) acceptanceKey = next;
    }

    function disavow(uint256 who, uint64 first, uint64 last, string calldata reason) external {
        (first, last) = (_entryNumber(first), _entryNumber(last));
        _attempt(
            _actor(who, owner),
            abi.encodeCall(VoteAnchor.disavow, (first, last, reason)),
            _actor(who, owner) == owner && first >= 1 && first <= last && last < _number(),
            Model.Entry(
                5,
                _number(),
                bytes32(uint256(first)),
                bytes32(uint256(last)),
                keccak256(bytes(reason))
            )
        );
    }

    function succeededBy(uint256 who, uint256 chainId, address successor) external {
        _attempt(
            _actor(who, owner),
            abi.encodeCall(VoteAnchor.succeededBy, (chainId, successor)),
            _actor(who, owner) == owner,
            Model.Entry(6, _number(), bytes32(chainId), Model.word(successor), 0)
        );
    }

    function transferOwnership(uint256 who, uint256 next) external {
        address from = _actor(who, owner);
        bytes memory data = abi.encodeCall(journal.transferOwnership, (actors[next % 6]));
        bool succeeds = _call(from, data);
        vm.assertTrue(succeeds == (from == owner), "starting a transfer");
        if (succeeds) pendingOwner = actors[next % 6];
    }

    function acceptOwnership(uint256 who) external {
        address from = _actor(who, pendingOwner);
        bool distinct = from != anchorer && from != acceptanceKey;
        bool succeeds = _attempt(
            from,
            abi.encodeCall(VoteAnchor.acceptOwnership, ()),
            from == pendingOwner && distinct,
            Model.Entry(4, _number(), bytes32(uint256(3)), Model.word(from), 0)
        );
        if (succeeds) (owner, pendingOwner) = (from, address(0));
    }

    function renounceOwnership(uint256 who) external {
        bytes memory data = abi.encodeCall(VoteAnchor.renounceOwnership, ());
        vm.assertFalse(_call(_actor(who, owner), data), "renouncing");
    }

    function _attempt(address from, bytes memory data, bool expected, Model.Entry memory entry)
        private
        returns (bool succeeds)
    {
        succeeds = _call(from, data);
        vm.assertTrue(succeeds == expected, expected ? "refused" : "accepted");
        if (!succeeds) {
            ++refused;
            return false;
        }
        entryHashes.push(Model.entryHash(entry));
    }

    function _call(address from, bytes memory data) private returns (bool succeeds) {
        vm.prank(from);
        (succeeds,) = address(journal).call(data);
    }

    function _mayAnchor(uint256 who, bytes32 parent) private view returns (bool) {
        return _actor(who, anchorer) == anchorer && parent == journal.head();
    }

    /// @dev Half of all calls come from the right key, where there is one.
    function _actor(uint256 seed, address right) private view returns (address) {
        uint256 dice = _dice(seed);
        if (dice % 2 == 0 && right != address(0)) return right;
        return actors[(dice / 2) % actors.length];
    }

    /// @dev Mostly the head; else an earlier entry's hash, or nothing.
    function _parent(uint256 seed) private view returns (bytes32) {
        if (_dice(seed) % 4 != 0) return journal.head();
        if (entryHashes.length == 0) return 0;
        return entryHashes[seed % entryHashes.length];
    }

    /// @dev A number around those that exist.
    function _entryNumber(uint64 seed) private view returns (uint64) {
        return seed % (_number() + 2);
    }

    /// @dev The fuzzer loves zero and other edges; a choice between actors should be even.
    function _dice(uint256 seed) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed)));
    }

    function _number() private view returns (uint64) {
        return predLength + uint64(entryHashes.length) + 1;
    }
}
