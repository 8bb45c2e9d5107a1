/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small town: registers, records, batches and results made with proof/ alone,
 * and published to a temporary directory. What the tests of publication, audit
 * and verify share.
 */
#ifndef VOTA_TESTS_BRIDGE_TOWN_H
#define VOTA_TESTS_BRIDGE_TOWN_H

#include <stdio.h>
#include <unistd.h>

#include "bridge/engine/contract.h"
#include "bridge/publish/publication.h"
#include "keccak/keccak.h"
#include "proof/leaf.h"
#include "proof/merkle.h"
#include "proof/time.h"
#include "tests/test.h"

#define TOWN_THRESHOLD 8u /* of an endorsement */
#define TOWN_RECORDS   256
#define TOWN_REGISTERS 6
#define TOWN_CONTENT   320
#define TOWN_DAY       86400u

/* Times: opened an hour early, open for a day, counted for another. */
#define TOWN_OPENS        1790000040u
#define TOWN_CLOSES       (TOWN_OPENS + TOWN_DAY)
#define TOWN_COUNTS_UNTIL (TOWN_CLOSES + TOWN_DAY)
#define TOWN_RESULTS_BY   (TOWN_COUNTS_UNTIL + TOWN_DAY)
#define TOWN_LATER        (TOWN_RESULTS_BY + TOWN_DAY)

struct town_register {
    char text[2048];
    size_t len;
    vota_hash hash;
    struct vota_definition *definition;
};

struct town_record {
    struct vota_row row;
    vota_hash leaf, salt;
    char content[TOWN_CONTENT];
    size_t content_len;
    uint64_t entry; /* 0: pending */
    bool unopened;  /* its opening is not to be had */
};

struct town {
    struct vota_deployment deployment;
    struct vota_lines lines;
    vota_hash head;
    struct town_register registers[TOWN_REGISTERS];
    size_t register_count;
    struct town_record records[TOWN_RECORDS];
    size_t record_count;
    struct vota_trust_file_network network;
    struct vota_trust_file_head trust_head;
    struct vota_trust_file trust;
    bool keeps_trust; /* the test made one of its own */
    struct vota_publication_source source;
    /* Evidence of an entry, when a test has some; else NULL. */
    enum vota_status (*evidence)(struct town *town, uint64_t entry, struct vota_anchor *ret_anchor);
    char dir[64]; /* temporary; the publication is dir/public */
    char public[80];
};

static inline vota_hash town_hash(const char *what, size_t i)
{
    char text[64];
    vota_hash hash;
    const int len = snprintf(text, sizeof text, "town %s %zu", what, i);
    vota_keccak_hash(hash.bytes, text, (size_t)len);
    return hash;
}

static inline vota_addr town_addr(const char *what)
{
    vota_addr addr;
    const vota_hash hash = town_hash(what, 0);
    memcpy(addr.bytes, hash.bytes, sizeof addr.bytes);
    return addr;
}

static inline void town_add_line(struct town *town, struct vota_entry entry, struct vota_slice text,
                                 const uint64_t *counts, size_t n)
{
    const uint64_t number = town->deployment.genesis.pred_length + town->lines.n + 1;
    vota_hash hash;
    entry.number = number;
    entry.block = 1000 + number;
    vota_entry_hash(&hash, &entry);
    vota_journal_next(&town->head, &town->head, &hash);
    const struct vota_journal_line line = {.entry = entry,
                                           .head = town->head,
                                           .transaction = town_hash("tx", (size_t)number),
                                           .text = text,
                                           .counts = counts,
                                           .count = n};
    assert_int_equal(vota_lines_add(&town->lines, &line), VOTA_OK);
}

/* Parts of a definition that differ between the registers of tests. */
struct town_question {
    const char *id;
    const char *kind;       /* vote, endorsement, or procedure */
    const char *disclosure; /* on_close, live, never */
};

static inline struct vota_slice town_slice(const char *text)
{
    return (struct vota_slice){(const uint8_t *)text, strlen(text)};
}

