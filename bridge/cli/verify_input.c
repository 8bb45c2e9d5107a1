/* SPDX-License-Identifier: Apache-2.0 */
/* What `verify` and `audit` are given: see verify_input.h. */
#include "bridge/cli/verify_input.h"

#include <stdlib.h>
#include <string.h>

#include "bridge/audit/follow.h"
#include "bridge/cli/output.h"
#include "proof/hex.h"

static int open_named(struct vota_verify_input *input)
{
    struct vota_error err = {0};
    const char *text = vota_args_value(input->args, "contract");
    if (text == NULL)
        return VOTA_EXIT_OK;
    if (vota_named_read(&input->named, text, &err) != VOTA_OK)
        return vota_cli_fail(input->cli, VOTA_EXIT_USAGE, "error.contract-name", "given", text,
                             "reason", vota_cli_reason(input->cli, err.text), NULL);
    input->has_named = true;
    return VOTA_EXIT_OK;
}

static int open_file(struct vota_verify_input *input)
{
    struct vota_error err = {0};
    uint8_t *text = NULL;
    size_t len = 0;
    const char *path = vota_args_value(input->args, "trust");
    if (path == NULL)
        return VOTA_EXIT_OK;
    enum vota_status status =
        vota_directory_read(&text, &len, path, VOTA_TRUST_FILE_MAX_BYTES, &err);
    if (status == VOTA_OK)
        status = vota_trust_json_read(&input->file, text, len, &err);
    free(text);
    if (status != VOTA_OK)
        return vota_cli_fail_error(input->cli, &err, "error.trust-file", "file", path, NULL);
    input->has_file = true;
    input->trusted.file = &input->file.about;
    return VOTA_EXIT_OK;
}

static int open_publication(struct vota_verify_input *input, const char *dir)
{
    struct vota_error err = {0};
    struct vota_error problem = {0};
    if (vota_verify_data_open(&input->publications, dir, &problem, &err) != VOTA_OK)
        return vota_cli_fail_error(input->cli, &err, "error.publication", "dir", dir, NULL);
    if (problem.status != VOTA_OK)
        vota_trusted_note(&input->trusted, "problem.data", NULL, NULL, &problem);
    return VOTA_EXIT_OK;
}

static int open_data(struct vota_verify_input *input)
{
    const char *dir = vota_args_value(input->args, "data");
    int code = dir == NULL ? VOTA_EXIT_OK : open_publication(input, dir);
    input->has_data = dir != NULL && code == VOTA_EXIT_OK;
    for (size_t i = 0; code == VOTA_EXIT_OK && i < vota_args_count(input->args, "predecessor-data");
         i++)
        code = open_publication(input, vota_args_nth(input->args, "predecessor-data", i));
    if (input->has_data && code == VOTA_EXIT_OK)
        vota_verify_data_discover(&input->publications, dir);
    return code;
}

int vota_verify_input_take(struct vota_verify_input *input, const char *dir)
{
    input->data_at = input->publications.n;
    const int code = open_publication(input, dir);
    input->has_data = code == VOTA_EXIT_OK;
    if (input->has_data)
        vota_verify_data_discover(&input->publications, dir);
    return code;
}

int vota_verify_input_open(struct vota_verify_input *ret_input, struct vota_cli *cli,
                           const struct vota_args *args)
{
    memset(ret_input, 0, sizeof *ret_input);
    ret_input->cli = cli;
    ret_input->args = args;
    vota_trusted_init(&ret_input->trusted);
    int code = open_named(ret_input);
    if (code == VOTA_EXIT_OK)
        code = open_file(ret_input);
    return code == VOTA_EXIT_OK ? open_data(ret_input) : code;
}

void vota_verify_input_close(struct vota_verify_input *input)
{
    vota_trusted_done(&input->trusted);
    vota_witnesses_done(&input->witnesses);
    free(input->config);
    vota_verify_data_done(&input->publications);
    vota_trust_file_copy_done(&input->file);
}

/* ---- providers ---- */

