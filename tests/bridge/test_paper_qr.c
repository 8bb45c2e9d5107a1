/* SPDX-License-Identifier: Apache-2.0 */
/* QR codes: their size follows from the text, and every picture of one shows the same modules. */
#include "tests/test.h"

#include <stdio.h>

#include "bridge/paper/qr.h"

#define PICTURE ((size_t)256 * 1024)

struct drawing {
    struct vota_qr qr;
    char text[VOTA_QR_MAX_CHARS + 2];
    uint8_t picture[PICTURE];
};

static int set_up(void **state)
{
    *state = calloc(1, sizeof(struct drawing));
    return *state == NULL;
}

static int tear_down(void **state)
{
    free(*state);
    return 0;
}

/* Characters of all of the alphabet, letters and signs more than digits. */
static const char *fill(struct drawing *drawing, size_t len)
{
    static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    uint32_t seed = 1;
    for (size_t i = 0; i < len; i++) {
        seed = seed * 1664525u + 1013904223u;
        drawing->text[i] = alphabet[(seed >> 16) % 45];
    }
    return drawing->text;
}

/*
 * ISO/IEC 18004, table 7: characters of the alphanumeric mode. One more must take
 * the next version, which no other mode would do.
 */
static void a_text_takes_the_version_of_the_alphanumeric_mode(void **state)
{
    static const struct {
        size_t chars;
        unsigned version;
        enum vota_qr_level level;
    } cases[] = {
        {20, 1, VOTA_QR_LEVEL_M},    {21, 2, VOTA_QR_LEVEL_M},    {1248, 23, VOTA_QR_LEVEL_M},
        {1249, 24, VOTA_QR_LEVEL_M}, {1326, 24, VOTA_QR_LEVEL_M}, {1327, 25, VOTA_QR_LEVEL_M},
        {3391, 40, VOTA_QR_LEVEL_M}, {3392, 36, VOTA_QR_LEVEL_L}, {3537, 36, VOTA_QR_LEVEL_L},
        {3538, 37, VOTA_QR_LEVEL_L}, {4296, 40, VOTA_QR_LEVEL_L},
    };
    struct drawing *drawing = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *text = fill(drawing, cases[i].chars);
        assert_int_equal(vota_qr_make(&drawing->qr, text, cases[i].chars, NULL), VOTA_OK);
        assert_int_equal(drawing->qr.version, cases[i].version);
        assert_int_equal(drawing->qr.level, cases[i].level);
        assert_int_equal(drawing->qr.side, 17 + 4 * cases[i].version);
        assert_int_equal(vota_qr_full_side(&drawing->qr), drawing->qr.side + 8);
    }
}

static void what_does_not_fit_is_refused(void **state)
{
    struct drawing *drawing = *state;
    struct vota_error err = {.status = VOTA_OK};
    drawing->qr.version = 77;
    assert_int_equal(vota_qr_make(&drawing->qr, fill(drawing, VOTA_QR_MAX_CHARS + 1),
                                  VOTA_QR_MAX_CHARS + 1, &err),
                     VOTA_LIMIT);
    assert_string_equal(err.text, "qr-full");
    assert_int_equal(drawing->qr.version, 77);
}

static void other_characters_are_refused(void **state)
{
    static const char *const bad[] = {"", "va1:", "VA1:a", "VA1:\n", "VA1:(", "VA1:\xec\x95\x88"};
    struct drawing *drawing = *state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct vota_error err = {.status = VOTA_OK};
        assert_int_equal(vota_qr_make(&drawing->qr, bad[i], strlen(bad[i]), &err), VOTA_BAD_INPUT);
        assert_string_equal(err.text, "qr-character");
    }
    assert_int_equal(vota_qr_make(&drawing->qr, "VA1:\0A", 6, NULL), VOTA_BAD_INPUT);
}

/* Three finders, and light where a scanner looks for the edge. */
static void the_code_has_its_finders_and_a_quiet_zone(void **state)
{
    struct drawing *drawing = *state;
    struct vota_qr *qr = &drawing->qr;
    assert_int_equal(vota_qr_make(qr, fill(drawing, 1302), 1302, NULL), VOTA_OK);
    const int far = (int)qr->side - 7;
    const int corners[3][2] = {{0, 0}, {far, 0}, {0, far}};
    for (size_t i = 0; i < 3; i++) {
        for (int k = 0; k < 7; k++) {
            assert_true(vota_qr_is_dark(qr, corners[i][0] + k, corners[i][1]));
            assert_true(vota_qr_is_dark(qr, corners[i][0], corners[i][1] + k));
        }
        assert_true(vota_qr_is_dark(qr, corners[i][0] + 3, corners[i][1] + 3));
        assert_false(vota_qr_is_dark(qr, corners[i][0] + 1, corners[i][1] + 1));
    }
    for (int k = -4; k < (int)qr->side + 4; k++) {
        assert_false(vota_qr_is_dark(qr, k, -1));
        assert_false(vota_qr_is_dark(qr, -1, k));
        assert_false(vota_qr_is_dark(qr, k, (int)qr->side));
        assert_false(vota_qr_is_dark(qr, (int)qr->side, k));
    }
}

