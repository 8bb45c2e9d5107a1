/* SPDX-License-Identifier: Apache-2.0 */
/* Where the verifier page lies that a publication gets: as told, or beside the program. */
#ifndef VOTA_BRIDGE_CLI_PAGE_FILE_H
#define VOTA_BRIDGE_CLI_PAGE_FILE_H

#include "bridge/cli/session.h"

struct vota_page_file {
    char path[VOTA_DIRECTORY_PATH_CAP];
    bool is_there;
};

/*
 * `given` (--page) or [publish] page must be there: else says so and returns the
 * exit code. Without either, the page that was installed or built with this
 * program; that there is none is no failure.
 */
VOTA_MUST_USE int vota_page_file_find(struct vota_page_file *ret_file,
                                      const struct vota_session *session, const char *given);

#endif
