/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one parser of command lines: a table says what an action takes, and the
 * parsed arguments are asked by name. Options may stand before, between and
 * after positional arguments; `--name VALUE`, `--name=VALUE`, `-x VALUE`,
 * `-xVALUE`; `--` ends them. A VALUE that begins with -- must be attached with
 * =, for otherwise it is a forgotten one. It prints nothing: main.c turns its findings into
 * sentences.
 */
#ifndef VOTA_BRIDGE_CLI_OPTIONS_H
#define VOTA_BRIDGE_CLI_OPTIONS_H

#include "proof/voteanchor.h"

#define VOTA_OPTIONS_MAX_GIVEN 64u

struct vota_option {
    const char *name;  /* "rpc" is given as --rpc */
    char letter;       /* 'o' is also given as -o; 0: none */
    bool repeat;       /* may be given more than once */
    bool required;     /* help and parser say so */
    const char *value; /* what the value is called in help, "URL"; NULL: takes none */
    const char *help;  /* text key */
};

struct vota_given {
    const struct vota_option *option;
    const char *value; /* NULL for an option that takes none */
};

/* A part of the command line. */
struct vota_words {
    char **argv;
    size_t argc;
};

/* What was given. Borrows argv and the tables. */
struct vota_args {
    struct vota_given given[VOTA_OPTIONS_MAX_GIVEN];
    size_t n_given;
    char **positional; /* the same argv, compacted */
    size_t n_positional;
    const struct vota_option *options;
    size_t n_options;
};

/*
 * Parses the words, among which the program's or command's name is not, and
 * moves the positional arguments to their front. Without `stop_early` all of
 * them are read; with it, reading ends before the first positional
 * argument (the command's name), which is then the first of `positional`, with
 * everything behind it.
 *
 * Returns BAD_INPUT with err->where = the argument as typed (borrowed from
 * argv) and err->text one of: unknown-option, needs-value, takes-no-value,
 * given-twice, too-many-options.
 */
VOTA_MUST_USE enum vota_status vota_options_parse(struct vota_args *ret_args,
                                                  const struct vota_option *options,
                                                  size_t n_options, struct vota_words words,
                                                  bool stop_early, struct vota_error *err);

/* Questions about the arguments. A name that the table does not have is our own mistake: it traps.
 */
bool vota_args_has(const struct vota_args *args, const char *name);
size_t vota_args_count(const struct vota_args *args, const char *name);
/* The value, the last one of several; NULL when not given. */
const char *vota_args_value(const struct vota_args *args, const char *name);
/* The i-th value of a repeated option, in the order given; NULL beyond the last. */
const char *vota_args_nth(const struct vota_args *args, const char *name, size_t i);
/* The first required option that is missing, or NULL. */
const struct vota_option *vota_args_missing(const struct vota_args *args);

/* The candidate nearest to what was typed, when it is near enough to be meant; else NULL. */
const char *vota_options_nearest(const char *typed, const char *const *candidates, size_t n);

#endif
