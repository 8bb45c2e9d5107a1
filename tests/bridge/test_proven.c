/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From providers to what may be believed: final blocks by agreement, deployment
 * records that lead to their address, journals that fold. A lying or silent
 * provider costs an answer, never a wrong one.
 */
#include "bridge/audit/origin.h"
#include "bridge/audit/proven.h"
#include "tests/bridge/node.h"
#include "tests/bridge/town_audit.h"

static struct town *bound_town(void)
{
    struct town *town = town_in_order();
    node_bind(town);
    return town;
}

/* ---- witness ---- */

static void test_the_highest_final_block_of_a_majority_is_agreed_on(void **state)
{
    struct town *town = bound_town();
    struct node nodes[3];
    struct vota_witness witness;
    (void)state;
    for (size_t i = 0; i < 3; i++)
        node_init(&nodes[i], town);
    nodes[1].final -= 2;
    assert_int_equal(node_witness(&witness, nodes, 3, NULL), VOTA_OK);
    assert_int_equal(witness.final.number, nodes[0].final);
    assert_int_equal(witness.agreed, 2);
    nodes[1].final -= 2;
    nodes[2].final -= 2; /* which the first has, too, under a newer one */
    assert_int_equal(node_witness(&witness, nodes, 3, NULL), VOTA_OK);
    assert_int_equal(witness.final.number, nodes[2].final);
    assert_int_equal(witness.agreed, 2);
    town_free(town);
}

static void test_who_does_not_answer_is_left_out(void **state)
{
    struct town *town = bound_town();
    struct node nodes[3];
    struct vota_witness witness;
    struct vota_error err = {0};
    (void)state;
    for (size_t i = 0; i < 3; i++)
        node_init(&nodes[i], town);
    nodes[0].down = true;
    assert_int_equal(node_witness(&witness, nodes, 3, NULL), VOTA_OK);
    assert_int_equal(witness.agreed, 2);
    assert_false(witness.providers.item[0].usable);
    assert_string_equal(witness.providers.item[0].problem.text, "no-connection");
    nodes[1].down = true; /* and one of three is no majority */
    assert_int_equal(node_witness(&witness, nodes, 3, &err), VOTA_REMOTE);
    assert_string_equal(err.text, "no-quorum");
    town_free(town);
}

static void test_a_young_chain_has_no_final_block(void **state)
{
    struct town *town = bound_town();
    struct node node;
    struct vota_witness witness;
    struct vota_error err = {0};
    (void)state;
    node_init(&node, town);
    node.no_final = true;
    assert_int_equal(node_witness(&witness, &node, 1, &err), VOTA_REMOTE);
    assert_string_equal(err.text, "no-final-block");
    town_free(town);
}

static void test_two_chains_agree_on_nothing(void **state)
{
    struct town *town = bound_town();
    struct node nodes[2];
    struct vota_witness witness;
    struct vota_error err = {0};
    (void)state;
    node_init(&nodes[0], town);
    node_init(&nodes[1], town);
    nodes[1].fork = nodes[1].final - 3;
    assert_int_equal(node_witness(&witness, nodes, 2, &err), VOTA_REMOTE);
    assert_string_equal(err.text, "no-quorum");
    /* What they share is agreed on, once neither calls more than that final. */
    nodes[0].final = nodes[1].fork - 1;
    assert_int_equal(node_witness(&witness, nodes, 2, NULL), VOTA_OK);
    assert_int_equal(witness.agreed, 2);
    town_free(town);
}

/* Fewer liars than the quorum needs: an answer is lost at worst, never a wrong one given. */
static void test_liars_in_the_minority_change_nothing(void **state)
{
    struct town *town = bound_town();
    struct node nodes[3];
    struct vota_witness witness;
    struct vota_error err = {0};
    (void)state;
    for (size_t i = 0; i < 3; i++)
        node_init(&nodes[i], town);
    const vota_hash honest = node_block_hash(&nodes[1], nodes[1].final);
    nodes[0].fork = 1003;
    assert_int_equal(node_witness(&witness, nodes, 3, NULL), VOTA_OK);
    assert_true(vota_hash_equal(&witness.final.hash, &honest));
    assert_int_equal(witness.agreed, 2);
    const vota_hash old = node_block_hash(&nodes[1], 1003);
    const vota_hash forged = node_block_hash(&nodes[0], 1003);
    assert_int_equal(vota_witness_ask(&witness, 1003, &old), VOTA_WITNESS_FINAL);
    assert_int_equal(vota_witness_ask(&witness, 1003, &forged), VOTA_WITNESS_GONE);
    nodes[1].fork = 1002; /* a second chain of another liar: nobody is believed any more */
    assert_int_equal(node_witness(&witness, nodes, 3, &err), VOTA_REMOTE);
    town_free(town);
}

