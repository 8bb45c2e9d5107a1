/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/proof/city.h"
#include "tests/proof/evidence_case.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static int set_up(void **state)
{
    *state = city_new();
    return 0;
}

static int tear_down(void **state)
{
    city_free(*state);
    return 0;
}

/* The vectors: evidence of a real node under a trusted block. */

/* Verifies a case through the public door, under the contract and block of the vectors. */
static void verify_case(struct vota_report *ret_report, const struct evidence_case *c,
                        const json_t *part, bool final)
{
    static uint8_t bytes[65536];
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
    assert_int_equal(vota_receipt_encode(&wr, &c->receipt, NULL), VOTA_OK);
    const struct vota_anchor *anchor = &c->receipt.anchors[0];
    const struct vota_trust_contract contract = {
        .chain_id = anchor->chain_id,
        .chain_genesis = anchor->chain_genesis,
        .address = test_addr(test_get(part, "trusted"), "contract"),
        .code_hash = c->trust.code_hash};
    const struct vota_trust_block block = {.chain_id = anchor->chain_id,
                                           .chain_genesis = anchor->chain_genesis,
                                           .hash = c->trust.block_hash,
                                           .final = final};
    const struct vota_trust trust = {
        .contracts = &contract, .contract_count = 1, .blocks = &block, .block_count = 1};
    assert_int_equal(vota_verify(ret_report, bytes, wr.len, &trust, NULL), VOTA_OK);
}

/* The finding that stands for a code of the vectors. */
static const char *finding_name_of(const char *code)
{
    if (strcmp(code, "included") == 0)
        return "path-root";
    return strcmp(code, "foreign-contract") == 0 ? "contract" : code;
}

static void assert_case(const struct evidence_case *c, const json_t *part, const json_t *expected,
                        const char *name)
{
    static struct vota_report report;
    const enum vota_verdict verdict = verdict_of(test_text(expected, "verdict"));
    verify_case(&report, c, part, true);
    if (report.included != verdict)
        fail_msg("%s: %s", name, vota_verdict_name(report.included));
    assert_finding(&report, finding_name_of(test_text(expected, "code")), verdict);
    assert_int_equal(report.standing, VOTA_NOT_CHECKED);
}

static void every_change_of_the_vectors_has_its_verdict(void **state)
{
    struct city *city = *state;
    const json_t *part = test_get(city->vectors, "evidence");
    size_t index;
    const json_t *change;
    json_array_foreach(test_get(part, "changes"), index, change)
    {
        static struct evidence_case c;
        evidence_case_init(&c, &city->pool, part);
        apply_change(&c, &city->pool, test_text(change, "change"));
        assert_case(&c, part, change, test_text(change, "change"));
    }
}

static void every_state_by_hand_of_the_vectors_has_its_verdict(void **state)
{
    struct city *city = *state;
    const json_t *part = test_get(city->vectors, "evidence");
    size_t index;
    const json_t *by_hand;
    json_array_foreach(test_get(part, "by_hand"), index, by_hand)
    {
        static struct evidence_case c;
        evidence_case_init(&c, &city->pool, part);
        apply_by_hand(&c, &city->pool, by_hand);
        assert_case(&c, part, by_hand, test_text(by_hand, "name"));
    }
}

static void a_real_receipt_is_included_and_its_standing_needs_the_rows(void **state)
{
    struct city *city = *state;
    const json_t *part = test_get(city->vectors, "evidence");
    static struct evidence_case c;
    evidence_case_init(&c, &city->pool, part);
    verify_case(&city->report, &c, part, true);
    assert_verdicts(&city->report, VOTA_VALID, VOTA_NOT_CHECKED);
    static const char *const valid[] = {
        "definition-hash",     "opening-hash",      "content-form", "contract",
        "header-hash",         "code-hash",         "fold",         "path-root",
        "acceptance-contract", "acceptance-bounds", "promise",      "timely"};
    for (size_t i = 0; i < COUNT(valid); i++)
        assert_finding(&city->report, valid[i], VOTA_VALID);
    assert_finding(&city->report, "acceptance-signer", VOTA_NOT_CHECKED);
    assert_finding(&city->report, "rows-missing", VOTA_NOT_CHECKED);
    vota_hash leaf;
    vota_leaf_hash(&leaf, &c.receipt.row);
    assert_hash_equal(&city->report.leaf, &leaf);
    const struct vota_finding *header = find_finding(&city->report, "header-hash");
    assert_int_equal(header->anchor, 0);
    assert_int_equal(header->number, 2);
    assert_int_equal(header->compared, VOTA_COMPARED_HASHES);
    assert_hash_equal(&header->right, &c.trust.block_hash);
}

