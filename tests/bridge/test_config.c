/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include <stdio.h>

#include "bridge/config.h"
#include "bridge/config_value.h"

/* The environment of a test: name, value, ..., NULL. */
static const char *const *variables;

static const char *look_up(const char *name)
{
    for (size_t i = 0; variables != NULL && variables[i] != NULL; i += 2) {
        if (strcmp(variables[i], name) == 0)
            return variables[i + 1];
    }
    return NULL;
}

static struct vota_config parse_good(const char *text, const char *const *environment)
{
    struct vota_config config;
    struct vota_config_error error = {{0}, 0, {0}, {0}, NULL};
    variables = environment;
    if (vota_config_parse(&config, text, look_up, &error) != VOTA_OK)
        fail_msg("%s: line %u: %s = %s: %s", text, error.line, error.key, error.value,
                 error.reason);
    return config;
}

static void an_empty_file_gives_the_defaults(void **state)
{
    (void)state;
    const struct vota_config config = parse_good("", NULL);
    assert_string_equal(config.network[VOTA_CONFIG_PRIMARY].preset, "hoodi");
    assert_int_equal(config.network[VOTA_CONFIG_PRIMARY].chain_id, 560048);
    assert_int_equal(config.network[VOTA_CONFIG_PRIMARY].genesis.bytes[0], 0xbb);
    assert_int_equal(config.network[VOTA_CONFIG_PRIMARY].timeout, 10);
    assert_int_equal(config.max_fee, 50000000000);
    assert_int_equal(config.min_tip, 50000000);
    assert_int_equal(config.max_tx, 20000000000000000);
    assert_int_equal(config.max_records, 4096);
    assert_int_equal(config.min_size, 8);
    assert_int_equal(config.max_age, 600);
    assert_string_equal(config.network[VOTA_CONFIG_PRIMARY].anchorer, "secrets/anchorer.json");
    assert_string_equal(config.password_file, "");
    assert_int_equal(config.network[VOTA_CONFIG_PRIMARY].n_urls, 0);
    assert_int_equal(config.network[VOTA_CONFIG_PRIMARY].quorum, 0);
}

static void a_file_sets_every_kind_of_value(void **state)
{
    (void)state;
    const struct vota_config config =
        parse_good("\xef\xbb\xbf# a comment\r\n"
                   "[city]\nname = 구리시\n"
                   "[network]\npreset=dev\ngenesis = "
                   "0x00000000000000000000000000000000000000000000000000000000000000Aa\n"
                   "[contract]\naddress = 0x00000000000000000000000000000000000000Ff\n"
                   "[rpc]\nurl = http://127.0.0.1:8545\nurl = https://rpc.example.org/hoodi\n"
                   "url = https://other.example\ntimeout = 2m\n"
                   "[fees]\nmax_fee_gwei = 30.5\nmax_tx_eth = 0.000001\n; another comment\n"
                   "[batch]\nmax_age = 1d\n",
                   NULL);
    assert_string_equal(config.city, "구리시");
    assert_int_equal(config.network[VOTA_CONFIG_PRIMARY].chain_id, 31337);
    assert_int_equal(config.network[VOTA_CONFIG_PRIMARY].genesis.bytes[31], 0xaa);
    assert_int_equal(config.network[VOTA_CONFIG_PRIMARY].contract.bytes[19], 0xff);
    assert_int_equal(config.network[VOTA_CONFIG_PRIMARY].n_urls, 3);
    assert_string_equal(config.network[VOTA_CONFIG_PRIMARY].url[1],
                        "https://rpc.example.org/hoodi");
    assert_int_equal(config.network[VOTA_CONFIG_PRIMARY].quorum, 2);
    assert_int_equal(config.network[VOTA_CONFIG_PRIMARY].timeout, 120);
    assert_int_equal(config.max_fee, 30500000000);
    assert_int_equal(config.max_tx, 1000000000000);
    assert_int_equal(config.max_age, 86400);
}

