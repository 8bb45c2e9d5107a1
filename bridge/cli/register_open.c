/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `register open FILE` and `register check FILE`. Opening: the pepper is on disk
 * before the register is stored, the register is stored together with its place
 * in the outbox, and only then is anything sent. Every part can be run again.
 */
#include <stdlib.h>
#include <string.h>

#include "bridge/cli/output.h"
#include "bridge/cli/output_json.h"
#include "bridge/cli/register.h"
#include "bridge/cli/register_draft.h"
#include "bridge/crypto.h"
#include "bridge/store/store_line.h"
#include "keccak/keccak.h"
#include "proof/bytes.h"
#include "proof/hex.h"

#define DEFAULT_TIMEOUT 3600u

struct opening {
    struct vota_session session;
    struct vota_register_draft draft;
    const char *file;
    char slug[VOTA_DEFINITION_MAX_ID + 1];
    uint8_t pepper[32];
    bool stored; /* by an earlier run, with this very definition */
    int64_t id;
    enum vota_session_wait wait;
};

static bool equals(struct vota_slice slice, const uint8_t *bytes, size_t len)
{
    return slice.len == len && vota_bytes_equal(slice.at, bytes, len);
}

/* A register of that id: this definition again goes on where the earlier run stopped. */
static int compare_stored(struct opening *opening, const struct vota_store_register *stored)
{
    struct vota_error err = {0};
    struct vota_definition *other = malloc(sizeof *other);
    const struct vota_cli *cli = opening->session.cli;
    if (other == NULL)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    const enum vota_status status =
        vota_definition_read(other, stored->definition.at, stored->definition.len, &err);
    const vota_hash tag_key_hash = other->tag_key_hash;
    free(other);
    if (status != VOTA_OK)
        return vota_cli_fail_error(cli, &err, "error.store", NULL);
    const int code = vota_register_draft_write(cli, &opening->draft, opening->file, &tag_key_hash);
    if (code != VOTA_EXIT_OK)
        return code;
    if (!equals(stored->definition, opening->draft.text, opening->draft.len))
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.register-exists", "id", stored->slug,
                             NULL);
    opening->stored = true;
    opening->id = stored->id;
    return VOTA_EXIT_OK;
}

static int look_for_stored(struct opening *opening)
{
    struct vota_store_register_copy copy = {.definition = NULL};
    struct vota_error err = {0};
    struct vota_session *session = &opening->session;
    const struct vota_slice id = opening->draft.draft.parts.id;
    if (id.len > VOTA_DEFINITION_MAX_ID)
        return VOTA_EXIT_OK; /* the rules refuse it presently */
    vota_bytes_copy(opening->slug, id.at, id.len);
    const enum vota_status status =
        vota_store_register_get(&copy, session->store, session->network.line, opening->slug, &err);
    if (status == VOTA_NOT_FOUND)
        return VOTA_EXIT_OK;
    if (status != VOTA_OK)
        return vota_cli_fail_error(session->cli, &err, "error.store", NULL);
    const int code = compare_stored(opening, &copy.about);
    vota_store_register_done(&copy);
    return code;
}

/* A definition that names its tag key hash needs the pepper that goes with it. */
static int use_own_pepper(struct opening *opening)
{
    struct vota_error err = {0};
    vota_hash made;
    const struct vota_cli *cli = opening->session.cli;
    const vota_hash wanted = opening->draft.draft.parts.tag_key_hash;
    const int code = vota_register_draft_write(cli, &opening->draft, opening->file, &wanted);
    if (code != VOTA_EXIT_OK)
        return code;
    if (vota_directory_pepper_load(&cli->dir, opening->pepper, &opening->draft.hash, &err) !=
        VOTA_OK)
        return vota_cli_fail_error(cli, &err, "error.pepper", "id", opening->slug, NULL);
    vota_keccak_hash(made.bytes, opening->pepper, sizeof opening->pepper);
    if (vota_hash_equal(&made, &wanted))
        return VOTA_EXIT_OK;
    return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.pepper", "id", opening->slug, "reason",
                         vota_cli_reason(cli, "pepper-differs"), NULL);
}

