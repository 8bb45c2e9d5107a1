/* SPDX-License-Identifier: Apache-2.0 */
/* From a deployment record to its address: see deployment.h. */
#include "bridge/publish/deployment.h"

#include "bridge/engine/contract.h"
#include "keccak/keccak.h"

void vota_deployment_address(vota_addr *ret_addr, const struct vota_deployment *deployment)
{
    vota_hash init_code_hash;
    vota_create2_init_code_hash(&init_code_hash, vota_contract_creation_code, &deployment->genesis);
    vota_create2_address(ret_addr, &deployment->deployer, &deployment->salt, &init_code_hash);
}

void vota_deployment_code_hash(vota_hash *ret_hash)
{
    const struct vota_slice code = vota_contract_creation_code;
    vota_keccak_hash(ret_hash->bytes, code.at, code.len);
}

enum vota_deployment_fault vota_deployment_check(const struct vota_deployment *deployment)
{
    vota_hash code_hash;
    vota_addr address;
    vota_deployment_code_hash(&code_hash);
    if (!vota_hash_equal(&code_hash, &deployment->creation_code_hash))
        return VOTA_DEPLOYMENT_OTHER_CODE;
    vota_deployment_address(&address, deployment);
    return vota_addr_equal(&address, &deployment->genesis.contract) ? VOTA_DEPLOYMENT_SOUND
                                                                    : VOTA_DEPLOYMENT_OTHER_ADDRESS;
}

bool vota_deployment_equal(const struct vota_deployment *a, const struct vota_deployment *b)
{
    /* The genesis head commits to chain id, contract, keys and predecessor at once. */
    vota_hash head_a;
    vota_hash head_b;
    vota_journal_genesis(&head_a, &a->genesis);
    vota_journal_genesis(&head_b, &b->genesis);
    return vota_hash_equal(&head_a, &head_b) &&
           vota_hash_equal(&a->chain_genesis, &b->chain_genesis) &&
           vota_addr_equal(&a->deployer, &b->deployer) && vota_hash_equal(&a->salt, &b->salt) &&
           vota_hash_equal(&a->creation_code_hash, &b->creation_code_hash);
}