/* Fills the boxes of a path into a grid, and compares it with the code. */
static void assert_path_draws(const struct vota_qr *qr, const char *path)
{
    static bool grid[185][185];
    const int full = (int)vota_qr_full_side(qr);
    memset(grid, 0, sizeof grid);
    while (*path == 'M') {
        char *end = NULL;
        const unsigned long x = strtoul(path + 1, &end, 10);
        const unsigned long y = strtoul(end + 1, &end, 10);
        assert_int_equal(*end, 'h');
        const unsigned long length = strtoul(end + 1, &end, 10);
        assert_memory_equal(end, "v1h-", 4);
        assert_int_equal(strtoul(end + 4, &end, 10), length);
        assert_int_equal(*end, 'z');
        for (unsigned long i = 0; i < length; i++)
            grid[y][x + i] = true;
        path = end + 1;
    }
    for (int y = 0; y < full; y++) {
        for (int x = 0; x < full; x++)
            assert_int_equal(grid[y][x], vota_qr_is_dark(qr, x - 4, y - 4));
    }
}

static void the_path_draws_every_module(void **state)
{
    static const size_t sizes[] = {20, 1302, 1489, 4296};
    struct drawing *drawing = *state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct vota_wr wr = vota_wr_of(drawing->picture, PICTURE);
        assert_int_equal(vota_qr_make(&drawing->qr, fill(drawing, sizes[i]), sizes[i], NULL),
                         VOTA_OK);
        vota_qr_write_path(&wr, &drawing->qr);
        vota_wr_byte(&wr, 0);
        assert_true(vota_wr_fits(&wr));
        assert_path_draws(&drawing->qr, (const char *)drawing->picture);
    }
}

static void the_svg_is_that_path_on_white(void **state)
{
    struct drawing *drawing = *state;
    struct vota_wr wr = vota_wr_of(drawing->picture, PICTURE);
    assert_int_equal(vota_qr_make(&drawing->qr, fill(drawing, 1302), 1302, NULL), VOTA_OK);
    vota_qr_write_svg(&wr, &drawing->qr);
    vota_wr_byte(&wr, 0);
    assert_true(vota_wr_fits(&wr));
    char *svg = (char *)drawing->picture;
    assert_non_null(strstr(svg, "viewBox=\"0 0 121 121\""));
    assert_non_null(strstr(svg, "<path fill=\"#fff\" d=\"M0 0h121v121H0z\"/>"));
    char *path = strstr(svg, "<path d=\"");
    assert_non_null(path);
    assert_path_draws(&drawing->qr, path + 9);
    assert_string_equal(svg + strlen(svg) - 10, "\"/></svg>\n");
}

/* What a glyph inks: bit 0 the upper half, bit 1 the lower. */
static unsigned next_glyph(const char **at)
{
    static const char *const glyphs[] = {" ", "\xe2\x96\x80", "\xe2\x96\x84", "\xe2\x96\x88"};
    for (unsigned i = 0; i < 4; i++) {
        const size_t len = strlen(glyphs[i]);
        if (strncmp(*at, glyphs[i], len) == 0) {
            *at += len;
            return i;
        }
    }
    fail_msg("no half block: %.8s", *at);
    return 0;
}

static void assert_blocks_draw(const struct vota_qr *qr, const char *at, bool color)
{
    static const char begin[] = "\033[38;5;16;48;5;231m";
    const int full = (int)vota_qr_full_side(qr);
    for (int y = -4; y < full - 4; y += 2) {
        if (color) {
            assert_memory_equal(at, begin, sizeof begin - 1);
            at += sizeof begin - 1;
        }
        for (int x = -4; x < full - 4; x++) {
            const unsigned dark =
                (vota_qr_is_dark(qr, x, y) ? 1u : 0u) | (vota_qr_is_dark(qr, x, y + 1) ? 2u : 0u);
            assert_int_equal(next_glyph(&at), color ? dark : 3u - dark);
        }
        const char *end = color ? "\033[0m\n" : "\n";
        assert_memory_equal(at, end, strlen(end));
        at += strlen(end);
    }
    assert_int_equal(*at, '\0');
}

static void half_blocks_draw_every_module(void **state)
{
    struct drawing *drawing = *state;
    assert_int_equal(vota_qr_make(&drawing->qr, fill(drawing, 1302), 1302, NULL), VOTA_OK);
    for (int color = 0; color < 2; color++) {
        struct vota_wr wr = vota_wr_of(drawing->picture, PICTURE);
        vota_qr_write_blocks(&wr, &drawing->qr, color == 1);
        vota_wr_byte(&wr, 0);
        assert_true(vota_wr_fits(&wr));
        assert_blocks_draw(&drawing->qr, (const char *)drawing->picture, color == 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_takes_the_version_of_the_alphanumeric_mode),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(other_characters_are_refused),
        cmocka_unit_test(the_code_has_its_finders_and_a_quiet_zone),
        cmocka_unit_test(the_path_draws_every_module),
        cmocka_unit_test(the_svg_is_that_path_on_white),
        cmocka_unit_test(half_blocks_draw_every_module),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
