/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Towns in a line with what a user has of them: nodes, publications, a trust
 * file; and receipts of their records.
 */
#ifndef VOTA_TESTS_BRIDGE_FOLLOW_FIXTURE_H
#define VOTA_TESTS_BRIDGE_FOLLOW_FIXTURE_H

#include "bridge/audit/follow.h"
#include "bridge/publish/reader.h"
#include "proof/finding.h"
#include "tests/bridge/node.h"
#include "tests/bridge/town_line.h"

enum { OLD, NEW, NEWEST, TOWNS };

/* Two or three towns in a line, and what a user has of them. */
struct world {
    struct town *towns[TOWNS];
    size_t n;
    struct node nodes[TOWNS];
    struct vota_witnesses witnesses;
    struct vota_lines lines[TOWNS]; /* the towns' own, borrowed */
    struct vota_reader readers[TOWNS];
    struct vota_trusted_data data[TOWNS];
    size_t data_count;
    struct vota_trust_file file;
    bool has_file;
    struct vota_trusted trusted;
    struct vota_receipt receipt;
    vota_hash path[VOTA_MERKLE_MAX_PATH];
    uint8_t bytes[65536];
    struct vota_report report;
};

static inline struct world *world_new(bool confirms)
{
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    world->n = 2;
    world->towns[OLD] = town_old();
    node_bind(world->towns[OLD]);
    world->towns[NEW] = town_continue(world->towns[OLD]);
    node_bind(world->towns[NEW]);
    if (confirms)
        town_name(world->towns[OLD], world->towns[NEW], TOWN_MOVES);
    town_go_on(world->towns[NEW], world->towns[OLD]);
    return world;
}

static inline void forget(struct world *world)
{
    vota_trusted_done(&world->trusted);
    vota_trusted_init(&world->trusted);
    vota_witnesses_done(&world->witnesses);
    for (size_t i = 0; i < world->data_count; i++)
        vota_reader_close(&world->readers[i]);
    world->data_count = 0;
    world->has_file = false;
}

static inline void world_free(struct world *world)
{
    forget(world);
    for (size_t i = 0; i < world->n; i++)
        town_free(world->towns[i]);
    free(world);
}

/* The town's network has a node, and calls the whole journal final. */
static inline void asks(struct world *world, size_t i)
{
    struct vota_witness *witness = calloc(1, sizeof *witness);
    assert_non_null(witness);
    node_init(&world->nodes[i], world->towns[i]);
    assert_int_equal(node_witness(witness, &world->nodes[i], 1, NULL), VOTA_OK);
    world->witnesses.items[world->witnesses.n++] = witness;
}

/* The town's publication is at hand. */
static inline void has_data(struct world *world, size_t i)
{
    const size_t k = world->data_count++;
    town_publish(world->towns[i]);
    assert_int_equal(vota_reader_open(&world->readers[k], world->towns[i]->public, NULL), VOTA_OK);
    world->data[k] = (struct vota_trusted_data){&world->towns[i]->deployment,
                                                &world->towns[i]->lines, &world->readers[k]};
}

static inline void follow(struct world *world, size_t named)
{
    const struct vota_trusted_sources sources = {.data = world->data,
                                                 .data_count = world->data_count,
                                                 .file = world->has_file ? &world->file : NULL,
                                                 .witnesses = &world->witnesses};
    const struct vota_named name = town_named(world->towns[named]);
    world->trusted.file = sources.file;
    vota_trusted_find(&world->trusted, &name, &sources);
    vota_follow(&world->trusted, &sources);
}

/* A receipt of a record, with the batch's anchor; no evidence. */
static inline struct vota_anchor *receipt_of(struct world *world, size_t i, size_t record)
{
    static struct town_record sorted[TOWN_RECORDS];
    vota_hash leaves[TOWN_RECORDS];
    vota_hash tree[2 * TOWN_RECORDS];
    const struct town *town = world->towns[i];
    const struct vota_genesis *genesis = &town->deployment.genesis;
    const uint64_t number = town->records[record].entry;
    const size_t n = town_records_of(town, number, sorted);
    const size_t place = (size_t)(number - genesis->pred_length - 1);
    size_t leaf = 0;
    for (size_t k = 0; k < n; k++) {
        leaves[k] = sorted[k].leaf;
        if (vota_hash_equal(&sorted[k].leaf, &town->records[record].leaf))
            leaf = k;
    }
    assert_int_equal(vota_merkle_build(tree, leaves, n), VOTA_OK);
    world->receipt = (struct vota_receipt){
        .row = town->records[record].row, .path = world->path, .anchor_count = 1};
    assert_int_equal(vota_merkle_path(world->path, &world->receipt.path_len, tree, n, leaf),
                     VOTA_OK);
    struct vota_anchor *anchor = &world->receipt.anchors[0];
    const struct vota_entry *entry = &town->lines.entries[place];
    *anchor = (struct vota_anchor){.chain_id = genesis->chain_id,
                                   .chain_genesis = town->deployment.chain_genesis,
                                   .contract = genesis->contract,
                                   .entry = {number, entry->block, entry->time, tree[0], n}};
    vota_journal_genesis(&anchor->parent, genesis);
    if (place > 0)
        anchor->parent = town->lines.heads[place - 1];
    return anchor;
}

static inline enum vota_verdict verify(struct world *world)
{
    struct vota_trust trust;
    struct vota_error err = {0};
    struct vota_wr wr = vota_wr_of(world->bytes, sizeof world->bytes);
    if (vota_receipt_encode(&wr, &world->receipt, &err) != VOTA_OK)
        fail_msg("not encoded: %s %s", err.where, err.text);
    vota_trusted_evidence(&world->trusted, &world->receipt, &world->witnesses);
    vota_trusted_for(&trust, &world->trusted, &world->receipt);
    assert_int_equal(vota_verify(&world->report, world->bytes, wr.len, &trust, &err), VOTA_OK);
    return world->report.included;
}

/* The state of the first finding of that name; -1: none. */
static inline int found(const struct world *world, const char *name)
{
    for (size_t i = 0; i < world->report.finding_count; i++) {
        if (strcmp(vota_finding_name(world->report.findings[i].code), name) == 0)
            return (int)world->report.findings[i].state;
    }
    return -1;
}

#endif
