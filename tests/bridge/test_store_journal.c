/* SPDX-License-Identifier: Apache-2.0 */
/* Networks, registers, entries and evidence: store_network.c, store_register.c, store_journal.c. */
#include "tests/bridge/store_fixture.h"

static struct vota_store_deployment deployment_of(uint64_t chain_id)
{
    return (struct vota_store_deployment){.genesis = {.chain_id = chain_id,
                                                      .contract = addr_of(1),
                                                      .owner = addr_of(2),
                                                      .anchorer = addr_of(3),
                                                      .acceptance_key = addr_of(4),
                                                      .pred_chain_id = 5,
                                                      .pred_contract = addr_of(6),
                                                      .pred_length = 7,
                                                      .pred_head = hash_of(8)},
                                          .deployer = addr_of(9),
                                          .salt = hash_of(10),
                                          .creation_code_hash = hash_of(11)};
}

static void a_network_is_bound_once(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    struct vota_store_network network;
    OK(vota_store_network_get(&network, f.store, "dev", NULL));
    assert_false(network.bound || network.has_contract || network.deployed);
    const vota_hash genesis = hash_of(1);
    const vota_hash other = hash_of(2);
    begin(&f);
    const struct vota_store_deployment early = deployment_of(31337);
    FAILS(vota_store_network_set_contract(f.store, f.network, &early, &err), VOTA_NOT_FOUND,
          "not-found"); /* not bound to a chain yet */
    OK(vota_store_network_bind(f.store, f.network, 31337, &genesis, NULL));
    OK(vota_store_network_bind(f.store, f.network, 31337, &genesis, NULL));
    FAILS(vota_store_network_bind(f.store, f.network, 31337, &other, &err), VOTA_CONFLICT,
          "network-bound");
    FAILS(vota_store_network_bind(f.store, f.network, 1, &genesis, &err), VOTA_CONFLICT,
          "network-bound");
    FAILS(vota_store_network_bind(f.store, f.network, UINT64_MAX, &genesis, &err), VOTA_LIMIT,
          "too-large");
    FAILS(vota_store_network_bind(f.store, 99, 1, &genesis, &err), VOTA_NOT_FOUND, "not-found");
    commit(&f);
    OK(vota_store_network_get(&network, f.store, "dev", NULL));
    assert_true(network.bound);
    assert_int_equal(network.chain_id, 31337);
    assert_hash_equal(&network.genesis_block, &genesis);
    fixture_close(&f);
}

/* Member by member: the structs have padding. */
static void assert_same_deployment(const struct vota_store_deployment *a,
                                   const struct vota_store_deployment *b)
{
    assert_int_equal(a->genesis.chain_id, b->genesis.chain_id);
    assert_true(vota_addr_equal(&a->genesis.contract, &b->genesis.contract));
    assert_true(vota_addr_equal(&a->genesis.owner, &b->genesis.owner));
    assert_true(vota_addr_equal(&a->genesis.anchorer, &b->genesis.anchorer));
    assert_true(vota_addr_equal(&a->genesis.acceptance_key, &b->genesis.acceptance_key));
    assert_int_equal(a->genesis.pred_chain_id, b->genesis.pred_chain_id);
    assert_true(vota_addr_equal(&a->genesis.pred_contract, &b->genesis.pred_contract));
    assert_int_equal(a->genesis.pred_length, b->genesis.pred_length);
    assert_hash_equal(&a->genesis.pred_head, &b->genesis.pred_head);
    assert_true(vota_addr_equal(&a->deployer, &b->deployer));
    assert_hash_equal(&a->salt, &b->salt);
    assert_hash_equal(&a->creation_code_hash, &b->creation_code_hash);
}

