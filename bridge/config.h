/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DIR/voteanchor.ini and the environment to a struct vota_config in which
 * every value is in its range. One table (config_keys.c) names every key with
 * its limits, default and the sentence that documents it; `init` writes the
 * file from it. Unknown sections and keys are refused, and keys given twice.
 *
 * Precedence: environment (VOTEANCHOR_SECTION_KEY, all keys but lists of urls),
 * file, default. No key holds a secret: secrets are named by file.
 *
 * Up to three networks: the primary's keys stand in [network], [contract], [rpc]
 * and [keys]; those of [secondary] and [successor] in one section each, which
 * is there when it names a preset.
 */
#ifndef VOTA_BRIDGE_CONFIG_H
#define VOTA_BRIDGE_CONFIG_H

#include "bridge/directory.h"
#include "bridge/network.h"
#include "bridge/url.h"

#define VOTA_CONFIG_MAX_URLS 8u
#define VOTA_CONFIG_TEXT_MAX 160u /* bytes of a text or path value */
#define VOTA_CONFIG_FILE_MAX ((size_t)64 * 1024)

/* What a network of the configuration is there for. */
enum vota_config_place {
    VOTA_CONFIG_PRIMARY,
    VOTA_CONFIG_SECONDARY, /* anchors everything too */
    VOTA_CONFIG_SUCCESSOR  /* will take over from the primary */
};
#define VOTA_CONFIG_NETWORKS 3u

struct vota_config_network {
    char preset[16];    /* empty: there is no such network */
    uint64_t chain_id;  /* of the preset, or as given; no two networks have one */
    vota_hash genesis;  /* zero: not known, bind to the node's on first use */
    vota_addr contract; /* zero: the store's own deployment */

    char url[VOTA_CONFIG_MAX_URLS][VOTA_URL_MAX + 1]; /* url lines, then those of url_file */
    size_t n_urls; /* may be 0: a command that needs the chain says so */
    char url_file[VOTA_CONFIG_TEXT_MAX + 1];
    uint64_t quorum;  /* providers that must agree; the majority unless given; 0 without urls */
    uint64_t timeout; /* seconds for one call; the primary's unless given */

    char anchorer[VOTA_CONFIG_TEXT_MAX + 1]; /* key_source.h: one for each network */
};

struct vota_config {
    char city[VOTA_CONFIG_TEXT_MAX + 1];

    struct vota_config_network network[VOTA_CONFIG_NETWORKS]; /* by enum vota_config_place */

    char proxy[VOTA_URL_MAX + 1]; /* of [rpc], or proxy_file's line; empty: none. Not to be shown */
    char proxy_file[VOTA_CONFIG_TEXT_MAX + 1];
    char ca_file[VOTA_CONFIG_TEXT_MAX + 1]; /* of [rpc], relative to DIR; empty: the system's */

    uint64_t max_fee; /* wei per gas */
    uint64_t max_tip, min_tip;
    uint64_t max_tx, max_day, max_deploy; /* wei */
    uint64_t bump_after;                  /* seconds */

    uint64_t max_records, min_size; /* of a batch */
    uint64_t max_age;               /* seconds */

    char results[VOTA_CONFIG_TEXT_MAX + 1]; /* "auto" or "by-hand": who publishes them */

    char owner[VOTA_CONFIG_TEXT_MAX + 1];         /* key_source.h */
    char acceptance[VOTA_CONFIG_TEXT_MAX + 1];    /* the same, not at a signer */
    char password_file[VOTA_CONFIG_TEXT_MAX + 1]; /* empty: ask */

    char signer_url[VOTA_URL_MAX + 1]; /* empty: there is no signer, and no key is at one */
    char signer_method[VOTA_CONFIG_TEXT_MAX + 1];
    char
        signer_cert[VOTA_CONFIG_TEXT_MAX + 1]; /* PEM, relative to DIR; with client_key, or empty */
    char signer_key[VOTA_CONFIG_TEXT_MAX + 1];
    char signer_ca[VOTA_CONFIG_TEXT_MAX + 1]; /* empty: the system's */
    uint64_t signer_timeout;                  /* seconds: a person may have to approve */

    char listen[VOTA_CONFIG_TEXT_MAX + 1];      /* listen.h */
    char read_listen[VOTA_CONFIG_TEXT_MAX + 1]; /* of serve --read-only */
    uint64_t http_threads;                      /* 0: one a processor */
    uint64_t connections, body_max;             /* at a time; bytes */
    uint64_t deadline;                          /* seconds of one request */
    uint64_t rate, burst;                       /* of each client a second; rate 0: no limit */
    uint64_t signers;                           /* threads that sign and read; 0: one a processor */
    uint64_t stop_within;                       /* seconds */

    char webhook_url[VOTA_URL_MAX + 1];            /* empty: there is none */
    char webhook_secret[VOTA_CONFIG_TEXT_MAX + 1]; /* file, relative to DIR */
    char webhook_ca[VOTA_CONFIG_TEXT_MAX + 1];     /* empty: the system's */
    uint64_t webhook_timeout;                      /* seconds of one try */
    uint64_t webhook_give_up;                      /* seconds after the first try of an event */

