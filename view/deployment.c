/* SPDX-License-Identifier: Apache-2.0 */
/* Deployment records, member by member, and where they lead: see deployment.h. */
#include "view/deployment.h"

#include "keccak/keccak.h"

/* clang-format off */
#define GENESIS(type, key, member) {key, VOTA_CANON_##type, offsetof(struct vota_deployment, genesis.member), NULL}
#define PLACE(type, member) {#member, VOTA_CANON_##type, offsetof(struct vota_deployment, member), NULL}

/* Two tables from one list: with the line's format, and without. */
#define RECORD_UP_TO_DEPLOYER \
    GENESIS(ADDR, "acceptance_key", acceptance_key), \
    GENESIS(ADDR, "address", contract), \
    GENESIS(ADDR, "anchorer", anchorer), \
    PLACE(NUMBER, block), \
    PLACE(HASH, chain_genesis), \
    GENESIS(NUMBER, "chain_id", chain_id), \
    PLACE(HASH, creation_code_hash), \
    PLACE(ADDR, deployer)
#define RECORD_FROM_OWNER \
    GENESIS(ADDR, "owner", owner), \
    GENESIS(NUMBER, "pred_chain_id", pred_chain_id), \
    GENESIS(ADDR, "pred_contract", pred_contract), \
    GENESIS(HASH, "pred_head", pred_head), \
    GENESIS(NUMBER, "pred_length", pred_length), \
    PLACE(HASH, salt), \
    PLACE(NUMBER, time), \
    PLACE(HASH, transaction)

static const struct vota_canon_field record_table[] = {RECORD_UP_TO_DEPLOYER, RECORD_FROM_OWNER};
static const struct vota_canon_field line_table[] = {
    RECORD_UP_TO_DEPLOYER,
    {"format", VOTA_CANON_WORD, 0, VOTA_JOURNAL_JSON_FORMAT},
    RECORD_FROM_OWNER};
/* clang-format on */

const struct vota_canon_flat vota_deployment_record = {record_table, sizeof record_table /
                                                                         sizeof record_table[0]};
const struct vota_canon_flat vota_deployment_line = {line_table,
                                                     sizeof line_table / sizeof line_table[0]};

void vota_deployment_leads_to(vota_addr *ret_addr, const struct vota_deployment *deployment,
                              struct vota_slice creation_code)
{
    vota_hash init_code_hash;
    vota_create2_init_code_hash(&init_code_hash, creation_code, &deployment->genesis);
    vota_create2_address(ret_addr, &deployment->deployer, &deployment->salt, &init_code_hash);
}

enum vota_deployment_fault vota_deployment_fault_of(const struct vota_deployment *deployment,
                                                    struct vota_slice creation_code)
{
    vota_hash code_hash;
    vota_addr address;
    vota_keccak_hash(code_hash.bytes, creation_code.at, creation_code.len);
    if (!vota_hash_equal(&code_hash, &deployment->creation_code_hash))
        return VOTA_DEPLOYMENT_OTHER_CODE;
    vota_deployment_leads_to(&address, deployment, creation_code);
    return vota_addr_equal(&address, &deployment->genesis.contract) ? VOTA_DEPLOYMENT_SOUND
                                                                    : VOTA_DEPLOYMENT_OTHER_ADDRESS;
}
