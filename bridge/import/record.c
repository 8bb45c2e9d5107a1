/* SPDX-License-Identifier: Apache-2.0 */
/* Texts to a record to a row: see record.h. Choices are choice.c's. */
#include "bridge/import/record.h"

#include "bridge/import/choice.h"
#include "bridge/import/identity.h"
#include "bridge/import/refusal.h"
#include "bridge/when.h"
#include "proof/hex.h"
#include "proof/leaf.h"
#include "proof/time.h"

static const char *const field_names[VOTA_FIELD_COUNT] = {
    [VOTA_FIELD_ID] = "id",
    [VOTA_FIELD_VOTER] = "voter",
    [VOTA_FIELD_CHOICE] = "choice",
    [VOTA_FIELD_CAST_AT] = "cast_at",
    [VOTA_FIELD_REGISTER] = "register",
    [VOTA_FIELD_CITIZEN_SALT] = "citizen_salt",
    [VOTA_FIELD_TITLE] = "title",
    [VOTA_FIELD_BODY] = "body",
    [VOTA_FIELD_STEP] = "step",
    [VOTA_FIELD_DOCUMENT] = "document_sha256"};

const char *vota_field_name(enum vota_field field)
{
    VOTA_ASSERT((unsigned)field < VOTA_FIELD_COUNT);
    return field_names[field];
}

/* What reading one record needs at every step. */
struct reading {
    const struct vota_fields *fields;
    const struct vota_definition *definition;
    uint64_t now;
    struct vota_refusal *refusal;
};

/* Always false, for `return refuse(...)`. */
static bool refuse(const struct reading *reading, enum vota_field field, const char *reason,
                   uint64_t limit)
{
    /* The voter's id is stored and shown nowhere. */
    static const struct vota_slice hidden;
    (void)vota_refusal_set(reading->refusal, reason, field_names[field],
                           field == VOTA_FIELD_VOTER ? hidden : reading->fields->field[field],
                           limit);
    return false;
}

/* A field that must be there and not be empty. */
static bool require(const struct reading *reading, enum vota_field field,
                    struct vota_slice *ret_text)
{
    const struct vota_slice text = reading->fields->field[field];
    if (text.at == NULL)
        return refuse(reading, field, "missing-field", 0);
    if (text.len == 0)
        return refuse(reading, field, "empty", 0);
    *ret_text = text;
    return true;
}

static bool read_id(const struct reading *reading, enum vota_field field, struct vota_slice *ret_id)
{
    struct vota_slice id;
    if (!require(reading, field, &id))
        return false;
    if (id.len > VOTA_IDENTITY_MAX)
        return refuse(reading, field, "too-long", VOTA_IDENTITY_MAX);
    if (!vota_identity_is_plain(id))
        return refuse(reading, field, "bad-character", 0);
    *ret_id = id;
    return true;
}

static bool read_voter(const struct reading *reading, struct vota_slice *ret_id)
{
    struct vota_slice id;
    if (!read_id(reading, VOTA_FIELD_VOTER, &id))
        return false;
    const char *const reason = vota_identity_looks_like(id);
    if (reason != NULL)
        return refuse(reading, VOTA_FIELD_VOTER, reason, 0);
    *ret_id = id;
    return true;
}

static bool has_choices(const struct vota_definition *definition)
{
    return definition->kind == VOTA_REGISTER_VOTE || definition->kind == VOTA_REGISTER_ENDORSEMENT;
}

/* "YYYY-MM-DDTHH:MM:SS", after which a fraction may stand; then a zone. */
#define TO_SECOND     19u
#define TIME_TEXT_MAX 32u

bool vota_record_time(uint64_t *ret_time, struct vota_slice text)
{
    char plain[TIME_TEXT_MAX];
    struct vota_rd rd = vota_rd_of_slice(text);
    struct vota_wr wr = vota_wr_of(plain, sizeof plain);
    const uint8_t *const to_second = vota_rd_take(&rd, TO_SECOND);
    if (to_second == NULL || rd.left == 0 || rd.at[0] != '.')
        return vota_when_read(ret_time, (const char *)text.at, text.len) == VOTA_OK;
    size_t digits = 0;
    (void)vota_rd_take(&rd, 1);
    while (rd.left > 0 && rd.at[0] >= '0' && rd.at[0] <= '9' && vota_rd_take(&rd, 1) != NULL)
        digits++;
    vota_wr_put(&wr, to_second, TO_SECOND);
    vota_wr_put(&wr, rd.at, rd.left);
    return digits >= 1 && digits <= 9 && vota_wr_fits(&wr) &&
           vota_when_read(ret_time, plain, wr.len) == VOTA_OK;
}

