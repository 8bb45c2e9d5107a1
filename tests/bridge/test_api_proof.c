/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked of one record, or of one leaf, on its way from accepted to final. */
#include "tests/bridge/api_fixture.h"

#include <pthread.h>

#include "bridge/publish/receipt_json.h"
#include "proof/merkle.h"

#define RECORDS 70u /* more than a subtree's leaves */

static vota_hash leaf_of(struct city *city, const char *id)
{
    char line[64];
    (void)snprintf(line, sizeof line, "GET /v1/records/%s", id);
    assert_int_equal(ask(city, 1, line, "", ""), 200);
    json_t *json = answer(city);
    const vota_hash leaf = test_hash(json, "leaf");
    json_decref(json);
    return leaf;
}

static void add_votes(struct city *city)
{
    for (unsigned n = 0; n < RECORDS; n++) {
        char body[256];
        (void)snprintf(body, sizeof body,
                       "{\"register\":\"vote\",\"id\":\"r%u\",\"voter\":\"v%u\",\"choice\":\"yes\","
                       "\"cast_at\":\"2026-09-21T14:15:00Z\"}",
                       n, n);
        assert_int_equal(ask(city, 0, "POST /v1/records?receipt=none", "application/json", body),
                         201);
    }
}

/* Without a token. */
static unsigned ask_proof(struct city *city, const char *method, const vota_hash *leaf,
                          const char *query, const char *headers)
{
    char line[256];
    char hex[VOTA_HASH_HEX_CHARS + 1];
    vota_hex_of_hash(hex, leaf);
    (void)snprintf(line, sizeof line, "%s /v1/proofs/%s%s", method, hex, query);
    assert_true(request(city, line, headers, ""));
    return city->status;
}

static struct vota_receipt_copy read_receipt(const struct city *city)
{
    struct vota_receipt_copy copy;
    OK(vota_receipt_json_read(&copy, city->body, strlen(city->body), NULL));
    return copy;
}

static void assert_state(struct city *city, const char *state, uint64_t batch, uint64_t entry)
{
    assert_int_equal(ask(city, 1, "GET /v1/records/r7", "", ""), 200);
    json_t *json = answer(city);
    assert_string_equal(test_text(json, "state"), state);
    assert_string_equal(test_text(json, "accepted_at"), "2026-09-21T15:13:20Z");
    assert_string_equal(test_text(json, "anchor_by"), "2026-09-21T16:13:20Z");
    assert_int_equal(json_integer_value(json_object_get(json, "batch")), batch);
    assert_int_equal(json_integer_value(json_object_get(json, "entry")), entry);
    json_decref(json);
}

/* Holds what is public of a leaf under this root, and nothing else. */
static void assert_proof(const struct city *city, const vota_hash *leaf, const vota_hash *root,
                         bool is_final)
{
    struct vota_receipt_copy copy = read_receipt(city);
    const struct vota_receipt *receipt = &copy.about;
    vota_hash reached;
    assert_false(receipt->has_opening || receipt->has_acceptance);
    assert_true(receipt->has_definition);
    assert_int_equal(receipt->anchor_count, 1);
    assert_hash_equal(&receipt->anchors[0].entry.root, root);
    assert_int_equal(receipt->anchors[0].has_evidence, is_final);
    vota_merkle_root_of(&reached, leaf, receipt->path, receipt->path_len);
    assert_hash_equal(&reached, root);
    vota_receipt_copy_done(&copy);
}

