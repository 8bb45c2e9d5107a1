/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON view of receipts: one to one with the CBOR, strict, and equal to the vectors. */
#include "tests/test.h"

#include "bridge/crypto.h"
#include "bridge/publish/receipt_json.h"

/* The text that our writer makes; the caller frees. */
static char *written(size_t *ret_len, const struct vota_receipt *receipt)
{
    struct vota_wr wr = vota_wr_of(NULL, 0);
    vota_receipt_json_write(&wr, receipt);
    char *text = malloc(wr.len + 1);
    assert_non_null(text);
    *ret_len = wr.len;
    wr = vota_wr_of(text, wr.len);
    vota_receipt_json_write(&wr, receipt);
    text[*ret_len] = '\0';
    return text;
}

static uint8_t *encoded(size_t *ret_len, const struct vota_receipt *receipt)
{
    struct vota_wr wr = vota_wr_of(NULL, 0);
    assert_int_equal(vota_receipt_encode(&wr, receipt, NULL), VOTA_OK);
    uint8_t *bytes = malloc(wr.len);
    assert_non_null(bytes);
    *ret_len = wr.len;
    wr = vota_wr_of(bytes, wr.len);
    assert_int_equal(vota_receipt_encode(&wr, receipt, NULL), VOTA_OK);
    return bytes;
}

/* The full form's view stands where the evidence is tried. */
static json_t *full_json(json_t *root)
{
    assert_string_equal(test_text(test_get(test_get(root, "receipts"), "full"), "json"),
                        "evidence.receipt");
    return test_get(test_get(root, "evidence"), "receipt");
}

/* A form of the vectors with both its views: JSON -> CBOR, and CBOR -> JSON -> CBOR. */
static void check_form(json_t *json, const char *cbor_hex)
{
    struct vota_receipt_copy copy = {0};
    size_t cbor_len = 0;
    size_t len = 0;
    uint8_t *cbor = test_hex_any(&cbor_len, cbor_hex);
    char *view = json_dumps(json, JSON_INDENT(2)); /* spaced and in the vectors' order */
    assert_int_equal(vota_receipt_json_read(&copy, view, strlen(view), NULL), VOTA_OK);
    uint8_t *again = encoded(&len, &copy.about);
    assert_int_equal(len, cbor_len);
    assert_memory_equal(again, cbor, len);
    free(again);

    struct vota_receipt *receipt = calloc(1, sizeof *receipt);
    assert_int_equal(vota_receipt_decode(receipt, cbor, cbor_len, NULL), VOTA_OK);
    char *ours = written(&len, receipt);
    json_t *parsed = json_loads(ours, JSON_REJECT_DUPLICATES, NULL);
    assert_true(json_equal(parsed, json));
    json_decref(parsed);
    free(ours);
    free(receipt);
    free(view);
    free(cbor);
    vota_receipt_copy_done(&copy);
}

static void test_vectors_in_both_directions(void **state)
{
    json_t *root = test_vectors();
    json_t *receipts = test_get(root, "receipts");
    json_t *form = NULL;
    size_t i = 0;
    size_t checked = 1;
    (void)state;
    check_form(full_json(root), test_text(test_get(receipts, "full"), "cbor"));
    json_array_foreach(test_get(receipts, "forms"), i, form)
    {
        if (json_object_get(form, "json") == NULL)
            continue;
        check_form(json_object_get(form, "json"), test_text(form, "cbor"));
        checked++;
    }
    assert_true(checked >= 3);
    json_decref(root);
}

/* The vector gives the hash of the file, and says that it is the JCS of an anchor and a line end.
 */
static void test_evidence_file_is_byte_for_byte(void **state)
{
    json_t *root = test_vectors();
    json_t *anchor =
        json_array_get(test_get(test_get(test_get(root, "evidence"), "receipt"), "anchors"), 0);
    json_t *file = test_get(test_get(root, "publication"), "evidence_file");
    char *view = json_dumps(anchor, 0);
    struct vota_anchor_copy copy = {0};
    uint8_t sha[32];
    char text[65] = {0};
    (void)state;
    assert_int_equal(vota_receipt_json_read_anchor(&copy, view, strlen(view), NULL), VOTA_OK);
    struct vota_wr wr = vota_wr_of(NULL, 0);
    vota_receipt_json_write_anchor(&wr, &copy.about);
    uint8_t *line = malloc(wr.len + 1);
    wr = vota_wr_of(line, wr.len + 1);
    vota_receipt_json_write_anchor(&wr, &copy.about);
    vota_wr_byte(&wr, '\n');
    assert_int_equal(vota_crypto_sha256(sha, line, wr.len), VOTA_OK);
    struct vota_wr hex = vota_wr_of(text, 64);
    vota_hex_write_bare(&hex, sha, sizeof sha);
    assert_string_equal(text, test_text(file, "sha256_of_jcs_line"));
    free(line);
    free(view);
    vota_anchor_copy_done(&copy);
    json_decref(root);
}

