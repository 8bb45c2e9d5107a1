/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `verify` and `audit` are given to hold things to: providers, a trust
 * file, a publication, a contract's name. Each step reports its own failure and
 * returns an exit code, VOTA_EXIT_OK to go on; that a provider does not answer
 * is no failure but a problem, for it only keeps something from being checked.
 */
#ifndef VOTA_BRIDGE_CLI_VERIFY_INPUT_H
#define VOTA_BRIDGE_CLI_VERIFY_INPUT_H

#include "bridge/cli/cli.h"
#include "bridge/cli/verify_data.h"
#include "bridge/config.h"

struct vota_verify_input {
    struct vota_cli *cli;
    const struct vota_args *args;
    bool has_named; /* --contract */
    struct vota_named named;
    bool has_file; /* --trust */
    struct vota_trust_file_copy file;
    struct vota_verify_publications publications; /* --data first, then those before it */
    bool has_data;                                /* --data */
    size_t data_at;                               /* its place among them */
    struct vota_config *config;                   /* DIR's, when its providers are used */
    struct vota_witnesses witnesses;              /* none: offline, or nobody answered */
    bool asked;                                   /* providers were asked for */
    size_t quorum;                                /* of them, that must agree; 0: the majority */
    struct vota_trusted trusted;
};

/* Reads --contract, --trust, --data and --predecessor-data. Close with vota_verify_input_close in
 * every case. */
int vota_verify_input_open(struct vota_verify_input *ret_input, struct vota_cli *cli,
                           const struct vota_args *args);
/* The same publication as --data would be, which was not given. */
int vota_verify_input_take(struct vota_verify_input *input, const char *dir);
void vota_verify_input_close(struct vota_verify_input *input);

/*
 * Connects to the --rpc providers, each for the network that it serves, else,
 * unless --offline was given, to those of the directory's configuration where
 * there is one.
 */
int vota_verify_input_connect(struct vota_verify_input *input);

/* Where records and journals may be found, for bridge/audit. */
struct vota_trusted_sources vota_verify_input_sources(const struct vota_verify_input *input);

/* Believes --block, where it was given. To be called before contracts are found. */
int vota_verify_input_block(struct vota_verify_input *input);

/*
 * Finds the contracts that were named, and those before and after them; proves
 * what can be proven of them.
 */
void vota_verify_input_trust(struct vota_verify_input *input);

/* The publication given with --data; NULL: none. Its journal may be missing. */
const struct vota_verify_data *vota_verify_input_data(const struct vota_verify_input *input);

/* Whether a contract is one of those found, with the same record. */
bool vota_verify_input_trusts(const struct vota_verify_input *input,
                              const struct vota_deployment *deployment);

/* The newest head of the contract in the trust file, in place of a chain; false: none. */
bool vota_verify_input_head(const struct vota_verify_input *input,
                            struct vota_audit_chain *ret_chain, const struct vota_named *named);

#endif
