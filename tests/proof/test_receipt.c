/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/proof/receipt_from_json.h"

#include "keccak/keccak.h"
#include "proof/base45.h"
#include "proof/cbor.h"
#include "proof/content.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

struct fixture {
    json_t *vectors;
    struct test_pool pool;
    struct vota_receipt full; /* evidence.receipt */
    uint8_t bytes[65536];
    size_t len;
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    fixture->vectors = test_vectors();
    test_receipt(&fixture->full, &fixture->pool,
                 test_get(test_get(fixture->vectors, "evidence"), "receipt"));
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    test_pool_done(&fixture->pool);
    json_decref(fixture->vectors);
    free(fixture);
    return 0;
}

static const json_t *receipts(const struct fixture *fixture)
{
    return test_get(fixture->vectors, "receipts");
}

static const json_t *form_of(const struct fixture *fixture, const char *name)
{
    size_t index;
    const json_t *form;
    json_array_foreach(test_get(receipts(fixture), "forms"), index, form)
    {
        if (strcmp(test_text(form, "name"), name) == 0)
            return form;
    }
    fail_msg("no form %s", name);
    return NULL;
}

/* Encodes into the fixture; a measuring pass must say the same length. */
static void encode(struct fixture *fixture, const struct vota_receipt *receipt)
{
    struct vota_wr measure = vota_wr_of(NULL, 0);
    struct vota_wr wr = vota_wr_of(fixture->bytes, sizeof fixture->bytes);
    assert_int_equal(vota_receipt_encode(&measure, receipt, NULL), VOTA_OK);
    assert_int_equal(vota_receipt_encode(&wr, receipt, NULL), VOTA_OK);
    assert_int_equal(measure.len, wr.len);
    fixture->len = wr.len;
}

static void assert_bytes(const struct fixture *fixture, const char *hex)
{
    size_t len;
    uint8_t *bytes = test_hex_any(&len, hex);
    assert_int_equal(fixture->len, len);
    assert_memory_equal(fixture->bytes, bytes, len);
    free(bytes);
}

static void assert_keccak(const struct fixture *fixture, const vota_hash *expected)
{
    vota_hash hash;
    vota_keccak_hash(hash.bytes, fixture->bytes, fixture->len);
    assert_hash_equal(&hash, expected);
}

static void the_full_receipt_has_the_vectors_bytes(void **state)
{
    struct fixture *fixture = *state;
    encode(fixture, &fixture->full);
    assert_bytes(fixture, test_text(test_get(receipts(fixture), "full"), "cbor"));
    assert_int_equal(fixture->len, 3174);
}

static void every_form_of_it_has_the_vectors_bytes(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        const char *name;
        enum vota_receipt_form form;
    } cases[] = {{"share", VOTA_RECEIPT_SHARE},
                 {"qr_share", VOTA_RECEIPT_QR_SHARE},
                 {"qr_full", VOTA_RECEIPT_QR_FULL}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        const json_t *form = form_of(fixture, cases[i].name);
        struct vota_receipt receipt = fixture->full;
        vota_receipt_reduce(&receipt, cases[i].form, 0);
        encode(fixture, &receipt);
        assert_int_equal(fixture->len, test_number(form, "bytes"));
        if (json_object_get(form, "cbor") != NULL)
            assert_bytes(fixture, test_text(form, "cbor"));
        if (json_object_get(form, "cbor_keccak") != NULL) {
            const vota_hash expected = test_hash(form, "cbor_keccak");
            assert_keccak(fixture, &expected);
        }
    }
}

/* The anchored receipt without its anchor: as it was when it was accepted. */
static void make_pending(struct vota_receipt *receipt)
{
    receipt->anchor_count = 0;
    receipt->path_len = 0;
    receipt->has_definition = false;
    receipt->has_opening = false;
}

