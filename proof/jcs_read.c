/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading canonical JSON front to back: see jcs.h. Most of it tells apart why a
 * text is refused, because whoever wrote the text has to mend it.
 */
#include "proof/jcs.h"

#define NOTHING (-1) /* peek: the text ended, or was refused */

void vota_jcs_init(struct vota_jcs *jcs, const void *text, size_t len, const char *where,
                   struct vota_error *err)
{
    *jcs = (struct vota_jcs){.rd = vota_rd_of(text, len), .where = where, .err = err};
    if (!vota_jcs_is_utf8(text, len))
        vota_jcs_refuse(jcs, where, "not-utf8");
}

void vota_jcs_refuse(struct vota_jcs *jcs, const char *where, const char *reason)
{
    if (jcs->status == VOTA_OK)
        jcs->status = vota_fail(jcs->err, VOTA_BAD_INPUT, where, reason);
}

bool vota_jcs_ok(const struct vota_jcs *jcs)
{
    return jcs->status == VOTA_OK;
}

static void refuse_here(struct vota_jcs *jcs, const char *reason)
{
    vota_jcs_refuse(jcs, jcs->where, reason);
}

static int peek(const struct vota_jcs *jcs)
{
    return jcs->status == VOTA_OK && jcs->rd.left > 0 ? *jcs->rd.at : NOTHING;
}

static void skip(struct vota_jcs *jcs)
{
    (void)vota_rd_take(&jcs->rd, 1);
}