static int make_pepper(struct opening *opening)
{
    vota_hash tag_key_hash;
    const struct vota_cli *cli = opening->session.cli;
    if (vota_crypto_random(opening->pepper, sizeof opening->pepper) != VOTA_OK)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.random", NULL);
    vota_keccak_hash(tag_key_hash.bytes, opening->pepper, sizeof opening->pepper);
    return vota_register_draft_write(cli, &opening->draft, opening->file, &tag_key_hash);
}

static int prepare(struct opening *opening)
{
    int code = look_for_stored(opening);
    if (code != VOTA_EXIT_OK || opening->stored)
        return code;
    code = opening->draft.draft.has_tag_key_hash ? use_own_pepper(opening) : make_pepper(opening);
    if (code == VOTA_EXIT_OK && opening->draft.definition.closes_at <= vota_session_now())
        vota_cli_warn(opening->session.cli, "register.late", "id", opening->slug, NULL);
    return code;
}

static int save_pepper(struct opening *opening)
{
    struct vota_error err = {0};
    const struct vota_cli *cli = opening->session.cli;
    if (opening->draft.draft.has_tag_key_hash)
        return VOTA_EXIT_OK;
    if (vota_directory_pepper_create(&cli->dir, &opening->draft.hash, opening->pepper, &err) ==
        VOTA_OK)
        return VOTA_EXIT_OK;
    return vota_cli_fail_error(cli, &err, "error.pepper", "id", opening->slug, NULL);
}

static struct vota_store_register row_of(const struct opening *opening)
{
    const struct vota_definition *definition = &opening->draft.definition;
    struct vota_store_register reg = {.network = opening->session.network.line,
                                      .hash = opening->draft.hash,
                                      .revision = definition->revision,
                                      .opens_at = definition->opens_at,
                                      .closes_at = definition->closes_at,
                                      .counts_until = definition->counts_until,
                                      .results_by = definition->results_by,
                                      .anchor_within = definition->anchor_within,
                                      .definition = definition->text};
    vota_bytes_copy(reg.slug, opening->slug, sizeof opening->slug);
    return reg;
}

/* Register and outbox in one transaction: neither is there without the other. */
static int store(struct opening *opening)
{
    struct vota_error err = {0};
    int64_t queued = 0;
    struct vota_store *to = opening->session.store;
    const struct vota_store_register reg = row_of(opening);
    enum vota_status status = vota_store_begin(to, &err);
    if (status == VOTA_OK)
        status = vota_store_register_add(&opening->id, to, &reg, &err);
    if (status == VOTA_OK) {
        const struct vota_store_operation operation = {.network = reg.network,
                                                       .kind = VOTA_OP_REGISTER,
                                                       .reg = opening->id,
                                                       .created_at = vota_session_now()};
        status = vota_store_line_queue(&queued, to, &operation, &err);
    }
    if (status == VOTA_OK)
        status = vota_store_commit(to, &err);
    vota_store_rollback(to);
    if (status == VOTA_OK)
        return VOTA_EXIT_OK;
    return vota_cli_fail_error(opening->session.cli, &err, "error.store", NULL);
}

static void report_json(const struct opening *opening, uint64_t entry)
{
    struct vota_json json;
    vota_json_begin(&json, opening->session.cli->out);
    vota_json_text(&json, "register", opening->slug);
    vota_json_hash(&json, "register_hash", &opening->draft.hash);
    vota_json_number(&json, "definition_bytes", opening->draft.len);
    vota_json_number(&json, "entry", entry);
    vota_json_finish(&json);
}

