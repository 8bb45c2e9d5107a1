/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DIR/voteanchor.ini and the environment to a struct vota_config in which
 * every value is in its range. One table names every key with its limits,
 * default and the sentence that documents it; `init` writes the file from it.
 * Unknown sections and keys are refused, and so are keys given twice.
 *
 * Precedence: environment (VOTEANCHOR_SECTION_KEY, scalar keys only), file,
 * default. No key holds a secret: secrets are named by file.
 */
#ifndef VOTA_BRIDGE_CONFIG_H
#define VOTA_BRIDGE_CONFIG_H

#include "bridge/directory.h"
#include "bridge/network.h"
#include "bridge/url.h"

#define VOTA_CONFIG_MAX_URLS 8u
#define VOTA_CONFIG_TEXT_MAX 160u /* bytes of a text or path value */

struct vota_config {
    char city[VOTA_CONFIG_TEXT_MAX + 1];

    struct vota_network network; /* name, chain id and genesis; zero genesis: bind on first use */
    vota_addr contract;          /* zero: the store's own deployment */

    char url[VOTA_CONFIG_MAX_URLS][VOTA_URL_MAX + 1]; /* [rpc] url lines, then those of url_file */
    size_t n_urls;
    uint64_t quorum;  /* providers that must agree; never 0 after loading */
    uint64_t timeout; /* seconds for one call */

    uint64_t max_fee; /* wei per gas */
    uint64_t max_tip, min_tip;
    uint64_t max_tx, max_day; /* wei */
    uint64_t bump_after;      /* seconds */

    uint64_t max_records, min_size; /* of a batch */
    uint64_t max_age;               /* seconds */

    char owner[VOTA_CONFIG_TEXT_MAX + 1]; /* key files, relative to DIR */
    char anchorer[VOTA_CONFIG_TEXT_MAX + 1];
    char acceptance[VOTA_CONFIG_TEXT_MAX + 1];
    char password_file[VOTA_CONFIG_TEXT_MAX + 1]; /* empty: ask */
};

enum vota_config_type {
    VOTA_CONFIG_TEXT, /* UTF-8 without controls */
    VOTA_CONFIG_PATH,
    VOTA_CONFIG_WORD,    /* one of the names in `words` */
    VOTA_CONFIG_COUNT,   /* whole number */
    VOTA_CONFIG_SECONDS, /* whole number with s, m, h or d; plain: seconds */
    VOTA_CONFIG_GWEI,    /* decimal, up to 9 places; kept in wei */
    VOTA_CONFIG_ETHER,   /* decimal, up to 18 places; kept in wei */
    VOTA_CONFIG_ADDRESS,
    VOTA_CONFIG_HASH,
    VOTA_CONFIG_URLS /* a line may be repeated */
};

struct vota_config_key {
    const char *section, *name;
    enum vota_config_type type;
    size_t offset;        /* into struct vota_config */
    uint64_t min, max;    /* in the unit kept */
    const char *fallback; /* as one would write it; NULL: none, the key may stay away */
    const char *limit;    /* as one would say it: "1 to 1000000"; shown in errors */
    const char *text;     /* text key of its documentation */
};

/* Every key in the order of the file. */
const struct vota_config_key *vota_config_keys(size_t *ret_n);

/* What is wrong, in full: a message names key, value and limit. */
struct vota_config_error {
    const char *reason; /* unknown-key, unknown-section, given-twice, not-in-range, not-a-number,
                           not-allowed, too-long, too-many-urls, bad-line, line-too-long, no-rpc,
                           or a reason of url.h, directory.h */
    unsigned line;      /* of the file; 0: none */
    bool environment;   /* the value came from a variable */
    char key[80];       /* "fees.max_fee_gwei" or the variable */
    char value[80];     /* as given, cut; empty where it might be a secret */
    const char *limit;  /* of the key; NULL: none */
};

/* What the environment says; getenv in the program, a table in tests. */
typedef const char *vota_config_getenv(const char *name);

/* The defaults alone, with the preset's network. */
void vota_config_init(struct vota_config *ret_config);

/* Reads text (NUL-terminated, of the file) and the environment. BAD_INPUT with ret_error filled. */
VOTA_MUST_USE enum vota_status vota_config_parse(struct vota_config *ret_config, const char *text,
                                                 vota_config_getenv *get,
                                                 struct vota_config_error *ret_error);

/* DIR/voteanchor.ini, the environment and the url_file. */
VOTA_MUST_USE enum vota_status vota_config_load(struct vota_config *ret_config,
                                                const struct vota_directory *dir,
                                                vota_config_getenv *get,
                                                struct vota_config_error *ret_error);

#endif
