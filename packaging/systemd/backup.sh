#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What voteanchor-backup.service does: a new backup under BACKUP_TO, and when it is there, whole and
# checked, those go that are older than BACKUP_DAYS days (0: none goes). They hold what citizens
# wrote and chose, so they are not for ever.
set -eu

to=${BACKUP_TO:-/var/backups/voteanchor}
days=${BACKUP_DAYS:-30}

/usr/bin/voteanchor -C /var/lib/voteanchor backup "$to/$(date -u +%Y-%m-%dT%H%M%SZ)"
[ "$days" = 0 ] ||
    find "$to" -mindepth 1 -maxdepth 1 -type d -name '[0-9]*T*Z' -mtime "+$days" -exec rm -r {} +