static bool read_cast_at(const struct reading *reading, uint64_t *ret_cast_at)
{
    const struct vota_definition *definition = reading->definition;
    struct vota_slice text;
    uint64_t cast_at = 0;
    if (!require(reading, VOTA_FIELD_CAST_AT, &text))
        return false;
    if (!vota_record_time(&cast_at, text))
        return refuse(reading, VOTA_FIELD_CAST_AT, "bad-time", 0);
    if (cast_at > reading->now && cast_at - reading->now > VOTA_RECORD_CLOCK_SKEW)
        return refuse(reading, VOTA_FIELD_CAST_AT, "in-future", VOTA_RECORD_CLOCK_SKEW);
    if (cast_at < definition->opens_at)
        return refuse(reading, VOTA_FIELD_CAST_AT, "before-opening", 0);
    if (cast_at >= definition->closes_at)
        return refuse(reading, VOTA_FIELD_CAST_AT, "after-closing", 0);
    /* PROTOCOL 1: votes show the minute only. opens_at is one, so none falls before it. */
    *ret_cast_at = has_choices(definition) ? cast_at - cast_at % 60 : cast_at;
    return true;
}

/* 32 bytes in 0x hex, or none at all. */
static bool read_citizen_salt(const struct reading *reading, vota_hash *ret_salt)
{
    const struct vota_slice text = reading->fields->field[VOTA_FIELD_CITIZEN_SALT];
    vota_hash salt = {{0}};
    if (text.len > 0 &&
        vota_hex_read(salt.bytes, sizeof salt.bytes, (const char *)text.at, text.len) != VOTA_OK)
        return refuse(reading, VOTA_FIELD_CITIZEN_SALT, "bad-salt", 0);
    *ret_salt = salt;
    return true;
}

static bool write_proposal(const struct reading *reading, struct vota_wr *wr, uint64_t cast_at)
{
    struct vota_slice title;
    struct vota_slice body;
    if (!require(reading, VOTA_FIELD_TITLE, &title) || !require(reading, VOTA_FIELD_BODY, &body))
        return false;
    vota_content_write_proposal(wr, cast_at, title, body);
    return true;
}

/* 64 lower-case digits, bare. */
static bool read_document(const struct reading *reading, uint8_t ret_hash[32])
{
    char text[VOTA_HASH_HEX_CHARS];
    struct vota_slice digits = {.at = NULL};
    if (!require(reading, VOTA_FIELD_DOCUMENT, &digits))
        return false;
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    vota_wr_text(&wr, "0x");
    vota_wr_put(&wr, digits.at, digits.len);
    if (wr.len != sizeof text || vota_hex_read(ret_hash, 32, text, sizeof text) != VOTA_OK)
        return refuse(reading, VOTA_FIELD_DOCUMENT, "bad-hash", 0);
    return true;
}

static bool write_procedure(const struct reading *reading, struct vota_wr *wr, uint64_t cast_at)
{
    struct vota_slice step;
    struct vota_slice title;
    uint8_t document[32];
    if (!require(reading, VOTA_FIELD_STEP, &step) || !require(reading, VOTA_FIELD_TITLE, &title) ||
        !read_document(reading, document))
        return false;
    /* A tombstone says that an opening was erased: the erasing writes it, nobody else. */
    if (step.len == 6 && vota_bytes_equal(step.at, "erased", 6))
        return refuse(reading, VOTA_FIELD_STEP, "reserved-step", 0);
    vota_content_write_procedure(wr, cast_at, title, step, document);
    return true;
}

static bool write_content(const struct reading *reading, struct vota_wr *wr, uint64_t cast_at)
{
    const struct vota_definition *definition = reading->definition;
    uint8_t chosen[VOTA_CONTENT_CHOICE_BYTES];
    switch (definition->kind) {
    case VOTA_REGISTER_VOTE:
    case VOTA_REGISTER_ENDORSEMENT:
        if (!vota_choice_read(chosen, reading->fields, definition, reading->refusal))
            return false;
        vota_content_write_choice(wr, definition, cast_at, chosen);
        return true;
    case VOTA_REGISTER_PROPOSAL:
        return write_proposal(reading, wr, cast_at);
    case VOTA_REGISTER_PROCEDURE:
        return write_procedure(reading, wr, cast_at);
    }
    VOTA_ASSERT(false);
    return false;
}

