/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every key of the configuration: where it stands, what it may be, and the
 * sentence that explains it. The one list that parser, `init`, `config check`
 * and the manual are made from.
 */
#include "bridge/config.h"

#include <stdio.h>

#define GWEI       1000000000u
#define ETHER      1000000000000000000u
#define AT(member) offsetof(struct vota_config, member)
#define OF(place, member)                                                                          \
    (offsetof(struct vota_config, network) + (place) * sizeof(struct vota_config_network) +        \
     offsetof(struct vota_config_network, member))
#define PRIMARY(member) OF(VOTA_CONFIG_PRIMARY, member)

#define PATH_LIMIT   "1 .. 160 bytes"
#define KEY_LIMIT    "FILE, fd:N, signer:0x..."
#define LISTEN_LIMIT "127.0.0.1:PORT, [::1]:PORT, unix:PATH"
#define GWEI_LIMIT   "0.001 .. 100000 gwei"
#define ETHER_LIMIT  "0.000001 .. 18 ETH"
#define GWEI_RANGE   (GWEI / 1000), (100000ull * GWEI)
#define ETHER_RANGE  (ETHER / 1000000), (18ull * ETHER)

#define PRESETS     "hoodi, sepolia, mainnet, dev, custom"
#define CHAIN_MOST  9007199254740991u
#define CHAIN_LIMIT "1 .. 9007199254740991"

/* clang-format off */
/* A network with a section of its own. */
#define NETWORK_SECTION(section, place, about, key)                                                          \
    {section, "preset", VOTA_CONFIG_NETWORK, OF(place, preset), 0, 0, NULL,                        \
     PRESETS, about},                                                        \
    {section, "chain_id", VOTA_CONFIG_COUNT, OF(place, chain_id), 1, CHAIN_MOST, NULL,             \
     CHAIN_LIMIT, "config.network.chain_id"},                                                      \
    {section, "genesis", VOTA_CONFIG_HASH, OF(place, genesis), 0, 0, NULL,                         \
     "0x + 64 hex", "config.network.genesis"},                                                     \
    {section, "contract", VOTA_CONFIG_ADDRESS, OF(place, contract), 0, 0, NULL,                    \
     "0x + 40 hex", "config.contract.address"},                                                    \
    {section, "url", VOTA_CONFIG_URLS, OF(place, preset), 0, 0, NULL,                              \
     "https://..., http://127.0.0.1:...", "config.rpc.url"},                                       \
    {section, "url_file", VOTA_CONFIG_TEXT, OF(place, url_file), 1, VOTA_CONFIG_TEXT_MAX, NULL,    \
     PATH_LIMIT, "config.rpc.url_file"},                                                           \
    {section, "quorum", VOTA_CONFIG_COUNT, OF(place, quorum), 1, VOTA_CONFIG_MAX_URLS, NULL,       \
     "1 .. 8", "config.rpc.quorum"},                                                               \
    {section, "timeout", VOTA_CONFIG_SECONDS, OF(place, timeout), 1, 300, NULL,                    \
     "1s .. 300s", "config.other.timeout"},                                                        \
    {section, "anchorer", VOTA_CONFIG_KEY, OF(place, anchorer), 1, VOTA_CONFIG_TEXT_MAX, NULL,     \
     KEY_LIMIT, key}

