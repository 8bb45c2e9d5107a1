/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A town whose books are in order, ways to falsify its publication afterwards,
 * and an audit of it without a network: the head is taken as proven.
 *
 *   1 2 3  registers bridge (vote), light (vote), book (procedure)
 *   4      26 rows: 20 on the bridge, 6 on the light
 *   5      a second vote of voter 1, superseded; a tombstone for voter 105's light
 *   6      a vote too late
 *   7 8    results of bridge and light, both up to entry 6
 */
#ifndef VOTA_TESTS_BRIDGE_TOWN_AUDIT_H
#define VOTA_TESTS_BRIDGE_TOWN_AUDIT_H

#include "bridge/audit/audit.h"
#include "bridge/crypto.h"
#include "tests/bridge/town.h"

enum { BRIDGE, LIGHT, BOOK };

#define TOWN_NUMBERS 11

static const uint64_t town_bridge_counts[TOWN_NUMBERS] = {15, 5, 0, 22, 20, 1, 1, 0, 0, 0, 0};
static const uint64_t town_light_counts[TOWN_NUMBERS] = {4, 1, 0, 6, 5, 0, 0, 0, 0, 0, 1};

/* Entries 1 to 6. */
static inline struct town *town_with_rows(void)
{
    struct town *town = town_new();
    const struct town_register *bridge =
        town_open(town, &(struct town_question){"bridge", "vote", "on_close"});
    const struct town_register *light =
        town_open(town, &(struct town_question){"light", "vote", "live"});
    const struct town_register *book =
        town_open(town, &(struct town_question){"book", "procedure", "live"});
    for (size_t i = 0; i < 20; i++)
        town_vote(town, bridge, i, i % 4 == 0 ? "no" : "yes");
    for (size_t i = 100; i < 106; i++)
        town_vote(town, light, i, i == 104 ? "no" : "yes");
    struct town_record *erased = &town->records[town->record_count - 1];
    erased->unopened = true;
    town_anchor(town, TOWN_OPENS + 600);
    town_vote(town, bridge, 1, "no");
    town_tombstone(town, book, &erased->leaf);
    town_anchor(town, TOWN_OPENS + 9000);
    town_vote(town, bridge, 200, "yes");
    town_anchor(town, TOWN_COUNTS_UNTIL + 1);
    return town;
}

static inline struct town *town_in_order(void)
{
    struct town *town = town_with_rows();
    town_result(town, &town->registers[BRIDGE], TOWN_COUNTS_UNTIL + 600, 6, town_bridge_counts,
                TOWN_NUMBERS);
    town_result(town, &town->registers[LIGHT], TOWN_COUNTS_UNTIL + 660, 6, town_light_counts,
                TOWN_NUMBERS);
    return town;
}

/* The chain as it is when all of the town's entries are final. */
static inline struct vota_audit_chain town_chain(const struct town *town)
{
    return (struct vota_audit_chain){.chain_id = town->deployment.genesis.chain_id,
                                     .chain_genesis = town->deployment.chain_genesis,
                                     .head = town->head,
                                     .length = town->deployment.genesis.pred_length + town->lines.n,
                                     .block = 5000,
                                     .time = TOWN_LATER};
}

/* An audit of the published directory; `chain` NULL: nobody was asked. */
static inline void town_audit(struct vota_audit *ret_audit, const struct town *town,
                              const struct vota_audit_chain *chain)
{
    struct vota_reader reader;
    assert_int_equal(vota_reader_open(&reader, town->public, NULL), VOTA_OK);
    const struct vota_audit_input input = {.named = {town->deployment.genesis.chain_id,
                                                     town->deployment.chain_genesis,
                                                     town->deployment.genesis.contract},
                                           .chain = chain,
                                           .reader = &reader};
    assert_int_equal(vota_audit_run(ret_audit, &input, NULL), VOTA_OK);
    vota_reader_close(&reader);
}

/* How many findings of a code weigh as not valid. */
static inline size_t town_found(const struct vota_audit *audit, enum vota_audit_code code,
                                enum vota_verdict state)
{
    size_t n = 0;
    for (size_t i = 0; i < audit->findings.n; i++) {
        const struct vota_audit_finding *finding = &audit->findings.items[i];
        n += finding->code == code && finding->state == state && !finding->notice;
    }
    return n;
}

