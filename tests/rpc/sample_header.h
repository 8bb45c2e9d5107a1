/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Headers as JSON members. One has the 23 fields of Amsterdam: the values of
 * Sepolia's block 11856337, the first of that fork, under an empty bloom
 * filter; its hashes were computed with ethers. The other is the genesis block
 * of mainnet, whose 15 fields and hash everybody knows.
 */
#ifndef VOTA_TESTS_RPC_SAMPLE_HEADER_H
#define VOTA_TESTS_RPC_SAMPLE_HEADER_H

#define SAMPLE_HASH   "0xaa5a80e72d1a98332fc40ec9bcae00f46af4c201a81d12d7e91369e8e1fd12dc"
#define SAMPLE_NUMBER 11856337
#define SAMPLE_BYTES  671

#define SAMPLE_ZEROS_16  "0000000000000000"
#define SAMPLE_ZEROS_64  SAMPLE_ZEROS_16 SAMPLE_ZEROS_16 SAMPLE_ZEROS_16 SAMPLE_ZEROS_16
#define SAMPLE_ZEROS_256 SAMPLE_ZEROS_64 SAMPLE_ZEROS_64 SAMPLE_ZEROS_64 SAMPLE_ZEROS_64
#define SAMPLE_ZERO_HASH "0x" SAMPLE_ZEROS_64
#define SAMPLE_BLOOM     "0x" SAMPLE_ZEROS_256 SAMPLE_ZEROS_256

#define EMPTY_TRIE   "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"
#define EMPTY_UNCLES "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347"

#define GENESIS_HASH "0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3"
#define GENESIS_FIELDS                                                                             \
    "\"parentHash\":\"" SAMPLE_ZERO_HASH "\",\"sha3Uncles\":\"" EMPTY_UNCLES "\","                 \
    "\"miner\":\"0x0000000000000000000000000000000000000000\","                                    \
    "\"stateRoot\":\"0xd7f8974fb5ac78d9ac099b9ad5018bedc2ce0a72dad1827a1709da30580f0544\","        \
    "\"transactionsRoot\":\"" EMPTY_TRIE "\",\"receiptsRoot\":\"" EMPTY_TRIE "\","                 \
    "\"logsBloom\":\"" SAMPLE_BLOOM "\",\"difficulty\":\"0x400000000\",\"number\":\"0x0\","        \
    "\"gasLimit\":\"0x1388\",\"gasUsed\":\"0x0\",\"timestamp\":\"0x0\","                           \
    "\"extraData\":\"0x11bbe8db4e347b4e8c937c1c8370e4b5ed33adb3db69cbdb7a38e1e50b1b82fa\","        \
    "\"mixHash\":\"" SAMPLE_ZERO_HASH "\",\"nonce\":\"0x0000000000000042\""

/* Up to the state root, which tests replace. */
#define SAMPLE_HEAD                                                                                \
    "\"parentHash\":\"0x862fbae116b7dca00b550ad371540de5ec8f627065bead949809ee6228b8f3eb\","       \
    "\"sha3Uncles\":\"0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347\","       \
    "\"miner\":\"0x3826539cbd8d68dcf119e80b994557b4278cec9f\","

#define SAMPLE_STATE_ROOT                                                                          \
    "\"stateRoot\":\"0xfa3dce0649b084038be0d2e88b0740fdd50631fc32109c0f7766fa242baf2c39\","

#define SAMPLE_MIDDLE                                                                              \
    "\"transactionsRoot\":\"0x4370e25f6d627e5e9efca9cb5405f38c5ae86043e5b400ea92992d51aba12b6c\"," \
    "\"receiptsRoot\":\"0x636dbd7afafef168dee179457d140e251ddb3c203596d148338d1ee813f1f034\","     \
    "\"logsBloom\":\"" SAMPLE_BLOOM "\",\"difficulty\":\"0x0\",\"number\":\"0xb4e9d1\","           \
    "\"gasLimit\":\"0x3938700\",\"gasUsed\":\"0xd1dda4\",\"timestamp\":\"0x6ac4fd60\","            \
    "\"extraData\":\"0x626573752032362e392e31\","                                                  \
    "\"mixHash\":\"0x4ba9dfc9ce033a38b9f2d6d4b549e4b3a398dbcd8dd7c514d944f42c9a1a4405\","          \
    "\"nonce\":\"0x0000000000000000\",\"baseFeePerGas\":\"0x3d7386e5\","

#define SAMPLE_TAIL                                                                                \
    "\"withdrawalsRoot\":\"0x5127063b341e2ad8b2236316204563d3025b6b9b61290fec666a0a0bba4286a7\","  \
    "\"blobGasUsed\":\"0x80000\",\"excessBlobGas\":\"0xc6e7614\","                                 \
    "\"parentBeaconBlockRoot\":"                                                                   \
    "\"0xa982af12aa814307469427e140dd62cf6b6cbbcf0539fbab10336132e47b0743\","                      \
    "\"requestsHash\":\"0xec88bf0d3fe6b86b583cf638c5635cb64bc842fee1e220f0e8be964a4d368c15\","     \
    "\"blockAccessListHash\":"                                                                     \
    "\"0xe6048b5d71a01b46691aa7d24238ba7880b789ae42173cab10a041b72e768a55\","                      \
    "\"slotNumber\":\"0xac6000\""

#endif
