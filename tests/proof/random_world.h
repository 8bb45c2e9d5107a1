/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Small random journals for the counting rule, and what is known of each part by
 * construction: definitions of every kind, rows that are worth something or
 * nothing, batches, openings, and entries that reach back.
 */
#ifndef VOTA_TESTS_PROOF_RANDOM_WORLD_H
#define VOTA_TESTS_PROOF_RANDOM_WORLD_H

#include <stdio.h>

#include "tests/proof/world.h"

#define T0        UINT64_C(1790000040) /* opens_at of every definition */
#define KINDS     7
#define CATALOGUE 16

/* A definition and what the test knows of it by construction. */
struct made_definition {
    char text[2048];
    size_t len;
    vota_hash hash;
    bool valid;
    enum vota_revision revision;
    enum vota_register_kind kind;
    char id; /* of one letter */
    uint64_t counts_until;
    size_t options;
};

/* A row that batches are drawn from, with what its content is worth. */
struct made_row {
    struct vota_row row;
    vota_hash leaf, salt;
    vota_hash erased; /* if it erases */
    char content[256];
    unsigned chosen; /* bit i = option i */
    bool counts, erases;
};

struct content_plan {
    const char *choice; /* or NULL: not a choice content */
    const char *cast_at;
    bool counts;
    unsigned chosen;
};

static struct made_definition definitions[KINDS];
static struct made_row catalogue[CATALOGUE];
static struct world world;
static size_t made_of[WORLD_ROWS];        /* catalogue index of a world row */
static bool is_right[WORLD_OPENINGS];     /* the opening hashes */
static size_t opening_of[WORLD_OPENINGS]; /* catalogue index */

static void make_definition(size_t k, const char *id, const char *kind, const char *revision,
                            const char *title)
{
    static const struct vota_definition_option_parts pool[] = {
        {{(const uint8_t *)"x", 1}, {(const uint8_t *)"X", 1}, {(const uint8_t *)"x", 1}},
        {{(const uint8_t *)"y", 1}, {(const uint8_t *)"Y", 1}, {(const uint8_t *)"y", 1}},
        {{(const uint8_t *)"z", 1}, {(const uint8_t *)"Z", 1}, {(const uint8_t *)"z", 1}}};
    struct made_definition *made = &definitions[k];
    const bool is_vote = strcmp(kind, "vote") == 0;
    const bool is_endorsement = strcmp(kind, "endorsement") == 0;
    made->options = is_vote ? 3 : is_endorsement ? 1 : 0;
    /* Every other register ends a minute earlier, so that batches fall between. */
    const char *counts_until = k % 2 ? "2026-09-23T14:13:00Z" : "2026-09-23T14:14:00Z";
    made->counts_until = T0 + UINT64_C(172800) - (k % 2) * 60;
    const struct vota_definition_parts parts = {
        .id = rules_slice(id),
        .kind = rules_slice(kind),
        .title_en = rules_slice(title),
        .opens_at = rules_slice("2026-09-21T14:14:00Z"),
        .closes_at = rules_slice("2026-09-22T14:14:00Z"),
        .counts_until = rules_slice(counts_until),
        .results_by = rules_slice("2026-09-24T14:14:00Z"),
        .revision = rules_slice(revision),
        .disclosure = rules_slice("live"),
        .anchor_within = 60,
        .choices_max = is_vote ? 2 : made->options,
        .choices_min = is_vote ? 0 : made->options,
        .threshold = is_endorsement || k == 6 ? 2 : 0, /* k 6: a vote with a threshold, invalid */
        .options = pool,
        .option_count = made->options};
    struct vota_wr wr = vota_wr_of(made->text, sizeof made->text);
    vota_definition_write(&wr, &parts);
    assert_true(vota_wr_fits(&wr));
    made->len = wr.len;
    made->id = id[0];
    struct vota_definition read;
    made->valid = k != 6;
    assert_int_equal(vota_definition_read(&read, made->text, made->len, NULL) == VOTA_OK,
                     made->valid);
    if (made->valid) {
        made->revision = read.revision;
        made->kind = read.kind;
    }
    vota_definition_hash(&made->hash, made->text, made->len);
}

static void make_definitions(void)
{
    make_definition(0, "a", "vote", "first", "one");
    make_definition(1, "b", "vote", "last", "one");
    make_definition(2, "c", "endorsement", "last", "one");
    make_definition(3, "d", "proposal", "all", "one");
    make_definition(4, "e", "procedure", "all", "one");
    make_definition(5, "a", "vote", "first", "another of the same id");
    make_definition(6, "b", "vote", "last", "invalid, and of the same id as 1");
}

static const struct content_plan vote_plans[] = {
    {"\"x\"", "2026-09-21T14:14:00Z", true, 1},
    {"\"y\",\"z\"", "2026-09-21T14:15:00Z", true, 6},
    {"", "2026-09-22T14:13:00Z", true, 0},
    {"\"z\",\"x\"", "2026-09-21T14:15:00Z", false, 0},
    {"\"x\",\"y\",\"z\"", "2026-09-21T14:15:00Z", false, 0},
    {"\"x\"", "2026-09-22T14:14:00Z", false, 0},
    {"\"w\"", "2026-09-21T14:15:00Z", false, 0},
};

