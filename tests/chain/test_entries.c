/* SPDX-License-Identifier: Apache-2.0 */
/* The contract as the scripted chain plays it: every call, event and refusal, read by production
 * code. */
#include "bridge/engine/chain.h"
#include "bridge/engine/deploy.h"
#include "proof/create2.h"
#include "rpc/abi.h"
#include "tests/chain/provider.h"
#include "tests/test.h"

#define MANY 32u

static struct chain_provider line;

static struct vota_provider *provider_of(struct chain *chain)
{
    return chain_provider_init(&line, chain, 0);
}

/* A call to the contract, mined; its place. */
static struct chain_place do_call(struct chain *chain, enum chain_actor actor,
                                  const struct vota_wr *data)
{
    struct vota_store_deployment deployment;
    uint64_t unused = 0;
    vota_hash tx;
    assert_true(vota_wr_fits(data));
    chain_deployment(chain, &deployment, &unused, &unused, &tx);
    const struct chain_order order = {
        .actor = actor, .to = deployment.genesis.contract, .data = {data->to, data->len}};
    tx = chain_send(chain, &order);
    chain_mine(chain, 1);
    const struct chain_place place = chain_find(chain, &tx);
    assert_true(place.mined);
    return place;
}

static vota_hash head_of(const struct chain *chain)
{
    struct chain_contract contract;
    assert_true(chain_contract(chain, &contract));
    return contract.head;
}

/* ---- every kind of entry ---- */

static void open_register(struct chain *chain)
{
    uint8_t bytes[512];
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
    const vota_hash parent = head_of(chain);
    const char text[] = "{\"title\":\"A park\"}";
    vota_contract_open_register(&wr, &parent,
                                (struct vota_slice){(const uint8_t *)text, sizeof text - 1});
    assert_true(do_call(chain, CHAIN_ANCHORER, &wr).succeeded);
}

static void publish_result(struct chain *chain)
{
    uint8_t bytes[512];
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
    const vota_hash parent = head_of(chain);
    const vota_hash register_hash = {{0x22}};
    const uint64_t counts[] = {5, 0, 7};
    vota_contract_publish_result(&wr, &parent, &register_hash, 2, counts, 3);
    assert_true(do_call(chain, CHAIN_ANCHORER, &wr).succeeded);
}

static void change_owner(struct chain *chain)
{
    uint8_t bytes[128];
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
    const vota_addr owner = chain_address(CHAIN_OWNER_2);
    vota_contract_transfer_ownership(&wr, &owner);
    assert_true(do_call(chain, CHAIN_OWNER, &wr).succeeded);
    wr.len = 0;
    vota_contract_accept_ownership(&wr);
    assert_false(do_call(chain, CHAIN_STRANGER, &wr).succeeded);
    assert_true(do_call(chain, CHAIN_OWNER_2, &wr).succeeded);
}

static void write_all_kinds(struct chain *chain)
{
    const vota_hash root = {{0x33}};
    const vota_addr key = chain_address(CHAIN_ANCHORER_2);
    open_register(chain);
    (void)chain_send_anchor(chain, CHAIN_ANCHORER, &root, 4096);
    chain_mine(chain, 1);
    publish_result(chain);
    (void)chain_send_disavow(chain, 1, 2, "a stolen key");
    chain_mine(chain, 1);
    (void)chain_send_set_key(chain, VOTA_ROLE_ANCHORER, &key, chain_now(chain));
    chain_mine(chain, 1);
    (void)chain_send_anchor(chain, CHAIN_ANCHORER_2, &root, 1);
    chain_mine(chain, 1);
    (void)chain_send_succeeded(chain, 17, &key);
    chain_mine(chain, 1);
    change_owner(chain);
}

struct reading {
    struct vota_entry entries[MANY];
    vota_hash heads[MANY];
    size_t n;
};

static enum vota_status note(void *context, const struct vota_chain_entry *entry)
{
    struct reading *reading = context;
    assert_true(reading->n < MANY);
    reading->entries[reading->n] = entry->event->entry;
    reading->heads[reading->n++] = entry->event->head;
    return VOTA_OK;
}

