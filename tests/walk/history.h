/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was seen of a world so far, and must stay true: operations, finality,
 * which transactions are none of the present store's doing. Held against the
 * store and the chain after every life.
 */
#ifndef VOTA_TESTS_WALK_HISTORY_H
#define VOTA_TESTS_WALK_HISTORY_H

#include "bridge/store/store_outbox.h"
#include "bridge/store/store_stop.h"
#include "tests/chain/chain.h"
#include "tests/walk/city.h"

#define HISTORY_OPERATIONS 128u
#define HISTORY_ATTEMPTS   1024u
#define HISTORY_ENTRIES    256u
#define HISTORY_STRANGERS  256u
#define HISTORY_PLACES     2048u
#define HISTORY_WRONG_MAX  240u

/* An operation as it was when it was seen last. */
struct history_operation {
    int64_t id;
    enum vota_op_kind kind;
    enum vota_op_state state;
    uint32_t round;
    struct vota_entry words; /* its kind and a, b, c; zeros if it has none */
    uint64_t number;         /* of its entry; 0: not entered */
    vota_hash head;
};

/* Signed bytes as the store has them, read back. */
struct history_attempt {
    int64_t operation;
    uint32_t round;
    uint64_t nonce;
    uint64_t max_fee, tip;
    vota_addr sender;
    vota_hash tx;
    vota_hash payload; /* of everything that must not differ within a nonce */
    bool cancels;
};

/*
 * Every place of an entry that the canonical chain ever showed, in memory shared
 * with lives, in which the chain goes on.
 */
struct history_past {
    struct {
        uint64_t number;
        vota_hash head;
    } places[HISTORY_PLACES];
    size_t n;
};

struct history {
    struct history_past *past;
    struct history_operation operations[HISTORY_OPERATIONS];
    size_t n_operations;
    struct history_attempt attempts[HISTORY_ATTEMPTS]; /* read anew each time */
    size_t n_attempts;
    /* Transactions with our key that this store never signed: others', or an older store's. */
    vota_hash strangers[HISTORY_STRANGERS];
    size_t n_strangers;
    struct vota_store_adopted adopted[HISTORY_ENTRIES]; /* entries that a person has accepted */
    size_t n_adopted;
    bool stopped;                  /* the store says that a person has to decide first */
    uint64_t began;                /* the world's time at its beginning */
    char wrong[HISTORY_WRONG_MAX]; /* the first thing that was; empty: nothing */
};

struct history_past *history_past_new(void);

/* Notes what the canonical chain shows now: after everything that may have changed it. */
void history_note(struct history_past *past, const struct chain *chain);

/* The first complaint stays. */
void history_complain(struct history *history, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* From now on a transaction is known to be none of the store's. */
void history_add_stranger(struct history *history, const vota_hash *tx);
bool history_is_stranger(const struct history *history, const vota_hash *tx);

/* Reads the store, compares it with what was seen of it, and remembers it. */
void history_check_store(struct history *history, struct city *city);

/* Forgets the store's past: an older copy was put back. Its transactions so far are strangers. */
void history_store_replaced(struct history *history, const struct chain *chain);

/* Holds chain and store against each other: call after history_check_store. */
void history_check_chain(struct history *history, const struct chain *chain, uint64_t day_max);

/* Whether the journal has an entry by our key that the store neither made nor was told to accept.
 */
bool history_has_foreign(const struct history *history, const struct chain *chain);

/* At the end, when everything should be done: every operation final, once, in order. */
void history_check_end(struct history *history, struct city *city, const struct chain *chain);

#endif