static const struct content_plan endorsement_plans[] = {
    {"\"x\"", "2026-09-21T14:15:00Z", true, 1},
    {"\"x\"", "2026-09-21T14:13:00Z", false, 0},
    {"", "2026-09-21T14:15:00Z", false, 0},
};

static void make_choice(struct made_row *made, const struct content_plan *plan)
{
    assert_in_range(snprintf(made->content, sizeof made->content,
                             "{\"cast_at\":\"%s\",\"choice\":[%s]}", plan->cast_at, plan->choice),
                    1, 255);
    made->counts = plan->counts;
    made->chosen = plan->chosen;
}

static void make_proposal(struct made_row *made)
{
    made->counts = rules_random(3) > 0;
    assert_in_range(
        snprintf(made->content, sizeof made->content,
                 "{\"body\":\"\",\"cast_at\":\"2026-09-2%sT14:15:30Z\",\"title\":\"t\"}",
                 made->counts ? "1" : "3"),
        1, 255);
}

/* A tombstone for one of the rows made before, or a notice about it. */
static void make_procedure(struct made_row *made, size_t before)
{
    char title[VOTA_HASH_HEX_CHARS + 1] = "t";
    made->counts = rules_random(4) > 0;
    made->erases = before > 0 && rules_random(4) > 0;
    if (before > 0) {
        made->erased = catalogue[rules_random(before)].leaf;
        vota_hex_of_hash(title, &made->erased);
    }
    assert_in_range(snprintf(made->content, sizeof made->content,
                             "{\"cast_at\":\"2026-09-2%sT14:15:30Z\",\"document_sha256\":"
                             "\"abababababababababababababababababababababababababababababababab\","
                             "\"step\":\"%s\",\"title\":\"%s\"}",
                             made->counts ? "1" : "3", made->erases ? "erased" : "notice", title),
                    1, 255);
}

static void make_row(size_t c)
{
    static const size_t registers[] = {0, 0, 0, 1, 1, 2, 3, 4, 4, 5, 6};
    struct made_row *made = &catalogue[c];
    *made = (struct made_row){0};
    const size_t k = registers[rules_random(sizeof registers / sizeof registers[0])];
    if (definitions[k].options == 3)
        make_choice(made, &vote_plans[rules_random(7)]);
    else if (definitions[k].options == 1)
        make_choice(made, &endorsement_plans[rules_random(3)]);
    else if (k == 3)
        make_proposal(made);
    else
        make_procedure(made, c);
    made->salt.bytes[0] = (uint8_t)rules_random(2);
    made->row.register_hash = definitions[k].hash;
    made->row.tag.bytes[0] = (uint8_t)rules_random(3);
    vota_leaf_content_hash(&made->row.content_hash, &made->salt, rules_slice(made->content));
    vota_leaf_hash(&made->leaf, &made->row);
}

static void make_batch(uint64_t time)
{
    world_batch(&world, time);
    for (size_t n = 1 + rules_random(6); n > 0; n--) {
        const size_t c = rules_random(CATALOGUE);
        made_of[world.row_count] = c;
        world_row(&world, &catalogue[c].row);
    }
}

static void make_openings(void)
{
    for (size_t c = 0; c < CATALOGUE; c++) {
        for (size_t n = rules_random(3); n > 0; n--) {
            vota_hash salt = catalogue[c].salt;
            const bool right = rules_random(3) > 0;
            salt.bytes[1] = !right;
            opening_of[world.opening_count] = c;
            is_right[world.opening_count] = right;
            world_opening(&world, &catalogue[c].leaf, &salt, rules_slice(catalogue[c].content));
        }
    }
}

static void make_entry(uint64_t time)
{
    const uint64_t length = world.length;
    const uint64_t what = rules_random(10);
    if (what < 2) {
        const struct made_definition *made = &definitions[rules_random(KINDS)];
        world_open(&world, time, (struct vota_slice){(const uint8_t *)made->text, made->len});
    } else if (what == 2 && length > 0) {
        const uint64_t first = 1 + rules_random(length);
        world_disavow(&world, time, first, first + rules_random(length - first + 1));
    } else {
        make_batch(time);
    }
}

static void make_world(void)
{
    memset(&world, 0, sizeof world);
    for (size_t c = 0; c < CATALOGUE; c++)
        make_row(c);
    const size_t length = 3 + rules_random(12);
    /* Half of the journals run across the ends of counts_until. */
    uint64_t time = rules_random(2) ? T0 : T0 + UINT64_C(172800) - 60 * (length / 2);
    for (size_t k = 0; k < 5 && rules_random(8) > 0; k++)
        world_open(&world, T0,
                   (struct vota_slice){(const uint8_t *)definitions[k].text, definitions[k].len});
    for (size_t i = 0; i < length; i++, time += rules_random(3) * 30)
        make_entry(time);
    make_openings();
    world_prepare(&world);
}

#endif
