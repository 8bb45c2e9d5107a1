/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pure step: every (state, event) pair by enumeration, then whole lives on
 * a model chain that reorganises, drops, replaces and lets an owner cut in.
 */
#include "tests/test.h"

#include "bridge/engine/anchor.h"

#define POLICY (&vota_anchor_defaults)

static struct vota_anchor_op op_in(enum vota_op_state state)
{
    return (struct vota_anchor_op){.state = state,
                                   .nonce = 5,
                                   .attempts = 1,
                                   .attempt_at = 1000,
                                   .attempt_block = 10,
                                   .sent_at = 1000};
}

static struct vota_anchor_view quiet_view(void)
{
    return (struct vota_anchor_view){
        .now = 1001, .latest_block = 11, .nonce_latest = 5, .nonce_final = 5};
}

static void a_queued_operation_is_signed_when_its_turn_comes(void **state)
{
    (void)state;
    const struct vota_anchor_op op = op_in(VOTA_OP_QUEUED);
    struct vota_anchor_view view = quiet_view();
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_SIGN);
    view.others_open = true;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_WAIT);
}

static void an_entry_that_is_already_there_is_never_signed_again(void **state)
{
    (void)state;
    const struct vota_anchor_op op = op_in(VOTA_OP_QUEUED);
    struct vota_anchor_view view = quiet_view();
    view.in_journal = true;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_MINE);
    view.in_final = true;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_FINALISE);
}

static void sent_bytes_are_sent_again_and_bumped_only_while_blocks_advance(void **state)
{
    (void)state;
    struct vota_anchor_op op = op_in(VOTA_OP_SENT);
    struct vota_anchor_view view = quiet_view();
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_WAIT);
    view.now = 1012;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_SEND);
    view.now = 1060;
    view.fee_too_low = true;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_BUMP);
    view.latest_block = 10;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_SEND);
    view.latest_block = 11;
    op.attempts = 2;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_SEND);
    view.now = 1120;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_BUMP);
    op.at_cap = true;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_SEND);
    op.at_cap = false;
    op.attempts = POLICY->attempts_most;
    view.now = 1u << 20;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_SEND);
}

/* An hour back must not be an hour in which pools may forget. */
static void a_clock_that_was_set_back_keeps_nothing_waiting(void **state)
{
    (void)state;
    struct vota_anchor_op op = op_in(VOTA_OP_SENT);
    struct vota_anchor_view view = quiet_view();
    op.attempt_at = op.sent_at = 4600;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_SEND);
    op.sent_at = 1000; /* which that sending stored */
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_WAIT);
    view.fee_too_low = true;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_BUMP);
}

static void what_nobody_takes_is_bumped_in_the_end_although_it_pays_enough(void **state)
{
    (void)state;
    const struct vota_anchor_op op = op_in(VOTA_OP_SENT);
    struct vota_anchor_view view = quiet_view();
    view.now = 1000 + POLICY->bump_most - 1;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_SEND);
    view.now++;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_BUMP);
    view.latest_block = op.attempt_block;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_SEND);
}

static void a_used_nonce_waits_for_finality_before_anything_is_decided(void **state)
{
    (void)state;
    const struct vota_anchor_op op = op_in(VOTA_OP_SENT);
    struct vota_anchor_view view = quiet_view();
    view.now = 1u << 20;
    view.nonce_latest = 6;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_WAIT);
    view.nonce_final = 6;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_WAIT);
    view.outcome = VOTA_OUTCOME_FOREIGN;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_HALT);
    view.outcome = VOTA_OUTCOME_REVERTED;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_REQUEUE);
    view.outcome = VOTA_OUTCOME_OUT_OF_GAS;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_REQUEUE);
    view.outcome = VOTA_OUTCOME_CANCELLED;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_HALT);
    view.outcome = VOTA_OUTCOME_IN_VAIN;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_HALT);
}

static void a_reorganised_entry_goes_back_to_sent(void **state)
{
    (void)state;
    const struct vota_anchor_op op = op_in(VOTA_OP_MINED);
    struct vota_anchor_view view = quiet_view();
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_UNMINE);
    assert_int_equal(vota_anchor_next(VOTA_OP_MINED, VOTA_ANCHOR_UNMINE), VOTA_OP_SENT);
}

static void what_reverts_for_ever_is_shown_to_a_person(void **state)
{
    (void)state;
    struct vota_anchor_op op = op_in(VOTA_OP_SENT);
    struct vota_anchor_view view = quiet_view();
    view.nonce_latest = view.nonce_final = 6;
    view.outcome = VOTA_OUTCOME_REVERTED;
    op.round = POLICY->rounds_most - 2;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_REQUEUE);
    op.round = POLICY->rounds_most - 1;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_HALT);
    assert_string_equal(vota_anchor_halt_reason(vota_anchor_classify(&op, &view, POLICY)),
                        "reverts-repeat");
}

