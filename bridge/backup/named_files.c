/* SPDX-License-Identifier: Apache-2.0 */
/* From the configuration to the files that it needs: see named_files.h. */
#include "bridge/backup/named_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/key_source.h"
#include "proof/bytes.h"

static void note(struct vota_named_files *files, const char *path, const char *what)
{
    if (path[0] == '\0')
        return;
    for (size_t i = 0; i < files->n; i++) {
        if (strcmp(files->file[i].path, path) == 0)
            return;
    }
    VOTA_ASSERT(files->n < VOTA_NAMED_FILES_MAX);
    struct vota_named_file *file = &files->file[files->n++];
    (void)snprintf(file->path, sizeof file->path, "%s", path);
    file->what = what;
    file->is_password = strcmp(what, "password") == 0;
    file->is_secret = strcmp(what, "authorities") != 0 && strcmp(what, "certificate") != 0;
}

/* A key that is behind a descriptor or at a signer has no file. */
static void note_key(struct vota_named_files *files, const char *text)
{
    struct vota_key_source source = {.kind = VOTA_KEY_FD};
    if (vota_key_source_read(&source, text) == NULL && source.kind == VOTA_KEY_FILE)
        note(files, source.file, "key");
}

static void note_all(struct vota_named_files *files, const struct vota_config *config)
{
    note(files, config->password_file, "password"); /* first: it stays that, whoever names it too */
    for (unsigned i = 0; i < VOTA_CONFIG_NETWORKS; i++) {
        if (!vota_config_has(config, (enum vota_config_place)i))
            continue;
        note(files, config->network[i].url_file, "urls");
        note_key(files, config->network[i].anchorer);
    }
    note_key(files, config->acceptance);
    note(files, config->proxy_file, "proxy");
    note(files, config->ca_file, "authorities");
    note(files, config->signer_ca, "authorities");
    note(files, config->signer_cert, "certificate");
    note(files, config->signer_key, "key");
    if (config->webhook_url[0] == '\0')
        return;
    note(files, config->webhook_secret, "webhook");
    note(files, config->webhook_ca, "authorities");
}

static const char *ask_environment(const char *name)
{
    return getenv(name);
}

enum vota_status vota_named_files_read(struct vota_named_files *ret_files,
                                       const struct vota_directory *dir, struct vota_error *err)
{
    char path[VOTA_DIRECTORY_PATH_CAP];
    uint8_t *text = NULL;
    size_t len = 0;
    struct vota_config_error problem = {.line = 0};
    struct vota_config *config = malloc(sizeof *config);
    enum vota_status status = vota_directory_path(dir, path, VOTA_DIRECTORY_CONFIG, err);
    if (config == NULL)
        status = vota_fail(err, VOTA_NO_MEMORY, "config", "no-memory");
    if (status == VOTA_OK)
        status = vota_directory_read(&text, &len, path, VOTA_CONFIG_FILE_MAX, err);
    if (status == VOTA_OK &&
        vota_config_parse(config, (const char *)text, ask_environment, &problem) != VOTA_OK)
        status = vota_fail(err, VOTA_BAD_INPUT, VOTA_DIRECTORY_CONFIG, "bad-config");
    if (status == VOTA_OK) {
        *ret_files = (struct vota_named_files){.n = 0};
        note_all(ret_files, config);
    }
    vota_directory_free_secret(text, 0);
    free(config);
    return status;
}

bool vota_named_files_is_password(const struct vota_named_files *files, const char *path)
{
    for (size_t i = 0; i < files->n; i++) {
        if (files->file[i].is_password && strcmp(files->file[i].path, path) == 0)
            return true;
    }
    return false;
}
