/* SPDX-License-Identifier: Apache-2.0 */
/*
 * docs/ENGINE.md shows the table and the diagram of engine/anchor.c: this test
 * renders both from the code and wants them there, letter for letter. Run with
 * VOTA_WRITE=1 it prints them instead, to be pasted.
 */
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "bridge/engine/anchor.h"

#define PAGE VOTA_SOURCE_DIR "/docs/ENGINE.md"

struct page {
    char text[64 * 1024];
    size_t len;
};

static void put(struct page *page, const char *text)
{
    const size_t len = strlen(text);
    assert_true(page->len + len < sizeof page->text);
    memcpy(page->text + page->len, text, len + 1);
    page->len += len;
}

/* Events in rows and states in columns: the page is read on a screen, not on a wall. */
static void render_table(struct page *page)
{
    put(page, "| event \\ state |");
    for (int s = 0; s < VOTA_OP_STATES; s++) {
        put(page, " ");
        put(page, vota_anchor_state_name((enum vota_op_state)s));
        put(page, " |");
    }
    put(page, "\n|---|---|---|---|---|---|---|\n");
    for (int e = 0; e < VOTA_EVENTS; e++) {
        put(page, "| **");
        put(page, vota_anchor_event_name((enum vota_anchor_event)e));
        put(page, "** |");
        for (int s = 0; s < VOTA_OP_STATES; s++) {
            const enum vota_anchor_effect effect =
                vota_anchor_table((enum vota_op_state)s, (enum vota_anchor_event)e);
            put(page, " ");
            put(page, effect == VOTA_ANCHOR_NEVER ? "–" : vota_anchor_effect_name(effect));
            put(page, " |");
        }
        put(page, "\n");
    }
}

static void render_diagram(struct page *page)
{
    put(page, "```mermaid\nstateDiagram-v2\n    [*] --> queued\n");
    for (int s = 0; s < VOTA_OP_STATES; s++) {
        for (int e = 0; e < VOTA_ANCHOR_EFFECTS; e++) {
            enum vota_op_state next;
            const enum vota_op_state from = (enum vota_op_state)s;
            const enum vota_anchor_effect effect = (enum vota_anchor_effect)e;
            if (!vota_anchor_moves(&next, from, effect))
                continue;
            put(page, "    ");
            put(page, vota_anchor_state_name(from));
            put(page, " --> ");
            put(page, vota_anchor_state_name(next));
            put(page, ": ");
            put(page, vota_anchor_effect_name(effect));
            put(page, "\n");
        }
    }
    put(page, "    final --> [*]\n```\n");
}

static void is_on_the_page(void (*render)(struct page *page))
{
    static struct page expected;
    static struct page found;
    expected.len = 0;
    render(&expected);
    if (getenv("VOTA_WRITE") != NULL) {
        (void)puts(expected.text);
        return;
    }
    FILE *file = fopen(PAGE, "r");
    assert_non_null(file);
    found.len = fread(found.text, 1, sizeof found.text - 1, file);
    found.text[found.len] = '\0';
    assert_int_equal(fclose(file), 0);
    if (strstr(found.text, expected.text) == NULL)
        fail_msg("docs/ENGINE.md does not hold this:\n%s", expected.text);
}

static void the_page_shows_the_table_of_the_code(void **state)
{
    (void)state;
    is_on_the_page(render_table);
}

static void the_page_shows_the_arrows_of_the_code(void **state)
{
    (void)state;
    is_on_the_page(render_diagram);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_shows_the_table_of_the_code),
        cmocka_unit_test(the_page_shows_the_arrows_of_the_code),
    };
    return RUN_TESTS(tests);
}
