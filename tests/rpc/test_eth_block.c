/* SPDX-License-Identifier: Apache-2.0 */
/* Headers are believed when they hash to what they claim, whatever their fork, else refused. */
#include "keccak/keccak.h"
#include "proof/rlp.h"
#include "tests/rpc/sample_header.h"
#include "tests/rpc/script.h"

#define MORE "\"size\":\"0x29f\",\"uncles\":[],\"withdrawals\":[],\"transactions\":[],"
#define SAMPLE(root, more, tail, hash)                                                             \
    SCRIPT_RESULT("{" SAMPLE_HEAD root SAMPLE_MIDDLE MORE more tail ",\"hash\":\"" hash "\"}")
#define GOOD      SAMPLE(SAMPLE_STATE_ROOT, "", SAMPLE_TAIL, SAMPLE_HASH)
#define NO_METHOD SCRIPT_ERROR(-32601, "the method debug_getRawHeader does not exist")
#define OTHER_STATE_ROOT                                                                           \
    "\"stateRoot\":\"0xfa3dce0649b084038be0d2e88b0740fdd50631fc32109c0f7766fa242baf2c38\","

static void the_fields_of_amsterdam_hash_to_their_block(void **state)
{
    (void)state;
    static const struct script_step steps[] = {GOOD, GOOD, GOOD};
    struct script script;
    struct vota_provider *provider = SCRIPT_INIT(&script, steps);
    struct vota_block block;
    vota_hash hash;
    test_hex(hash.bytes, 32, SAMPLE_HASH);
    const struct vota_block_id ids[] = {vota_block_tagged(VOTA_BLOCK_LATEST),
                                        vota_block_numbered(SAMPLE_NUMBER),
                                        vota_block_hashed(&hash)};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(vota_eth_block(provider, &block, &ids[i], NULL), VOTA_OK);
        assert_hash_equal(&block.hash, &hash);
        assert_true(block.number == SAMPLE_NUMBER && block.time == 0x6ac4fd60);
        assert_true(block.fields == 23 && block.rlp_len == SAMPLE_BYTES);
        assert_true(block.gas_limit == 0x3938700 && block.gas_used == 0xd1dda4);
        assert_true(block.has_base_fee && block.base_fee == 0x3d7386e5);
        vota_keccak_hash(hash.bytes, block.rlp, block.rlp_len);
        assert_hash_equal(&block.hash, &hash);
    }
    assert_non_null(
        strstr(script.request, "eth_getBlockByHash\",\"params\":[\"" SAMPLE_HASH "\",false]"));
}

static void the_genesis_block_of_mainnet_is_recomputed(void **state)
{
    (void)state;
    static const struct script_step steps[] = {
        SCRIPT_RESULT("{" GENESIS_FIELDS ",\"hash\":\"" GENESIS_HASH
                      "\",\"totalDifficulty\":\"0x400000000\",\"baseFeePerGas\":null}")};
    struct script script;
    struct vota_provider *provider = SCRIPT_INIT(&script, steps);
    vota_hash hash;
    vota_hash expected;
    test_hex(expected.bytes, 32, GENESIS_HASH);
    assert_int_equal(vota_eth_genesis(provider, &hash, NULL), VOTA_OK);
    assert_hash_equal(&hash, &expected);
    assert_non_null(strstr(script.request, "eth_getBlockByNumber\",\"params\":[\"0x0\",false]"));
}

static void a_field_that_was_changed_is_a_lie(void **state)
{
    (void)state;
    static const struct script_step steps[] = {
        SAMPLE(OTHER_STATE_ROOT, "", SAMPLE_TAIL, SAMPLE_HASH), NO_METHOD,
        SAMPLE(OTHER_STATE_ROOT, "", SAMPLE_TAIL, SAMPLE_HASH)};
    struct script script;
    struct vota_provider *provider = SCRIPT_INIT(&script, steps);
    struct vota_block block = {.number = 42};
    struct vota_error err = {0};
    const struct vota_block_id id = vota_block_tagged(VOTA_BLOCK_LATEST);
    assert_int_equal(vota_eth_block(provider, &block, &id, &err), VOTA_REMOTE);
    assert_string_equal(err.text, "header-hash-differs");
    assert_int_equal(provider->failure.fault, VOTA_RPC_FAULT_LIE);
    assert_true(block.number == 42);
    /* a method that is not there is not asked for again */
    assert_int_equal(vota_eth_block(provider, &block, &id, NULL), VOTA_REMOTE);
    assert_int_equal(script.next, 3);
}

