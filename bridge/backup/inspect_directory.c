/* SPDX-License-Identifier: Apache-2.0 */
/* What lies around a store: see inspect.h. Opens no key and shows no secret. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bridge/backup/inspect_parts.h"
#include "bridge/store/store_register.h"
#include "keccak/keccak.h"
#include "proof/hex.h"

struct around {
    const struct vota_inspection *ask;
    const struct vota_directory *dir;
};

static void find(const struct around *around, const char *code, const char *detail)
{
    around->ask->finding(around->ask->context, code, detail);
}

/* ---- modes ---- */

/* `forbidden`: permissions that nobody else may have. */
static void look_at_mode(const struct around *around, const char *name, mode_t type,
                         mode_t forbidden)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    struct stat info;
    if (vota_directory_path(around->dir, path, name, NULL) != VOTA_OK || lstat(path, &info) != 0)
        find(around, "no-file", name);
    else if (S_ISLNK(info.st_mode) && type != S_IFDIR)
        find(around, "is-link", name);
    else if (!S_ISLNK(info.st_mode) && (info.st_mode & S_IFMT) != type)
        find(around, "not-regular", name);
    else if ((info.st_mode & forbidden) != 0)
        find(around, type == S_IFDIR ? "directory-too-open" : "mode-too-open", name);
    else if (geteuid() != 0 && info.st_uid != geteuid())
        find(around, "not-owner", name);
}

/* What mkstemp leaves when a process is killed between writing and renaming. */
static bool is_left_over(const char *name)
{
    const char *dot = strrchr(name, '.');
    static const char *const ours[] = {VOTA_DIRECTORY_CONFIG, "tokens", ".json"};
    if (dot == NULL || strlen(dot) != 7)
        return false;
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
        const size_t len = strlen(ours[i]);
        if ((size_t)(dot - name) >= len && strncmp(dot - len, ours[i], len) == 0)
            return true;
    }
    return false;
}

static void look_at_entry(const struct around *around, const char *place, const char *entry)
{
    char name[VOTA_INSPECT_DETAIL_CAP];
    const int len =
        snprintf(name, sizeof name, "%s%s%s", place, place[0] == '\0' ? "" : "/", entry);
    const bool is_secret = place[0] != '\0';
    if (len <= 0 || (size_t)len >= sizeof name)
        return;
    if (is_left_over(entry))
        find(around, "stale-file", name);
    if (is_secret && strcmp(name, VOTA_DIRECTORY_PEPPERS) != 0)
        look_at_mode(around, name, S_IFREG, 077);
}

static void look_into(const struct around *around, const char *place)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    if (vota_directory_path(around->dir, path, place[0] == '\0' ? "." : place, NULL) != VOTA_OK)
        return;
    DIR *list = opendir(path);
    if (list == NULL)
        return; /* that it is not there was said */
    for (const struct dirent *entry = readdir(list); entry != NULL; entry = readdir(list)) {
        if (entry->d_name[0] != '.')
            look_at_entry(around, place, entry->d_name);
    }
    (void)closedir(list);
}

/* ---- peppers ---- */

/* Without its pepper a register can take no record and can never be audited for invented voters. */
static enum vota_status look_at_pepper(void *context, const struct vota_store_register *reg)
{
    const struct around *around = context;
    uint8_t pepper[32];
    vota_hash made;
    struct vota_error err = {0};
    struct vota_definition *definition = malloc(sizeof *definition);
    if (definition == NULL)
        return VOTA_NO_MEMORY;
    const char *fault = NULL;
    if (vota_definition_read(definition, reg->definition.at, reg->definition.len, NULL) ==
        VOTA_OK) {
        if (vota_directory_pepper_load(around->dir, pepper, &reg->hash, &err) != VOTA_OK)
            fault = err.status == VOTA_NOT_FOUND ? "no-pepper" : "pepper-unreadable";
        vota_keccak_hash(made.bytes, pepper, fault == NULL ? sizeof pepper : 0);
        vota_bytes_wipe(pepper, sizeof pepper);
        if (fault == NULL && !vota_hash_equal(&made, &definition->tag_key_hash))
            fault = "pepper-differs";
    } /* else the store's own inspection says so */
    free(definition);
    if (fault != NULL)
        find(around, fault, reg->slug);
    return VOTA_OK;
}

static enum vota_status look_at_peppers(void *context, const struct vota_store_network *network)
{
    const struct around *around = context;
    if (network->line != network->id)
        return VOTA_OK;
    return vota_store_register_each(around->ask->store, network->id, look_at_pepper, context, NULL);
}

/* A pepper of no register: one of a store that came after this one, or before. */
struct known {
    const vota_hash *hash;
    bool found;
    struct vota_store *store;
};

static enum vota_status look_for_register(void *context, const struct vota_store_network *network)
{
    struct known *known = context;
    struct vota_store_register_copy copy = {.definition = NULL};
    if (known->found || network->line != network->id)
        return VOTA_OK;
    known->found = vota_store_register_get_hash(&copy, known->store, network->id, known->hash,
                                                NULL) == VOTA_OK;
    vota_store_register_done(&copy);
    return VOTA_OK;
}

static enum vota_status look_at_strangers(const struct around *around, struct vota_error *err)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    enum vota_status status = vota_directory_path(around->dir, path, VOTA_DIRECTORY_PEPPERS, err);
    DIR *list = status == VOTA_OK ? opendir(path) : NULL;
    if (list == NULL)
        return status;
    for (const struct dirent *entry = readdir(list); status == VOTA_OK && entry != NULL;
         entry = readdir(list)) {
        vota_hash hash;
        struct known known = {.hash = &hash, .store = around->ask->store};
        if (vota_hex_read(hash.bytes, sizeof hash.bytes, entry->d_name, strlen(entry->d_name)) !=
            VOTA_OK)
            continue;
        status = vota_store_network_each(known.store, look_for_register, &known, err);
        if (status == VOTA_OK && !known.found)
            find(around, "pepper-unknown", entry->d_name);
    }
    (void)closedir(list);
    return status;
}

enum vota_status vota_inspect_directory(const struct vota_inspection *inspection,
                                        const struct vota_directory *dir, struct vota_error *err)
{
    struct around around = {.ask = inspection, .dir = dir};
    look_at_mode(&around, ".", S_IFDIR, 002);
    look_at_mode(&around, VOTA_DIRECTORY_CONFIG, S_IFREG, 022);
    look_at_mode(&around, VOTA_DIRECTORY_STORE, S_IFREG, 007);
    look_at_mode(&around, VOTA_DIRECTORY_SECRETS, S_IFDIR, 077);
    look_at_mode(&around, VOTA_DIRECTORY_PEPPERS, S_IFDIR, 077);
    look_into(&around, "");
    look_into(&around, VOTA_DIRECTORY_SECRETS);
    look_into(&around, VOTA_DIRECTORY_PEPPERS);
    enum vota_status status =
        vota_store_network_each(inspection->store, look_at_peppers, &around, err);
    if (status == VOTA_OK)
        status = look_at_strangers(&around, err);
    return status;
}