static void a_stopped_network_signs_and_sends_nothing_but_still_sees(void **state)
{
    (void)state;
    for (int s = 0; s < VOTA_OP_STATES; s++) {
        struct vota_anchor_op op = op_in((enum vota_op_state)s);
        struct vota_anchor_view view = quiet_view();
        op.wish = VOTA_WISH_BUMP;
        view.now = 1u << 20;
        view.stopped = true;
        const enum vota_anchor_effect blind = vota_anchor_step(&op, &view, POLICY);
        assert_true(blind == VOTA_ANCHOR_WAIT || blind == VOTA_ANCHOR_UNMINE);
        view.in_journal = true;
        if (s != VOTA_OP_FINAL)
            assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_MINE);
    }
}

static void a_key_that_was_replaced_finally_lets_go_of_its_nonce(void **state)
{
    (void)state;
    const struct vota_anchor_op op = op_in(VOTA_OP_SENT);
    struct vota_anchor_view view = quiet_view();
    view.key_replaced = true;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_REQUEUE);
    view.in_journal = true;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_MINE);
}

static void an_earlier_nonce_that_is_missing_is_waited_for_without_bumps(void **state)
{
    (void)state;
    struct vota_anchor_op op = op_in(VOTA_OP_SENT);
    struct vota_anchor_view view = quiet_view();
    op.wish = VOTA_WISH_BUMP;
    view.now = 1u << 20;
    view.fee_too_low = true;
    view.nonce_latest = view.nonce_final = 4;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_SEND);
}

static void a_persons_wish_goes_before_the_timers_and_under_the_caps(void **state)
{
    (void)state;
    struct vota_anchor_op op = op_in(VOTA_OP_SENT);
    const struct vota_anchor_view view = quiet_view();
    op.wish = VOTA_WISH_BUMP;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_BUMP);
    op.at_cap = true;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_WAIT);
    op.wish = VOTA_WISH_CANCEL;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_WAIT);
    op.at_cap = false;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_CANCEL);
    op.cancels = true;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_WAIT);
}

/* The speed-up of a cancellation must not bring back what it cancels. */
static void a_cancellation_is_bumped_as_a_cancellation(void **state)
{
    (void)state;
    struct vota_anchor_op op = op_in(VOTA_OP_SENT);
    struct vota_anchor_view view = quiet_view();
    op.cancels = true;
    op.wish = VOTA_WISH_CANCEL;
    view.fee_too_low = true;
    view.now = 2000;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_CANCEL);
    op.wish = VOTA_WISH_NONE;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_CANCEL);
}

static void a_halt_ends_by_itself_when_the_entry_turns_up(void **state)
{
    (void)state;
    const struct vota_anchor_op op = op_in(VOTA_OP_HALTED);
    struct vota_anchor_view view = quiet_view();
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_WAIT);
    view.in_journal = true;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_MINE);
    view.in_final = true;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_FINALISE);
}

/* Every pair has a decision, and every decision is an arrow of the diagram. */
static void the_table_has_no_holes(void **state)
{
    (void)state;
    for (int s = 0; s < VOTA_OP_STATES; s++) {
        for (int e = 0; e < VOTA_EVENTS; e++) {
            enum vota_op_state next;
            const enum vota_op_state from = (enum vota_op_state)s;
            const enum vota_anchor_effect effect =
                vota_anchor_table(from, (enum vota_anchor_event)e);
            if (effect == VOTA_ANCHOR_MISSING)
                fail_msg("%s has no decision on %s", vota_anchor_state_name(from),
                         vota_anchor_event_name((enum vota_anchor_event)e));
            if (effect != VOTA_ANCHOR_NEVER && effect != VOTA_ANCHOR_WAIT &&
                effect != VOTA_ANCHOR_FEED && effect != VOTA_ANCHOR_KEEP)
                assert_true(vota_anchor_moves(&next, from, effect));
        }
    }
}

enum { VIEW_BITS = 11, OUTCOMES = 6, WISHES = 3 };

static struct vota_anchor_view view_of_bits(unsigned bits)
{
    struct vota_anchor_view view = quiet_view();
    view.in_journal = bits & 1u;
    view.in_final = view.in_journal && (bits & 2u);
    view.stopped = bits & 4u;
    view.others_open = bits & 8u;
    view.fee_too_low = bits & 16u;
    view.refused_as_low = bits & 32u;
    view.nonce_latest = bits & 64u ? 6 : 5;
    view.nonce_final = bits & 128u ? view.nonce_latest : 5;
    view.now = bits & 256u ? 5000 : 1001;
    view.key_replaced = bits & 512u;
    if (bits & 1024u)
        view.nonce_latest = view.nonce_final = 4;
    return view;
}