static void an_unknown_member_makes_it_a_new_fork_not_a_lie(void **state)
{
    (void)state;
    static const struct script_step steps[] = {
        SAMPLE(SAMPLE_STATE_ROOT, "\"futureRoot\":\"" SAMPLE_ZERO_HASH "\",", SAMPLE_TAIL,
               SAMPLE_ZERO_HASH),
        NO_METHOD,
        /* the same member does no harm while the hash fits without it */
        SAMPLE(SAMPLE_STATE_ROOT, "\"futureRoot\":\"" SAMPLE_ZERO_HASH "\",", SAMPLE_TAIL,
               SAMPLE_HASH)};
    struct script script;
    struct vota_provider *provider = SCRIPT_INIT(&script, steps);
    struct vota_block block;
    struct vota_error err = {0};
    const struct vota_block_id id = vota_block_tagged(VOTA_BLOCK_LATEST);
    assert_int_equal(vota_eth_block(provider, &block, &id, &err), VOTA_REMOTE);
    assert_string_equal(err.text, "unsupported-header");
    assert_int_equal(provider->failure.fault, VOTA_RPC_FAULT_MALFORMED);
    assert_int_equal(vota_eth_block(provider, &block, &id, NULL), VOTA_OK);
}

/* ---- a fork to come: 24 items, known only as raw bytes ---- */

static char raw_step[4000];
static char block_step[4000];

/* Two steps: a block whose hash covers a 24th item, and the raw header. */
static void make_future(struct script_step steps[2], vota_hash *ret_hash)
{
    static const struct script_step known[] = {GOOD};
    struct script script;
    struct vota_block block;
    struct vota_rlp_item list;
    const struct vota_block_id id = vota_block_tagged(VOTA_BLOCK_LATEST);
    assert_int_equal(vota_eth_block(SCRIPT_INIT(&script, known), &block, &id, NULL), VOTA_OK);
    assert_int_equal(vota_rlp_read(&list, block.rlp, block.rlp_len, NULL), VOTA_OK);

    uint8_t longer[1000];
    struct vota_wr wr = vota_wr_of(longer, sizeof longer);
    vota_rlp_put_list(&wr, list.payload.len + 1);
    vota_wr_put(&wr, list.payload.at, list.payload.len);
    vota_wr_byte(&wr, 0x05);
    vota_keccak_hash(ret_hash->bytes, longer, wr.len);
    char hash[VOTA_HASH_HEX_CHARS + 1];
    vota_hex_of_hash(hash, ret_hash);

    memset(raw_step, 0, sizeof raw_step);
    struct vota_wr raw = vota_wr_of(raw_step, sizeof raw_step - 1);
    vota_wr_text(&raw, "{\"jsonrpc\":\"2.0\",\"id\":$ID,\"result\":\"");
    vota_hex_write(&raw, longer, wr.len);
    vota_wr_text(&raw, "\"}");
    memset(block_step, 0, sizeof block_step);
    struct vota_wr body = vota_wr_of(block_step, sizeof block_step - 1);
    vota_wr_text(&body, "{\"jsonrpc\":\"2.0\",\"id\":$ID,\"result\":{" SAMPLE_HEAD SAMPLE_STATE_ROOT
                            SAMPLE_MIDDLE SAMPLE_TAIL ",\"future\":\"0x5\",\"hash\":\"");
    vota_wr_text(&body, hash);
    vota_wr_text(&body, "\"}}");
    assert_true(vota_wr_fits(&raw) && vota_wr_fits(&body));
    steps[0] = (struct script_step){.body = block_step};
    steps[1] = (struct script_step){.body = raw_step};
}

static void a_header_with_a_24th_item_is_read_from_its_raw_bytes(void **state)
{
    (void)state;
    struct script_step steps[2];
    struct script script;
    struct vota_block block;
    vota_hash hash;
    const struct vota_block_id id = vota_block_tagged(VOTA_BLOCK_LATEST);
    make_future(steps, &hash);
    struct vota_provider *provider = SCRIPT_INIT(&script, steps);
    assert_int_equal(vota_eth_block(provider, &block, &id, NULL), VOTA_OK);
    assert_hash_equal(&block.hash, &hash);
    assert_true(block.fields == 24 && block.number == SAMPLE_NUMBER);
    assert_non_null(strstr(script.request, "debug_getRawHeader"));
}

static void raw_bytes_that_hash_to_something_else_do_not_help(void **state)
{
    (void)state;
    struct script_step steps[2];
    struct script script;
    struct vota_block block;
    vota_hash hash;
    struct vota_error err = {0};
    const struct vota_block_id id = vota_block_tagged(VOTA_BLOCK_LATEST);
    make_future(steps, &hash);
    char *last = strrchr(raw_step, '5');
    assert_non_null(last);
    *last = '6';
    struct vota_provider *provider = SCRIPT_INIT(&script, steps);
    assert_int_equal(vota_eth_block(provider, &block, &id, &err), VOTA_REMOTE);
    assert_string_equal(err.text, "unsupported-header");
}

