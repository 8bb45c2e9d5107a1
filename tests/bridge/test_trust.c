/* SPDX-License-Identifier: Apache-2.0 */
/* The trust file: read back as written, refused where it would trust what it should not. */
#include "tests/bridge/town.h"

static char *written(const struct vota_trust_file *file)
{
    struct vota_wr wr = vota_wr_of(NULL, 0);
    vota_trust_json_write(&wr, file);
    char *text = calloc(1, wr.len + 1);
    wr = vota_wr_of(text, wr.len);
    vota_trust_json_write(&wr, file);
    return text;
}

static void test_reads_back_what_it_wrote(void **state)
{
    struct town *town = town_new();
    struct vota_trust_file_copy copy;
    (void)state;
    town_trust(town);
    char *text = written(&town->trust);
    assert_int_equal(vota_trust_json_read(&copy, text, strlen(text), NULL), VOTA_OK);
    assert_int_equal(copy.about.contract_count, 1);
    assert_true(vota_deployment_equal(&copy.about.contracts[0], &town->deployment));
    assert_hash_equal(&copy.about.heads[0].head, &town->trust_head.head);
    assert_memory_equal(copy.about.city.at, "마을", copy.about.city.len);
    assert_ptr_equal(vota_trust_json_find(&copy.about, town->deployment.genesis.chain_id,
                                          &town->deployment.chain_genesis,
                                          &town->deployment.genesis.contract),
                     &copy.about.contracts[0]);
    char *again = written(&copy.about);
    assert_string_equal(text, again);
    free(again);
    free(text);
    vota_trust_file_copy_done(&copy);
    town_free(town);
}

static void refuse(struct town *town, const char *reason)
{
    struct vota_trust_file_copy copy;
    struct vota_error err = {0};
    char *text = written(&town->trust);
    assert_int_equal(vota_trust_json_read(&copy, text, strlen(text), &err), VOTA_BAD_INPUT);
    assert_string_equal(err.text, reason);
    free(text);
}

/* A contract of somebody else's code must not get into anybody's trust. */
static void test_a_forged_record_is_refused(void **state)
{
    struct town *town = town_new();
    (void)state;
    town_trust(town);
    town->deployment.salt.bytes[0] ^= 1;
    refuse(town, "deployment-address");
    town->deployment.salt.bytes[0] ^= 1;
    town->deployment.genesis.owner.bytes[0] ^= 1;
    refuse(town, "deployment-address");
    town->deployment.genesis.owner.bytes[0] ^= 1;
    town->deployment.creation_code_hash.bytes[0] ^= 1;
    refuse(town, "deployment-code");
    town_free(town);
}

static void test_what_does_not_belong_together_is_refused(void **state)
{
    struct town *town = town_new();
    struct vota_trust_file_network networks[2];
    struct vota_trust_file_successor link = {31337, {{1}}, 31337, {{2}}};
    (void)state;
    town_trust(town);
    town->network.chain_id++;
    refuse(town, "unknown-network");
    town->network.chain_id--;
    town->trust_head.contract.bytes[0] ^= 1;
    refuse(town, "unknown-contract");
    town->trust_head.contract.bytes[0] ^= 1;
    networks[0] = networks[1] = town->network;
    town->trust.networks = networks;
    town->trust.network_count = 2;
    refuse(town, "repeated");
    town->trust.network_count = 1;
    town->trust.successors = &link;
    town->trust.successor_count = 1;
    refuse(town, "unknown-contract");
    town_free(town);
}

/* Both contracts are named, but the successor's record says that it continues another, or none. */
static void test_a_successor_is_one_by_its_own_record(void **state)
{
    struct town *town = town_new();
    struct vota_deployment contracts[2];
    struct vota_trust_file_copy copy;
    (void)state;
    town_trust(town);
    contracts[0] = contracts[1] = town->deployment;
    const struct vota_genesis *old = &contracts[0].genesis;
    struct vota_genesis *successor = &contracts[1].genesis;
    town->trust.contracts = contracts;
    town->trust.contract_count = 2;
    for (int i = 0; i < 3; i++) {
        successor->pred_chain_id = i == 0 ? 0 : old->chain_id;
        successor->pred_contract = i == 2 ? old->contract : (vota_addr){{(uint8_t)(i + 1)}};
        vota_deployment_address(&successor->contract, &contracts[1]);
        struct vota_trust_file_successor link = {old->chain_id, old->contract, successor->chain_id,
                                                 successor->contract};
        town->trust.successors = &link;
        town->trust.successor_count = 1;
        if (i < 2) {
            refuse(town, "not-successor");
            continue;
        }
        char *text = written(&town->trust);
        assert_int_equal(vota_trust_json_read(&copy, text, strlen(text), NULL), VOTA_OK);
        assert_int_equal(copy.about.successor_count, 1);
        vota_trust_file_copy_done(&copy);
        free(text);
    }
    town_free(town);
}

static void test_other_forms_are_refused(void **state)
{
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {"[]", "bad-type"},
        {"{}", "missing-member"},
        {"{\"city\":\"\",\"contracts\":[],\"format\":\"voteanchor-trust-v2\",\"heads\":[],"
         "\"networks\":[],\"successors\":[]}",
         "bad-value"},
        {"{\"city\":\"\",\"contracts\":{},\"format\":\"voteanchor-trust-v1\",\"heads\":[],"
         "\"networks\":[],\"successors\":[]}",
         "bad-type"},
        {"{\"city\":\"\",\"contracts\":[],\"format\":\"voteanchor-trust-v1\",\"heads\":[],"
         "\"networks\":[],\"successors\":[],\"more\":1}",
         "unknown-member"},
        {"{\"city\":\"\",\"contracts\":[{}],\"format\":\"voteanchor-trust-v1\",\"heads\":[],"
         "\"networks\":[],\"successors\":[]}",
         "missing-member"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_trust_file_copy copy;
        struct vota_error err = {0};
        assert_int_equal(vota_trust_json_read(&copy, cases[i].text, strlen(cases[i].text), &err),
                         VOTA_BAD_INPUT);
        assert_string_equal(err.text, cases[i].reason);
    }
}

static void test_an_empty_file_trusts_nothing(void **state)
{
    const struct vota_trust_file empty = {.city = {(const uint8_t *)"", 0}};
    struct vota_trust_file_copy copy;
    (void)state;
    char *text = written(&empty);
    assert_int_equal(vota_trust_json_read(&copy, text, strlen(text), NULL), VOTA_OK);
    assert_int_equal(copy.about.contract_count, 0);
    vota_trust_file_copy_done(&copy);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_back_what_it_wrote),
        cmocka_unit_test(test_a_forged_record_is_refused),
        cmocka_unit_test(test_what_does_not_belong_together_is_refused),
        cmocka_unit_test(test_a_successor_is_one_by_its_own_record),
        cmocka_unit_test(test_other_forms_are_refused),
        cmocka_unit_test(test_an_empty_file_trusts_nothing),
    };
    return RUN_TESTS(tests);
}
