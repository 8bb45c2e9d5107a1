/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/proof/evidence_case.h"

#include "keccak/keccak.h"
#include "proof/rlp.h"

static int set_up(void **state)
{
    *state = test_vectors();
    return 0;
}

static int tear_down(void **state)
{
    json_decref(*state);
    return 0;
}

static const json_t *part_of(void **state)
{
    return test_get(*state, "evidence");
}

static void assert_outcome(const struct evidence_case *c, const char *name, const char *code,
                           const char *verdict)
{
    struct vota_claim claim;
    struct vota_evidence_detail detail;
    claim_of(&claim, &c->receipt);
    const enum vota_evidence_code found =
        vota_evidence_check(&detail, &c->receipt.anchors[0].evidence, &c->trust, &claim);
    if (strcmp(vota_evidence_name(found), code) != 0)
        fail_msg("%s: %s, expected %s", name, vota_evidence_name(found), code);
    assert_int_equal(vota_evidence_verdict(found), verdict_of(verdict));
}

static void a_real_nodes_evidence_holds(void **state)
{
    static struct evidence_case c;
    struct test_pool pool = {.count = 0};
    struct vota_claim claim;
    struct vota_evidence_detail detail;
    evidence_case_init(&c, &pool, part_of(state));
    claim_of(&claim, &c.receipt);
    assert_int_equal(vota_evidence_check(&detail, &c.receipt.anchors[0].evidence, &c.trust, &claim),
                     VOTA_EVIDENCE_INCLUDED);
    assert_hash_equal(&detail.header.hash, &c.trust.block_hash);
    assert_hash_equal(&detail.code_hash, &c.trust.code_hash);
    assert_hash_equal(&detail.head, &detail.folded);
    assert_hash_equal(&detail.root, &c.receipt.anchors[0].entry.root);
    test_pool_done(&pool);
}

static void each_change_fails_where_the_vectors_say(void **state)
{
    const json_t *changes = test_get(part_of(state), "changes");
    assert_int_equal(json_array_size(changes), 16);
    for (size_t i = 0; i < json_array_size(changes); i++) {
        static struct evidence_case c;
        struct test_pool pool = {.count = 0};
        const json_t *change = json_array_get(changes, i);
        const char *text = test_text(change, "change");
        evidence_case_init(&c, &pool, part_of(state));
        apply_change(&c, &pool, text);
        /* Whose contract it is, is asked before any evidence: test_verify.c does. */
        if (strcmp(test_text(change, "code"), "foreign-contract") != 0)
            assert_outcome(&c, text, test_text(change, "code"), test_text(change, "verdict"));
        test_pool_done(&pool);
    }
}

static void each_state_made_by_hand_is_judged_as_the_vectors_say(void **state)
{
    const json_t *by_hand = test_get(part_of(state), "by_hand");
    assert_int_equal(json_array_size(by_hand), 18);
    for (size_t i = 0; i < json_array_size(by_hand); i++) {
        static struct evidence_case c;
        struct test_pool pool = {.count = 0};
        const json_t *item = json_array_get(by_hand, i);
        evidence_case_init(&c, &pool, part_of(state));
        apply_by_hand(&c, &pool, item);
        assert_outcome(&c, test_text(item, "name"), test_text(item, "code"),
                       test_text(item, "verdict"));
        test_pool_done(&pool);
    }
}

static const json_t *by_hand_of(void **state, const char *name)
{
    size_t index;
    const json_t *item;
    json_array_foreach(test_get(part_of(state), "by_hand"), index, item)
    {
        if (strcmp(test_text(item, "name"), name) == 0)
            return item;
    }
    fail_msg("no %s", name);
    return NULL;
}

static void a_head_is_proven_without_any_entry(void **state)
{
    static struct evidence_case c;
    struct test_pool pool = {.count = 0};
    struct vota_evidence_detail detail;
    evidence_case_init(&c, &pool, part_of(state));
    struct vota_anchor *anchor = &c.receipt.anchors[0];
    assert_int_equal(vota_evidence_prove_head(&detail, &anchor->evidence, &c.trust, NULL),
                     VOTA_EVIDENCE_INCLUDED);
    assert_false(vota_hash_is_zero(&detail.head));
    /* The twin: the same header is too old for an entry of its future. */
    anchor->entry.block = detail.header.number + 1;
    assert_int_equal(vota_evidence_prove_head(&detail, &anchor->evidence, &c.trust, &anchor->entry),
                     VOTA_EVIDENCE_OLDER_HEADER);
    anchor->entry.block = detail.header.number;
    assert_int_equal(vota_evidence_prove_head(&detail, &anchor->evidence, &c.trust, &anchor->entry),
                     VOTA_EVIDENCE_INCLUDED);
    test_pool_done(&pool);
}

