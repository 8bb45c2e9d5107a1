/* SPDX-License-Identifier: Apache-2.0 */
/* Records into the store: see intake.h. The rules are record.c's. */
#include "bridge/import/intake.h"

#include <stdlib.h>
#include <string.h>

#include "bridge/import/refusal.h"
#include "bridge/store/store_register.h"
#include "keccak/keccak.h"

/* City salts drawn at once: asking OpenSSL costs more than the bytes do. */
#define SALTS 64u

/* Registers whose state is remembered within a transaction; by their row id. */
#define GATES 16u

/* A register as the door needs it; the definition borrows from the copy. */
struct book {
    struct vota_store_register_copy copy;
    struct vota_definition definition;
    struct vota_hmac *hmac; /* keyed with the pepper */
};

/* Whether a register takes records, as the transaction at hand sees it. */
struct gate {
    int64_t reg;
    uint64_t turn; /* the transaction that asked */
    uint64_t opened_entry, closed_at;
};

struct vota_intake {
    struct vota_store *store;
    struct vota_intake_options options;
    uint64_t now;
    struct book *books[VOTA_INTAKE_REGISTERS_MAX];
    size_t n_books;
    uint64_t turn; /* transactions begun */
    struct gate gates[GATES];
    size_t salts_left;
    vota_hash salts[SALTS];
    uint8_t content[VOTA_CONTENT_MAX_BYTES];
};

static void book_free(struct book *book)
{
    if (book == NULL)
        return;
    vota_crypto_hmac_free(book->hmac);
    vota_store_register_done(&book->copy);
    free(book);
}

enum vota_status vota_intake_new(struct vota_intake **ret_intake, struct vota_store *store,
                                 const struct vota_intake_options *options, struct vota_error *err)
{
    struct vota_intake *intake = calloc(1, sizeof *intake);
    if (intake == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, "intake", "no-memory");
    intake->store = store;
    intake->options = *options;
    *ret_intake = intake;
    return VOTA_OK;
}

void vota_intake_free(struct vota_intake *intake)
{
    if (intake == NULL)
        return;
    for (size_t i = 0; i < intake->n_books; i++)
        book_free(intake->books[i]);
    vota_bytes_wipe(intake->salts, sizeof intake->salts);
    vota_bytes_wipe(intake->content, sizeof intake->content);
    free(intake);
}

/* The pepper becomes an HMAC key, if it is the one that the definition commits to. */
static enum vota_status load_pepper(struct book *book, const struct vota_intake *intake,
                                    struct vota_error *err)
{
    uint8_t pepper[32];
    vota_hash hash;
    enum vota_status status =
        intake->options.pepper(intake->options.context, pepper, &book->copy.about.hash, err);
    if (status != VOTA_OK)
        return vota_fail(err, status, "pepper", "no-pepper");
    vota_keccak_hash(hash.bytes, pepper, sizeof pepper);
    if (!vota_hash_equal(&hash, &book->definition.tag_key_hash))
        status = vota_fail(err, VOTA_CONFLICT, "pepper", "wrong-pepper");
    else if (vota_crypto_hmac_new(&book->hmac, pepper, sizeof pepper) != VOTA_OK)
        status = vota_fail(err, VOTA_NO_MEMORY, "pepper", "no-memory");
    vota_bytes_wipe(pepper, sizeof pepper);
    return status;
}

static enum vota_status fill_book(struct book *book, const struct vota_intake *intake,
                                  const char *slug, struct vota_error *err)
{
    struct vota_error missing = {.status = VOTA_OK};
    enum vota_status status = vota_store_register_get(&book->copy, intake->store,
                                                      intake->options.network, slug, &missing);
    if (status == VOTA_NOT_FOUND)
        return vota_fail(err, VOTA_NOT_FOUND, "register", "unknown-register");
    if (status != VOTA_OK)
        return vota_fail(err, status, "register", missing.text);
    const struct vota_slice text = book->copy.about.definition;
    status = vota_definition_read(&book->definition, text.at, text.len, err);
    if (status != VOTA_OK)
        return status;
    return load_pepper(book, intake, err);
}

static bool slug_is(const struct book *book, struct vota_slice slug)
{
    const struct vota_slice id = book->definition.id;
    return id.len == slug.len && vota_bytes_equal(id.at, slug.at, slug.len);
}