static inline struct town_register *town_define(struct town *town,
                                                const struct town_question *question)
{
    static const struct vota_definition_option_parts options[] = {
        {.id = {(const uint8_t *)"yes", 3},
         .ko = {(const uint8_t *)"찬성", 6},
         .en = {(const uint8_t *)"Yes", 3}},
        {.id = {(const uint8_t *)"no", 2},
         .ko = {(const uint8_t *)"반대", 6},
         .en = {(const uint8_t *)"No", 2}}};
    const bool endorsed = strcmp(question->kind, "endorsement") == 0;
    const bool vote = strcmp(question->kind, "vote") == 0 || endorsed;
    char times[4][VOTA_TIME_CHARS + 1];
    vota_time_text(times[0], TOWN_OPENS);
    vota_time_text(times[1], TOWN_CLOSES);
    vota_time_text(times[2], TOWN_COUNTS_UNTIL);
    vota_time_text(times[3], TOWN_RESULTS_BY);
    const struct vota_definition_parts parts = {.id = town_slice(question->id),
                                                .kind = town_slice(question->kind),
                                                .department = town_slice("시민과"),
                                                .title_en = town_slice("A question"),
                                                .title_ko = town_slice("안건"),
                                                .text_en = town_slice("Should it be?"),
                                                .text_ko = town_slice("어떻게 할까요?"),
                                                .opens_at = town_slice(times[0]),
                                                .closes_at = town_slice(times[1]),
                                                .counts_until = town_slice(times[2]),
                                                .results_by = town_slice(times[3]),
                                                .revision = town_slice(vote ? "first" : "all"),
                                                .disclosure = town_slice(question->disclosure),
                                                .anchor_within = 3600,
                                                .choices_min = vote ? 1 : 0,
                                                .choices_max = vote ? 1 : 0,
                                                .tag_key_hash = town_hash("pepper", 0),
                                                .threshold = endorsed ? TOWN_THRESHOLD : 0,
                                                .options = options,
                                                .option_count = endorsed ? 1
                                                                : vote   ? 2
                                                                         : 0};
    assert_true(town->register_count < TOWN_REGISTERS);
    struct town_register *reg = &town->registers[town->register_count++];
    struct vota_wr wr = vota_wr_of(reg->text, sizeof reg->text);
    vota_definition_write(&wr, &parts);
    assert_true(vota_wr_fits(&wr));
    reg->len = wr.len;
    vota_definition_hash(&reg->hash, reg->text, reg->len);
    reg->definition = malloc(sizeof *reg->definition);
    assert_int_equal(vota_definition_read(reg->definition, reg->text, reg->len, NULL), VOTA_OK);
    return reg;
}

static inline struct town_register *town_open(struct town *town,
                                              const struct town_question *question)
{
    struct town_register *reg = town_define(town, question);
    town_add_line(
        town,
        (struct vota_entry){.kind = VOTA_ENTRY_REGISTER, .time = TOWN_OPENS - 3600, .a = reg->hash},
        (struct vota_slice){(const uint8_t *)reg->text, reg->len}, NULL, 0);
    return reg;
}

/* A record of a voter with a content; it waits for the next batch. */
static inline struct town_record *town_record(struct town *town, const struct town_register *reg,
                                              size_t voter, const char *content)
{
    assert_true(town->record_count < TOWN_RECORDS);
    const size_t i = town->record_count++;
    struct town_record *record = &town->records[i];
    *record = (struct town_record){.salt = town_hash("salt", i), .content_len = strlen(content)};
    memcpy(record->content, content, record->content_len);
    record->row.register_hash = reg->hash;
    record->row.tag = town_hash("voter", voter);
    vota_leaf_content_hash(
        &record->row.content_hash, &record->salt,
        (struct vota_slice){(const uint8_t *)record->content, record->content_len});
    vota_leaf_hash(&record->leaf, &record->row);
    return record;
}

static inline struct town_record *town_vote(struct town *town, const struct town_register *reg,
                                            size_t voter, const char *choice)
{
    char content[TOWN_CONTENT];
    char time[VOTA_TIME_CHARS + 1];
    vota_time_text(time, TOWN_OPENS + 60 * (voter % 100));
    (void)snprintf(content, sizeof content, "{\"cast_at\":\"%s\",\"choice\":[\"%s\"]}", time,
                   choice);
    return town_record(town, reg, voter, content);
}

/* What a procedure register says when an opening was destroyed on request. */
static inline struct town_record *
town_tombstone(struct town *town, const struct town_register *procedure, const vota_hash *leaf)
{
    char content[TOWN_CONTENT];
    char hex[VOTA_HASH_HEX_CHARS + 1];
    char time[VOTA_TIME_CHARS + 1];
    vota_hex_of_hash(hex, leaf);
    vota_time_text(time, TOWN_OPENS + 7200);
    (void)snprintf(content, sizeof content,
                   "{\"cast_at\":\"%s\",\"document_sha256\":\"%064d\",\"step\":\"erased\","
                   "\"title\":\"%s\"}",
                   time, 7, hex);
    return town_record(town, procedure, 9999, content);
}