static void test_what_became_of_a_block(void **state)
{
    struct town *town = bound_town();
    struct node nodes[3];
    struct vota_witness witness;
    (void)state;
    for (size_t i = 0; i < 3; i++)
        node_init(&nodes[i], town);
    assert_int_equal(node_witness(&witness, nodes, 3, NULL), VOTA_OK);
    const uint64_t final = nodes[0].final;
    const vota_hash old = node_block_hash(&nodes[0], 1003);
    const vota_hash young = node_block_hash(&nodes[0], final + 1);
    assert_int_equal(vota_witness_ask(&witness, 1003, &old), VOTA_WITNESS_FINAL);
    assert_int_equal(vota_witness_ask(&witness, final + 1, &young), VOTA_WITNESS_NOT_FINAL);
    assert_int_equal(vota_witness_ask(&witness, 1004, &old), VOTA_WITNESS_GONE);
    assert_int_equal(vota_witness_ask(&witness, 999999, &old), VOTA_WITNESS_UNKNOWN);
    nodes[1].fork = 1003; /* one of them has changed its mind */
    assert_int_equal(vota_witness_ask(&witness, 1003, &old), VOTA_WITNESS_FINAL);
    nodes[2].down = true;
    assert_int_equal(vota_witness_ask(&witness, 1003, &old), VOTA_WITNESS_UNKNOWN);
    nodes[1].fork = 0;
    assert_int_equal(vota_witness_ask(&witness, 1003, &old), VOTA_WITNESS_FINAL);
    nodes[0].down = true;
    assert_int_equal(vota_witness_ask(&witness, 1003, &old), VOTA_WITNESS_UNKNOWN);
    town_free(town);
}

/* ---- deployment records ---- */

static enum vota_status find_origin(struct vota_deployment *ret, struct node *node,
                                    struct vota_error *err)
{
    const struct vota_deployment *deployment = &node->town->deployment;
    const struct vota_origin_query query = {.chain_id = deployment->genesis.chain_id,
                                            .chain_genesis = deployment->chain_genesis,
                                            .contract = deployment->genesis.contract,
                                            .last_block = node->final};
    return vota_origin_find(ret, &node->provider, &query, err);
}

static void test_a_record_is_found_through_the_proxy(void **state)
{
    struct town *town = bound_town();
    struct node node;
    struct vota_deployment found;
    (void)state;
    node_init(&node, town);
    node.max_span = 100; /* and however small the ranges */
    assert_int_equal(find_origin(&found, &node, NULL), VOTA_OK);
    assert_true(vota_deployment_equal(&found, &town->deployment));
    assert_int_equal(found.block, NODE_CREATED);
    assert_int_equal(found.time, town->deployment.time);
    town_free(town);
}

static void test_a_record_is_found_through_the_bootstrap(void **state)
{
    struct town *town = bound_town();
    struct node node;
    struct vota_deployment found;
    (void)state;
    town->deployment.deployer = town_addr("bootstrap");
    vota_deployment_address(&town->deployment.genesis.contract, &town->deployment);
    node_init(&node, town);
    node.creation = NODE_BOOTSTRAP;
    assert_int_equal(find_origin(&found, &node, NULL), VOTA_OK);
    assert_true(vota_deployment_equal(&found, &town->deployment));
    town_free(town);
}

/* Init code of a stranger, which returns our runtime code over a head that he invented. */
static const uint8_t strange_code[] = {0x60, 0x01, 0x60, 0x02, 0x55};

static void refuse_origin(struct node *node, const char *reason)
{
    struct vota_deployment found;
    struct vota_error err = {0};
    const enum vota_status status = find_origin(&found, node, &err);
    assert_int_not_equal(status, VOTA_OK);
    assert_string_equal(err.text, reason);
}

