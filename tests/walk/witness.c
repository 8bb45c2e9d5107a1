/* SPDX-License-Identifier: Apache-2.0 */
/* One question to the store for each send: see witness.h. */
#include "tests/walk/witness.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proof/hex.h"
#include "rpc/tx.h"
#include "tests/walk/must.h"

#define RAW_MAX ((size_t)64 * 1024)

struct witness {
    const char *store_path;
    sqlite3 *db;
    sqlite3_stmt *statement;
    uint8_t raw[RAW_MAX];
};

static const char question[] = "SELECT raw FROM attempt WHERE tx_hash = ? AND sent_at IS NOT NULL";

struct witness *witness_new(const char *store_path)
{
    struct witness *witness = calloc(1, sizeof *witness);
    MUST(witness != NULL);
    witness->store_path = store_path;
    return witness;
}

static void take_stand(struct witness *witness)
{
    if (witness->db != NULL)
        return;
    MUST(sqlite3_open_v2(witness->store_path, &witness->db, SQLITE_OPEN_READWRITE, NULL) ==
         SQLITE_OK);
    MUST(sqlite3_prepare_v2(witness->db, question, -1, &witness->statement, NULL) == SQLITE_OK);
}

void witness_free(struct witness *witness)
{
    (void)sqlite3_finalize(witness->statement);
    MUST(sqlite3_close(witness->db) == SQLITE_OK);
    free(witness);
}

/* The text behind the first `mark` of a request; empty without one. */
static struct vota_slice behind(struct vota_slice request, const char *mark)
{
    const size_t len = strlen(mark);
    for (size_t i = 0; i + len <= request.len; i++) {
        if (memcmp(request.at + i, mark, len) == 0)
            return (struct vota_slice){request.at + i + len, request.len - i - len};
    }
    return (struct vota_slice){0};
}

bool witness_is_send(struct vota_slice request)
{
    return behind(request, "\"eth_sendRawTransaction\"").len > 0;
}

static size_t read_raw(struct witness *witness, struct vota_slice request)
{
    const struct vota_slice text = behind(request, "[\"");
    const uint8_t *end = text.len > 0 ? memchr(text.at, '"', text.len) : NULL;
    MUST(end != NULL && end - text.at > 2);
    const size_t digits = (size_t)(end - text.at);
    const size_t len = (digits - 2) / 2;
    MUST(len <= RAW_MAX);
    MUST_OK(vota_hex_read(witness->raw, len, (const char *)text.at, digits));
    return len;
}

void witness_send(struct witness *witness, struct vota_slice request, char *ret_wrong, size_t cap)
{
    vota_hash hash;
    const size_t len = read_raw(witness, request);
    take_stand(witness);
    vota_tx_hash(&hash, witness->raw, len);
    MUST(sqlite3_bind_blob(witness->statement, 1, hash.bytes, sizeof hash.bytes, SQLITE_STATIC) ==
         SQLITE_OK);
    const int code = sqlite3_step(witness->statement);
    const char *wrong = NULL;
    if (code == SQLITE_DONE)
        wrong = "bytes were sent that the store did not hold as being sent";
    else if (code != SQLITE_ROW)
        wrong = "the store could not be read while bytes were sent";
    else if (sqlite3_column_bytes(witness->statement, 0) != (int)len ||
             memcmp(sqlite3_column_blob(witness->statement, 0), witness->raw, len) != 0)
        wrong = "bytes were sent that the store holds differently";
    if (wrong != NULL && ret_wrong[0] == '\0')
        (void)snprintf(ret_wrong, cap, "%s", wrong);
    MUST(sqlite3_reset(witness->statement) == SQLITE_OK);
}