static void a_contract_is_fixed_before_it_is_deployed(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    struct vota_store_deployment deployment = deployment_of(31337);
    const vota_hash genesis = hash_of(1);
    const vota_hash tx = hash_of(77);
    begin(&f);
    OK(vota_store_network_bind(f.store, f.network, 31337, &genesis, NULL));
    OK(vota_store_network_set_contract(f.store, f.network, &deployment, NULL));
    OK(vota_store_network_set_contract(f.store, f.network, &deployment, NULL));
    deployment.salt = hash_of(99);
    FAILS(vota_store_network_set_contract(f.store, f.network, &deployment, &err), VOTA_CONFLICT,
          "contract-bound");
    OK(vota_store_network_set_deployed(f.store, f.network, 3, 4, &tx, NULL));
    OK(vota_store_network_set_deployed(f.store, f.network, 4, 5, &tx, NULL)); /* a reorganisation */
    const struct vota_store_entry entry = {.entry = {.kind = 1, .number = 8}, .final = true};
    OK(vota_store_journal_add(f.store, f.network, &entry, NULL));
    OK(vota_store_network_set_deployed(f.store, f.network, 4, 5, &tx, NULL));
    FAILS(vota_store_network_set_deployed(f.store, f.network, 5, 5, &tx, &err), VOTA_CONFLICT,
          "deployment-final");
    commit(&f);
    struct vota_store_network network;
    OK(vota_store_network_get(&network, f.store, "dev", NULL));
    assert_true(network.has_contract && network.deployed);
    const struct vota_store_deployment expected = deployment_of(31337);
    assert_same_deployment(&network.deployment, &expected);
    assert_int_equal(network.deploy_block, 4);
    assert_int_equal(network.deploy_time, 5);
    assert_hash_equal(&network.deploy_tx, &tx);
    fixture_close(&f);
}

static enum vota_status count_network(void *context, const struct vota_store_network *network)
{
    (void)network;
    ++*(size_t *)context;
    return VOTA_OK;
}

static void networks_are_named_once_and_listed(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    int64_t id = 0;
    struct vota_store_network network;
    begin(&f);
    FAILS(vota_store_network_add(&id, f.store, "dev", &err), VOTA_CONFLICT, "not-unique");
    FAILS(vota_store_network_add(&id, f.store, "", &err), VOTA_CONFLICT, "not-allowed");
    FAILS(vota_store_network_add(&id, f.store, "a name that is far too long to be one", &err),
          VOTA_CONFLICT, "not-allowed");
    OK(vota_store_network_add(&id, f.store, "hoodi", NULL));
    commit(&f);
    FAILS(vota_store_network_get(&network, f.store, "mainnet", &err), VOTA_NOT_FOUND, "not-found");
    size_t n = 0;
    OK(vota_store_network_each(f.store, count_network, &n, NULL));
    assert_int_equal(n, 2);
    fixture_close(&f);
}

enum { SLUGS = 128 };

static enum vota_status note_slug(void *context, const struct vota_store_register *reg)
{
    char *slugs = context;
    const size_t len = strlen(slugs), room = SLUGS - len;
    assert_in_range(snprintf(slugs + len, room, "%s ", reg->slug), 1, room - 1);
    return VOTA_OK;
}

static void a_register_is_found_by_each_of_its_names(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    struct vota_store_register_copy copy;
    OK(vota_store_register_get(&copy, f.store, f.network, "last", NULL));
    assert_int_equal(copy.about.id, f.last);
    assert_int_equal(copy.about.revision, VOTA_REVISION_LAST);
    assert_int_equal(copy.about.opens_at, 60);
    assert_int_equal(copy.about.closes_at, 600);
    assert_int_equal(copy.about.counts_until, 1200);
    assert_int_equal(copy.about.anchor_within, 300);
    assert_int_equal(copy.about.opened_entry, 2);
    assert_int_equal(copy.about.closed_at, 0);
    assert_int_equal(copy.about.definition.len, 2);
    assert_memory_equal(copy.about.definition.at, "{}", 2);
    const vota_hash hash = copy.about.hash;
    vota_store_register_done(&copy);
    OK(vota_store_register_get_hash(&copy, f.store, f.network, &hash, NULL));
    assert_string_equal(copy.about.slug, "last");
    vota_store_register_done(&copy);
    OK(vota_store_register_get_id(&copy, f.store, f.all, NULL));
    assert_int_equal(copy.about.revision, VOTA_REVISION_ALL);
    vota_store_register_done(&copy);
    FAILS(vota_store_register_get(&copy, f.store, f.network, "none", &err), VOTA_NOT_FOUND,
          "not-found");
    FAILS(vota_store_register_get(&copy, f.store, f.network + 1, "last", &err), VOTA_NOT_FOUND,
          "not-found");
    char slugs[SLUGS] = "";
    OK(vota_store_register_each(f.store, f.network, note_slug, slugs, NULL));
    assert_string_equal(slugs, "first last all ");
    fixture_close(&f);
}