static void test_forged_deployments_are_shown_to_be_that(void **state)
{
    struct town *town = bound_town();
    struct vota_deployment *deployment = &town->deployment;
    vota_hash code_hash;
    const vota_addr sender = town_addr("deployer");
    struct node node;
    (void)state;
    /* By the proxy, with our event and a good-looking salt. */
    node_init(&node, town);
    node.init_code = strange_code;
    node.init_code_len = sizeof strange_code;
    vota_keccak_hash(code_hash.bytes, strange_code, sizeof strange_code);
    vota_create2_address(&deployment->genesis.contract, &vota_create2_proxy, &deployment->salt,
                         &code_hash);
    refuse_origin(&node, "deployment-forged");
    /* By an ordinary creation. */
    node.creation = NODE_ORDINARY;
    vota_create2_sender_address(&deployment->genesis.contract, &sender, 17);
    refuse_origin(&node, "deployment-forged");
    town_free(town);
}

/* Somebody else's factory may well deploy our code: nobody is called a forger for that. */
static void test_an_unknown_way_is_no_forgery(void **state)
{
    struct town *town = bound_town();
    struct node node;
    (void)state;
    town->deployment.deployer = town_addr("factory");
    vota_deployment_address(&town->deployment.genesis.contract, &town->deployment);
    node_init(&node, town);
    node.creation = NODE_UNKNOWN_WAY;
    refuse_origin(&node, "deployment-address");
    node.creation = NODE_PROXY; /* a provider that lies about the transaction */
    refuse_origin(&node, "deployment-address");
    node.no_genesis_log = true;
    refuse_origin(&node, "genesis-event-missing");
    town_free(town);
}

/* ---- journals ---- */

static void test_the_journal_is_read_from_events(void **state)
{
    struct town *town = bound_town();
    struct node node;
    struct vota_witness witness;
    struct vota_proven proven;
    (void)state;
    node_init(&node, town);
    assert_int_equal(node_witness(&witness, &node, 1, NULL), VOTA_OK);
    vota_proven_init(&proven);
    proven.deployment = town->deployment;
    assert_int_equal(vota_proven_state(&proven, &witness, &town->deployment.genesis.contract, NULL),
                     VOTA_OK);
    assert_int_equal(vota_proven_journal(&proven, &witness, NULL), VOTA_OK);
    assert_int_equal(proven.lines.n, 8);
    assert_memory_equal(proven.lines.counts[6].numbers, town_bridge_counts,
                        sizeof town_bridge_counts);
    assert_int_equal(proven.lines.texts[0].len, town->registers[0].len);
    const size_t asked = node.asked;
    assert_int_equal(vota_proven_journal(&proven, &witness, NULL), VOTA_OK);
    assert_int_equal(node.asked, asked); /* complete: nothing to ask for */
    vota_lines_cut(&proven.lines, 5);
    assert_int_equal(vota_proven_journal(&proven, &witness, NULL), VOTA_OK);
    assert_int_equal(proven.lines.n, 8);
    vota_proven_done(&proven);
    town_free(town);
}

/* What one provider lost another has; the fold tells which of them to believe. */
static void test_one_honest_provider_is_enough_for_a_journal(void **state)
{
    struct town *town = bound_town();
    struct node nodes[3];
    struct vota_witness witness;
    struct vota_proven proven;
    struct vota_error err = {0};
    (void)state;
    for (size_t i = 0; i < 3; i++)
        node_init(&nodes[i], town);
    nodes[0].invented_log = 6;
    nodes[1].invented_log = 6;
    for (size_t honest = 0; honest < 2; honest++) {
        nodes[2].lost_log = honest == 0 ? 6 : 0;
        assert_int_equal(node_witness(&witness, nodes, 3, NULL), VOTA_OK);
        vota_proven_init(&proven);
        proven.deployment = town->deployment;
        assert_int_equal(
            vota_proven_state(&proven, &witness, &town->deployment.genesis.contract, NULL),
            VOTA_OK);
        assert_int_equal(vota_proven_journal(&proven, &witness, &err) == VOTA_OK, honest == 1);
        vota_proven_done(&proven);
    }
    assert_int_equal(err.status, VOTA_REMOTE);
    town_free(town);
}

