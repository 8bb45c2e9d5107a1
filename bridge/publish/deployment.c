/* SPDX-License-Identifier: Apache-2.0 */
/* From a deployment record to its address: see deployment.h. */
#include "bridge/publish/deployment.h"

#include "bridge/engine/contract.h"
#include "keccak/keccak.h"

void vota_deployment_address(vota_addr *ret_addr, const struct vota_deployment *deployment)
{
    vota_deployment_leads_to(ret_addr, deployment, vota_contract_creation_code);
}

void vota_deployment_code_hash(vota_hash *ret_hash)
{
    const struct vota_slice code = vota_contract_creation_code;
    vota_keccak_hash(ret_hash->bytes, code.at, code.len);
}

enum vota_deployment_fault vota_deployment_check(const struct vota_deployment *deployment)
{
    return vota_deployment_fault_of(deployment, vota_contract_creation_code);
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