static void a_block_that_may_be_replaced_proves_nothing_for_good(void **state)
{
    struct city *city = *state;
    const json_t *part = test_get(city->vectors, "evidence");
    size_t index;
    const json_t *by_hand;
    json_array_foreach(test_get(part, "by_hand"), index, by_hand)
    {
        static struct evidence_case c;
        evidence_case_init(&c, &city->pool, part);
        apply_by_hand(&c, &city->pool, by_hand);
        verify_case(&city->report, &c, part, false);
        assert_verdicts(&city->report, VOTA_NOT_CHECKED, VOTA_NOT_CHECKED);
        if (strcmp(test_text(by_hand, "verdict"), "valid") == 0)
            assert_finding(&city->report, "block-final", VOTA_NOT_CHECKED);
        else
            assert_finding(&city->report, test_text(by_hand, "code"), VOTA_NOT_CHECKED);
    }
    /* A wrong path stays wrong: it is arithmetic under the entry, whatever becomes of the block. */
    static struct evidence_case c;
    evidence_case_init(&c, &city->pool, part);
    c.receipt.path_len -= 1;
    verify_case(&city->report, &c, part, false);
    assert_int_equal(city->report.included, VOTA_NOT_VALID);
}

static void a_block_of_another_network_is_no_block_of_this_one(void **state)
{
    struct city *city = *state;
    const json_t *part = test_get(city->vectors, "evidence");
    static struct evidence_case c;
    evidence_case_init(&c, &city->pool, part);
    city->receipt = c.receipt;
    city->contract.code_hash = c.trust.code_hash;
    struct vota_trust_block blocks[2] = {{.chain_id = city->contract.chain_id,
                                          .chain_genesis = city->contract.chain_genesis,
                                          .hash = {{9}},
                                          .final = true},
                                         {.chain_id = city->contract.chain_id,
                                          .chain_genesis = city->contract.chain_genesis,
                                          .hash = c.trust.block_hash,
                                          .final = true}};
    city->trust.journal_count = 0;
    city->trust.blocks = blocks;
    city->trust.block_count = 2;
    city_verify(city);
    assert_int_equal(city->report.included, VOTA_VALID);
    blocks[1].chain_genesis.bytes[0] ^= 1u;
    city_verify(city);
    assert_int_equal(city->report.included, VOTA_NOT_CHECKED);
    assert_finding(&city->report, "header-hash", VOTA_NOT_CHECKED);
    blocks[0].chain_id = 1;
    city_verify(city);
    assert_int_equal(city->report.included, VOTA_NOT_CHECKED);
    assert_finding(&city->report, "block-missing", VOTA_NOT_CHECKED);
}

/* Whose contract. */

static void without_a_named_contract_nothing_is_decided(void **state)
{
    struct city *city = *state;
    city_verify(city);
    assert_verdicts(&city->report, VOTA_VALID, VOTA_NOT_CHECKED);
    city->trust = (struct vota_trust){.contract_count = 0};
    city_verify(city);
    assert_verdicts(&city->report, VOTA_NOT_CHECKED, VOTA_NOT_CHECKED);
    assert_finding(&city->report, "contract", VOTA_NOT_CHECKED);
    const struct vota_finding *finding = find_finding(&city->report, "contract");
    assert_int_equal(finding->compared, VOTA_COMPARED_ADDRESSES);
    assert_memory_equal(finding->left.bytes + 12, city->receipt.anchors[0].contract.bytes, 20);
    assert_int_equal(finding->number, 31337);
    assert_no_finding(&city->report, "journal-entry");
}

static void the_same_address_on_another_network_is_another_contract(void **state)
{
    struct city *city = *state;
    city->contract.chain_genesis.bytes[0] ^= 1u;
    city_verify(city);
    assert_verdicts(&city->report, VOTA_NOT_CHECKED, VOTA_NOT_CHECKED);
    assert_finding(&city->report, "contract", VOTA_NOT_CHECKED);
    city->contract.chain_genesis.bytes[0] ^= 1u;
    city->contract.chain_id = 1;
    city_verify(city);
    assert_verdicts(&city->report, VOTA_NOT_CHECKED, VOTA_NOT_CHECKED);
}

/* Journals and heads that the user brings. */

