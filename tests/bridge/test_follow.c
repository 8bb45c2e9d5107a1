/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Receipts on either side of a succession, held to nodes, publications, trust
 * files and stored evidence: from what the user named to what is then trusted.
 */
#include "tests/bridge/follow_fixture.h"

/* ---- both networks answer ---- */

/* From an address alone, in either direction: records and journals come from the chains. */
static void test_an_honest_link_is_followed_in_both_directions(void **state)
{
    struct world *world = world_new(true);
    (void)state;
    for (size_t named = OLD; named <= NEW; named++) {
        forget(world);
        asks(world, OLD);
        asks(world, NEW);
        follow(world, named);
        assert_int_equal(world->trusted.link_count, 1);
        for (size_t i = OLD; i <= NEW; i++) {
            (void)receipt_of(world, i, 1);
            assert_int_equal(verify(world), VOTA_VALID);
            assert_int_equal(found(world, "succession"), VOTA_VALID);
            assert_int_equal(found(world, "register-opened"), VOTA_VALID);
            assert_int_equal(found(world, "contract-linked"), i == named ? -1 : VOTA_VALID);
        }
    }
    world_free(world);
}

static void test_a_one_sided_link_is_not_followed(void **state)
{
    struct world *world = world_new(false);
    (void)state;
    asks(world, OLD);
    asks(world, NEW);
    follow(world, NEW);
    (void)receipt_of(world, OLD, 0);
    assert_int_equal(verify(world), VOTA_NOT_CHECKED);
    assert_int_equal(found(world, "succession"), VOTA_NOT_CHECKED);
    (void)receipt_of(world, NEW, 0); /* what was named needs no link */
    assert_int_equal(verify(world), VOTA_VALID);
    /* Who names the old contract does not even hear of the new one. */
    forget(world);
    asks(world, OLD);
    asks(world, NEW);
    follow(world, OLD);
    assert_int_equal(world->trusted.contract_count, 1);
    assert_int_equal(verify(world), VOTA_NOT_CHECKED);
    assert_int_equal(found(world, "contract"), VOTA_NOT_CHECKED);
    world_free(world);
}

static void test_links_that_do_not_fit_are_not_followed(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct world *world = calloc(1, sizeof *world);
        world->n = 2;
        world->towns[OLD] = town_old();
        node_bind(world->towns[OLD]);
        world->towns[NEW] = town_continue(world->towns[OLD]);
        node_bind(world->towns[NEW]);
        if (i == 0)
            world->towns[NEW]->deployment.genesis.pred_head.bytes[0] ^= 1;
        else
            world->towns[NEW]->deployment.genesis.pred_length--;
        town_redeploy(world->towns[NEW]);
        town_name(world->towns[OLD], world->towns[NEW], TOWN_MOVES);
        asks(world, OLD);
        asks(world, NEW);
        follow(world, NEW);
        (void)receipt_of(world, OLD, 0);
        assert_int_equal(verify(world), VOTA_NOT_CHECKED);
        assert_int_equal(found(world, "succession"), VOTA_NOT_VALID);
        world_free(world);
    }
}

static void test_a_fork_is_told_and_not_followed(void **state)
{
    struct world *world = world_new(true);
    (void)state;
    town_vote(world->towns[OLD], &world->towns[OLD]->registers[0], 40, "yes");
    town_anchor(world->towns[OLD], TOWN_MOVES + 60);
    asks(world, OLD);
    asks(world, NEW);
    follow(world, NEW);
    (void)receipt_of(world, OLD, 0);
    assert_int_equal(verify(world), VOTA_NOT_CHECKED);
    assert_int_equal(found(world, "forked"), VOTA_NOT_VALID);
    forget(world);
    asks(world, OLD);
    asks(world, NEW);
    follow(world, OLD);
    (void)receipt_of(world, OLD, 4); /* in the entry that forks: still the old contract's */
    assert_int_equal(verify(world), VOTA_VALID);
    assert_int_equal(found(world, "forked"), VOTA_NOT_VALID);
    (void)receipt_of(world, NEW, 0);
    assert_int_equal(verify(world), VOTA_NOT_CHECKED);
    world_free(world);
}

