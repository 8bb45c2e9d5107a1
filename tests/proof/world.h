/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small journal with its rows and openings, and the counting of one of its
 * registers as a caller does it: what the tests of counting share.
 */
#ifndef VOTA_TESTS_PROOF_WORLD_H
#define VOTA_TESTS_PROOF_WORLD_H

#include "proof/count_result.h"
#include "proof/journal.h"
#include "proof/leaf.h"
#include "tests/proof/rules.h"

#define WORLD_ENTRIES  24
#define WORLD_ROWS     128
#define WORLD_OPENINGS 256

struct world_row {
    struct vota_row row;
    vota_hash leaf;
    uint32_t place;
};

struct world_opening {
    vota_hash leaf, salt;
    struct vota_slice content; /* borrowed */
};

struct world {
    struct vota_entry entries[WORLD_ENTRIES];
    struct vota_slice definitions[WORLD_ENTRIES]; /* borrowed */
    size_t length;
    struct world_row rows[WORLD_ROWS];
    size_t row_count;
    struct world_opening openings[WORLD_OPENINGS];
    size_t opening_count;
    struct vota_count_mark marks[WORLD_ENTRIES];
    struct vota_count_opened opened[WORLD_ENTRIES];
    struct vota_count_journal journal;
};

/* One register counted in one scope. rows[i] is world row from[i]. */
struct world_count {
    struct vota_definition definition;
    struct vota_count_row rows[WORLD_ROWS];
    size_t from[WORLD_ROWS];
    uint8_t choices[WORLD_ROWS * 32];
    uint32_t by_tag[WORLD_ROWS], by_leaf[WORLD_ROWS];
    uint32_t buckets[VOTA_COUNT_BUCKETS];
    struct vota_count_batch batches[WORLD_ENTRIES];
    struct vota_count count;
    enum vota_status status; /* of the tally */
    uint64_t numbers[64];
    struct vota_count_tally tally;
    enum vota_count_match matches[WORLD_OPENINGS];
};

/* Appends an entry of a kind, numbered from 1. */
static inline struct vota_entry *world_entry(struct world *world, enum vota_entry_kind kind,
                                             uint64_t time)
{
    assert_true(world->length < WORLD_ENTRIES);
    struct vota_entry *entry = &world->entries[world->length++];
    *entry = (struct vota_entry){.number = world->length, .block = world->length, .time = time};
    entry->kind = kind;
    return entry;
}

static inline void world_open(struct world *world, uint64_t time, struct vota_slice definition)
{
    struct vota_entry *entry = world_entry(world, VOTA_ENTRY_REGISTER, time);
    vota_definition_hash(&entry->a, definition.at, definition.len);
    world->definitions[world->length - 1] = definition;
}

/* A batch; its root plays no part in counting. */
static inline void world_batch(struct world *world, uint64_t time)
{
    struct vota_entry *entry = world_entry(world, VOTA_ENTRY_BATCH, time);
    entry->a = vota_word_of_u64(1);
    entry->b = vota_word_of_u64(1);
}

/* A row of the batch appended last. */
static inline void world_row(struct world *world, const struct vota_row *row)
{
    assert_true(world->row_count < WORLD_ROWS);
    struct world_row *added = &world->rows[world->row_count++];
    added->row = *row;
    added->place = (uint32_t)world->length - 1;
    vota_leaf_hash(&added->leaf, row);
}

static inline void world_disavow(struct world *world, uint64_t time, uint64_t first, uint64_t last)
{
    struct vota_entry *entry = world_entry(world, VOTA_ENTRY_DISAVOWED, time);
    entry->a = vota_word_of_u64(first);
    entry->b = vota_word_of_u64(last);
}

static inline void world_result(struct world *world, uint64_t time, const vota_hash *register_hash,
                                uint64_t last_entry, const uint64_t *counts, size_t n)
{
    struct vota_entry *entry = world_entry(world, VOTA_ENTRY_RESULT, time);
    entry->a = *register_hash;
    entry->b = vota_word_of_u64(last_entry);
    vota_journal_counts_hash(&entry->c, counts, n);
}

