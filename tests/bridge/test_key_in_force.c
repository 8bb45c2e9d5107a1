/* SPDX-License-Identifier: Apache-2.0 */
/* Until when a key signs, beside the rule by which whoever verifies decides (proof/journal.h). */
#include "tests/bridge/store_fixture.h"

#include "bridge/engine/key_in_force.h"
#include "proof/journal.h"

#define FIRST  4 /* the genesis' acceptance key */
#define SECOND 14
#define GRACE  VOTA_JOURNAL_KEY_GRACE

/* An entry of kind 4: at `time` the role gets a key. */
struct change {
    enum vota_entry_role role;
    uint8_t key;
    uint64_t time, untrusted;
};

static struct vota_entry entry_of(const struct change *change, uint64_t number)
{
    const vota_addr key = addr_of(change->key);
    return (struct vota_entry){.kind = VOTA_ENTRY_KEY,
                               .number = number,
                               .block = number,
                               .time = change->time,
                               .a = vota_word_of_u64(change->role),
                               .b = vota_word_of_addr(&key),
                               .c = vota_word_of_u64(change->untrusted)};
}

static struct vota_store_network deploy(struct fixture *f)
{
    struct vota_store_network network;
    const vota_hash genesis = hash_of(1);
    const struct vota_store_deployment deployment = {.genesis = {.chain_id = 31337,
                                                                 .contract = addr_of(1),
                                                                 .owner = addr_of(2),
                                                                 .anchorer = addr_of(3),
                                                                 .acceptance_key = addr_of(FIRST)}};
    begin(f);
    OK(vota_store_network_bind(f->store, f->network, 31337, &genesis, NULL));
    OK(vota_store_network_set_contract(f->store, f->network, &deployment, NULL));
    commit(f);
    OK(vota_store_network_get(&network, f->store, "dev", NULL));
    return network;
}

/* Of these changes: until when the key signs; and it is what the verifier's rule says. */
static void assert_until(const struct change *changes, size_t n, uint8_t of, uint64_t expected)
{
    struct fixture f;
    struct vota_entry entries[4];
    uint64_t until = 0;
    const vota_addr key = addr_of(of);
    fixture_open(&f);
    const struct vota_store_network network = deploy(&f);
    begin(&f);
    for (size_t i = 0; i < n; i++) {
        entries[i] = entry_of(&changes[i], i + 1);
        const struct vota_store_entry stored = {.entry = entries[i]};
        OK(vota_store_journal_add(f.store, f.network, &stored, NULL));
    }
    commit(&f);
    OK(vota_key_signs_until(&until, f.store, &network, &key, NULL));
    assert_true(until == expected);
    const struct vota_journal journal = {
        .genesis = network.deployment.genesis, .entries = entries, .n = n};
    /* From the last change on: a key signs from now on, not in the past. */
    for (uint64_t time = n > 0 ? changes[n - 1].time : 1; time < 20000; time += 50)
        assert_int_equal(vota_journal_signer_verdict(&journal, &key, time) == VOTA_VALID,
                         time <= until);
    fixture_close(&f);
}

static void a_key_signs_until_it_is_replaced_and_an_hour_more(void **state)
{
    (void)state;
    static const struct change anchorer = {VOTA_ROLE_ANCHORER, SECOND, 1000, 0};
    static const struct change replaced = {VOTA_ROLE_ACCEPTANCE, SECOND, 1000, 0};
    static const struct change back[] = {{VOTA_ROLE_ACCEPTANCE, SECOND, 1000, 0},
                                         {VOTA_ROLE_ACCEPTANCE, FIRST, 2000, 0}};
    assert_until(NULL, 0, FIRST, UINT64_MAX);
    assert_until(NULL, 0, SECOND, 0);
    assert_until(&anchorer, 1, FIRST, UINT64_MAX);
    assert_until(&anchorer, 1, SECOND, 0);
    assert_until(&replaced, 1, FIRST, 1000 + GRACE);
    assert_until(&replaced, 1, SECOND, UINT64_MAX);
    assert_until(back, 2, FIRST, UINT64_MAX);
    assert_until(back, 2, SECOND, 2000 + GRACE);
}

static void a_key_that_is_not_trusted_signs_no_more(void **state)
{
    (void)state;
    static const struct change stolen = {VOTA_ROLE_ACCEPTANCE, SECOND, 1000, 900};
    static const struct change soon = {VOTA_ROLE_ACCEPTANCE, SECOND, 1000, 1500};
    static const struct change back[] = {{VOTA_ROLE_ACCEPTANCE, SECOND, 1000, 900},
                                         {VOTA_ROLE_ACCEPTANCE, FIRST, 2000, 0}};
    assert_until(&stolen, 1, FIRST, 899);
    assert_until(&stolen, 1, SECOND, UINT64_MAX);
    assert_until(&soon, 1, FIRST, 1499);
    assert_until(back, 2, FIRST, 899);
}

static void without_a_contract_any_key_may_sign(void **state)
{
    (void)state;
    struct fixture f;
    struct vota_store_network network;
    uint64_t until = 0;
    const vota_addr key = addr_of(SECOND);
    fixture_open(&f);
    OK(vota_store_network_get(&network, f.store, "dev", NULL));
    OK(vota_key_signs_until(&until, f.store, &network, &key, NULL));
    assert_true(until == UINT64_MAX);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_signs_until_it_is_replaced_and_an_hour_more),
        cmocka_unit_test(a_key_that_is_not_trusted_signs_no_more),
        cmocka_unit_test(without_a_contract_any_key_may_sign),
    };
    return RUN_TESTS(tests);
}