static void test_a_line_of_three(void **state)
{
    struct world *world = world_new(true);
    (void)state;
    world->n = TOWNS;
    world->towns[NEWEST] = town_continue(world->towns[NEW]);
    node_bind(world->towns[NEWEST]);
    town_name(world->towns[NEW], world->towns[NEWEST], TOWN_COUNTS_UNTIL + 700);
    town_vote(world->towns[NEWEST], &world->towns[OLD]->registers[0], 50, "yes");
    town_anchor(world->towns[NEWEST], TOWN_COUNTS_UNTIL + 800);
    for (size_t named = OLD; named < TOWNS; named++) {
        forget(world);
        for (size_t i = 0; i < TOWNS; i++)
            asks(world, i);
        follow(world, named);
        assert_int_equal(world->trusted.link_count, 2);
        for (size_t i = 0; i < TOWNS; i++) {
            (void)receipt_of(world, i, 0);
            assert_int_equal(verify(world), VOTA_VALID);
        }
    }
    world_free(world);
}

/* ---- the old chain is dead ---- */

static void test_a_dead_chain_and_only_a_publication(void **state)
{
    struct world *world = world_new(true);
    (void)state;
    asks(world, NEW);
    follow(world, NEW); /* not even a record of the old contract */
    (void)receipt_of(world, OLD, 0);
    assert_int_equal(verify(world), VOTA_NOT_CHECKED);
    assert_int_equal(found(world, "contract"), VOTA_NOT_CHECKED);
    assert_int_equal(world->trusted.link_count, 0);
    forget(world);
    asks(world, NEW);
    has_data(world, OLD);
    follow(world, NEW);
    assert_int_equal(verify(world), VOTA_NOT_CHECKED);
    assert_int_equal(found(world, "succession"), VOTA_NOT_CHECKED);
    world_free(world);
}

/* A trust file's head of the old contract, from before its network ended. */
static void trust_head(struct world *world, uint64_t length)
{
    static struct vota_trust_file_head head;
    const struct town *old = world->towns[OLD];
    head = (struct vota_trust_file_head){.chain_id = old->deployment.genesis.chain_id,
                                         .chain_genesis = old->deployment.chain_genesis,
                                         .contract = old->deployment.genesis.contract,
                                         .head = old->lines.heads[length - 1],
                                         .length = length,
                                         .block = 1010,
                                         .time = TOWN_LATER};
    world->file = (struct vota_trust_file){.contracts = &world->towns[OLD]->deployment,
                                           .contract_count = 1,
                                           .heads = &head,
                                           .head_count = 1};
    world->has_file = true;
}

static void test_a_trusted_head_stands_in_for_a_dead_chain(void **state)
{
    struct world *world = world_new(true);
    (void)state;
    for (uint64_t length = 2; length <= 3; length++) {
        forget(world);
        asks(world, NEW);
        has_data(world, OLD);
        trust_head(world, length);
        follow(world, NEW);
        (void)receipt_of(world, OLD, 0);
        /* After entry 2 the old contract had not named its successor yet. */
        assert_int_equal(verify(world), length == 3 ? VOTA_VALID : VOTA_NOT_CHECKED);
        assert_int_equal(found(world, "succession"), length == 3 ? VOTA_VALID : VOTA_NOT_CHECKED);
    }
    /* The head alone, without the journal that leads to it, confirms nothing. */
    forget(world);
    asks(world, NEW);
    trust_head(world, 3);
    follow(world, NEW);
    assert_int_equal(verify(world), VOTA_NOT_CHECKED);
    assert_int_equal(found(world, "succession"), VOTA_NOT_CHECKED);
    world_free(world);
}

