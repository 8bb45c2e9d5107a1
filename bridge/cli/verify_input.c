/* SPDX-License-Identifier: Apache-2.0 */
/* What `verify` and `audit` are given: see verify_input.h. */
#include "bridge/cli/verify_input.h"

#include <stdlib.h>
#include <string.h>

#include "bridge/cli/output.h"

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

/* The journal of the publication, as far as it folds, saves asking for events. */
static void read_data_journal(struct vota_verify_input *input)
{
    struct vota_error err = {0};
    vota_hash head;
    uint64_t line = 0;
    size_t place = 0;
    const enum vota_status status =
        vota_reader_journal(&input->data, &input->data_deployment, &input->data_lines, &line, &err);
    if (status != VOTA_OK) {
        vota_trusted_note(&input->trusted, "problem.data", NULL, NULL, &err);
        return;
    }
    (void)vota_lines_fold(&input->data_lines, &head, &place, &input->data_deployment.genesis);
    vota_lines_cut(&input->data_lines, place);
    input->trusted_data = (struct vota_trusted_data){&input->data_deployment, &input->data_lines};
    input->has_data = true;
}

static int open_data(struct vota_verify_input *input)
{
    struct vota_error err = {0};
    const char *dir = vota_args_value(input->args, "data");
    if (dir == NULL)
        return VOTA_EXIT_OK;
    if (vota_reader_open(&input->data, dir, &err) != VOTA_OK)
        return vota_cli_fail_error(input->cli, &err, "error.publication", "dir", dir, NULL);
    read_data_journal(input);
    return VOTA_EXIT_OK;
}

int vota_verify_input_open(struct vota_verify_input *ret_input, struct vota_cli *cli,
                           const struct vota_args *args)
{
    memset(ret_input, 0, sizeof *ret_input);
    ret_input->cli = cli;
    ret_input->args = args;
    ret_input->data.fd = -1;
    vota_lines_init(&ret_input->data_lines);
    vota_trusted_init(&ret_input->trusted);
    int code = open_named(ret_input);
    if (code == VOTA_EXIT_OK)
        code = open_file(ret_input);
    return code == VOTA_EXIT_OK ? open_data(ret_input) : code;
}

void vota_verify_input_close(struct vota_verify_input *input)
{
    vota_trusted_done(&input->trusted);
    if (input->witness != NULL)
        vota_witness_done(input->witness);
    free(input->witness);
    free(input->config);
    vota_lines_done(&input->data_lines);
    vota_reader_close(&input->data);
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

/* The directory's own providers, when there is a directory and nothing else was said. */
static int take_configured(struct vota_verify_input *input, const char **ret_urls, size_t *ret_n)
{
    if (vota_directory_check(&input->cli->dir, NULL) != VOTA_OK)
        return VOTA_EXIT_OK;
    input->config = malloc(sizeof *input->config);
    if (input->config == NULL)
        return vota_cli_fail(input->cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    const int code = vota_cli_load_config(input->cli, input->config);
    if (code != VOTA_EXIT_OK)
        return code;
    const struct vota_config_network *network = &input->config->network[VOTA_CONFIG_PRIMARY];
    for (size_t i = 0; i < network->n_urls; i++)
        ret_urls[i] = network->url[i];
    *ret_n = network->n_urls;
    input->quorum = (size_t)network->quorum;
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

static void note_providers(struct vota_verify_input *input)
{
    const struct vota_connections *providers = &input->witness->providers;
    for (size_t i = 0; i < providers->n; i++) {
        const struct vota_connection *connection = &providers->item[i];
        if (!connection->usable)
            vota_trusted_note(&input->trusted, "problem.provider", NULL, connection->name,
                              &connection->problem);
    }
}

static int connect(struct vota_verify_input *input, const char *const *urls, size_t n)
{
    struct vota_error err = {0};
    const struct vota_connect_options options = {
        .urls = urls,
        .n_urls = n,
        .timeout_ms = input->config == NULL
                          ? 0
                          : (unsigned)(1000 * input->config->network[VOTA_CONFIG_PRIMARY].timeout),
        .chain_id = input->has_named ? input->named.chain_id : 0,
        .genesis = input->has_named ? &input->named.chain_genesis : NULL};
    input->witness = malloc(sizeof *input->witness);
    if (input->witness == NULL)
        return vota_cli_fail(input->cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    input->asked = true;
    const enum vota_status status =
        vota_witness_open(input->witness, &options, input->quorum, &err);
    note_providers(input);
    if (status == VOTA_OK)
        return VOTA_EXIT_OK;
    vota_trusted_note(&input->trusted, "problem.connect", NULL, NULL, &err);
    vota_witness_done(input->witness);
    free(input->witness);
    input->witness = NULL;
    return VOTA_EXIT_OK;
}

int vota_verify_input_connect(struct vota_verify_input *input)
{
    const char *urls[VOTA_CONFIG_MAX_URLS];
    size_t n = vota_args_count(input->args, "rpc");
    int code = VOTA_EXIT_OK;
    if (vota_args_has(input->args, "offline"))
        return VOTA_EXIT_OK;
    for (size_t i = 0; i < n && code == VOTA_EXIT_OK; i++)
        code = take_url(input, &urls[i < VOTA_CONFIG_MAX_URLS ? i : 0], i);
    if (code == VOTA_EXIT_OK && n == 0)
        code = take_configured(input, urls, &n);
    if (code == VOTA_EXIT_OK)
        code = take_quorum(input, n);
    return code == VOTA_EXIT_OK && n > 0 ? connect(input, urls, n) : code;
}

/* ---- contracts ---- */

static bool is_served(const struct vota_witness *witness, const struct vota_deployment *deployment)
{
    return witness != NULL && witness->providers.chain_id == deployment->genesis.chain_id &&
           vota_hash_equal(&witness->providers.genesis, &deployment->chain_genesis);
}

void vota_verify_input_trust(struct vota_verify_input *input)
{
    struct vota_trusted *trusted = &input->trusted;
    const struct vota_trusted_sources sources = {
        .data = input->has_data ? &input->trusted_data : NULL,
        .file = input->has_file ? &input->file.about : NULL,
        .witness = input->witness};
    if (input->has_named)
        vota_trusted_find(trusted, &input->named, &sources);
    for (size_t i = 0; !input->has_named && input->has_file && i < input->file.about.contract_count;
         i++)
        (void)!vota_trusted_add(trusted, &input->file.about.contracts[i], NULL);
    for (size_t i = 0; i < trusted->contract_count; i++) {
        if (is_served(input->witness, &trusted->contracts[i].deployment))
            vota_trusted_prove(trusted, i, input->witness, sources.data);
    }
    if (!input->has_named && !input->has_file)
        vota_trusted_note(trusted, "problem.nobody", NULL, NULL, NULL);
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