/* What the production client makes of the journal is what the chain says is true. */
static void read_journal(struct reading *ret, struct chain *chain)
{
    struct vota_store_deployment deployment;
    struct vota_chain_cursor cursor = {.number = 0};
    uint64_t time = 0;
    vota_hash tx;
    ret->n = 0;
    chain_deployment(chain, &deployment, &cursor.block, &time, &tx);
    cursor.contract = deployment.genesis.contract;
    vota_journal_genesis(&cursor.head, &deployment.genesis);
    assert_int_equal(
        vota_chain_entries(provider_of(chain), &cursor, chain_height(chain), note, ret, NULL),
        VOTA_OK);
    const vota_hash head = head_of(chain);
    assert_hash_equal(&cursor.head, &head);
}

static void test_every_kind_of_entry(void **state)
{
    (void)state;
    static const uint64_t kinds[] = {VOTA_ENTRY_REGISTER,  VOTA_ENTRY_BATCH, VOTA_ENTRY_RESULT,
                                     VOTA_ENTRY_DISAVOWED, VOTA_ENTRY_KEY,   VOTA_ENTRY_BATCH,
                                     VOTA_ENTRY_SUCCEEDED, VOTA_ENTRY_KEY};
    struct chain *chain = chain_new(1);
    static struct reading reading;
    struct chain_entry truth[MANY];
    write_all_kinds(chain);
    read_journal(&reading, chain);
    assert_int_equal(reading.n, 8);
    assert_int_equal(chain_entries(chain, truth, MANY), 8);
    for (size_t i = 0; i < 8; i++) {
        vota_hash ours;
        vota_hash theirs;
        assert_int_equal(reading.entries[i].kind, kinds[i]);
        assert_int_equal(vota_entry_check(&reading.entries[i], NULL), VOTA_OK);
        vota_entry_hash(&ours, &reading.entries[i]);
        vota_entry_hash(&theirs, &truth[i].entry);
        assert_hash_equal(&ours, &theirs);
        assert_hash_equal(&reading.heads[i], &truth[i].head);
    }
    chain_free(chain);
}

/* ---- refusals ---- */

/* What eth_estimateGas says of a call, by its first four bytes; 0: it would be done. */
static uint32_t refusal_of(struct chain *chain, enum chain_actor actor, const struct vota_wr *data)
{
    struct vota_provider *provider = provider_of(chain);
    struct chain_contract contract;
    const vota_addr from = chain_address(actor);
    uint64_t gas = 0;
    assert_true(chain_contract(chain, &contract));
    const struct vota_eth_message message = {
        .from = &from, .to = &contract.address, .data = {data->to, data->len}};
    const enum vota_status status = vota_eth_estimate_gas(provider, &gas, &message, NULL);
    if (status == VOTA_OK)
        return 0;
    assert_int_equal(status, VOTA_CONFLICT);
    return (uint32_t)vota_load_be(provider->failure.error.data, 4);
}

static void put_anchor(struct vota_wr *wr, const vota_hash *parent, uint8_t root, uint32_t count)
{
    const vota_hash hash = {{root}};
    wr->len = 0;
    vota_contract_anchor(wr, parent, &hash, count);
}

static void test_anchorers_refusals(void **state)
{
    (void)state;
    struct chain *chain = chain_new(2);
    uint8_t bytes[512];
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
    const vota_hash head = head_of(chain);
    const vota_hash other = {{1}};
    put_anchor(&wr, &head, 1, 1);
    assert_int_equal(refusal_of(chain, CHAIN_ANCHORER, &wr), 0);
    assert_int_equal(refusal_of(chain, CHAIN_OWNER, &wr), 0x0e5e5f6f); /* NotAnchorer */
    put_anchor(&wr, &other, 1, 1);
    assert_int_equal(refusal_of(chain, CHAIN_ANCHORER, &wr), 0xa8b951fb); /* StaleParent */
    put_anchor(&wr, &head, 0, 1);
    assert_int_equal(refusal_of(chain, CHAIN_ANCHORER, &wr), 0xb263ae73); /* ZeroRoot */
    put_anchor(&wr, &head, 1, 0);
    assert_int_equal(refusal_of(chain, CHAIN_ANCHORER, &wr), 0x047b9cec); /* ZeroCount */
    wr.len = 0;
    vota_contract_publish_result(&wr, &head, &other, 1, NULL, 0);
    assert_int_equal(refusal_of(chain, CHAIN_ANCHORER, &wr), 0xb0f67bb3); /* LastEntryBeyond.. */
    chain_free(chain);
}

