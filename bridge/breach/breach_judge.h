/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judges a breach bundle: pure, but for memory. Nothing in the bundle is believed
 * that does not follow from a contract which the reader named and a block which
 * is final; whatever is missing or differs leads to "could not check", never to
 * "broken".
 */
#ifndef VOTA_BRIDGE_BREACH_BREACH_JUDGE_H
#define VOTA_BRIDGE_BREACH_BREACH_JUDGE_H

#include "bridge/breach/breach.h"

/*
 * The findings in the order of VOTA_BREACH_CODES, and the outcome: by the first
 * of them that fails, else as vota_promise_judge answers over all contracts of
 * the bundle. A batch that a receipt shows refutes what lists seemed to say.
 * NO_MEMORY; *ret_report is then empty. Release it with vota_breach_report_done.
 */
VOTA_MUST_USE enum vota_status vota_breach_judge(struct vota_breach_report *ret_report,
                                                 const struct vota_breach *breach,
                                                 const struct vota_breach_trust *trust);

#endif
