/* SPDX-License-Identifier: Apache-2.0 */
/* The manifest of a backup: see backup_json.h. */
#include "bridge/backup/backup_json.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/publish/members_json.h"
#include "proof/hex.h"

void vota_backup_init(struct vota_backup *ret_backup)
{
    *ret_backup = (struct vota_backup){0};
}

void vota_backup_done(struct vota_backup *backup)
{
    free(backup->files);
    *backup = (struct vota_backup){0};
}

bool vota_backup_path_ok(const char *path)
{
    const size_t len = strlen(path);
    if (len == 0 || len >= VOTA_BACKUP_PATH_CAP || path[len - 1] == '/')
        return false;
    for (size_t i = 0; i < len; i++) {
        const bool first = i == 0 || path[i - 1] == '/';
        if (path[i] <= ' ' || path[i] >= 0x7f || path[i] == '\\' || path[i] == '"')
            return false;
        if (first && (path[i] == '/' || path[i] == '.'))
            return false;
    }
    return true;
}

enum vota_status vota_backup_add(struct vota_backup *backup, const struct vota_backup_file *file)
{
    if (backup->n >= VOTA_BACKUP_MAX_FILES)
        return VOTA_LIMIT;
    if (backup->n == backup->cap) {
        const size_t cap = backup->cap == 0 ? 64 : 2 * backup->cap;
        struct vota_backup_file *grown = reallocarray(backup->files, cap, sizeof *backup->files);
        if (grown == NULL)
            return VOTA_NO_MEMORY;
        backup->files = grown;
        backup->cap = cap;
    }
    backup->files[backup->n++] = *file;
    return VOTA_OK;
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(((const struct vota_backup_file *)a)->path,
                  ((const struct vota_backup_file *)b)->path);
}

void vota_backup_sort(struct vota_backup *backup)
{
    if (backup->n > 0)
        qsort(backup->files, backup->n, sizeof *backup->files, compare_paths);
}

/* ---- writing ---- */

static struct vota_slice text_of(const char *text)
{
    return (struct vota_slice){(const uint8_t *)text, strlen(text)};
}

static void put_file(struct vota_canon *canon, const struct vota_backup_file *file)
{
    char digits[65] = {0};
    struct vota_wr wr = vota_wr_of(digits, 64);
    vota_hex_write_bare(&wr, file->sha256, sizeof file->sha256);
    vota_canon_object(canon, file->path);
    vota_canon_number(canon, "bytes", file->bytes);
    vota_canon_word(canon, "sha256", digits);
    vota_canon_object_end(canon);
}

static void put_network(struct vota_canon *canon, const struct vota_backup_network *network)
{
    vota_canon_object(canon, NULL);
    vota_canon_number(canon, "chain_id", network->chain_id);
    vota_canon_addr(canon, "contract", &network->contract);
    vota_canon_number(canon, "final", network->final);
    vota_canon_hash(canon, "genesis", &network->genesis);
    vota_canon_hash(canon, "head", &network->head);
    vota_canon_number(canon, "length", network->length);
    vota_canon_text(canon, "name", text_of(network->name));
    vota_canon_object_end(canon);
}

void vota_backup_json_write(struct vota_wr *wr, const struct vota_backup *backup)
{
    const struct vota_store_facts *facts = &backup->facts;
    struct vota_canon canon = vota_canon_of(wr);
    vota_canon_object(&canon, NULL);
    vota_canon_object(&canon, "files");
    for (size_t i = 0; i < backup->n; i++)
        put_file(&canon, &backup->files[i]);
    vota_canon_object_end(&canon);
    vota_canon_word(&canon, "format", VOTA_BACKUP_FORMAT);
    vota_canon_number(&canon, "last_accepted_at", facts->last_accepted_at);
    vota_canon_text(&canon, "last_record", text_of(facts->last_record));
    vota_canon_number(&canon, "made_at", backup->made_at);
    vota_canon_array(&canon, "networks");
    for (size_t i = 0; i < backup->n_networks; i++)
        put_network(&canon, &backup->network[i]);
    vota_canon_array_end(&canon);
    vota_canon_number(&canon, "pending", facts->pending);
    vota_canon_text(&canon, "program", text_of(backup->program));
    vota_canon_number(&canon, "records", facts->records);
    vota_canon_number(&canon, "schema", facts->schema);
    vota_canon_number(&canon, "secrets", backup->secrets);
    vota_canon_text(&canon, "store_id", text_of(facts->store_id));
    vota_canon_object_end(&canon);
}

static void write_backup(struct vota_wr *wr, const void *backup)
{
    vota_backup_json_write(wr, backup);
}

/* ---- reading ---- */