/* Mostly the register of the row before. */
static enum vota_status find_book(struct book **ret_book, struct vota_intake *intake,
                                  struct vota_slice slug, struct vota_error *err)
{
    for (size_t i = intake->n_books; i > 0; i--) {
        if (slug_is(intake->books[i - 1], slug)) {
            *ret_book = intake->books[i - 1];
            return VOTA_OK;
        }
    }
    char text[VOTA_DEFINITION_MAX_ID + 1] = {0};
    if (slug.len == 0 || slug.len >= sizeof text || memchr(slug.at, 0, slug.len) != NULL)
        return vota_fail(err, VOTA_NOT_FOUND, "register", "unknown-register");
    vota_bytes_copy(text, slug.at, slug.len);
    if (intake->n_books == VOTA_INTAKE_REGISTERS_MAX)
        return vota_fail(err, VOTA_LIMIT, "register", "too-many-registers");
    struct book *book = calloc(1, sizeof *book);
    if (book == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, "register", "no-memory");
    const enum vota_status status = fill_book(book, intake, text, err);
    if (status != VOTA_OK) {
        book_free(book);
        return status;
    }
    intake->books[intake->n_books++] = book;
    *ret_book = book;
    return VOTA_OK;
}

enum vota_status vota_intake_register(const struct vota_definition **ret_definition,
                                      struct vota_intake *intake, struct vota_slice slug,
                                      struct vota_error *err)
{
    struct book *book;
    const enum vota_status status = find_book(&book, intake, slug, err);
    if (status == VOTA_OK)
        *ret_definition = &book->definition;
    return status;
}

enum vota_status vota_intake_definition(struct vota_slice *ret_text, struct vota_intake *intake,
                                        int64_t reg, struct vota_error *err)
{
    struct vota_store_register_copy copy;
    struct book *book = NULL;
    for (size_t i = intake->n_books; i > 0; i--) {
        if (intake->books[i - 1]->copy.about.id == reg) {
            *ret_text = intake->books[i - 1]->copy.about.definition;
            return VOTA_OK;
        }
    }
    enum vota_status status = vota_store_register_get_id(&copy, intake->store, reg, err);
    if (status != VOTA_OK)
        return status;
    const char *const slug = copy.about.slug;
    status =
        find_book(&book, intake, (struct vota_slice){(const uint8_t *)slug, strlen(slug)}, err);
    if (status == VOTA_OK)
        *ret_text = book->copy.about.definition;
    vota_store_register_done(&copy);
    return status;
}

void vota_intake_begin(struct vota_intake *intake, uint64_t now)
{
    intake->now = now;
    intake->turn++;
}

/* Asks once a transaction: what was read of a register before it may have changed. */
static enum vota_status find_gate(const struct gate **ret_gate, struct vota_intake *intake,
                                  int64_t reg, struct vota_error *err)
{
    struct gate *const gate = &intake->gates[(uint64_t)reg % GATES];
    if (gate->reg != reg || gate->turn != intake->turn) {
        struct gate fresh = {.reg = reg, .turn = intake->turn};
        const enum vota_status status = vota_store_register_state(
            &fresh.opened_entry, &fresh.closed_at, intake->store, reg, err);
        if (status != VOTA_OK)
            return status;
        *gate = fresh;
    }
    *ret_gate = gate;
    return VOTA_OK;
}

/* Whether a register takes records at all now: NULL, or the reason why not. */
static const char *closed_door(const struct vota_intake *intake, const struct gate *gate,
                               uint64_t counts_until)
{
    if (gate->opened_entry == 0)
        return "register-not-open";
    if (gate->closed_at != 0)
        return "register-closed";
    if (intake->now >= counts_until || counts_until - intake->now <= intake->options.margin)
        return "too-late";
    return NULL;
}

/* Draws one city salt. Used ones are wiped: they are in the store, and there only. */
static enum vota_status draw_salt(struct vota_intake *intake, vota_hash *ret_salt,
                                  struct vota_error *err)
{
    if (intake->salts_left == 0) {
        if (vota_crypto_random(intake->salts, sizeof intake->salts) != VOTA_OK)
            return vota_fail(err, VOTA_IO, "salt", "no-random");
        intake->salts_left = SALTS;
    }
    vota_hash *const salt = &intake->salts[--intake->salts_left];
    *ret_salt = *salt;
    vota_bytes_wipe(salt, sizeof *salt);
    return VOTA_OK;
}

