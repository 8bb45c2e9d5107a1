/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `verify` and `audit` along a succession as a person calls them, without any
 * network: publications side by side, a trust file, receipts.
 */
#include <locale.h>

#include "bridge/cli/commands.h"
#include "bridge/cli/run.h"
#include "proof/receipt.h"
#include "rpc/signer.h"
#include "tests/bridge/town_line.h"

#define MOST_ARGS 24

enum { OLD, NEW };

struct ran {
    int code;
    char *out;
    size_t out_len;
    char *err;
    size_t err_len;
};

static const char *nothing(const char *name)
{
    (void)name;
    return NULL;
}

/* Runs "voteanchor <args>" in English, or in Korean. */
static struct ran run_in(const char *lang, const char *const *args, size_t n)
{
    static const struct vota_command *const commands[] = {&vota_cmd_verify, &vota_cmd_audit};
    static char texts[MOST_ARGS][256];
    char *argv[MOST_ARGS + 1] = {NULL};
    struct ran ran = {0};
    const char *const before[] = {"voteanchor", "--lang", lang};
    int argc = 0;
    for (size_t i = 0; i < 3 + n; i++) {
        const char *text = i < 3 ? before[i] : args[i - 3];
        assert_true(argc < MOST_ARGS && strlen(text) < sizeof texts[0]);
        (void)snprintf(texts[argc], sizeof texts[0], "%s", text);
        argv[argc] = texts[argc];
        argc++;
    }
    struct vota_cli cli = {.in = stdin,
                           .out = open_memstream(&ran.out, &ran.out_len),
                           .err = open_memstream(&ran.err, &ran.err_len)};
    vota_run_init(&cli, nothing);
    ran.code = vota_run(&cli, commands, 2, argc, argv, NULL);
    assert_int_equal(fclose(cli.out), 0);
    assert_int_equal(fclose(cli.err), 0);
    return ran;
}

static void ran_done(struct ran *ran)
{
    free(ran->out);
    free(ran->err);
}

/* Output is wrapped to the width of a page: a sentence is looked for without its line ends. */
static bool says(const struct ran *ran, const char *sentence)
{
    char *flat = malloc(ran->out_len + 1);
    size_t n = 0;
    for (size_t i = 0; i < ran->out_len; i++) {
        const char c = (char)(ran->out[i] == '\n' ? ' ' : ran->out[i]);
        if (c != ' ' || (n > 0 && flat[n - 1] != ' '))
            flat[n++] = c;
    }
    flat[n] = '\0';
    const bool found = strstr(flat, sentence) != NULL;
    free(flat);
    return found;
}

/* ---- two towns, their publications side by side, and what a user trusts ---- */

struct home {
    struct town *towns[2];
    struct vota_trust_file_head heads[2];
    char trust[160], receipt[160];
    char contract[2][64];
    struct vota_signer *signer; /* of the old one's acceptances */
    struct vota_error err;
};

static void add_head(struct home *home, size_t i)
{
    const struct town *town = home->towns[i];
    const struct vota_genesis *genesis = &town->deployment.genesis;
    home->heads[i] = (struct vota_trust_file_head){.chain_id = genesis->chain_id,
                                                   .chain_genesis = town->deployment.chain_genesis,
                                                   .contract = genesis->contract,
                                                   .head = town->head,
                                                   .length = genesis->pred_length + town->lines.n,
                                                   .block = 5000 + i,
                                                   .time = TOWN_LATER,
                                                   .block_hash = town_hash("block", 5000 + i)};
}

/* n heads: those of the successor alone, or also the old contract's. */
static void write_trust(struct home *home, bool knows_old_head)
{
    struct vota_deployment contracts[2] = {home->towns[OLD]->deployment,
                                           home->towns[NEW]->deployment};
    struct vota_trust_file_network networks[2];
    static char text[65536];
    const struct vota_trust_file_successor link = {
        contracts[OLD].genesis.chain_id, contracts[OLD].genesis.contract,
        contracts[NEW].genesis.chain_id, contracts[NEW].genesis.contract};
    for (size_t i = 0; i < 2; i++) {
        networks[i] = (struct vota_trust_file_network){contracts[i].genesis.chain_id,
                                                       contracts[i].chain_genesis};
        add_head(home, i);
    }
    struct vota_trust_file_successor links[1] = {link};
    const struct vota_trust_file file = {.city = {(const uint8_t *)"town", 4},
                                         .networks = networks,
                                         .network_count = 2,
                                         .contracts = contracts,
                                         .contract_count = 2,
                                         .successors = links,
                                         .successor_count = 1,
                                         .heads = knows_old_head ? home->heads : &home->heads[NEW],
                                         .head_count = knows_old_head ? 2 : 1};
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    vota_trust_json_write(&wr, &file);
    assert_true(vota_wr_fits(&wr));
    FILE *out = fopen(home->trust, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(text, 1, wr.len, out), wr.len);
    assert_int_equal(fclose(out), 0);
}