static void a_proof_is_public_from_the_anchor_on(void **state)
{
    (void)state;
    struct city *city = city_open(no_limit);
    add_votes(city);
    const vota_hash leaf = leaf_of(city, "r7");
    assert_state(city, "accepted", 0, 0);
    assert_int_equal(ask_proof(city, "GET", &leaf, "", ""), 404); /* nobody may know yet */
    const struct vota_store_batch batch = city_seal(city);
    assert_state(city, "batched", (uint64_t)batch.id, 0);
    assert_int_equal(ask_proof(city, "GET", &leaf, "", ""), 404);
    assert_problem(city, 404, "not-found");
    const uint64_t entry = city_mine(city, &batch);
    assert_state(city, "anchored", (uint64_t)batch.id, entry);
    for (unsigned n = 0; n < RECORDS; n += 3) {
        char id[16];
        (void)snprintf(id, sizeof id, "r%u", n);
        const vota_hash other = leaf_of(city, id);
        assert_int_equal(ask_proof(city, "GET", &other, "", ""), 200);
        assert_proof(city, &other, &batch.root, false);
    }
    assert_non_null(strstr(city->head, "Cache-Control: no-store\r\n"));
    assert_null(strstr(city->head, "ETag"));
    city_finalise(city);
    assert_state(city, "final", (uint64_t)batch.id, entry);
    assert_int_equal(ask_proof(city, "GET", &leaf, "", ""), 200);
    assert_proof(city, &leaf, &batch.root, true);
    assert_non_null(strstr(city->head, "Cache-Control: public, max-age=3600\r\n"));
    city_close(city);
}

/* A city with one final batch. */
static struct city *final_city(vota_hash *ret_leaf)
{
    struct city *city = city_open(no_limit);
    add_votes(city);
    *ret_leaf = leaf_of(city, "r7");
    const struct vota_store_batch batch = city_seal(city);
    (void)city_mine(city, &batch);
    city_finalise(city);
    return city;
}

/* The value of a header of the last answer. */
static void header_of(const struct city *city, const char *name, char ret_value[64])
{
    const char *at = strstr(city->head, name);
    assert_non_null(at);
    (void)snprintf(ret_value, 64, "%.*s", (int)strcspn(at + strlen(name), "\r"), at + strlen(name));
}

static void a_final_proof_may_be_kept_and_asked_for_again(void **state)
{
    (void)state;
    vota_hash leaf;
    struct city *city = final_city(&leaf);
    assert_int_equal(ask_proof(city, "GET", &leaf, "", ""), 200);
    const size_t len = strlen(city->body);
    char tag[64];
    header_of(city, "ETag: ", tag);
    char header[128];
    (void)snprintf(header, sizeof header, "If-None-Match: %s\r\n", tag);
    assert_int_equal(ask_proof(city, "GET", &leaf, "", "If-None-Match: \"other\"\r\n"), 200);
    assert_int_equal(strlen(city->body), len);
    assert_int_equal(ask_proof(city, "GET", &leaf, "", header), 304);
    assert_non_null(strstr(city->head, tag));
    assert_string_equal(city->body, "");
    /* A citizen's receipt is for nobody else's cache. */
    assert_int_equal(ask(city, 1, "GET /v1/records/r7/receipt", "", ""), 200);
    assert_non_null(strstr(city->head, "Cache-Control: private, no-cache\r\n"));
    struct vota_receipt_copy full = read_receipt(city);
    assert_true(full.about.has_opening && full.about.has_acceptance);
    vota_receipt_copy_done(&full);
    city_close(city);
}

static void a_proof_comes_in_both_formats(void **state)
{
    (void)state;
    vota_hash leaf;
    static struct vota_receipt receipt;
    struct city *city = final_city(&leaf);
    assert_int_equal(ask_proof(city, "GET", &leaf, "", ""), 200);
    struct vota_receipt_copy json = read_receipt(city);
    assert_int_equal(ask_proof(city, "GET", &leaf, "?format=cbor", ""), 200);
    assert_non_null(strstr(city->head, "Content-Type: application/cbor\r\n"));
    const char *length = strstr(city->head, "Content-Length: ");
    OK(vota_receipt_decode(&receipt, (const uint8_t *)city->body, strtoul(length + 16, NULL, 10),
                           NULL));
    assert_int_equal(receipt.path_len, json.about.path_len);
    assert_memory_equal(receipt.path, json.about.path, receipt.path_len * sizeof leaf);
    assert_false(receipt.has_opening || receipt.has_acceptance);
    vota_receipt_copy_done(&json);
    city_close(city);
}

#define READERS 4u

