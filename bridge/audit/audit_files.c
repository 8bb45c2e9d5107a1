/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The publication against itself and the journal: sizes and hashes of the
 * manifest, and the small files that say again what the journal says.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bridge/audit/audit_parts.h"
#include "bridge/publish/publication.h"
#include "keccak/keccak.h"

static struct vota_audit_finding *find(struct vota_audit *audit, enum vota_audit_code code,
                                       enum vota_verdict state, const char *path)
{
    struct vota_audit_finding *finding = vota_audit_find(&audit->findings, code, state);
    vota_audit_place(finding, path, 0);
    return finding;
}

/* ---- manifest ---- */

/* Files whose absence the part that reads them has told already. */
static bool is_told_elsewhere(const char *path)
{
    return strncmp(path, "batches/", 8) == 0 || strncmp(path, "openings/", 9) == 0 ||
           strncmp(path, "leaves/", 7) == 0 || strcmp(path, "journal.ndjson") == 0;
}

static void check_file(struct vota_audit *audit, const struct vota_listed_file *listed)
{
    struct vota_listed_file found;
    struct vota_error err = {0};
    const enum vota_status status =
        vota_reader_hash(audit->input.reader, &found, listed->path, &err);
    if (vota_audit_no_memory(audit, status))
        return;
    if (status != VOTA_OK) {
        if (!is_told_elsewhere(listed->path) || status != VOTA_NOT_FOUND)
            find(audit, VOTA_FOUND_FILE_MISSING, VOTA_NOT_CHECKED, listed->path);
        return;
    }
    if (found.bytes == listed->bytes && memcmp(found.sha256, listed->sha256, 32) == 0)
        return;
    struct vota_audit_finding *finding =
        find(audit, VOTA_FOUND_FILE_DIFFERS, VOTA_NOT_VALID, listed->path);
    finding->compared = VOTA_COMPARED_NUMBERS;
    finding->left = found.bytes;
    finding->right = listed->bytes;
}

static void check_manifest(struct vota_audit *audit)
{
    for (size_t i = 0; i < audit->manifest.n; i++) {
        vota_audit_progress(audit, "files", i, audit->manifest.n);
        check_file(audit, &audit->manifest.files[i]);
    }
}