/* A text member into a buffer of the caller's, NUL added; none may hold a NUL. */
static void read_text(struct vota_members *members, const char *key, char *ret_text, size_t cap)
{
    const struct vota_slice text = vota_members_text(members, key);
    if (members->status != VOTA_OK)
        return;
    if (text.len >= cap || memchr(text.at, 0, text.len) != NULL) {
        vota_members_refuse(members, key, "too-long");
        return;
    }
    memcpy(ret_text, text.at, text.len);
    ret_text[text.len] = '\0';
}

/* 64 bare digits: read as hex with the 0x that hashes elsewhere have. */
static void read_sha256(struct vota_members *members, uint8_t ret_sha256[32])
{
    char digits[66] = "0x";
    const struct vota_slice text = vota_members_text(members, "sha256");
    if (text.len == 64)
        memcpy(digits + 2, text.at, 64);
    if (members->status == VOTA_OK && (text.len != 64 || vota_hex_read(ret_sha256, 32, digits, 66)))
        vota_members_refuse(members, "sha256", "bad-hash");
}

static enum vota_status read_file(struct vota_backup *backup, const char *path, const json_t *value,
                                  struct vota_error *err)
{
    struct vota_backup_file file = {.bytes = 0};
    struct vota_members members = vota_members_of(value, "files", err);
    if (!vota_backup_path_ok(path))
        return vota_fail(err, VOTA_BAD_INPUT, "files", "bad-path");
    memcpy(file.path, path, strlen(path) + 1);
    file.bytes = vota_members_number(&members, "bytes");
    read_sha256(&members, file.sha256);
    const enum vota_status status = vota_members_end(&members);
    return status == VOTA_OK ? vota_backup_add(backup, &file) : status;
}

static enum vota_status read_files(struct vota_backup *backup, json_t *files,
                                   struct vota_error *err)
{
    const char *path = NULL;
    json_t *value = NULL;
    enum vota_status status = VOTA_OK;
    json_object_foreach(files, path, value)
    {
        status = read_file(backup, path, value, err);
        if (status != VOTA_OK)
            break;
    }
    return status;
}

static enum vota_status read_network(struct vota_backup_network *network, const json_t *value,
                                     struct vota_error *err)
{
    struct vota_members members = vota_members_of(value, "networks", err);
    network->chain_id = vota_members_number(&members, "chain_id");
    vota_members_hex(&members, network->contract.bytes, sizeof network->contract.bytes, "contract");
    network->final = vota_members_number(&members, "final");
    vota_members_hex(&members, network->genesis.bytes, sizeof network->genesis.bytes, "genesis");
    vota_members_hex(&members, network->head.bytes, sizeof network->head.bytes, "head");
    network->length = vota_members_number(&members, "length");
    read_text(&members, "name", network->name, sizeof network->name);
    return vota_members_end(&members);
}

static enum vota_status read_all(struct vota_backup *backup, json_t *parsed, struct vota_error *err)
{
    const struct json_t *networks = NULL;
    struct vota_store_facts *facts = &backup->facts;
    struct vota_members members = vota_members_of(parsed, "backup", err);
    json_t *files = json_object_get(parsed, "files");
    if (vota_members_get(&members, "files") != NULL && !json_is_object(files))
        vota_members_refuse(&members, "files", "bad-type");
    vota_members_word(&members, "format", VOTA_BACKUP_FORMAT);
    facts->last_accepted_at = vota_members_number(&members, "last_accepted_at");
    read_text(&members, "last_record", facts->last_record, sizeof facts->last_record);
    backup->made_at = vota_members_number(&members, "made_at");
    backup->n_networks =
        vota_members_count(&members, &networks, "networks", VOTA_LINE_NETWORKS_MAX);
    facts->pending = vota_members_number(&members, "pending");
    read_text(&members, "program", backup->program, sizeof backup->program);
    facts->records = vota_members_number(&members, "records");
    facts->schema = vota_members_number(&members, "schema");
    backup->secrets = vota_members_number(&members, "secrets");
    read_text(&members, "store_id", facts->store_id, sizeof facts->store_id);
    enum vota_status status = vota_members_end(&members);
    for (size_t i = 0; status == VOTA_OK && i < backup->n_networks; i++)
        status = read_network(&backup->network[i], vota_members_item(networks, i), err);
    return status == VOTA_OK ? read_files(backup, files, err) : status;
}

enum vota_status vota_backup_json_read(struct vota_backup *ret_backup, const void *text, size_t len,
                                       struct vota_error *err)
{
    struct vota_backup backup = {0};
    struct json_t *parsed = NULL;
    enum vota_status status = vota_members_parse(&parsed, text, len, err);
    if (status != VOTA_OK)
        return status;
    status = read_all(&backup, parsed, err);
    vota_members_free(parsed);
    vota_backup_sort(&backup);
    if (status == VOTA_OK)
        status = vota_canon_check(text, len, write_backup, &backup, err);
    if (status == VOTA_OK)
        *ret_backup = backup;
    else
        vota_backup_done(&backup);
    return status;
}