static void a_claim_is_checked_against_a_head_known_otherwise(void **state)
{
    static struct evidence_case c;
    struct test_pool pool = {.count = 0};
    struct vota_claim claim;
    struct vota_evidence_detail detail;
    evidence_case_init(&c, &pool, part_of(state));
    assert_int_equal(
        vota_evidence_prove_head(&detail, &c.receipt.anchors[0].evidence, &c.trust, NULL),
        VOTA_EVIDENCE_INCLUDED);
    vota_hash head = detail.head;
    claim_of(&claim, &c.receipt);
    assert_int_equal(vota_evidence_check_claim(&detail, &head, &claim), VOTA_EVIDENCE_INCLUDED);
    head.bytes[31] ^= 1u;
    assert_int_equal(vota_evidence_check_claim(&detail, &head, &claim), VOTA_EVIDENCE_FOLD);
    test_pool_done(&pool);
}

static void a_wrong_path_says_nothing_under_evidence_that_fails(void **state)
{
    static struct evidence_case c;
    struct test_pool pool = {.count = 0};
    evidence_case_init(&c, &pool, part_of(state));
    apply_by_hand(&c, &pool, by_hand_of(state, "another code hash"));
    c.receipt.path_len = 0;
    assert_outcome(&c, "path under another code", "code-hash", "could not check");
    evidence_case_init(&c, &pool, part_of(state));
    c.receipt.path_len = 0;
    assert_outcome(&c, "path alone", "path-length", "not valid");
    test_pool_done(&pool);
}

static void an_empty_batch_has_no_path(void **state)
{
    static struct evidence_case c;
    struct test_pool pool = {.count = 0};
    struct vota_claim claim;
    vota_hash root;
    evidence_case_init(&c, &pool, part_of(state));
    claim_of(&claim, &c.receipt);
    assert_int_equal(vota_evidence_check_path(&root, &claim), VOTA_EVIDENCE_INCLUDED);
    claim.entry.count = 0;
    assert_int_equal(vota_evidence_check_path(&root, &claim), VOTA_EVIDENCE_PATH_LENGTH);
    /* A leaf alone is its root, and has an empty path. */
    claim.entry.count = 1;
    claim.path_len = 0;
    claim.entry.root = claim.leaf;
    assert_int_equal(vota_evidence_check_path(&root, &claim), VOTA_EVIDENCE_INCLUDED);
    test_pool_done(&pool);
}

/* A state of one leaf, made by hand: its value is the caller's. */
struct handmade {
    uint8_t leaf[300];
    uint8_t header[300];
    struct vota_evidence evidence;
    struct vota_evidence_trust trust;
};

/* A leaf that is the whole trie: the key under `hashed`, and the value. */
static struct vota_slice one_leaf(uint8_t *buffer, size_t cap, const void *hashed,
                                  size_t hashed_len, struct vota_slice value)
{
    uint8_t prefix[33] = {0x20};
    uint8_t payload[256];
    vota_keccak_hash(prefix + 1, hashed, hashed_len);
    struct vota_wr items = vota_wr_of(payload, sizeof payload);
    vota_rlp_put_string(&items, prefix, sizeof prefix);
    vota_rlp_put_string(&items, value.at, value.len);
    struct vota_wr wr = vota_wr_of(buffer, cap);
    vota_rlp_put_list(&wr, items.len);
    vota_wr_put(&wr, payload, items.len);
    assert_true(vota_wr_fits(&items) && vota_wr_fits(&wr));
    return (struct vota_slice){buffer, wr.len};
}

/* A header of that state root, and itself as the trusted block. */
static void make_header(struct handmade *made, const vota_hash *state_root)
{
    struct vota_wr items = vota_wr_of(made->header + 1, sizeof made->header - 1);
    for (size_t i = 0; i < VOTA_HEADER_MIN_ITEMS; i++)
        vota_rlp_put_string(&items, state_root->bytes, i == 3 ? 32 : 0);
    made->header[0] = (uint8_t)(0xc0 + items.len);
    made->evidence.header = (struct vota_slice){made->header, items.len + 1};
    vota_keccak_hash(made->trust.block_hash.bytes, made->header, items.len + 1);
}

static enum vota_evidence_code prove_account(struct handmade *made, const char *value_hex)
{
    struct vota_evidence_detail detail;
    struct test_pool pool = {.count = 0};
    size_t len;
    uint8_t *value = test_pool_keep(&pool, test_hex_any(&len, value_hex));
    vota_hash root;
    made->evidence.account[0] = one_leaf(made->leaf, sizeof made->leaf, made->trust.contract.bytes,
                                         20, (struct vota_slice){value, len});
    made->evidence.account_count = 1;
    vota_keccak_hash(root.bytes, made->leaf, made->evidence.account[0].len);
    make_header(made, &root);
    const enum vota_evidence_code code =
        vota_evidence_prove_head(&detail, &made->evidence, &made->trust, NULL);
    test_pool_done(&pool);
    return code;
}