/* What lies there and is not in the manifest: worth a word, for nobody vouches for it. */
static void look_in(struct vota_audit *audit, const char *dir)
{
    const int fd =
        openat(audit->input.reader->fd, dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *list = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *item = NULL;
    if (list == NULL && fd >= 0)
        (void)close(fd);
    while (list != NULL && (item = readdir(list)) != NULL) {
        char path[VOTA_MANIFEST_PATH_CAP];
        const int len = strcmp(dir, ".") == 0
                            ? snprintf(path, sizeof path, "%s", item->d_name)
                            : snprintf(path, sizeof path, "%s/%s", dir, item->d_name);
        if (item->d_name[0] == '.' || item->d_type == DT_DIR || len <= 0 ||
            (size_t)len >= sizeof path || strcmp(path, "manifest.json") == 0 ||
            vota_file_list_find(&audit->manifest, path) != NULL)
            continue;
        vota_audit_place(vota_audit_notice(&audit->findings, VOTA_FOUND_FILE_UNLISTED), path, 0);
    }
    if (list != NULL)
        (void)closedir(list);
}

static void look_for_strangers(struct vota_audit *audit)
{
    static const char *const dirs[] = {".",        "registers", "batches", "openings",
                                       "evidence", "results",   "leaves"};
    for (size_t i = 0; i < sizeof dirs / sizeof dirs[0]; i++)
        look_in(audit, dirs[i]);
}

/* ---- trust file ---- */

static bool head_holds(const struct vota_audit *audit, const struct vota_trust_file_head *head)
{
    const struct vota_lines *lines = &audit->proven.lines;
    size_t place = 0;
    /* Beyond what is known here it may be as it says. */
    return !vota_lines_find(lines, &place, head->length) || place >= audit->length ||
           vota_hash_equal(&lines->heads[place], &head->head);
}

static void check_heads(struct vota_audit *audit, const struct vota_trust_file *file)
{
    const struct vota_deployment *deployment = &audit->proven.deployment;
    for (size_t i = 0; i < file->head_count; i++) {
        const struct vota_trust_file_head *head = &file->heads[i];
        if (head->chain_id != deployment->genesis.chain_id ||
            !vota_addr_equal(&head->contract, &deployment->genesis.contract) ||
            head_holds(audit, head))
            continue;
        find(audit, VOTA_FOUND_TRUST_DIFFERS, VOTA_NOT_VALID, "trust.json")->entry = head->length;
    }
}

static void check_trust(struct vota_audit *audit)
{
    const struct vota_deployment *deployment = &audit->proven.deployment;
    struct vota_trust_file_copy file;
    struct vota_error err = {0};
    const enum vota_status status = vota_reader_trust(audit->input.reader, &file, &err);
    if (vota_audit_no_memory(audit, status))
        return;
    if (status == VOTA_NOT_FOUND) {
        if (!audit->has_manifest)
            find(audit, VOTA_FOUND_FILE_MISSING, VOTA_NOT_CHECKED, "trust.json");
        return;
    }
    if (status != VOTA_OK) {
        struct vota_audit_finding *finding =
            find(audit, VOTA_FOUND_TRUST_DIFFERS, VOTA_NOT_VALID, "trust.json");
        (void)snprintf(finding->text, sizeof finding->text, "%s", err.text);
        return;
    }
    const struct vota_deployment *record =
        vota_trust_json_find(&file.about, deployment->genesis.chain_id, &deployment->chain_genesis,
                             &deployment->genesis.contract);
    if (record == NULL || !vota_deployment_equal(record, deployment))
        find(audit, VOTA_FOUND_TRUST_DIFFERS, VOTA_NOT_VALID, "trust.json");
    check_heads(audit, &file.about);
    vota_trust_file_copy_done(&file);
}

/* ---- registers, results, evidence ---- */

static void check_definition(struct vota_audit *audit, const struct vota_entry *entry)
{
    char path[VOTA_PUBLICATION_PATH_CAP];
    struct vota_slice bytes;
    vota_hash hash;
    vota_publication_register_path(path, "registers", &entry->a, ".json");
    if (vota_reader_map(audit->input.reader, &bytes, path, NULL) != VOTA_OK)
        return; /* it is in the journal as well; the manifest tells that the file is missing */
    vota_keccak_hash(hash.bytes, bytes.at, bytes.len);
    vota_reader_unmap(&bytes);
    if (vota_hash_equal(&hash, &entry->a))
        return;
    struct vota_audit_finding *finding =
        find(audit, VOTA_FOUND_DEFINITION_FILE, VOTA_NOT_VALID, path);
    finding->entry = entry->number;
    finding->has_register = true;
    finding->register_hash = entry->a;
    finding->compared = VOTA_COMPARED_HASHES;
    finding->left_hash = hash;
    finding->right_hash = entry->a;
}

static bool result_equals(const struct vota_result_file *file, const struct vota_entry *entry,
                          const struct vota_lines_counts *counts)
{
    return vota_hash_equal(&file->register_hash, &entry->a) &&
           file->last_entry == vota_count_result_last_entry(entry) && file->n == counts->n &&
           memcmp(file->counts, counts->numbers, counts->n * sizeof *counts->numbers) == 0;
}

static void check_result(struct vota_audit *audit, size_t place)
{
    const struct vota_entry *entry = &audit->proven.lines.entries[place];
    struct vota_result_file file;
    struct vota_error err = {0};
    char path[VOTA_PUBLICATION_PATH_CAP];
    const enum vota_status status =
        vota_reader_result(audit->input.reader, &file, entry->number, &err);
    if (status == VOTA_NOT_FOUND || vota_audit_no_memory(audit, status) ||
        (status == VOTA_OK && result_equals(&file, entry, &audit->proven.lines.counts[place])))
        return;
    vota_publication_entry_path(path, "results", entry->number, ".json");
    struct vota_audit_finding *finding = find(audit, VOTA_FOUND_RESULT_FILE, VOTA_NOT_VALID, path);
    finding->entry = entry->number;
    finding->has_register = true;
    finding->register_hash = entry->a;
    (void)snprintf(finding->text, sizeof finding->text, "%s", err.text);
}

/* Whether an anchor says of its entry what the journal says, and its evidence leads to our head. */
static bool anchor_holds(const struct vota_audit *audit, size_t place,
                         const struct vota_anchor *anchor)
{
    const struct vota_lines *lines = &audit->proven.lines;
    const struct vota_deployment *deployment = &audit->proven.deployment;
    struct vota_evidence_detail detail;
    struct vota_header header;
    struct vota_entry entry;
    vota_hash parent;
    vota_journal_genesis(&parent, &deployment->genesis);
    if (place > 0)
        parent = lines->heads[place - 1];
    vota_evidence_entry(&entry, &anchor->entry);
    if (anchor->chain_id != deployment->genesis.chain_id ||
        !vota_hash_equal(&anchor->chain_genesis, &deployment->chain_genesis) ||
        !vota_addr_equal(&anchor->contract, &deployment->genesis.contract) ||
        memcmp(&entry, &lines->entries[place], sizeof entry) != 0 ||
        !vota_hash_equal(&anchor->parent, &parent) || !anchor->has_evidence ||
        vota_header_read(&header, anchor->evidence.header, NULL) != VOTA_OK)
        return false;
    const struct vota_evidence_trust trust = {.block_hash = header.hash,
                                              .contract = deployment->genesis.contract,
                                              .code_hash = vota_contract_code_hash};
    size_t last = 0;
    if (vota_evidence_prove_head(&detail, &anchor->evidence, &trust, &anchor->entry) !=
        VOTA_EVIDENCE_INCLUDED)
        return false;
    return !vota_lines_find(lines, &last, anchor->entry.number + anchor->later_count) ||
           last >= audit->length || vota_hash_equal(&lines->heads[last], &detail.head);
}

static void check_evidence(struct vota_audit *audit, size_t place)
{
    const struct vota_entry *entry = &audit->proven.lines.entries[place];
    struct vota_anchor_copy anchor;
    struct vota_error err = {0};
    char path[VOTA_PUBLICATION_PATH_CAP];
    const enum vota_status status =
        vota_reader_evidence(audit->input.reader, &anchor, entry->number, &err);
    /* There is none before its block is final. */
    if (status == VOTA_NOT_FOUND || vota_audit_no_memory(audit, status))
        return;
    bool holds = false;
    if (status == VOTA_OK) {
        holds = anchor_holds(audit, place, &anchor.about);
        vota_anchor_copy_done(&anchor);
    }
    if (holds)
        return;
    vota_publication_entry_path(path, "evidence", entry->number, ".json");
    struct vota_audit_finding *finding =
        find(audit, VOTA_FOUND_EVIDENCE_FILE, VOTA_NOT_VALID, path);
    finding->entry = entry->number;
    (void)snprintf(finding->text, sizeof finding->text, "%s", err.text);
}

static void check_entries(struct vota_audit *audit)
{
    for (size_t i = 0; i < audit->length; i++) {
        const struct vota_entry *entry = &audit->proven.lines.entries[i];
        if (entry->kind == VOTA_ENTRY_REGISTER)
            check_definition(audit, entry);
        else if (entry->kind == VOTA_ENTRY_RESULT)
            check_result(audit, i);
        else if (entry->kind == VOTA_ENTRY_BATCH)
            check_evidence(audit, i);
    }
}

enum vota_status vota_audit_files(struct vota_audit *audit)
{
    if (audit->input.reader == NULL) {
        vota_audit_find(&audit->findings, VOTA_FOUND_NO_DATA, VOTA_NOT_CHECKED);
        return VOTA_OK;
    }
    if (!audit->uses_data)
        return VOTA_OK;
    if (audit->has_manifest) {
        check_manifest(audit);
        look_for_strangers(audit);
    }
    if (audit->has_deployment) {
        check_trust(audit);
        check_entries(audit);
    }
    /* Said only where it is the whole truth; otherwise the single findings say it. */
    if (audit->has_manifest && !audit->findings.weighed[VOTA_AUDIT_FILES])
        vota_audit_find(&audit->findings, VOTA_FOUND_FILES, VOTA_VALID)->left = audit->manifest.n;
    return VOTA_OK;
}