/* Whoever closes read the clock before it waited for the store: nothing is accepted after the end,
 * and a clock that once ran far ahead does not move it. */
static void a_register_ends_no_earlier_than_what_it_took(void **state)
{
    (void)state;
    static const struct {
        uint64_t newest, at, closed;
    } cases[] = {{150, 145, 150}, {150, 150, 150}, {150, 151, 151}, {250, 145, 205}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fixture f;
        uint64_t opened = 0;
        uint64_t closed = 0;
        fixture_open(&f);
        begin(&f);
        OK(try_record(&f, f.all, "r1", 1, cases[i].newest - 100, NULL));
        OK(vota_store_register_set_closed(f.store, f.first, cases[i].at, NULL));
        commit(&f);
        OK(vota_store_register_state(&opened, &closed, f.store, f.first, NULL));
        assert_int_equal(closed, cases[i].closed);
        fixture_close(&f);
    }
}

static void a_register_opens_may_fall_back_and_closes_for_good(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    uint64_t opened = 0;
    uint64_t closed = 0;
    begin(&f);
    OK(vota_store_register_set_opened(f.store, f.first, 9, NULL));
    OK(vota_store_register_set_opened(f.store, f.first, 0, NULL));
    OK(vota_store_register_set_closed(f.store, f.first, 700, NULL));
    OK(vota_store_register_set_closed(f.store, f.first, 700, NULL));
    FAILS(vota_store_register_set_closed(f.store, f.first, 701, &err), VOTA_CONFLICT,
          "register-closed");
    FAILS(vota_store_register_set_closed(f.store, 99, 701, &err), VOTA_NOT_FOUND, "not-found");
    commit(&f);
    OK(vota_store_register_state(&opened, &closed, f.store, f.first, NULL));
    assert_int_equal(opened, 0);
    assert_int_equal(closed, 700);
    FAILS(vota_store_register_state(&opened, &closed, f.store, 99, &err), VOTA_NOT_FOUND,
          "not-found");
    fixture_close(&f);
}

static struct vota_store_entry entry_of(uint64_t number)
{
    return (struct vota_store_entry){
        .entry = {.kind = 3, .number = number, .block = 40, .time = 50, .a = hash_of(number)},
        .head = hash_of(100 + number),
        .tx_hash = hash_of(1),
        .block_hash = hash_of(2),
        .data = slice_of("counts")};
}

struct numbers {
    size_t n;
    uint64_t number[8];
    bool final[8];
    size_t data_len;
};

static enum vota_status note_entry(void *context, const struct vota_store_entry *entry)
{
    struct numbers *numbers = context;
    numbers->number[numbers->n] = entry->entry.number;
    numbers->final[numbers->n++] = entry->final;
    numbers->data_len = entry->data.len;
    return VOTA_OK;
}