/* The field that makes a content of this kind long. */
static enum vota_field long_field(const struct vota_definition *definition)
{
    if (has_choices(definition))
        return VOTA_FIELD_CHOICE;
    return definition->kind == VOTA_REGISTER_PROPOSAL ? VOTA_FIELD_BODY : VOTA_FIELD_TITLE;
}

bool vota_record_read(struct vota_record *ret_record, const struct vota_fields *fields,
                      const struct vota_definition *definition, uint64_t now,
                      uint8_t buffer[VOTA_CONTENT_MAX_BYTES], struct vota_refusal *ret_refusal)
{
    const struct reading reading = {
        .fields = fields, .definition = definition, .now = now, .refusal = ret_refusal};
    struct vota_record record = {.cast_at = 0};
    struct vota_wr wr = vota_wr_of(buffer, VOTA_CONTENT_MAX_BYTES);
    if (!read_id(&reading, VOTA_FIELD_ID, &record.record_id) ||
        !read_voter(&reading, &record.voter_id) || !read_cast_at(&reading, &record.cast_at) ||
        !read_citizen_salt(&reading, &record.citizen_salt) ||
        !write_content(&reading, &wr, record.cast_at))
        return false;
    if (!vota_wr_fits(&wr))
        return refuse(&reading, long_field(definition), "too-long", VOTA_CONTENT_MAX_BYTES);
    record.content = (struct vota_slice){.at = buffer, .len = wr.len};
    /* Whoever counts will read it back: nothing is accepted that would not count. */
    struct vota_content content;
    if (vota_content_check(&content, definition, record.content) != VOTA_CONTENT_COUNTED)
        return refuse(&reading, long_field(definition), "not-canonical", 0);
    *ret_record = record;
    return true;
}

enum vota_status vota_record_tag(vota_hash *ret_tag, struct vota_hmac *hmac,
                                 const vota_hash *register_hash, struct vota_slice voter_id)
{
    const struct vota_slice parts[] = {
        {.at = register_hash->bytes, .len = sizeof register_hash->bytes}, voter_id};
    return vota_crypto_hmac(hmac, ret_tag->bytes, parts, 2);
}

void vota_record_make(struct vota_store_record *ret_made, const struct vota_record *record,
                      const vota_hash *register_hash, const vota_hash *tag,
                      const vota_hash *city_salt)
{
    vota_hash salt;
    *ret_made = (struct vota_store_record){
        .record_id = record->record_id,
        .row = {.register_hash = *register_hash, .tag = *tag},
        .city_salt = *city_salt,
        .citizen_salt = record->citizen_salt,
        .content = record->content,
    };
    vota_leaf_salt(&salt, city_salt, &record->citizen_salt);
    vota_leaf_content_hash(&ret_made->row.content_hash, &salt, record->content);
    vota_leaf_hash(&ret_made->leaf, &ret_made->row);
}

uint64_t vota_record_anchor_by(uint64_t accepted_at, uint64_t anchor_within, uint64_t counts_until)
{
    if (accepted_at >= counts_until || anchor_within >= counts_until - accepted_at)
        return counts_until;
    return accepted_at + anchor_within;
}

static bool same_record(const struct vota_store_record *a, const struct vota_store_record *b)
{
    return a->reg == b->reg && vota_hash_equal(&a->row.tag, &b->row.tag) &&
           a->content.len == b->content.len &&
           vota_bytes_equal(a->content.at, b->content.at, a->content.len);
}

enum vota_door vota_record_door(const struct vota_store_record *existing,
                                const struct vota_store_record *made, enum vota_revision revision,
                                uint64_t tag_records, uint64_t tag_pending)
{
    if (existing != NULL && existing->erased)
        return VOTA_DOOR_ERASED;
    if (existing != NULL)
        return same_record(existing, made) ? VOTA_DOOR_SAME : VOTA_DOOR_OTHER;
    if (revision == VOTA_REVISION_FIRST && tag_records > 0)
        return VOTA_DOOR_SECOND;
    /* One row goes into the next batch and one is held for the one after. */
    if (revision == VOTA_REVISION_LAST && tag_pending >= 2)
        return VOTA_DOOR_WAITS;
    return VOTA_DOOR_TAKE;
}
