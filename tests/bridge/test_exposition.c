/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include <stdio.h>

#include "bridge/http/exposition.h"

struct page {
    char *text;
    size_t len;
    struct vota_exposition ex;
};

static struct page *begin(void)
{
    struct page *page = calloc(1, sizeof *page);
    assert_non_null(page);
    page->ex.to = open_memstream(&page->text, &page->len);
    assert_non_null(page->ex.to);
    return page;
}

static void end(struct page *page, const char *expected)
{
    assert_int_equal(fclose(page->ex.to), 0);
    assert_string_equal(page->text, expected);
    free(page->text);
    free(page);
}

static void a_family_says_its_name_type_and_help(void **state)
{
    (void)state;
    struct page *page = begin();
    vota_exposition_counter(&page->ex, "a_total", "Of a.");
    vota_exposition_number(&page->ex, UINT64_MAX);
    vota_exposition_gauge(&page->ex, "b", "Of \"b\" \\ and\nmore.");
    vota_exposition_signed(&page->ex, -5);
    vota_exposition_label(&page->ex, "x", "1");
    vota_exposition_endless(&page->ex);
    end(page, "# HELP a_total Of a.\n# TYPE a_total counter\na_total 18446744073709551615\n"
              "# HELP b Of \"b\" \\\\ and\\nmore.\n# TYPE b gauge\nb -5\nb{x=\"1\"} +Inf\n");
}

static void labels_are_those_of_one_sample(void **state)
{
    (void)state;
    struct page *page = begin();
    vota_exposition_gauge(&page->ex, "g", "h");
    vota_exposition_label(&page->ex, "a", "1");
    vota_exposition_label(&page->ex, "b", "quote\" back\\ line\n한");
    vota_exposition_number(&page->ex, 0);
    vota_exposition_number(&page->ex, 1);
    end(page, "# HELP g h\n# TYPE g gauge\n"
              "g{a=\"1\",b=\"quote\\\" back\\\\ line\\n한\"} 0\ng 1\n");
}

static void seconds_and_ether_are_exact(void **state)
{
    (void)state;
    struct page *page = begin();
    struct vota_u256 wei = vota_u256_of(1);
    vota_exposition_gauge(&page->ex, "g", "h");
    vota_exposition_seconds(&page->ex, 1);
    vota_exposition_seconds(&page->ex, 61000000001u);
    vota_exposition_ether(&page->ex, &wei);
    wei = vota_u256_of(0);
    vota_exposition_ether(&page->ex, &wei);
    wei = vota_u256_of(2500000000000000000u);
    vota_exposition_ether(&page->ex, &wei);
    memset(wei.be, 0xff, sizeof wei.be);
    vota_exposition_ether(&page->ex, &wei);
    end(page, "# HELP g h\n# TYPE g gauge\ng 0.000000001\ng 61.000000001\n"
              "g 0.000000000000000001\ng 0\ng 2.5\n"
              "g 115792089237316195423570985008687907853269984665640564039457."
              "584007913129639935\n");
}

static void a_histogram_counts_upwards(void **state)
{
    (void)state;
    static const char *const edges[] = {"0.1", "1"};
    static const uint64_t counts[] = {3, 0, 2};
    struct vota_exposition_buckets buckets = {
        .edges = edges, .n = 2, .counts = counts, .sum = 2500000000u, .is_nanoseconds = true};
    struct page *page = begin();
    vota_exposition_histogram(&page->ex, "h", "x");
    vota_exposition_label(&page->ex, "r", "a");
    vota_exposition_buckets(&page->ex, &buckets);
    buckets.is_nanoseconds = false;
    buckets.sum = 7;
    vota_exposition_buckets(&page->ex, &buckets);
    end(page, "# HELP h x\n# TYPE h histogram\n"
              "h_bucket{r=\"a\",le=\"0.1\"} 3\nh_bucket{r=\"a\",le=\"1\"} 3\n"
              "h_bucket{r=\"a\",le=\"+Inf\"} 5\nh_sum{r=\"a\"} 2.500000000\nh_count{r=\"a\"} 5\n"
              "h_bucket{le=\"0.1\"} 3\nh_bucket{le=\"1\"} 3\nh_bucket{le=\"+Inf\"} 5\n"
              "h_sum 7\nh_count 5\n");
}

static const char *word(size_t at)
{
    static const char *const words[] = {"up", "down"};
    return words[at];
}

static void one_state_of_a_set_is_the_present_one(void **state)
{
    (void)state;
    struct page *page = begin();
    vota_exposition_gauge(&page->ex, "g", "h");
    vota_exposition_label(&page->ex, "n", "a");
    vota_exposition_states(&page->ex, "s", word, 2, 1);
    vota_exposition_states(&page->ex, "s", word, 2, 2);
    end(page, "# HELP g h\n# TYPE g gauge\ng{n=\"a\",s=\"up\"} 0\ng{n=\"a\",s=\"down\"} 1\n"
              "g{s=\"up\"} 0\ng{s=\"down\"} 0\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_family_says_its_name_type_and_help),
        cmocka_unit_test(labels_are_those_of_one_sample),
        cmocka_unit_test(seconds_and_ether_are_exact),
        cmocka_unit_test(a_histogram_counts_upwards),
        cmocka_unit_test(one_state_of_a_set_is_the_present_one),
    };
    return RUN_TESTS(tests);
}
