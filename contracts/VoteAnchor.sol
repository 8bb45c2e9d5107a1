// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

import {
    BATCH_ANCHORED,
    DISAVOWED,
    Journal,
    KEY_SET,
    REGISTER_OPENED,
    RESULT_PUBLISHED,
    SUCCEEDED_BY
} from "./Journal.sol";

/// @title voteanchor: the public record of a participation site's registers.
/// @notice Two keys write. The anchorer, a hot key, opens registers, anchors batches and publishes
/// results. The owner, a cold key, replaces keys, disavows what a stolen key wrote and names a
/// successor. Nobody, the owner included, can change or remove an entry.
/// @dev Holds no funds and cannot be upgraded. A code hash proves nothing about the head, since any
/// init code can return this runtime code over an invented one: only the CREATE2 address does, as
/// it commits to the creation code and the constructor's arguments. Hence also no immutables.
contract VoteAnchor is Journal, Ownable2Step {
    /// @dev A definition is emitted whole; the limit keeps every opening well inside one
    /// transaction, and is the one that decoders apply.
    uint256 private constant DEFINITION_LIMIT = 32 * 1024;

    uint8 private constant ROLE_ANCHORER = 1;
    uint8 private constant ROLE_ACCEPTANCE = 2;
    uint8 private constant ROLE_OWNER = 3;

    event RegisterOpened(
        uint64 indexed number, bytes32 indexed register, string definition, bytes32 head
    );
    event BatchAnchored(uint64 indexed number, bytes32 root, uint32 count, bytes32 head);
    event ResultPublished(
        uint64 indexed number,
        bytes32 indexed register,
        uint64 lastEntry,
        uint64[] counts,
        bytes32 head
    );
    event KeySet(
        uint64 indexed number, uint8 role, address key, uint64 untrustedSince, bytes32 head
    );
    event Disavowed(
        uint64 indexed number, uint64 first, uint64 last, string reason, bytes32 head
    );
    event SucceededBy(
        uint64 indexed number, uint256 chainId, address successor, bytes32 head
    );

    /// @notice Only the anchorer may do this.
    error NotAnchorer(address caller);
    /// @notice The head has moved on: another entry came first, or this one is there already.
    error StaleParent(bytes32 parent, bytes32 head);
    error DefinitionTooLong(uint256 size, uint256 limit);
    error ZeroRoot();
    error ZeroCount();
    /// @notice A result can only speak of entries that exist.
    error LastEntryBeyondLength(uint64 lastEntry, uint64 length);
    /// @notice A disavowal needs 1 <= first <= last <= length.
    error InvalidRange(uint64 first, uint64 last, uint64 length);
    error UnknownRole(uint8 role);
    /// @notice Owner, anchorer and acceptance key must be three different keys.
    error SharedKey(address key);
    /// @notice Without an owner a stolen anchorer key could never be revoked.
    error RenouncingDisabled();

    /// @dev Compare-and-append: a duplicate, a reordering or a second writer can only revert.
    modifier onlyAnchorer(bytes32 parent) {
        if (msg.sender != anchorer) revert NotAnchorer(msg.sender);
        if (parent != head) revert StaleParent(parent, head);
        _;
    }

    /// @param firstOwner cold key; must not be zero
    /// @param firstAnchorer hot key; zero for none yet
    /// @param firstAcceptanceKey signs acceptances; zero for none yet
    /// @param predChainId chain of the contract succeeded, zero with the next three for none
    /// @param predContract its address
    /// @param predLength its last entry that counts; the first entry here is the one after it
    /// @param predHead its head after that entry
    constructor(
        address firstOwner,
        address firstAnchorer,
        address firstAcceptanceKey,
        uint256 predChainId,
        address predContract,
        uint64 predLength,
        bytes32 predHead
    )
        Journal(
            firstOwner,
            firstAnchorer,
            firstAcceptanceKey,
            predChainId,
            predContract,
            predLength,
            predHead
        )
        Ownable(firstOwner)
    {
        _requireDistinctKeys();
    }

    /// @notice Opens a register. Its definition is emitted whole, so that nobody depends on the
    /// city to learn what was asked.
    /// @dev The definition's form is judged by readers: an invalid one opens nothing.
    function openRegister(bytes32 parent, string calldata definition)
        external
        onlyAnchorer(parent)
    {
        uint256 size = bytes(definition).length;
        if (size > DEFINITION_LIMIT) revert DefinitionTooLong(size, DEFINITION_LIMIT);
        bytes32 register = keccak256(bytes(definition));
        (uint64 number, bytes32 newHead) = _append(parent, REGISTER_OPENED, register, 0, 0);
        emit RegisterOpened(number, register, definition, newHead);
    }

    /// @notice Anchors a batch of `count` leaves under `root`.
    function anchor(bytes32 parent, bytes32 root, uint32 count) external onlyAnchorer(parent) {
        if (root == 0) revert ZeroRoot();
        if (count == 0) revert ZeroCount();
        (uint64 number, bytes32 newHead) =
            _append(parent, BATCH_ANCHORED, root, bytes32(uint256(count)), 0);
        emit BatchAnchored(number, root, count, newHead);
    }

    /// @notice Publishes a register's result over the entries up to `lastEntry`. Everybody
    /// recounts it; the last one published is the result, earlier ones stay visible.
    function publishResult(
        bytes32 parent,
        bytes32 register,
        uint64 lastEntry,
        uint64[] calldata counts
    ) external onlyAnchorer(parent) {
        if (lastEntry > length) revert LastEntryBeyondLength(lastEntry, length);
        (uint64 number, bytes32 newHead) = _append(
            parent,
            RESULT_PUBLISHED,
            register,
            bytes32(uint256(lastEntry)),
            keccak256(abi.encode(counts))
        );
        emit ResultPublished(number, register, lastEntry, counts, newHead);
    }

    /// @notice Replaces the anchorer (role 1) or the acceptance key (role 2); zero leaves none.
    /// @dev The owner names no parent, here and below: a thief of the anchorer key could otherwise
    /// keep the head moving and block the very entry that revokes it.
    /// @param untrustedSince from when the key being replaced was in the wrong hands, 0 for never
    function setKey(uint8 role, address key, uint64 untrustedSince) external onlyOwner {
        if (role == ROLE_ANCHORER) anchorer = key;
        else if (role == ROLE_ACCEPTANCE) acceptanceKey = key;
        else revert UnknownRole(role);
        _appendKeySet(role, key, untrustedSince);
    }

    /// @notice Declares that entries `first` to `last` were not the city's doing. They stay.
    function disavow(uint64 first, uint64 last, string calldata reason) external onlyOwner {
        if (first == 0 || first > last || last > length) {
            revert InvalidRange(first, last, length);
        }
        (uint64 number, bytes32 newHead) = _append(
            head,
            DISAVOWED,
            bytes32(uint256(first)),
            bytes32(uint256(last)),
            keccak256(bytes(reason))
        );
        emit Disavowed(number, first, last, reason, newHead);
    }

    /// @notice Names the contract that carries this journal on.
    /// @dev Believed only when the successor's genesis names this journal in return.
    function succeededBy(uint256 chainId, address successor) external onlyOwner {
        (uint64 number, bytes32 newHead) = _append(
            head, SUCCEEDED_BY, bytes32(chainId), _word(successor), 0
        );
        emit SucceededBy(number, chainId, successor, newHead);
    }

    /// @notice Completes an ownership transfer, and is the entry that tells of it.
    /// @dev Not written in `_transferOwnership`, which also runs in the constructor and would
    /// append before genesis. Starting a transfer changes nobody's power and writes no entry.
    function acceptOwnership() public override {
        super.acceptOwnership();
        _appendKeySet(ROLE_OWNER, owner(), 0);
    }

    /// @notice Always reverts.
    function renounceOwnership() public pure override {
        revert RenouncingDisabled();
    }

    /// @notice Whether a row is in a batch of this journal. Everything is computed from the row
    /// up to the current head: with a free leaf or a free root, invented votes would pass.
    /// @param row register hash, voter tag, content hash
    /// @param path siblings from the row's leaf to the batch's root
    /// @param parent the head before the batch's entry
    /// @param entry the seven words of the batch's entry
    /// @param laterEntryHashes the hashes of all entries after it, in order
    function included(
        bytes32[3] calldata row,
        bytes32[] calldata path,
        bytes32 parent,
        bytes32[7] calldata entry,
        bytes32[] calldata laterEntryHashes
    ) external view returns (bool) {
        // The root of another kind is no root: a register hash can be made to be one.
        if (uint256(entry[0]) != BATCH_ANCHORED) return false;
        if (!_isPathLength(path.length, uint256(entry[5]))) return false;
        // Hashed twice, so that no inner node of a tree can be shown as a leaf.
        bytes32 leaf = keccak256(abi.encode(keccak256(abi.encode(row))));
        if (MerkleProof.processProofCalldata(path, leaf) != entry[4]) return false;

        bytes32 folded = _fold(parent, keccak256(abi.encode(entry)));
        for (uint256 i = 0; i < laterEntryHashes.length; ++i) {
            folded = _fold(folded, laterEntryHashes[i]);
        }
        return folded == head;
    }

    function _appendKeySet(uint8 role, address key, uint64 untrustedSince) private {
        _requireDistinctKeys();
        (uint64 number, bytes32 newHead) = _append(
            head, KEY_SET, bytes32(uint256(role)), _word(key), bytes32(uint256(untrustedSince))
        );
        emit KeySet(number, role, key, untrustedSince, newHead);
    }

    /// @dev One thief must not gain two roles. Two absent keys are not one key.
    function _requireDistinctKeys() private view {
        (address cold, address hot, address signer) = (owner(), anchorer, acceptanceKey);
        if (cold == hot || cold == signer) revert SharedKey(cold);
        if (hot == signer && hot != address(0)) revert SharedKey(hot);
    }

    /// @dev A tree of n leaves in one array has paths of floor(log2 n) or ceil(log2 n) steps, and
    /// the latter is floor(log2(n - 1)) + 1 from n = 2 on. A count of zero has no path at all.
    function _isPathLength(uint256 steps, uint256 count) private pure returns (bool) {
        if (count >> steps == 1) return true;
        return steps != 0 && count != 0 && (count - 1) >> (steps - 1) == 1;
    }

    function _word(address account) private pure returns (bytes32) {
        return bytes32(uint256(uint160(account)));
    }
}
