/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Towns that succeed each other: each has its own network, contract, journal and
 * publication, and says of its predecessor what a test wants it to say.
 *
 *   old   1 register bridge (vote)   2 batch of 4   3 kind 6
 *   new   3 batch of 3: one of them a second vote of voter 1   4 result up to 3
 */
#ifndef VOTA_TESTS_BRIDGE_TOWN_LINE_H
#define VOTA_TESTS_BRIDGE_TOWN_LINE_H

#include "bridge/audit/audit_line.h"
#include "tests/bridge/town_audit.h"

static const uint64_t town_line_counts[TOWN_NUMBERS] = {4, 2, 0, 7, 6, 1, 0, 0, 0, 0, 0};

/* A town that continues another as it is now; the other does not know of it yet. */
static inline struct town *town_continue(const struct town *old)
{
    struct town *town = town_new();
    struct vota_genesis *genesis = &town->deployment.genesis;
    const struct vota_genesis *before = &old->deployment.genesis;
    genesis->chain_id = before->chain_id + 1;
    town->deployment.chain_genesis = town_hash("another chain", (size_t)genesis->chain_id);
    genesis->pred_chain_id = before->chain_id;
    genesis->pred_contract = before->contract;
    genesis->pred_length = before->pred_length + old->lines.n;
    genesis->pred_head = old->head;
    vota_deployment_address(&genesis->contract, &town->deployment);
    vota_journal_genesis(&town->head, genesis);
    return town;
}

/* After what the successor says of the old one has been changed. */
static inline void town_redeploy(struct town *town)
{
    vota_deployment_address(&town->deployment.genesis.contract, &town->deployment);
    vota_journal_genesis(&town->head, &town->deployment.genesis);
}

/* Kind 6: the old contract names its successor. */
static inline void town_name(struct town *old, const struct town *successor, uint64_t time)
{
    struct vota_entry entry = {.kind = VOTA_ENTRY_SUCCEEDED, .time = time};
    entry.a = vota_word_of_u64(successor->deployment.genesis.chain_id);
    entry.b = vota_word_of_addr(&successor->deployment.genesis.contract);
    town_add_line(old, entry, (struct vota_slice){0}, NULL, 0);
}

#define TOWN_MOVES (TOWN_OPENS + 3600) /* to the other network, in the middle of a vote */

/* A register and a batch of four. */
static inline struct town *town_old(void)
{
    struct town *town = town_new();
    const struct town_register *bridge =
        town_open(town, &(struct town_question){"bridge", "vote", "on_close"});
    for (size_t i = 0; i < 4; i++)
        town_vote(town, bridge, i, i == 3 ? "no" : "yes");
    town_anchor(town, TOWN_OPENS + 600);
    return town;
}

/* The rest of the vote, in a town that continues `old`. */
static inline void town_go_on(struct town *town, const struct town *old)
{
    static struct vota_slice carried;
    const struct town_register *bridge = &old->registers[0];
    carried = (struct vota_slice){(const uint8_t *)bridge->text, bridge->len};
    town->source.carried = &carried;
    town->source.carried_count = 1;
    town_vote(town, bridge, 1, "no"); /* superseded: the first counts */
    town_vote(town, bridge, 11, "yes");
    town_vote(town, bridge, 12, "no");
    town_anchor(town, TOWN_MOVES + 600);
    town_result(town, bridge, TOWN_COUNTS_UNTIL + 600, town->deployment.genesis.pred_length + 1,
                town_line_counts, TOWN_NUMBERS);
}

static inline struct vota_named town_named(const struct town *town)
{
    return (struct vota_named){town->deployment.genesis.chain_id, town->deployment.chain_genesis,
                               town->deployment.genesis.contract};
}

/* What an audit along the line is given; towns the oldest first. */
struct town_line {
    const struct town *towns[3];
    size_t n;
    bool dead[3];      /* its chain: nobody proves a head */
    bool no_data[3];   /* its publication is not here */
    uint64_t times[3]; /* of the block in which its head is proven; 0: late enough */
    struct vota_audit_chain chains[3];
    struct vota_reader readers[3];
    struct vota_audit_input inputs[3];
};

static inline void town_line_inputs(struct town_line *line)
{
    for (size_t i = 0; i < line->n; i++) {
        line->chains[i] = town_chain(line->towns[i]);
        if (line->times[i] != 0)
            line->chains[i].time = line->times[i];
        line->readers[i].fd = -1;
        if (!line->no_data[i])
            assert_int_equal(vota_reader_open(&line->readers[i], line->towns[i]->public, NULL),
                             VOTA_OK);
        line->inputs[i] = (struct vota_audit_input){
            .named = town_named(line->towns[i]),
            .chain = line->dead[i] ? NULL : &line->chains[i],
            .reader = line->no_data[i] ? NULL : &line->readers[i],
            .record = line->no_data[i] ? &line->towns[i]->deployment : NULL};
    }
}

static inline void town_line_close(struct town_line *line)
{
    for (size_t i = 0; i < line->n; i++)
        vota_reader_close(&line->readers[i]);
}

static inline void town_line_audit(struct vota_audit_line *ret_audits, struct town_line *line)
{
    town_line_inputs(line);
    assert_int_equal(vota_audit_line_run(ret_audits, line->inputs, line->n, NULL), VOTA_OK);
    town_line_close(line);
}

#endif