static inline void world_opening(struct world *world, const vota_hash *leaf, const vota_hash *salt,
                                 struct vota_slice content)
{
    assert_true(world->opening_count < WORLD_OPENINGS);
    world->openings[world->opening_count++] = (struct world_opening){*leaf, *salt, content};
}

static inline void world_prepare(struct world *world)
{
    world->journal = (struct vota_count_journal){.entries = world->entries,
                                                 .definitions = world->definitions,
                                                 .length = world->length,
                                                 .marks = world->marks,
                                                 .opened = world->opened};
    assert_int_equal(vota_count_journal_init(&world->journal, NULL), VOTA_OK);
}

/* Rows of the register into memory, sorted, with all openings offered. */
static inline void world_load(struct world_count *wc, const struct world *world,
                              struct vota_slice text)
{
    assert_int_equal(vota_definition_read(&wc->definition, text.at, text.len, NULL), VOTA_OK);
    vota_hash hash;
    vota_definition_register(&hash, &wc->definition);
    wc->count = (struct vota_count){.journal = &world->journal,
                                    .definition = &wc->definition,
                                    .rows = wc->rows,
                                    .choices = wc->choices,
                                    .by_tag = wc->by_tag,
                                    .by_leaf = wc->by_leaf,
                                    .buckets = wc->buckets,
                                    .batches = wc->batches};
    for (size_t i = 0; i < world->row_count; i++) {
        const struct world_row *row = &world->rows[i];
        if (!vota_hash_equal(&row->row.register_hash, &hash))
            continue;
        wc->from[wc->count.row_count] = i;
        wc->rows[wc->count.row_count++] =
            (struct vota_count_row){.leaf = row->leaf, .row = &row->row, .place = row->place};
    }
    assert_int_equal(vota_count_init(&wc->count, NULL), VOTA_OK);
    for (size_t i = 0; i < world->opening_count; i++) {
        const struct world_opening *opening = &world->openings[i];
        wc->matches[i] =
            vota_count_open(&wc->count, &opening->leaf, &opening->salt, opening->content);
    }
}

/* The tombstones of every procedure register opened in the scope; `wc` is scratch. */
static inline void world_tombstones(struct vota_count_tombstones *tombstones,
                                    struct world_count *wc, const struct world *world,
                                    struct vota_count_scope scope)
{
    tombstones->count = 0;
    for (size_t i = 0; i < world->journal.opened_count; i++) {
        const struct vota_count_opened *opened = &world->journal.opened[i];
        size_t place = 0;
        const vota_hash *hash = &world->entries[opened->place].a;
        if (!opened->valid ||
            vota_count_journal_opening(&world->journal, &place, scope, hash) != VOTA_OK ||
            place != opened->place)
            continue;
        world_load(wc, world, world->definitions[place]);
        wc->tally.numbers = wc->numbers;
        assert_int_equal(vota_count_tally(&wc->count, &wc->tally, scope, NULL), VOTA_OK);
        if (wc->definition.kind == VOTA_REGISTER_PROCEDURE)
            assert_int_equal(vota_count_tombstones_add(tombstones, &wc->count), VOTA_OK);
    }
    vota_count_tombstones_sort(tombstones);
}

/* Counts the register with this definition in a scope. wc->tally.numbers holds the numbers. */
static inline void world_tally(struct world_count *wc, const struct world *world,
                               struct vota_slice text, struct vota_count_scope scope)
{
    vota_hash leaves[WORLD_ROWS];
    struct vota_count_tombstones tombstones = {.leaves = leaves, .cap = WORLD_ROWS};
    world_tombstones(&tombstones, wc, world, scope);
    world_load(wc, world, text);
    wc->tally = (struct vota_count_tally){.numbers = wc->numbers};
    wc->status = vota_count_tally(&wc->count, &wc->tally, scope, &tombstones);
}

#endif