static void other_networks_have_a_section_each(void **state)
{
    (void)state;
    const char *const environment[] = {"VOTEANCHOR_SECONDARY_QUORUM", "1", NULL};
    const struct vota_config config =
        parse_good("[network]\npreset = dev\n"
                   "[rpc]\nurl = http://127.0.0.1:8545\ntimeout = 3s\n"
                   "[secondary]\npreset = sepolia\nurl = https://one.example\n"
                   "url = https://two.example\n"
                   "[successor]\npreset = custom\nchain_id = 7\ntimeout = 4s\n"
                   "anchorer = secrets/next.json\n",
                   environment);
    const struct vota_config_network *secondary = &config.network[VOTA_CONFIG_SECONDARY];
    const struct vota_config_network *successor = &config.network[VOTA_CONFIG_SUCCESSOR];
    assert_int_equal(config.network[VOTA_CONFIG_PRIMARY].n_urls, 1);
    assert_int_equal(secondary->chain_id, 11155111);
    assert_int_equal(secondary->genesis.bytes[0], 0x25);
    assert_int_equal(secondary->n_urls, 2);
    assert_string_equal(secondary->url[1], "https://two.example");
    assert_int_equal(secondary->quorum, 1);
    assert_int_equal(secondary->timeout, 3); /* the primary's */
    assert_string_equal(secondary->anchorer, "secrets/anchorer-secondary.json");
    assert_int_equal(successor->chain_id, 7);
    assert_int_equal(successor->timeout, 4);
    assert_string_equal(successor->anchorer, "secrets/next.json");
    assert_int_equal(successor->quorum, 0);
}

