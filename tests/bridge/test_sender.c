/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Turns of the sender while one of three providers lies about what no proof
 * covers: places, prices, costs. Over the scripted chain; the answers of the
 * first node are rewritten on their way.
 */
#include "bridge/engine/deploy.h"
#include "bridge/engine/sender.h"
#include "bridge/store/store_spend.h"
#include "tests/bridge/store_fixture.h"
#include "tests/chain/chain.h"

#define NODES    3u
#define BODY_CAP 65536u

/* Replaces the text after `key` up to the next quote, wherever a request has `method` in it. */
struct lie {
    const char *method, *also, *key, *value;
};

struct liar {
    struct vota_transport inner;
    struct lie lies[4];
    unsigned told;
};

struct office {
    struct fixture f;
    struct chain *chain;
    struct liar liars[NODES];
    struct vota_transport transports[NODES];
    struct vota_connections connections;
    struct vota_quorum quorum;
    struct vota_tx_signer *signer;
    struct vota_sender sender;
    struct vota_sender_turn turn;
    struct vota_error err;
};

static bool has(struct vota_slice text, const char *word)
{
    const size_t len = strlen(word);
    for (size_t i = 0; i + len <= text.len; i++) {
        if (memcmp(text.at + i, word, len) == 0)
            return true;
    }
    return false;
}

/* One lie told throughout a body of text. */
static bool rewrite(struct vota_response *response, const struct lie *lie)
{
    static char body[BODY_CAP];
    size_t n = 0;
    bool any = false;
    const size_t key_len = strlen(lie->key);
    assert_true(response->len < BODY_CAP / 2);
    for (size_t i = 0; i < response->len;) {
        const bool found =
            i + key_len <= response->len && memcmp(response->body + i, lie->key, key_len) == 0;
        if (!found) {
            body[n++] = (char)response->body[i++];
            continue;
        }
        n += (size_t)snprintf(body + n, sizeof body - n, "%s%s", lie->key, lie->value);
        for (i += key_len; response->body[i] != '"';)
            i++;
        any = true;
    }
    vota_response_clear(response);
    OK(vota_response_add(response, body, n));
    return any;
}

static enum vota_status send_lying(void *ctx, struct vota_response *ret_response,
                                   struct vota_slice request, unsigned timeout_ms)
{
    struct liar *liar = ctx;
    const enum vota_status status =
        liar->inner.send(liar->inner.ctx, ret_response, request, timeout_ms);
    for (size_t i = 0; status == VOTA_OK && i < 4; i++) {
        const struct lie *lie = &liar->lies[i];
        if (lie->method != NULL && has(request, lie->method) &&
            (lie->also == NULL || has(request, lie->also)))
            liar->told += rewrite(ret_response, lie);
    }
    return status;
}

static void no_pause(unsigned ms)
{
    (void)ms;
}

static void connect_nodes(struct office *office)
{
    office->connections = (struct vota_connections){.chain_id = chain_id(office->chain),
                                                    .genesis = chain_genesis_hash(office->chain)};
    for (unsigned i = 0; i < NODES; i++) {
        chain_transport_init(&office->liars[i].inner, office->chain, i);
        office->transports[i] = (struct vota_transport){&office->liars[i], send_lying};
        struct vota_connection *connection =
            vota_connect_add(&office->connections, NULL, &office->transports[i], 0);
        connection->provider.pause = no_pause;
        connection->usable = true;
    }
    const struct vota_quorum_options options = {.k = 2};
    vota_quorum_init(&office->quorum, &office->connections, &options);
}

static void take_key(struct office *office)
{
    uint8_t key[VOTA_SIGNER_KEY_BYTES];
    struct vota_signer *signer = NULL;
    chain_key(CHAIN_ANCHORER, key);
    OK(vota_signer_load(&signer, key, NULL));
    OK(vota_tx_signer_local(&office->signer, signer, NULL));
}