/* Changes one member of a good receipt; every change must be refused for its own reason. */
struct change {
    const char *name;
    const char *path;  /* members down to the one concerned, separated by dots; "0" an index */
    const char *value; /* JSON put there; NULL: the member is removed */
    const char *where, *reason;
};

static const struct change changes[] = {
    {"another format", "format", "\"voteanchor-receipt-v2\"", "format", "bad-value"},
    {"no format", "format", NULL, "format", "missing-member"},
    {"a member more", "note", "\"x\"", "receipt", "unknown-member"},
    {"null for absent", "acceptance", "null", "acceptance", "bad-type"},
    {"row missing", "row", NULL, "row", "missing-member"},
    {"row with a member more", "row.leaf", "\"0x00\"", "row", "unknown-member"},
    {"hash in upper case", "row.tag",
     "\"0x76E39db622b96789070725385ac9721d135399e525578e71c709d57b454cb3da\"", "tag", "bad-hex"},
    {"hash without 0x", "row.tag",
     "\"76e39db622b96789070725385ac9721d135399e525578e71c709d57b454cb3da\"", "tag", "bad-hex"},
    {"short hash", "row.tag", "\"0x76\"", "tag", "bad-hex"},
    {"path of text", "path", "\"0x\"", "path", "bad-type"},
    {"path of a number", "path.0", "1", "receipt", "bad-type"},
    {"number as text", "anchors.0.chain_id", "\"31337\"", "chain_id", "bad-type"},
    {"number with a point", "anchors.0.chain_id", "31337.0", "chain_id", "bad-type"},
    {"negative number", "anchors.0.entry.block", "-1", "block", "bad-number"},
    {"number above 2^53 - 1", "anchors.0.entry.block", "9007199254740992", "block", "bad-number"},
    {"later of text", "anchors.0.later", "\"0x\"", "later", "bad-type"},
    {"evidence of another format", "anchors.0.evidence.format", "\"evidence-mpt-v2\"", "format",
     "bad-value"},
    {"odd digits", "anchors.0.evidence.header", "\"0xf\"", "evidence", "bad-hex"},
    {"no prefix", "anchors.0.evidence.header", "\"f902\"", "evidence", "bad-hex"},
    {"anchors as an object", "anchors", "{}", "anchors", "bad-type"},
    {"an anchor that is none", "anchors.0", "7", "anchors", "bad-type"},
    {"short signature", "acceptance.signature", "\"0x00\"", "signature", "bad-hex"},
    {"opening without salt", "opening.city_salt", NULL, "city_salt", "missing-member"},
    {"content as an object", "opening.content", "{}", "content", "bad-type"},
    {"definition as an object", "definition", "{}", "definition", "bad-type"},
};

static void apply(json_t *object, const char *path, const char *value)
{
    char part[32];
    for (;;) {
        const size_t len = strcspn(path, ".");
        memcpy(part, path, len);
        part[len] = '\0';
        if (path[len] == '\0')
            break;
        object = json_is_array(object) ? json_array_get(object, (size_t)strtoul(part, NULL, 10))
                                       : json_object_get(object, part);
        assert_non_null(object);
        path += len + 1;
    }
    if (value == NULL) {
        assert_int_equal(json_object_del(object, part), 0);
        return;
    }
    json_t *new_value = json_loads(value, JSON_DECODE_ANY, NULL);
    assert_non_null(new_value);
    if (json_is_array(object))
        assert_int_equal(json_array_set_new(object, strtoul(part, NULL, 10), new_value), 0);
    else
        assert_int_equal(json_object_set_new(object, part, new_value), 0);
}