/* A client of its own: a copy that dials again. */
static void *read_proofs(void *context)
{
    const struct city *city = context;
    struct city *mine = malloc(sizeof *mine);
    assert_non_null(mine);
    *mine = *city;
    mine->fd = dial(vota_server_port(city->server));
    for (unsigned n = 0; n < 200; n++) {
        char id[16];
        (void)snprintf(id, sizeof id, "r%u", n * 31 % RECORDS);
        const vota_hash leaf = leaf_of(mine, id);
        assert_int_equal(ask_proof(mine, "GET", &leaf, n % 2 == 0 ? "" : "?format=cbor", ""), 200);
    }
    assert_int_equal(close(mine->fd), 0);
    free(mine);
    return NULL;
}

static void readers_share_trees_and_anchors(void **state)
{
    (void)state;
    vota_hash leaf;
    pthread_t readers[READERS];
    struct city *city = final_city(&leaf);
    for (unsigned i = 0; i < READERS; i++)
        assert_int_equal(pthread_create(&readers[i], NULL, read_proofs, city), 0);
    for (unsigned i = 0; i < READERS; i++)
        assert_int_equal(pthread_join(readers[i], NULL), 0);
    assert_int_equal(ask_proof(city, "GET", &leaf, "", ""), 200);
    city_close(city);
}

static void head_says_what_get_would(void **state)
{
    (void)state;
    vota_hash leaf;
    struct city *city = final_city(&leaf);
    assert_int_equal(ask_proof(city, "GET", &leaf, "", ""), 200);
    char length[64];
    header_of(city, "Content-Length: ", length);
    city->is_head = true;
    assert_int_equal(ask_proof(city, "HEAD", &leaf, "", ""), 200);
    assert_non_null(strstr(city->head, length));
    assert_string_equal(city->body, "");
    assert_true(request(city, "HEAD /v1/records/none", "", ""));
    assert_int_equal(city->status, 401);
    city->is_head = false;
    assert_int_equal(ask(city, 1, "GET /v1/records/r1", "", ""), 200); /* the line is in step */
    city_close(city);
}

static void assert_names(const struct city *city, const char *field, uint64_t limit)
{
    assert_problem(city, 400, "bad-request");
    json_t *json = answer(city);
    assert_string_equal(test_text(json, "field"), field);
    assert_int_equal(json_integer_value(json_object_get(json, "limit")), limit);
    json_decref(json);
}

static void what_cannot_be_asked_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *line, *field;
        uint64_t limit;
    } cases[] = {
        {"GET /v1/proofs/0x12", "leaf", 0},
        {"GET /v1/proofs/none", "leaf", 0},
        {"GET /v1/records/r1?colour=red", "colour", 0},
        {"GET /v1/records/r1/receipt?form=full&form=share", "form", 0},
        {"GET /v1/records/r1/receipt?form=%zz", "form", 0},
        {"GET /v1/records/r1/receipt?form=long", "form", 0},
        {"GET /v1/records/r1/receipt?format=xml", "format", 0},
        {"GET /v1/records", "state", 0},
        {"GET /v1/records?state=lost", "state", 0},
        {"GET /v1/records?state=final&limit=0", "limit", 1000},
        {"GET /v1/records?state=final&limit=1001", "limit", 1000},
        {"GET /v1/records?state=final&limit=ten", "limit", 1000},
        {"GET /v1/records?state=final&since=", "since", 0},
        {"GET /v1/records?state=final&since=a0", "since", 0},
        {"GET /v1/batches?since=x", "since", 0},
        {"GET /v1/status?verbose", "verbose", 0},
        {"GET /healthz?x=1", "x", 0},
    };
    struct city *city = city_open(no_limit);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        (void)ask(city, 1, cases[i].line, "", "");
        assert_names(city, cases[i].field, cases[i].limit);
    }
    city_close(city);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_proof_is_public_from_the_anchor_on),
        cmocka_unit_test(a_final_proof_may_be_kept_and_asked_for_again),
        cmocka_unit_test(a_proof_comes_in_both_formats),
        cmocka_unit_test(readers_share_trees_and_anchors),
        cmocka_unit_test(head_says_what_get_would),
        cmocka_unit_test(what_cannot_be_asked_is_named),
    };
    return RUN_TESTS(tests);
}