/* Evidence of the old contract's head, stored while its network lived: of entry 2, `later` on. */
static struct node_evidence stored;
static vota_hash stored_later;
static uint64_t stored_block;

static enum vota_status evidence(struct town *town, uint64_t entry, struct vota_anchor *ret_anchor)
{
    static struct node node;
    const struct vota_genesis *genesis = &town->deployment.genesis;
    const struct vota_entry *batch = &town->lines.entries[1];
    const bool covers = stored_block >= NODE_CREATED + 3;
    uint32_t count = 0;
    if (entry != 2)
        return VOTA_NOT_FOUND;
    node_init(&node, town);
    vota_entry_hash(&stored_later, &town->lines.entries[2]);
    *ret_anchor = (struct vota_anchor){.chain_id = genesis->chain_id,
                                       .chain_genesis = town->deployment.chain_genesis,
                                       .contract = genesis->contract,
                                       .entry = {2, batch->block, batch->time, batch->a, 0},
                                       .parent = town->lines.heads[0],
                                       .has_later = true,
                                       .later = &stored_later,
                                       .later_count = covers ? 1 : 0};
    (void)vota_entry_get_batch(&ret_anchor->entry.root, &count, batch);
    ret_anchor->entry.count = count;
    node_prove(&stored, ret_anchor, &node, stored_block);
    return VOTA_OK;
}

static void test_stored_evidence_stands_in_for_a_dead_chain(void **state)
{
    struct world *world = world_new(true);
    const struct {
        uint64_t block;   /* in which the head was proven */
        bool names_block; /* the user says that it is the network's */
        bool has_evidence;
        enum vota_verdict expected;
    } cases[] = {
        {NODE_CREATED + 8, true, true, VOTA_VALID},
        {NODE_CREATED + 8, false, true, VOTA_NOT_CHECKED},
        {NODE_CREATED + 2, true, true, VOTA_NOT_CHECKED}, /* before the old contract spoke */
        {NODE_CREATED + 8, true, false, VOTA_NOT_CHECKED}};
    struct node node;
    (void)state;
    node_init(&node, world->towns[OLD]);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const vota_hash block = node_block_hash(&node, cases[i].block);
        forget(world);
        stored_block = cases[i].block;
        world->towns[OLD]->evidence = cases[i].has_evidence ? evidence : NULL;
        has_data(world, OLD);
        asks(world, NEW);
        if (cases[i].names_block)
            vota_trusted_block(&world->trusted, &block);
        follow(world, NEW);
        (void)receipt_of(world, OLD, 0);
        assert_int_equal(verify(world), cases[i].expected);
        assert_int_equal(found(world, "succession"), cases[i].expected);
    }
    world_free(world);
}

/* Providers of a network that ended may be left, and have forgotten its state. */
static void test_a_trusted_head_stands_in_for_forgotten_state(void **state)
{
    struct world *world = world_new(true);
    (void)state;
    asks(world, OLD);
    asks(world, NEW);
    world->nodes[OLD].pruned = true;
    town_publish(world->towns[OLD]);
    town_publish(world->towns[NEW]);
    for (int trusts = 0; trusts < 2; trusts++) {
        struct vota_audit_line audits;
        struct town_line line = {.towns = {world->towns[OLD], world->towns[NEW]}, .n = 2};
        line.dead[OLD] = trusts == 0;
        town_line_inputs(&line);
        for (size_t i = 0; i < 2; i++)
            line.inputs[i].witness = world->witnesses.items[i];
        assert_int_equal(vota_audit_line_run(&audits, line.inputs, 2, NULL), VOTA_OK);
        const struct vota_audit *last = vota_audit_line_last(&audits);
        assert_int_equal(town_found(last, VOTA_FOUND_SUCCESSION, VOTA_VALID), trusts);
        assert_int_equal(
            town_found(&audits.members[OLD], VOTA_FOUND_STATE_UNPROVEN, VOTA_NOT_CHECKED),
            1 - trusts);
        assert_int_equal(vota_audit_line_overall(&audits),
                         trusts == 1 ? VOTA_VALID : VOTA_NOT_CHECKED);
        vota_audit_line_done(&audits);
        town_line_close(&line);
    }
    world_free(world);
}

