/* SPDX-License-Identifier: Apache-2.0 */
/* Where the verifier page lies: see page_file.h. */
#include "bridge/cli/page_file.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bridge/cli/cli.h"

/* PREFIX/bin/voteanchor to PREFIX; nothing where the system does not say. */
static void program_prefix(char ret_path[VOTA_DIRECTORY_PATH_CAP])
{
    const ssize_t len = readlink("/proc/self/exe", ret_path, VOTA_DIRECTORY_PATH_CAP - 1);
    ret_path[len > 0 ? len : 0] = '\0';
    for (int i = 0; i < 2; i++) {
        char *slash = strrchr(ret_path, '/');
        if (slash != NULL)
            *slash = '\0';
    }
}

/* As installed, and as it lies in a build tree. */
static void find_beside(struct vota_page_file *file)
{
    static const char *const names[] = {VOTA_PAGE_FILE, "web/verify.html"};
    char prefix[VOTA_DIRECTORY_PATH_CAP];
    program_prefix(prefix);
    for (size_t i = 0; i < VOTA_COUNT(names) && !file->is_there; i++) {
        const int n = snprintf(file->path, sizeof file->path, "%s/%s", prefix, names[i]);
        file->is_there = n > 0 && (size_t)n < sizeof file->path && access(file->path, R_OK) == 0;
    }
}

int vota_page_file_find(struct vota_page_file *ret_file, const struct vota_session *session,
                        const char *given)
{
    struct vota_error err = {0};
    *ret_file = (struct vota_page_file){.is_there = false};
    if (given != NULL) {
        const int n = snprintf(ret_file->path, sizeof ret_file->path, "%s", given);
        ret_file->is_there =
            n > 0 && (size_t)n < sizeof ret_file->path && access(ret_file->path, R_OK) == 0;
    } else if (session->config.page[0] != '\0') {
        ret_file->is_there = vota_directory_path(&session->cli->dir, ret_file->path,
                                                 session->config.page, &err) == VOTA_OK &&
                             access(ret_file->path, R_OK) == 0;
    } else {
        find_beside(ret_file);
        return VOTA_EXIT_OK;
    }
    if (ret_file->is_there)
        return VOTA_EXIT_OK;
    return vota_cli_fail(session->cli, VOTA_EXIT_FAILED, "error.publish-page", "file",
                         given != NULL ? given : session->config.page, NULL);
}
