/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a publication that lies in a local directory. Files are mapped, never
 * copied whole, so that memory does not grow with records; each can be asked for
 * alone, since a mirror may lack some. What a file says is its reader's matter,
 * whether it is true the audit's.
 */
#ifndef VOTA_BRIDGE_PUBLISH_READER_H
#define VOTA_BRIDGE_PUBLISH_READER_H

#include "bridge/publish/lines.h"
#include "bridge/publish/manifest_json.h"
#include "bridge/publish/receipt_json.h"
#include "bridge/publish/result_json.h"
#include "bridge/publish/trust_json.h"

/* Where in a publication something is not as it should be: for messages. */
struct vota_reader_place {
    char path[VOTA_MANIFEST_PATH_CAP];
    uint64_t line; /* from 1; 0: the file as a whole */
};

struct vota_reader {
    int fd; /* of the directory */
};

/* NOT_FOUND "no-directory", IO. */
VOTA_MUST_USE enum vota_status vota_reader_open(struct vota_reader *ret_reader, const char *dir,
                                                struct vota_error *err);
void vota_reader_close(struct vota_reader *reader);

/*
 * Maps a file; give it back to vota_reader_unmap. Links are not followed. Assumes
 * that nobody cuts files while they are read: publications are replaced whole.
 * NOT_FOUND "no-file", IO "not-a-file", "cannot-read"; BAD_INPUT "bad-path".
 */
VOTA_MUST_USE enum vota_status vota_reader_map(const struct vota_reader *reader,
                                               struct vota_slice *ret_bytes, const char *path,
                                               struct vota_error *err);
void vota_reader_unmap(struct vota_slice *bytes);

/* Gives back the memory of what was read up to `done` bytes: for files as large as the city. */
void vota_reader_forget(struct vota_slice bytes, size_t done);

/* Reads the lines of a mapped file one by one. */
struct vota_reader_lines {
    struct vota_rd rd;
    uint64_t line; /* number of the last one given */
};

struct vota_reader_lines vota_reader_lines_of(struct vota_slice bytes);

/* The next line without its end. NOT_FOUND after the last; BAD_INPUT "no-line-end". */
VOTA_MUST_USE enum vota_status vota_reader_next(struct vota_reader_lines *lines,
                                                struct vota_slice *ret_line,
                                                struct vota_error *err);

/*
 * The files that are one object. Besides what vota_reader_map and the format's
 * reader return: BAD_INPUT "no-line-end". Release with the format's own function.
 */
VOTA_MUST_USE enum vota_status vota_reader_manifest(const struct vota_reader *reader,
                                                    struct vota_file_list *ret_manifest,
                                                    struct vota_error *err);
VOTA_MUST_USE enum vota_status vota_reader_trust(const struct vota_reader *reader,
                                                 struct vota_trust_file_copy *ret_copy,
                                                 struct vota_error *err);
VOTA_MUST_USE enum vota_status vota_reader_evidence(const struct vota_reader *reader,
                                                    struct vota_anchor_copy *ret_copy,
                                                    uint64_t entry, struct vota_error *err);
VOTA_MUST_USE enum vota_status vota_reader_result(const struct vota_reader *reader,
                                                  struct vota_result_file *ret_result,
                                                  uint64_t entry, struct vota_error *err);

/*
 * journal.ndjson: the record, and its lines into *lines (which the caller has
 * initialised, and frees also after a failure: what was read before it stays).
 * *ret_line is the line that was read last.
 */
VOTA_MUST_USE enum vota_status vota_reader_journal(const struct vota_reader *reader,
                                                   struct vota_deployment *ret_deployment,
                                                   struct vota_lines *lines, uint64_t *ret_line,
                                                   struct vota_error *err);

/* SHA-256 and size of a file, for the manifest's sake. */
VOTA_MUST_USE enum vota_status vota_reader_hash(const struct vota_reader *reader,
                                                struct vota_listed_file *ret_file,
                                                const char *path, struct vota_error *err);

#endif
