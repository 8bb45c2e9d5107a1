/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a person must do something about a network: problems from facts, a
 * level for each, and the exit code that monitoring reads. Pure.
 */
#ifndef VOTA_BRIDGE_CLI_JUDGE_H
#define VOTA_BRIDGE_CLI_JUDGE_H

#include "bridge/cli/cli.h"

#define VOTA_JUDGE_UNFINAL                                                                         \
    7200u                        /* seconds that an operation may take while the chain finalises   \
                                  */
#define VOTA_JUDGE_IDLE    1800u /* seconds that work may wait for somebody to send it */
#define VOTA_JUDGE_UNHEARD 3600u /* seconds that the site may refuse an event */

struct vota_judge_facts {
    bool asked, reached;
    bool elsewhere; /* the providers serve another network */
    bool stopped;
    uint64_t halted; /* operations */
    bool lies;       /* a provider answered what is provably untrue */
    bool went_back;  /* providers contradict a block that was final */
    bool benched;    /* a provider is left alone, or does not answer */
    bool one_word;   /* one provider alone decides, on a network of others */
    bool final_lags;
    bool key_differs;
    bool closed;
    bool money_page, money_warn;
    bool sender_runs;
    uint64_t given_up;    /* events that the site did not take */
    uint64_t unheard_age; /* seconds; of the oldest that it has refused so far */
    uint64_t unmined;     /* operations that somebody has to sign or send */
    uint64_t unfinal_age; /* seconds; of the oldest operation on its way */
};

enum vota_problem {
    VOTA_PROBLEM_STOPPED,
    VOTA_PROBLEM_HALTED,
    VOTA_PROBLEM_WENT_BACK,
    VOTA_PROBLEM_LIES,
    VOTA_PROBLEM_KEY,
    VOTA_PROBLEM_MONEY_PAGE,
    VOTA_PROBLEM_UNFINAL,
    VOTA_PROBLEM_ELSEWHERE,
    VOTA_PROBLEM_UNREACHED,
    VOTA_PROBLEM_STALL,
    VOTA_PROBLEM_MONEY_WARN,
    VOTA_PROBLEM_IDLE,
    VOTA_PROBLEM_BENCHED,
    VOTA_PROBLEM_ONE_WORD,
    VOTA_PROBLEM_CLOSED,
    VOTA_PROBLEM_UNHEARD
};
#define VOTA_PROBLEMS 16

enum vota_judge_level {
    VOTA_JUDGE_WELL,
    VOTA_JUDGE_WARN,      /* worth knowing */
    VOTA_JUDGE_UNCHECKED, /* could not look */
    VOTA_JUDGE_ACT        /* a person must act */
};

/* The problems as a sum of 1u << problem. */
unsigned vota_judge_problems(const struct vota_judge_facts *facts);

enum vota_judge_level vota_judge_level_of(enum vota_problem problem);

/* The gravest level of several problems. */
enum vota_judge_level vota_judge_worst(unsigned problems);

/* 0 well or worth knowing, 1 a person must act, 3 could not look. */
enum vota_exit vota_judge_exit(enum vota_judge_level level);

/* "stopped", "halted", ...; "well", "warn", "unchecked", "act": for JSON; static. */
const char *vota_judge_problem_name(enum vota_problem problem);
const char *vota_judge_level_name(enum vota_judge_level level);

/* Text key of a problem's sentence; that of what to do is the same with ".next". */
const char *vota_judge_text(enum vota_problem problem);

#endif