static bool is_legal(const struct vota_anchor_op *op, const struct vota_anchor_view *view,
                     enum vota_anchor_effect effect)
{
    if (effect == VOTA_ANCHOR_SIGN)
        return op->state == VOTA_OP_QUEUED && !view->in_journal && !view->others_open &&
               !view->stopped;
    if (effect == VOTA_ANCHOR_SEND || effect == VOTA_ANCHOR_BUMP || effect == VOTA_ANCHOR_CANCEL)
        return !view->in_journal && !view->stopped && view->nonce_latest <= op->nonce;
    if (effect == VOTA_ANCHOR_HALT)
        return view->nonce_final > op->nonce && !view->in_journal;
    if (effect == VOTA_ANCHOR_REQUEUE)
        return !view->in_journal && (view->nonce_final > op->nonce || view->key_replaced);
    return effect != VOTA_ANCHOR_FINALISE || view->in_final;
}

static unsigned try_views(enum vota_op_state state, enum vota_anchor_outcome outcome,
                          enum vota_op_wish wish)
{
    unsigned pairs = 0;
    for (unsigned bits = 0; bits < 1u << VIEW_BITS; bits++, pairs++) {
        struct vota_anchor_op op = op_in(state);
        struct vota_anchor_view view = view_of_bits(bits);
        op.wish = wish;
        view.outcome = outcome;
        const enum vota_anchor_event event = vota_anchor_classify(&op, &view, POLICY);
        assert_int_not_equal(vota_anchor_table(state, event), VOTA_ANCHOR_NEVER);
        const enum vota_anchor_effect effect = vota_anchor_step(&op, &view, POLICY);
        const enum vota_op_state next = vota_anchor_next(op.state, effect);
        assert_true(is_legal(&op, &view, effect));
        if (op.state == VOTA_OP_FINAL)
            assert_int_equal(next, op.state);
    }
    return pairs;
}

/* Every state with every combination of flags, nonces, outcomes and wishes. */
static void every_view_has_a_legal_effect(void **state)
{
    (void)state;
    unsigned pairs = 0;
    for (int s = 0; s < VOTA_OP_STATES; s++) {
        for (int outcome = 0; outcome < OUTCOMES; outcome++) {
            for (int wish = 0; wish < WISHES; wish++)
                pairs += try_views((enum vota_op_state)s, (enum vota_anchor_outcome)outcome,
                                   (enum vota_op_wish)wish);
        }
    }
    print_message("views: %u\n", pairs);
}

/*
 * The model chain: a list of blocks, each holding at most one transaction's
 * outcome; heads are counters made unique by a salt so that a parent from an
 * abandoned branch never matches.
 */
#define BLOCKS_MOST 4000
#define OPS         6

struct model_block {
    uint32_t head;   /* after this block */
    int8_t op;       /* whose transaction is in it, -1 none, -2 the owner's entry */
    bool appended;   /* the parent matched */
    uint64_t nonces; /* of the anchorer after this block */
};

struct model {
    struct model_block blocks[BLOCKS_MOST];
    uint64_t latest;
    uint64_t final;
    uint32_t heads_made;
    uint32_t seed;
    bool pool[OPS];       /* a node still remembers the bytes of this operation */
    uint32_t parent[OPS]; /* as signed */
    struct vota_anchor_op op[OPS];
};

static uint32_t draw(struct model *m, uint32_t below)
{
    m->seed = m->seed * 1664525u + 1013904223u;
    return (m->seed >> 8u) % below;
}

static void mine_block(struct model *m)
{
    const struct model_block *before = &m->blocks[m->latest];
    struct model_block *block = &m->blocks[++m->latest];
    *block = (struct model_block){.head = before->head, .op = -1, .nonces = before->nonces};
    if (draw(m, 40) == 0) {
        block->op = -2;
        block->head = ++m->heads_made;
        return;
    }
    for (int8_t i = 0; i < OPS; i++) {
        if (!m->pool[i] || m->op[i].nonce != block->nonces || draw(m, 3) == 0)
            continue;
        block->op = i;
        block->nonces++;
        block->appended = m->parent[i] == before->head;
        if (block->appended)
            block->head = ++m->heads_made;
        return;
    }
}

static void disturb(struct model *m)
{
    const uint64_t span = m->latest - m->final;
    if (draw(m, 12) == 0 && span > 1)
        m->latest -= draw(m, (uint32_t)span); /* reorganised; the pool keeps what it knew */
    if (draw(m, 10) == 0)
        m->pool[draw(m, OPS)] = false;
    if (draw(m, 3) != 0 && m->latest > m->final + 6)
        m->final = m->latest - 6;
}

static int appended_count(const struct model *m, int8_t op, uint64_t until)
{
    int count = 0;
    for (uint64_t b = 1; b <= until; b++)
        count += m->blocks[b].op == op && m->blocks[b].appended;
    return count;
}

