// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// What an entry records, in the order of the format (docs/FORMATS.md, journal).
uint256 constant REGISTER_OPENED = 1;
uint256 constant BATCH_ANCHORED = 2;
uint256 constant RESULT_PUBLISHED = 3;
uint256 constant KEY_SET = 4;
uint256 constant DISAVOWED = 5;
uint256 constant SUCCEEDED_BY = 6;

/// @title The journal: a list of entries of which the chain keeps only the head.
/// @notice head' = keccak(head, keccak(entry)), from a genesis that names the deployment. One word
/// therefore commits to every entry there ever was, and a storage proof of slot 0 is a proof of all
/// of them, taken from any later block.
/// @dev The first base of the contract, so that its variables own the first slots. Proofs name slot
/// 0 and receipts outlive code: the order below is part of the format, not an implementation
/// detail. An append rewrites slots that hold something already and opens none, because a new slot
/// is the dearest thing a transaction can ask for and grows dearer with forks to come. (Only the
/// owner naming a key where there was none yet may fill an empty one.)
abstract contract Journal {
    /// @notice The hash that commits to genesis and every entry. Slot 0.
    bytes32 public head;

    /// @notice The key that may append while naming the parent head; zero when there is none.
    /// Slot 1, low 20 bytes.
    address public anchorer;

    /// @notice The number of the last entry. Slot 1, the 8 bytes above `anchorer`, so that one
    /// write serves the permission check and the count.
    uint64 public length;

    /// @notice The key that signs acceptances; zero when there is none. Slot 2.
    address public acceptanceKey;

    /// @notice What genesis hashes, apart from this contract's own address.
    event Genesis(
        uint256 chainId,
        address owner,
        address anchorer,
        address acceptanceKey,
        uint256 predChainId,
        address predContract,
        uint64 predLength,
        bytes32 predHead
    );

    /// @dev Genesis binds the journal to its chain, address and first keys, so no two deployments
    /// share a head. A successor goes on counting after its predecessor's entry `predLength`.
    constructor(
        address firstOwner,
        address firstAnchorer,
        address firstAcceptanceKey,
        uint256 predChainId,
        address predContract,
        uint64 predLength,
        bytes32 predHead
    ) {
        anchorer = firstAnchorer;
        length = predLength;
        acceptanceKey = firstAcceptanceKey;
        head = keccak256(
            abi.encode(
                keccak256("voteanchor.genesis.v1"),
                block.chainid,
                address(this),
                firstOwner,
                firstAnchorer,
                firstAcceptanceKey,
                predChainId,
                predContract,
                predLength,
                predHead
            )
        );
        emit Genesis(
            block.chainid,
            firstOwner,
            firstAnchorer,
            firstAcceptanceKey,
            predChainId,
            predContract,
            predLength,
            predHead
        );
    }

    /// @dev Appends one entry. The contract itself writes number, block and time, so that lateness
    /// stays provable when logs are gone.
    /// @param parent the current head, handed in by a caller who has it already: reading it again
    /// would be paid for at every anchor.
    /// @return number the new entry's number
    /// @return newHead the head after it
    function _append(bytes32 parent, uint256 kind, bytes32 a, bytes32 b, bytes32 c)
        internal
        returns (uint64 number, bytes32 newHead)
    {
        number = length + 1;
        bytes32 entryHash = keccak256(
            abi.encode(kind, number, uint64(block.number), uint64(block.timestamp), a, b, c)
        );
        newHead = _fold(parent, entryHash);
        length = number;
        head = newHead;
    }

    /// @dev The head after an entry.
    function _fold(bytes32 parent, bytes32 entryHash) internal pure returns (bytes32) {
        return keccak256(abi.encode(parent, entryHash));
    }
}
