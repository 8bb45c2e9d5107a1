/* SPDX-License-Identifier: Apache-2.0 */
/* The order of a succession's steps: bridge/engine/succession.c. */
#include "bridge/engine/succession.h"

#include "proof/word.h"
#include "tests/bridge/store_fixture.h"

static void each_step_waits_for_the_one_before(void **state)
{
    (void)state;
    static const struct {
        struct vota_succession_view view;
        enum vota_succession_step step;
    } cases[] = {
        {{.open = 2, .length = 5, .final = 3}, VOTA_SUCCESSION_DRAIN},
        {{.length = 5, .final = 5}, VOTA_SUCCESSION_CLOSE},
        {{.closed = true, .length = 6, .final = 5}, VOTA_SUCCESSION_SETTLE},
        /* what did not get through before the key was taken off is sent to the successor */
        {{.open = 1, .closed = true, .length = 6, .final = 5}, VOTA_SUCCESSION_SETTLE},
        {{.closed = true, .length = 6, .final = 6}, VOTA_SUCCESSION_DEPLOY},
        {{.closed = true, .length = 6, .final = 6, .planned = true, .pred_length = 6},
         VOTA_SUCCESSION_DEPLOY},
        {{.closed = true,
          .length = 6,
          .final = 6,
          .planned = true,
          .pred_length = 6,
          .deployed = true},
         VOTA_SUCCESSION_NAME},
        {{.closed = true,
          .length = 7,
          .final = 6,
          .planned = true,
          .pred_length = 6,
          .deployed = true,
          .named = true},
         VOTA_SUCCESSION_CONFIRM},
        {{.closed = true,
          .length = 7,
          .final = 7,
          .planned = true,
          .pred_length = 6,
          .deployed = true,
          .named = true},
         VOTA_SUCCESSION_MOVE},
        {{.closed = true, .length = 7, .final = 7, .planned = true, .moved = true},
         VOTA_SUCCESSION_DONE},
        /* another successor was named before */
        {{.closed = true, .length = 7, .final = 7, .succeeded = true}, VOTA_SUCCESSION_FORKED},
        {{.dead = true, .length = 7, .final = 7, .succeeded = true}, VOTA_SUCCESSION_FORKED},
        /* another entry after the one that was named */
        {{.closed = true, .length = 7, .final = 7, .planned = true, .pred_length = 6},
         VOTA_SUCCESSION_FORKED},
        /* a dead chain neither drains nor confirms */
        {{.dead = true, .open = 2, .length = 6, .final = 4}, VOTA_SUCCESSION_DEPLOY},
        {{.dead = true, .length = 6, .final = 4, .planned = true, .pred_length = 4},
         VOTA_SUCCESSION_DEPLOY},
        {{.dead = true,
          .length = 6,
          .final = 4,
          .planned = true,
          .pred_length = 4,
          .deployed = true},
         VOTA_SUCCESSION_MOVE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const enum vota_succession_step step = vota_succession_next(&cases[i].view);
        if (step != cases[i].step)
            fail_msg("case %zu: %s, not %s", i, vota_succession_step_name(step),
                     vota_succession_step_name(cases[i].step));
    }
}

/* A journal of three entries, the last of which takes the anchorer's key away. */
static void add_entry(struct fixture *f, struct vota_entry entry, bool final)
{
    const struct vota_store_entry stored = {.entry = entry,
                                            .head = hash_of(100 + entry.number),
                                            .tx_hash = hash_of(1),
                                            .block_hash = hash_of(2),
                                            .final = final};
    OK(vota_store_journal_add(f->store, f->network, &stored, NULL));
}

static void the_journal_tells_owner_closing_and_naming(void **state)
{
    (void)state;
    struct fixture f;
    struct vota_succession_view view = {.dead = false};
    const vota_addr none = {{0}};
    const vota_addr heir = addr_of(8);
    fixture_open(&f);
    struct vota_store_network old = {
        .id = f.network,
        .chain_id = 1,
        .deployment = {
            .genesis = {.owner = addr_of(1), .anchorer = addr_of(2), .contract = addr_of(3)}}};
    const struct vota_store_network next = {
        .has_contract = true,
        .deployed = true,
        .chain_id = 9,
        .role = VOTA_NETWORK_SUCCESSOR,
        .deployment = {.genesis = {.contract = addr_of(7), .pred_length = 3}}};
    begin(&f);
    const vota_addr successor = addr_of(7);
    add_entry(&f, (struct vota_entry){.kind = 1, .number = 1}, true);
    OK(vota_succession_look(&view, f.store, &old, NULL, NULL));
    assert_int_equal(vota_succession_next(&view), VOTA_SUCCESSION_CLOSE);
    assert_true(vota_addr_equal(&view.owner, &old.deployment.genesis.owner));
    add_entry(&f,
              (struct vota_entry){.kind = VOTA_ENTRY_KEY,
                                  .number = 2,
                                  .a = vota_word_of_u64(VOTA_ROLE_OWNER),
                                  .b = vota_word_of_addr(&heir)},
              true);
    add_entry(&f,
              (struct vota_entry){.kind = VOTA_ENTRY_KEY,
                                  .number = 3,
                                  .a = vota_word_of_u64(VOTA_ROLE_ANCHORER),
                                  .b = vota_word_of_addr(&none)},
              true);
    OK(vota_succession_look(&view, f.store, &old, NULL, NULL));
    assert_int_equal(vota_succession_next(&view), VOTA_SUCCESSION_DEPLOY);
    assert_true(vota_addr_equal(&view.owner, &heir));
    struct vota_genesis genesis = {.chain_id = 9};
    vota_succession_name(&genesis, &old, &view);
    assert_int_equal(genesis.pred_length, 3);
    const vota_hash head = hash_of(103);
    assert_true(vota_hash_equal(&genesis.pred_head, &head));
    OK(vota_succession_look(&view, f.store, &old, &next, NULL));
    assert_int_equal(vota_succession_next(&view), VOTA_SUCCESSION_NAME);
    add_entry(&f,
              (struct vota_entry){.kind = VOTA_ENTRY_SUCCEEDED,
                                  .number = 4,
                                  .a = vota_word_of_u64(9),
                                  .b = vota_word_of_addr(&successor)},
              false);
    OK(vota_succession_look(&view, f.store, &old, &next, NULL));
    assert_int_equal(vota_succession_next(&view), VOTA_SUCCESSION_CONFIRM);
    OK(vota_store_journal_set_final(f.store, f.network, 4, NULL));
    OK(vota_succession_look(&view, f.store, &old, &next, NULL));
    assert_int_equal(vota_succession_next(&view), VOTA_SUCCESSION_MOVE);
    commit(&f);
    fixture_close(&f);
}

static void a_key_that_is_set_again_opens_the_journal_again(void **state)
{
    (void)state;
    struct fixture f;
    struct vota_succession_view view = {.dead = false};
    const vota_addr none = {{0}};
    const vota_addr key = addr_of(5);
    fixture_open(&f);
    const struct vota_store_network old = {.id = f.network,
                                           .deployment = {.genesis = {.anchorer = addr_of(2)}}};
    begin(&f);
    for (uint64_t i = 1; i <= 2; i++)
        add_entry(&f,
                  (struct vota_entry){.kind = VOTA_ENTRY_KEY,
                                      .number = i,
                                      .a = vota_word_of_u64(VOTA_ROLE_ANCHORER),
                                      .b = vota_word_of_addr(i == 1 ? &none : &key)},
                  true);
    OK(vota_succession_look(&view, f.store, &old, NULL, NULL));
    assert_int_equal(vota_succession_next(&view), VOTA_SUCCESSION_CLOSE);
    commit(&f);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_step_waits_for_the_one_before),
        cmocka_unit_test(the_journal_tells_owner_closing_and_naming),
        cmocka_unit_test(a_key_that_is_set_again_opens_the_journal_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