static void another_block_than_the_one_asked_for_is_a_lie(void **state)
{
    (void)state;
    static const struct script_step steps[] = {GOOD, GOOD};
    struct script script;
    struct vota_provider *provider = SCRIPT_INIT(&script, steps);
    struct vota_block block;
    struct vota_error err = {0};
    const vota_hash other = {{1}};
    const struct vota_block_id number = vota_block_numbered(SAMPLE_NUMBER - 1);
    const struct vota_block_id hash = vota_block_hashed(&other);
    assert_int_equal(vota_eth_block(provider, &block, &number, &err), VOTA_REMOTE);
    assert_string_equal(err.text, "wrong-block");
    assert_int_equal(vota_eth_block(provider, &block, &hash, NULL), VOTA_REMOTE);
    assert_int_equal(provider->failure.fault, VOTA_RPC_FAULT_LIE);
}

#define PRAGUE_GAP                                                                                 \
    "\"withdrawalsRoot\":\"" SAMPLE_ZERO_HASH "\",\"blobGasUsed\":\"0x0\","                        \
    "\"parentBeaconBlockRoot\":\"" SAMPLE_ZERO_HASH "\""

static void headers_with_gaps_or_fields_of_another_form_are_refused(void **state)
{
    (void)state;
    static const struct {
        struct script_step step;
        const char *reason;
    } cases[] = {
        {SAMPLE(SAMPLE_STATE_ROOT, "", PRAGUE_GAP, SAMPLE_HASH), "header-gap"},
        {SAMPLE("", "", SAMPLE_TAIL, SAMPLE_HASH), "header-gap"},
        {SAMPLE("\"stateRoot\":null,", "", SAMPLE_TAIL, SAMPLE_HASH), "header-gap"},
        {SAMPLE("\"stateRoot\":\"0x00\",", "", SAMPLE_TAIL, SAMPLE_HASH), "header-field"},
        {SAMPLE("\"stateRoot\":7,", "", SAMPLE_TAIL, SAMPLE_HASH), "header-field"},
        {SAMPLE(SAMPLE_STATE_ROOT, "", "\"withdrawalsRoot\":\"0x1\"", SAMPLE_HASH), "header-field"},
        {SAMPLE(SAMPLE_STATE_ROOT, "",
                "\"withdrawalsRoot\":\"" SAMPLE_ZERO_HASH "\",\"blobGasUsed\":\"0x00\"",
                SAMPLE_HASH),
         "header-field"},
        {SAMPLE("\"stateRoot\":\"0x1\",", "", SAMPLE_TAIL, SAMPLE_HASH), "header-field"},
        {SAMPLE(SAMPLE_STATE_ROOT, "", SAMPLE_TAIL, "0x12"), "no-hash"},
        {SCRIPT_RESULT("{}"), "no-hash"},
        {SCRIPT_RESULT("[]"), "no-hash"},
        {SCRIPT_RESULT("\"0x1\""), "no-hash"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct script script;
        struct vota_block block;
        struct vota_error err = {0};
        const struct vota_block_id id = vota_block_tagged(VOTA_BLOCK_LATEST);
        struct vota_provider *provider = script_init(&script, &cases[i].step, 1);
        provider->no_raw_header = true;
        assert_int_equal(vota_eth_block(provider, &block, &id, &err), VOTA_REMOTE);
        if (strcmp(err.text, cases[i].reason) != 0)
            fail_msg("case %zu: %s", i, err.text);
    }
}

static void a_chain_without_a_finalized_block_is_not_found(void **state)
{
    (void)state;
    static const struct script_step steps[] = {SCRIPT_RESULT("null"),
                                               SCRIPT_ERROR(-39001, "finalized block not found"),
                                               SCRIPT_ERROR(-39001, "finalized block not found"),
                                               SCRIPT_ERROR(-39001, "finalized block not found"),
                                               SCRIPT_ERROR(-39001, "finalized block not found")};
    struct script script;
    struct vota_provider *provider = SCRIPT_INIT(&script, steps);
    struct vota_block block;
    const struct vota_block_id id = vota_block_tagged(VOTA_BLOCK_FINALIZED);
    assert_int_equal(vota_eth_block(provider, &block, &id, NULL), VOTA_NOT_FOUND);
    assert_int_equal(vota_eth_block(provider, &block, &id, NULL), VOTA_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_fields_of_amsterdam_hash_to_their_block),
        cmocka_unit_test(the_genesis_block_of_mainnet_is_recomputed),
        cmocka_unit_test(a_field_that_was_changed_is_a_lie),
        cmocka_unit_test(an_unknown_member_makes_it_a_new_fork_not_a_lie),
        cmocka_unit_test(a_header_with_a_24th_item_is_read_from_its_raw_bytes),
        cmocka_unit_test(raw_bytes_that_hash_to_something_else_do_not_help),
        cmocka_unit_test(another_block_than_the_one_asked_for_is_a_lie),
        cmocka_unit_test(headers_with_gaps_or_fields_of_another_form_are_refused),
        cmocka_unit_test(a_chain_without_a_finalized_block_is_not_found),
    };
    return RUN_TESTS(tests);
}
