// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {vm} from "./Vm.sol";

/// @dev The journal format once more, written from its description: word by word, sharing no
/// code with the contract. The tests believe this and compare.
library Model {
    struct Genesis {
        uint256 chainId;
        address journal;
        address owner;
        address anchorer;
        address acceptanceKey;
        uint256 predChainId;
        address predContract;
        uint64 predLength;
        bytes32 predHead;
    }

    struct Entry {
        uint256 kind;
        uint64 number;
        bytes32 a;
        bytes32 b;
        bytes32 c;
    }

    function genesisHead(Genesis memory genesis) internal pure returns (bytes32) {
        return keccak256(
            bytes.concat(
                keccak256("voteanchor.genesis.v1"),
                word(genesis.chainId),
                word(genesis.journal),
                word(genesis.owner),
                word(genesis.anchorer),
                word(genesis.acceptanceKey),
                word(genesis.predChainId),
                word(genesis.predContract),
                word(uint256(genesis.predLength)),
                genesis.predHead
            )
        );
    }

    /// @dev The entry as it would be written in the current block.
    function entryHash(Entry memory entry) internal view returns (bytes32) {
        return keccak256(entryBytes(entry));
    }

    function entryBytes(Entry memory entry) internal view returns (bytes memory) {
        return bytes.concat(
            word(entry.kind),
            word(uint256(entry.number)),
            word(vm.getBlockNumber()),
            word(vm.getBlockTimestamp()),
            entry.a,
            entry.b,
            entry.c
        );
    }

    function fold(bytes32 head, bytes32 hash) internal pure returns (bytes32) {
        return keccak256(bytes.concat(head, hash));
    }

    /// @dev keccak(abi.encode(uint64[])): offset, length, then a word for each.
    function countsHash(uint64[] memory counts) internal pure returns (bytes32) {
        bytes memory encoded = bytes.concat(word(0x20), word(counts.length));
        for (uint256 i = 0; i < counts.length; ++i) {
            encoded = bytes.concat(encoded, word(uint256(counts[i])));
        }
        return keccak256(encoded);
    }

    function word(uint256 value) internal pure returns (bytes32) {
        return bytes32(value);
    }

    function word(address account) internal pure returns (bytes32) {
        return bytes32(uint256(uint160(account)));
    }
}