static void a_pending_receipt_has_the_vectors_bytes(void **state)
{
    struct fixture *fixture = *state;
    const json_t *form = form_of(fixture, "pending");
    struct vota_receipt receipt = fixture->full;
    make_pending(&receipt);
    encode(fixture, &receipt);
    assert_bytes(fixture, test_text(form, "cbor"));
    struct vota_receipt from_json;
    test_receipt(&from_json, &fixture->pool, test_get(form, "json"));
    encode(fixture, &from_json);
    assert_bytes(fixture, test_text(form, "cbor"));
    /* On paper it is the same: the acceptance stays while nothing else proves anything. */
    const vota_hash expected = test_hash(form_of(fixture, "qr_pending"), "cbor_keccak");
    vota_receipt_reduce(&receipt, VOTA_RECEIPT_QR_SHARE, 0);
    encode(fixture, &receipt);
    assert_keccak(fixture, &expected);
}

static void the_qr_text_is_the_vectors(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        const char *name;
        enum vota_receipt_form form;
    } cases[] = {{"qr_share", VOTA_RECEIPT_QR_SHARE}, {"qr_full", VOTA_RECEIPT_QR_FULL}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        const json_t *form = form_of(fixture, cases[i].name);
        struct vota_receipt receipt = fixture->full;
        uint8_t text[2048];
        struct vota_wr wr = vota_wr_of(text, sizeof text);
        vota_receipt_reduce(&receipt, cases[i].form, 0);
        encode(fixture, &receipt);
        vota_base45_write_qr(&wr, fixture->bytes, fixture->len);
        assert_int_equal(wr.len, test_number(form, "qr_characters"));
        assert_memory_equal(text, test_text(form, "qr"), wr.len);
    }
}

static void two_hundred_thousand_leaves_fit_a_printed_code(void **state)
{
    struct fixture *fixture = *state;
    static const vota_hash path[18];
    struct vota_receipt receipt = fixture->full;
    receipt.path = path;
    receipt.path_len = COUNT(path);
    receipt.anchors[0].chain_id = 560048;
    receipt.anchors[0].entry.number = 70000;
    receipt.anchors[0].entry.block = 4000000;
    receipt.anchors[0].entry.count = 200000;
    vota_receipt_reduce(&receipt, VOTA_RECEIPT_QR_FULL, 0);
    encode(fixture, &receipt);
    assert_int_equal(fixture->len, test_number(form_of(fixture, "qr_full_200000"), "bytes"));
    vota_receipt_reduce(&receipt, VOTA_RECEIPT_QR_SHARE, 0);
    encode(fixture, &receipt);
    assert_int_equal(fixture->len, test_number(form_of(fixture, "qr_share_200000"), "bytes"));
}

static void assert_same_receipt(const struct vota_receipt *a, const struct vota_receipt *b)
{
    assert_memory_equal(&a->row, &b->row, sizeof a->row);
    assert_int_equal(a->path_len, b->path_len);
    assert_memory_equal(a->path, b->path, a->path_len * sizeof(vota_hash));
    assert_int_equal(a->anchor_count, b->anchor_count);
    assert_int_equal(a->anchors[0].entry.time, b->anchors[0].entry.time);
    assert_int_equal(a->anchors[0].later_count, b->anchors[0].later_count);
    assert_memory_equal(a->anchors[0].later, b->anchors[0].later,
                        a->anchors[0].later_count * sizeof(vota_hash));
    assert_int_equal(a->anchors[0].evidence.account_count, b->anchors[0].evidence.account_count);
    assert_memory_equal(a->anchors[0].evidence.storage[1].at, b->anchors[0].evidence.storage[1].at,
                        a->anchors[0].evidence.storage[1].len);
    assert_memory_equal(&a->acceptance.signature, &b->acceptance.signature, 65);
    assert_int_equal(a->definition.len, b->definition.len);
    assert_int_equal(a->opening.content.len, b->opening.content.len);
    assert_memory_equal(a->opening.content.at, b->opening.content.at, a->opening.content.len);
}

static void what_was_written_is_read(void **state)
{
    struct fixture *fixture = *state;
    static struct vota_receipt back;
    encode(fixture, &fixture->full);
    assert_int_equal(vota_receipt_decode(&back, fixture->bytes, fixture->len, NULL), VOTA_OK);
    assert_same_receipt(&back, &fixture->full);
}

