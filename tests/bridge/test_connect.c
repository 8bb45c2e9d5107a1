/* SPDX-License-Identifier: Apache-2.0 */
/* Providers of the network we are bound to, and of no other; asked no oftener than allowed. */
#include "bridge/engine/connect.h"

#include "tests/chain/chain.h"
#include "tests/test.h"

static unsigned pauses;

static void count_pause(unsigned ms)
{
    pauses += ms > 0;
}

static struct vota_connection *add(struct vota_connections *set, struct vota_transport *transport,
                                   struct chain *chain, unsigned node)
{
    chain_transport_init(transport, chain, node);
    struct vota_connection *connection = vota_connect_add(set, NULL, transport, 0);
    assert_non_null(connection);
    connection->provider.pause = count_pause;
    return connection;
}

static void names_are_places_unless_configured(void **state)
{
    (void)state;
    struct vota_connections set = {.n = 0};
    const struct vota_transport transport = {NULL, NULL};
    assert_string_equal(vota_connect_add(&set, NULL, &transport, 0)->name, "rpc-1");
    assert_string_equal(vota_connect_add(&set, "our node", &transport, 0)->name, "our node");
    assert_string_equal(vota_connect_add(&set, NULL, &transport, 0)->name, "rpc-3");
    assert_string_equal(
        vota_connect_add(&set, "a name that is much longer than thirty-two bytes", &transport, 0)
            ->name,
        "a name that is much longer than ");
    while (set.n < VOTA_CONNECT_PROVIDERS_MAX)
        assert_non_null(vota_connect_add(&set, NULL, &transport, 0));
    assert_null(vota_connect_add(&set, NULL, &transport, 0));
}

static void the_first_answer_binds_the_network(void **state)
{
    (void)state;
    struct chain *chain = chain_new(3);
    struct vota_transport transports[2];
    struct vota_connections set = {.n = 0};
    struct vota_connection *first = add(&set, &transports[0], chain, 0);
    struct vota_connection *second = add(&set, &transports[1], chain, 1);
    const vota_hash genesis = chain_genesis_hash(chain);
    chain_fault_always(chain, 1, CHAIN_FAULT_GENESIS);
    assert_int_equal(vota_connect_identify(&set, first), VOTA_OK);
    assert_int_equal(set.chain_id, chain_id(chain));
    assert_true(vota_hash_equal(&set.genesis, &genesis));
    assert_int_equal(vota_connect_identify(&set, second), VOTA_CONFLICT);
    assert_true(second->wrong_network && !second->usable);
    assert_string_equal(second->problem.text, "wrong-network");
    assert_string_equal(second->problem.where, "genesis");
    chain_heal(chain, 1);
    chain_fault_always(chain, 1, CHAIN_FAULT_CHAIN_ID);
    assert_int_equal(vota_connect_identify(&set, second), VOTA_CONFLICT);
    assert_string_equal(second->problem.where, "chain-id");
    assert_ptr_equal(vota_connect_first(&set), &first->provider);
    chain_heal(chain, 1);
    assert_int_equal(vota_connect_identify(&set, second), VOTA_OK);
    assert_true(second->usable && !second->wrong_network);
    chain_fault_always(chain, 0, CHAIN_FAULT_CONNECT);
    assert_int_equal(vota_connect_identify(&set, first), VOTA_REMOTE);
    assert_string_equal(first->problem.text, "no-connection");
    assert_ptr_equal(vota_connect_first(&set), &second->provider);
    chain_free(chain);
}

static void requests_are_counted_and_spread(void **state)
{
    (void)state;
    struct chain *chain = chain_new(3);
    struct vota_transport transport;
    struct vota_connections set = {.n = 0};
    struct vota_connection *connection = add(&set, &transport, chain, 0);
    uint64_t id = 0;
    pauses = 0;
    for (unsigned i = 0; i < 100; i++)
        assert_int_equal(vota_eth_chain_id(&connection->provider, &id, NULL), VOTA_OK);
    assert_int_equal(connection->requests, 100);
    assert_int_equal(pauses, 0); /* no limit */
    vota_bucket_init(&connection->bucket, 100, VOTA_CONNECT_BURST);
    const uint64_t begin = vota_connect_clock();
    for (unsigned i = 0; i < VOTA_CONNECT_BURST + 10; i++)
        assert_int_equal(vota_eth_chain_id(&connection->provider, &id, NULL), VOTA_OK);
    assert_true(pauses > 0);
    assert_true(vota_connect_clock() - begin >= 90); /* ten more than the burst, 10 ms each */
    chain_free(chain);
}

/* An address that is none costs no request, ever. */
static void without_a_transport_nothing_is_sent(void **state)
{
    (void)state;
    struct vota_connections set = {.n = 0};
    struct vota_connection *connection = vota_connect_add(&set, NULL, NULL, 0);
    connection->provider.pause = count_pause;
    assert_int_equal(vota_connect_identify(&set, connection), VOTA_REMOTE);
    assert_int_equal(connection->requests, 0);
    assert_null(vota_connect_first(&set));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_places_unless_configured),
        cmocka_unit_test(the_first_answer_binds_the_network),
        cmocka_unit_test(requests_are_counted_and_spread),
        cmocka_unit_test(without_a_transport_nothing_is_sent),
    };
    return RUN_TESTS(tests);
}