static int report(struct opening *opening)
{
    char entry_text[VOTA_OUTPUT_NUMBER_CAP];
    char hash[VOTA_HASH_HEX_CHARS + 1];
    uint64_t entry = 0;
    uint64_t closed_at = 0;
    struct vota_error err = {0};
    const struct vota_cli *cli = opening->session.cli;
    if (vota_store_register_state(&entry, &closed_at, opening->session.store, opening->id, &err) !=
        VOTA_OK)
        return vota_cli_fail_error(cli, &err, "error.store", NULL);
    if (cli->json) {
        report_json(opening, entry);
        return VOTA_EXIT_OK;
    }
    vota_output_number(entry_text, entry);
    vota_hex_of_hash(hash, &opening->draft.hash);
    vota_cli_say(cli, "register.opened", "id", opening->slug, "entry", entry_text, "hash", hash,
                 NULL);
    (void)fputc('\n', cli->out);
    vota_register_draft_show(cli, &opening->draft.definition);
    return VOTA_EXIT_OK;
}

static int open_register(struct opening *opening, const struct vota_args *args)
{
    struct vota_session *session = &opening->session;
    int code = vota_session_wait_of(session->cli, &opening->wait, vota_args_value(args, "wait"));
    if (code == VOTA_EXIT_OK)
        code = vota_register_draft_read(session->cli, &opening->draft, opening->file,
                                        vota_session_now());
    if (code == VOTA_EXIT_OK)
        code = prepare(opening);
    if (code == VOTA_EXIT_OK)
        code = vota_session_need_anchoring(session);
    if (code == VOTA_EXIT_OK)
        code = vota_session_connect(session);
    if (code == VOTA_EXIT_OK && !opening->stored)
        code = save_pepper(opening);
    if (code == VOTA_EXIT_OK && !opening->stored)
        code = store(opening);
    if (code == VOTA_EXIT_OK)
        code = vota_session_settle(session, opening->wait, DEFAULT_TIMEOUT);
    return code == VOTA_EXIT_OK ? report(opening) : code;
}

int vota_register_open(struct vota_cli *cli, const struct vota_args *args)
{
    struct opening *opening = calloc(1, sizeof *opening);
    if (opening == NULL)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    opening->file = args->positional[0];
    int code = vota_session_open(&opening->session, cli);
    opening->session.password_file = vota_args_value(args, "password-file");
    if (code == VOTA_EXIT_OK)
        code = open_register(opening, args);
    vota_register_draft_done(&opening->draft);
    vota_session_close(&opening->session);
    vota_bytes_wipe(opening->pepper, sizeof opening->pepper);
    free(opening);
    return code;
}

static int check(struct vota_cli *cli, struct vota_register_draft *draft, const char *file)
{
    int code = vota_register_draft_read(cli, draft, file, vota_session_now());
    if (code != VOTA_EXIT_OK)
        return code;
    const vota_hash tag_key_hash = draft->draft.parts.tag_key_hash; /* zero: not made yet */
    code = vota_register_draft_write(cli, draft, file, &tag_key_hash);
    if (code != VOTA_EXIT_OK)
        return code;
    if (cli->json) {
        struct vota_json json;
        vota_json_begin(&json, cli->out);
        vota_json_text_of(&json, "register", draft->definition.id);
        vota_json_bool(&json, "valid", true);
        vota_json_text_of(&json, "definition", draft->definition.text);
        vota_json_finish(&json);
        return VOTA_EXIT_OK;
    }
    vota_cli_say(cli, "register.checked", "file", file, NULL);
    (void)fputc('\n', cli->out);
    vota_register_draft_show(cli, &draft->definition);
    return VOTA_EXIT_OK;
}

int vota_register_check(struct vota_cli *cli, const struct vota_args *args)
{
    struct vota_register_draft *draft = calloc(1, sizeof *draft);
    if (draft == NULL)
        return vota_cli_fail(cli, VOTA_EXIT_FAILED, "error.memory", NULL);
    const int code = check(cli, draft, args->positional[0]);
    vota_register_draft_done(draft);
    free(draft);
    return code;
}