static void a_complete_journal_proves_a_receipt_without_evidence(void **state)
{
    struct city *city = *state;
    city_verify(city);
    assert_verdicts(&city->report, VOTA_VALID, VOTA_NOT_CHECKED);
    assert_finding(&city->report, "journal-entry", VOTA_VALID);
    assert_finding(&city->report, "register-opened", VOTA_VALID);
    assert_finding(&city->report, "path-root", VOTA_VALID);
    assert_no_finding(&city->report, "evidence-missing");
    city->trust.journal_count = 0;
    city_verify(city);
    assert_verdicts(&city->report, VOTA_NOT_CHECKED, VOTA_NOT_CHECKED);
    assert_finding(&city->report, "evidence-missing", VOTA_NOT_CHECKED);
}

static void another_entry_under_the_receipts_number_is_not_valid_once_final(void **state)
{
    struct city *city = *state;
    city->receipt.anchors[0].entry.time += 1;
    city_verify(city);
    assert_verdicts(&city->report, VOTA_NOT_VALID, VOTA_NOT_CHECKED);
    assert_finding(&city->report, "journal-entry", VOTA_NOT_VALID);
    city->known.final = false;
    city_verify(city);
    assert_verdicts(&city->report, VOTA_NOT_CHECKED, VOTA_NOT_CHECKED);
    assert_finding(&city->report, "journal-entry", VOTA_NOT_CHECKED);
}

static void an_entry_that_the_journal_has_not_reached_is_not_refuted(void **state)
{
    struct city *city = *state;
    city->receipt.anchors[0].entry.number = 3;
    city_verify(city);
    assert_int_equal(city->report.included, VOTA_NOT_VALID); /* final, later, and not there */
    assert_true(vota_hash_is_zero(&find_finding(&city->report, "journal-entry")->right));
    static const struct {
        uint64_t block;
        uint64_t time;
        enum vota_verdict verdict;
    } cases[] = {{102, 1790002860, VOTA_NOT_VALID},
                 {101, 1790002860, VOTA_NOT_CHECKED},
                 {102, 1790002859, VOTA_NOT_CHECKED}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        city->known.block = cases[i].block;
        city->known.time = cases[i].time;
        city_verify(city);
        assert_verdicts(&city->report, cases[i].verdict, VOTA_NOT_CHECKED);
    }
}

static void a_journal_that_does_not_fold_is_of_no_use(void **state)
{
    struct city *city = *state;
    static const struct {
        const char *what;
        size_t offset;
    } changes[] = {{"head", offsetof(struct city, known.head)},
                   {"length", offsetof(struct city, known.length)},
                   {"owner", offsetof(struct city, journal.genesis.owner)},
                   {"contract", offsetof(struct city, journal.genesis.contract)},
                   {"chain", offsetof(struct city, journal.genesis.chain_id)},
                   {"entry", offsetof(struct city, entries[0].a)}};
    city->receipt.anchors[0].entry.time += 1; /* would be refuted */
    for (size_t i = 0; i < COUNT(changes); i++) {
        uint8_t *byte = (uint8_t *)city + changes[i].offset;
        *byte ^= 1u;
        city_verify(city);
        assert_verdicts(&city->report, VOTA_NOT_CHECKED, VOTA_NOT_CHECKED);
        assert_finding(&city->report, "journal-fold", VOTA_NOT_CHECKED);
        *byte ^= 1u;
    }
}

static void a_head_alone_needs_the_receipts_later_entries(void **state)
{
    struct city *city = *state;
    vota_hash later[2];
    for (size_t i = 0; i < 2; i++) {
        struct vota_entry *entry = city_append(city, VOTA_ENTRY_BATCH);
        entry->a = (vota_hash){{7}};
        entry->b = vota_word_of_u64(1);
        vota_entry_hash(&later[i], entry);
    }
    city_settle(city);
    city->known.journal = NULL;
    city_verify(city);
    assert_verdicts(&city->report, VOTA_NOT_CHECKED, VOTA_NOT_CHECKED);
    assert_finding(&city->report, "evidence-missing", VOTA_NOT_CHECKED);
    city->receipt.anchors[0].has_later = true;
    city->receipt.anchors[0].later = later;
    city->receipt.anchors[0].later_count = 2;
    city_verify(city);
    assert_verdicts(&city->report, VOTA_VALID, VOTA_NOT_CHECKED);
    assert_finding(&city->report, "journal-head", VOTA_VALID);
    city->known.final = false;
    city_verify(city);
    assert_verdicts(&city->report, VOTA_NOT_CHECKED, VOTA_NOT_CHECKED);
    assert_finding(&city->report, "block-final", VOTA_NOT_CHECKED);
    /* Under a head that holds, a wrong leaf is not valid, and nothing more is looked at. */
    city->receipt.row.tag.bytes[0] ^= 1u;
    city_verify(city);
    assert_int_equal(city->report.included, VOTA_NOT_VALID);
    assert_finding(&city->report, "path-root", VOTA_NOT_VALID);
    assert_no_finding(&city->report, "evidence-missing");
    city->receipt.path = later;
    city->receipt.path_len = 2;
    city_verify(city);
    assert_finding(&city->report, "path-length", VOTA_NOT_VALID);
    assert_no_finding(&city->report, "evidence-missing");
    const struct vota_finding *length = find_finding(&city->report, "path-length");
    assert_int_equal(length->left_number, 2);
    assert_int_equal(length->right_number, 1);
}