static void test_pruned_state_is_asked_of_the_next(void **state)
{
    struct town *town = bound_town();
    struct node nodes[2];
    struct vota_witness witness;
    struct vota_proven proven;
    struct vota_error err = {0};
    (void)state;
    node_init(&nodes[0], town);
    node_init(&nodes[1], town);
    nodes[0].pruned = true;
    assert_int_equal(node_witness(&witness, nodes, 2, NULL), VOTA_OK);
    vota_proven_init(&proven);
    assert_int_equal(vota_proven_state(&proven, &witness, &town->deployment.genesis.contract, NULL),
                     VOTA_OK);
    vota_proven_done(&proven);
    nodes[1].wrong_node = true;
    assert_int_equal(vota_proven_state(&proven, &witness, &town->deployment.genesis.contract, &err),
                     VOTA_REMOTE);
    town_free(town);
}

/* ---- the audit with a chain ---- */

static void audit_with(struct vota_audit *ret_audit, const struct town *town, struct node *node,
                       bool with_data)
{
    struct vota_witness witness;
    struct vota_reader reader = {-1};
    assert_int_equal(node_witness(&witness, node, 1, NULL), VOTA_OK);
    if (with_data)
        assert_int_equal(vota_reader_open(&reader, town->public, NULL), VOTA_OK);
    const struct vota_audit_input input = {.named = {.address = town->deployment.genesis.contract},
                                           .witness = &witness,
                                           .reader = with_data ? &reader : NULL};
    assert_int_equal(vota_audit_run(ret_audit, &input, NULL), VOTA_OK);
    vota_reader_close(&reader);
}

static void test_audit_from_the_address_alone(void **state)
{
    struct town *town = bound_town();
    struct node node;
    struct vota_audit audit;
    (void)state;
    node_init(&node, town);
    audit_with(&audit, town, &node, false);
    assert_int_equal(audit.findings.parts[VOTA_AUDIT_CONTRACT], VOTA_VALID);
    assert_int_equal(audit.findings.parts[VOTA_AUDIT_JOURNAL], VOTA_VALID);
    assert_int_equal(audit.findings.parts[VOTA_AUDIT_ROWS], VOTA_NOT_CHECKED);
    assert_int_equal(vota_audit_overall(&audit.findings), VOTA_NOT_CHECKED);
    assert_int_equal(audit.register_count, 3);
    vota_audit_done(&audit);
    town_publish(town);
    audit_with(&audit, town, &node, true);
    assert_int_equal(vota_audit_overall(&audit.findings), VOTA_VALID);
    vota_audit_done(&audit);
    town_free(town);
}

static void test_audit_refuses_a_forged_contract(void **state)
{
    struct town *town = bound_town();
    struct node node;
    struct vota_audit audit;
    vota_hash code_hash;
    (void)state;
    vota_keccak_hash(code_hash.bytes, strange_code, sizeof strange_code);
    vota_create2_address(&town->deployment.genesis.contract, &vota_create2_proxy,
                         &town->deployment.salt, &code_hash);
    node_init(&node, town);
    node.init_code = strange_code;
    node.init_code_len = sizeof strange_code;
    audit_with(&audit, town, &node, false);
    assert_int_equal(town_found(&audit, VOTA_FOUND_DEPLOYMENT_FORGED, VOTA_NOT_VALID), 1);
    assert_int_equal(audit.length, 0); /* nothing it says is looked at */
    vota_audit_done(&audit);
    /* And so when it brings a publication with a record to match. */
    town_publish(town);
    audit_with(&audit, town, &node, true);
    assert_int_equal(town_found(&audit, VOTA_FOUND_RECORD_DIFFERS, VOTA_NOT_VALID), 1);
    assert_int_equal(vota_audit_overall(&audit.findings), VOTA_NOT_VALID);
    vota_audit_done(&audit);
    town_free(town);
}

