/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a turn decides from is proven, at the two agreed blocks, by whoever can;
 * and nothing is asked for twice. Over the scripted chain.
 */
#include "bridge/engine/view.h"
#include "proof/word.h"
#include "tests/bridge/quorum_fixture.h"

struct sight {
    struct meeting *meeting;
    struct vota_view view;
    vota_addr contract;
    vota_addr accounts[VOTA_VIEW_ACCOUNTS_MAX];
    size_t n_accounts;
    bool fresh;
};

static struct sight sight_of(size_t n)
{
    struct sight sight = {.meeting = meeting_of(n, 0), .n_accounts = 1};
    struct chain_contract contract;
    assert_true(chain_contract(sight.meeting->chain, &contract));
    sight.contract = contract.address;
    sight.accounts[0] = chain_address(CHAIN_ANCHORER);
    sight.accounts[1] = chain_address(CHAIN_ANCHORER_2);
    return sight;
}

static void sight_end(struct sight *sight)
{
    vota_view_done(&sight->view);
    meeting_end(sight->meeting);
}

static enum vota_status take(struct sight *sight)
{
    const struct vota_view_query query = {.contract = &sight->contract,
                                          .accounts = sight->accounts,
                                          .n_accounts = sight->n_accounts,
                                          .fresh_accounts = sight->fresh};
    sight->meeting->err = (struct vota_error){.status = VOTA_OK};
    return vota_view_take(&sight->view, &sight->meeting->quorum, &query, &sight->meeting->err);
}

static void look_and_take(struct sight *sight)
{
    assert_int_equal(look(sight->meeting), VOTA_OK);
    assert_int_equal(take(sight), VOTA_OK);
}

static void mine_and_take(struct sight *sight, unsigned blocks)
{
    chain_mine(sight->meeting->chain, blocks);
    look_and_take(sight);
}

/* The view is what the chain knows of itself. */
static void assert_true_to_the_chain(const struct sight *sight)
{
    const struct chain *chain = sight->meeting->chain;
    const struct vota_view *view = &sight->view;
    struct chain_contract contract;
    assert_true(chain_contract(chain, &contract));
    assert_true(view->contract_latest);
    assert_int_equal(view->latest.contract.length, contract.length);
    assert_true(vota_hash_equal(&view->latest.contract.head, &contract.head));
    assert_int_equal(view->latest_block, chain_height(chain));
    assert_int_equal(view->next_base_fee, chain_base_fee(chain));
    assert_true(view->has_final);
    assert_int_equal(view->final_block, chain_final(chain));
    assert_true(chain_contract_final(chain, &contract));
    assert_int_equal(view->final.contract.length, contract.length);
}

static uint64_t proofs(const struct sight *sight)
{
    uint64_t n = 0;
    for (unsigned i = 0; i < sight->meeting->connections.n; i++)
        n += chain_calls(sight->meeting->chain, i).of[CHAIN_PROOF];
    return n;
}

static void anchor_one(struct sight *sight, uint64_t n)
{
    const vota_hash root = vota_word_of_u64(n);
    (void)chain_send_anchor(sight->meeting->chain, CHAIN_ANCHORER, &root, 1);
}

static void a_view_is_true_to_the_chain(void **state)
{
    (void)state;
    struct sight sight = sight_of(3);
    sight.n_accounts = 2;
    sight.fresh = true;
    for (unsigned i = 0; i < 12; i++) {
        anchor_one(&sight, 10 + i);
        mine_and_take(&sight, 1);
        assert_true_to_the_chain(&sight);
        assert_int_equal(sight.view.latest.contract.length, i + 1);
        assert_int_equal(sight.view.accounts[0].nonce_latest, i + 1);
        assert_int_equal(sight.view.accounts[0].nonce_final, 0);
        assert_int_equal(sight.view.accounts[1].nonce_latest, 0);
        const struct vota_u256 balance = chain_balance(sight.meeting->chain, &sight.accounts[0]);
        assert_memory_equal(&sight.view.accounts[0].balance, &balance, sizeof balance);
    }
    chain_mine(sight.meeting->chain, 70);
    chain_finalise(sight.meeting->chain, 64);
    look_and_take(&sight);
    assert_true_to_the_chain(&sight);
    assert_int_equal(sight.view.accounts[0].nonce_final, 12);
    assert_non_null(vota_view_account(&sight.view, &sight.accounts[1]));
    const vota_addr nobody = chain_address(CHAIN_STRANGER);
    assert_null(vota_view_account(&sight.view, &nobody));
    sight_end(&sight);
}

