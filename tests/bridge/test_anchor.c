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

static void a_used_nonce_waits_for_finality_before_anything_is_decided(void **state)
{
    (void)state;
    const struct vota_anchor_op op = op_in(VOTA_OP_SENT);
    struct vota_anchor_view view = quiet_view();
    view.now = 1u << 20;
    view.nonce_latest = 6;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_WAIT);
    view.nonce_final = 6;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_HALT);
    view.own_failed = true;
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_REQUEUE);
}

static void a_reorganised_entry_goes_back_to_sent(void **state)
{
    (void)state;
    const struct vota_anchor_op op = op_in(VOTA_OP_MINED);
    struct vota_anchor_view view = quiet_view();
    assert_int_equal(vota_anchor_step(&op, &view, POLICY), VOTA_ANCHOR_UNMINE);
    assert_int_equal(vota_anchor_next(VOTA_OP_MINED, VOTA_ANCHOR_UNMINE), VOTA_OP_SENT);
}

enum { VIEW_BITS = 9 };

static struct vota_anchor_view view_of_bits(unsigned bits)
{
    struct vota_anchor_view view = quiet_view();
    view.in_journal = bits & 1u;
    view.in_final = view.in_journal && (bits & 2u);
    view.own_failed = bits & 4u;
    view.others_open = bits & 8u;
    view.fee_too_low = bits & 16u;
    view.refused_as_low = bits & 32u;
    view.nonce_latest = bits & 64u ? 6 : 5;
    view.nonce_final = bits & 128u ? view.nonce_latest : 5;
    view.now = bits & 256u ? 5000 : 1001;
    return view;
}

static bool is_legal(const struct vota_anchor_op *op, const struct vota_anchor_view *view,
                     enum vota_anchor_effect effect)
{
    if (effect == VOTA_ANCHOR_SIGN)
        return op->state == VOTA_OP_QUEUED && !view->in_journal && !view->others_open;
    if (effect == VOTA_ANCHOR_REQUEUE || effect == VOTA_ANCHOR_HALT)
        return view->nonce_final > op->nonce && !view->in_journal;
    return effect != VOTA_ANCHOR_FINALISE || view->in_final;
}

/* Every state with every combination of the flags and nonces: each effect is a legal move. */
static void every_pair_of_state_and_view_has_a_legal_effect(void **state)
{
    (void)state;
    unsigned pairs = 0;
    for (int s = 0; s < VOTA_OP_STATES; s++) {
        for (unsigned bits = 0; bits < 1u << VIEW_BITS; bits++) {
            const struct vota_anchor_op op = op_in((enum vota_op_state)s);
            const struct vota_anchor_view view = view_of_bits(bits);
            const enum vota_anchor_effect effect = vota_anchor_step(&op, &view, POLICY);
            const enum vota_op_state next = vota_anchor_next(op.state, effect);
            assert_true(is_legal(&op, &view, effect));
            if (op.state == VOTA_OP_FINAL || op.state == VOTA_OP_HALTED)
                assert_int_equal(next, op.state);
            pairs++;
        }
    }
    print_message("pairs: %u\n", pairs);
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
    view.own_failed = failed(m, op, m->op[op].nonce);
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
        cmocka_unit_test(a_used_nonce_waits_for_finality_before_anything_is_decided),
        cmocka_unit_test(a_reorganised_entry_goes_back_to_sent),
        cmocka_unit_test(every_pair_of_state_and_view_has_a_legal_effect),
        cmocka_unit_test(every_entry_reaches_a_stormy_chain_exactly_once),
    };
    return RUN_TESTS(tests);
}
