/* SPDX-License-Identifier: Apache-2.0 */
/* A publication on disk, file by file: see reader.h. */
#include "bridge/publish/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bridge/crypto.h"
#include "bridge/publish/publication.h"

/* How much of a file is hashed before its memory is given back. */
#define PIECE_BYTES (8u << 20)

enum vota_status vota_reader_open(struct vota_reader *ret_reader, const char *dir,
                                  struct vota_error *err)
{
    const int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR
                   ? vota_fail(err, VOTA_NOT_FOUND, "publication", "no-directory")
                   : vota_fail(err, VOTA_IO, "publication", "cannot-read");
    ret_reader->fd = fd;
    return VOTA_OK;
}

void vota_reader_close(struct vota_reader *reader)
{
    if (reader->fd >= 0)
        (void)close(reader->fd);
    reader->fd = -1;
}

/* The file's bytes once it is open; an empty file cannot be mapped, and need not be. */
static enum vota_status map(struct vota_slice *ret_bytes, int fd, struct vota_error *err)
{
    struct stat info;
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
        return vota_fail(err, VOTA_IO, "file", "not-a-file");
    struct vota_slice bytes = {.len = (size_t)info.st_size};
    if (bytes.len > 0) {
        void *at = mmap(NULL, bytes.len, PROT_READ, MAP_PRIVATE, fd, 0);
        if (at == MAP_FAILED)
            return vota_fail(err, VOTA_IO, "file", "cannot-read");
        bytes.at = at;
    }
    *ret_bytes = bytes;
    return VOTA_OK;
}

enum vota_status vota_reader_map(const struct vota_reader *reader, struct vota_slice *ret_bytes,
                                 const char *path, struct vota_error *err)
{
    if (!vota_manifest_path_ok(path))
        return vota_fail(err, VOTA_BAD_INPUT, "file", "bad-path");
    const int fd = openat(reader->fd, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR
                   ? vota_fail(err, VOTA_NOT_FOUND, "file", "no-file")
                   : vota_fail(err, VOTA_IO, "file", "cannot-read");
    const enum vota_status status = map(ret_bytes, fd, err);
    (void)close(fd);
    return status;
}

void vota_reader_unmap(struct vota_slice *bytes)
{
    if (bytes->at != NULL)
        (void)munmap((void *)(uintptr_t)bytes->at, bytes->len);
    *bytes = (struct vota_slice){0};
}

void vota_reader_forget(struct vota_slice bytes, size_t done)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    if (bytes.at != NULL && done >= page)
        (void)madvise((void *)(uintptr_t)bytes.at, done / page * page, MADV_DONTNEED);
}

struct vota_reader_lines vota_reader_lines_of(struct vota_slice bytes)
{
    return (struct vota_reader_lines){.rd = vota_rd_of_slice(bytes)};
}

enum vota_status vota_reader_next(struct vota_reader_lines *lines, struct vota_slice *ret_line,
                                  struct vota_error *err)
{
    if (lines->rd.left == 0)
        return VOTA_NOT_FOUND;
    lines->line++;
    const uint8_t *end = memchr(lines->rd.at, '\n', lines->rd.left);
    if (end == NULL)
        return vota_fail(err, VOTA_BAD_INPUT, "line", "no-line-end");
    ret_line->at = lines->rd.at;
    ret_line->len = (size_t)(end - lines->rd.at);
    (void)vota_rd_take(&lines->rd, ret_line->len + 1);
    return VOTA_OK;
}

/* A file that is one line: mapped, and the text in it. */
static enum vota_status map_line(const struct vota_reader *reader, struct vota_slice *ret_bytes,
                                 struct vota_slice *ret_text, const char *path,
                                 struct vota_error *err)
{
    const enum vota_status status = vota_reader_map(reader, ret_bytes, path, err);
    if (status != VOTA_OK)
        return status;
    if (ret_bytes->len > 0 && ret_bytes->at[ret_bytes->len - 1] == '\n') {
        *ret_text = (struct vota_slice){ret_bytes->at, ret_bytes->len - 1};
        return VOTA_OK;
    }
    vota_reader_unmap(ret_bytes);
    return vota_fail(err, VOTA_BAD_INPUT, "file", "no-line-end");
}

enum vota_status vota_reader_manifest(const struct vota_reader *reader,
                                      struct vota_file_list *ret_manifest, struct vota_error *err)
{
    struct vota_slice bytes;
    struct vota_slice text;
    enum vota_status status = map_line(reader, &bytes, &text, "manifest.json", err);
    if (status != VOTA_OK)
        return status;
    status = vota_manifest_json_read(ret_manifest, text.at, text.len, err);
    vota_reader_unmap(&bytes);
    return status;
}

