/* SPDX-License-Identifier: Apache-2.0 */
/* What may name a person: see identity.h. Knows no record. */
#include "bridge/import/identity.h"

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

bool vota_identity_is_plain(struct vota_slice id)
{
    for (size_t i = 0; i < id.len; i++) {
        if (id.at[i] < 0x21 || id.at[i] > 0x7e)
            return false;
    }
    return true;
}

/* How many digits stand at i. */
static size_t digits_at(struct vota_slice id, size_t i)
{
    size_t n = 0;
    while (i + n < id.len && is_digit(id.at[i + n]))
        n++;
    return n;
}

static unsigned two_digits(const uint8_t *at)
{
    return (unsigned)(at[0] - '0') * 10 + (unsigned)(at[1] - '0');
}

/* Six digits that can be the day a person was born, whatever the century. */
static bool is_birth_date(const uint8_t *at)
{
    const unsigned month = two_digits(at + 2);
    const unsigned day = two_digits(at + 4);
    return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/* A run of digits starts at i: 13 of them, or 6, a hyphen and 7. */
static bool is_resident_number(struct vota_slice id, size_t i)
{
    const size_t n = digits_at(id, i);
    size_t second = 0; /* where the seven digits are */
    if (n == 13)
        second = i + 6;
    else if (n == 6 && i + 7 < id.len && id.at[i + 6] == '-' && digits_at(id, i + 7) == 7)
        second = i + 7;
    if (second == 0 || id.at[second] < '1' || id.at[second] > '8')
        return false;
    return is_birth_date(id.at + i);
}

/* A number in groups of digits from i on: how long each is, at most 4 of them. */
static size_t groups_at(struct vota_slice id, size_t i, size_t ret_groups[4])
{
    size_t n = 0;
    while (n < 4) {
        const size_t len = digits_at(id, i);
        if (len == 0)
            break;
        ret_groups[n++] = len;
        i += len;
        if (i >= id.len || id.at[i] != '-')
            break;
        i++;
    }
    return n;
}

static bool is_mobile(struct vota_slice id, size_t i, const size_t *groups, size_t n)
{
    if (groups[0] < 3 || id.at[i] != '0' || id.at[i + 1] != '1')
        return false;
    if (n >= 3 && groups[0] == 3)
        return (groups[1] == 3 || groups[1] == 4) && groups[2] == 4;
    if (n == 2 && groups[0] == 3)
        return groups[1] == 7 || groups[1] == 8;
    return n == 1 && (groups[0] == 10 || groups[0] == 11);
}

/* A run of digits starts at i. */
static bool is_phone(struct vota_slice id, size_t i)
{
    size_t groups[4] = {0};
    const size_t n = groups_at(id, i, groups);
    if (i > 0 && id.at[i - 1] == '+') {
        size_t digits = 0;
        for (size_t k = 0; k < n; k++)
            digits += groups[k];
        return digits >= 8; /* E.164 with or without hyphens */
    }
    if (is_mobile(id, i, groups, n))
        return true;
    return n >= 3 && id.at[i] == '0' && (groups[0] == 2 || groups[0] == 3) &&
           (groups[1] == 3 || groups[1] == 4) && groups[2] == 4;
}

/* Something before the @ at i, and a dot with something around it behind. */
static bool is_email(struct vota_slice id, size_t i)
{
    if (i == 0)
        return false;
    for (size_t k = i + 2; k + 1 < id.len; k++) {
        if (id.at[k] == '.')
            return true;
    }
    return false;
}

const char *vota_identity_looks_like(struct vota_slice id)
{
    for (size_t i = 0; i < id.len; i++) {
        if (id.at[i] == '@' && is_email(id, i))
            return "looks-like-email";
        const bool starts = is_digit(id.at[i]) && (i == 0 || !is_digit(id.at[i - 1]));
        if (starts && is_resident_number(id, i))
            return "looks-like-resident-number";
        if (starts && is_phone(id, i))
            return "looks-like-phone";
    }
    return NULL;
}