static inline int town_compare(const void *a, const void *b)
{
    return memcmp(&((const struct town_record *)a)->leaf, &((const struct town_record *)b)->leaf,
                  32);
}

/* The records of an entry, copied in leaf order. */
static inline size_t town_records_of(const struct town *town, uint64_t entry,
                                     struct town_record *ret)
{
    size_t n = 0;
    for (size_t i = 0; i < town->record_count; i++) {
        if (town->records[i].entry == entry)
            ret[n++] = town->records[i];
    }
    qsort(ret, n, sizeof *ret, town_compare);
    return n;
}

/* Anchors everything that is pending. */
static inline void town_anchor(struct town *town, uint64_t time)
{
    static struct town_record sorted[TOWN_RECORDS];
    vota_hash leaves[TOWN_RECORDS];
    vota_hash tree[2 * TOWN_RECORDS];
    struct vota_entry entry;
    const uint64_t number = town->deployment.genesis.pred_length + town->lines.n + 1;
    const size_t n = town_records_of(town, 0, sorted);
    assert_true(n > 0);
    for (size_t i = 0; i < n; i++)
        leaves[i] = sorted[i].leaf;
    assert_int_equal(vota_merkle_build(tree, leaves, n), VOTA_OK);
    vota_entry_batch(&entry, &tree[0], (uint32_t)n);
    entry.time = time;
    town_add_line(town, entry, (struct vota_slice){0}, NULL, 0);
    for (size_t i = 0; i < town->record_count; i++) {
        if (town->records[i].entry == 0)
            town->records[i].entry = number;
    }
}

static inline void town_result(struct town *town, const struct town_register *reg, uint64_t time,
                               uint64_t last_entry, const uint64_t *counts, size_t n)
{
    struct vota_entry entry = {.kind = VOTA_ENTRY_RESULT, .time = time, .a = reg->hash};
    entry.b = vota_word_of_u64(last_entry);
    vota_journal_counts_hash(&entry.c, counts, n);
    town_add_line(town, entry, (struct vota_slice){0}, counts, n);
}

static inline void town_disavow(struct town *town, uint64_t time, uint64_t first, uint64_t last)
{
    static const char reason[] = "잘못 셈";
    struct vota_entry entry = {.kind = VOTA_ENTRY_DISAVOWED, .time = time};
    entry.a = vota_word_of_u64(first);
    entry.b = vota_word_of_u64(last);
    vota_keccak_hash(entry.c.bytes, reason, strlen(reason));
    town_add_line(town, entry, town_slice(reason), NULL, 0);
}

/* ---- the source of a publication ---- */

static inline enum vota_status town_rows(void *context, uint64_t entry, vota_publication_row *each,
                                         void *to, struct vota_error *err)
{
    static struct town_record sorted[TOWN_RECORDS];
    const size_t n = town_records_of(context, entry, sorted);
    enum vota_status status = VOTA_OK;
    (void)err;
    for (size_t i = 0; i < n && status == VOTA_OK; i++)
        status = each(to, &sorted[i].row);
    return status;
}

static inline enum vota_status town_openings(void *context, const vota_hash *register_hash,
                                             vota_publication_opening *each, void *to,
                                             struct vota_error *err)
{
    static struct town_record sorted[TOWN_RECORDS];
    const struct town *town = context;
    size_t n = 0;
    enum vota_status status = VOTA_OK;
    (void)err;
    for (size_t i = 0; i < town->record_count; i++) {
        const struct town_record *record = &town->records[i];
        if (record->entry != 0 && !record->unopened &&
            vota_hash_equal(&record->row.register_hash, register_hash))
            sorted[n++] = *record;
    }
    qsort(sorted, n, sizeof *sorted, town_compare);
    for (size_t i = 0; i < n && status == VOTA_OK; i++) {
        const struct vota_opening opening = {
            sorted[i].leaf,
            sorted[i].salt,
            {(const uint8_t *)sorted[i].content, sorted[i].content_len}};
        status = each(to, &opening);
    }
    return status;
}