enum vota_status vota_reader_trust(const struct vota_reader *reader,
                                   struct vota_trust_file_copy *ret_copy, struct vota_error *err)
{
    struct vota_slice bytes;
    struct vota_slice text;
    enum vota_status status = map_line(reader, &bytes, &text, "trust.json", err);
    if (status != VOTA_OK)
        return status;
    status = vota_trust_json_read(ret_copy, text.at, text.len, err);
    vota_reader_unmap(&bytes);
    return status;
}

enum vota_status vota_reader_evidence(const struct vota_reader *reader,
                                      struct vota_anchor_copy *ret_copy, uint64_t entry,
                                      struct vota_error *err)
{
    char path[VOTA_PUBLICATION_PATH_CAP];
    struct vota_slice bytes;
    struct vota_slice text;
    vota_publication_entry_path(path, "evidence", entry, ".json");
    enum vota_status status = map_line(reader, &bytes, &text, path, err);
    if (status != VOTA_OK)
        return status;
    status = vota_receipt_json_read_anchor(ret_copy, text.at, text.len, err);
    vota_reader_unmap(&bytes);
    return status;
}

enum vota_status vota_reader_result(const struct vota_reader *reader,
                                    struct vota_result_file *ret_result, uint64_t entry,
                                    struct vota_error *err)
{
    char path[VOTA_PUBLICATION_PATH_CAP];
    struct vota_slice bytes;
    struct vota_slice text;
    vota_publication_entry_path(path, "results", entry, ".json");
    enum vota_status status = map_line(reader, &bytes, &text, path, err);
    if (status != VOTA_OK)
        return status;
    status = vota_result_json_read(ret_result, text.at, text.len, err);
    vota_reader_unmap(&bytes);
    return status;
}

static enum vota_status read_lines(struct vota_lines *lines, struct vota_reader_lines *from,
                                   struct vota_error *err)
{
    for (;;) {
        struct vota_slice text;
        struct vota_journal_line_copy copy;
        enum vota_status status = vota_reader_next(from, &text, err);
        if (status == VOTA_NOT_FOUND)
            return VOTA_OK;
        if (status == VOTA_OK)
            status = vota_journal_json_read_line(&copy, text.at, text.len, err);
        if (status != VOTA_OK)
            return status;
        status = vota_lines_add(lines, &copy.about);
        vota_journal_line_copy_done(&copy);
        if (status != VOTA_OK)
            return status;
    }
}

enum vota_status vota_reader_journal(const struct vota_reader *reader,
                                     struct vota_deployment *ret_deployment,
                                     struct vota_lines *lines, uint64_t *ret_line,
                                     struct vota_error *err)
{
    struct vota_slice bytes;
    struct vota_slice text;
    *ret_line = 0;
    enum vota_status status = vota_reader_map(reader, &bytes, "journal.ndjson", err);
    if (status != VOTA_OK)
        return status;
    struct vota_reader_lines from = vota_reader_lines_of(bytes);
    status = vota_reader_next(&from, &text, err);
    if (status == VOTA_NOT_FOUND)
        status = vota_fail(err, VOTA_BAD_INPUT, "deployment", "missing-member");
    if (status == VOTA_OK)
        status = vota_journal_json_read_deployment(ret_deployment, text.at, text.len, err);
    if (status == VOTA_OK)
        status = read_lines(lines, &from, err);
    *ret_line = from.line;
    vota_reader_unmap(&bytes);
    return status;
}

/* Piece by piece, each given back, so that the largest file costs no more than a small one. */
static enum vota_status hash_bytes(uint8_t ret_sha256[32], struct vota_slice bytes)
{
    struct vota_sha256 *sha = NULL;
    size_t done = 0;
    enum vota_status status = vota_crypto_sha256_new(&sha);
    while (status == VOTA_OK && done < bytes.len) {
        const size_t n = bytes.len - done < PIECE_BYTES ? bytes.len - done : PIECE_BYTES;
        status = vota_crypto_sha256_update(sha, bytes.at + done, n);
        done += n;
        vota_reader_forget(bytes, done);
    }
    if (status == VOTA_OK)
        status = vota_crypto_sha256_final(sha, ret_sha256);
    vota_crypto_sha256_free(sha);
    return status;
}

enum vota_status vota_reader_hash(const struct vota_reader *reader,
                                  struct vota_listed_file *ret_file, const char *path,
                                  struct vota_error *err)
{
    struct vota_slice bytes;
    enum vota_status status = vota_reader_map(reader, &bytes, path, err);
    if (status != VOTA_OK)
        return status;
    struct vota_listed_file file = {.bytes = bytes.len};
    memcpy(file.path, path, strlen(path) + 1);
    status = hash_bytes(file.sha256, bytes);
    vota_reader_unmap(&bytes);
    if (status == VOTA_OK)
        *ret_file = file;
    return status;
}
