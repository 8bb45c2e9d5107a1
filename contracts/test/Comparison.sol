// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev Other ways to put one root on a chain, as small as they can be, for their gas beside ours.

/// @dev Nothing is stored: cheaper, but no state proof can show the root, and logs get pruned.
contract EventAlone {
    event Anchored(uint256 indexed number, bytes32 root);

    function anchor(uint256 number, bytes32 root) external {
        emit Anchored(number, root);
    }
}

/// @dev What EAS's `timestamp` does: a new slot for every root, and no order between them.
contract TimestampPerRoot {
    mapping(bytes32 root => uint64) private timestamps;

    event Timestamped(bytes32 indexed root, uint64 indexed timestamp);

    error AlreadyTimestamped();

    function timestamp(bytes32 root) external returns (uint64 time) {
        time = uint64(block.timestamp);
        if (timestamps[root] != 0) revert AlreadyTimestamped();
        timestamps[root] = time;
        emit Timestamped(root, time);
    }
}

/// @dev An ordered list of roots in storage: a new slot for each, and a count to rewrite.
contract RootPerSlot {
    address private immutable ANCHORER = msg.sender;
    bytes32[] private roots;

    event Anchored(uint256 indexed number, bytes32 root);

    error NotAnchorer();

    function anchor(bytes32 root) external {
        if (msg.sender != ANCHORER) revert NotAnchorer();
        roots.push(root);
        emit Anchored(roots.length, root);
    }
}
