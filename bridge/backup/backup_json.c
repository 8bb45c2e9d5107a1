/* SPDX-License-Identifier: Apache-2.0 */
/* The manifest of a backup: see backup_json.h. */
#include "bridge/backup/backup_json.h"

#include <string.h>

const struct vota_file_list_rule vota_backup_rule = {.path_ok = vota_backup_path_ok,
                                                     .max = VOTA_BACKUP_MAX_FILES};

void vota_backup_init(struct vota_backup *ret_backup)
{
    *ret_backup = (struct vota_backup){0};
}

void vota_backup_done(struct vota_backup *backup)
{
    vota_file_list_done(&backup->list);
    *backup = (struct vota_backup){0};
}

bool vota_backup_path_ok(const char *path)
{
    const size_t len = strlen(path);
    if (len == 0 || len >= VOTA_FILE_LIST_PATH_CAP || path[len - 1] == '/')
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

/* ---- writing ---- */

static struct vota_slice text_of(const char *text)
{
    return (struct vota_slice){(const uint8_t *)text, strlen(text)};
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
    vota_file_list_write(&canon, &backup->list);
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

static enum vota_status read_network(struct vota_backup_network *network,
                                     const struct json_t *value, struct vota_error *err)
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

static enum vota_status read_all(struct vota_backup *backup, const struct json_t *parsed,
                                 struct vota_error *err)
{
    const struct json_t *networks = NULL;
    struct vota_store_facts *facts = &backup->facts;
    struct vota_members members = vota_members_of(parsed, "backup", err);
    vota_file_list_read(&backup->list, &members, &vota_backup_rule);
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
    return status;
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
    if (status == VOTA_OK)
        status = vota_canon_check(text, len, write_backup, &backup, err);
    if (status == VOTA_OK)
        *ret_backup = backup;
    else
        vota_backup_done(&backup);
    return status;
}
