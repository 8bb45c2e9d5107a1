/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one parser of command lines. It knows option tables, no command and no
 * language: what is wrong comes back as a reason code and the argument as typed.
 */
#include "bridge/cli/options.h"

#include <string.h>

#include "proof/bytes.h"

/* Where parsing stands: argv[at] is looked at next, positionals are kept at the front. */
struct scan {
    struct vota_args *args;
    struct vota_words words;
    size_t at;
    struct vota_error *err;
};

static enum vota_status refuse(const struct scan *scan, const char *argument, const char *reason)
{
    return vota_fail(scan->err, VOTA_BAD_INPUT, argument, reason);
}

static const struct vota_option *find_long(const struct vota_args *args, const char *name,
                                           size_t len)
{
    for (size_t i = 0; i < args->n_options; i++) {
        const char *have = args->options[i].name;
        if (strlen(have) == len && strncmp(have, name, len) == 0)
            return &args->options[i];
    }
    return NULL;
}

static const struct vota_option *find_letter(const struct vota_args *args, char letter)
{
    for (size_t i = 0; i < args->n_options; i++) {
        if (args->options[i].letter == letter)
            return &args->options[i];
    }
    return NULL;
}

/* Takes an option whose value is attached (not NULL), or the next argument, or none. */
static enum vota_status take(struct scan *scan, const struct vota_option *option,
                             const char *attached)
{
    const char *typed = scan->words.argv[scan->at];
    struct vota_args *args = scan->args;
    if (option == NULL)
        return refuse(scan, typed, "unknown-option");
    if (option->value == NULL && attached != NULL)
        return refuse(scan, typed, "takes-no-value");
    if (!option->repeat && vota_args_has(args, option->name))
        return refuse(scan, typed, "given-twice");
    if (args->n_given == VOTA_OPTIONS_MAX_GIVEN)
        return refuse(scan, typed, "too-many-options");
    if (option->value != NULL && attached == NULL) {
        if (scan->at + 1 == scan->words.argc ||
            strncmp(scan->words.argv[scan->at + 1], "--", 2) == 0)
            return refuse(scan, typed, "needs-value");
        scan->at++;
        attached = scan->words.argv[scan->at];
    }
    args->given[args->n_given].option = option;
    args->given[args->n_given].value = attached;
    args->n_given++;
    scan->at++;
    return VOTA_OK;
}

static enum vota_status take_long(struct scan *scan, const char *name)
{
    const size_t len = strcspn(name, "=");
    return take(scan, find_long(scan->args, name, len), name[len] == '=' ? name + len + 1 : NULL);
}

static enum vota_status take_letter(struct scan *scan, const char *letters)
{
    return take(scan, find_letter(scan->args, letters[0]), letters[1] == '\0' ? NULL : letters + 1);
}

static void keep_rest(struct scan *scan)
{
    while (scan->at < scan->words.argc)
        scan->args->positional[scan->args->n_positional++] = scan->words.argv[scan->at++];
}

static enum vota_status parse(struct scan *scan, bool stop_early)
{
    enum vota_status status = VOTA_OK;
    while (status == VOTA_OK && scan->at < scan->words.argc) {
        const char *argument = scan->words.argv[scan->at];
        if (strcmp(argument, "--") == 0) {
            scan->at++;
            keep_rest(scan);
        } else if (strncmp(argument, "--", 2) == 0) {
            status = take_long(scan, argument + 2);
        } else if (argument[0] == '-' && argument[1] != '\0') { /* "-" alone is a file */
            status = take_letter(scan, argument + 1);
        } else if (stop_early) {
            keep_rest(scan);
        } else {
            scan->args->positional[scan->args->n_positional++] = scan->words.argv[scan->at++];
        }
    }
    return status;
}

enum vota_status vota_options_parse(struct vota_args *ret_args, const struct vota_option *options,
                                    size_t n_options, struct vota_words words, bool stop_early,
                                    struct vota_error *err)
{
    struct vota_args args = {.positional = words.argv, .options = options, .n_options = n_options};
    struct scan scan = {&args, words, 0, err};
    const enum vota_status status = parse(&scan, stop_early);
    if (status != VOTA_OK)
        return status;
    *ret_args = args;
    return VOTA_OK;
}

const char *vota_args_nth(const struct vota_args *args, const char *name, size_t i)
{
    for (size_t g = 0; g < args->n_given; g++) {
        if (strcmp(args->given[g].option->name, name) != 0)
            continue;
        if (i == 0)
            return args->given[g].value;
        i--;
    }
    return NULL;
}

size_t vota_args_count(const struct vota_args *args, const char *name)
{
    VOTA_ASSERT(find_long(args, name, strlen(name)) != NULL);
    size_t n = 0;
    for (size_t g = 0; g < args->n_given; g++) {
        if (strcmp(args->given[g].option->name, name) == 0)
            n++;
    }
    return n;
}

bool vota_args_has(const struct vota_args *args, const char *name)
{
    return vota_args_count(args, name) > 0;
}

const char *vota_args_value(const struct vota_args *args, const char *name)
{
    const size_t n = vota_args_count(args, name);
    return n == 0 ? NULL : vota_args_nth(args, name, n - 1);
}

const struct vota_option *vota_args_missing(const struct vota_args *args)
{
    for (size_t i = 0; i < args->n_options; i++) {
        if (args->options[i].required && !vota_args_has(args, args->options[i].name))
            return &args->options[i];
    }
    return NULL;
}

#define WORD_MAX 32u

static size_t least(size_t a, size_t b, size_t c)
{
    const size_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* Levenshtein distance, by rows; words longer than WORD_MAX are never near. */
static size_t distance(const char *a, const char *b)
{
    size_t row[WORD_MAX + 1];
    const size_t a_len = strlen(a);
    const size_t b_len = strlen(b);
    if (a_len > WORD_MAX || b_len > WORD_MAX)
        return WORD_MAX;
    for (size_t j = 0; j <= b_len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            const size_t above = row[j];
            row[j] = least(above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
            diagonal = above;
        }
    }
    return row[b_len];
}

const char *vota_options_nearest(const char *typed, const char *const *candidates, size_t n)
{
    const char *nearest = NULL;
    size_t best = strlen(typed) / 3 + 1; /* a third of the letters may be wrong, and one */
    for (size_t i = 0; i < n; i++) {
        const size_t here = distance(typed, candidates[i]);
        if (here < best || (here == best && nearest == NULL)) {
            best = here;
            nearest = candidates[i];
        }
    }
    return nearest;
}
