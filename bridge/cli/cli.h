/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every command of the program shares: where it reads and writes, the
 * reader's language, and how a command describes itself. main.c fills a
 * struct vota_cli, finds the action that was asked for, checks its options
 * against the action's own table, and calls run(). It knows no command's
 * business.
 *
 * To add a command: CONTRIBUTING.md, "Adding a command".
 */
#ifndef VOTA_BRIDGE_CLI_CLI_H
#define VOTA_BRIDGE_CLI_CLI_H

#include <stdarg.h>
#include <stdio.h>

#include "bridge/cli/options.h"
#include "bridge/config.h"
#include "bridge/text.h"
#include "proof/voteanchor.h"

/* PROTOCOL 8. What a script may rely on. */
enum vota_exit {
    VOTA_EXIT_OK = 0,     /* done; or: valid */
    VOTA_EXIT_FAILED = 1, /* not done; or: not valid */
    VOTA_EXIT_USAGE = 2,
    VOTA_EXIT_UNCHECKED = 3 /* could not check */
};

struct vota_cli {
    struct vota_directory dir; /* -C, else VOTEANCHOR_DIR, else "." */
    enum vota_lang lang;
    bool json;    /* --json: one JSON document on out, errors as JSON on err */
    bool utf8;    /* the terminal can show more than ASCII */
    bool out_tty; /* out is a terminal */
    bool color;   /* ... that wants colours */
    bool err_tty; /* err is a terminal: progress may be drawn */
    FILE *in, *out, *err;
    const struct vota_command *command; /* what runs; NULL while it is looked for */
    const struct vota_action *action;
};

/* One example of a help page: a sentence and the line to type (after "voteanchor "). */
struct vota_example {
    const char *about; /* text key */
    const char *line;
};

/*
 * One thing a command can do, as the table of its file describes it. Help,
 * parsing and errors are all made from this.
 */
struct vota_action {
    const char *name;     /* "new" of `key new`; NULL when the command has one action only */
    const char *synopsis; /* what follows the name, the same in every language */
    const char *summary;  /* text keys: one line */
    const char *about;    /* paragraphs, separated by an empty line */
    const struct vota_option *options;
    size_t n_options;
    const struct vota_example *examples;
    size_t n_examples;
    size_t min_args, max_args; /* positional arguments */
    const char *exits;         /* text key of the exit codes, NULL: the usual three */
    bool loads_keys;           /* main forbids core files and tracing before run() */
    int (*run)(struct vota_cli *cli, const struct vota_args *args); /* an enum vota_exit */
};

struct vota_command {
    const char *name;
    const char *summary; /* text key, for the list of commands */
    const struct vota_action *actions;
    size_t n_actions;
};

/* A table's length where it is declared: VOTA_TABLE(options) gives "options, n". */
#define VOTA_COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define VOTA_TABLE(table) table, VOTA_COUNT(table)

/* The sentence of a key in the reader's language. */
const char *vota_text(const struct vota_cli *cli, const char *key);

/*
 * Writes the sentence with its {placeholders} replaced: pairs of name and
 * value follow, then NULL. Control characters in values are made harmless,
 * for they may come from strangers. No newline is added.
 */
void vota_text_print(const struct vota_cli *cli, FILE *stream, const char *key, ...)
    __attribute__((sentinel));

/* The same with a newline, on cli->out. */
void vota_cli_say(const struct vota_cli *cli, const char *key, ...) __attribute__((sentinel));

/* "voteanchor: warning: <sentence>" on cli->err. */
void vota_cli_warn(const struct vota_cli *cli, const char *key, ...) __attribute__((sentinel));

/*
 * The one way to fail: "voteanchor: error: <sentence of key>" on cli->err, and
 * below it the sentence of "<key>.next" (what to do now) where the catalogue
 * has one; both get the same values. With --json the same as an object
 * {"error": {"code": key without "error.", "message", "next"}}.
 * Returns `code`, for `return vota_cli_fail(...)`.
 */
int vota_cli_fail(const struct vota_cli *cli, enum vota_exit code, const char *key, ...)
    __attribute__((sentinel));

/*
 * The same for a failure that a lower layer reported. Next to the values given
 * there are {where}: err's part; {part}: the same as " (part)", or nothing where
 * it only says "file" and the like; {reason}: the sentence of
 * "reason.<err->text>" (the bare code where the catalogue has none). Returns
 * VOTA_EXIT_FAILED.
 */
int vota_cli_fail_error(const struct vota_cli *cli, const struct vota_error *err, const char *key,
                        ...) __attribute__((sentinel));

/* DIR's configuration; reports why not. An exit code, VOTA_EXIT_OK to go on. */
int vota_cli_load_config(const struct vota_cli *cli, struct vota_config *ret_config);

/* The same without files that hold secrets. */
int vota_cli_load_public_config(const struct vota_cli *cli, struct vota_config *ret_config);

/*
 * A configuration that cannot be used: says place, key, value and what is
 * allowed. Returns VOTA_EXIT_FAILED.
 */
int vota_cli_fail_config(const struct vota_cli *cli, const struct vota_config_error *error);

/* The sentence of "reason.<code>", else the code itself: why a lower layer refused something. */
const char *vota_cli_reason(const struct vota_cli *cli, const char *code);

/*
 * Wrong use of the command line: vota_cli_fail with VOTA_EXIT_USAGE and the
 * values {given}, {meant} (may be NULL) and {command}, as in "voteanchor key
 * new".
 */
int vota_cli_usage(const struct vota_cli *cli, const char *key, const char *given,
                   const char *meant);

#endif
