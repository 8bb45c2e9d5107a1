/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How one network stands: what the store says of it and, where it could be
 * asked, the chain. Gathers for `status` and `tx`; changes nothing and prints
 * nothing but errors. What it means is judge.h's business.
 */
#ifndef VOTA_BRIDGE_CLI_STANDING_H
#define VOTA_BRIDGE_CLI_STANDING_H

#include "bridge/cli/judge.h"
#include "bridge/cli/status_budget.h"
#include "bridge/cli/wait.h"
#include "bridge/store/store_delivery.h"
#include "bridge/store/store_provider.h"

#define VOTA_SITUATION_OPEN   32u /* operations kept; the others are only counted */
#define VOTA_SITUATION_OWNERS 3u  /* entries of the owner's that are shown */

/* An operation that is not final, without its bytes. */
struct vota_situation_operation {
    struct vota_store_operation about; /* arguments and calldata are empty */
    bool has_newest;
    struct vota_store_attempt newest; /* of the present round; raw is empty */
    enum vota_wait_why why;
    uint64_t bump_at; /* a higher fee at the earliest; 0: none by itself */
};

struct vota_situation_provider {
    const char *name;
    struct vota_store_health health; /* state and reason; since 0: this very look */
    bool has_head;
    uint64_t behind; /* blocks behind the agreed latest */
};

/* An entry as it is shown. */
struct vota_situation_entry {
    uint64_t number, kind, time;
    bool final;
};

struct vota_situation {
    struct vota_session *session;
    bool connected; /* the session is; its providers may be asked */
    bool elsewhere; /* … is not, for they serve another network */
    uint64_t now;

    /* the store */
    struct vota_store_pending pending;
    uint64_t registers, records, batches, sealed_rows;
    uint64_t entries, final_entries;  /* of the journal as stored */
    struct vota_situation_entry last; /* of the anchorer's kinds; number 0: none */
    struct vota_situation_entry owners[VOTA_SITUATION_OWNERS]; /* the newest last */
    size_t n_owners;
    uint64_t operations[VOTA_OP_STATES];
    struct vota_situation_operation open[VOTA_SITUATION_OPEN]; /* not final, in order */
    size_t n_open;
    uint64_t oldest_at; /* when the oldest of them that no person has to look at came; 0: none */
    bool has_stop;
    struct vota_store_stop stop;
    bool sender_runs, owner_runs; /* in another process of this directory */

    /* the chain */
    bool asked;                               /* not --offline, and there is a contract */
    bool reached;                             /* view is set */
    char problem[VOTA_SENDER_REASON_MAX + 1]; /* why not reached; a reason code */
    struct vota_view view;                    /* the first account: who anchors now */
    bool closed;                              /* the contract has no anchorer */
    bool key_known;                           /* the address of the configured key is */
    bool key_differs;                         /* … and the contract names another */
    struct vota_status_budget budget;
    struct vota_store_deliveries deliveries; /* to the site; of the whole store */
    struct vota_situation_provider providers[VOTA_CONNECT_PROVIDERS_MAX];
    size_t n_providers;
};

/*
 * Reads everything afresh; `asks`: the chain too, which is said to be out of
 * reach unless connected. {0} with the session set before the first time; the same struct
 * may be read again and again, and is released with vota_situation_done.
 */
int vota_situation_read(struct vota_situation *situation, bool asks);
void vota_situation_done(struct vota_situation *situation);

/* Whether it is the owner's key that signs it. */
static inline bool vota_situation_is_owners(const struct vota_store_operation *operation)
{
    return (VOTA_SENDER_OWNER & 1u << operation->kind) != 0;
}

/* What judge.h needs to know of it. */
struct vota_judge_facts vota_situation_facts(const struct vota_situation *situation);

/* The balance of who anchors; more than 18 ETH is given as that. */
uint64_t vota_situation_balance(const struct vota_situation *situation);

#endif
