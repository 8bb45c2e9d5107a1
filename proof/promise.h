/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether the city kept the promise of an acceptance (PROTOCOL 5), from a
 * complete journal that reaches a proven head and from what the leaf lists of
 * its batches were found to be. Must not know how the head was proven, nor
 * recover signers.
 */
#ifndef VOTA_PROOF_PROMISE_H
#define VOTA_PROOF_PROMISE_H

#include "proof/acceptance.h"
#include "proof/journal.h"

/* What is known of a batch's leaf list. */
enum vota_promise_list {
    VOTA_LIST_WITHHELD = 0, /* absent, or does not rebuild the root */
    VOTA_LIST_WITHOUT,      /* complete, and the leaf is not in it */
    VOTA_LIST_WITH          /* complete, or a path to the root, and the leaf is in it */
};

/* Entries with what is known of their lists: lists[i] is an enum vota_promise_list. */
struct vota_promise_entries {
    const struct vota_entry *entries;
    const uint8_t *lists; /* looked at for batches only */
    size_t length;
};

/* All that the judgement rests on. */
struct vota_promise {
    const struct vota_genesis *genesis;
    struct vota_promise_entries journal; /* in order from the first entry */
    /*
     * Those of a confirmed successor, whose batches keep old promises, and of its
     * successors after them without the entries that only name the next.
     * successor_examined: the caller looked, also when there is none; only asked
     * where the journal names one.
     */
    struct vota_promise_entries successor;
    bool successor_examined;
    uint64_t final_time;  /* of a final header ... */
    vota_hash final_head; /* ... and the journal's head proven in it */
    vota_addr signer;     /* recovered from the acceptance's signature over the leaf */
    uint64_t accepted_at, anchor_by;
};

/* The answer. `withheld` is the caller's, room for withheld_cap numbers; may be NULL with 0. */
struct vota_promise_report {
    enum vota_promise_outcome outcome;
    enum vota_promise_doubt doubt; /* when NOT_CHECKED */
    const char *reason;            /* static, when NOT_CHECKED or NOT_VALID; else "" */
    uint64_t entry, time;          /* KEPT and KEPT_LATE: where and when */
    uint64_t *withheld;            /* numbers of the batches whose lists were missed, as fit */
    size_t withheld_cap, withheld_count;
};

/*
 * Judges, in this order. The journal reaches the head (else "journal does not
 * reach the proven head"; entries after it are left out) and is understood
 * ("unknown kind of entry"). The signer may have promised ("signer never named",
 * "key outside its time or untrusted"). A batch in time has the leaf: KEPT. Then
 * "the final block is not later than anchor_by", "successor not examined", "leaf
 * list withheld"; then KEPT_LATE, or BROKEN. Disavowed batches keep nothing.
 * The caller sets withheld and withheld_cap; the rest of *ret_report is set here.
 */
void vota_promise_judge(struct vota_promise_report *ret_report, const struct vota_promise *promise);

/*
 * Reads a leaf list: rebuilds the batch's root from n ascending leaves and looks
 * for the leaf. tree is scratch of the caller's for 2n - 1 hashes.
 */
enum vota_promise_list vota_promise_list_check(vota_hash *tree, const struct vota_entry *batch,
                                               const vota_hash *leaf, const vota_hash *leaves,
                                               size_t n);

const char *vota_promise_outcome_name(enum vota_promise_outcome outcome);

#endif
