/* SPDX-License-Identifier: Apache-2.0 */
/* What chain and store must say alike: see history.h. */
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>

#include "bridge/store/store_batch.h"
#include "tests/walk/history.h"
#include "tests/walk/must.h"

#define SEEN_MAX 1024u

/* A day as a clock that was an hour off at both ends may have measured it. */
#define DAY_AT_LEAST (UINT64_C(22) * 3600)

static const enum chain_actor ours[] = {CHAIN_ANCHORER, CHAIN_ANCHORER_2};

struct seen {
    vota_hash txs[SEEN_MAX];
    struct chain_place places[SEEN_MAX];
    size_t n;
};

/* Everything that nodes got with one of our keys. */
static void collect_seen(struct seen *seen, const struct chain *chain)
{
    seen->n = 0;
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
        const vota_addr address = chain_address(ours[i]);
        seen->n += chain_seen(chain, &address, seen->txs + seen->n, SEEN_MAX - seen->n);
    }
    for (size_t i = 0; i < seen->n; i++)
        seen->places[i] = chain_find(chain, &seen->txs[i]);
}

void history_store_replaced(struct history *history, const struct chain *chain)
{
    static struct seen seen;
    collect_seen(&seen, chain);
    for (size_t i = 0; i < seen.n; i++) {
        if (!history_is_stranger(history, &seen.txs[i]))
            history_add_stranger(history, &seen.txs[i]);
    }
    history->n_operations = 0;
    history->stopped = false;
}

static bool is_stored(const struct history *history, const vota_hash *tx)
{
    for (size_t i = 0; i < history->n_attempts; i++) {
        if (vota_hash_equal(&history->attempts[i].tx, tx))
            return true;
    }
    return false;
}

static void check_stored(struct history *history, const struct seen *seen)
{
    for (size_t i = 0; i < seen->n; i++) {
        if (!is_stored(history, &seen->txs[i]) && !history_is_stranger(history, &seen->txs[i]))
            history_complain(history, "nonce %" PRIu64 " was sent with bytes that are not stored",
                             seen->places[i].nonce);
    }
}

static bool is_settled(const struct seen *seen, const struct history_attempt *attempt)
{
    for (size_t i = 0; i < seen->n; i++) {
        if (seen->places[i].final && seen->places[i].nonce == attempt->nonce &&
            vota_addr_equal(&seen->places[i].sender, &attempt->sender))
            return true;
    }
    return false;
}

/*
 * A new round has a new nonce only when the old one is settled for ever. Where
 * the key was replaced nothing that the old one signed can do anything, so its
 * nonces need not be settled.
 */
static void check_rounds(struct history *history, const struct seen *seen)
{
    for (size_t i = 0; i < history->n_attempts; i++) {
        for (size_t k = 0; k < history->n_attempts; k++) {
            const struct history_attempt *old = &history->attempts[i];
            const struct history_attempt *newer = &history->attempts[k];
            if (old->operation == newer->operation && old->round < newer->round &&
                vota_addr_equal(&old->sender, &newer->sender) && !is_settled(seen, old))
                history_complain(history,
                                 "operation %" PRId64 " took a new nonce before %" PRIu64
                                 " was settled",
                                 old->operation, old->nonce);
        }
    }
}

/* What transactions of a key cost, as far as this store signed them. */
static uint64_t spent_by(const struct history *history, const struct seen *seen,
                         enum chain_actor key)
{
    const vota_addr address = chain_address(key);
    uint64_t spent = 0;
    for (size_t i = 0; i < seen->n; i++) {
        uint64_t paid = 0;
        if (history_is_stranger(history, &seen->txs[i]) ||
            !vota_addr_equal(&seen->places[i].sender, &address))
            continue;
        MUST(vota_u256_to_u64(&paid, &seen->places[i].paid));
        spent += paid;
    }
    return spent;
}

/*
 * Each key for itself: what a replaced one still has in the pools is given up
 * before it can be known what its refusal will cost.
 */
static void check_spend(struct history *history, const struct chain *chain, const struct seen *seen,
                        uint64_t day_max)
{
    const uint64_t days = (chain_now(chain) - history->began) / DAY_AT_LEAST + 1;
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
        const uint64_t spent = spent_by(history, seen, ours[i]);
        if (spent > days * day_max)
            history_complain(history, "%" PRIu64 " wei in %" PRIu64 " days of %" PRIu64, spent,
                             days, day_max);
    }
}

static bool same_words(const struct vota_entry *a, const struct vota_entry *b)
{
    return a->kind == b->kind && vota_hash_equal(&a->a, &b->a) && vota_hash_equal(&a->b, &b->b) &&
           vota_hash_equal(&a->c, &b->c);
}

static bool is_anchorers(const struct vota_entry *entry)
{
    return entry->kind <= VOTA_ENTRY_RESULT;
}

struct journal {
    struct chain_entry entries[HISTORY_ENTRIES];
    size_t n;
};

static void read_journal(struct journal *journal, const struct chain *chain)
{
    journal->n = chain_entries(chain, journal->entries, HISTORY_ENTRIES);
}

static bool is_of_operation(const struct history *history, const struct vota_entry *words)
{
    for (size_t i = 0; i < history->n_operations; i++) {
        if (same_words(&history->operations[i].words, words))
            return true;
    }
    return false;
}

/*
 * Whether an entry is none of this store's operations: it came by a transaction
 * that the store never signed, and either no operation says the same, or one
 * does and has an entry of its own: what an older store anchored is anchored
 * again by one that forgot it.
 */
