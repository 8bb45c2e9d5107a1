/* SPDX-License-Identifier: Apache-2.0 */
/* Enumerations of proof/ as words of types.ts, for reading and for writing. Index: the enum. */
#ifndef VOTA_WEB_NAMES_H
#define VOTA_WEB_NAMES_H

#define VOTA_NAMES_STANDINGS 9u
#define VOTA_NAMES_OUTCOMES  5u
#define VOTA_NAMES_DOUBTS    7u
#define VOTA_NAMES_LISTS     3u
#define VOTA_NAMES_HOWS      3u
#define VOTA_NAMES_COMPARED  5u

extern const char *const vota_names_standings[VOTA_NAMES_STANDINGS]; /* enum vota_standing */
extern const char *const vota_names_outcomes[VOTA_NAMES_OUTCOMES];   /* vota_promise_outcome */
extern const char *const vota_names_doubts[VOTA_NAMES_DOUBTS];       /* vota_promise_doubt */
extern const char *const vota_names_lists[VOTA_NAMES_LISTS];         /* vota_promise_list */
extern const char *const vota_names_hows[VOTA_NAMES_HOWS];           /* vota_trust_how */
extern const char *const vota_names_compared[VOTA_NAMES_COMPARED];   /* vota_compared */

#endif
