/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON with any spacing: see scan.h. The grammar is held in one place, the
 * check; the walk only finds where values end, and asserts its way.
 */
#include "view/scan.h"

#include "proof/jcs.h"

/* What may come next while a text is checked. */
enum step {
    STEP_VALUE,
    STEP_ITEM_OR_END, /* after '[' */
    STEP_KEY_OR_END,  /* after '{' */
    STEP_KEY,         /* after ',' in an object */
    STEP_AFTER_VALUE,
    STEP_DONE
};

/* A check under way. Bit i of `objects`: whether the i-th open bracket is an object's. */
struct checking {
    struct vota_rd rd;
    uint32_t objects;
    size_t depth;
    const char *reason; /* NULL: nothing is wrong so far */
};

_Static_assert(VOTA_SCAN_MAX_DEPTH <= 32, "a bit for each open bracket");

static bool is_space(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static void skip_space(struct vota_rd *rd)
{
    while (rd->left > 0 && is_space(*rd->at))
        (void)vota_rd_take(rd, 1);
}

static bool take_byte(struct vota_rd *rd, uint8_t byte)
{
    if (rd->left == 0 || *rd->at != byte)
        return false;
    (void)vota_rd_take(rd, 1);
    return true;
}

static enum step refuse(struct checking *checking, const char *reason)
{
    if (checking->reason == NULL)
        checking->reason = reason;
    return STEP_DONE;
}

/* ---- strings ---- */

/* The value of four hexadecimal digits; UINT32_MAX if they are not. */
static uint32_t take_hex4(struct vota_rd *rd)
{
    const uint8_t *digits = vota_rd_take(rd, 4);
    uint32_t value = 0;
    for (size_t i = 0; digits != NULL && i < 4; i++) {
        const uint8_t lower = digits[i] | 0x20u;
        if (!is_digit(digits[i]) && (lower < 'a' || lower > 'f'))
            return UINT32_MAX;
        value = value * 16 + (uint32_t)(is_digit(digits[i]) ? digits[i] - '0' : lower - 'a' + 10);
    }
    return digits == NULL ? UINT32_MAX : value;
}

/* The code point of an escape after its \u; UINT32_MAX for a lone surrogate. */
static uint32_t take_code_point(struct vota_rd *rd)
{
    const uint32_t first = take_hex4(rd);
    if (first < 0xD800 || first > 0xDFFF)
        return first;
    const uint8_t *next = vota_rd_take(rd, 2);
    if (first > 0xDBFF || next == NULL || next[0] != '\\' || next[1] != 'u')
        return UINT32_MAX;
    const uint32_t second = take_hex4(rd);
    if (second < 0xDC00 || second > 0xDFFF)
        return UINT32_MAX;
    return 0x10000u + ((first - 0xD800u) << 10) + (second - 0xDC00u);
}

static bool is_short_escape(uint8_t letter)
{
    return letter == '"' || letter == '\\' || letter == '/' || letter == 'b' || letter == 'f' ||
           letter == 'n' || letter == 'r' || letter == 't';
}

/* An escape after its '\\'. */
static void check_escape(struct checking *checking)
{
    const uint8_t *letter = vota_rd_take(&checking->rd, 1);
    if (letter == NULL || (*letter != 'u' && !is_short_escape(*letter))) {
        refuse(checking, "not-json");
        return;
    }
    if (*letter != 'u')
        return;
    struct vota_rd digits = checking->rd;
    if (take_hex4(&digits) == UINT32_MAX)
        refuse(checking, "not-json");
    const uint32_t c = take_code_point(&checking->rd);
    if (c == UINT32_MAX)
        refuse(checking, "lone-surrogate");
    if (c == 0)
        refuse(checking, "nul");
}

static void check_string(struct checking *checking)
{
    if (!take_byte(&checking->rd, '"'))
        refuse(checking, "not-json");
    while (checking->reason == NULL && !take_byte(&checking->rd, '"')) {
        const uint8_t *byte = vota_rd_take(&checking->rd, 1);
        if (byte == NULL || *byte < 0x20)
            refuse(checking, "not-json");
        else if (*byte == '\\')
            check_escape(checking);
    }
}

/* ---- numbers and words ---- */

static size_t take_digits(struct vota_rd *rd)
{
    size_t n = 0;
    for (; rd->left > 0 && is_digit(*rd->at); n++)
        (void)vota_rd_take(rd, 1);
    return n;
}

static void check_number(struct checking *checking)
{
    struct vota_rd *rd = &checking->rd;
    (void)take_byte(rd, '-');
    const bool zero = take_byte(rd, '0');
    const size_t digits = take_digits(rd);
    if (zero ? digits > 0 : digits == 0)
        refuse(checking, "not-json");
    if (take_byte(rd, '.') && take_digits(rd) == 0)
        refuse(checking, "not-json");
    if (take_byte(rd, 'e') || take_byte(rd, 'E')) {
        if (!take_byte(rd, '+'))
            (void)take_byte(rd, '-');
        if (take_digits(rd) == 0)
            refuse(checking, "not-json");
    }
}

static void check_word(struct checking *checking, const char *word)
{
    for (; *word != '\0'; word++) {
        if (!take_byte(&checking->rd, (uint8_t)*word))
            refuse(checking, "not-json");
    }
}

/* ---- the grammar ---- */

static enum step open_bracket(struct checking *checking, bool is_object)
{
    if (checking->depth == VOTA_SCAN_MAX_DEPTH)
        return refuse(checking, "too-deep");
    const uint32_t bit = UINT32_C(1) << checking->depth++;
    checking->objects = is_object ? checking->objects | bit : checking->objects & ~bit;
    return is_object ? STEP_KEY_OR_END : STEP_ITEM_OR_END;
}

static bool in_object(const struct checking *checking)
{
    return (checking->objects >> (checking->depth - 1) & 1u) != 0;
}

static enum step check_value(struct checking *checking)
{
    if (checking->rd.left == 0)
        return refuse(checking, "not-json");
    switch (*checking->rd.at) {
    case '{':
    case '[': {
        const bool is_object = *checking->rd.at == '{';
        (void)vota_rd_take(&checking->rd, 1);
        return open_bracket(checking, is_object);
    }
    case '"':
        check_string(checking);
        return STEP_AFTER_VALUE;
    case 't':
        check_word(checking, "true");
        return STEP_AFTER_VALUE;
    case 'f':
        check_word(checking, "false");
        return STEP_AFTER_VALUE;
    case 'n':
        check_word(checking, "null");
        return STEP_AFTER_VALUE;
    default:
        check_number(checking);
        return STEP_AFTER_VALUE;
    }
}

static enum step check_key(struct checking *checking)
{
    check_string(checking);
    skip_space(&checking->rd);
    return take_byte(&checking->rd, ':') ? STEP_VALUE : refuse(checking, "not-json");
}

static enum step check_after(struct checking *checking)
{
    if (checking->depth == 0)
        return STEP_DONE;
    if (take_byte(&checking->rd, ','))
        return in_object(checking) ? STEP_KEY : STEP_VALUE;
    if (!take_byte(&checking->rd, in_object(checking) ? '}' : ']'))
        return refuse(checking, "not-json");
    checking->depth--;
    return STEP_AFTER_VALUE;
}

static enum step check_step(struct checking *checking, enum step step)
{
    switch (step) {
    case STEP_ITEM_OR_END:
    case STEP_KEY_OR_END:
        if (take_byte(&checking->rd, step == STEP_KEY_OR_END ? '}' : ']')) {
            checking->depth--;
            return STEP_AFTER_VALUE;
        }
        return step == STEP_KEY_OR_END ? check_key(checking) : check_value(checking);
    case STEP_VALUE:
        return check_value(checking);
    case STEP_KEY:
        return check_key(checking);
    case STEP_AFTER_VALUE:
        return check_after(checking);
    case STEP_DONE:
        break;
    }
    return STEP_DONE;
}

enum vota_status vota_scan_check(struct vota_slice *ret_value, const void *text, size_t len,
                                 struct vota_error *err)
{
    struct checking checking = {.rd = vota_rd_of(text, len)};
    if (!vota_jcs_is_utf8(text, len))
        return vota_fail(err, VOTA_BAD_INPUT, "text", "not-utf8");
    skip_space(&checking.rd);
    const uint8_t *start = checking.rd.at;
    const uint8_t *end = start;
    for (enum step step = STEP_VALUE; step != STEP_DONE && checking.reason == NULL;) {
        step = check_step(&checking, step);
        end = checking.rd.at;
        if (checking.reason == NULL)
            skip_space(&checking.rd);
    }
    if (checking.rd.left > 0)
        refuse(&checking, "not-json");
    if (checking.reason != NULL)
        return vota_fail(err, VOTA_BAD_INPUT, "text", checking.reason);
    *ret_value = (struct vota_slice){start, (size_t)(end - start)};
    while (ret_value->len > 0 && is_space(ret_value->at[ret_value->len - 1]))
        ret_value->len--;
    return VOTA_OK;
}

/* ---- the walk ---- */

enum vota_scan_type vota_scan_type_of(struct vota_slice value)
{
    if (value.len == 0)
        return VOTA_SCAN_NOTHING;
    switch (*value.at) {
    case '{':
        return VOTA_SCAN_OBJECT;
    case '[':
        return VOTA_SCAN_ARRAY;
    case '"':
        return VOTA_SCAN_STRING;
    case 't':
        return VOTA_SCAN_TRUE;
    case 'f':
        return VOTA_SCAN_FALSE;
    case 'n':
        return VOTA_SCAN_NULL;
    default:
        return VOTA_SCAN_NUMBER;
    }
}

struct vota_slice vota_scan_raw(struct vota_slice string)
{
    VOTA_ASSERT(string.len >= 2 && string.at[0] == '"');
    return (struct vota_slice){string.at + 1, string.len - 2};
}

/* One more byte; the text was checked, so there is one. */
static uint8_t must_take(struct vota_rd *rd)
{
    const uint8_t *byte = vota_rd_take(rd, 1);
    VOTA_ASSERT(byte != NULL);
    return *byte;
}

static void skip_string(struct vota_rd *rd)
{
    (void)must_take(rd);
    for (uint8_t byte = must_take(rd); byte != '"'; byte = must_take(rd)) {
        if (byte == '\\')
            (void)must_take(rd);
    }
}

/* A number or a word ends where punctuation or a blank comes. */
static bool ends_word(uint8_t c)
{
    return c == ',' || c == '}' || c == ']' || is_space(c);
}

static void skip_value(struct vota_rd *rd)
{
    size_t depth = 0;
    do {
        const uint8_t c = *rd->at;
        if (c == '"') {
            skip_string(rd);
        } else if (c == '{' || c == '[') {
            depth++;
            (void)must_take(rd);
        } else if (c == '}' || c == ']') {
            depth--;
            (void)must_take(rd);
        } else if (depth > 0) {
            (void)must_take(rd);
        } else {
            while (rd->left > 0 && !ends_word(*rd->at))
                (void)must_take(rd);
        }
    } while (depth > 0 && rd->left > 0);
}

static struct vota_slice take_value(struct vota_rd *rd)
{
    const uint8_t *start = rd->at;
    VOTA_ASSERT(rd->left > 0);
    skip_value(rd);
    return (struct vota_slice){start, (size_t)(rd->at - start)};
}

struct vota_scan_walk vota_scan_walk_of(struct vota_slice value)
{
    const enum vota_scan_type type = vota_scan_type_of(value);
    struct vota_scan_walk walk = {.is_object = type == VOTA_SCAN_OBJECT};
    if (type == VOTA_SCAN_OBJECT || type == VOTA_SCAN_ARRAY)
        walk.rd = vota_rd_of(value.at + 1, value.len - 2); /* between the brackets */
    return walk;
}

bool vota_scan_next(struct vota_scan_walk *walk, struct vota_slice *ret_key,
                    struct vota_slice *ret_value)
{
    struct vota_rd *rd = &walk->rd;
    skip_space(rd);
    if (rd->left == 0)
        return false;
    *ret_key = (struct vota_slice){0};
    if (take_byte(rd, ','))
        skip_space(rd);
    if (walk->is_object) {
        *ret_key = vota_scan_raw(take_value(rd));
        skip_space(rd);
        (void)take_byte(rd, ':');
        skip_space(rd);
    }
    *ret_value = take_value(rd);
    return true;
}

/* ---- what a string stands for ---- */

static uint8_t short_escape(uint8_t letter)
{
    switch (letter) {
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return letter;
    }
}

static void write_utf8(struct vota_wr *wr, uint32_t c)
{
    if (c < 0x80) {
        vota_wr_byte(wr, (uint8_t)c);
        return;
    }
    if (c < 0x800) {
        vota_wr_byte(wr, (uint8_t)(0xC0u | c >> 6));
    } else {
        if (c < 0x10000) {
            vota_wr_byte(wr, (uint8_t)(0xE0u | c >> 12));
        } else {
            vota_wr_byte(wr, (uint8_t)(0xF0u | c >> 18));
            vota_wr_byte(wr, (uint8_t)(0x80u | (c >> 12 & 0x3Fu)));
        }
        vota_wr_byte(wr, (uint8_t)(0x80u | (c >> 6 & 0x3Fu)));
    }
    vota_wr_byte(wr, (uint8_t)(0x80u | (c & 0x3Fu)));
}

void vota_scan_unescape(struct vota_wr *wr, struct vota_slice raw)
{
    struct vota_rd rd = vota_rd_of_slice(raw);
    while (rd.left > 0) {
        const uint8_t byte = must_take(&rd);
        if (byte != '\\') {
            vota_wr_byte(wr, byte);
            continue;
        }
        const uint8_t letter = must_take(&rd);
        if (letter == 'u')
            write_utf8(wr, take_code_point(&rd));
        else
            vota_wr_byte(wr, short_escape(letter));
    }
}