static void nothing_is_asked_twice(void **state)
{
    (void)state;
    struct sight sight = sight_of(3);
    look_and_take(&sight);
    assert_int_equal(proofs(&sight), 4); /* contract and account, latest and final */
    chain_reset_calls(sight.meeting->chain);
    for (unsigned i = 0; i < 5; i++)
        look_and_take(&sight);
    assert_int_equal(proofs(&sight), 0);
    sight.fresh = true; /* as of this very block they are fresh already */
    look_and_take(&sight);
    assert_int_equal(proofs(&sight), 0);
    mine_and_take(&sight, 1);
    assert_int_equal(proofs(&sight), 1); /* the account */
    sight.n_accounts = 2;                /* one that was not asked for before: latest and final */
    look_and_take(&sight);
    assert_int_equal(proofs(&sight), 3);
    sight_end(&sight);
}

/* An idle service: blocks come, and hardly a proof is asked for; an entry is seen at once. */
static void an_idle_view_costs_next_to_nothing(void **state)
{
    (void)state;
    struct sight sight = sight_of(1);
    look_and_take(&sight);
    chain_reset_calls(sight.meeting->chain);
    for (unsigned i = 0; i < 96; i++) {
        mine_and_take(&sight, 1);
        assert_int_equal(sight.view.latest_block, chain_height(sight.meeting->chain));
    }
    assert_true(proofs(&sight) <= 96 / 16 + 96 / 32 + 2);
    const uint64_t reads = chain_calls(sight.meeting->chain, 0).reads;
    print_message("idle: %llu reads in 96 slots, %llu of them proofs\n", (unsigned long long)reads,
                  (unsigned long long)proofs(&sight));
    anchor_one(&sight, 5);
    mine_and_take(&sight, 1);
    assert_int_equal(sight.view.latest.contract.length, 1);
    sight_end(&sight);
}

/* If a fork does away with bloom filters they will be empty: then they say nothing. */
static void an_empty_filter_in_a_full_block_shows_nothing(void **state)
{
    (void)state;
    struct sight sight = sight_of(1);
    struct vota_block *latest = &sight.meeting->quorum.latest;
    look_and_take(&sight);
    anchor_one(&sight, 5);
    chain_mine(sight.meeting->chain, 1);
    assert_int_equal(look(sight.meeting), VOTA_OK);
    size_t at = 0;
    while (memcmp(latest->rlp + at, "\xb9\x01\x00", 3) != 0)
        at++;
    memset(latest->rlp + at + 3, 0, 256);
    assert_true(latest->gas_used > 0);
    assert_int_equal(take(&sight), VOTA_OK);
    assert_int_equal(sight.view.latest.contract.length, 1);
    sight_end(&sight);
}

static void a_reorganisation_is_proven_anew(void **state)
{
    (void)state;
    struct sight sight = sight_of(2);
    look_and_take(&sight);
    anchor_one(&sight, 5);
    sight.fresh = true;
    mine_and_take(&sight, 1);
    assert_int_equal(sight.view.latest.contract.length, 1);
    assert_int_equal(sight.view.accounts[0].nonce_latest, 1);
    sight.fresh = false;
    mine_and_take(&sight, 1);
    assert_int_equal(chain_reorg(sight.meeting->chain, 2, 0, CHAIN_REORG_DROP), 2);
    look_and_take(&sight);
    assert_int_equal(sight.view.latest.contract.length, 0);
    assert_int_equal(sight.view.accounts[0].nonce_latest, 0);
    sight_end(&sight);
}

/* Node 0 cannot or will not prove; the others do, and of node 0 it is known. */
static void whoever_can_proves(void **state)
{
    (void)state;
    static const struct {
        enum chain_fault fault;
        const char *reason;
    } cases[] = {{CHAIN_FAULT_PROOF, "lying"},
                 {CHAIN_FAULT_TIMEOUT, "timeout"},
                 {CHAIN_FAULT_PRUNED, ""},
                 {CHAIN_FAULT_HTML, "malformed"},
                 {CHAIN_FAULT_RATE_LIMIT, "rate-limited"},
                 {CHAIN_FAULT_NULL, ""}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sight sight = sight_of(3);
        sight.fresh = true;
        look_and_take(&sight);
        chain_set_fault(sight.meeting->chain, 0, cases[i].fault,
                        (struct chain_rule){.calls = CHAIN_ALWAYS, .methods = 1u << CHAIN_PROOF});
        for (unsigned k = 0; k < 12; k++) {
            anchor_one(&sight, 100 + k);
            mine_and_take(&sight, 1);
            assert_true_to_the_chain(&sight);
        }
        if (strcmp(cases[i].reason, "lying") == 0 || strcmp(cases[i].reason, "rate-limited") == 0)
            assert_true(sight.meeting->connections.item[0].breaker.reason != NULL);
        if (strcmp(cases[i].reason, "lying") == 0)
            assert_string_equal(health(sight.meeting, 0), "lying");
        sight_end(&sight);
    }
}

