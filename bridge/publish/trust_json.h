/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The trust file, trust.json (DESIGN 3): which contracts are the city's. Anyone
 * can deploy the same code and issue perfect receipts, so a receipt is held to
 * such a file, or to what the user typed, never to the address it names itself.
 *
 *   file       city contracts[] format heads[] networks[] successors[]
 *   contract   the deployment record: the 17 members of journal.ndjson's first
 *              line but `format`
 *   head       block block_hash chain_genesis chain_id contract head length time
 *              a final block in which slot 0 of the contract was `head`, after
 *              entry number `length`
 *   network    chain_genesis chain_id
 *   successor  chain_id contract successor_chain_id successor_contract
 *
 * `format` is voteanchor-trust-v1. Written in the form of RFC 8785 with a line
 * end; read with any spacing, because people keep such files by hand. Every
 * contract's and head's network is one of `networks`, every head's and
 * successor's contract one of `contracts`, and the successor's record names the
 * contract that it succeeds. Whether that contract confirms it, its journal says:
 * a head of the old contract after its last entry keeps that provable when the
 * network is gone.
 */
#ifndef VOTA_BRIDGE_PUBLISH_TRUST_JSON_H
#define VOTA_BRIDGE_PUBLISH_TRUST_JSON_H

#include "bridge/publish/deployment.h"

struct json_t; /* jansson's; only files named *json.c look inside */

#define VOTA_TRUST_FILE_FORMAT    "voteanchor-trust-v1"
#define VOTA_TRUST_FILE_MAX_BYTES ((size_t)4 * 1024 * 1024)
#define VOTA_TRUST_FILE_MAX_ITEMS 4096u /* of each array */

struct vota_trust_file_network {
    uint64_t chain_id;
    vota_hash chain_genesis;
};

struct vota_trust_file_successor {
    uint64_t chain_id;
    vota_addr contract;
    uint64_t successor_chain_id;
    vota_addr successor_contract;
};

struct vota_trust_file_head {
    uint64_t chain_id;
    vota_hash chain_genesis;
    vota_addr contract;
    vota_hash head;
    uint64_t length; /* number of the last entry */
    uint64_t block, time;
    vota_hash block_hash;
};

/* Arrays are the owner's: of a file that was read, struct vota_trust_file_copy. */
struct vota_trust_file {
    struct vota_slice city; /* UTF-8 name, for people */
    struct vota_trust_file_network *networks;
    size_t network_count;
    struct vota_deployment *contracts;
    size_t contract_count;
    struct vota_trust_file_successor *successors;
    size_t successor_count;
    struct vota_trust_file_head *heads;
    size_t head_count;
};

/* Appends the file without its line end; a first pass with cap 0 measures. */
void vota_trust_json_write(struct vota_wr *wr, const struct vota_trust_file *file);

struct vota_trust_file_copy {
    struct vota_trust_file about;
    struct json_t *parsed;
};

void vota_trust_file_copy_done(struct vota_trust_file_copy *copy);

/*
 * BAD_INPUT with a reason of members_json.h, "unknown-network" or
 * "unknown-contract" (named nowhere else in the file), "repeated" (a network, or
 * a contract on it, twice), "not-successor" (its record names
 * another predecessor), "deployment-address" or "deployment-code" (a record
 * that does not lead to its address, or not to our code: a forged contract must
 * not get into anybody's trust); LIMIT "too-long".
 */
VOTA_MUST_USE enum vota_status vota_trust_json_read(struct vota_trust_file_copy *ret_copy,
                                                    const void *text, size_t len,
                                                    struct vota_error *err);

/* The contract with this address on this network, or NULL. */
const struct vota_deployment *vota_trust_json_find(const struct vota_trust_file *file,
                                                   uint64_t chain_id, const vota_hash *genesis,
                                                   const vota_addr *address);

#endif
