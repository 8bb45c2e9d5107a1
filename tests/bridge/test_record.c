/* SPDX-License-Identifier: Apache-2.0 */
/* The door: bridge/import/record.c, choice.c, identity.c, refusal.c. */
#include "bridge/import/choice.h"
#include "bridge/import/identity.h"
#include "bridge/import/refusal.h"
#include "tests/bridge/import_fixture.h"

static struct vota_slice member(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_string(value))
        return (struct vota_slice){.at = NULL};
    return (struct vota_slice){(const uint8_t *)json_string_value(value),
                               json_string_length(value)};
}

/* The fields that a site would send for a content of the vectors. */
static void fields_of(struct vota_fields *ret_fields, struct vota_slice *choices,
                      const json_t *content)
{
    *ret_fields = (struct vota_fields){.choices = NULL};
    ret_fields->field[VOTA_FIELD_ID] = slice_of("record-1");
    ret_fields->field[VOTA_FIELD_CAST_AT] = member(content, "cast_at");
    ret_fields->field[VOTA_FIELD_TITLE] = member(content, "title");
    ret_fields->field[VOTA_FIELD_BODY] = member(content, "body");
    ret_fields->field[VOTA_FIELD_STEP] = member(content, "step");
    ret_fields->field[VOTA_FIELD_DOCUMENT] = member(content, "document_sha256");
    const json_t *const choice = json_object_get(content, "choice");
    if (choice == NULL)
        return;
    const size_t n = json_array_size(choice);
    for (size_t i = 0; i < n; i++) {
        const json_t *const id = json_array_get(choice, n - 1 - i); /* order must not matter */
        choices[i] =
            (struct vota_slice){(const uint8_t *)json_string_value(id), json_string_length(id)};
    }
    ret_fields->choices = choices;
    ret_fields->n_choices = n;
}

/* The vectors' definition whose register hash is this one. */
static const char *definition_with(const json_t *records, const char *register_hash)
{
    const json_t *definitions = test_get(records, "definitions");
    for (size_t i = 0; i < json_array_size(definitions); i++) {
        const json_t *definition = json_array_get(definitions, i);
        if (strcmp(test_text(definition, "register"), register_hash) == 0)
            return test_text(definition, "text");
    }
    fail_msg("no definition %s", register_hash);
    return NULL;
}

static void check_vector(const json_t *records, const json_t *vector)
{
    static struct vota_definition definition;
    static uint8_t buffer[VOTA_CONTENT_MAX_BYTES];
    const char *const text = definition_with(records, test_text(vector, "register"));
    const char *const expected = test_text(vector, "content");
    const char *const citizen = test_text(vector, "citizen_salt");
    OK(vota_definition_read(&definition, text, strlen(text), NULL));
    json_t *content = json_loads(expected, 0, NULL);
    assert_non_null(content);
    struct vota_slice choices[8];
    struct vota_fields fields;
    fields_of(&fields, choices, content);
    fields.field[VOTA_FIELD_VOTER] = slice_of(test_text(vector, "voter_id"));
    fields.field[VOTA_FIELD_CITIZEN_SALT] = slice_of(citizen);
    struct vota_record record;
    struct vota_refusal refusal;
    if (!vota_record_read(&record, &fields, &definition, NOW, buffer, &refusal))
        fail_msg("%s %s", refusal.field, refusal.reason);
    assert_int_equal(record.content.len, strlen(expected));
    assert_memory_equal(record.content.at, expected, record.content.len);
    json_decref(content);

    vota_hash pepper = test_hash(vector, "pepper");
    const vota_hash register_hash = test_hash(vector, "register");
    const vota_hash city_salt = test_hash(vector, "city_salt");
    struct vota_hmac *hmac = NULL;
    vota_hash tag;
    OK(vota_crypto_hmac_new(&hmac, pepper.bytes, 32));
    OK(vota_record_tag(&tag, hmac, &register_hash, record.voter_id));
    vota_crypto_hmac_free(hmac);
    struct vota_store_record made;
    vota_record_make(&made, &record, &register_hash, &tag, &city_salt);
    const vota_hash expected_tag = test_hash(vector, "tag");
    const vota_hash expected_content_hash = test_hash(vector, "content_hash");
    const vota_hash expected_leaf = test_hash(vector, "leaf");
    assert_hash_equal(&made.row.tag, &expected_tag);
    assert_hash_equal(&made.row.content_hash, &expected_content_hash);
    assert_hash_equal(&made.leaf, &expected_leaf);
    assert_hash_equal(&made.row.register_hash, &register_hash);
}

