/* SPDX-License-Identifier: Apache-2.0 */
/* The examples of docs/FORMATS.md, part 2. The HMAC is OpenSSL's, so that nothing of ours judges
 * itself. */
#include "tests/proof/formats.h"

#include "keccak/keccak.h"
#include "proof/leaf.h"
#include "proof/merkle.h"

#include <openssl/hmac.h>

#define MOST_LEAVES 8u

/* The record as told so far. */
static struct {
    vota_hash pepper, register_hash, city_salt, citizen_salt;
    char voter_id[129];
    char content[256];
} record;

static struct {
    vota_hash places[2 * MOST_LEAVES - 1];
    size_t n;
    size_t len; /* places told so far */
} tree;

void formats_phrase(char *line, char *info)
{
    static vota_hash salt;
    (void)info;
    if (!is_sum(&line)) {
        vota_keccak_hash(salt.bytes, line, strlen(line));
        return;
    }
    const vota_hash told = hash_of(line);
    assert_hash_equal(&told, &salt);
}

static vota_hash make_tag(void)
{
    uint8_t text[sizeof record.register_hash + sizeof record.voter_id];
    const size_t len = strlen(record.voter_id);
    memcpy(text, record.register_hash.bytes, sizeof record.register_hash);
    memcpy(text + sizeof record.register_hash, record.voter_id, len);
    vota_hash tag;
    unsigned int size = 0;
    assert_non_null(HMAC(EVP_sha256(), record.pepper.bytes, sizeof record.pepper, text,
                         sizeof record.register_hash + len, tag.bytes, &size));
    assert_int_equal(size, sizeof tag);
    return tag;
}

static vota_hash make_salt(void)
{
    vota_hash salt;
    vota_leaf_salt(&salt, &record.city_salt, &record.citizen_salt);
    return salt;
}

static vota_hash make_content_hash(void)
{
    const vota_hash salt = make_salt();
    const struct vota_slice content = {(const uint8_t *)record.content, strlen(record.content)};
    vota_hash hash;
    vota_leaf_content_hash(&hash, &salt, content);
    return hash;
}

static vota_hash make_leaf(void)
{
    const struct vota_row row = {record.register_hash, make_tag(), make_content_hash()};
    vota_hash leaf;
    vota_leaf_hash(&leaf, &row);
    return leaf;
}

static void keep_text(char *to, size_t cap, const char *text)
{
    assert_true(strlen(text) < cap);
    memcpy(to, text, strlen(text) + 1);
}

void formats_record(char *line, char *info)
{
    static const struct {
        const char *name;
        vota_hash *told;         /* either what the example gives */
        vota_hash (*make)(void); /* or what it must come to */
    } hashes[] = {
        {"pepper", &record.pepper, NULL},
        {"register", &record.register_hash, NULL},
        {"city-salt", &record.city_salt, NULL},
        {"citizen-salt", &record.citizen_salt, NULL},
        {"tag", NULL, make_tag},
        {"salt", NULL, make_salt},
        {"content-hash", NULL, make_content_hash},
        {"leaf", NULL, make_leaf},
    };
    (void)info;
    const char *name = next_word(&line);
    if (strcmp(name, "voter-id") == 0) {
        keep_text(record.voter_id, sizeof record.voter_id, line);
        return;
    }
    if (strcmp(name, "content") == 0) {
        keep_text(record.content, sizeof record.content, line);
        return;
    }
    for (size_t i = 0; i < sizeof hashes / sizeof hashes[0]; i++) {
        if (strcmp(name, hashes[i].name) != 0)
            continue;
        const vota_hash hash = hash_of(line);
        if (hashes[i].told != NULL) {
            *hashes[i].told = hash;
            return;
        }
        const vota_hash made = hashes[i].make();
        assert_hash_equal(&hash, &made);
        return;
    }
    fail_msg("no part of a record: %s", name);
}

/* Builds the tree anew from the leaves among its places. */
static void check_whole_tree(void)
{
    vota_hash leaves[MOST_LEAVES], built[2 * MOST_LEAVES - 1];
    for (size_t i = 0; i < tree.n; i++)
        leaves[i] = tree.places[2 * tree.n - 2 - i];
    assert_int_equal(vota_merkle_build(built, leaves, tree.n), VOTA_OK);
    assert_memory_equal(built, tree.places, tree.len * sizeof built[0]);
}

void formats_tree(char *line, char *info)
{
    tree.n = number_of(next_word(&info));
    assert_in_range(tree.n, 1, MOST_LEAVES);
    const uint64_t place = number_of(next_word(&line));
    if (place == 0)
        tree.len = 0;
    assert_int_equal(place, tree.len);
    assert_true(tree.len < 2 * tree.n - 1);
    tree.places[tree.len++] = hash_of(next_word(&line));
    if (tree.len == 2 * tree.n - 1)
        check_whole_tree();
}

void formats_paths(char *line, char *info)
{
    (void)info;
    assert_int_equal(tree.len, 2 * tree.n - 1);
    const vota_hash leaf = hash_of(next_word(&line));
    vota_hash path[VOTA_MERKLE_MAX_PATH], made[VOTA_MERKLE_MAX_PATH], root;
    size_t len = 0, made_len = 0, index = 0;
    for (const char *word = next_word(&line); *word != '\0'; word = next_word(&line)) {
        assert_true(len < VOTA_MERKLE_MAX_PATH);
        path[len++] = hash_of(word);
    }
    assert_true(vota_merkle_path_length_ok(len, tree.n));
    vota_merkle_root_of(&root, &leaf, path, len);
    assert_hash_equal(&root, &tree.places[0]);
    assert_int_equal(vota_merkle_find(&index, tree.places, tree.n, &leaf), VOTA_OK);
    assert_int_equal(vota_merkle_path(made, &made_len, tree.places, tree.n, index), VOTA_OK);
    assert_int_equal(made_len, len);
    assert_memory_equal(made, path, len * sizeof path[0]);
}
