/* SPDX-License-Identifier: Apache-2.0 */
/* A real store in a directory of its own, with a network and three registers, for the store's
 * tests. */
#ifndef VOTA_TESTS_BRIDGE_STORE_FIXTURE_H
#define VOTA_TESTS_BRIDGE_STORE_FIXTURE_H

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bridge/store/store_batch.h"
#include "bridge/store/store_journal.h"
#include "bridge/store/store_network.h"
#include "bridge/store/store_outbox.h"
#include "bridge/store/store_register.h"
#include "tests/test.h"

struct fixture {
    char dir[64];
    char path[96];
    struct vota_store *store;
    int64_t network;
    int64_t first, last, all; /* registers by their revision rule */
};

#define OK(call) assert_int_equal((call), VOTA_OK)

/* The call fails with this status and reason. `err` is a struct vota_error of the caller's. */
#define FAILS(call, expected_status, reason)                                                       \
    do {                                                                                           \
        struct vota_error err = {.status = VOTA_OK};                                               \
        assert_int_equal((call), expected_status);                                                 \
        assert_string_equal(err.text, reason);                                                     \
    } while (0)

static inline vota_hash hash_of(uint64_t n)
{
    vota_hash hash = {{0}};
    vota_store_be(hash.bytes, 8, n);
    return hash;
}

static inline vota_addr addr_of(uint64_t n)
{
    vota_addr addr = {{0}};
    vota_store_be(addr.bytes, 8, n);
    return addr;
}

static inline struct vota_slice slice_of(const char *text)
{
    return (struct vota_slice){.at = (const uint8_t *)text, .len = strlen(text)};
}

static inline void begin(struct fixture *f)
{
    OK(vota_store_begin(f->store, NULL));
}

static inline void commit(struct fixture *f)
{
    OK(vota_store_commit(f->store, NULL));
}

static inline int64_t add_register(struct fixture *f, const char *slug, enum vota_revision revision)
{
    struct vota_store_register reg = {.network = f->network,
                                      .hash = hash_of((uint64_t)slug[0]),
                                      .revision = revision,
                                      .opens_at = 60,
                                      .closes_at = 600,
                                      .counts_until = 1200,
                                      .results_by = 1200,
                                      .anchor_within = 300,
                                      .definition = slice_of("{}")};
    (void)snprintf(reg.slug, sizeof reg.slug, "%s", slug);
    int64_t id = 0;
    OK(vota_store_register_add(&id, f->store, &reg, NULL));
    return id;
}

static inline void fixture_open(struct fixture *f)
{
    *f = (struct fixture){.store = NULL};
    /* In memory where that is possible: what is tested survives processes, not power cuts. */
    const char *const parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    (void)snprintf(f->dir, sizeof f->dir, "%s/vota-test-XXXXXX", parent);
    assert_non_null(mkdtemp(f->dir));
    (void)snprintf(f->path, sizeof f->path, "%s/voteanchor.db", f->dir);
    OK(vota_store_open(&f->store, f->path, VOTA_STORE_CREATE, NULL));
    begin(f);
    OK(vota_store_network_add(&f->network, f->store, "dev", NULL));
    f->first = add_register(f, "first", VOTA_REVISION_FIRST);
    f->last = add_register(f, "last", VOTA_REVISION_LAST);
    f->all = add_register(f, "all", VOTA_REVISION_ALL);
    OK(vota_store_register_set_opened(f->store, f->first, 1, NULL));
    OK(vota_store_register_set_opened(f->store, f->last, 2, NULL));
    OK(vota_store_register_set_opened(f->store, f->all, 3, NULL));
    commit(f);
}

/* Removes a directory that has only files in it. */
static inline void remove_directory(const char *path)
{
    DIR *dir = opendir(path);
    assert_non_null(dir);
    for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        char file[384];
        if (entry->d_name[0] == '.')
            continue;
        (void)snprintf(file, sizeof file, "%s/%s", path, entry->d_name);
        assert_int_equal(unlink(file), 0);
    }
    assert_int_equal(closedir(dir), 0);
    assert_int_equal(rmdir(path), 0);
}

static inline void fixture_close(struct fixture *f)
{
    vota_store_free(f->store);
    remove_directory(f->dir);
}

/* A record whose tag is hash_of(tag) and whose leaf and content hash are hash_of(leaf). */
static inline enum vota_status try_record(struct fixture *f, int64_t reg, const char *record_id,
                                          uint64_t tag, uint64_t leaf, struct vota_error *err)
{
    const struct vota_store_record record = {
        .reg = reg,
        .record_id = slice_of(record_id),
        .row = {.tag = hash_of(tag), .content_hash = hash_of(leaf)},
        .once = reg == f->first,
        .leaf = hash_of(leaf),
        .accepted_at = 100 + leaf,
        .anchor_by = 400 + leaf,
        .city_salt = hash_of(leaf + 1000),
        .content = slice_of("{\"choice\":[]}")};
    int64_t id = 0;
    return vota_store_record_add(&id, f->store, f->network, &record, err);
}

static inline void add_record(struct fixture *f, int64_t reg, const char *record_id, uint64_t tag,
                              uint64_t leaf)
{
    OK(try_record(f, reg, record_id, tag, leaf, NULL));
}

/* Seals everything that may be sealed; the fixture's leaves ascend as they were given. */
static inline struct vota_store_batch seal(struct fixture *f)
{
    struct vota_merkle_item items[16];
    size_t n = 0;
    OK(vota_store_batch_collect(items, &n, 16, f->store, f->network, NULL));
    const struct vota_store_seal order = {
        .network = f->network, .sealed_at = 500, .root = hash_of(7777), .items = items, .n = n};
    struct vota_store_batch batch;
    OK(vota_store_batch_seal(&batch, f->store, &order, NULL));
    return batch;
}

static inline struct vota_store_attempt attempt_of(int64_t operation, uint64_t nonce, uint64_t fee)
{
    return (struct vota_store_attempt){.operation = operation,
                                       .nonce = nonce,
                                       .raw = slice_of("signed bytes"),
                                       .tx_hash = hash_of(nonce * 1000 + fee),
                                       .max_fee = fee,
                                       .tip = 1,
                                       .gas_limit = 21000,
                                       .block = 9,
                                       .created_at = 600};
}

static inline struct vota_store_assign assign_of(uint64_t parent)
{
    return (struct vota_store_assign){
        .sender = addr_of(5), .parent = hash_of(parent), .calldata = slice_of("calldata")};
}

static inline struct vota_store_mined mined_of(uint64_t number, const vota_hash *tx_hash)
{
    return (struct vota_store_mined){
        .entry = {.number = number, .block = 20 + number, .time = 700 + number, .a = hash_of(1)},
        .head = hash_of(800 + number),
        .tx_hash = *tx_hash,
        .block_hash = hash_of(900 + number),
        .gas_used = 35000,
        .effective_price = 3};
}

#endif