static inline const struct vota_audit_finding *town_finding(const struct vota_audit *audit,
                                                            enum vota_audit_code code)
{
    for (size_t i = 0; i < audit->findings.n; i++) {
        if (audit->findings.items[i].code == code)
            return &audit->findings.items[i];
    }
    return NULL;
}

/* Everything that was found, for a test that did not expect it. */
static inline void town_show(const struct vota_audit *audit)
{
    for (size_t i = 0; i < audit->findings.n; i++) {
        const struct vota_audit_finding *finding = &audit->findings.items[i];
        print_message("  %s %s%s entry %d row %d %s:%d %s\n", vota_verdict_name(finding->state),
                      vota_audit_code_name(finding->code), finding->notice ? " (notice)" : "",
                      (int)finding->entry, (int)finding->row, finding->place.path,
                      (int)finding->place.line, finding->text);
    }
}

/* ---- falsifying ---- */

/* The manifest of the files as they are now: a forger would not forget it. */
static inline void town_new_manifest(const struct town *town)
{
    struct vota_reader reader;
    struct vota_file_list manifest;
    struct vota_file_list fresh;
    static char text[1u << 20];
    assert_int_equal(vota_reader_open(&reader, town->public, NULL), VOTA_OK);
    assert_int_equal(vota_reader_manifest(&reader, &manifest, NULL), VOTA_OK);
    fresh = (struct vota_file_list){0};
    for (size_t i = 0; i < manifest.n; i++) {
        struct vota_listed_file file;
        if (vota_reader_hash(&reader, &file, manifest.files[i].path, NULL) == VOTA_OK)
            assert_int_equal(vota_file_list_add(&fresh, &file, &vota_manifest_rule), VOTA_OK);
    }
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    vota_manifest_json_write(&wr, &fresh);
    vota_wr_byte(&wr, '\n');
    assert_true(vota_wr_fits(&wr));
    town_write(town, "manifest.json", text, wr.len);
    vota_file_list_done(&fresh);
    vota_file_list_done(&manifest);
    vota_reader_close(&reader);
}

/* Replaces `len` bytes at `at` of a file by others. */
static inline void town_splice(const struct town *town, const char *name, size_t at, size_t len,
                               const void *bytes, size_t n)
{
    size_t size = 0;
    uint8_t *file = town_read(town, name, &size);
    uint8_t *changed = malloc(size + n);
    assert_true(at + len <= size);
    memcpy(changed, file, at);
    memcpy(changed + at, bytes, n);
    memcpy(changed + at + n, file + at + len, size - at - len);
    town_write(town, name, changed, size - len + n);
    free(changed);
    free(file);
}

/* Where a text stands in a file, from a position on. */
static inline size_t town_find(const struct town *town, const char *name, const char *text,
                               size_t from)
{
    size_t size = 0;
    size_t at = from;
    uint8_t *file = town_read(town, name, &size);
    const size_t len = strlen(text);
    while (at + len <= size && memcmp(file + at, text, len) != 0)
        at++;
    free(file);
    if (at + len > size)
        fail_msg("%s is not in %s", text, name);
    return at;
}

/* Puts another text for one, the first after the start of line number `line` (from 1). */
static inline void town_replace(const struct town *town, const char *name, size_t line,
                                const char *text, const char *other)
{
    size_t from = 0;
    for (size_t i = 1; i < line; i++)
        from = town_find(town, name, "\n", from) + 1;
    town_splice(town, name, town_find(town, name, text, from), strlen(text), other, strlen(other));
}

/* Where a line begins, and its length with its end. */
static inline size_t town_line(const struct town *town, const char *name, size_t line,
                               size_t *ret_len)
{
    size_t from = 0;
    for (size_t i = 1; i < line; i++)
        from = town_find(town, name, "\n", from) + 1;
    *ret_len = town_find(town, name, "\n", from) + 1 - from;
    return from;
}

static inline const char *town_openings_of(const struct town *town, size_t reg)
{
    static char path[VOTA_PUBLICATION_PATH_CAP];
    vota_publication_register_path(path, "openings", &town->registers[reg].hash, ".ndjson");
    return path;
}

#endif