static void arm(struct office *office)
{
    struct vota_store *store = office->f.store;
    connect_nodes(office);
    take_key(office);
    office->sender = (struct vota_sender){.store = store,
                                          .network_id = office->f.network,
                                          .network_name = "dev",
                                          .quorum = &office->quorum,
                                          .signer = office->signer,
                                          .address = vota_tx_signer_address(office->signer),
                                          .kinds = VOTA_SENDER_ANCHORER,
                                          .limits = {.fees = vota_fees_caps_default(true),
                                                     .tx_max = 20000000000000000u,
                                                     .day_max = 100000000000000000u,
                                                     .deploy_max = 200000000000000000u},
                                          .policy = vota_anchor_defaults};
}

/* `found`: the store knows already where the contract was deployed. */
static struct office *office_of(struct chain *chain, bool found)
{
    struct office *office = calloc(1, sizeof *office);
    struct vota_store_deployment deployment;
    uint64_t block = 0;
    uint64_t time = 0;
    vota_hash tx;
    const vota_hash genesis = chain_genesis_hash(chain);
    assert_non_null(office);
    office->chain = chain;
    fixture_open(&office->f);
    chain_deployment(chain, &deployment, &block, &time, &tx);
    struct vota_store *store = office->f.store;
    begin(&office->f);
    OK(vota_store_network_bind(store, office->f.network, chain_id(chain), &genesis, NULL));
    OK(vota_store_network_set_contract(store, office->f.network, &deployment, NULL));
    if (found)
        OK(vota_store_network_set_deployed(store, office->f.network, block, time, &tx, NULL));
    commit(&office->f);
    arm(office);
    return office;
}

/* An office that has queued its deployment, without the proxy, by its next nonce. */
static struct office *office_without(struct chain *chain)
{
    struct office *office = calloc(1, sizeof *office);
    struct vota_store_deployment deployment;
    uint64_t block = 0;
    uint64_t time = 0;
    vota_hash tx;
    const vota_addr anchorer = chain_address(CHAIN_ANCHORER);
    const vota_hash genesis = chain_genesis_hash(chain);
    assert_non_null(office);
    office->chain = chain;
    fixture_open(&office->f);
    chain_deployment(chain, &deployment, &block, &time, &tx);
    vota_deploy_plan(&deployment, false, &anchorer, 0);
    struct vota_store *store = office->f.store;
    begin(&office->f);
    OK(vota_store_network_bind(store, office->f.network, chain_id(chain), &genesis, NULL));
    commit(&office->f);
    OK(vota_deploy_queue(store, office->f.network, &deployment, chain_now(chain), NULL));
    arm(office);
    return office;
}

static void office_end(struct office *office)
{
    vota_sender_done(&office->sender);
    vota_tx_signer_free(office->signer);
    fixture_close(&office->f);
    chain_free(office->chain);
    free(office);
}

static enum vota_status turn(struct office *office)
{
    office->err = (struct vota_error){.status = VOTA_OK};
    return vota_sender_turn(&office->turn, &office->sender, chain_now(office->chain), &office->err);
}

/* A slot with a block, and a turn. */
static enum vota_status slot(struct office *office)
{
    chain_mine(office->chain, 1);
    return turn(office);
}

static void queue_batch(struct office *office)
{
    begin(&office->f);
    add_record(&office->f, office->f.first, "r", 1, 1);
    (void)seal(&office->f);
    commit(&office->f);
}

static uint64_t stored_length(const struct office *office)
{
    uint64_t length = 0;
    uint64_t final = 0;
    vota_hash head;
    OK(vota_store_journal_length(&length, &final, &head, office->f.store, office->f.network, NULL));
    return length;
}

/* ---- where the contract was deployed ---- */

static void place_with_liar(unsigned liar)
{
    struct chain *chain = chain_new(7);
    const vota_hash root = hash_of(1);
    chain_mine(chain, 3);
    chain_send_anchor(chain, CHAIN_ANCHORER, &root, 1);
    chain_mine(chain, 3);
    struct office *office = office_of(chain, false);
    char other[2 + VOTA_HASH_HEX_CHARS + 1] = "0x";
    struct vota_store_network network;
    struct vota_block last;
    const struct vota_block_id id = vota_block_numbered(6);
    OK(vota_eth_block(&office->connections.item[1].provider, &last, &id, NULL));
    vota_hex_of_hash(other, &last.hash);
    office->liars[liar].lies[0] =
        (struct lie){"eth_getLogs", "\"topics\"", "\"blockHash\":\"", other};
    for (unsigned i = 0; i < 6; i++)
        (void)slot(office);
    assert_true(office->liars[liar].told > 0);
    OK(vota_store_network_get(&network, office->f.store, "dev", NULL));
    assert_true(network.deployed);
    assert_true(network.deploy_block == 1);
    assert_true(stored_length(office) == 1);
    office_end(office);
}