static const struct vota_config_key keys[] = {
    {"city", "name", VOTA_CONFIG_TEXT, AT(city), 1, VOTA_CONFIG_TEXT_MAX, NULL,
     "1 .. 160 bytes (UTF-8)", "config.city.name"},

    {"network", "preset", VOTA_CONFIG_NETWORK, PRIMARY(preset), 0, 0, "hoodi",
     PRESETS, "config.network.preset"},
    {"network", "chain_id", VOTA_CONFIG_COUNT, PRIMARY(chain_id), 1, CHAIN_MOST, NULL,
     CHAIN_LIMIT, "config.network.chain_id"},
    {"network", "genesis", VOTA_CONFIG_HASH, PRIMARY(genesis), 0, 0, NULL,
     "0x + 64 hex", "config.network.genesis"},

    {"contract", "address", VOTA_CONFIG_ADDRESS, PRIMARY(contract), 0, 0, NULL,
     "0x + 40 hex", "config.contract.address"},

    {"rpc", "url", VOTA_CONFIG_URLS, PRIMARY(preset), 0, 0, NULL,
     "https://..., http://127.0.0.1:...", "config.rpc.url"},
    {"rpc", "url_file", VOTA_CONFIG_TEXT, PRIMARY(url_file), 1, VOTA_CONFIG_TEXT_MAX, NULL,
     PATH_LIMIT, "config.rpc.url_file"},
    {"rpc", "quorum", VOTA_CONFIG_COUNT, PRIMARY(quorum), 1, VOTA_CONFIG_MAX_URLS, NULL,
     "1 .. 8", "config.rpc.quorum"},
    {"rpc", "timeout", VOTA_CONFIG_SECONDS, PRIMARY(timeout), 1, 300, "10s",
     "1s .. 300s", "config.rpc.timeout"},
    {"rpc", "proxy", VOTA_CONFIG_PROXY, AT(proxy), 1, VOTA_URL_MAX, NULL,
     "http://HOST:PORT, socks5h://HOST:PORT", "config.rpc.proxy"},
    {"rpc", "proxy_file", VOTA_CONFIG_TEXT, AT(proxy_file), 1, VOTA_CONFIG_TEXT_MAX, NULL,
     PATH_LIMIT, "config.rpc.proxy_file"},
    {"rpc", "ca_file", VOTA_CONFIG_TEXT, AT(ca_file), 1, VOTA_CONFIG_TEXT_MAX, NULL,
     PATH_LIMIT, "config.rpc.ca_file"},

    {"fees", "max_fee_gwei", VOTA_CONFIG_GWEI, AT(max_fee), GWEI_RANGE, "50",
     GWEI_LIMIT, "config.fees.max_fee_gwei"},
    {"fees", "max_tip_gwei", VOTA_CONFIG_GWEI, AT(max_tip), GWEI_RANGE, "2",
     GWEI_LIMIT, "config.fees.max_tip_gwei"},
    {"fees", "min_tip_gwei", VOTA_CONFIG_GWEI, AT(min_tip), GWEI_RANGE, "0.05",
     GWEI_LIMIT, "config.fees.min_tip_gwei"},
    {"fees", "max_tx_eth", VOTA_CONFIG_ETHER, AT(max_tx), ETHER_RANGE, "0.02",
     ETHER_LIMIT, "config.fees.max_tx_eth"},
    {"fees", "max_day_eth", VOTA_CONFIG_ETHER, AT(max_day), ETHER_RANGE, "0.1",
     ETHER_LIMIT, "config.fees.max_day_eth"},
    {"fees", "max_deploy_eth", VOTA_CONFIG_ETHER, AT(max_deploy), ETHER_RANGE, "0.5",
     ETHER_LIMIT, "config.fees.max_deploy_eth"},
    {"fees", "bump_after", VOTA_CONFIG_SECONDS, AT(bump_after), 1, 86400, "60s",
     "1s .. 1d", "config.fees.bump_after"},

    {"batch", "max_records", VOTA_CONFIG_COUNT, AT(max_records), 1, 1000000, "4096",
     "1 .. 1000000", "config.batch.max_records"},
    {"batch", "max_age", VOTA_CONFIG_SECONDS, AT(max_age), 1, 604800, "10m",
     "1s .. 7d", "config.batch.max_age"},
    {"batch", "min_size", VOTA_CONFIG_COUNT, AT(min_size), 1, 1000, "8",
     "1 .. 1000", "config.batch.min_size"},

    {"registers", "results", VOTA_CONFIG_CHOICE, AT(results), 1, VOTA_CONFIG_TEXT_MAX, "auto",
     "auto, by-hand", "config.registers.results"},

    {"keys", "owner", VOTA_CONFIG_KEY, AT(owner), 1, VOTA_CONFIG_TEXT_MAX, "secrets/owner.json",
     KEY_LIMIT, "config.keys.owner"},
    {"keys", "anchorer", VOTA_CONFIG_KEY, PRIMARY(anchorer), 1, VOTA_CONFIG_TEXT_MAX,
     "secrets/anchorer.json", KEY_LIMIT, "config.keys.anchorer"},
    {"keys", "acceptance", VOTA_CONFIG_KEY_HERE, AT(acceptance), 1, VOTA_CONFIG_TEXT_MAX,
     "secrets/acceptance.json", "FILE, fd:N", "config.keys.acceptance"},
    {"keys", "password_file", VOTA_CONFIG_TEXT, AT(password_file), 1, VOTA_CONFIG_TEXT_MAX, NULL,
     PATH_LIMIT, "config.keys.password_file"},

    {"signer", "url", VOTA_CONFIG_URL, AT(signer_url), 1, VOTA_URL_MAX, NULL,
     "https://..., http://127.0.0.1:...", "config.signer.url"},
    {"signer", "method", VOTA_CONFIG_CHOICE, AT(signer_method), 1, VOTA_CONFIG_TEXT_MAX,
     "eth_signTransaction", "eth_signTransaction, account_signTransaction",
     "config.signer.method"},
    {"signer", "timeout", VOTA_CONFIG_SECONDS, AT(signer_timeout), 1, 3600, "30s",
     "1s .. 1h", "config.signer.timeout"},
    {"signer", "client_cert", VOTA_CONFIG_TEXT, AT(signer_cert), 1, VOTA_CONFIG_TEXT_MAX, NULL,
     PATH_LIMIT, "config.signer.client_cert"},
    {"signer", "client_key", VOTA_CONFIG_TEXT, AT(signer_key), 1, VOTA_CONFIG_TEXT_MAX, NULL,
     PATH_LIMIT, "config.signer.client_key"},
    {"signer", "ca_file", VOTA_CONFIG_TEXT, AT(signer_ca), 1, VOTA_CONFIG_TEXT_MAX, NULL,
     PATH_LIMIT, "config.signer.ca_file"},

    {"http", "listen", VOTA_CONFIG_LISTEN, AT(listen), 1, VOTA_CONFIG_TEXT_MAX, "127.0.0.1:8480",
     LISTEN_LIMIT, "config.http.listen"},
    {"http", "read_listen", VOTA_CONFIG_LISTEN, AT(read_listen), 1, VOTA_CONFIG_TEXT_MAX,
     "127.0.0.1:8481", LISTEN_LIMIT, "config.http.read_listen"},
    {"http", "threads", VOTA_CONFIG_COUNT, AT(http_threads), 0, 64, "0",
     "0 .. 64", "config.http.threads"},
    {"http", "connections", VOTA_CONFIG_COUNT, AT(connections), 8, 10000, "1000",
     "8 .. 10000", "config.http.connections"},
    {"http", "body_max", VOTA_CONFIG_COUNT, AT(body_max), 4096, 64u << 20, "4194304",
     "4096 .. 67108864", "config.http.body_max"},
    {"http", "deadline", VOTA_CONFIG_SECONDS, AT(deadline), 1, 600, "30s",
     "1s .. 10m", "config.http.deadline"},
    {"http", "rate", VOTA_CONFIG_COUNT, AT(rate), 0, 1000000, "10000",
     "0 .. 1000000", "config.http.rate"},
    {"http", "burst", VOTA_CONFIG_COUNT, AT(burst), 1, 10000000, "50000",
     "1 .. 10000000", "config.http.burst"},

    {"service", "signers", VOTA_CONFIG_COUNT, AT(signers), 0, 64, "0",
     "0 .. 64", "config.service.signers"},
    {"service", "stop_within", VOTA_CONFIG_SECONDS, AT(stop_within), 1, 600, "30s",
     "1s .. 10m", "config.service.stop_within"},

    {"webhook", "url", VOTA_CONFIG_URL, AT(webhook_url), 1, VOTA_URL_MAX, NULL,
     "https://..., http://127.0.0.1:...", "config.webhook.url"},
    {"webhook", "secret_file", VOTA_CONFIG_TEXT, AT(webhook_secret), 1, VOTA_CONFIG_TEXT_MAX,
     "secrets/webhook", PATH_LIMIT, "config.webhook.secret_file"},
    {"webhook", "ca_file", VOTA_CONFIG_TEXT, AT(webhook_ca), 1, VOTA_CONFIG_TEXT_MAX, NULL,
     PATH_LIMIT, "config.webhook.ca_file"},
    {"webhook", "timeout", VOTA_CONFIG_SECONDS, AT(webhook_timeout), 1, 60, "10s",
     "1s .. 60s", "config.webhook.timeout"},
    {"webhook", "give_up", VOTA_CONFIG_SECONDS, AT(webhook_give_up), 1, 2592000, "3d",
     "1s .. 30d", "config.webhook.give_up"},

    {"publish", "page", VOTA_CONFIG_TEXT, AT(page), 1, VOTA_CONFIG_TEXT_MAX, NULL,
     PATH_LIMIT, "config.publish.page"},
    {"publish", "page_url", VOTA_CONFIG_URL, AT(page_url), 1, VOTA_URL_MAX, NULL,
     "https://..., http://127.0.0.1:...", "config.publish.page_url"},

    {"log", "level", VOTA_CONFIG_CHOICE, AT(log_level), 1, VOTA_CONFIG_TEXT_MAX, "info",
     "debug, info, warn, error", "config.log.level"},
    {"log", "format", VOTA_CONFIG_CHOICE, AT(log_format), 1, VOTA_CONFIG_TEXT_MAX, "text",
     "text, json", "config.log.format"},

    {"metrics", "access", VOTA_CONFIG_CHOICE, AT(metrics_access), 1, VOTA_CONFIG_TEXT_MAX, "open",
     "open, token", "config.metrics.access"},

    NETWORK_SECTION("secondary", VOTA_CONFIG_SECONDARY, "config.secondary.preset",
                    "config.secondary.anchorer"),

    NETWORK_SECTION("successor", VOTA_CONFIG_SUCCESSOR, "config.successor.preset",
                    "config.successor.anchorer"),
};
/* clang-format on */

const struct vota_config_key *vota_config_keys(size_t *ret_n)
{
    *ret_n = sizeof keys / sizeof keys[0];
    return keys;
}

void vota_config_variable(const struct vota_config_key *key,
                          char ret_name[VOTA_CONFIG_VARIABLE_CAP])
{
    (void)snprintf(ret_name, VOTA_CONFIG_VARIABLE_CAP, "VOTEANCHOR_%s_%s", key->section, key->name);
    for (char *c = ret_name; *c != '\0'; c++) {
        if (*c >= 'a' && *c <= 'z')
            *c = (char)(*c - 'a' + 'A');
    }
}