static void records_of_the_vectors_come_out_byte_for_byte(void **state)
{
    (void)state;
    json_t *vectors = test_vectors();
    const json_t *records = test_get(vectors, "records");
    const json_t *list = test_get(records, "records");
    assert_true(json_array_size(list) >= 5);
    for (size_t i = 0; i < json_array_size(list); i++)
        check_vector(records, json_array_get(list, i));
    json_decref(vectors);
}

static void ids_that_name_a_person_are_recognised(void **state)
{
    (void)state;
    static const struct {
        const char *id, *reason;
    } cases[] = {
        {"900101-1234567", "looks-like-resident-number"},
        {"9001011234567", "looks-like-resident-number"},
        {"guri:000229-4234567", "looks-like-resident-number"},
        {"x9912318000000x", "looks-like-resident-number"},
        {"010-1234-5678", "looks-like-phone"},
        {"01012345678", "looks-like-phone"},
        {"0161234567", "looks-like-phone"},
        {"010-12345678", "looks-like-phone"},
        {"tel.010-123-4567", "looks-like-phone"},
        {"02-123-4567", "looks-like-phone"},
        {"031-550-2114", "looks-like-phone"},
        {"+821012345678", "looks-like-phone"},
        {"+82-10-1234-5678", "looks-like-phone"},
        {"hong@guri.go.kr", "looks-like-email"},
        {"a@b.c", "looks-like-email"},
        {"900101-9234567", NULL}, /* no century has a 9 */
        {"901301-1234567", NULL}, /* no 13th month */
        {"900132-1234567", NULL},
        {"900101-123456", NULL},
        {"900101-12345678", NULL},
        {"90010112345678", NULL}, /* fourteen digits */
        {"B000001", NULL},
        {"vote:0!~", NULL},
        {"3f2504e0-4f89-11d3-9a0c-0305e82c3301", NULL},
        {"1234567890", NULL},
        {"0212345678", NULL},
        {"user@realm", NULL},
        {"@a.b", NULL},
        {"a@b.", NULL},
        {"+1234567", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *const reason = vota_identity_looks_like(slice_of(cases[i].id));
        if ((reason == NULL) != (cases[i].reason == NULL) ||
            (reason != NULL && strcmp(reason, cases[i].reason) != 0))
            fail_msg("%s: %s", cases[i].id, reason == NULL ? "passes" : reason);
    }
}

static void choices_are_found_by_id_and_by_label(void **state)
{
    (void)state;
    static uint8_t text[VOTA_DEFINITION_MAX_BYTES];
    static struct vota_definition definition;
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    definition_of(&wr, "pick", "vote", "first", 1, 2);
    OK(vota_definition_read(&definition, text, wr.len, NULL));
    static const struct {
        const char *text;
        uint8_t chosen; /* 0: refused */
        const char *reason;
    } cases[] = {
        {"yes", 1, NULL},
        {"찬성", 1, NULL},
        {"Yes, please", 1, NULL},
        {"No; never", 2, NULL}, /* a label with the separator in it */
        {"wait;yes", 5, NULL},
        {" 보류 ; 반대", 6, NULL},
        {"No", 0, "unknown-option"},
        {"YES", 0, "unknown-option"},
        {" yes", 0, "unknown-option"}, /* spaces are trimmed in lists only */
        {"yes;", 0, "unknown-option"},
        {"yes;찬성", 0, "repeated-option"},
        {"yes;no;wait", 0, "too-many-choices"},
        {"", 0, "too-few-choices"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t chosen[VOTA_CONTENT_CHOICE_BYTES];
        struct vota_refusal refusal = {.reason = NULL};
        struct vota_fields fields = {.choices = NULL};
        fields.field[VOTA_FIELD_CHOICE] = slice_of(cases[i].text);
        const bool read = vota_choice_read(chosen, &fields, &definition, &refusal);
        assert_int_equal(read, cases[i].reason == NULL);
        if (read)
            assert_int_equal(chosen[0], cases[i].chosen);
        else
            assert_string_equal(refusal.reason, cases[i].reason);
    }
}

/* PROTOCOL refuses equal labels within one language only. */
static void a_label_with_two_meanings_is_refused(void **state)
{
    (void)state;
    static uint8_t text[VOTA_DEFINITION_MAX_BYTES];
    static struct vota_definition definition;
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    definition_of(&wr, "pick", "vote", "first", 1, 1);
    /* The Korean of `no` becomes the English of `wait`. */
    char *const label = strstr((char *)text, "반대");
    assert_non_null(label);
    memcpy(label, "Wait  ", 6);
    text[wr.len] = '\0';
    char *const end = label + 4;
    memmove(end, label + 6, wr.len - (size_t)(label + 6 - (char *)text));
    wr.len -= 2;
    OK(vota_definition_read(&definition, text, wr.len, NULL));
    uint8_t chosen[VOTA_CONTENT_CHOICE_BYTES];
    struct vota_refusal refusal;
    struct vota_fields fields = {.choices = NULL};
    fields.field[VOTA_FIELD_CHOICE] = slice_of("Wait");
    assert_false(vota_choice_read(chosen, &fields, &definition, &refusal));
    assert_string_equal(refusal.reason, "ambiguous-option");
    fields.field[VOTA_FIELD_CHOICE] = slice_of("wait"); /* the id has one meaning */
    assert_true(vota_choice_read(chosen, &fields, &definition, &refusal));
}

static void times_need_a_zone_and_may_have_a_fraction(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t time; /* 0: refused */
    } cases[] = {
        {"2026-09-21T14:15:00Z", 1790000100},
        {"2026-09-21T14:15:00.5Z", 1790000100},
        {"2026-09-21T14:15:00.123456789Z", 1790000100},
        {"2026-09-21T23:15:00.123+09:00", 1790000100},
        {"2026-09-21 23:15:00+09:00", 1790000100},
        {"2026-09-21T14:15:00", 0},
        {"2026-09-21T14:15:00.Z", 0},
        {"2026-09-21T14:15:00.1234567890Z", 0},
        {"2026-09-21T14:15:00.5", 0},
        {"2026-09-21T14:15:00.5Z ", 0},
        {"2026-02-30T14:15:00Z", 0},
        {"21.09.2026 14:15", 0},
        {"", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint64_t time = 0;
        assert_int_equal(vota_record_time(&time, slice_of(cases[i].text)), cases[i].time != 0);
        assert_int_equal(time, cases[i].time);
    }
}

static void a_promise_ends_with_the_counting(void **state)
{
    (void)state;
    assert_int_equal(vota_record_anchor_by(100, 50, 1000), 150);
    assert_int_equal(vota_record_anchor_by(990, 50, 1000), 1000);
    assert_int_equal(vota_record_anchor_by(1001, 50, 1000), 1000);
    assert_int_equal(vota_record_anchor_by(100, UINT64_MAX, 1000), 1000);
}

static void the_door_decides_by_id_then_by_voter(void **state)
{
    (void)state;
    const struct vota_store_record made = {
        .reg = 1, .row = {.tag = hash_of(1)}, .content = slice_of("a")};
    struct vota_store_record other_register = made;
    struct vota_store_record other_voter = made;
    struct vota_store_record other_content = made;
    struct vota_store_record longer = made;
    struct vota_store_record erased = made;
    other_register.reg = 2;
    other_voter.row.tag = hash_of(2);
    other_content.content = slice_of("b");
    longer.content = slice_of("ab");
    erased.erased = true;
    erased.content.len = 0;
    const struct {
        const struct vota_store_record *existing;
        enum vota_revision revision;
        uint64_t records, pending;
        enum vota_door door;
    } cases[] = {
        {NULL, VOTA_REVISION_FIRST, 0, 0, VOTA_DOOR_TAKE},
        {NULL, VOTA_REVISION_FIRST, 1, 1, VOTA_DOOR_SECOND},
        {NULL, VOTA_REVISION_FIRST, 1, 0, VOTA_DOOR_SECOND},
        {NULL, VOTA_REVISION_LAST, 1, 1, VOTA_DOOR_TAKE},
        {NULL, VOTA_REVISION_LAST, 9, 0, VOTA_DOOR_TAKE},
        {NULL, VOTA_REVISION_LAST, 9, 1, VOTA_DOOR_TAKE},
        {NULL, VOTA_REVISION_LAST, 2, 2, VOTA_DOOR_WAITS},
        {NULL, VOTA_REVISION_ALL, 9, 9, VOTA_DOOR_TAKE},
        {&made, VOTA_REVISION_FIRST, 1, 1, VOTA_DOOR_SAME},
        {&made, VOTA_REVISION_LAST, 2, 2, VOTA_DOOR_SAME},
        {&other_register, VOTA_REVISION_ALL, 1, 1, VOTA_DOOR_OTHER},
        {&other_voter, VOTA_REVISION_ALL, 1, 1, VOTA_DOOR_OTHER},
        {&other_content, VOTA_REVISION_LAST, 1, 1, VOTA_DOOR_OTHER},
        {&longer, VOTA_REVISION_LAST, 1, 1, VOTA_DOOR_OTHER},
        {&erased, VOTA_REVISION_FIRST, 1, 0, VOTA_DOOR_ERASED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(vota_record_door(cases[i].existing, &made, cases[i].revision,
                                          cases[i].records, cases[i].pending),
                         cases[i].door);
}

static void values_are_shown_short_and_harmless(void **state)
{
    (void)state;
    static const struct {
        const char *value, *shown;
    } cases[] = {
        {"", ""},
        {"maybe", "maybe"},
        {"a\nb\x1b[31m", "a?b?[31m"},
        {"\xc2\x9b"
         "2J",
         "?2J"}, /* a C1 control is one too */
        {"\xff\xfe"
         "a",
         "??a"},
        {"아마도", "아마도"},
        {"0123456789012345678901234567890123456789012345678901234567890",
         "012345678901234567890123456789012345678901234567890123456789..."},
        {"가나다라마바사아자차카타파하거너더러머버서어",
         "가나다라마바사아자차카타파하거너더러머버..."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_refusal refusal;
        assert_false(vota_refusal_set(&refusal, "r", "f", slice_of(cases[i].value), 3));
        assert_string_equal(refusal.value, cases[i].shown);
        assert_int_equal(refusal.limit, 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_of_the_vectors_come_out_byte_for_byte),
        cmocka_unit_test(ids_that_name_a_person_are_recognised),
        cmocka_unit_test(choices_are_found_by_id_and_by_label),
        cmocka_unit_test(a_label_with_two_meanings_is_refused),
        cmocka_unit_test(times_need_a_zone_and_may_have_a_fraction),
        cmocka_unit_test(a_promise_ends_with_the_counting),
        cmocka_unit_test(the_door_decides_by_id_then_by_voter),
        cmocka_unit_test(values_are_shown_short_and_harmless),
    };
    return RUN_TESTS(tests);
}