#define ROOT_32 "a056e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"
#define CODE_32 "a00000000000000000000000000000000000000000000000000000000000000000"

static void an_account_has_one_shape(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        enum vota_evidence_code code;
    } cases[] = {
        /* A good one, of an empty storage. */
        {"0xf8440180" ROOT_32 CODE_32, VOTA_EVIDENCE_NO_HEAD},
        {"0xf8478180820100" ROOT_32 CODE_32, VOTA_EVIDENCE_NO_HEAD},
        {"0x8401020304", VOTA_EVIDENCE_ACCOUNT_SHAPE},
        {"0xf84401", VOTA_EVIDENCE_ACCOUNT_SHAPE},
        {"0xf8440180" ROOT_32 CODE_32 "00", VOTA_EVIDENCE_ACCOUNT_SHAPE},
        {"0xf8450180" ROOT_32 CODE_32 "01", VOTA_EVIDENCE_ACCOUNT_SHAPE}, /* five */
        {"0xe30180" ROOT_32, VOTA_EVIDENCE_ACCOUNT_SHAPE},                /* three */
        {"0xf8450181"
         "05" ROOT_32 CODE_32,
         VOTA_EVIDENCE_ACCOUNT_SHAPE},                               /* a byte in two */
        {"0xf8440080" ROOT_32 CODE_32, VOTA_EVIDENCE_ACCOUNT_SHAPE}, /* nonce 00 */
        {"0xf84d89010000000000000000"
         "80" ROOT_32 CODE_32,
         VOTA_EVIDENCE_ACCOUNT_SHAPE},
        {"0xf846018200ff" ROOT_32 CODE_32, VOTA_EVIDENCE_ACCOUNT_SHAPE}, /* balance 00ff */
        {"0xe40180" CODE_32 "c0", VOTA_EVIDENCE_ACCOUNT_SHAPE},
        {"0xe4018080" CODE_32, VOTA_EVIDENCE_ACCOUNT_SHAPE}, /* no storage root */
        {"0xe40180" ROOT_32 "80", VOTA_EVIDENCE_ACCOUNT_SHAPE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        static struct handmade made;
        made = (struct handmade){.trust = {.contract = {{0xc0}}}};
        const enum vota_evidence_code code = prove_account(&made, cases[i].value);
        if (code != cases[i].code)
            fail_msg("%s: %s", cases[i].value, vota_evidence_name(code));
    }
}

static void a_node_that_is_none_is_told_so(void **state)
{
    (void)state;
    static struct handmade made;
    static const uint8_t node[] = {0xc3, 0x01, 0x02, 0x03};
    struct vota_evidence_detail detail;
    vota_hash root;
    vota_keccak_hash(root.bytes, node, sizeof node);
    made.evidence.account[0] = (struct vota_slice){node, sizeof node};
    made.evidence.account_count = 1;
    make_header(&made, &root);
    assert_int_equal(vota_evidence_prove_head(&detail, &made.evidence, &made.trust, NULL),
                     VOTA_EVIDENCE_NODE_FORM);
}

/* A contract whose slot 0 holds these bytes. */
static enum vota_evidence_code prove_slot(struct handmade *made, const char *value_hex,
                                          struct vota_evidence_detail *ret_detail)
{
    static const uint8_t slot[32];
    static uint8_t leaf[300];
    uint8_t account[128];
    char account_hex[2 + 2 * sizeof account + 1];
    struct test_pool pool = {.count = 0};
    size_t len;
    uint8_t *value = test_pool_keep(&pool, test_hex_any(&len, value_hex));
    vota_hash root;
    made->evidence.storage[0] =
        one_leaf(leaf, sizeof leaf, slot, sizeof slot, (struct vota_slice){value, len});
    made->evidence.storage_count = 1;
    vota_keccak_hash(root.bytes, leaf, made->evidence.storage[0].len);
    struct vota_wr wr = vota_wr_of(account, sizeof account);
    vota_rlp_put_list(&wr, 2 + 33 + 33);
    vota_rlp_put_uint64(&wr, 1);
    vota_rlp_put_uint64(&wr, 0);
    vota_rlp_put_string(&wr, root.bytes, 32);
    vota_rlp_put_string(&wr, made->trust.code_hash.bytes, 32);
    struct vota_wr text = vota_wr_of(account_hex, sizeof account_hex - 1);
    vota_hex_write(&text, account, wr.len);
    account_hex[text.len] = '\0';
    (void)prove_account(made, account_hex);
    const enum vota_evidence_code code =
        vota_evidence_prove_head(ret_detail, &made->evidence, &made->trust, NULL);
    test_pool_done(&pool);
    return code;
}