static void several_networks_are_read_and_one_of_them_printed(void **state)
{
    struct fixture *fixture = *state;
    static struct vota_receipt back;
    struct vota_receipt receipt = fixture->full;
    receipt.anchors[1] = receipt.anchors[0];
    receipt.anchors[1].chain_id = 560048;
    receipt.anchors[1].has_later = true;
    receipt.anchors[1].later_count = 0; /* the last entry: told, and empty */
    receipt.anchors[2] = receipt.anchors[1];
    receipt.anchors[2].chain_genesis.bytes[0] ^= 1u; /* same chain id, another chain */
    receipt.anchors[2].has_later = false;            /* not told */
    receipt.anchors[2].has_evidence = false;
    receipt.anchor_count = 3;
    encode(fixture, &receipt);
    assert_int_equal(vota_receipt_decode(&back, fixture->bytes, fixture->len, NULL), VOTA_OK);
    assert_int_equal(back.anchor_count, 3);
    assert_true(back.anchors[1].has_later);
    assert_int_equal(back.anchors[1].later_count, 0);
    assert_false(back.anchors[2].has_later);
    assert_false(back.anchors[2].has_evidence);
    vota_receipt_reduce(&back, VOTA_RECEIPT_QR_SHARE, 1);
    assert_int_equal(back.anchor_count, 1);
    assert_int_equal(back.anchors[0].chain_id, 560048);
    assert_false(back.anchors[0].has_later);
}

/* A cut [base, head, insert, tail] of the pending receipt, on the heap. */
static uint8_t *cut(size_t *ret_len, const struct fixture *fixture, const json_t *spec)
{
    size_t base_len;
    size_t insert_len;
    uint8_t *base = test_hex_any(&base_len, test_text(form_of(fixture, "pending"), "cbor"));
    uint8_t *insert = test_hex_any(&insert_len, json_string_value(json_array_get(spec, 2)));
    const size_t head = (size_t)json_integer_value(json_array_get(spec, 1));
    const size_t tail = (size_t)json_integer_value(json_array_get(spec, 3));
    uint8_t *bytes = malloc(head + insert_len + tail + 1);
    assert_non_null(bytes);
    memcpy(bytes, base, head);
    memcpy(bytes + head, insert, insert_len);
    memcpy(bytes + head + insert_len, base + base_len - tail, tail);
    free(base);
    free(insert);
    *ret_len = head + insert_len + tail;
    return bytes;
}

static void the_vectors_refusals_are_refused_for_their_reason(void **state)
{
    struct fixture *fixture = *state;
    const json_t *cases = test_get(receipts(fixture), "negative");
    assert_int_equal(json_array_size(cases), 16);
    for (size_t i = 0; i < json_array_size(cases); i++) {
        const json_t *negative = json_array_get(cases, i);
        static struct vota_receipt receipt;
        struct vota_error err = {VOTA_OK, NULL, ""};
        size_t len;
        uint8_t *bytes = cut(&len, fixture, test_get(negative, "cut"));
        receipt.path_len = 77;
        assert_int_equal(vota_receipt_decode(&receipt, bytes, len, &err), VOTA_BAD_INPUT);
        if (strcmp(err.text, test_text(negative, "reason")) != 0)
            fail_msg("%s: %s", test_text(negative, "name"), err.text);
        assert_int_equal(receipt.path_len, 77);
        free(bytes);
    }
}

/* The encoded receipt with its first `from` replaced; returns the new length. */
static size_t change(uint8_t *changed, const struct fixture *fixture, const char *from,
                     const char *to)
{
    size_t len;
    size_t to_len;
    uint8_t *needle = test_hex_any(&len, from);
    uint8_t *insert = test_hex_any(&to_len, to);
    size_t at = 0;
    while (at + len <= fixture->len && memcmp(fixture->bytes + at, needle, len) != 0)
        at++;
    assert_true(at + len <= fixture->len);
    memcpy(changed, fixture->bytes, at);
    memcpy(changed + at, insert, to_len);
    memcpy(changed + at + to_len, fixture->bytes + at + len, fixture->len - at - len);
    free(needle);
    free(insert);
    return fixture->len - len + to_len;
}

