/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The journal as it was read from the chain, the owner's entries included, and
 * the evidence kept of it. Final entries and evidence never change; entries not
 * yet final may be forgotten when the chain reorganises. Must not judge either.
 */
#ifndef VOTA_BRIDGE_STORE_STORE_JOURNAL_H
#define VOTA_BRIDGE_STORE_STORE_JOURNAL_H

#include "bridge/store/store.h"
#include "proof/entry.h"

struct vota_store_entry {
    struct vota_entry entry;
    vota_hash head; /* after it */
    vota_hash tx_hash;
    vota_hash block_hash;
    /* what the event carried: definition | counts, 8 bytes big-endian each | reason | nothing */
    struct vota_slice data;
    bool final;
};

/* A block's header with account and storage proof of `head`: PROTOCOL 7. */
struct vota_store_evidence {
    uint64_t block;
    vota_hash block_hash;
    vota_hash head;
    uint64_t length; /* entries that head commits to */
    struct vota_slice header;
    struct vota_slice account; /* nodes, each after its length in 4 bytes, big-endian */
    struct vota_slice storage; /* the same */
};

/* A copy that owns its bytes: free it with vota_store_evidence_done. */
struct vota_store_evidence_copy {
    struct vota_store_evidence about;
    uint8_t *bytes;
};

void vota_store_evidence_done(struct vota_store_evidence_copy *copy);

/*
 * Adds an entry, or the same entry again (then only `final` may rise).
 * CONFLICT "entry-final" when a final entry would change, "entry-exists" when
 * one that is not final is there with other content: forget it first.
 */
VOTA_MUST_USE enum vota_status vota_store_journal_add(struct vota_store *store, int64_t network,
                                                      const struct vota_store_entry *entry,
                                                      struct vota_error *err);

/* Forgets entries with number >= first. CONFLICT "entry-final" if one of them is final. */
VOTA_MUST_USE enum vota_status vota_store_journal_forget(struct vota_store *store, int64_t network,
                                                         uint64_t first, struct vota_error *err);

/* Entries up to this number are final. */
VOTA_MUST_USE enum vota_status vota_store_journal_set_final(struct vota_store *store,
                                                            int64_t network, uint64_t last,
                                                            struct vota_error *err);

/* The newest entry's number and head, and the newest final number; zeros without any. */
VOTA_MUST_USE enum vota_status vota_store_journal_length(uint64_t *ret_length, uint64_t *ret_final,
                                                         vota_hash *ret_head,
                                                         struct vota_store *store, int64_t network,
                                                         struct vota_error *err);

/* Numbers first to last, both included. */
struct vota_store_range {
    uint64_t first, last;
};

/* The entries in the range, ascending. */
VOTA_MUST_USE enum vota_status vota_store_journal_each(
    struct vota_store *store, int64_t network, struct vota_store_range range,
    enum vota_status (*each)(void *context, const struct vota_store_entry *entry), void *context,
    struct vota_error *err);

/* Results and disavowals of a network up to an entry, ascending; slices borrow from the row. */
VOTA_MUST_USE enum vota_status vota_store_journal_results(
    struct vota_store *store, int64_t network, uint64_t last,
    enum vota_status (*each)(void *context, const struct vota_store_entry *entry), void *context,
    struct vota_error *err);

/* Keeps evidence; the same block again is fine if equal, else CONFLICT "evidence-exists". */
VOTA_MUST_USE enum vota_status vota_store_journal_keep(struct vota_store *store, int64_t network,
                                                       const struct vota_store_evidence *evidence,
                                                       struct vota_error *err);

/* Whether some evidence's head commits to entry `number`: its batch is final. */
VOTA_MUST_USE enum vota_status vota_store_journal_is_proven(bool *ret_is_proven,
                                                            struct vota_store *store,
                                                            int64_t network, uint64_t number,
                                                            struct vota_error *err);

/* The shortest evidence whose head commits to entry `number`; NOT_FOUND if none does yet. */
VOTA_MUST_USE enum vota_status
vota_store_journal_evidence(struct vota_store_evidence_copy *ret_copy, struct vota_store *store,
                            int64_t network, uint64_t number, struct vota_error *err);

#endif