static bool failed(const struct model *m, int8_t op, uint64_t nonce)
{
    for (uint64_t b = 1; b <= m->latest; b++) {
        if (m->blocks[b].op == op && !m->blocks[b].appended && m->blocks[b].nonces == nonce + 1)
            return true;
    }
    return false;
}

static struct vota_anchor_view look(const struct model *m, int8_t op, uint64_t now)
{
    struct vota_anchor_view view = {.now = now, .latest_block = m->latest};
    view.nonce_latest = m->blocks[m->latest].nonces;
    view.nonce_final = m->blocks[m->final].nonces;
    view.in_journal = appended_count(m, op, m->latest) > 0;
    view.in_final = appended_count(m, op, m->final) > 0;
    view.outcome = failed(m, op, m->op[op].nonce) ? VOTA_OUTCOME_REVERTED : VOTA_OUTCOME_FOREIGN;
    for (int8_t i = 0; i < OPS; i++) {
        const enum vota_op_state other = m->op[i].state;
        view.others_open |= i < op && other < VOTA_OP_MINED;
        view.others_open |= i != op && (other == VOTA_OP_SIGNED || other == VOTA_OP_SENT);
    }
    return view;
}

static void perform(struct model *m, int8_t i, enum vota_anchor_effect effect, uint64_t now)
{
    struct vota_anchor_op *op = &m->op[i];
    if (effect == VOTA_ANCHOR_SIGN) {
        op->nonce = m->blocks[m->latest].nonces;
        m->parent[i] = m->blocks[m->latest].head;
        op->attempts = 1;
    }
    if (effect == VOTA_ANCHOR_SEND) {
        m->pool[i] = draw(m, 4) != 0;
        op->sent_at = now;
    }
    if (effect == VOTA_ANCHOR_UNMINE)
        op->sent_at = 0;
    if (effect == VOTA_ANCHOR_REQUEUE)
        m->pool[i] = false;
    op->state = vota_anchor_next(op->state, effect);
}

static bool live_once(uint32_t seed)
{
    static struct model m;
    memset(&m, 0, sizeof m);
    m.seed = seed;
    for (uint64_t tick = 0; tick < 3000; tick++) {
        mine_block(&m);
        disturb(&m);
        bool done = true;
        for (int8_t i = 0; i < OPS; i++) {
            const struct vota_anchor_view view = look(&m, i, tick * 12);
            perform(&m, i, vota_anchor_step(&m.op[i], &view, POLICY), tick * 12);
            assert_int_not_equal(m.op[i].state, VOTA_OP_HALTED);
            assert_true(appended_count(&m, i, m.latest) <= 1);
            done &= m.op[i].state == VOTA_OP_FINAL;
        }
        if (done)
            break;
    }
    for (int8_t i = 0; i < OPS; i++) {
        if (m.op[i].state != VOTA_OP_FINAL)
            return false;
        assert_int_equal(appended_count(&m, i, m.final), 1);
    }
    return true;
}

static void every_entry_reaches_a_stormy_chain_exactly_once(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 300; seed++) {
        if (!live_once(seed))
            fail_msg("seed %u did not finish", seed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_queued_operation_is_signed_when_its_turn_comes),
        cmocka_unit_test(an_entry_that_is_already_there_is_never_signed_again),
        cmocka_unit_test(sent_bytes_are_sent_again_and_bumped_only_while_blocks_advance),
        cmocka_unit_test(a_clock_that_was_set_back_keeps_nothing_waiting),
        cmocka_unit_test(what_nobody_takes_is_bumped_in_the_end_although_it_pays_enough),
        cmocka_unit_test(a_used_nonce_waits_for_finality_before_anything_is_decided),
        cmocka_unit_test(a_reorganised_entry_goes_back_to_sent),
        cmocka_unit_test(what_reverts_for_ever_is_shown_to_a_person),
        cmocka_unit_test(a_stopped_network_signs_and_sends_nothing_but_still_sees),
        cmocka_unit_test(a_key_that_was_replaced_finally_lets_go_of_its_nonce),
        cmocka_unit_test(an_earlier_nonce_that_is_missing_is_waited_for_without_bumps),
        cmocka_unit_test(a_persons_wish_goes_before_the_timers_and_under_the_caps),
        cmocka_unit_test(a_cancellation_is_bumped_as_a_cancellation),
        cmocka_unit_test(a_halt_ends_by_itself_when_the_entry_turns_up),
        cmocka_unit_test(the_table_has_no_holes),
        cmocka_unit_test(every_view_has_a_legal_effect),
        cmocka_unit_test(every_entry_reaches_a_stormy_chain_exactly_once),
    };
    return RUN_TESTS(tests);
}