static void members_have_their_type_length_and_ceiling(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        const char *from;
        const char *to;
        const char *where;
        const char *reason; /* NULL: accepted, the twin of the line before */
    } cases[] = {
        {"0x01586023", "0x01585f", "row", "cbor-length"},
        {"0x025880a8", "0x02587f", "path", "cbor-length"},
        {"0x0381a7", "0x0389a7", "anchors", "cbor-limit"},
        {"0x0254e8", "0x0253", "anchor.contract", "cbor-length"},
        {"0x021a6ab14673", "0x021b0020000000000000", "entry.time", "cbor-limit"},
        {"0x021a6ab14673", "0x021b001fffffffffffff", "entry.time", NULL},
        {"0x021a6ab14673", "0x021b000000006ab14673", "entry.time", "cbor"},
        {"0x03a50002", "0x03a40002", "entry.count", "missing-member"},
        {"0x05590100", "0x07590100", "anchor", "unknown-member"},
        {"0x0559010058", "0x0558ff", "anchor.later", "cbor-length"},
        {"0x6f65766964656e63652d6d70742d7631", "0x6f65766964656e63652d6d70742d7632",
         "evidence.format", "cbor-format"},
        {"0x02835901b4", "0x0298425901b4", "evidence.account", "cbor-limit"},
        {"0x04584177", "0x045840", "acceptance.signature", "cbor-length"},
        {"0x057902cf", "0x055902cf", "definition", "cbor-type"},
        {"0x7b22636173745f6174", "0xff22636173745f6174", "opening.content", "cbor"},
        {"0x7b22636173745f6174", "0x7c22636173745f6174", "opening.content", NULL},
    };
    encode(fixture, &fixture->full);
    for (size_t i = 0; i < COUNT(cases); i++) {
        static uint8_t changed[65536];
        static struct vota_receipt receipt;
        struct vota_error err = {VOTA_OK, NULL, ""};
        const size_t len = change(changed, fixture, cases[i].from, cases[i].to);
        const enum vota_status status = vota_receipt_decode(&receipt, changed, len, &err);
        if (cases[i].reason == NULL) {
            assert_int_equal(status, VOTA_OK);
            continue;
        }
        assert_int_equal(status, VOTA_BAD_INPUT);
        assert_string_equal(err.text, cases[i].reason);
        assert_string_equal(err.where, cases[i].where);
    }
}

/* What encode says of a receipt; where it refuses, the writer must be as before. */
static void assert_not_written(struct fixture *fixture, const struct vota_receipt *receipt,
                               const char *reason)
{
    struct vota_error err = {VOTA_OK, NULL, ""};
    struct vota_wr wr = vota_wr_of(fixture->bytes, sizeof fixture->bytes);
    vota_wr_byte(&wr, 0xee);
    assert_int_equal(vota_receipt_encode(&wr, receipt, &err), VOTA_BAD_INPUT);
    assert_string_equal(err.text, reason);
    assert_int_equal(wr.len, 1);
}

static void what_would_not_be_read_is_not_written(void **state)
{
    struct fixture *fixture = *state;
    struct vota_receipt receipt = fixture->full;
    receipt.anchor_count = 0;
    assert_not_written(fixture, &receipt, "pending-path");

    receipt = fixture->full;
    receipt.anchors[1] = receipt.anchors[0];
    receipt.anchor_count = 2;
    assert_not_written(fixture, &receipt, "repeated-network");

    receipt = fixture->full;
    receipt.anchors[0].entry.count = VOTA_CBOR_MAX_UINT + 1;
    assert_not_written(fixture, &receipt, "cbor-limit");

    static const uint8_t text[VOTA_DEFINITION_MAX_BYTES + 1] = {'{'};
    receipt = fixture->full;
    receipt.definition = (struct vota_slice){text, sizeof text};
    assert_not_written(fixture, &receipt, "cbor-limit");
    receipt.definition.len--;
    encode(fixture, &receipt);

    receipt = fixture->full;
    receipt.opening.content = (struct vota_slice){text, VOTA_CONTENT_MAX_BYTES + 1};
    assert_not_written(fixture, &receipt, "cbor-limit");
    receipt.opening.content.len--;
    encode(fixture, &receipt);
}