static void name_contract(struct home *home, size_t i)
{
    const struct vota_genesis *genesis = &home->towns[i]->deployment.genesis;
    char hex[VOTA_ADDR_HEX_CHARS + 1];
    vota_hex_of_addr(hex, &genesis->contract);
    (void)snprintf(home->contract[i], sizeof home->contract[i], "%llu:%s",
                   (unsigned long long)genesis->chain_id, hex);
}

static struct home *home_new(void)
{
    struct home *home = calloc(1, sizeof *home);
    uint8_t key[VOTA_SIGNER_KEY_BYTES] = {7};
    assert_non_null(home);
    assert_int_equal(vota_signer_load(&home->signer, key, NULL), VOTA_OK);
    struct town *old = town_new();
    old->deployment.genesis.acceptance_key = vota_signer_address(home->signer);
    town_redeploy(old);
    home->towns[OLD] = old;
    const struct town_register *bridge =
        town_open(old, &(struct town_question){"bridge", "vote", "on_close"});
    for (size_t i = 0; i < 4; i++)
        town_vote(old, bridge, i, i == 3 ? "no" : "yes");
    town_anchor(old, TOWN_OPENS + 600);
    struct town *new = town_continue(old);
    home->towns[NEW] = new;
    town_name(old, new, TOWN_MOVES);
    town_go_on(new, old);
    (void)snprintf(new->public, sizeof new->public, "%s/next", old->dir);
    (void)snprintf(home->trust, sizeof home->trust, "%s/trust.json", old->dir);
    (void)snprintf(home->receipt, sizeof home->receipt, "%s/a.cbor", old->dir);
    town_publish(old);
    town_publish(new);
    write_trust(home, true);
    name_contract(home, OLD);
    name_contract(home, NEW);
    return home;
}

static void home_free(struct home *home)
{
    town_free(home->towns[NEW]);
    town_free(home->towns[OLD]);
    vota_signer_free(home->signer);
    free(home);
}

/* A receipt of a row that town i anchored, or of none; promised by the old one until a time. */
static void write_receipt(struct home *home, size_t i, const struct town_record *record,
                          uint64_t anchor_by)
{
    static struct town_record sorted[TOWN_RECORDS];
    static uint8_t bytes[65536];
    vota_hash leaves[TOWN_RECORDS];
    vota_hash tree[2 * TOWN_RECORDS];
    vota_hash path[VOTA_MERKLE_MAX_PATH];
    vota_hash digest;
    vota_hash leaf;
    size_t at = 0;
    const struct town *town = home->towns[i];
    const struct vota_genesis *genesis = &town->deployment.genesis;
    const struct vota_genesis *old = &home->towns[OLD]->deployment.genesis;
    struct vota_receipt receipt = {.row = record->row, .path = path};
    vota_leaf_hash(&leaf, &receipt.row);
    if (record->entry != 0) {
        const size_t n = town_records_of(town, record->entry, sorted);
        const size_t place = (size_t)(record->entry - genesis->pred_length - 1);
        for (size_t k = 0; k < n; k++) {
            leaves[k] = sorted[k].leaf;
            at = vota_hash_equal(&leaves[k], &leaf) ? k : at;
        }
        assert_int_equal(vota_merkle_build(tree, leaves, n), VOTA_OK);
        assert_int_equal(vota_merkle_path(path, &receipt.path_len, tree, n, at), VOTA_OK);
        receipt.anchor_count = 1;
        receipt.anchors[0] =
            (struct vota_anchor){.chain_id = genesis->chain_id,
                                 .chain_genesis = town->deployment.chain_genesis,
                                 .contract = genesis->contract,
                                 .entry = {record->entry, town->lines.entries[place].block,
                                           town->lines.entries[place].time, tree[0], n}};
        vota_journal_genesis(&receipt.anchors[0].parent, genesis);
        if (place > 0)
            receipt.anchors[0].parent = town->lines.heads[place - 1];
    }
    if (anchor_by != 0) {
        struct vota_signature signature;
        receipt.has_acceptance = true;
        receipt.acceptance = (struct vota_acceptance){.chain_id = old->chain_id,
                                                      .contract = old->contract,
                                                      .accepted_at = TOWN_OPENS + 10,
                                                      .anchor_by = anchor_by};
        vota_acceptance_digest(&digest, &leaf, &receipt.acceptance);
        assert_int_equal(vota_signer_sign(home->signer, &signature, &digest, NULL), VOTA_OK);
        memcpy(receipt.acceptance.signature, signature.bytes, sizeof signature.bytes);
        receipt.acceptance.signature[64] = (uint8_t)(receipt.acceptance.signature[64] + 27);
    }
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
    if (vota_receipt_encode(&wr, &receipt, &home->err) != VOTA_OK)
        fail_msg("%s %s", home->err.where, home->err.text);
    FILE *out = fopen(home->receipt, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, wr.len, out), wr.len);
    assert_int_equal(fclose(out), 0);
}