/* What the door is asked about one record. */
struct visit {
    const struct vota_store_record *made;
    const char *closed; /* why the register takes nothing new, or NULL */
    enum vota_revision revision;
    uint64_t tag_records, tag_pending;
    enum vota_door door;
};

static enum vota_status compare(void *context, const struct vota_store_record *existing)
{
    struct visit *visit = context;
    visit->door = vota_record_door(existing, visit->made, visit->revision, visit->tag_records,
                                   visit->tag_pending);
    return VOTA_OK;
}

/* Asks for the record of the same id; without one the counts decide. */
static enum vota_status look_up(struct visit *visit, struct vota_store *store,
                                struct vota_error *err)
{
    struct vota_error missing = {.status = VOTA_OK};
    const enum vota_status status =
        vota_store_record_see(store, visit->made->record_id, compare, visit, &missing);
    if (status == VOTA_NOT_FOUND)
        return compare(visit, NULL);
    return status == VOTA_OK ? VOTA_OK : vota_fail(err, status, missing.where, missing.text);
}

/* Asks how many records of the voter there are, and whether this is one of them. */
static enum vota_status look_around(struct visit *visit, const struct vota_intake *intake,
                                    struct vota_error *err)
{
    const enum vota_status status =
        vota_store_record_count_tag(&visit->tag_records, &visit->tag_pending, intake->store,
                                    visit->made->reg, &visit->made->row.tag, err);
    return status == VOTA_OK ? look_up(visit, intake->store, err) : status;
}

/*
 * Adds the record. That its id is free, and in a register that takes the first
 * its voter new, is asked by adding: almost always it is so, and the indexes
 * are walked once instead of twice.
 */
static enum vota_status add(struct visit *visit, const struct vota_intake *intake,
                            struct vota_error *err)
{
    int64_t id = 0;
    struct vota_error detail = {.status = VOTA_OK};
    const enum vota_status status =
        vota_store_record_add(&id, intake->store, intake->options.network, visit->made, &detail);
    if (status == VOTA_OK) {
        visit->door = VOTA_DOOR_TAKE;
        return VOTA_OK;
    }
    if (status != VOTA_CONFLICT || strcmp(detail.text, "not-unique") != 0)
        return vota_fail(err, status, detail.where, detail.text);
    const enum vota_status looked = look_around(visit, intake, err);
    if (looked == VOTA_OK && visit->door == VOTA_DOOR_TAKE) /* the indexes contradict the rows */
        return vota_fail(err, VOTA_IO, detail.where, "corrupt");
    return looked;
}

static enum vota_status pass_door(struct visit *visit, const struct vota_intake *intake,
                                  struct vota_error *err)
{
    /* What is there already is there, whatever the register has done since. */
    if (visit->closed != NULL)
        return look_up(visit, intake->store, err);
    if (visit->revision == VOTA_REVISION_LAST) {
        const enum vota_status status = look_around(visit, intake, err);
        if (status != VOTA_OK || visit->door != VOTA_DOOR_TAKE)
            return status;
    }
    return add(visit, intake, err);
}

/* The door's answer in the words of a refusal, if it is one. */
static enum vota_intake_answer answer(const struct visit *visit, struct vota_refusal *ret_refusal)
{
    static const struct vota_slice hidden;
    const char *const id = vota_field_name(VOTA_FIELD_ID);
    const char *const voter = vota_field_name(VOTA_FIELD_VOTER);
    if (visit->door == VOTA_DOOR_SAME)
        return VOTA_INTAKE_PRESENT;
    if (visit->door == VOTA_DOOR_OTHER)
        (void)vota_refusal_set(ret_refusal, "other-content", id, visit->made->record_id, 0);
    else if (visit->door == VOTA_DOOR_ERASED)
        (void)vota_refusal_set(ret_refusal, "erased-content", id, visit->made->record_id, 0);
    else if (visit->closed != NULL)
        (void)vota_refusal_set(ret_refusal, visit->closed, "register", hidden, 0);
    else if (visit->door == VOTA_DOOR_SECOND)
        (void)vota_refusal_set(ret_refusal, "second-vote", voter, hidden, 0);
    else if (visit->door == VOTA_DOOR_WAITS)
        (void)vota_refusal_set(ret_refusal, "revision-waits", voter, hidden, 0);
    else
        return VOTA_INTAKE_ADDED;
    return VOTA_INTAKE_REFUSED;
}