static void as_many_nodes_as_a_path_can_have_are_read(void **state)
{
    struct fixture *fixture = *state;
    static struct vota_receipt back;
    struct vota_receipt receipt = fixture->full;
    struct vota_evidence *evidence = &receipt.anchors[0].evidence;
    for (size_t i = 0; i < VOTA_TRIE_MAX_NODES; i++)
        evidence->storage[i] = evidence->storage[0];
    evidence->storage_count = VOTA_TRIE_MAX_NODES;
    encode(fixture, &receipt);
    assert_int_equal(vota_receipt_decode(&back, fixture->bytes, fixture->len, NULL), VOTA_OK);
    assert_int_equal(back.anchors[0].evidence.storage_count, VOTA_TRIE_MAX_NODES);
}

static void a_receipt_has_a_largest_size(void **state)
{
    struct fixture *fixture = *state;
    static uint8_t bytes[VOTA_RECEIPT_MAX_BYTES + 8192];
    static vota_hash later[VOTA_RECEIPT_MAX_BYTES / 32];
    struct vota_receipt receipt = fixture->full;
    vota_receipt_reduce(&receipt, VOTA_RECEIPT_QR_SHARE, 0);
    receipt.anchors[0].has_later = true;
    receipt.anchors[0].later = later;
    receipt.anchors[0].later_count = (VOTA_RECEIPT_MAX_BYTES - 408) / 32;
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
    assert_int_equal(vota_receipt_encode(&wr, &receipt, NULL), VOTA_OK);
    assert_true(wr.len <= VOTA_RECEIPT_MAX_BYTES);
    receipt.anchors[0].later_count += 1;
    struct vota_error err = {VOTA_OK, NULL, ""};
    wr = vota_wr_of(bytes, sizeof bytes);
    assert_int_equal(vota_receipt_encode(&wr, &receipt, &err), VOTA_BAD_INPUT);
    assert_string_equal(err.text, "cbor-limit");
}

static void every_shorter_receipt_is_refused(void **state)
{
    struct fixture *fixture = *state;
    encode(fixture, &fixture->full);
    for (size_t len = 0; len < fixture->len; len++) {
        static struct vota_receipt receipt;
        uint8_t *exact = malloc(len + 1); /* so that a read beyond is seen */
        assert_non_null(exact);
        memcpy(exact, fixture->bytes, len);
        assert_int_equal(vota_receipt_decode(&receipt, exact, len, NULL), VOTA_BAD_INPUT);
        free(exact);
    }
}

static void no_flipped_bit_gives_a_second_encoding(void **state)
{
    struct fixture *fixture = *state;
    static uint8_t changed[8192];
    static uint8_t again[8192];
    encode(fixture, &fixture->full);
    assert_true(fixture->len <= sizeof changed);
    for (size_t bit = 0; bit < fixture->len * 8; bit++) {
        static struct vota_receipt receipt;
        memcpy(changed, fixture->bytes, fixture->len);
        changed[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        if (vota_receipt_decode(&receipt, changed, fixture->len, NULL) != VOTA_OK)
            continue;
        struct vota_wr wr = vota_wr_of(again, sizeof again);
        assert_int_equal(vota_receipt_encode(&wr, &receipt, NULL), VOTA_OK);
        assert_int_equal(wr.len, fixture->len);
        assert_memory_equal(again, changed, wr.len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_full_receipt_has_the_vectors_bytes),
        cmocka_unit_test(every_form_of_it_has_the_vectors_bytes),
        cmocka_unit_test(a_pending_receipt_has_the_vectors_bytes),
        cmocka_unit_test(the_qr_text_is_the_vectors),
        cmocka_unit_test(two_hundred_thousand_leaves_fit_a_printed_code),
        cmocka_unit_test(what_was_written_is_read),
        cmocka_unit_test(several_networks_are_read_and_one_of_them_printed),
        cmocka_unit_test(the_vectors_refusals_are_refused_for_their_reason),
        cmocka_unit_test(members_have_their_type_length_and_ceiling),
        cmocka_unit_test(what_would_not_be_read_is_not_written),
        cmocka_unit_test(as_many_nodes_as_a_path_can_have_are_read),
        cmocka_unit_test(a_receipt_has_a_largest_size),
        cmocka_unit_test(every_shorter_receipt_is_refused),
        cmocka_unit_test(no_flipped_bit_gives_a_second_encoding),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