static void other_networks_are_whole_and_different(void **state)
{
    (void)state;
    static const struct {
        const char *text, *key, *reason, *limit;
    } cases[] = {
        {"[secondary]\nurl = https://one.example\n", "secondary.preset", "preset-needed", NULL},
        {"[successor]\nanchorer = a.json\n", "successor.preset", "preset-needed", NULL},
        {"[successor]\npreset = custom\n", "successor.chain_id", "chain-id-needed",
         "1 .. 9007199254740991"},
        {"[secondary]\npreset = hoodi\n", "secondary.chain_id", "same-network", "network"},
        {"[secondary]\npreset = sepolia\n[successor]\npreset = sepolia\n", "successor.chain_id",
         "same-network", "secondary"},
        {"[secondary]\npreset = sepolia\nchain_id = 1\n", "secondary.chain_id", "not-of-preset",
         "sepolia"},
        {"[secondary]\npreset = sepolia\nurl = https://one.example\nquorum = 2\n",
         "secondary.quorum", "less-than", "secondary.url"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_config config;
        struct vota_config_error error = {{0}, 0, {0}, {0}, NULL};
        variables = NULL;
        assert_int_equal(vota_config_parse(&config, cases[i].text, look_up, &error),
                         VOTA_BAD_INPUT);
        assert_string_equal(error.reason, cases[i].reason);
        assert_string_equal(error.key, cases[i].key);
        if (cases[i].limit == NULL)
            assert_null(error.limit);
        else
            assert_string_equal(error.limit, cases[i].limit);
    }
}

#define AT_SIGNER "signer:0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F"

static void a_key_may_be_at_a_signer_that_is_named_whole(void **state)
{
    (void)state;
    const struct vota_config none = parse_good("", NULL);
    assert_string_equal(none.signer_url, "");
    assert_string_equal(none.signer_method, "eth_signTransaction");
    assert_int_equal(none.signer_timeout, 30);
    const char *const environment[] = {"VOTEANCHOR_SIGNER_METHOD", "account_signTransaction", NULL};
    const struct vota_config config =
        parse_good("[keys]\nanchorer = " AT_SIGNER "\nacceptance = fd:3\n"
                   "[signer]\nurl = https://signer.example:9000/\ntimeout = 10m\n"
                   "client_cert = tls/us.pem\nclient_key = secrets/us.key\nca_file = tls/ca.pem\n",
                   environment);
    assert_string_equal(config.network[VOTA_CONFIG_PRIMARY].anchorer, AT_SIGNER);
    assert_string_equal(config.acceptance, "fd:3");
    assert_string_equal(config.signer_url, "https://signer.example:9000/");
    assert_string_equal(config.signer_method, "account_signTransaction");
    assert_int_equal(config.signer_timeout, 600);
    assert_string_equal(config.signer_cert, "tls/us.pem");
    assert_string_equal(config.signer_key, "secrets/us.key");
    assert_string_equal(config.signer_ca, "tls/ca.pem");
}

static void a_listener_is_a_port_of_this_machine_or_a_path(void **state)
{
    (void)state;
    static const char *const texts[] = {"127.0.0.1:0", "127.9.9.9:65535", "[::1]:8480",
                                        "unix:/run/voteanchor/voteanchor.sock"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct vota_config config;
        struct vota_config_error error;
        char text[128];
        (void)snprintf(text, sizeof text, "[http]\nlisten = %s\n", texts[i]);
        assert_int_equal(vota_config_parse(&config, text, look_up, &error), VOTA_OK);
        assert_string_equal(config.listen, texts[i]);
    }
}

static void any_other_listener_is_refused_with_its_reason(void **state)
{
    (void)state;
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {"0.0.0.0:8480", "not-loopback"},   {"[::]:8480", "not-loopback"},
        {"192.0.2.1:8480", "not-loopback"}, {"localhost:8480", "not-a-listener"},
        {"127.0.0.1", "not-a-listener"},    {"127.0.0.1:65536", "not-a-listener"},
        {"unix:", "not-a-listener"},        {"8480", "not-a-listener"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_config config;
        struct vota_config_error error;
        char text[128];
        (void)snprintf(text, sizeof text, "[http]\nread_listen = %s\n", cases[i].text);
        assert_int_equal(vota_config_parse(&config, text, look_up, &error), VOTA_BAD_INPUT);
        assert_string_equal(error.reason, cases[i].reason);
        assert_string_equal(error.key, "http.read_listen");
        assert_string_equal(error.value, cases[i].text);
    }
}

static void the_environment_wins_over_the_file(void **state)
{
    (void)state;
    const char *const environment[] = {"VOTEANCHOR_FEES_MAX_FEE_GWEI",
                                       "7",
                                       "VOTEANCHOR_NETWORK_PRESET",
                                       "sepolia",
                                       "VOTEANCHOR_RPC_URL",
                                       "https://ignored.example",
                                       NULL};
    const struct vota_config config = parse_good("[fees]\nmax_fee_gwei = 30\n", environment);
    assert_int_equal(config.max_fee, 7000000000);
    assert_int_equal(config.network[VOTA_CONFIG_PRIMARY].chain_id, 11155111);
    assert_int_equal(config.network[VOTA_CONFIG_PRIMARY].n_urls, 0); /* a list is not scalar */
}

static void every_limit_can_be_reached_and_not_passed(void **state)
{
    (void)state;
    static const struct {
        const char *good, *bad;
    } cases[] = {
        {"[batch]\nmax_records = 1000000\n", "[batch]\nmax_records = 1000001\n"},
        {"[batch]\nmin_size = 1\n", "[batch]\nmin_size = 0\n"},
        {"[batch]\nmax_age = 7d\n", "[batch]\nmax_age = 604801\n"},
        {"[signer]\ntimeout = 1h\n", "[signer]\ntimeout = 3601\n"},
        {"[rpc]\ntimeout = 300\n", "[rpc]\ntimeout = 301s\n"},
        {"[fees]\nmin_tip_gwei = 0.001\n", "[fees]\nmin_tip_gwei = 0.000999999\n"},
        {"[fees]\nmax_fee_gwei = 100000\n", "[fees]\nmax_fee_gwei = 100000.000000001\n"},
        {"[fees]\nmax_day_eth = 18\n", "[fees]\nmax_day_eth = 18.1\n"},
        {"[fees]\nbump_after = 1d\n", "[fees]\nbump_after = 25h\n"},
        {"[network]\npreset=custom\nchain_id = 9007199254740991\n",
         "[network]\npreset=custom\nchain_id = 9007199254740992\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_config config;
        struct vota_config_error error;
        (void)parse_good(cases[i].good, NULL);
        assert_int_equal(vota_config_parse(&config, cases[i].bad, look_up, &error), VOTA_BAD_INPUT);
        assert_string_equal(error.reason, "not-in-range");
        assert_non_null(error.limit);
    }
}

static void a_mistake_is_named_with_line_key_value_and_reason(void **state)
{
    (void)state;
    static const struct {
        const char *text, *reason, *key, *value;
        unsigned line;
    } cases[] = {
        {"[fees]\nmax_fee = 1\n", "unknown-key", "fees.max_fee", "", 2},
        {"[fee]\nmax_fee_gwei = 1\n", "unknown-key", "fee.max_fee_gwei", "", 2},
        {"max_records = 1\n", "unknown-key", ".max_records", "", 1},
        {"[batch]\nmin_size = 8\n\nmin_size = 9\n", "given-twice", "batch.min_size", "9", 4},
        {"[batch]\nmin_size = 8\n  9\n", "given-twice", "batch.min_size", "9", 3},
        {"[batch]\nmax_records = -1\n", "not-a-number", "batch.max_records", "-1", 2},
        {"[batch]\nmax_records = 1e3\n", "not-a-number", "batch.max_records", "1e3", 2},
        {"[batch]\nmax_records = 99999999999999999999\n", "not-a-number", "batch.max_records",
         "99999999999999999999", 2},
        {"[batch]\nmax_age = 10 minutes\n", "not-a-time", "batch.max_age", "10 minutes", 2},
        {"[fees]\nmax_fee_gwei = 1.0000000001\n", "not-an-amount", "fees.max_fee_gwei",
         "1.0000000001", 2},
        {"[fees]\nmax_fee_gwei = .5\n", "not-an-amount", "fees.max_fee_gwei", ".5", 2},
        {"[fees]\nmax_fee_gwei = 5.\n", "not-an-amount", "fees.max_fee_gwei", "5.", 2},
        {"[fees]\nmax_tx_eth = 99999999999\n", "not-an-amount", "fees.max_tx_eth", "99999999999",
         2},
        {"[network]\npreset = holesky\n", "not-a-network", "network.preset", "holesky", 2},
        {"[network]\ngenesis = 0x12\n", "not-a-hash", "network.genesis", "0x12", 2},
        {"[contract]\naddress = 0x12\n", "not-an-address", "contract.address", "0x12", 2},
        {"[city]\nname = \xff\n", "not-text", "city.name", "\xff", 2},
        {"[city]\nname =\n", "not-text", "city.name", "", 2},
        {"[rpc]\nurl = http://rpc.example.org\n", "url-not-local", "rpc.url", "", 2},
        {"[rpc]\nurl = https://x.example/v3/0123456789abcdef0123\n", "url-key", "rpc.url", "", 2},
        {"[city]\nname = a\nthis is no line\n", "bad-line", "", "", 3},
        {"[city\nname = a\n", "bad-line", "", "", 1},
        {"[network]\npreset = custom\n", "chain-id-needed", "network.chain_id", "", 0},
        {"[network]\npreset = hoodi\nchain_id = 1\n", "not-of-preset", "network.chain_id", "", 0},
        {"[network]\npreset = hoodi\ngenesis = "
         "0x1111111111111111111111111111111111111111111111111111111111111111\n",
         "not-of-preset", "network.genesis", "", 0},
        {"[fees]\nmax_tip_gwei = 60\n", "less-than", "fees.max_tip_gwei", "", 0},
        {"[fees]\nmax_tx_eth = 1\n", "less-than", "fees.max_tx_eth", "", 0},
        {"[batch]\nmax_records = 5\n", "less-than", "batch.min_size", "", 0},
        {"[rpc]\nurl = https://a.example\nquorum = 2\n", "less-than", "rpc.quorum", "", 0},
        {"[keys]\nanchorer = fd:1\n", "bad-fd", "keys.anchorer", "fd:1", 2},
        {"[keys]\nowner = signer:0x12\n", "bad-address", "keys.owner", "signer:0x12", 2},
        {"[keys]\nacceptance = " AT_SIGNER "\n", "signer-not-here", "keys.acceptance", AT_SIGNER,
         2},
        {"[keys]\nanchorer = " AT_SIGNER "\n", "signer-needed", "signer.url", "", 0},
        {"[keys]\nowner = " AT_SIGNER "\n", "signer-needed", "signer.url", "", 0},
        {"[secondary]\npreset = sepolia\nanchorer = " AT_SIGNER "\n", "signer-needed", "signer.url",
         "", 0},
        {"[signer]\nurl = http://signer.example\n", "url-not-local", "signer.url", "", 2},
        {"[signer]\nurl = https://u:p@signer.example\n", "url-userinfo", "signer.url", "", 2},
        {"[signer]\nurl = https://a.example\nurl = https://b.example\n", "given-twice",
         "signer.url", "", 3},
        {"[signer]\nmethod = eth_sign\n", "not-a-choice", "signer.method", "eth_sign", 2},
        {"[signer]\nmethod = eth_signTransaction,\n", "not-a-choice", "signer.method",
         "eth_signTransaction,", 2},
        {"[rpc]\nproxy = http://user:word@proxy.example:3128\n", "url-userinfo", "rpc.proxy", "",
         2},
        {"[rpc]\nproxy = https://proxy.example:3128\n", "proxy-scheme", "rpc.proxy", "", 2},
        {"[rpc]\nproxy = http://a.example:1\nproxy = http://u:p@a.example:1\n", "given-twice",
         "rpc.proxy", "", 3},
        {"[signer]\nclient_cert = a.pem\n", "needs-both", "signer.client_key", "", 0},
        {"[signer]\nclient_key = a.pem\n", "needs-both", "signer.client_key", "", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vota_config config;
        struct vota_config_error error;
        variables = NULL;
        assert_int_equal(vota_config_parse(&config, cases[i].text, look_up, &error),
                         VOTA_BAD_INPUT);
        assert_string_equal(error.reason, cases[i].reason);
        assert_string_equal(error.key, cases[i].key);
        assert_string_equal(error.value, cases[i].value);
        assert_int_equal(error.line, cases[i].line);
    }
}

static void a_bad_variable_is_named_as_one(void **state)
{
    (void)state;
    static const char *const environment[] = {"VOTEANCHOR_BATCH_MIN_SIZE", "many", NULL};
    struct vota_config config;
    struct vota_config_error error;
    variables = environment;
    assert_int_equal(vota_config_parse(&config, "", look_up, &error), VOTA_BAD_INPUT);
    assert_string_equal(error.key, "VOTEANCHOR_BATCH_MIN_SIZE");
    assert_string_equal(error.value, "many");
    assert_int_equal(error.line, 0);
}

static void a_line_longer_than_the_reader_takes_is_refused_not_cut(void **state)
{
    (void)state;
    char text[400] = "[city]\nname = ";
    struct vota_config config;
    struct vota_config_error error;
    memset(text + strlen(text), 'a', 150);
    (void)parse_good(text, NULL);
    memset(text + strlen(text), 'a', 60);
    assert_int_equal(vota_config_parse(&config, text, look_up, &error), VOTA_BAD_INPUT);
    assert_string_equal(error.reason, "line-too-long");
    assert_int_equal(error.line, 2);
    for (size_t len = 180; len < 220; len++) { /* whole or refused, at every length */
        char line[256] = "[batch]\nmin_size =";
        const size_t start = strlen(line);
        memset(line + start, ' ', len - start);
        (void)snprintf(line + len, sizeof line - len, "12\nmax_age = 5\n");
        const bool now = vota_config_parse(&config, line, look_up, &error) == VOTA_OK;
        const size_t bytes = len - strlen("[batch]\n") + strlen("12");
        assert_int_equal(now, bytes <= 198); /* the limit that the sentence names */
        assert_true(!now || (config.min_size == 12 && config.max_age == 5));
        assert_true(now || strcmp(error.reason, "line-too-long") == 0);
    }
}

static void nine_providers_are_one_too_many(void **state)
{
    (void)state;
    char text[1000] = "[rpc]\n";
    struct vota_config config;
    struct vota_config_error error;
    for (unsigned i = 0; i < 8; i++)
        (void)snprintf(text + strlen(text), 64, "url = https://rpc-%u.example\n", i);
    assert_int_equal(parse_good(text, NULL).network[VOTA_CONFIG_PRIMARY].n_urls, 8);
    (void)snprintf(text + strlen(text), 64, "url = https://rpc-9.example\n");
    assert_int_equal(vota_config_parse(&config, text, look_up, &error), VOTA_BAD_INPUT);
    assert_string_equal(error.reason, "too-many-urls");
    assert_int_equal(error.line, 10);
}

static void a_refused_file_changes_nothing(void **state)
{
    (void)state;
    struct vota_config config;
    struct vota_config_error error;
    memset(&config, 0x5a, sizeof config);
    assert_int_equal(vota_config_parse(&config, "[x]\ny=1\n", look_up, &error), VOTA_BAD_INPUT);
    assert_int_equal(config.city[0], 0x5a);
    assert_int_equal(config.network[VOTA_CONFIG_PRIMARY].n_urls, 0x5a5a5a5a5a5a5a5a);
}

static void every_key_has_a_variable_of_its_own_and_a_default_in_range(void **state)
{
    (void)state;
    size_t n = 0;
    const struct vota_config_key *keys = vota_config_keys(&n);
    char names[128][VOTA_CONFIG_VARIABLE_CAP];
    assert_in_range(n, 20, 128);
    for (size_t i = 0; i < n; i++) {
        vota_config_variable(&keys[i], names[i]);
        assert_int_equal(strncmp(names[i], "VOTEANCHOR_", 11), 0);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(names[i], names[k]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_file_gives_the_defaults),
        cmocka_unit_test(a_file_sets_every_kind_of_value),
        cmocka_unit_test(other_networks_have_a_section_each),
        cmocka_unit_test(other_networks_are_whole_and_different),
        cmocka_unit_test(a_key_may_be_at_a_signer_that_is_named_whole),
        cmocka_unit_test(a_listener_is_a_port_of_this_machine_or_a_path),
        cmocka_unit_test(any_other_listener_is_refused_with_its_reason),
        cmocka_unit_test(the_environment_wins_over_the_file),
        cmocka_unit_test(every_limit_can_be_reached_and_not_passed),
        cmocka_unit_test(a_mistake_is_named_with_line_key_value_and_reason),
        cmocka_unit_test(a_bad_variable_is_named_as_one),
        cmocka_unit_test(a_line_longer_than_the_reader_takes_is_refused_not_cut),
        cmocka_unit_test(nine_providers_are_one_too_many),
        cmocka_unit_test(a_refused_file_changes_nothing),
        cmocka_unit_test(every_key_has_a_variable_of_its_own_and_a_default_in_range),
    };
    return RUN_TESTS(tests);
}