static void one_provider_alone_places_no_deployment(void **state)
{
    (void)state;
    for (unsigned liar = 0; liar < NODES; liar++)
        place_with_liar(liar);
}

/* As a reorganisation leaves it that took the deployment to an earlier block, and an entry too. */
static void a_deployment_that_moved_is_found_again(void **state)
{
    (void)state;
    struct chain *chain = chain_new(7);
    const vota_hash root = hash_of(1);
    struct vota_store_network network;
    const vota_hash tx = hash_of(2);
    chain_send_anchor(chain, CHAIN_ANCHORER, &root, 1);
    chain_mine(chain, 6);
    struct office *office = office_of(chain, false);
    begin(&office->f);
    OK(vota_store_network_set_deployed(office->f.store, office->f.network, 5, 1, &tx, NULL));
    commit(&office->f);
    OK(slot(office));
    OK(vota_store_network_get(&network, office->f.store, "dev", NULL));
    assert_true(network.deploy_block == 1);
    assert_true(stored_length(office) == 1);
    office_end(office);
}

/* Whoever is asked first has a false proof of everything. */
static void what_a_deployment_is_planned_by_is_proven(void **state)
{
    (void)state;
    for (unsigned absent = 0; absent < 2; absent++) {
        const struct chain_options options = {.no_proxy = absent == 1};
        struct chain *chain = chain_new_with(7, &options);
        const vota_addr anchorer = chain_address(CHAIN_ANCHORER);
        bool has_proxy = absent == 1;
        uint64_t nonce = 99;
        chain_send_self(chain, CHAIN_ANCHORER);
        chain_mine(chain, 3);
        struct office *office = office_of(chain, false);
        chain_fault_always(chain, 0, CHAIN_FAULT_PROOF);
        OK(vota_quorum_look(&office->quorum, 1000 * chain_now(chain), NULL));
        office->quorum.turn = 0;
        OK(vota_deploy_look(&has_proxy, &nonce, &office->quorum, &anchorer, NULL));
        assert_true(has_proxy == (absent == 0) && nonce == 1);
        assert_string_equal(vota_breaker_reason(&office->connections.item[0].breaker), "lying");
        office_end(office);
    }
}

/* Without the proxy the address follows from the nonce: with another one it is another contract. */
static void a_bootstrap_with_another_nonce_is_not_sent(void **state)
{
    (void)state;
    const struct chain_options options = {.no_proxy = true};
    struct chain *chain = chain_new_with(7, &options);
    const vota_addr anchorer = chain_address(CHAIN_ANCHORER);
    vota_hash txs[8];
    chain_mine(chain, 2);
    struct office *office = office_without(chain);
    chain_send_self(chain, CHAIN_ANCHORER);
    for (unsigned i = 0; i < 4; i++)
        OK(slot(office));

    assert_true(chain_seen(chain, &anchorer, txs, 8) == 1);
    assert_string_equal(office->turn.held, "deploys-elsewhere");
    office_end(office);
}

static void a_bootstrap_with_its_own_nonce_deploys(void **state)
{
    (void)state;
    const struct chain_options options = {.no_proxy = true};
    struct chain *chain = chain_new_with(7, &options);
    chain_mine(chain, 2);
    struct office *office = office_without(chain);
    for (unsigned i = 0; i < 3; i++)
        OK(slot(office));
    assert_string_equal(office->turn.held, "");
    assert_true(office->turn.unmined == 0);
    office_end(office);
}

