/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line an event, for whoever runs the service. As text, or as JSON:
 *
 *     2026-11-22T09:00:00.123Z info batch-sealed batch=12 why="a b"
 *     {"time":"2026-11-22T09:00:00.123Z","level":"info","event":"batch-sealed","batch":"12",…}
 *
 *     line  = [ "<" priority ">" ] text LF      priority: of syslog, only to the journal
 *     event   a name of ours in kebab-case, listed in docs/OPERATIONS.md; stable
 *     key     a name of ours in snake_case; in JSON no two of a line are the same
 *     value   in text, a JSON string unless it is visible ASCII without " \ and =
 *
 * In JSON every value is a string, so that no line gives a key another type
 * than the next. Controls, invisible marks that turn text round, and bytes
 * that are not UTF-8 are escaped or replaced: a stranger's text can forge
 * neither a line nor how one looks. A line has at most 4,096 bytes and is one
 * write(2), which pipes and files opened to append keep whole whoever else
 * writes; values that do not fit are cut and end in "…".
 *
 * Never given a secret, nor anything of a person: no record's id, tag, choice.
 */
#ifndef VOTA_BRIDGE_LOG_H
#define VOTA_BRIDGE_LOG_H

#include <stdatomic.h>

#include "proof/bytes.h"

#define VOTA_LOG_LINE_MAX 4096u

enum vota_log_level { VOTA_LOG_DEBUG, VOTA_LOG_INFO, VOTA_LOG_WARN, VOTA_LOG_ERROR };
enum vota_log_form { VOTA_LOG_TEXT, VOTA_LOG_JSON };

/* Set by vota_log_init; shared by all threads as long as any of them logs. */
struct vota_log {
    int fd;           /* -1: silent */
    bool to_journal;  /* lines begin with their priority */
    atomic_int level; /* enum vota_log_level */
    atomic_int form;  /* enum vota_log_form */
};

void vota_log_init(struct vota_log *ret_log, int fd, bool to_journal);

/* From now on, in every thread: at start INFO as TEXT. For a reload. */
void vota_log_set(struct vota_log *log, enum vota_log_level level, enum vota_log_form form);

/* The same by their words, as a configuration has them; false, and nothing is set, for others. */
bool vota_log_set_words(struct vota_log *log, const char *level, const char *form);

/* Whether fd is the journal's: `stream` is the environment's JOURNAL_STREAM, or NULL. */
bool vota_log_is_journal(int fd, const char *stream);

/* "debug", "info", "warn", "error"; "text", "json". False for any other word. */
bool vota_log_level_of(enum vota_log_level *ret_level, const char *word);
bool vota_log_form_of(enum vota_log_form *ret_form, const char *word);

/* Whether a line of this level would be written: for who has work to do for it. */
bool vota_log_wants(const struct vota_log *log, enum vota_log_level level);

/* Pairs of key and value, then NULL. A value of NULL leaves its pair out. */
void vota_log(const struct vota_log *log, enum vota_log_level level, const char *event, ...)
    __attribute__((sentinel));

/* A number as a value: writes it into the room given, and returns that. */
#define VOTA_LOG_NUMBER_CAP 21u
const char *vota_log_number(char ret_text[VOTA_LOG_NUMBER_CAP], uint64_t number);

/* What a line consists of. */
struct vota_log_line {
    uint64_t unix_ms;
    enum vota_log_level level;
    enum vota_log_form form;
    bool to_journal;
    const char *event;
    const char *const *pairs; /* as of vota_log; NULL ends them */
};

/* Appends the line, never more than VOTA_LOG_LINE_MAX bytes: for tests. Pure. */
void vota_log_write(struct vota_wr *wr, const struct vota_log_line *line);

#endif