/* A receipt with evidence of its own outlives network, city and publication. */
static void test_an_old_receipt_stays_verifiable_from_its_own_evidence(void **state)
{
    struct world *world = world_new(true);
    struct node node;
    struct node_evidence own;
    (void)state;
    node_init(&node, world->towns[OLD]);
    const vota_hash block = node_block_hash(&node, NODE_CREATED + 2);
    trust_head(world, 1); /* for the record; the head says nothing of entry 2 */
    vota_trusted_block(&world->trusted, &block);
    follow(world, OLD);
    struct vota_anchor *anchor = receipt_of(world, OLD, 0);
    anchor->has_later = true;
    node_prove(&own, anchor, &node, NODE_CREATED + 2);
    assert_int_equal(verify(world), VOTA_VALID);
    anchor->has_evidence = false;
    assert_int_equal(verify(world), VOTA_NOT_CHECKED);
    world_free(world);
}

/* ---- trust files ---- */

static void test_a_trust_file_tells_where_it_goes_on(void **state)
{
    struct world *world = world_new(true);
    struct vota_deployment contracts[2];
    (void)state;
    contracts[OLD] = world->towns[OLD]->deployment;
    contracts[NEW] = world->towns[NEW]->deployment;
    struct vota_trust_file_successor link = {
        contracts[OLD].genesis.chain_id, contracts[OLD].genesis.contract,
        contracts[NEW].genesis.chain_id, contracts[NEW].genesis.contract};
    for (size_t n = 0; n < 2; n++) {
        forget(world);
        trust_head(world, 3);
        world->file.contracts = contracts;
        world->file.contract_count = 2;
        world->file.successors = &link;
        world->file.successor_count = n;
        asks(world, NEW);
        follow(world, OLD); /* --contract names the old one alone, whose journal is not here */
        assert_int_equal(world->trusted.link_count, n);
        (void)receipt_of(world, NEW, 0);
        assert_int_equal(verify(world), VOTA_NOT_CHECKED);
        assert_int_equal(found(world, "succession"), n == 0 ? -1 : VOTA_NOT_CHECKED);
    }
    /* With the old journal at hand the file's head confirms what it says. */
    forget(world);
    trust_head(world, 3);
    world->file.contracts = contracts;
    world->file.contract_count = 2;
    world->file.successors = &link;
    world->file.successor_count = 1;
    asks(world, NEW);
    has_data(world, OLD);
    follow(world, OLD);
    (void)receipt_of(world, NEW, 0);
    assert_int_equal(verify(world), VOTA_VALID);
    world_free(world);
}

/* ---- two networks at once ---- */

static void test_each_anchor_is_asked_of_its_own_providers(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    static const size_t voter = 3;
    (void)state;
    world->n = 2;
    for (size_t i = 0; i < 2; i++) {
        world->towns[i] = town_new();
        world->towns[i]->deployment.genesis.chain_id += i;
        town_redeploy(world->towns[i]);
        node_bind(world->towns[i]);
        (void)town_open(world->towns[i], &(struct town_question){"bridge", "vote", "on_close"});
        town_vote(world->towns[i], &world->towns[i]->registers[0], voter, "yes");
        town_anchor(world->towns[i], TOWN_OPENS + 600 + i);
    }
    for (size_t asked = 1; asked <= 2; asked++) {
        const struct vota_trusted_sources sources = {.witnesses = &world->witnesses};
        forget(world);
        for (size_t i = 0; i < asked; i++)
            asks(world, i);
        for (size_t i = 0; i < 2; i++)
            assert_int_equal(vota_trusted_add(&world->trusted, &world->towns[i]->deployment, NULL),
                             VOTA_OK);
        vota_follow(&world->trusted, &sources);
        const struct vota_anchor second = *receipt_of(world, NEW, 0);
        (void)receipt_of(world, OLD, 0);
        world->receipt.anchors[1] = second;
        world->receipt.anchor_count = 2;
        assert_int_equal(verify(world), VOTA_VALID);
        assert_int_equal(world->report.anchors[0], VOTA_VALID);
        assert_int_equal(world->report.anchors[1], asked == 2 ? VOTA_VALID : VOTA_NOT_CHECKED);
    }
    /* One that is false contradicts the other. */
    world->receipt.anchors[1].entry.root.bytes[0] ^= 1;
    assert_int_equal(verify(world), VOTA_NOT_VALID);
    assert_int_equal(world->report.anchors[0], VOTA_VALID);
    assert_int_equal(world->report.anchors[1], VOTA_NOT_VALID);
    world_free(world);
}

