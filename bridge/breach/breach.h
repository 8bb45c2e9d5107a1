/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The breach bundle: what shows a third party, who trusts nobody, that a promise
 * to anchor a record was broken or kept late (PROTOCOL 5). Here is what a bundle
 * holds, what a reader brings to it, and what a judgement says; the form on disk
 * is breach_json.h's, the judgement breach_judge.h's, the making breach_make.h's.
 *
 * A bundle is about the contract that promised and, in order, those that go on
 * for it (PROTOCOL 10). Of each it has the deployment record, the complete
 * journal to a head, the evidence that proves that head in a block, and the leaf
 * lists of batches. Only two things are left to ask: whether the contract is the
 * city's, which the reader says, and whether the blocks are the chain's.
 */
#ifndef VOTA_BRIDGE_BREACH_BREACH_H
#define VOTA_BRIDGE_BREACH_BREACH_H

#include "bridge/publish/deployment.h"
#include "proof/evidence.h"
#include "proof/promise.h"

#define VOTA_BREACH_FORMAT        "voteanchor-breach-v1"
#define VOTA_BREACH_MAX_BYTES     ((size_t)128 * 1024 * 1024) /* about three million leaves */
#define VOTA_BREACH_MAX_CONTRACTS 16u
#define VOTA_BREACH_MAX_ENTRIES   1000000u /* of one journal */

/* What is told of a batch: all its leaves, or where one of them is. */
struct vota_breach_batch {
    uint64_t number; /* of its entry */
    const vota_hash *leaves;
    size_t leaf_count;     /* 0: a path is told instead */
    const vota_hash *path; /* from the record's leaf to the entry's root */
    size_t path_len;       /* 0 with 0 leaves: the only leaf of its batch */
};

/* A contract of the line, with everything that was recorded up to its head. */
struct vota_breach_contract {
    struct vota_deployment deployment;
    struct vota_evidence evidence;
    const struct vota_entry *journal; /* from the first entry to the proven head */
    size_t length;
    const struct vota_breach_batch *batches; /* ascending by number, each a batch of the journal */
    size_t batch_count;
};

/* Everything is borrowed from whoever made or read it. */
struct vota_breach {
    struct vota_row row;
    struct vota_acceptance acceptance;
    bool has_definition;
    struct vota_slice definition;                 /* the exact canonical text */
    const struct vota_breach_contract *contracts; /* the one that promised first */
    size_t contract_count;
};

/* What is known of the block whose state a contract's evidence proves. */
enum vota_breach_block {
    VOTA_BREACH_BLOCK_UNKNOWN = 0,
    VOTA_BREACH_BLOCK_FINAL,     /* the chain's, or vouched for by the reader */
    VOTA_BREACH_BLOCK_NOT_FINAL, /* the chain's, but it may still be replaced */
    VOTA_BREACH_BLOCK_GONE       /* another block is there */
};

/* What the reader says of a contract of the bundle. */
struct vota_breach_believed {
    bool named; /* it is the city's */
    enum vota_breach_block block;
};

/*
 * A batch that keeps the bundle's promise, in time or late, as vota_verify finds of
 * a receipt with the bundle's acceptance: of the contract that promised, or of one
 * that goes on for it.
 */
struct vota_breach_shown {
    uint64_t number, time; /* of the entry */
};

struct vota_breach_trust {
    const struct vota_breach_believed *contracts; /* one for each of the bundle's */
    const struct vota_breach_shown *shown;
    size_t shown_count;
    vota_recover_fn *recover;
    void *recover_context;
};

/*
 * What is looked at. Of the codes up to SIGNER the first that is not valid decides
 * why nothing is said. X(CODE, "name"): the name is stable; text keys and --json
 * use it.
 */
/* clang-format off */
#define VOTA_BREACH_CODES(X) \
    X(CONTRACT, "contract")      /* named by the reader, or linked to one that is */ \
    X(DEPLOYMENT, "deployment")  /* the record leads to its address */ \
    X(BLOCK, "block")            /* the block is the chain's, and final */ \
    X(STATE, "state")            /* the head is proven in it */ \
    X(JOURNAL, "journal")        /* folded entries against that head */ \
    X(LINK, "link")              /* both contracts name each other */ \
    X(UNKNOWN_KIND, "unknown-kind") /* an entry of a newer version */ \
    X(DEFINITION, "definition")  /* against the row's register hash */ \
    X(SIGNATURE, "signature")    /* has the one form, and a signer */ \
    X(SIGNER, "signer")          /* an acceptance key of its time */ \
    X(BOUNDS, "bounds")          /* anchor_by against the definition: decides nothing */ \
    X(DUE, "due")                /* the final block against anchor_by */ \
    X(SUCCESSOR, "successor")    /* a contract goes on that is not in the bundle */ \
    X(SEARCHED, "searched")      /* batches whose complete lists do not have the leaf */ \
    X(WITHHELD, "withheld")      /* a needed list is missing, or does not lead to its root */ \
    X(DISAVOWED, "disavowed")    /* a batch that has the leaf, and keeps nothing */ \
    X(IN_TIME, "in-time")        /* a batch in time has the leaf */ \
    X(LATE, "late")              /* a later batch has the leaf */ \
    X(SHOWN, "shown")            /* a receipt shows the record in a batch */
/* clang-format on */

#define VOTA_BREACH_CODE(code, name) VOTA_BREACH_##code,
enum vota_breach_code { VOTA_BREACH_CODES(VOTA_BREACH_CODE) VOTA_BREACH_CODE_COUNT };
#undef VOTA_BREACH_CODE

#define VOTA_BREACH_NO_CONTRACT SIZE_MAX

/* Left is what the bundle says or leads to, right what it was held to. */
struct vota_breach_finding {
    enum vota_breach_code code;
    enum vota_verdict state;
    size_t contract; /* index into the bundle's, or VOTA_BREACH_NO_CONTRACT */
    uint64_t entry;  /* 0: concerns none */
    enum vota_compared compared;
    vota_hash left_hash, right_hash; /* addresses in the last 20 bytes */
    uint64_t left, right;
    const char *reason; /* static code; "" where the state says all */
};

#define VOTA_BREACH_FINDINGS 256u
#define VOTA_BREACH_NAMED    100u /* withheld batches beyond are counted, not found one by one */

/* The answer. Release with vota_breach_report_done. */
struct vota_breach_report {
    enum vota_promise_outcome outcome;
    const char *reason; /* NOT_CHECKED and NOT_VALID: the name of the code that decided; else "" */
    uint64_t entry, time; /* KEPT and KEPT_LATE: where and when */
    bool is_shown;        /* ... as a receipt shows: an earlier batch may have it too */
    vota_hash leaf;
    vota_addr signer;     /* zero: nobody can have signed */
    uint64_t final_block; /* up to which the journal was looked through, */
    uint64_t final_time;  /* and its time */
    uint64_t *searched;   /* numbers of batches whose complete lists do not have the leaf; in
                             withheld's memory */
    size_t searched_count;
    uint64_t searched_leaves; /* in all of them */
    uint64_t *withheld;       /* numbers of batches whose lists are needed and missing; owned */
    size_t withheld_count;
    struct vota_breach_finding findings[VOTA_BREACH_FINDINGS + 1]; /* the last: where others go */
    size_t finding_count;
};

void vota_breach_report_done(struct vota_breach_report *report);

/* "in-time", ...: static, stable. */
const char *vota_breach_code_name(enum vota_breach_code code);

/* "broken", "kept_late", "kept", "not_valid", "not_checked": as --json has it. */
const char *vota_breach_outcome_name(enum vota_promise_outcome outcome);

#endif
