/* SPDX-License-Identifier: Apache-2.0 */
/* The worked examples of part 11 of docs/FORMATS.md: each line is read, and written again the same.
 */
#include "bridge/publish/manifest_json.h"
#include "bridge/publish/result_json.h"
#include "bridge/publish/site_json.h"
#include "bridge/publish/trust_json.h"
#include "tests/bridge/town.h"

#define MOST 8192

static char written[MOST];

static void expect_written(const struct vota_wr *wr, const char *line)
{
    assert_true(vota_wr_fits(wr));
    assert_int_equal(wr->len, strlen(line));
    assert_memory_equal(written, line, wr->len);
}

static void check_record(const char *line)
{
    struct vota_deployment deployment;
    struct vota_wr wr = vota_wr_of(written, sizeof written);
    assert_int_equal(vota_journal_json_read_deployment(&deployment, line, strlen(line), NULL),
                     VOTA_OK);
    vota_journal_json_write_deployment(&wr, &deployment);
    expect_written(&wr, line);
}

static void check_entry(const char *line)
{
    struct vota_journal_line_copy copy;
    struct vota_wr wr = vota_wr_of(written, sizeof written);
    assert_int_equal(vota_journal_json_read_line(&copy, line, strlen(line), NULL), VOTA_OK);
    assert_int_equal(vota_entry_check(&copy.about.entry, NULL), VOTA_OK);
    vota_journal_json_write_line(&wr, &copy.about);
    vota_journal_line_copy_done(&copy);
    expect_written(&wr, line);
}

static void check_opening(const char *line)
{
    uint8_t content[VOTA_CONTENT_MAX_BYTES];
    struct vota_opening opening;
    struct vota_wr wr = vota_wr_of(written, sizeof written);
    assert_int_equal(vota_openings_json_read(&opening, content, town_slice(line), NULL), VOTA_OK);
    vota_openings_json_write(&wr, &opening);
    expect_written(&wr, line);
}

static void check_result(const char *line)
{
    static struct vota_result_file result;
    struct vota_wr wr = vota_wr_of(written, sizeof written);
    assert_int_equal(vota_result_json_read(&result, line, strlen(line), NULL), VOTA_OK);
    vota_result_json_write(&wr, &result);
    expect_written(&wr, line);
}

static void check_index(const char *line)
{
    uint8_t item[16];
    test_hex(item, sizeof item, line);
    assert_int_equal(vota_load_be(item + 8, 8), 2); /* both are of entry 2 */
}

static void check_manifest(const char *line)
{
    struct vota_file_list manifest;
    struct vota_wr wr = vota_wr_of(written, sizeof written);
    assert_int_equal(vota_manifest_json_read(&manifest, line, strlen(line), NULL), VOTA_OK);
    vota_manifest_json_write(&wr, &manifest);
    vota_file_list_done(&manifest);
    expect_written(&wr, line);
}

static void check_site(const char *line)
{
    struct vota_file_list site;
    struct vota_wr wr = vota_wr_of(written, sizeof written);
    assert_int_equal(vota_site_json_read(&site, line, strlen(line), NULL), VOTA_OK);
    vota_site_json_write(&wr, &site);
    vota_file_list_done(&site);
    expect_written(&wr, line);
}

static void check_trust(const char *line)
{
    struct vota_trust_file_copy copy;
    struct vota_wr wr = vota_wr_of(written, sizeof written);
    assert_int_equal(vota_trust_json_read(&copy, line, strlen(line), NULL), VOTA_OK);
    vota_trust_json_write(&wr, &copy.about);
    vota_trust_file_copy_done(&copy);
    expect_written(&wr, line);
}

static const struct {
    const char *tag;
    void (*check)(const char *line);
    size_t lines; /* that the page has at least */
} blocks[] = {{"journal-record", check_record, 1},
              {"journal-entry", check_entry, 4},
              {"opening", check_opening, 1},
              {"result", check_result, 1},
              {"leaf-index", check_index, 2},
              {"manifest", check_manifest, 1},
              {"site", check_site, 1},
              {"trust", check_trust, 1}};
#define BLOCKS (sizeof blocks / sizeof blocks[0])

/* The block that a fence opens, BLOCKS for one of other tests. */
static size_t block_of(const char *fence)
{
    size_t i = 0;
    while (i < BLOCKS && strcmp(fence, blocks[i].tag) != 0)
        i++;
    return i;
}

static void test_every_example(void **state)
{
    FILE *page = fopen(VOTA_SOURCE_DIR "/docs/FORMATS.md", "r");
    static char line[MOST];
    size_t seen[BLOCKS + 1] = {0};
    size_t block = BLOCKS;
    (void)state;
    assert_non_null(page);
    while (fgets(line, sizeof line, page) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "```", 3) == 0) {
            block = block_of(line + 3);
            continue;
        }
        if (block < BLOCKS) {
            blocks[block].check(line);
            seen[block]++;
        }
    }
    assert_int_equal(fclose(page), 0);
    for (size_t i = 0; i < BLOCKS; i++) {
        if (seen[i] < blocks[i].lines)
            fail_msg("%s: %zu lines", blocks[i].tag, seen[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_example)};
    return RUN_TESTS(tests);
}