/* Nodes that have forgotten old state still say which block is the chain's: their own chain's. */
static void test_evidence_is_asked_of_its_own_network(void **state)
{
    struct world *world = world_new(true);
    struct node_evidence proofs[2];
    struct vota_anchor anchors[2];
    const struct vota_trusted_sources sources = {.witnesses = &world->witnesses};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        asks(world, i);
        world->nodes[i].pruned = true;
        assert_int_equal(vota_trusted_add(&world->trusted, &world->towns[i]->deployment, NULL),
                         VOTA_OK);
    }
    vota_follow(&world->trusted, &sources);
    for (size_t i = 0; i < 2; i++) {
        struct vota_anchor *anchor = receipt_of(world, i, 1);
        anchor->has_later = true;
        node_prove(&proofs[i], anchor, &world->nodes[i], anchor->entry.block);
        anchors[i] = *anchor;
        assert_int_equal(verify(world), VOTA_VALID);
    }
    /* The block of one network is no block of the other. */
    anchors[1].evidence = anchors[0].evidence;
    world->receipt.anchors[0] = anchors[1];
    assert_int_equal(verify(world), VOTA_NOT_CHECKED);
    world_free(world);
}

/* ---- nothing at hand ---- */

static void test_a_contract_without_a_record_is_named_as_such(void **state)
{
    struct world *world = world_new(true);
    (void)state;
    follow(world, OLD);
    (void)receipt_of(world, OLD, 0);
    assert_int_equal(verify(world), VOTA_NOT_CHECKED);
    assert_int_equal(found(world, "contract-record"), VOTA_NOT_CHECKED);
    assert_int_equal(found(world, "contract"), -1);
    (void)receipt_of(world, NEW, 0); /* of which nothing was said at all */
    assert_int_equal(verify(world), VOTA_NOT_CHECKED);
    assert_int_equal(found(world, "contract"), VOTA_NOT_CHECKED);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_honest_link_is_followed_in_both_directions),
        cmocka_unit_test(test_a_one_sided_link_is_not_followed),
        cmocka_unit_test(test_links_that_do_not_fit_are_not_followed),
        cmocka_unit_test(test_a_fork_is_told_and_not_followed),
        cmocka_unit_test(test_a_line_of_three),
        cmocka_unit_test(test_a_dead_chain_and_only_a_publication),
        cmocka_unit_test(test_a_trusted_head_stands_in_for_a_dead_chain),
        cmocka_unit_test(test_stored_evidence_stands_in_for_a_dead_chain),
        cmocka_unit_test(test_a_trusted_head_stands_in_for_forgotten_state),
        cmocka_unit_test(test_an_old_receipt_stays_verifiable_from_its_own_evidence),
        cmocka_unit_test(test_a_trust_file_tells_where_it_goes_on),
        cmocka_unit_test(test_each_anchor_is_asked_of_its_own_providers),
        cmocka_unit_test(test_evidence_is_asked_of_its_own_network),
        cmocka_unit_test(test_a_contract_without_a_record_is_named_as_such),
    };
    return RUN_TESTS(tests);
}