static void test_owners_refusals(void **state)
{
    (void)state;
    struct chain *chain = chain_new(3);
    uint8_t bytes[512];
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
    const vota_addr fresh = chain_address(CHAIN_ANCHORER_2);
    const vota_addr shared = chain_address(CHAIN_ACCEPTANCE);
    vota_contract_set_key(&wr, VOTA_ROLE_ANCHORER, &fresh, 0);
    assert_int_equal(refusal_of(chain, CHAIN_OWNER, &wr), 0);
    assert_int_equal(refusal_of(chain, CHAIN_ANCHORER, &wr), 0x118cdaa7); /* Unauthorized */
    wr.len = 0;
    vota_contract_set_key(&wr, VOTA_ROLE_ANCHORER, &shared, 0);
    assert_int_equal(refusal_of(chain, CHAIN_OWNER, &wr), 0x6fbd4a2b); /* SharedKey */
    wr.len = 0;
    vota_contract_set_key(&wr, VOTA_ROLE_OWNER, &fresh, 0);
    assert_int_equal(refusal_of(chain, CHAIN_OWNER, &wr), 0xdb971f05); /* UnknownRole */
    wr.len = 0;
    vota_contract_disavow(&wr, 1, 1, (struct vota_slice){NULL, 0});
    assert_int_equal(refusal_of(chain, CHAIN_OWNER, &wr), 0x749d54b4); /* InvalidRange */
    chain_free(chain);
}

/* A refused call takes gas and nonce, and leaves neither event nor entry. */
static void test_a_revert_costs(void **state)
{
    (void)state;
    struct chain *chain = chain_new(4);
    uint8_t bytes[128];
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
    const vota_addr anchorer = chain_address(CHAIN_ANCHORER);
    const vota_hash stale = {{1}};
    const vota_hash head = head_of(chain);
    put_anchor(&wr, &stale, 1, 1);
    const struct chain_place place = do_call(chain, CHAIN_ANCHORER, &wr);
    assert_false(place.succeeded);
    assert_true(place.gas_used > 21000 && !vota_u256_is_zero(&place.paid));
    assert_int_equal(chain_nonce(chain, &anchorer), 1);
    const vota_hash after = head_of(chain);
    assert_hash_equal(&head, &after);
    struct chain_entry entries[1];
    assert_int_equal(chain_entries(chain, entries, 1), 0);
    chain_free(chain);
}

static void test_out_of_gas(void **state)
{
    (void)state;
    struct chain *chain = chain_new(5);
    struct chain_contract contract;
    uint8_t bytes[128];
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
    const vota_hash head = head_of(chain);
    assert_true(chain_contract(chain, &contract));
    put_anchor(&wr, &head, 1, 1);
    const struct chain_order order = {
        .actor = CHAIN_ANCHORER, .to = contract.address, .gas = 40000, .data = {bytes, wr.len}};
    const vota_hash tx = chain_send(chain, &order);
    chain_set_extra_gas(chain, 100000);
    chain_mine(chain, 1);
    const struct chain_place place = chain_find(chain, &tx);
    assert_true(place.mined && !place.succeeded);
    assert_int_equal(place.gas_used, 40000);
    chain_free(chain);
}

/* ---- deployments ---- */

static void check_genesis(struct chain *chain, const struct vota_store_deployment *deployment)
{
    const struct vota_block_id latest = vota_block_tagged(VOTA_BLOCK_LATEST);
    struct vota_chain_state proven = {0};
    vota_hash head;
    vota_journal_genesis(&head, &deployment->genesis);
    assert_int_equal(
        vota_chain_state(&proven, provider_of(chain), &deployment->genesis.contract, &latest, NULL),
        VOTA_OK);
    assert_hash_equal(&proven.contract.head, &head);
    vota_chain_state_done(&proven);
}