static void many_heads_that_decide_nothing_still_fit_a_report(void **state)
{
    struct city *city = *state;
    static struct vota_trust_journal journals[500];
    for (size_t i = 0; i < COUNT(journals); i++) {
        journals[i] = city->known;
        journals[i].final = false;
    }
    city->trust.journals = journals;
    city->trust.journal_count = COUNT(journals);
    for (size_t i = 1; i < VOTA_RECEIPT_MAX_ANCHORS; i++) {
        city->receipt.anchors[i] = city->receipt.anchors[0];
        city->receipt.anchors[i].chain_id += i;
    }
    city->receipt.anchor_count = VOTA_RECEIPT_MAX_ANCHORS;
    struct vota_trust_contract contracts[VOTA_RECEIPT_MAX_ANCHORS];
    for (size_t i = 0; i < COUNT(contracts); i++) {
        contracts[i] = city->contract;
        contracts[i].chain_id += i;
    }
    for (size_t i = 0; i < COUNT(journals); i++)
        journals[i].contract = i % COUNT(contracts);
    city->trust.contracts = contracts;
    city->trust.contract_count = COUNT(contracts);
    struct vota_wr wr = vota_wr_of(city->bytes, sizeof city->bytes);
    assert_int_equal(vota_receipt_encode(&wr, &city->receipt, NULL), VOTA_OK);
    assert_int_equal(vota_verify(&city->report, city->bytes, wr.len, &city->trust, NULL), VOTA_OK);
    assert_int_equal(city->report.included, VOTA_NOT_CHECKED);
    size_t named = 0;
    for (size_t i = 0; i < city->report.finding_count; i++) {
        const struct vota_finding *finding = &city->report.findings[i];
        if (finding->code != VOTA_FINDING_CONTRACT)
            continue;
        assert_int_equal(finding->anchor, named++);
        assert_int_equal(finding->state, VOTA_VALID);
    }
    assert_int_equal(named, COUNT(contracts));
}

static void a_failure_shows_what_was_compared(void **state)
{
    struct city *city = *state;
    const json_t *part = test_get(city->vectors, "evidence");
    static const struct {
        const char *change;
        const char *name;
        enum vota_compared compared;
    } cases[] = {
        {"trusted.codeHash: another", "code-hash", VOTA_COMPARED_HASHES},
        {"trusted.blockHash: another", "header-hash", VOTA_COMPARED_HASHES},
        {"parent: first digit flipped", "fold", VOTA_COMPARED_HASHES},
        {"account: last node removed", "missing-node", VOTA_COMPARED_NOTHING},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        static struct evidence_case c;
        evidence_case_init(&c, &city->pool, part);
        apply_change(&c, &city->pool, cases[i].change);
        verify_case(&city->report, &c, part, true);
        const struct vota_finding *finding = find_finding(&city->report, cases[i].name);
        assert_non_null(finding);
        assert_int_equal(finding->compared, cases[i].compared);
        assert_int_equal(vota_hash_equal(&finding->left, &finding->right),
                         cases[i].compared == VOTA_COMPARED_NOTHING);
        if (strcmp(cases[i].name, "code-hash") == 0)
            assert_hash_equal(&finding->right, &c.trust.code_hash);
        if (strcmp(cases[i].name, "header-hash") == 0)
            assert_hash_equal(&finding->right, &c.trust.block_hash);
    }
    static struct evidence_case old;
    evidence_case_init(&old, &city->pool, part);
    old.receipt.anchors[0].entry.time = UINT64_C(1) << 40u;
    verify_case(&city->report, &old, part, true);
    const struct vota_finding *finding = find_finding(&city->report, "older-header");
    assert_non_null(finding);
    assert_int_equal(finding->compared, VOTA_COMPARED_TIMES);
    assert_true(finding->left_number > finding->right_number);
}

/* What is no receipt, and what is no call. */