static void a_head_is_stored_in_one_way(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        enum vota_evidence_code code;
    } cases[] = {
        {"0x01", VOTA_EVIDENCE_INCLUDED}, /* 31 zero bytes before it */
        {"0x8180", VOTA_EVIDENCE_INCLUDED},
        {"0xa0ff00000000000000000000000000000000000000000000000000000000000001",
         VOTA_EVIDENCE_INCLUDED},
        {"0xa000ff000000000000000000000000000000000000000000000000000000000001",
         VOTA_EVIDENCE_STORAGE_VALUE},
        {"0xa1ff0000000000000000000000000000000000000000000000000000000000000001",
         VOTA_EVIDENCE_STORAGE_VALUE},
        {"0x80", VOTA_EVIDENCE_STORAGE_VALUE}, /* zero is never stored */
        {"0x00", VOTA_EVIDENCE_STORAGE_VALUE},
        {"0x8101", VOTA_EVIDENCE_STORAGE_VALUE},
        {"0xc101", VOTA_EVIDENCE_STORAGE_VALUE},
        {"0x0101", VOTA_EVIDENCE_STORAGE_VALUE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        static struct handmade made;
        struct vota_evidence_detail detail;
        made = (struct handmade){.trust = {.contract = {{0xc0}}, .code_hash = {{7}}}};
        const enum vota_evidence_code code = prove_slot(&made, cases[i].value, &detail);
        if (code != cases[i].code)
            fail_msg("%s: %s", cases[i].value, vota_evidence_name(code));
        if (i == 0) {
            assert_int_equal(detail.head.bytes[31], 1);
            assert_int_equal(detail.head.bytes[0], 0);
        }
    }
}

static void only_wrong_paths_and_proven_absence_are_not_valid(void **state)
{
    (void)state;
    for (int code = 0; code < VOTA_EVIDENCE_CODES; code++) {
        const char *name = vota_evidence_name((enum vota_evidence_code)code);
        const bool refutes = strcmp(name, "path-length") == 0 || strcmp(name, "path-root") == 0 ||
                             strcmp(name, "no-account") == 0 || strcmp(name, "no-head") == 0;
        const enum vota_verdict verdict = vota_evidence_verdict((enum vota_evidence_code)code);
        assert_int_equal(verdict == VOTA_NOT_VALID, refutes);
        assert_int_equal(verdict == VOTA_VALID, strcmp(name, "included") == 0);
    }
    assert_string_equal(vota_evidence_name(VOTA_EVIDENCE_CODES), "unknown");
}

static void no_flipped_bit_of_the_proof_is_included(void **state)
{
    static struct evidence_case c;
    struct test_pool pool = {.count = 0};
    struct vota_claim claim;
    struct vota_evidence_detail detail;
    evidence_case_init(&c, &pool, part_of(state));
    claim_of(&claim, &c.receipt);
    struct vota_evidence *evidence = &c.receipt.anchors[0].evidence;
    struct vota_slice *parts[] = {&evidence->header, &evidence->account[0], &evidence->account[2],
                                  &evidence->storage[0], &evidence->storage[1]};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const struct vota_slice whole = *parts[i];
        uint8_t *copy = test_pool_keep(&pool, malloc(whole.len + 1));
        memcpy(copy, whole.at, whole.len);
        parts[i]->at = copy;
        for (size_t bit = 0; bit < whole.len * 8; bit++) {
            copy[bit / 8] ^= (uint8_t)(1u << (bit % 8));
            const enum vota_evidence_code code =
                vota_evidence_check(&detail, evidence, &c.trust, &claim);
            assert_int_equal(vota_evidence_verdict(code), VOTA_NOT_CHECKED);
            copy[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        }
        *parts[i] = whole;
    }
    test_pool_done(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_real_nodes_evidence_holds),
        cmocka_unit_test(each_change_fails_where_the_vectors_say),
        cmocka_unit_test(each_state_made_by_hand_is_judged_as_the_vectors_say),
        cmocka_unit_test(a_head_is_proven_without_any_entry),
        cmocka_unit_test(a_claim_is_checked_against_a_head_known_otherwise),
        cmocka_unit_test(a_wrong_path_says_nothing_under_evidence_that_fails),
        cmocka_unit_test(an_empty_batch_has_no_path),
        cmocka_unit_test(an_account_has_one_shape),
        cmocka_unit_test(a_node_that_is_none_is_told_so),
        cmocka_unit_test(a_head_is_stored_in_one_way),
        cmocka_unit_test(only_wrong_paths_and_proven_absence_are_not_valid),
        cmocka_unit_test(no_flipped_bit_of_the_proof_is_included),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
