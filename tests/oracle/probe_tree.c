/* SPDX-License-Identifier: Apache-2.0 */
/* Probe ops of keccak, leaf.h and merkle.h. */
#include "tests/oracle/probe_proof.h"

#include "keccak/keccak.h"
#include "proof/hex.h"
#include "proof/leaf.h"
#include "proof/merkle.h"

/* keccak DATA -> hash */
static void run_keccak(struct probe *probe)
{
    const struct vota_slice data = probe_bytes(probe, 0);
    vota_hash hash;
    vota_keccak_hash(hash.bytes, data.at, data.len);
    probe_answer_hash(probe, &hash);
}

/* keccak_pieces DATA SIZE -> hash, absorbed SIZE bytes at a time */
static void run_keccak_pieces(struct probe *probe)
{
    const struct vota_slice data = probe_bytes(probe, 0);
    const uint64_t size = probe_number(probe, 1);
    struct vota_keccak keccak;
    vota_hash hash;
    vota_keccak_init(&keccak);
    for (size_t at = 0; at < data.len && size > 0; at += size) {
        const size_t left = data.len - at;
        vota_keccak_update(&keccak, data.at + at, left < size ? left : size);
    }
    vota_keccak_final(&keccak, hash.bytes);
    probe_answer_hash(probe, &hash);
}

/* keccak_many DATA COUNT -> hashes of COUNT inputs of equal length that make up DATA */
static void run_keccak_many(struct probe *probe)
{
    const struct vota_slice data = probe_bytes(probe, 0);
    const uint64_t count = probe_number(probe, 1);
    if (count == 0 || data.len % count != 0) {
        probe_fail(probe, "argument-size");
        return;
    }
    const size_t len = data.len / count;
    vota_hash *hashes = probe_alloc(count, sizeof *hashes);
    vota_keccak_hash_many((uint8_t *)hashes, data.at, len, len, count);
    probe_answer_hex(probe, hashes, count * sizeof *hashes);
}

/* leaf CITY_SALT CITIZEN_SALT REGISTER TAG CONTENT -> salt, content hash, leaf */
static void run_leaf(struct probe *probe)
{
    const vota_hash city = probe_hash(probe, 0);
    const vota_hash citizen = probe_hash(probe, 1);
    struct vota_row row = {.register_hash = probe_hash(probe, 2), .tag = probe_hash(probe, 3)};
    vota_hash salt;
    vota_hash leaf;
    vota_leaf_salt(&salt, &city, &citizen);
    vota_leaf_content_hash(&row.content_hash, &salt, probe_bytes(probe, 4));
    vota_leaf_hash(&leaf, &row);
    probe_answer_hash(probe, &salt);
    probe_answer_hash(probe, &row.content_hash);
    probe_answer_hash(probe, &leaf);
}

/* The tree of rows that lie one after another; tag = index of the row. */
struct grown {
    const struct vota_row *rows;
    struct vota_merkle_item *items;
    vota_hash *tree;
    size_t n, tree_len;
};

static bool grow(struct grown *ret_grown, struct probe *probe)
{
    const struct vota_slice bytes = probe_bytes(probe, 0);
    const size_t n = bytes.len / VOTA_ROW_BYTES;
    struct grown grown = {.n = n};
    if (bytes.len % VOTA_ROW_BYTES != 0 || vota_merkle_tree_len(&grown.tree_len, n) != VOTA_OK) {
        probe_fail(probe, "argument-size");
        return false;
    }
    struct vota_row *rows = probe_alloc(n, sizeof *rows);
    vota_hash *leaves = probe_alloc(n, sizeof *leaves);
    struct vota_merkle_item *scratch = probe_alloc(n, sizeof *scratch);
    grown.items = probe_alloc(n, sizeof *grown.items);
    grown.tree = probe_alloc(grown.tree_len, sizeof *grown.tree);
    for (size_t i = 0; i < n; i++)
        vota_leaf_row_read(&rows[i], bytes.at + i * VOTA_ROW_BYTES);
    grown.rows = rows;
    vota_leaf_hash_rows(leaves, rows, n);
    for (size_t i = 0; i < n; i++)
        grown.items[i] = (struct vota_merkle_item){leaves[i], i};
    vota_merkle_sort(grown.items, scratch, n);
    if (vota_merkle_build_items(grown.tree, grown.items, n) != VOTA_OK) {
        probe_fail(probe, "build");
        return false;
    }
    *ret_grown = grown;
    return true;
}

/* tree ROWS -> all 2n - 1 hashes */
static void run_tree(struct probe *probe)
{
    struct grown grown;
    if (grow(&grown, probe))
        probe_answer_hex(probe, grown.tree, grown.tree_len * sizeof *grown.tree);
}

