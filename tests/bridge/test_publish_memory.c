/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every allocation of reading, publishing and auditing fails once: nothing
 * leaks (the sanitizer looks), nothing half-made is left, and nobody is blamed
 * for what we had no memory for. Linked with the allocators wrapped; jansson's own
 * are left alone, since it crashes without memory by itself.
 */
#include "bridge/page/results.h"
#include "bridge/publish/receipt_json.h"
#include "tests/bridge/node.h"
#include "tests/bridge/town_audit.h"

#include <dirent.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_reallocarray(void *old, size_t count, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_reallocarray(void *old, size_t count, size_t size);

static size_t allocations;        /* since the last reset */
static size_t failing = SIZE_MAX; /* the one that fails */

static bool fails(void)
{
    return allocations++ == failing;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails() ? NULL : __real_realloc(old, size);
}

void *__wrap_reallocarray(void *old, size_t count, size_t size)
{
    return fails() ? NULL : __real_reallocarray(old, count, size);
}

static struct town *town;
static char *text;
static size_t text_len;

/* Runs once with the k-th allocation failing, and releases what it made. */
typedef enum vota_status attempt(void);

static void sweep(attempt *run)
{
    for (size_t k = 0;; k++) {
        allocations = 0;
        failing = k;
        const enum vota_status status = run();
        const bool ran_out = allocations > k;
        failing = SIZE_MAX;
        if (!ran_out) {
            assert_int_equal(status, VOTA_OK);
            assert_true(k > 0);
            print_message("%zu allocations\n", k);
            return;
        }
        if (status == VOTA_OK)
            continue; /* it could do without */
        if (status != VOTA_NO_MEMORY && status != VOTA_IO)
            fail_msg("allocation %zu: %d", k, (int)status);
    }
}

static enum vota_status read_receipt(void)
{
    struct vota_receipt_copy copy;
    const enum vota_status status = vota_receipt_json_read(&copy, text, text_len, NULL);
    if (status == VOTA_OK)
        vota_receipt_copy_done(&copy);
    return status;
}

static enum vota_status read_trust(void)
{
    struct vota_trust_file_copy copy;
    const enum vota_status status = vota_trust_json_read(&copy, text, text_len, NULL);
    if (status == VOTA_OK)
        vota_trust_file_copy_done(&copy);
    return status;
}

static enum vota_status read_journal(void)
{
    struct vota_deployment deployment;
    struct vota_reader reader;
    struct vota_lines lines;
    uint64_t line = 0;
    vota_lines_init(&lines);
    enum vota_status status = vota_reader_open(&reader, town->public, NULL);
    if (status == VOTA_OK) {
        status = vota_reader_journal(&reader, &deployment, &lines, &line, NULL);
        vota_reader_close(&reader);
    }
    vota_lines_done(&lines);
    return status;
}

static void test_reading(void **state)
{
    json_t *root = test_vectors();
    (void)state;
    text = json_dumps(test_get(test_get(root, "evidence"), "receipt"), 0);
    text_len = strlen(text);
    sweep(read_receipt);
    free(text);
    uint8_t *file = town_read(town, "trust.json", &text_len);
    text = (char *)file;
    sweep(read_trust);
    free(file);
    sweep(read_journal);
    json_decref(root);
}

static size_t beside(void)
{
    DIR *list = opendir(town->dir);
    size_t n = 0;
    while (readdir(list) != NULL)
        n++;
    assert_int_equal(closedir(list), 0);
    return n - 2;
}

static enum vota_status publish(void)
{
    struct vota_publication_report report;
    return vota_publication_write(&report, town->public, &town->source, TOWN_LATER, NULL);
}

static void test_publishing(void **state)
{
    (void)state;
    sweep(publish);
    assert_int_equal(beside(), 1);
}

static void test_publishing_with_pages(void **state)
{
    static struct vota_page_results results;
    (void)state;
    town->source.pages = vota_page_results;
    town->source.pages_context = &results;
    sweep(publish);
    town->source.pages = NULL;
    assert_int_equal(publish(), VOTA_OK); /* what the audit below looks at has none */
    assert_int_equal(beside(), 1);
}

/* Whatever is missing, no part of honest books is ever called not valid. */
static enum vota_status audit(void)
{
    struct vota_audit found;
    struct vota_reader reader;
    const struct vota_audit_chain chain = town_chain(town);
    assert_int_equal(vota_reader_open(&reader, town->public, NULL), VOTA_OK);
    const struct vota_audit_input input = {.named = {.address = town->deployment.genesis.contract},
                                           .chain = &chain,
                                           .reader = &reader};
    const enum vota_status status = vota_audit_run(&found, &input, NULL);
    const size_t kept = failing;
    failing = SIZE_MAX;
    assert_int_not_equal(vota_audit_overall(&found.findings), VOTA_NOT_VALID);
    if (status == VOTA_OK)
        assert_int_equal(vota_audit_overall(&found.findings), VOTA_VALID);
    failing = kept;
    vota_audit_done(&found);
    vota_reader_close(&reader);
    return status;
}

static void test_auditing(void **state)
{
    (void)state;
    sweep(audit);
}

static int set_up(void **state)
{
    (void)state;
    town = town_in_order();
    town_publish(town);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    town_free(town);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reading),
        cmocka_unit_test(test_publishing),
        cmocka_unit_test(test_publishing_with_pages),
        cmocka_unit_test(test_auditing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
