/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a backup is what its manifest says: see backup.h. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bridge/backup/backup.h"
#include "bridge/store/store_journal.h"

enum vota_status vota_backup_open(struct vota_backup *ret_backup, const char *from,
                                  struct vota_error *err)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    uint8_t *text = NULL;
    size_t len = 0;
    struct vota_error detail = {0};
    enum vota_status status = vota_files_join(path, from, VOTA_BACKUP_MANIFEST, &detail);
    if (status == VOTA_OK)
        status = vota_directory_read(&text, &len, path, VOTA_BACKUP_MAX_BYTES, &detail);
    if (status == VOTA_NOT_FOUND || status == VOTA_CONFLICT)
        return vota_fail(err, VOTA_NOT_FOUND, "file", "not-a-backup");
    if (status != VOTA_OK)
        return vota_fail(err, status, VOTA_BACKUP_MANIFEST, detail.text);
    if (len == 0 || text[len - 1] != '\n')
        status = vota_fail(err, VOTA_BAD_INPUT, VOTA_BACKUP_MANIFEST, "not-canonical");
    else
        status = vota_backup_json_read(ret_backup, text, len - 1, err);
    vota_directory_free_secret(text, 0);
    return status;
}

static void find(const struct vota_inspection *report, const char *code, const char *detail)
{
    report->finding(report->context, code, detail);
}

/* ---- the files ---- */

static enum vota_status check_file(const struct vota_listed_file *expected, const char *from,
                                   const struct vota_inspection *report,
                                   struct vota_files_meter *meter, struct vota_error *err)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    struct vota_listed_file found = {.bytes = 0};
    struct vota_error detail = {0};
    enum vota_status status = vota_files_join(path, from, expected->path, &detail);
    if (status == VOTA_OK)
        status = vota_files_sum(&found, path, meter, &detail);
    if (status == VOTA_NOT_FOUND || status == VOTA_CONFLICT) {
        find(report, "file-missing", expected->path);
        return VOTA_OK;
    }
    if (status != VOTA_OK)
        return vota_fail(err, status, expected->path, detail.text);
    if (found.bytes != expected->bytes ||
        !vota_bytes_equal(found.sha256, expected->sha256, sizeof found.sha256))
        find(report, "file-differs", expected->path);
    return VOTA_OK;
}

static uint64_t bytes_of(const struct vota_backup *backup)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < backup->list.n; i++)
        bytes += backup->list.files[i].bytes;
    return bytes;
}

static bool has(const struct vota_backup *backup, const char *path)
{
    for (size_t i = 0; i < backup->list.n; i++) {
        if (strcmp(backup->list.files[i].path, path) == 0)
            return true;
    }
    return false;
}

static enum vota_status check_files(const struct vota_backup *backup, const char *from,
                                    const struct vota_inspection *report, struct vota_error *err)
{
    static const char *const needed[] = {VOTA_DIRECTORY_CONFIG, VOTA_DIRECTORY_STORE};
    struct vota_files_meter meter = {
        .progress = report->progress, .context = report->context, .total = bytes_of(backup)};
    enum vota_status status = VOTA_OK;
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        if (!has(backup, needed[i]))
            find(report, "file-missing", needed[i]);
    }
    for (size_t i = 0; status == VOTA_OK && i < backup->list.n; i++)
        status = check_file(&backup->list.files[i], from, report, &meter, err);
    return status;
}

/* ---- the store ---- */

struct comparing {
    const struct vota_backup *backup;
    struct vota_store *store;
    size_t n;
    bool same;
};

static enum vota_status compare_network(void *context, const struct vota_store_network *network)
{
    struct comparing *comparing = context;
    struct vota_backup_network found = {.length = 0};
    const enum vota_status status = vota_store_journal_length(
        &found.length, &found.final, &found.head, comparing->store, network->id, NULL);
    const struct vota_backup_network *said = &comparing->backup->network[comparing->n];
    comparing->same &= status == VOTA_OK && comparing->n < comparing->backup->n_networks &&
                       strcmp(said->name, network->name) == 0 &&
                       said->chain_id == network->chain_id && said->length == found.length &&
                       said->final == found.final && vota_hash_equal(&said->head, &found.head) &&
                       vota_addr_equal(&said->contract, &network->deployment.genesis.contract);
    if (comparing->n < comparing->backup->n_networks)
        comparing->n++;
    return status;
}

/* The manifest is what a person chooses by: it must speak of this very store. */
static enum vota_status compare(const struct vota_backup *backup,
                                const struct vota_inspection *report, struct vota_error *err)
{
    struct vota_store_facts facts = {.records = 0};
    struct comparing comparing = {.backup = backup, .store = report->store, .same = true};
    enum vota_status status = vota_store_backup_facts(&facts, report->store, err);
    if (status == VOTA_OK)
        status = vota_store_network_each(report->store, compare_network, &comparing, err);
    if (status != VOTA_OK)
        return status;
    const struct vota_store_facts *said = &backup->facts;
    if (!comparing.same || comparing.n != backup->n_networks || facts.records != said->records ||
        facts.pending != said->pending || facts.schema != said->schema ||
        facts.last_accepted_at != said->last_accepted_at ||
        strcmp(facts.last_record, said->last_record) != 0 ||
        strcmp(facts.store_id, said->store_id) != 0)
        find(report, "manifest-differs", VOTA_BACKUP_MANIFEST);
    return VOTA_OK;
}

static bool is_damage(enum vota_status status, const struct vota_error *detail)
{
    return status == VOTA_IO &&
           (strcmp(detail->text, "corrupt") == 0 || strcmp(detail->text, "not-a-store") == 0);
}

static enum vota_status check_store(const struct vota_backup *backup, const char *from,
                                    const struct vota_inspection *report, struct vota_error *err)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    struct vota_error detail = {0};
    struct vota_inspection inspection = *report;
    inspection.store = NULL;
    enum vota_status status = vota_files_join(path, from, VOTA_DIRECTORY_STORE, &detail);
    if (status == VOTA_OK)
        status = vota_store_open(&inspection.store, path, VOTA_STORE_READ_ONLY, &detail);
    if (status == VOTA_OK)
        status = vota_inspect_store(&inspection, &detail);
    if (status == VOTA_OK)
        status = compare(backup, &inspection, &detail);
    vota_store_free(inspection.store);
    if (status == VOTA_OK || status == VOTA_NOT_FOUND) /* that it is missing was said */
        return VOTA_OK;
    if (!is_damage(status, &detail))
        return vota_fail(err, status, detail.where, detail.text);
    find(report, "damaged", VOTA_DIRECTORY_STORE);
    return VOTA_OK;
}

enum vota_status vota_backup_check(const struct vota_backup *backup, const char *from,
                                   const struct vota_inspection *report, struct vota_error *err)
{
    const enum vota_status status = check_files(backup, from, report, err);
    return status == VOTA_OK ? check_store(backup, from, report, err) : status;
}