static void an_estimate_of_one_provider_takes_no_funds_hostage(void **state)
{
    (void)state;
    struct office *office = office_of(chain_new(7), true);
    const vota_addr anchorer = chain_address(CHAIN_ANCHORER);
    const struct vota_u256 some = vota_u256_of(8000000000000000u); /* 0.008 ETH */
    chain_set_balance(office->chain, &anchorer, &some);
    chain_set_fault(office->chain, 0, CHAIN_FAULT_ESTIMATE,
                    (struct chain_rule){.calls = CHAIN_ALWAYS, .amount = 8});
    queue_batch(office);
    OK(slot(office));
    OK(slot(office));
    assert_true(office->turn.unmined == 0);
    office_end(office);
}

/* ---- what it cost ---- */

static void a_cost_beyond_all_numbers_stops_no_turn(void **state)
{
    (void)state;
    struct office *office = office_of(chain_new(7), true);
    for (unsigned i = 0; i < NODES; i++)
        office->liars[i].lies[0] =
            (struct lie){"eth_getTransactionReceipt", NULL, "\"gasUsed\":\"", "0x8000000000000000"};
    queue_batch(office);
    OK(slot(office));
    assert_int_equal(slot(office), VOTA_OK);
    assert_true(office->turn.unmined == 0 && office->turn.unfinal == 1);
    office_end(office);
}

static uint64_t paid(const struct office *office)
{
    struct vota_store_spent spent;
    const struct vota_store_spend_question question = {.network = office->f.network,
                                                       .kinds = VOTA_SENDER_ANCHORER};
    OK(vota_store_spend_sum(&spent, office->f.store, &question, NULL));
    return spent.paid;
}

static void a_cheap_word_frees_no_budget(void **state)
{
    (void)state;
    vota_hash txs[4];
    uint64_t truth = 0;
    struct office *office = office_of(chain_new(7), true);
    const vota_addr anchorer = chain_address(CHAIN_ANCHORER);
    for (unsigned i = 0; i < 2; i++)
        office->liars[0].lies[i] =
            (struct lie){"eth_getTransactionReceipt", NULL,
                         i == 0 ? "\"gasUsed\":\"" : "\"effectiveGasPrice\":\"",
                         i == 0 ? "0x5208" : "0x3b9aca00"};
    queue_batch(office);
    OK(slot(office));
    for (unsigned i = 0; i < NODES; i++) { /* whoever is asked first */
        office->quorum.turn = i;
        OK(slot(office));
    }
    assert_true(chain_seen(office->chain, &anchorer, txs, 4) == 1);
    const struct chain_place place = chain_find(office->chain, &txs[0]);
    assert_true(place.mined && vota_u256_to_u64(&truth, &place.paid));
    assert_true(paid(office) >= truth);
    office_end(office);
}

/*
 * A transaction by our key that the store knows nothing of: should the chain
 * take it back, nobody could fill its nonce, so nothing is signed behind it.
 */
static void nothing_is_signed_behind_a_nonce_that_nobody_holds(void **state)
{
    (void)state;
    vota_hash txs[4];
    const vota_addr anchorer = chain_address(CHAIN_ANCHORER);
    struct chain *chain = chain_new(8);
    chain_mine(chain, 3);
    chain_send_self(chain, CHAIN_ANCHORER);
    struct office *office = office_of(chain, true);
    OK(slot(office));
    queue_batch(office);
    for (unsigned i = 0; i < 3; i++) {
        OK(slot(office));
        assert_string_equal(office->turn.held, "unknown-not-final");
    }
    assert_true(chain_seen(chain, &anchorer, txs, 4) == 1);
    chain_finalise(chain, 0);
    OK(slot(office));
    OK(slot(office));
    assert_true(chain_seen(chain, &anchorer, txs, 4) == 2);
    office_end(office);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_provider_alone_places_no_deployment),
        cmocka_unit_test(a_deployment_that_moved_is_found_again),
        cmocka_unit_test(what_a_deployment_is_planned_by_is_proven),
        cmocka_unit_test(a_bootstrap_with_another_nonce_is_not_sent),
        cmocka_unit_test(a_bootstrap_with_its_own_nonce_deploys),
        cmocka_unit_test(an_estimate_of_one_provider_takes_no_funds_hostage),
        cmocka_unit_test(a_cost_beyond_all_numbers_stops_no_turn),
        cmocka_unit_test(a_cheap_word_frees_no_budget),
        cmocka_unit_test(nothing_is_signed_behind_a_nonce_that_nobody_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