static void without_a_proof_the_view_stays_as_it_was(void **state)
{
    (void)state;
    struct sight sight = sight_of(1);
    sight.fresh = true;
    look_and_take(&sight);
    const struct vota_view before = sight.view;
    anchor_one(&sight, 5);
    chain_mine(sight.meeting->chain, 1);
    assert_int_equal(look(sight.meeting), VOTA_OK);
    const struct chain_rule twice = {.calls = 2, .methods = 1u << CHAIN_PROOF};
    chain_set_fault(sight.meeting->chain, 0, CHAIN_FAULT_PROOF, twice);
    assert_int_equal(take(&sight), VOTA_REMOTE);
    assert_memory_equal(&before, &sight.view, sizeof before);
    assert_int_equal(take(&sight), VOTA_REMOTE); /* whoever lies is not asked */
    assert_string_equal(sight.meeting->err.text, "no-provider");
    for (unsigned i = 0; i < 76; i++) {
        chain_mine(sight.meeting->chain, 1);
        (void)look(sight.meeting);
    }
    look_and_take(&sight);
    assert_true_to_the_chain(&sight);
    sight_end(&sight);
}

static void what_was_mixed_up_once_is_no_lie(void **state)
{
    (void)state;
    struct sight sight = sight_of(1);
    sight.fresh = true;
    look_and_take(&sight);
    anchor_one(&sight, 5);
    chain_mine(sight.meeting->chain, 1);
    assert_int_equal(look(sight.meeting), VOTA_OK);
    const struct chain_rule once = {.calls = 1, .methods = 1u << CHAIN_PROOF};
    chain_set_fault(sight.meeting->chain, 0, CHAIN_FAULT_PROOF, once);
    assert_int_equal(take(&sight), VOTA_OK);
    assert_true_to_the_chain(&sight);
    sight_end(&sight);
}

/* A finality that stalls is older than the state that nodes keep: nothing new gets final. */
static void an_unprovable_final_block_is_said(void **state)
{
    (void)state;
    struct sight sight = sight_of(2);
    look_and_take(&sight);
    const uint64_t final = sight.view.final_block;
    chain_mine(sight.meeting->chain, 300);
    chain_finalise(sight.meeting->chain, 200);
    look_and_take(&sight);
    assert_true(sight.view.final_lags);
    assert_true(sight.view.final_problem.status != VOTA_OK);
    assert_true(sight.view.has_final); /* the earlier one */
    assert_int_equal(sight.view.final_block, final);
    chain_finalise(sight.meeting->chain, 64);
    for (unsigned i = 0; i < 40; i++)
        mine_and_take(&sight, 1);
    assert_false(sight.view.final_lags);
    assert_int_equal(sight.view.final_problem.status, VOTA_OK);
    assert_int_equal(sight.view.final_block, chain_final(sight.meeting->chain));
    sight_end(&sight);
}

static void a_contract_that_is_not_there_is_no_failure(void **state)
{
    (void)state;
    struct sight sight = sight_of(2);
    const vota_addr contract = sight.contract;
    sight.contract = chain_address(CHAIN_STRANGER);
    look_and_take(&sight);
    assert_false(sight.view.contract_latest);
    assert_false(sight.view.contract_final);
    sight.contract = contract; /* another question, all anew */
    look_and_take(&sight);
    assert_true_to_the_chain(&sight);
    assert_true(sight.view.contract_final);
    sight_end(&sight);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_view_is_true_to_the_chain),
        cmocka_unit_test(nothing_is_asked_twice),
        cmocka_unit_test(an_idle_view_costs_next_to_nothing),
        cmocka_unit_test(an_empty_filter_in_a_full_block_shows_nothing),
        cmocka_unit_test(a_reorganisation_is_proven_anew),
        cmocka_unit_test(whoever_can_proves),
        cmocka_unit_test(without_a_proof_the_view_stays_as_it_was),
        cmocka_unit_test(what_was_mixed_up_once_is_no_lie),
        cmocka_unit_test(an_unprovable_final_block_is_said),
        cmocka_unit_test(a_contract_that_is_not_there_is_no_failure),
    };
    return RUN_TESTS(tests);
}
