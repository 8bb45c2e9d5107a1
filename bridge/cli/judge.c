/* SPDX-License-Identifier: Apache-2.0 */
/* See judge.h. */
#include "bridge/cli/judge.h"

#include "proof/bytes.h"

static const struct {
    const char *name, *text;
    enum vota_judge_level level;
} problems[VOTA_PROBLEMS] = {
    [VOTA_PROBLEM_STOPPED] = {"stopped", "situation.stopped", VOTA_JUDGE_ACT},
    [VOTA_PROBLEM_HALTED] = {"halted", "situation.halted", VOTA_JUDGE_ACT},
    [VOTA_PROBLEM_WENT_BACK] = {"final-went-back", "situation.final-went-back", VOTA_JUDGE_ACT},
    [VOTA_PROBLEM_LIES] = {"provider-lies", "situation.provider-lies", VOTA_JUDGE_ACT},
    [VOTA_PROBLEM_KEY] = {"key-differs", "situation.key-differs", VOTA_JUDGE_ACT},
    [VOTA_PROBLEM_MONEY_PAGE] = {"money-page", "situation.money-page", VOTA_JUDGE_ACT},
    [VOTA_PROBLEM_UNFINAL] = {"unfinal-long", "situation.unfinal-long", VOTA_JUDGE_ACT},
    [VOTA_PROBLEM_ELSEWHERE] = {"wrong-network", "situation.wrong-network", VOTA_JUDGE_ACT},
    [VOTA_PROBLEM_UNREACHED] = {"unreached", "situation.unreached", VOTA_JUDGE_UNCHECKED},
    [VOTA_PROBLEM_STALL] = {"finality-stalled", "situation.finality-stalled", VOTA_JUDGE_WARN},
    [VOTA_PROBLEM_MONEY_WARN] = {"money-warn", "situation.money-warn", VOTA_JUDGE_WARN},
    [VOTA_PROBLEM_IDLE] = {"idle", "situation.idle", VOTA_JUDGE_WARN},
    [VOTA_PROBLEM_BENCHED] = {"provider-benched", "situation.provider-benched", VOTA_JUDGE_WARN},
    [VOTA_PROBLEM_ONE_WORD] = {"one-provider", "situation.one-provider", VOTA_JUDGE_WARN},
    [VOTA_PROBLEM_CLOSED] = {"journal-closed", "situation.journal-closed", VOTA_JUDGE_WARN},
    [VOTA_PROBLEM_UNHEARD] = {"webhook", "situation.webhook", VOTA_JUDGE_WARN},
};

static unsigned bit(enum vota_problem problem, bool is)
{
    return is ? 1u << (unsigned)problem : 0;
}

unsigned vota_judge_problems(const struct vota_judge_facts *facts)
{
    /* While finality stands still, nothing can become final: that is said instead. */
    const bool late = !facts->final_lags && facts->unfinal_age > VOTA_JUDGE_UNFINAL;
    const bool idle =
        facts->unmined > 0 && !facts->sender_runs && facts->unfinal_age > VOTA_JUDGE_IDLE;
    const bool unheard = facts->given_up > 0 || facts->unheard_age > VOTA_JUDGE_UNHEARD;
    return bit(VOTA_PROBLEM_STOPPED, facts->stopped) | bit(VOTA_PROBLEM_HALTED, facts->halted > 0) |
           bit(VOTA_PROBLEM_WENT_BACK, facts->went_back) | bit(VOTA_PROBLEM_LIES, facts->lies) |
           bit(VOTA_PROBLEM_KEY, facts->key_differs && !facts->closed) |
           bit(VOTA_PROBLEM_MONEY_PAGE, facts->money_page) | bit(VOTA_PROBLEM_UNFINAL, late) |
           bit(VOTA_PROBLEM_ELSEWHERE, facts->elsewhere) |
           bit(VOTA_PROBLEM_UNREACHED, facts->asked && !facts->reached && !facts->elsewhere) |
           bit(VOTA_PROBLEM_STALL, facts->final_lags) |
           bit(VOTA_PROBLEM_MONEY_WARN, facts->money_warn && !facts->money_page) |
           bit(VOTA_PROBLEM_IDLE, idle) |
           bit(VOTA_PROBLEM_BENCHED, facts->benched && facts->reached) |
           bit(VOTA_PROBLEM_ONE_WORD, facts->one_word) | bit(VOTA_PROBLEM_CLOSED, facts->closed) |
           bit(VOTA_PROBLEM_UNHEARD, unheard);
}

enum vota_judge_level vota_judge_level_of(enum vota_problem problem)
{
    VOTA_ASSERT((unsigned)problem < VOTA_PROBLEMS);
    return problems[problem].level;
}

enum vota_judge_level vota_judge_worst(unsigned set)
{
    enum vota_judge_level worst = VOTA_JUDGE_WELL;
    for (unsigned i = 0; i < VOTA_PROBLEMS; i++) {
        if ((set & 1u << i) != 0 && problems[i].level > worst)
            worst = problems[i].level;
    }
    return worst;
}

enum vota_exit vota_judge_exit(enum vota_judge_level level)
{
    if (level == VOTA_JUDGE_ACT)
        return VOTA_EXIT_FAILED;
    return level == VOTA_JUDGE_UNCHECKED ? VOTA_EXIT_UNCHECKED : VOTA_EXIT_OK;
}

const char *vota_judge_problem_name(enum vota_problem problem)
{
    VOTA_ASSERT((unsigned)problem < VOTA_PROBLEMS);
    return problems[problem].name;
}

const char *vota_judge_text(enum vota_problem problem)
{
    VOTA_ASSERT((unsigned)problem < VOTA_PROBLEMS);
    return problems[problem].text;
}

const char *vota_judge_level_name(enum vota_judge_level level)
{
    static const char *const levels[] = {[VOTA_JUDGE_WELL] = "well",
                                         [VOTA_JUDGE_WARN] = "warn",
                                         [VOTA_JUDGE_UNCHECKED] = "unchecked",
                                         [VOTA_JUDGE_ACT] = "act"};
    return levels[level];
}
