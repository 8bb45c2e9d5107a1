/* SPDX-License-Identifier: Apache-2.0 */
/* Networks, bound once: see store_network.h. */
#include "bridge/store/store_network.h"

#include "bridge/store/network_columns.h"

enum vota_status vota_store_network_add(int64_t *ret_id, struct vota_store *store, const char *name,
                                        struct vota_error *err)
{
    static const struct vota_sql sql = {"network.add", "INSERT INTO network (name) VALUES (:name)",
                                        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_text(&q, ":name", name);
    const enum vota_status status = vota_query_run(&q, NULL, err);
    if (status == VOTA_OK)
        *ret_id = sqlite3_last_insert_rowid(store->db);
    return status;
}

enum vota_status vota_store_network_get(struct vota_store_network *ret_network,
                                        struct vota_store *store, const char *name,
                                        struct vota_error *err)
{
    static const struct vota_sql sql = {"network.get", VOTA_NETWORK_SELECT " WHERE name = :name",
                                        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_text(&q, ":name", name);
    return vota_network_columns_get(&q, ret_network, err);
}

/* Runs an UPDATE of one network, which must be there. */
static enum vota_status update(struct vota_query *q, struct vota_error *err)
{
    uint64_t changes = 0;
    const enum vota_status status = vota_query_run(q, &changes, err);
    if (status != VOTA_OK)
        return status;
    return changes == 1 ? VOTA_OK : vota_fail(err, VOTA_NOT_FOUND, q->sql->name, "not-found");
}

enum vota_status vota_store_network_bind(struct vota_store *store, int64_t network,
                                         uint64_t chain_id, const vota_hash *genesis_block,
                                         struct vota_error *err)
{
    static const struct vota_sql sql = {
        "network.bind",
        "UPDATE network SET chain_id = :chain_id, genesis_block = :genesis_block WHERE id = :id",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":id", network);
    vota_query_bind_u64(&q, ":chain_id", chain_id);
    vota_query_bind_hash(&q, ":genesis_block", genesis_block);
    return update(&q, err);
}

enum vota_status vota_store_network_set_contract(struct vota_store *store, int64_t network,
                                                 const struct vota_store_deployment *deployment,
                                                 struct vota_error *err)
{
    static const struct vota_sql sql = {
        "network.set_contract",
        "UPDATE network SET contract = :contract, deployer = :deployer, salt = :salt,"
        " creation_code_hash = :creation_code_hash, owner = :owner, anchorer = :anchorer,"
        " acceptance_key = :acceptance_key, pred_chain_id = :pred_chain_id,"
        " pred_contract = :pred_contract, pred_length = :pred_length, pred_head = :pred_head"
        " WHERE id = :id AND chain_id = :chain_id",
        false};
    const struct vota_genesis *genesis = &deployment->genesis;
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":id", network);
    vota_query_bind_u64(&q, ":chain_id", genesis->chain_id);
    vota_query_bind_addr(&q, ":contract", &genesis->contract);
    vota_query_bind_addr(&q, ":deployer", &deployment->deployer);
    vota_query_bind_hash(&q, ":salt", &deployment->salt);
    vota_query_bind_hash(&q, ":creation_code_hash", &deployment->creation_code_hash);
    vota_query_bind_addr(&q, ":owner", &genesis->owner);
    vota_query_bind_addr(&q, ":anchorer", &genesis->anchorer);
    vota_query_bind_addr(&q, ":acceptance_key", &genesis->acceptance_key);
    vota_query_bind_u64(&q, ":pred_chain_id", genesis->pred_chain_id);
    vota_query_bind_addr(&q, ":pred_contract", &genesis->pred_contract);
    vota_query_bind_u64(&q, ":pred_length", genesis->pred_length);
    vota_query_bind_hash(&q, ":pred_head", &genesis->pred_head);
    return update(&q, err);
}

enum vota_status vota_store_network_set_deployed(struct vota_store *store, int64_t network,
                                                 uint64_t block, uint64_t time, const vota_hash *tx,
                                                 struct vota_error *err)
{
    static const struct vota_sql sql = {
        "network.set_deployed",
        "UPDATE network SET deploy_block = :block, deploy_time = :time, deploy_tx = :tx"
        " WHERE id = :id",
        false};
    struct vota_query q = vota_query_of(store, &sql);
    vota_query_bind_i64(&q, ":id", network);
    vota_query_bind_u64(&q, ":block", block);
    vota_query_bind_u64(&q, ":time", time);
    vota_query_bind_hash(&q, ":tx", tx);
    return update(&q, err);
}

enum vota_status vota_store_network_each(
    struct vota_store *store,
    enum vota_status (*each)(void *context, const struct vota_store_network *network),
    void *context, struct vota_error *err)
{
    static const struct vota_sql sql = {"network.each", VOTA_NETWORK_SELECT " ORDER BY id", true};
    struct vota_query q = vota_query_of(store, &sql);
    return vota_network_columns_each(&q, each, context, err);
}
