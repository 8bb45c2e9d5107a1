/* SPDX-License-Identifier: Apache-2.0 */
/* A bundle that is read is written the same, and judged without harm; unproven it shows nothing. */
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>

#include "bridge/breach/breach_json.h"
#include "bridge/breach/breach_judge.h"

static bool recover(void *context, vota_addr *ret_signer, const vota_hash *digest,
                    const uint8_t signature[65])
{
    (void)context;
    (void)digest;
    for (size_t i = 0; i < sizeof ret_signer->bytes; i++)
        ret_signer->bytes[i] = signature[i];
    return signature[0] % 2 == 0;
}

static void judge(const struct vota_breach *breach, enum vota_breach_block block)
{
    static struct vota_breach_report report;
    struct vota_breach_believed believed[VOTA_BREACH_MAX_CONTRACTS];
    const struct vota_breach_trust trust = {.contracts = believed, .recover = recover};
    for (size_t i = 0; i < VOTA_BREACH_MAX_CONTRACTS; i++)
        believed[i] = (struct vota_breach_believed){true, block};
    if (vota_breach_judge(&report, breach, &trust) != VOTA_OK)
        return;
    VOTA_ASSERT(block == VOTA_BREACH_BLOCK_FINAL || report.outcome == VOTA_PROMISE_NOT_CHECKED);
    vota_breach_report_done(&report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vota_breach_copy copy;
    if (vota_breach_json_read(&copy, data, size, NULL) != VOTA_OK)
        return 0;
    judge(&copy.about, VOTA_BREACH_BLOCK_FINAL);
    judge(&copy.about, VOTA_BREACH_BLOCK_UNKNOWN);
    vota_breach_copy_done(&copy);
    return 0;
}