static bool is_foreign(const struct history *history, const struct journal *journal, size_t i)
{
    const struct chain_entry *entry = &journal->entries[i];
    if (!history_is_stranger(history, &entry->tx))
        return false;
    if (!is_of_operation(history, &entry->entry))
        return true;
    for (size_t k = i + 1; k < journal->n; k++) {
        if (same_words(&journal->entries[k].entry, &entry->entry))
            return true;
    }
    return false;
}

static bool is_adopted(const struct history *history, const struct chain_entry *entry)
{
    for (size_t i = 0; i < history->n_adopted; i++) {
        if (history->adopted[i].number == entry->entry.number &&
            vota_hash_equal(&history->adopted[i].head, &entry->head))
            return true;
    }
    return false;
}

/* Whether an operation's entry was written by an older store, in whatever order that had. */
static bool is_written_before(const struct history *history, const struct journal *journal,
                              const struct vota_entry *words)
{
    for (size_t i = 0; i < journal->n; i++) {
        if (same_words(&journal->entries[i].entry, words) &&
            history_is_stranger(history, &journal->entries[i].tx) &&
            !is_foreign(history, journal, i))
            return true;
    }
    return false;
}

/* The operation after `place` that this store itself has to write, or their number. */
static size_t next_operation(const struct history *history, const struct journal *journal,
                             size_t place)
{
    while (place < history->n_operations &&
           is_written_before(history, journal, &history->operations[place].words))
        place++;
    return place;
}

/* The anchorer's entries are the operations, each once, in their order, none left out between. */
static size_t check_order(struct history *history, const struct journal *journal)
{
    size_t next = next_operation(history, journal, 0);
    for (size_t i = 0; i < journal->n; i++) {
        const struct vota_entry *entry = &journal->entries[i].entry;
        if (!is_anchorers(entry) || history_is_stranger(history, &journal->entries[i].tx))
            continue;
        if (next == history->n_operations || !same_words(&history->operations[next].words, entry)) {
            history_complain(history,
                             "entry %" PRIu64 " of kind %" PRIu64
                             " is not the next operation's: twice, out of order or unknown",
                             entry->number, entry->kind);
            return next;
        }
        next = next_operation(history, journal, next + 1);
    }
    return next;
}

bool history_has_foreign(const struct history *history, const struct chain *chain)
{
    static struct journal journal;
    read_journal(&journal, chain);
    for (size_t i = 0; i < journal.n; i++) {
        if (is_anchorers(&journal.entries[i].entry) && is_foreign(history, &journal, i) &&
            !is_adopted(history, &journal.entries[i]))
            return true;
    }
    return false;
}

struct history_past *history_past_new(void)
{
    struct history_past *past =
        mmap(NULL, sizeof *past, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    MUST(past != MAP_FAILED);
    return past;
}

static bool was_there(const struct history_past *past, uint64_t number, const vota_hash *head)
{
    for (size_t i = past->n; i > 0; i--) {
        if (past->places[i - 1].number == number &&
            vota_hash_equal(&past->places[i - 1].head, head))
            return true;
    }
    return false;
}

void history_note(struct history_past *past, const struct chain *chain)
{
    static struct journal journal;
    read_journal(&journal, chain);
    for (size_t i = journal.n; i > 0; i--) {
        const struct chain_entry *entry = &journal.entries[i - 1];
        if (was_there(past, entry->entry.number, &entry->head))
            return; /* a head holds all that is before it */
        MUST(past->n < HISTORY_PLACES);
        past->places[past->n].number = entry->entry.number;
        past->places[past->n].head = entry->head;
        past->n++;
    }
}

/* What the store says was mined was once in the journal that most nodes have. */
static void check_mined(struct history *history)
{
    for (size_t i = 0; i < history->n_operations; i++) {
        const struct history_operation *operation = &history->operations[i];
        if (operation->state == VOTA_OP_MINED &&
            !was_there(history->past, operation->number, &operation->head))
            history_complain(history, "operation %" PRId64 " is called mined and never was",
                             operation->id);
    }
}

/* What the store calls final is final on the chain that is. */
static void check_final(struct history *history, const struct journal *journal)
{
    for (size_t i = 0; i < history->n_operations; i++) {
        const struct history_operation *operation = &history->operations[i];
        const uint64_t number = operation->number;
        if (operation->state != VOTA_OP_FINAL)
            continue;
        const struct chain_entry *entry =
            number >= 1 && number <= journal->n ? &journal->entries[number - 1] : NULL;
        if (entry == NULL || !entry->final || !vota_hash_equal(&entry->head, &operation->head))
            history_complain(history, "operation %" PRId64 " is called final and is not",
                             operation->id);
    }
}

void history_check_chain(struct history *history, const struct chain *chain, uint64_t day_max)
{
    static struct seen seen;
    static struct journal journal;
    read_journal(&journal, chain);
    collect_seen(&seen, chain);
    check_stored(history, &seen);
    check_rounds(history, &seen);
    check_spend(history, chain, &seen, day_max);
    (void)check_order(history, &journal);
    check_mined(history);
    check_final(history, &journal);
}

static void check_pending(struct history *history, struct city *city)
{
    struct vota_store_pending pending;
    MUST_OK(vota_store_batch_pending(&pending, city_enter(city), city->network, NULL));
    if (pending.count != 0)
        history_complain(history, "%" PRIu64 " records are in no batch", pending.count);
}

void history_check_end(struct history *history, struct city *city, const struct chain *chain)
{
    static struct journal journal;
    read_journal(&journal, chain);
    if (check_order(history, &journal) != history->n_operations)
        history_complain(history, "operations are missing in the journal");
    for (size_t i = 0; i < history->n_operations; i++) {
        if (history->operations[i].state != VOTA_OP_FINAL)
            history_complain(history, "operation %" PRId64 " did not become final (%s)",
                             history->operations[i].id,
                             vota_anchor_state_name(history->operations[i].state));
    }
    check_pending(history, city);
}