    char page_url[VOTA_URL_MAX + 1]; /* of the verifier page; empty: nobody knows */

    char page[VOTA_CONFIG_TEXT_MAX +
              1]; /* the verifier page to publish, relative to DIR; or empty */

    char log_level[VOTA_CONFIG_TEXT_MAX + 1];      /* a word of log.h */
    char log_format[VOTA_CONFIG_TEXT_MAX + 1];     /* the same */
    char metrics_access[VOTA_CONFIG_TEXT_MAX + 1]; /* "open", or "token": of scope read */
};

enum vota_config_type {
    VOTA_CONFIG_TEXT,    /* UTF-8 without controls, also paths */
    VOTA_CONFIG_NETWORK, /* the name of a preset */
    VOTA_CONFIG_COUNT,   /* whole number */
    VOTA_CONFIG_SECONDS, /* whole number with s, m, h or d; plain: seconds */
    VOTA_CONFIG_GWEI,    /* decimal, up to 9 places; kept in wei */
    VOTA_CONFIG_ETHER,   /* decimal, up to 18 places; kept in wei */
    VOTA_CONFIG_ADDRESS,
    VOTA_CONFIG_HASH,
    VOTA_CONFIG_KEY,      /* key_source.h */
    VOTA_CONFIG_KEY_HERE, /* the same, but not at a signer */
    VOTA_CONFIG_CHOICE,   /* one of the words of `limit` */
    VOTA_CONFIG_URL,      /* one */
    VOTA_CONFIG_PROXY,    /* the address of a proxy, without a password */
    VOTA_CONFIG_LISTEN,   /* listen.h */
    VOTA_CONFIG_URLS      /* the key may be repeated, a line each; offset: of the whole network */
};

struct vota_config_key {
    const char *section, *name;
    enum vota_config_type type;
    size_t offset;        /* into struct vota_config */
    uint64_t min, max;    /* in the unit kept */
    const char *fallback; /* as one would write it; NULL: the key may stay away */
    const char *limit;    /* as one would say it in any language: "1 .. 1000000" */
    const char *text;     /* text key of its documentation */
};

/* Every key in the order of the file. */
const struct vota_config_key *vota_config_keys(size_t *ret_n);

/* VOTEANCHOR_SECTION_KEY of a key. */
#define VOTA_CONFIG_VARIABLE_CAP 64
void vota_config_variable(const struct vota_config_key *key,
                          char ret_name[VOTA_CONFIG_VARIABLE_CAP]);

/* "network", "secondary", "successor": the section that names the network; static. */
const char *vota_config_section(enum vota_config_place place);

static inline bool vota_config_has(const struct vota_config *config, enum vota_config_place place)
{
    return config->network[place].preset[0] != '\0';
}

/* A development chain on this machine: asked often, waited for briefly. */
bool vota_config_is_local(const struct vota_config_network *network);

/* What is wrong, in full: a message names place, key, value and limit. */
struct vota_config_error {
    char reason[48];   /* unknown-key, given-twice, not-in-range, not-a-number, not-a-time,
                          not-an-amount, not-an-address, not-a-hash, not-a-network, not-text,
                          too-long, too-many-urls, chain-id-needed, not-of-preset, same-network,
                          preset-needed, not-a-choice, not-a-listener, not-loopback, signer-needed,
                          signer-not-here, needs-both, either-or, less-than, bad-line, line-too-long;
                          or a reason of key_source.h, url.h or directory.h */
    unsigned line;     /* of the file; 0: none */
    char key[80];      /* "fees.max_fee_gwei", or the variable */
    char value[80];    /* as given, cut; empty where it might hold a secret */
    const char *limit; /* what is allowed, or the key it must agree with; NULL: none */
};

/* What the environment says; getenv in the program, a table in tests. */
typedef const char *vota_config_getenv(const char *name);

/*
 * Text of the file (NUL-terminated) and the environment to a configuration,
 * without looking at url_file. BAD_INPUT with *ret_error filled.
 */
VOTA_MUST_USE enum vota_status vota_config_parse(struct vota_config *ret_config, const char *text,
                                                 vota_config_getenv *get,
                                                 struct vota_config_error *ret_error);

/*
 * DIR/voteanchor.ini and the environment, for whoever needs neither provider nor
 * key: files that hold secrets are not opened. A status of directory.h or BAD_INPUT.
 */
VOTA_MUST_USE enum vota_status vota_config_load_public(struct vota_config *ret_config,
                                                       const struct vota_directory *dir,
                                                       vota_config_getenv *get,
                                                       struct vota_config_error *ret_error);

/* DIR/voteanchor.ini, the environment and the url_file. A status of directory.h or BAD_INPUT. */
VOTA_MUST_USE enum vota_status vota_config_load(struct vota_config *ret_config,
                                                const struct vota_directory *dir,
                                                vota_config_getenv *get,
                                                struct vota_config_error *ret_error);

#endif