/* paths ROWS -> the path of each row in their order, as hashes in one string */
static void run_paths(struct probe *probe)
{
    struct grown grown;
    if (!grow(&grown, probe))
        return;
    vota_hash(*paths)[VOTA_MERKLE_MAX_PATH] = probe_alloc(grown.n, sizeof *paths);
    size_t *lens = probe_alloc(grown.n, sizeof *lens);
    for (size_t i = 0; i < grown.n; i++) {
        const size_t row = (size_t)grown.items[i].tag;
        if (vota_merkle_path(paths[row], &lens[row], grown.tree, grown.n, i) != VOTA_OK)
            probe_fail(probe, "path");
    }
    for (size_t row = 0; row < grown.n; row++)
        probe_answer_hex(probe, paths[row], lens[row] * sizeof paths[row][0]);
}

static void write_quoted(struct vota_wr *wr, const vota_hash *hash)
{
    vota_wr_byte(wr, '"');
    vota_hex_write(wr, hash->bytes, sizeof hash->bytes);
    vota_wr_byte(wr, '"');
}

static void write_number(struct vota_wr *wr, size_t number)
{
    char digits[24];
    if (snprintf(digits, sizeof digits, "%zu", number) > 0)
        vota_wr_text(wr, digits);
}

/* The dump of StandardMerkleTree: values in the order they came, each with its place. */
static void write_dump(struct vota_wr *wr, const struct grown *grown)
{
    size_t *place_of_row = probe_alloc(grown->n, sizeof *place_of_row);
    for (size_t i = 0; i < grown->n; i++)
        place_of_row[grown->items[i].tag] = grown->tree_len - 1 - i;
    vota_wr_text(wr, "{\"format\":\"standard-v1\",\"leafEncoding\":[\"bytes32\",\"bytes32\","
                     "\"bytes32\"],\"tree\":[");
    for (size_t k = 0; k < grown->tree_len; k++) {
        vota_wr_text(wr, k == 0 ? "" : ",");
        write_quoted(wr, &grown->tree[k]);
    }
    vota_wr_text(wr, "],\"values\":[");
    for (size_t row = 0; row < grown->n; row++) {
        vota_wr_text(wr, row == 0 ? "{\"value\":[" : ",{\"value\":[");
        write_quoted(wr, &grown->rows[row].register_hash);
        vota_wr_byte(wr, ',');
        write_quoted(wr, &grown->rows[row].tag);
        vota_wr_byte(wr, ',');
        write_quoted(wr, &grown->rows[row].content_hash);
        vota_wr_text(wr, "],\"treeIndex\":");
        write_number(wr, place_of_row[row]);
        vota_wr_byte(wr, '}');
    }
    vota_wr_text(wr, "]}");
}

/* dump ROWS -> the tree as JSON that StandardMerkleTree.load reads */
static void run_dump(struct probe *probe)
{
    struct grown grown;
    if (!grow(&grown, probe))
        return;
    struct vota_wr wr = vota_wr_of(NULL, 0);
    write_dump(&wr, &grown);
    char *text = probe_alloc(wr.len + 1, 1);
    wr = vota_wr_of(text, wr.len);
    write_dump(&wr, &grown);
    probe_answer_text(probe, text);
}

/* root_of ROW PATH -> where row and path lead */
static void run_root_of(struct probe *probe)
{
    const struct vota_slice bytes = probe_bytes(probe, 0);
    const struct vota_slice path_bytes = probe_bytes(probe, 1);
    vota_hash *path = probe_alloc(path_bytes.len, 1);
    struct vota_row row;
    vota_hash node;
    if (bytes.len != VOTA_ROW_BYTES || path_bytes.len % sizeof *path != 0) {
        probe_fail(probe, "argument-size");
        return;
    }
    vota_bytes_copy(path, path_bytes.at, path_bytes.len);
    vota_leaf_row_read(&row, bytes.at);
    vota_leaf_hash(&node, &row);
    vota_merkle_root_of(&node, &node, path, path_bytes.len / sizeof *path);
    probe_answer_hash(probe, &node);
}

/* path_length_ok LEN N -> 1 or 0 */
static void run_path_length_ok(struct probe *probe)
{
    const uint64_t len = probe_number(probe, 0);
    probe_answer_number(probe, vota_merkle_path_length_ok(len, probe_number(probe, 1)) ? 1 : 0);
}

const struct probe_op probe_tree_ops[] = {
    {"keccak", run_keccak},
    {"keccak_pieces", run_keccak_pieces},
    {"keccak_many", run_keccak_many},
    {"leaf", run_leaf},
    {"tree", run_tree},
    {"paths", run_paths},
    {"dump", run_dump},
    {"root_of", run_root_of},
    {"path_length_ok", run_path_length_ok},
    {NULL, NULL},
};