static int take_url(struct vota_verify_input *input, const char **ret_url, size_t i)
{
    char number[VOTA_OUTPUT_NUMBER_CAP];
    const char *url = vota_args_nth(input->args, "rpc", i);
    const char *problem =
        i >= VOTA_CONNECT_PROVIDERS_MAX ? "too-many-urls" : vota_url_problem(url, false);
    vota_output_number(number, i + 1);
    if (problem != NULL)
        return vota_cli_fail(input->cli, VOTA_EXIT_USAGE, "error.rpc-url", "number", number,
                             "reason", vota_cli_reason(input->cli, problem), NULL);
    *ret_url = url;
    return VOTA_EXIT_OK;
}

/* --quorum, a digit: there are no more than 8 providers. */
static int take_quorum(struct vota_verify_input *input, size_t n_providers)
{
    char providers[VOTA_OUTPUT_NUMBER_CAP];
    const char *text = vota_args_value(input->args, "quorum");
    if (text == NULL)
        return VOTA_EXIT_OK;
    const bool is_digit = text[0] >= '1' && text[0] <= '9' && text[1] == '\0';
    input->quorum = is_digit ? (size_t)(text[0] - '0') : 0;
    if (is_digit && input->quorum <= n_providers)
        return VOTA_EXIT_OK;
    vota_output_number(providers, n_providers);
    return vota_cli_fail(input->cli, VOTA_EXIT_USAGE, "error.quorum", "given", text, "providers",
                         providers, NULL);
}

static void note_provider(void *context, const struct vota_connection *connection)
{
    struct vota_verify_input *input = context;
    vota_trusted_note(&input->trusted, "problem.provider", NULL, connection->name,
                      &connection->problem);
}

static void note_network(void *context, const struct vota_error *error)
{
    struct vota_verify_input *input = context;
    vota_trusted_note(&input->trusted, "problem.connect", NULL, NULL, error);
}

static int connect(struct vota_verify_input *input, const struct vota_connect_options *options)
{
    const struct vota_witnesses_notes notes = {note_network, note_provider, input};
    input->asked = true;
    if (vota_witnesses_open(&input->witnesses, options, input->quorum, &notes) == VOTA_OK)
        return VOTA_EXIT_OK;
    return vota_cli_fail(input->cli, VOTA_EXIT_FAILED, "error.memory", NULL);
}

static int connect_named(struct vota_verify_input *input, const char *const *urls, size_t n)
{
    const struct vota_connect_options options = {
        .urls = urls,
        .n_urls = n,
        .chain_id = input->has_named ? input->named.chain_id : 0,
        .genesis = input->has_named ? &input->named.chain_genesis : NULL};
    const int code = take_quorum(input, n);
    return code == VOTA_EXIT_OK ? connect(input, &options) : code;
}

static int connect_network(struct vota_verify_input *input,
                           const struct vota_config_network *network)
{
    const char *urls[VOTA_CONFIG_MAX_URLS];
    for (size_t i = 0; i < network->n_urls; i++)
        urls[i] = network->url[i];
    const struct vota_connect_options options = {.urls = urls,
                                                 .n_urls = network->n_urls,
                                                 .timeout_ms = (unsigned)(1000 * network->timeout),
                                                 .chain_id = network->chain_id,
                                                 .genesis = &network->genesis};
    input->quorum = (size_t)network->quorum;
    const int code = take_quorum(input, network->n_urls);
    return code == VOTA_EXIT_OK ? connect(input, &options) : code;
}