static void the_journal_grows_is_forgotten_and_becomes_final(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    uint64_t length = 9;
    uint64_t final = 9;
    vota_hash head;
    OK(vota_store_journal_length(&length, &final, &head, f.store, f.network, NULL));
    assert_true(length == 0 && final == 0 && vota_hash_is_zero(&head));
    begin(&f);
    for (uint64_t i = 1; i <= 4; i++) {
        const struct vota_store_entry entry = entry_of(i);
        OK(vota_store_journal_add(f.store, f.network, &entry, NULL));
        OK(vota_store_journal_add(f.store, f.network, &entry, NULL));
    }
    struct vota_store_entry moved = entry_of(4);
    moved.entry.block = 41;
    FAILS(vota_store_journal_add(f.store, f.network, &moved, &err), VOTA_CONFLICT, "entry-exists");
    struct vota_store_entry other_data = entry_of(4);
    other_data.data = slice_of("Counts");
    FAILS(vota_store_journal_add(f.store, f.network, &other_data, &err), VOTA_CONFLICT,
          "entry-exists");
    OK(vota_store_journal_forget(f.store, f.network, 4, NULL));
    OK(vota_store_journal_add(f.store, f.network, &moved, NULL));
    OK(vota_store_journal_set_final(f.store, f.network, 2, NULL));
    OK(vota_store_journal_set_final(f.store, f.network, 2, NULL));
    const struct vota_store_entry again = entry_of(1);
    OK(vota_store_journal_add(f.store, f.network, &again, NULL)); /* not final here: no change */
    FAILS(vota_store_journal_forget(f.store, f.network, 2, &err), VOTA_CONFLICT, "entry-final");
    commit(&f);
    OK(vota_store_journal_length(&length, &final, &head, f.store, f.network, NULL));
    const vota_hash last = hash_of(104);
    assert_int_equal(length, 4);
    assert_int_equal(final, 2);
    assert_hash_equal(&head, &last);
    struct numbers numbers = {0};
    OK(vota_store_journal_each(f.store, f.network, (struct vota_store_range){2, UINT64_MAX},
                               note_entry, &numbers, NULL));
    assert_int_equal(numbers.n, 3);
    assert_true(numbers.number[0] == 2 && numbers.final[0]);
    assert_true(numbers.number[2] == 4 && !numbers.final[2]);
    assert_int_equal(numbers.data_len, 6);
    fixture_close(&f);
}

static void evidence_is_kept_and_the_shortest_that_reaches_is_given(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    struct vota_store_evidence evidence = {.block = 10,
                                           .block_hash = hash_of(10),
                                           .head = hash_of(11),
                                           .length = 5,
                                           .header = slice_of("header"),
                                           .account = slice_of("account"),
                                           .storage = slice_of("storage")};
    begin(&f);
    OK(vota_store_journal_keep(f.store, f.network, &evidence, NULL));
    OK(vota_store_journal_keep(f.store, f.network, &evidence, NULL));
    evidence.header = slice_of("another");
    FAILS(vota_store_journal_keep(f.store, f.network, &evidence, &err), VOTA_CONFLICT,
          "evidence-exists");
    evidence.block = 20;
    evidence.length = 9;
    OK(vota_store_journal_keep(f.store, f.network, &evidence, NULL));
    commit(&f);
    struct vota_store_evidence_copy copy;
    OK(vota_store_journal_evidence(&copy, f.store, f.network, 5, NULL));
    assert_int_equal(copy.about.block, 10);
    assert_memory_equal(copy.about.header.at, "header", 6);
    assert_memory_equal(copy.about.account.at, "account", 7);
    assert_memory_equal(copy.about.storage.at, "storage", 7);
    vota_store_evidence_done(&copy);
    OK(vota_store_journal_evidence(&copy, f.store, f.network, 6, NULL));
    assert_int_equal(copy.about.block, 20);
    vota_store_evidence_done(&copy);
    FAILS(vota_store_journal_evidence(&copy, f.store, f.network, 10, &err), VOTA_NOT_FOUND,
          "not-found");
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_network_is_bound_once),
        cmocka_unit_test(a_contract_is_fixed_before_it_is_deployed),
        cmocka_unit_test(networks_are_named_once_and_listed),
        cmocka_unit_test(a_register_is_found_by_each_of_its_names),
        cmocka_unit_test(a_register_ends_no_earlier_than_what_it_took),
        cmocka_unit_test(a_register_opens_may_fall_back_and_closes_for_good),
        cmocka_unit_test(the_journal_grows_is_forgotten_and_becomes_final),
        cmocka_unit_test(evidence_is_kept_and_the_shortest_that_reaches_is_given),
    };
    return RUN_TESTS(tests);
}