#define RUN(...)                                                                                   \
    run_in("en", (const char *const[]){__VA_ARGS__},                                               \
           sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

static void expect(struct ran ran, int code, const char *sentence)
{
    if (ran.code != code || !says(&ran, sentence))
        fail_msg("exit %d, expected %d and \"%s\":\n%s%s", ran.code, code, sentence, ran.out,
                 ran.err);
    ran_done(&ran);
}

/* ---- audit ---- */

static void test_the_predecessors_publication_is_found_beside_it(void **state)
{
    struct home *home = home_new();
    const struct town *old = home->towns[OLD];
    const struct town *new = home->towns[NEW];
    (void)state;
    expect(RUN("audit", "--offline", "--contract", home->contract[NEW], "--trust", home->trust,
               "--data", new->public),
           VOTA_EXIT_OK, "the link is confirmed by both");
    expect(RUN("audit", "--offline", "--contract", home->contract[NEW], "--trust", home->trust,
               "--data", new->public, "--predecessor-data", old->public),
           VOTA_EXIT_OK, "entries 1 to 3, 4 rows");
    /* Who audits the old contract is sent to the new one. */
    expect(RUN("audit", "--offline", "--contract", home->contract[OLD], "--trust", home->trust,
               "--data", old->public),
           VOTA_EXIT_UNCHECKED, "Entry 3 ends this journal");
    home_free(home);
}

static void test_an_audit_without_the_old_head_or_data_checks_less(void **state)
{
    struct home *home = home_new();
    const struct town *new = home->towns[NEW];
    char elsewhere[160];
    (void)state;
    write_trust(home, false);
    expect(RUN("audit", "--offline", "--contract", home->contract[NEW], "--trust", home->trust,
               "--data", new->public),
           VOTA_EXIT_UNCHECKED, "claimed by the new contract, not confirmed by the old");
    write_trust(home, true);
    (void)snprintf(elsewhere, sizeof elsewhere, "%s/.hidden", home->towns[OLD]->dir);
    assert_int_equal(rename(home->towns[OLD]->public, elsewhere), 0);
    struct ran ran = RUN("audit", "--offline", "--contract", home->contract[NEW], "--trust",
                         home->trust, "--data", new->public);
    assert_int_equal(ran.code, VOTA_EXIT_UNCHECKED);
    assert_true(says(&ran, "not confirmed by the old"));
    ran_done(&ran);
    expect(RUN("audit", "--offline", "--contract", home->contract[NEW], "--trust", home->trust,
               "--data", new->public, "--predecessor-data", elsewhere),
           VOTA_EXIT_OK, "confirmed by both");
    home_free(home);
}

static void test_a_fork_fails_the_audit(void **state)
{
    struct home *home = home_new();
    struct town *old = home->towns[OLD];
    (void)state;
    town_vote(old, &old->registers[0], 60, "yes");
    town_anchor(old, TOWN_MOVES + 60);
    town_publish(old);
    write_trust(home, true);
    expect(RUN("audit", "--offline", "--contract", home->contract[NEW], "--trust", home->trust,
               "--data", home->towns[NEW]->public),
           VOTA_EXIT_FAILED, "Forked history");
    struct ran ran = RUN("audit", "--json", "--offline", "--contract", home->contract[NEW],
                         "--trust", home->trust, "--data", home->towns[NEW]->public);
    assert_true(says(&ran, "\"succession-forked\""));
    assert_true(says(&ran, "\"predecessors\""));
    ran_done(&ran);
    home_free(home);
}

/* ---- verify ---- */

static void test_a_receipt_before_and_after_the_succession(void **state)
{
    struct home *home = home_new();
    const struct town *new = home->towns[NEW];
    (void)state;
    write_receipt(home, OLD, &home->towns[OLD]->records[1], 0);
    expect(RUN("verify", home->receipt, "--offline", "--contract", home->contract[NEW], "--trust",
               home->trust, "--data", new->public),
           VOTA_EXIT_OK, "was succeeded after entry 2");
    struct ran ran = RUN("verify", home->receipt, "--offline", "--trust", home->trust, "--data",
                         new->public, "--json");
    assert_int_equal(ran.code, VOTA_EXIT_OK);
    assert_true(says(&ran, "\"standing\": \"valid\""));
    ran_done(&ran);
    write_receipt(home, NEW, &new->records[0], 0); /* superseded by a row of the old contract */
    ran = RUN("verify", home->receipt, "--offline", "--contract", home->contract[OLD], "--trust",
              home->trust, "--data", new->public, "--json");
    assert_int_equal(ran.code, VOTA_EXIT_OK);
    assert_true(says(&ran, "\"standing\": \"not_valid\""));
    assert_true(says(&ran, "contract-linked"));
    ran_done(&ran);
    /* Without a head of the old contract nobody confirms that it goes on there. */
    write_trust(home, false);
    expect(RUN("verify", home->receipt, "--offline", "--contract", home->contract[OLD], "--trust",
               home->trust, "--data", new->public),
           VOTA_EXIT_UNCHECKED, "not confirmed by the old");
    home_free(home);
}

static void test_promises_and_the_exit_code(void **state)
{
    struct home *home = home_new();
    const struct town *old = home->towns[OLD];
    const struct town *new = home->towns[NEW];
    struct town_record lost = old->records[0];
    (void)state;
    lost.entry = 0;
    lost.row.tag.bytes[0] ^= 1;
#define VERIFY "verify", home->receipt, "--offline", "--trust", home->trust, "--data", new->public
    write_receipt(home, OLD, &old->records[1], TOWN_OPENS + 600);
    expect(RUN(VERIFY), VOTA_EXIT_OK, "Promise kept");
    write_receipt(home, OLD, &old->records[1], TOWN_OPENS + 599);
    expect(RUN(VERIFY), VOTA_EXIT_OK, "Promise kept late"); /* the record is there, and told late */
    write_receipt(home, NEW, &new->records[1], TOWN_MOVES + 600);
    expect(RUN(VERIFY), VOTA_EXIT_OK, "Promise kept"); /* by the successor */
    write_receipt(home, OLD, &lost, TOWN_MOVES + 600);
    expect(RUN(VERIFY), VOTA_EXIT_FAILED, "the promise was broken");
    expect(RUN("verify", home->receipt, "--offline", "--trust", home->trust), VOTA_EXIT_UNCHECKED,
           "It is pending until"); /* nobody looked at the lists */
    expect(RUN("verify", home->receipt, "--offline", "--trust", home->trust, "--data", old->public),
           VOTA_EXIT_UNCHECKED, "another contract succeeded the one that promised");
    assert_int_equal(unlink(town_path(new, "batches/3.rows")), 0);
    expect(RUN(VERIFY), VOTA_EXIT_UNCHECKED, "the rows of the batch in entry 3 are missing");
    home_free(home);
}

/* Anchored, and taken back: what is included may still be a broken promise. */
static void test_a_batch_taken_back_keeps_no_promise(void **state)
{
    struct home *home = home_new();
    const struct town *old = home->towns[OLD];
    struct town *new = home->towns[NEW];
    (void)state;
    town_disavow(new, TOWN_COUNTS_UNTIL + 700, 2, 2);
    town_publish(new);
    write_trust(home, true);
    write_receipt(home, OLD, &old->records[1], TOWN_OPENS + 600);
    struct ran ran = RUN(VERIFY, "--json");
    assert_int_equal(ran.code, VOTA_EXIT_FAILED);
    assert_true(says(&ran, "\"included\": \"valid\""));
    assert_true(says(&ran, "\"standing\": \"not_valid\""));
    assert_true(says(&ran, "\"promise\": \"broken\""));
    ran_done(&ran);
    home_free(home);
}

static void test_a_contract_that_was_only_typed(void **state)
{
    struct home *home = home_new();
    (void)state;
    write_receipt(home, OLD, &home->towns[OLD]->records[1], 0);
    expect(RUN("verify", home->receipt, "--offline", "--contract", home->contract[OLD]),
           VOTA_EXIT_UNCHECKED, "Its deployment record is missing");
    home_free(home);
}

static void test_both_languages_say_it(void **state)
{
    struct home *home = home_new();
    (void)state;
    const char *const args[] = {"audit",   "--offline", "--contract", home->contract[NEW],
                                "--trust", home->trust, "--data",     home->towns[NEW]->public};
    struct ran ran = run_in("ko", args, 8);
    assert_int_equal(ran.code, VOTA_EXIT_OK);
    assert_true(says(&ran, "승계"));
    assert_false(says(&ran, "{"));
    ran_done(&ran);
    home_free(home);
}

int main(void)
{
    (void)setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_predecessors_publication_is_found_beside_it),
        cmocka_unit_test(test_an_audit_without_the_old_head_or_data_checks_less),
        cmocka_unit_test(test_a_fork_fails_the_audit),
        cmocka_unit_test(test_a_receipt_before_and_after_the_succession),
        cmocka_unit_test(test_promises_and_the_exit_code),
        cmocka_unit_test(test_a_batch_taken_back_keeps_no_promise),
        cmocka_unit_test(test_a_contract_that_was_only_typed),
        cmocka_unit_test(test_both_languages_say_it),
    };
    return RUN_TESTS(tests);
}