static void what_is_no_receipt_gets_no_verdict(void **state)
{
    struct city *city = *state;
    struct vota_error err = {VOTA_OK, NULL, ""};
    city_verify(city);
    assert_int_equal(city->report.included, VOTA_VALID);
    assert_int_equal(vota_verify(&city->report, (const uint8_t *)"{}", 2, &city->trust, &err),
                     VOTA_BAD_INPUT);
    assert_string_equal(err.text, "cbor");
    assert_verdicts(&city->report, VOTA_NOT_CHECKED, VOTA_NOT_CHECKED);
    assert_int_equal(city->report.finding_count, 0);
}

static void a_callers_mistake_is_bad_input(void **state)
{
    struct city *city = *state;
    city_verify(city);
    const uint8_t *bytes = city->bytes;
    struct vota_report *report = &city->report;
    assert_int_equal(vota_verify(NULL, bytes, 10, &city->trust, NULL), VOTA_BAD_INPUT);
    assert_int_equal(report->included, VOTA_VALID);
    assert_int_equal(vota_verify(report, NULL, 10, &city->trust, NULL), VOTA_BAD_INPUT);
    assert_int_equal(vota_verify(report, bytes, 10, NULL, NULL), VOTA_BAD_INPUT);
    assert_verdicts(report, VOTA_NOT_CHECKED, VOTA_NOT_CHECKED); /* of the last call, not before */
    const struct vota_trust unsound[] = {
        {.contract_count = 1},
        {.block_count = 1},
        {.journal_count = 1},
        {.standing = (enum vota_standing)(VOTA_STANDING_ERASED + 1)},
        {.journals = &city->known, .journal_count = 1}, /* of contract 0, of which there is none */
    };
    for (size_t i = 0; i < COUNT(unsound); i++) {
        struct vota_error err = {VOTA_OK, NULL, ""};
        assert_int_equal(vota_verify(report, bytes, 10, &unsound[i], &err), VOTA_BAD_INPUT);
        assert_string_equal(err.text, "bad-argument");
    }
    city->journal.entries = NULL;
    assert_int_equal(vota_verify(report, bytes, 10, &city->trust, NULL), VOTA_BAD_INPUT);
}

static void no_flipped_bit_of_a_receipt_is_called_not_valid_without_reason(void **state)
{
    struct city *city = *state;
    const json_t *part = test_get(city->vectors, "evidence");
    static struct evidence_case c;
    static uint8_t bytes[8192];
    evidence_case_init(&c, &city->pool, part);
    c.receipt.has_acceptance = false;
    city->receipt = c.receipt;
    city->contract.code_hash = c.trust.code_hash;
    const struct vota_trust_block block = {.chain_id = city->contract.chain_id,
                                           .chain_genesis = city->contract.chain_genesis,
                                           .hash = c.trust.block_hash,
                                           .final = true};
    city->trust.journal_count = 0;
    city->trust.blocks = &block;
    city->trust.block_count = 1;
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
    assert_int_equal(vota_receipt_encode(&wr, &city->receipt, NULL), VOTA_OK);
    size_t not_valid = 0;
    for (size_t bit = 0; bit < wr.len * 8; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        if (vota_verify(&city->report, bytes, wr.len, &city->trust, NULL) == VOTA_OK) {
            assert_int_not_equal(city->report.included, VOTA_VALID);
            not_valid += city->report.included == VOTA_NOT_VALID ? 1 : 0;
        }
        bytes[bit / 8] ^= (uint8_t)(1u << (bit % 8));
    }
    /* Row, path, definition, opening: about 96 + 128 + 719 + 114 bytes of it. */
    assert_in_range(not_valid, 7500, 8500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(every_change_of_the_vectors_has_its_verdict),
        TEST(every_state_by_hand_of_the_vectors_has_its_verdict),
        TEST(a_real_receipt_is_included_and_its_standing_needs_the_rows),
        TEST(a_block_that_may_be_replaced_proves_nothing_for_good),
        TEST(a_block_of_another_network_is_no_block_of_this_one),
        TEST(without_a_named_contract_nothing_is_decided),
        TEST(the_same_address_on_another_network_is_another_contract),
        TEST(a_complete_journal_proves_a_receipt_without_evidence),
        TEST(another_entry_under_the_receipts_number_is_not_valid_once_final),
        TEST(an_entry_that_the_journal_has_not_reached_is_not_refuted),
        TEST(a_journal_that_does_not_fold_is_of_no_use),
        TEST(a_head_alone_needs_the_receipts_later_entries),
        TEST(many_heads_that_decide_nothing_still_fit_a_report),
        TEST(a_failure_shows_what_was_compared),
        TEST(what_is_no_receipt_gets_no_verdict),
        TEST(a_callers_mistake_is_bad_input),
        TEST(no_flipped_bit_of_a_receipt_is_called_not_valid_without_reason),
    };
    return RUN_TESTS(tests);
}