static void test_every_other_form_is_refused(void **state)
{
    json_t *root = test_vectors();
    const json_t *full = full_json(root);
    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        struct vota_receipt_copy copy = {0};
        struct vota_error err = {0};
        json_t *changed = json_deep_copy(full);
        apply(changed, changes[i].path, changes[i].value);
        char *text = json_dumps(changed, 0);
        if (vota_receipt_json_read(&copy, text, strlen(text), &err) != VOTA_BAD_INPUT)
            fail_msg("accepted: %s", changes[i].name);
        if (strcmp(err.text, changes[i].reason) != 0 || strcmp(err.where, changes[i].where) != 0)
            fail_msg("%s: %s %s", changes[i].name, err.where, err.text);
        free(text);
        json_decref(changed);
    }
    json_decref(root);
}

static void test_text_that_is_no_object_is_refused(void **state)
{
    static const struct {
        const char *text, *reason;
    } texts[] = {
        {"", "not-json"},
        {"[]", "bad-type"},
        {"{} {}", "not-json"},
        {"{\"format\":\"\xff\"}", "not-utf8"},
        {"{\"format\":\"\\ud800\"}", "lone-surrogate"},
        {"{\"format\":\"\\u0000\"}", "nul"},
        {"{\"format\":\"voteanchor\\u002dreceipt-v1\"}", "bad-value"}, /* one form */
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct vota_receipt_copy copy = {0};
        struct vota_error err = {0};
        assert_int_equal(vota_receipt_json_read(&copy, texts[i].text, strlen(texts[i].text), &err),
                         VOTA_BAD_INPUT);
        assert_string_equal(err.text, texts[i].reason);
    }
}

/* Every member of a good view, once more behind the last: JSON.parse would keep the last. */
static void test_a_member_that_is_there_twice_is_refused(void **state)
{
    static const char *const places[] = {
        "", "row", "acceptance", "opening", "anchors", "anchors.0.evidence", "anchors.0.entry"};
    json_t *root = test_vectors();
    size_t tried = 0;
    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        char *text = json_dumps(full_json(root), JSON_COMPACT);
        const char *key = NULL;
        const json_t *value = NULL;
        json_t *object = full_json(root);
        if (strcmp(places[i], "anchors") == 0 || strncmp(places[i], "anchors.", 8) == 0)
            object = json_array_get(json_object_get(object, "anchors"), 0);
        if (strrchr(places[i], '.') != NULL)
            object = json_object_get(object, strrchr(places[i], '.') + 1);
        else if (places[i][0] != '\0' && strcmp(places[i], "anchors") != 0)
            object = json_object_get(object, places[i]);
        char *inner = json_dumps(object, JSON_COMPACT);
        char *at = strstr(text, inner);
        assert_non_null(at);
        json_object_foreach(object, key, value)
        {
            struct vota_receipt_copy copy = {0};
            struct vota_error err = {0};
            char *again = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
            char *doubled = malloc(strlen(text) + strlen(again) + strlen(key) + 8);
            const size_t end = (size_t)(at - text) + strlen(inner) - 1;
            assert_non_null(doubled);
            (void)snprintf(doubled, strlen(text) + strlen(again) + strlen(key) + 8,
                           "%.*s,\"%s\":%s%s", (int)end, text, key, again, text + end);
            assert_int_equal(vota_receipt_json_read(&copy, doubled, strlen(doubled), &err),
                             VOTA_BAD_INPUT);
            assert_string_equal(err.text, "unknown-member");
            free(doubled);
            free(again);
            tried++;
        }
        free(inner);
        free(text);
    }
    assert_true(tried >= 30);
    json_decref(root);
}

static void test_a_text_over_the_ceiling_is_refused(void **state)
{
    const size_t len = VOTA_RECEIPT_JSON_MAX_BYTES + 1u;
    char *text = malloc(len);
    struct vota_receipt_copy copy = {0};
    (void)state;
    memset(text, ' ', len);
    assert_int_equal(vota_receipt_json_read(&copy, text, len, NULL), VOTA_LIMIT);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors_in_both_directions),
        cmocka_unit_test(test_evidence_file_is_byte_for_byte),
        cmocka_unit_test(test_every_other_form_is_refused),
        cmocka_unit_test(test_text_that_is_no_object_is_refused),
        cmocka_unit_test(test_a_member_that_is_there_twice_is_refused),
        cmocka_unit_test(test_a_text_over_the_ceiling_is_refused),
    };
    return RUN_TESTS(tests);
}