static inline enum vota_status town_evidence(void *context, uint64_t entry,
                                             vota_publication_anchor *each, void *to,
                                             struct vota_error *err)
{
    struct town *town = context;
    struct vota_anchor anchor;
    (void)err;
    if (town->evidence == NULL || town->evidence(town, entry, &anchor) != VOTA_OK)
        return VOTA_NOT_FOUND;
    return each(to, &anchor);
}

static inline struct town *town_new(void)
{
    struct town *town = calloc(1, sizeof *town);
    assert_non_null(town);
    struct vota_deployment *deployment = &town->deployment;
    deployment->genesis.chain_id = 31337;
    deployment->genesis.owner = town_addr("owner");
    deployment->genesis.anchorer = town_addr("anchorer");
    deployment->genesis.acceptance_key = town_addr("acceptance");
    deployment->chain_genesis = town_hash("block", 0);
    deployment->deployer = vota_create2_proxy;
    deployment->salt = town_hash("deployment salt", 0);
    deployment->block = 1000;
    deployment->time = TOWN_OPENS - 7200;
    deployment->transaction = town_hash("tx", 0);
    vota_deployment_code_hash(&deployment->creation_code_hash);
    vota_deployment_address(&deployment->genesis.contract, deployment);
    vota_journal_genesis(&town->head, &deployment->genesis);
    vota_lines_init(&town->lines);
    town->source = (struct vota_publication_source){.deployment = deployment,
                                                    .lines = &town->lines,
                                                    .trust = &town->trust,
                                                    .context = town,
                                                    .rows = town_rows,
                                                    .openings = town_openings,
                                                    .evidence = town_evidence};
    /* In memory where that is to be had: every publication is flushed to its disk. */
    (void)snprintf(town->dir, sizeof town->dir, "%s/vota-town-XXXXXX",
                   access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    assert_non_null(mkdtemp(town->dir));
    (void)snprintf(town->public, sizeof town->public, "%s/public", town->dir);
    return town;
}

/* A head to trust at the end of the journal as it is now. */
static inline void town_trust(struct town *town)
{
    const struct vota_genesis *genesis = &town->deployment.genesis;
    town->network =
        (struct vota_trust_file_network){genesis->chain_id, town->deployment.chain_genesis};
    town->trust_head =
        (struct vota_trust_file_head){.chain_id = genesis->chain_id,
                                      .chain_genesis = town->deployment.chain_genesis,
                                      .contract = genesis->contract,
                                      .head = town->head,
                                      .length = genesis->pred_length + town->lines.n,
                                      .block = 5000,
                                      .time = TOWN_LATER,
                                      .block_hash = town_hash("block", 5000)};
    if (town->keeps_trust)
        return;
    town->trust = (struct vota_trust_file){.city = town_slice("마을"),
                                           .networks = &town->network,
                                           .network_count = 1,
                                           .contracts = &town->deployment,
                                           .contract_count = 1,
                                           .heads = &town->trust_head,
                                           .head_count = 1};
}

static inline void town_publish(struct town *town)
{
    struct vota_publication_report report;
    struct vota_error err = {0};
    town_trust(town);
    if (vota_publication_write(&report, town->public, &town->source, TOWN_LATER, &err) != VOTA_OK)
        fail_msg("not published: %s %s", err.where, err.text);
}

static inline void town_remove(const char *dir)
{
    char command[256];
    /* The name is mkdtemp's: nothing in it needs quoting. */
    (void)snprintf(command, sizeof command, "rm -rf %s", dir);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c) */
}

static inline void town_free(struct town *town)
{
    for (size_t i = 0; i < town->register_count; i++)
        free(town->registers[i].definition);
    vota_lines_done(&town->lines);
    town_remove(town->dir);
    free(town);
}

/* ---- files of the publication ---- */

static inline char *town_path(const struct town *town, const char *name)
{
    static char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", town->public, name);
    return path;
}

/* A file's bytes with a NUL behind; the caller frees. */
static inline uint8_t *town_read(const struct town *town, const char *name, size_t *ret_len)
{
    FILE *file = fopen(town_path(town, name), "rb");
    if (file == NULL)
        fail_msg("no file %s", name);
    uint8_t *bytes = calloc(1, 1u << 20);
    *ret_len = fread(bytes, 1, (1u << 20) - 1, file);
    assert_int_equal(fclose(file), 0);
    return bytes;
}

static inline void town_write(const struct town *town, const char *name, const void *bytes,
                              size_t len)
{
    FILE *file = fopen(town_path(town, name), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

#endif
