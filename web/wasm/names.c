/* SPDX-License-Identifier: Apache-2.0 */
/* Enumerations as words: see names.h. */
#include "web/wasm/names.h"

#include "proof/promise.h"

const char *const vota_names_standings[VOTA_NAMES_STANDINGS] = {
    [VOTA_STANDING_UNKNOWN] = "unknown",       [VOTA_STANDING_COUNTS] = "counts",
    [VOTA_STANDING_SUPERSEDED] = "superseded", [VOTA_STANDING_UNTIMELY] = "untimely",
    [VOTA_STANDING_CONFLICT] = "conflict",     [VOTA_STANDING_DISAVOWED] = "disavowed",
    [VOTA_STANDING_INVALID] = "invalid",       [VOTA_STANDING_UNOPENED] = "unopened",
    [VOTA_STANDING_ERASED] = "erased"};

const char *const vota_names_outcomes[VOTA_NAMES_OUTCOMES] = {
    [VOTA_PROMISE_NOT_CHECKED] = "not_checked",
    [VOTA_PROMISE_KEPT] = "kept",
    [VOTA_PROMISE_KEPT_LATE] = "kept_late",
    [VOTA_PROMISE_BROKEN] = "broken",
    [VOTA_PROMISE_NOT_VALID] = "not_valid"};

const char *const vota_names_doubts[VOTA_NAMES_DOUBTS] = {
    [VOTA_DOUBT_NONE] = "none",        [VOTA_DOUBT_JOURNAL] = "journal",
    [VOTA_DOUBT_KIND] = "kind",        [VOTA_DOUBT_SIGNER] = "signer",
    [VOTA_DOUBT_NOT_DUE] = "not_due",  [VOTA_DOUBT_SUCCESSOR] = "successor",
    [VOTA_DOUBT_WITHHELD] = "withheld"};

const char *const vota_names_lists[VOTA_NAMES_LISTS] = {
    [VOTA_LIST_WITHHELD] = "withheld", [VOTA_LIST_WITHOUT] = "without", [VOTA_LIST_WITH] = "with"};

const char *const vota_names_hows[VOTA_NAMES_HOWS] = {[VOTA_TRUST_NAMED] = "named",
                                                      [VOTA_TRUST_LINKED] = "linked",
                                                      [VOTA_TRUST_NO_RECORD] = "no_record"};

const char *const vota_names_compared[VOTA_NAMES_COMPARED] = {[VOTA_COMPARED_NOTHING] = "nothing",
                                                              [VOTA_COMPARED_HASHES] = "hashes",
                                                              [VOTA_COMPARED_ADDRESSES] =
                                                                  "addresses",
                                                              [VOTA_COMPARED_NUMBERS] = "numbers",
                                                              [VOTA_COMPARED_TIMES] = "times"};