/* A record that keeps the form: tag, salts and leaf. */
static enum vota_status draw_up(struct vota_draft *draft, struct vota_intake *intake,
                                const struct book *book, const struct vota_record *record,
                                struct vota_error *err)
{
    const struct vota_store_register *about = &book->copy.about;
    vota_hash tag;
    vota_hash city_salt;
    enum vota_status status = vota_record_tag(&tag, book->hmac, &about->hash, record->voter_id);
    if (status != VOTA_OK)
        return vota_fail(err, status, "tag", "no-hmac");
    status = draw_salt(intake, &city_salt, err);
    if (status != VOTA_OK)
        return status;
    vota_record_make(&draft->made, record, &about->hash, &tag, &city_salt);
    draft->made.reg = about->id;
    draft->made.once = about->revision == VOTA_REVISION_FIRST;
    draft->revision = book->definition.revision;
    draft->anchor_within = about->anchor_within;
    draft->counts_until = about->counts_until;
    return VOTA_OK;
}

/* The row's register; OK with NULL and the refusal when the row names none that we have. */
static enum vota_status row_book(struct book **ret_book, struct vota_intake *intake,
                                 struct vota_slice slug, struct vota_refusal *ret_refusal,
                                 struct vota_error *err)
{
    const char *const field = vota_field_name(VOTA_FIELD_REGISTER);
    struct vota_error detail = {.status = VOTA_OK};
    *ret_book = NULL;
    if (slug.at == NULL) {
        (void)vota_refusal_set(ret_refusal, "missing-field", field, slug, 0);
        return VOTA_OK;
    }
    const enum vota_status status = find_book(ret_book, intake, slug, &detail);
    if (status == VOTA_NOT_FOUND && strcmp(detail.text, "unknown-register") == 0) {
        (void)vota_refusal_set(ret_refusal, "unknown-register", field, slug, 0);
        return VOTA_OK;
    }
    return status == VOTA_OK ? VOTA_OK : vota_fail(err, status, detail.where, detail.text);
}

enum vota_status vota_intake_read(struct vota_draft *ret_draft, struct vota_intake *intake,
                                  const struct vota_fields *fields, struct vota_error *err)
{
    struct book *book;
    struct vota_record record;
    ret_draft->is_refused = false;
    const enum vota_status status =
        row_book(&book, intake, fields->field[VOTA_FIELD_REGISTER], &ret_draft->refusal, err);
    if (status != VOTA_OK)
        return status;
    ret_draft->is_refused =
        book == NULL || !vota_record_read(&record, fields, &book->definition, intake->now,
                                          intake->content, &ret_draft->refusal);
    return ret_draft->is_refused ? VOTA_OK : draw_up(ret_draft, intake, book, &record, err);
}

enum vota_status vota_intake_put(enum vota_intake_answer *ret_answer, struct vota_intake *intake,
                                 struct vota_draft *draft, struct vota_error *err)
{
    const struct gate *gate;
    struct vota_store_record *const made = &draft->made;
    VOTA_ASSERT(!draft->is_refused);
    enum vota_status status = find_gate(&gate, intake, made->reg, err);
    if (status != VOTA_OK)
        return status;
    made->accepted_at = intake->now;
    made->anchor_by = vota_record_anchor_by(intake->now, draft->anchor_within, draft->counts_until);
    struct visit visit = {.made = made,
                          .closed = closed_door(intake, gate, draft->counts_until),
                          .revision = draft->revision};
    status = pass_door(&visit, intake, err);
    if (status != VOTA_OK)
        return status;
    *ret_answer = answer(&visit, &draft->refusal);
    draft->is_refused = *ret_answer == VOTA_INTAKE_REFUSED;
    return VOTA_OK;
}

enum vota_status vota_intake_take(enum vota_intake_answer *ret_answer, struct vota_intake *intake,
                                  const struct vota_fields *fields,
                                  struct vota_refusal *ret_refusal, struct vota_error *err)
{
    struct vota_draft draft;
    enum vota_intake_answer answered = VOTA_INTAKE_REFUSED;
    enum vota_status status = vota_intake_read(&draft, intake, fields, err);
    if (status == VOTA_OK && !draft.is_refused)
        status = vota_intake_put(&answered, intake, &draft, err);
    if (status != VOTA_OK)
        return status;
    if (draft.is_refused)
        *ret_refusal = draft.refusal;
    *ret_answer = answered;
    return VOTA_OK;
}