static bool is_space(int c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_digit(int c)
{
    return c >= '0' && c <= '9';
}

static bool starts_value(int c)
{
    return c == '{' || c == '[' || c == '"' || c == '-' || c == 't' || c == 'f' || c == 'n' ||
           is_digit(c);
}

/* Takes a byte of punctuation that must come. */
static void expect(struct vota_jcs *jcs, uint8_t byte)
{
    const int c = peek(jcs);
    if (c == byte)
        skip(jcs);
    else
        refuse_here(jcs, is_space(c) ? "not-canonical" : "not-json");
}

/* Takes the first byte of a value that must be of the type that starts so. */
static bool expect_value(struct vota_jcs *jcs, uint8_t byte)
{
    const int c = peek(jcs);
    if (c == byte)
        skip(jcs);
    else if (starts_value(c))
        refuse_here(jcs, "bad-type");
    else
        refuse_here(jcs, is_space(c) ? "not-canonical" : "not-json");
    return vota_jcs_ok(jcs);
}

/* The value of four hexadecimal digits of either case; false if they are not. */
static bool read_hex4(struct vota_jcs *jcs, uint32_t *ret_value, bool *ret_upper)
{
    const uint8_t *digits = vota_rd_take(&jcs->rd, 4);
    uint32_t value = 0;
    bool upper = false;
    for (size_t i = 0; digits != NULL && i < 4; i++) {
        const uint8_t d = digits[i];
        const bool is_upper = d >= 'A' && d <= 'F';
        if (!is_digit(d) && !is_upper && !(d >= 'a' && d <= 'f'))
            return false;
        upper = upper || is_upper;
        value = value * 16 + (uint32_t)(is_digit(d) ? d - '0' : (d | 0x20) - 'a' + 10);
    }
    *ret_value = value;
    *ret_upper = upper;
    return digits != NULL;
}

/* Whether a low surrogate's escape follows. */
static bool low_surrogate_follows(const struct vota_jcs *jcs)
{
    struct vota_jcs ahead = *jcs;
    ahead.err = NULL;
    uint32_t value = 0;
    bool upper = false;
    const uint8_t *start = vota_rd_take(&ahead.rd, 2);
    return start != NULL && start[0] == '\\' && start[1] == 'u' &&
           read_hex4(&ahead, &value, &upper) && value >= 0xDC00 && value <= 0xDFFF;
}

/* An escape \uXXXX after its 'u'. */
static void read_unicode_escape(struct vota_jcs *jcs)
{
    uint32_t value = 0;
    bool upper = false;
    if (!read_hex4(jcs, &value, &upper))
        refuse_here(jcs, "not-json");
    else if (value == 0)
        refuse_here(jcs, "nul");
    else if (value >= 0xD800 && value <= 0xDFFF)
        refuse_here(jcs, value < 0xDC00 && low_surrogate_follows(jcs) ? "not-canonical"
                                                                      : "lone-surrogate");
    else if (upper || value >= 0x20 || (value >= 8 && value <= 13 && value != 11))
        refuse_here(jcs, "not-canonical"); /* has a shorter or a lower-case form */
}

/* An escape after its '\\'. */
static void read_escape(struct vota_jcs *jcs)
{
    const int c = peek(jcs);
    if (c != NOTHING)
        skip(jcs);
    switch (c) {
    case '"':
    case '\\':
    case 'b':
    case 't':
    case 'n':
    case 'f':
    case 'r':
        return;
    case 'u':
        read_unicode_escape(jcs);
        return;
    case '/':
        refuse_here(jcs, "not-canonical");
        return;
    default:
        refuse_here(jcs, "not-json");
        return;
    }
}

/* The rest of a string whose first quote was taken. */
static struct vota_slice read_string_rest(struct vota_jcs *jcs)
{
    const uint8_t *start = jcs->rd.at;
    for (int c = peek(jcs); c != '"'; c = peek(jcs)) {
        if (c < 0x20) { /* a bare control character, or the end */
            refuse_here(jcs, "not-json");
            return (struct vota_slice){0};
        }
        skip(jcs);
        if (c == '\\')
            read_escape(jcs);
    }
    const struct vota_slice raw = {start, (size_t)(jcs->rd.at - start)};
    skip(jcs);
    return raw;
}

struct vota_slice vota_jcs_string(struct vota_jcs *jcs)
{
    if (!expect_value(jcs, '"'))
        return (struct vota_slice){0};
    return read_string_rest(jcs);
}

uint64_t vota_jcs_number(struct vota_jcs *jcs)
{
    int c = peek(jcs);
    if (c == '-')
        refuse_here(jcs, "bad-number");
    else if (!is_digit(c))
        refuse_here(jcs,
                    starts_value(c) ? "bad-type" : (is_space(c) ? "not-canonical" : "not-json"));
    uint64_t value = 0;
    const bool zero_first = c == '0';
    size_t digits = 0;
    for (; is_digit(c = peek(jcs)); digits++) {
        value = value * 10 + (uint64_t)(c - '0');
        if (value > VOTA_JCS_MAX_NUMBER)
            refuse_here(jcs, "bad-number");
        skip(jcs);
    }
    if (zero_first && digits > 1)
        refuse_here(jcs, "not-json");
    if (c == '.' || c == 'e' || c == 'E')
        refuse_here(jcs, "not-canonical");
    return vota_jcs_ok(jcs) ? value : 0;
}

static bool is_key(struct vota_slice raw, const char *key)
{
    size_t len = 0;
    while (key[len] != 0)
        len++;
    return raw.len == len && vota_bytes_equal(raw.at, key, len);
}

/* The member with this key; n if none. */
static size_t member_of(struct vota_slice raw, const struct vota_jcs_member *members, size_t n)
{
    size_t i = 0;
    while (i < n && !is_key(raw, members[i].key))
        i++;
    return i;
}

/* Whether a key comes later in the object being read, whatever else does. */
static bool key_comes_later(const struct vota_jcs *jcs, const char *key)
{
    struct vota_jcs ahead = *jcs;
    ahead.err = NULL;
    size_t depth = 0;
    for (int c = peek(&ahead); c != NOTHING; c = peek(&ahead)) {
        skip(&ahead);
        if (c == '"') {
            const struct vota_slice raw = read_string_rest(&ahead);
            if (depth == 0 && peek(&ahead) == ':' && is_key(raw, key))
                return true;
        }
        if ((c == '}' || c == ']') && depth-- == 0)
            return false;
        if (c == '{' || c == '[')
            depth++;
    }
    return false;
}

/* A key was read that is not the one that must come. */
static void refuse_key(struct vota_jcs *jcs, struct vota_slice raw,
                       const struct vota_jcs_member *members, size_t n, size_t i)
{
    const size_t found = member_of(raw, members, n);
    if (found == n)
        refuse_here(jcs, "unknown-key");
    else if (found < i || key_comes_later(jcs, members[i].key))
        vota_jcs_refuse(jcs, members[found].where, "not-canonical");
    else
        vota_jcs_refuse(jcs, members[i].where, "missing-key");
}

void vota_jcs_object(struct vota_jcs *jcs)
{
    (void)expect_value(jcs, '{');
}

void vota_jcs_key(struct vota_jcs *jcs, const struct vota_jcs_member *members, size_t n, size_t i)
{
    if (peek(jcs) == '}')
        vota_jcs_refuse(jcs, members[i].where, "missing-key");
    if (i > 0)
        expect(jcs, ',');
    expect(jcs, '"');
    if (!vota_jcs_ok(jcs))
        return;
    const struct vota_slice raw = read_string_rest(jcs);
    if (vota_jcs_ok(jcs) && !is_key(raw, members[i].key))
        refuse_key(jcs, raw, members, n, i);
    jcs->where = members[i].where;
    expect(jcs, ':');
}

void vota_jcs_object_end(struct vota_jcs *jcs, const struct vota_jcs_member *members, size_t n)
{
    if (peek(jcs) != ',') {
        expect(jcs, '}');
        return;
    }
    skip(jcs);
    expect(jcs, '"');
    if (!vota_jcs_ok(jcs))
        return;
    const struct vota_slice raw = read_string_rest(jcs);
    refuse_here(jcs, member_of(raw, members, n) < n ? "not-canonical" : "unknown-key");
}

void vota_jcs_array(struct vota_jcs *jcs)
{
    (void)expect_value(jcs, '[');
}

bool vota_jcs_item(struct vota_jcs *jcs, bool first)
{
    if (peek(jcs) == ']') {
        skip(jcs);
        return false;
    }
    if (!first)
        expect(jcs, ',');
    return vota_jcs_ok(jcs);
}

enum vota_status vota_jcs_end(struct vota_jcs *jcs)
{
    if (vota_jcs_ok(jcs) && jcs->rd.left > 0) {
        bool only_space = true;
        for (size_t i = 0; i < jcs->rd.left; i++)
            only_space = only_space && is_space(jcs->rd.at[i]);
        refuse_here(jcs, only_space ? "not-canonical" : "not-json");
    }
    return jcs->status;
}