/* Deploys what the record says; its transaction. */
static vota_hash send_deployment(struct chain *chain,
                                 const struct vota_store_deployment *deployment)
{
    static uint8_t code[16384];
    static uint8_t data[16384];
    struct vota_wr init = vota_wr_of(code, sizeof code);
    struct vota_wr call = vota_wr_of(data, sizeof data);
    const bool by_proxy = vota_addr_equal(&deployment->deployer, &vota_create2_proxy);
    vota_create2_init_code(&init, vota_contract_creation_code, &deployment->genesis);
    const struct vota_slice slice = {code, init.len};
    if (by_proxy)
        vota_create2_proxy_call(&call, &deployment->salt, slice);
    else
        vota_create2_bootstrap(&call, &deployment->salt, slice);
    const struct chain_order order = {.actor = CHAIN_ANCHORER,
                                      .create = !by_proxy,
                                      .to = by_proxy ? vota_create2_proxy : (vota_addr){{0}},
                                      .gas = 3000000,
                                      .data = {data, call.len}};
    const vota_hash tx = chain_send(chain, &order);
    chain_mine(chain, 1);
    assert_true(chain_find(chain, &tx).succeeded);
    check_genesis(chain, deployment);
    return tx;
}

static struct vota_store_deployment planned(const struct chain *chain)
{
    struct vota_store_deployment deployment;
    uint64_t unused = 0;
    vota_hash tx;
    chain_deployment(chain, &deployment, &unused, &unused, &tx);
    return deployment;
}

static void deploy(struct chain *chain, bool by_proxy)
{
    struct vota_store_deployment deployment = planned(chain);
    const vota_addr sender = chain_address(CHAIN_ANCHORER);
    struct vota_tx_receipt receipt = {0};
    vota_deploy_plan(&deployment, by_proxy, &sender, 0);
    const vota_hash tx = send_deployment(chain, &deployment);
    assert_int_equal(vota_eth_receipt(provider_of(chain), &receipt, &tx, NULL), VOTA_OK);
    assert_int_equal(receipt.created, !by_proxy);
    if (!by_proxy)
        assert_true(vota_addr_equal(&receipt.contract_address, &deployment.deployer));
    vota_tx_receipt_done(&receipt);
}

/* A successor on the same chain goes on counting, in a journal of its own. */
static void test_successor(void **state)
{
    (void)state;
    struct chain *chain = chain_new(7);
    struct vota_store_deployment next = planned(chain);
    const vota_addr sender = chain_address(CHAIN_ANCHORER);
    struct chain_contract successor;
    struct chain_entry entries[4];
    const vota_hash root = {{1}};
    (void)chain_send_anchor(chain, CHAIN_ANCHORER, &root, 1);
    chain_mine(chain, 1);
    next.genesis.pred_chain_id = chain_id(chain);
    next.genesis.pred_contract = next.genesis.contract;
    next.genesis.pred_length = 1;
    next.genesis.pred_head = head_of(chain);
    vota_deploy_plan(&next, true, &sender, 1);
    assert_false(chain_contract_at(chain, &next.genesis.contract, &successor));
    (void)send_deployment(chain, &next);
    (void)chain_send_succeeded(chain, chain_id(chain), &next.genesis.contract);
    chain_mine(chain, 1);
    assert_true(chain_contract_at(chain, &next.genesis.contract, &successor));
    assert_int_equal(successor.length, 1);
    assert_int_equal(chain_entries(chain, entries, 4), 2);
    assert_int_equal(chain_entries_at(chain, &next.genesis.contract, entries, 4), 0);
    chain_free(chain);
}

static void test_deployments(void **state)
{
    (void)state;
    const struct chain_options undeployed = {.undeployed = true};
    const struct chain_options no_proxy = {.no_proxy = true};
    struct chain *chain = chain_new_with(6, &undeployed);
    struct chain_contract contract;
    assert_false(chain_contract(chain, &contract));
    deploy(chain, true);
    assert_true(chain_contract(chain, &contract));
    chain_free(chain);
    chain = chain_new_with(6, &no_proxy);
    deploy(chain, false);
    chain_free(chain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind_of_entry), cmocka_unit_test(test_anchorers_refusals),
        cmocka_unit_test(test_owners_refusals),     cmocka_unit_test(test_a_revert_costs),
        cmocka_unit_test(test_out_of_gas),          cmocka_unit_test(test_deployments),
        cmocka_unit_test(test_successor),
    };
    return RUN_TESTS(tests);
}
