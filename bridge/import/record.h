/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The door: from what a site says (texts) to a record that keeps every rule of
 * its register, and from that to row, leaf and opening. Used alike by files and
 * by the service. Knows no file format, no store and no clock: time and
 * randomness are given.
 *
 * Limits: record id 1-128 bytes 0x21-0x7E; voter id the same, and not what
 * would name a person outright; content at most 16 KiB.
 */
#ifndef VOTA_BRIDGE_IMPORT_RECORD_H
#define VOTA_BRIDGE_IMPORT_RECORD_H

#include "bridge/crypto.h"
#include "bridge/store/store_record.h"
#include "bridge/store/store_register.h"
#include "proof/content.h"

/* Seconds by which a site's clock may run ahead of ours. */
#define VOTA_RECORD_CLOCK_SKEW 300u

/* What a record may say, by the name of its column or member. */
enum vota_field {
    VOTA_FIELD_ID,
    VOTA_FIELD_VOTER,
    VOTA_FIELD_CHOICE,
    VOTA_FIELD_CAST_AT,
    VOTA_FIELD_REGISTER,
    VOTA_FIELD_CITIZEN_SALT,
    VOTA_FIELD_TITLE,
    VOTA_FIELD_BODY,
    VOTA_FIELD_STEP,
    VOTA_FIELD_DOCUMENT,
    VOTA_FIELD_COUNT
};

/* "id", "voter", "choice", "cast_at", "register", "citizen_salt", "title", "body", "step",
 * "document_sha256": default column names, JSON members and the `field` of a refusal. */
const char *vota_field_name(enum vota_field field);

/* What came in, not yet looked at. A field with at == NULL was not there. */
struct vota_fields {
    struct vota_slice field[VOTA_FIELD_COUNT]; /* valid UTF-8 without NUL */
    /* choices one by one (JSON array) instead of field[VOTA_FIELD_CHOICE]; NULL if not */
    const struct vota_slice *choices;
    size_t n_choices;
};

/*
 * Why a record was refused. The reason's sentence is text key `import.<reason>`:
 *   empty, missing-field, too-long, bad-character, bad-time, bad-salt,
 *   bad-hash, looks-like-resident-number, looks-like-phone, looks-like-email,
 *   before-opening, after-closing, in-future, unknown-option, ambiguous-option,
 *   repeated-option, too-many-choices, too-few-choices, reserved-step, not-canonical
 * here; those of files and of the store are named in import.h.
 */
struct vota_refusal {
    const char *reason; /* static code */
    const char *field;  /* vota_field_name, "row", "file" or a column's name; never NULL */
    char value[64];     /* the value, shortened, printable; empty where it would name a person */
    uint64_t limit;     /* what the reason's sentence calls {limit}; 0 without one */
};

/* A record that keeps the form: parsed once. Slices borrow from the fields. */
struct vota_record {
    struct vota_slice record_id;
    struct vota_slice voter_id;
    struct vota_slice content; /* canonical text, in the caller's buffer */
    uint64_t cast_at;
    vota_hash citizen_salt; /* zeros: none was sent */
};

/*
 * Reads fields as a record of the register and writes its canonical content
 * into buffer.
 * Returns true, or false with the refusal. `now` is the time of arrival. For
 * votes and endorsements cast_at is cut to its minute, as PROTOCOL 1 asks.
 */
bool vota_record_read(struct vota_record *ret_record, const struct vota_fields *fields,
                      const struct vota_definition *definition, uint64_t now,
                      uint8_t buffer[VOTA_CONTENT_MAX_BYTES], struct vota_refusal *ret_refusal);

/* A time as sites write it: when.h's forms, and with a fraction of a second, which is dropped. */
bool vota_record_time(uint64_t *ret_time, struct vota_slice text);

/* Voter tag = HMAC-SHA-256(pepper, register hash || voter id); hmac is keyed with the pepper. */
VOTA_MUST_USE enum vota_status vota_record_tag(vota_hash *ret_tag, struct vota_hmac *hmac,
                                               const vota_hash *register_hash,
                                               struct vota_slice voter_id);

/*
 * Makes what the store keeps of a record: salts, row and leaf; reg, id and times
 * stay to be set by the caller. Slices borrow from record.
 */
void vota_record_make(struct vota_store_record *ret_made, const struct vota_record *record,
                      const vota_hash *register_hash, const vota_hash *tag,
                      const vota_hash *city_salt);

/* accepted_at + anchor_within, at most counts_until. */
uint64_t vota_record_anchor_by(uint64_t accepted_at, uint64_t anchor_within, uint64_t counts_until);

/* What the door answers to a record that keeps the form, given what is in the store. */
enum vota_door {
    VOTA_DOOR_TAKE,
    VOTA_DOOR_SAME,   /* this very record is there: nothing to do */
    VOTA_DOOR_OTHER,  /* the id is there with another register, voter or content */
    VOTA_DOOR_ERASED, /* the id is there and its opening was erased: nothing to compare */
    VOTA_DOOR_SECOND, /* the voter is in the register already, which takes the first */
    VOTA_DOOR_WAITS   /* a revision of this voter waits for its batch already */
};

/* Pure. existing: the record of the same id, or NULL; counts of the same (register, tag). */
enum vota_door vota_record_door(const struct vota_store_record *existing,
                                const struct vota_store_record *made, enum vota_revision revision,
                                uint64_t tag_records, uint64_t tag_pending);

#endif