/* The directory's own providers, when there is a directory and nothing else was said. */
static int connect_configured(struct vota_verify_input *input)
{
    if (vota_directory_check(&input->cli->dir, NULL) != VOTA_OK)
        return VOTA_EXIT_OK;
    input->config = malloc(sizeof *input->config);
    if (input->config == NULL)
        return vota_cli_fail(input->cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    int code = vota_cli_load_config(input->cli, input->config);
    for (size_t i = 0; i < VOTA_CONFIG_NETWORKS && code == VOTA_EXIT_OK; i++) {
        if (input->config->network[i].n_urls > 0)
            code = connect_network(input, &input->config->network[i]);
    }
    return code;
}

int vota_verify_input_connect(struct vota_verify_input *input)
{
    const char *urls[VOTA_CONFIG_MAX_URLS];
    const size_t n = vota_args_count(input->args, "rpc");
    int code = VOTA_EXIT_OK;
    if (vota_args_has(input->args, "offline"))
        return VOTA_EXIT_OK;
    if (n == 0)
        return connect_configured(input);
    for (size_t i = 0; i < n && code == VOTA_EXIT_OK; i++)
        code = take_url(input, &urls[i < VOTA_CONFIG_MAX_URLS ? i : 0], i);
    return code == VOTA_EXIT_OK ? connect_named(input, urls, n) : code;
}

/* ---- contracts ---- */

struct vota_trusted_sources vota_verify_input_sources(const struct vota_verify_input *input)
{
    return (struct vota_trusted_sources){.data = input->publications.journals,
                                         .data_count = input->publications.journal_count,
                                         .file = input->has_file ? &input->file.about : NULL,
                                         .witnesses = &input->witnesses};
}

/* A block that the user vouches for: on whichever network the receipt is. */
int vota_verify_input_block(struct vota_verify_input *input)
{
    vota_hash hash;
    const char *text = vota_args_value(input->args, "block");
    if (text == NULL)
        return VOTA_EXIT_OK;
    if (vota_hex_read_any(hash.bytes, sizeof hash.bytes, text, strlen(text)) != VOTA_OK)
        return vota_cli_fail(input->cli, VOTA_EXIT_USAGE, "error.block-hash", "given", text, NULL);
    vota_trusted_block(&input->trusted, &hash);
    return VOTA_EXIT_OK;
}

static bool is_of_use(const struct vota_verify_input *input, const struct vota_witness *witness)
{
    for (size_t i = 0; i < input->trusted.contract_count; i++) {
        const struct vota_trusted_contract *contract = &input->trusted.contracts[i];
        if (contract->how == VOTA_TRUST_NO_RECORD ||
            vota_witnesses_of(&input->witnesses, contract->deployment.genesis.chain_id,
                              &contract->deployment.chain_genesis) == witness)
            return true;
    }
    return input->trusted.contract_count == 0;
}

/* Providers of a network on which nothing is to be looked at were not meant. */
static void note_strangers(struct vota_verify_input *input)
{
    const struct vota_error why = {VOTA_CONFLICT, "chain-id", "wrong-network"};
    for (size_t i = 0; i < input->witnesses.n; i++) {
        const struct vota_connections *providers = &input->witnesses.items[i]->providers;
        for (size_t k = 0; k < providers->n && !is_of_use(input, input->witnesses.items[i]); k++)
            vota_trusted_note(&input->trusted, "problem.provider", NULL, providers->item[k].name,
                              &why);
    }
}

void vota_verify_input_trust(struct vota_verify_input *input)
{
    struct vota_trusted *trusted = &input->trusted;
    const struct vota_trusted_sources sources = vota_verify_input_sources(input);
    if (input->has_named)
        vota_trusted_find(trusted, &input->named, &sources);
    for (size_t i = 0; !input->has_named && input->has_file && i < input->file.about.contract_count;
         i++)
        (void)!vota_trusted_add(trusted, &input->file.about.contracts[i], NULL);
    vota_follow(trusted, &sources);
    note_strangers(input);
    if (!input->has_named && !input->has_file)
        vota_trusted_note(trusted, "problem.nobody", NULL, NULL, NULL);
}

const struct vota_verify_data *vota_verify_input_data(const struct vota_verify_input *input)
{
    return input->has_data ? input->publications.items[input->data_at] : NULL;
}

bool vota_verify_input_trusts(const struct vota_verify_input *input,
                              const struct vota_deployment *deployment)
{
    for (size_t i = 0; i < input->trusted.contract_count; i++) {
        if (vota_deployment_equal(&input->trusted.contracts[i].deployment, deployment))
            return true;
    }
    return false;
}

bool vota_verify_input_head(const struct vota_verify_input *input,
                            struct vota_audit_chain *ret_chain, const struct vota_named *named)
{
    bool found = false;
    for (size_t i = 0; input->has_file && i < input->file.about.head_count; i++) {
        const struct vota_trust_file_head *head = &input->file.about.heads[i];
        if (!vota_named_fits(named, head->chain_id, &head->chain_genesis, &head->contract) ||
            (found && head->length < ret_chain->length))
            continue;
        found = true;
        *ret_chain = (struct vota_audit_chain){.chain_id = head->chain_id,
                                               .chain_genesis = head->chain_genesis,
                                               .head = head->head,
                                               .length = head->length,
                                               .block = head->block,
                                               .time = head->time};
    }
    return found;
}