/* The publication's lines are wrong or short: events repair them, and name the wrong one. */
static void test_events_repair_a_bad_journal_file(void **state)
{
    struct town *town = bound_town();
    struct node node;
    struct vota_audit audit;
    size_t len = 0;
    (void)state;
    node_init(&node, town);
    town_publish(town);
    town_replace(town, "journal.ndjson", 6, "\"time\":17900", "\"time\":17901");
    town_new_manifest(town);
    audit_with(&audit, town, &node, true);
    assert_int_equal(town_finding(&audit, VOTA_FOUND_JOURNAL_ENTRY)->entry, 5);
    assert_true(audit.is_complete);
    assert_int_equal(audit.findings.parts[VOTA_AUDIT_JOURNAL], VOTA_NOT_VALID);
    assert_int_equal(audit.findings.parts[VOTA_AUDIT_ROWS], VOTA_VALID);
    assert_int_equal(audit.findings.parts[VOTA_AUDIT_RESULTS], VOTA_VALID);
    vota_audit_done(&audit);

    town_publish(town);
    const size_t at = town_line(town, "journal.ndjson", 9, &len);
    town_splice(town, "journal.ndjson", at, len, "", 0); /* an older publication, so far */
    town_new_manifest(town);
    audit_with(&audit, town, &node, true);
    assert_true(audit.is_complete);
    assert_int_equal(audit.length, 8);
    assert_int_equal(vota_audit_overall(&audit.findings), VOTA_VALID);
    vota_audit_done(&audit);
    town_free(town);
}

/* A journal that folds in itself, but forks from the chain's: the first strange entry is named. */
static void test_another_history_is_compared_with_the_chain(void **state)
{
    struct town *town = bound_town();
    struct town *liar = town_with_rows();
    struct node node;
    struct vota_audit audit;
    (void)state;
    node_bind(liar);
    town_result(liar, &liar->registers[BRIDGE], TOWN_COUNTS_UNTIL + 601, 6, town_bridge_counts,
                TOWN_NUMBERS);
    town_publish(liar);
    node_init(&node, town);
    audit_with(&audit, liar, &node, true);
    const struct vota_audit_finding *finding = town_finding(&audit, VOTA_FOUND_JOURNAL_ENTRY);
    assert_non_null(finding);
    assert_int_equal(finding->entry, 7);
    assert_true(audit.is_complete);
    vota_audit_done(&audit);
    town_free(liar);
    town_free(town);
}

static void test_audit_of_an_empty_address(void **state)
{
    struct town *town = bound_town();
    struct node node;
    struct vota_audit audit;
    (void)state;
    node_init(&node, town);
    node.no_account = true;
    node.no_genesis_log = true;
    audit_with(&audit, town, &node, false);
    assert_int_equal(town_found(&audit, VOTA_FOUND_NO_CONTRACT, VOTA_NOT_VALID), 1);
    vota_audit_done(&audit);
    node.no_account = false;
    node.other_code = true;
    audit_with(&audit, town, &node, false);
    assert_int_equal(town_found(&audit, VOTA_FOUND_OTHER_CODE, VOTA_NOT_CHECKED), 1);
    assert_int_equal(vota_audit_overall(&audit.findings), VOTA_NOT_CHECKED);
    vota_audit_done(&audit);
    town_free(town);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_highest_final_block_of_a_majority_is_agreed_on),
        cmocka_unit_test(test_who_does_not_answer_is_left_out),
        cmocka_unit_test(test_a_young_chain_has_no_final_block),
        cmocka_unit_test(test_two_chains_agree_on_nothing),
        cmocka_unit_test(test_liars_in_the_minority_change_nothing),
        cmocka_unit_test(test_what_became_of_a_block),
        cmocka_unit_test(test_a_record_is_found_through_the_proxy),
        cmocka_unit_test(test_a_record_is_found_through_the_bootstrap),
        cmocka_unit_test(test_forged_deployments_are_shown_to_be_that),
        cmocka_unit_test(test_an_unknown_way_is_no_forgery),
        cmocka_unit_test(test_the_journal_is_read_from_events),
        cmocka_unit_test(test_one_honest_provider_is_enough_for_a_journal),
        cmocka_unit_test(test_pruned_state_is_asked_of_the_next),
        cmocka_unit_test(test_audit_from_the_address_alone),
        cmocka_unit_test(test_audit_refuses_a_forged_contract),
        cmocka_unit_test(test_events_repair_a_bad_journal_file),
        cmocka_unit_test(test_another_history_is_compared_with_the_chain),
        cmocka_unit_test(test_audit_of_an_empty_address),
    };
    return RUN_TESTS(tests);
}
