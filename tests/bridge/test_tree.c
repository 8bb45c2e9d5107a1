/* SPDX-License-Identifier: Apache-2.0 */
/* Trees of which the upper levels are kept give the paths of whole trees. */
#include <pthread.h>

#include "bridge/engine/tree.h"
#include "bridge/store/store_list.h"
#include "keccak/keccak.h"
#include "tests/bridge/store_fixture.h"

#define LEAVES_MOST 3000u

/* A batch of n leaves, and its whole tree. */
struct forest {
    struct fixture f;
    struct vota_merkle_item items[LEAVES_MOST], scratch[LEAVES_MOST];
    vota_hash tree[2 * LEAVES_MOST];
    struct vota_store_batch batch;
    size_t n;
};

static void add_leaves(struct forest *forest, size_t n)
{
    struct fixture *f = &forest->f;
    for (size_t i = 0; i < n; i++) {
        char id[64];
        (void)snprintf(id, sizeof id, "r%zu-%zu", n, i);
        struct vota_store_record record = {.reg = f->all,
                                           .record_id = slice_of(id),
                                           .row = {.tag = hash_of(i)},
                                           .accepted_at = 100,
                                           .anchor_by = 400,
                                           .content = slice_of("{}")};
        vota_keccak_hash(record.leaf.bytes, id, strlen(id));
        int64_t row = 0;
        OK(vota_store_record_add(&row, f->store, f->network, &record, NULL));
    }
}

/* Ends what was made before; root_differs: the batch claims another root. */
static void grow(struct forest *forest, size_t n, bool root_differs)
{
    struct fixture *f = &forest->f;
    struct vota_store_seal seal = {.network = f->network, .sealed_at = 500, .items = forest->items};
    begin(f);
    add_leaves(forest, n);
    OK(vota_store_batch_collect(forest->items, &forest->n, LEAVES_MOST, f->store, f->network,
                                NULL));
    assert_int_equal(forest->n, n);
    vota_merkle_sort(forest->items, forest->scratch, n);
    OK(vota_merkle_build_items(forest->tree, forest->items, n));
    seal.root = root_differs ? hash_of(1) : forest->tree[0];
    seal.n = n;
    OK(vota_store_batch_seal(&forest->batch, f->store, &seal, NULL));
    commit(f);
}

static struct forest *forest_new(void)
{
    struct forest *forest = calloc(1, sizeof *forest);
    assert_non_null(forest);
    fixture_open(&forest->f);
    return forest;
}

static void forest_free(struct forest *forest)
{
    fixture_close(&forest->f);
    free(forest);
}

static void assert_same_path(const struct forest *forest, const struct vota_tree *tree, size_t leaf)
{
    vota_hash path[VOTA_MERKLE_MAX_PATH];
    vota_hash expected[VOTA_MERKLE_MAX_PATH];
    size_t len = 0;
    size_t expected_len = 0;
    OK(vota_merkle_path(expected, &expected_len, forest->tree, forest->n, leaf));
    OK(vota_tree_path(path, &len, tree, forest->f.store, leaf, NULL));
    assert_int_equal(len, expected_len);
    assert_memory_equal(path, expected, len * sizeof path[0]);
}

static void every_path_is_that_of_the_whole_tree(void **state)
{
    (void)state;
    static const size_t sizes[] = {1,  2,  3,  31,  32,  33,  63,  64,  65,
                                   66, 95, 96, 127, 128, 129, 255, 257, 1000};
    struct forest *forest = forest_new();
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct vota_tree *tree = NULL;
        grow(forest, sizes[i], false);
        OK(vota_tree_read(&tree, forest->f.store, &forest->batch, NULL));
        for (size_t leaf = 0; leaf < sizes[i]; leaf++)
            assert_same_path(forest, tree, leaf);
        vota_hash path[VOTA_MERKLE_MAX_PATH];
        size_t len = 77;
        FAILS(vota_tree_path(path, &len, tree, forest->f.store, sizes[i], &err), VOTA_INTERNAL,
              "corrupt");
        assert_int_equal(len, 77);
        tree->kept.free(&tree->kept);
    }
    forest_free(forest);
}

static void a_large_batch_costs_little_memory(void **state)
{
    (void)state;
    struct forest *forest = forest_new();
    struct vota_tree *tree = NULL;
    grow(forest, LEAVES_MOST, false);
    OK(vota_tree_read(&tree, forest->f.store, &forest->batch, NULL));
    assert_true(tree->kept.bytes < (size_t)4 * LEAVES_MOST);
    for (size_t leaf = 0; leaf < LEAVES_MOST; leaf += 7)
        assert_same_path(forest, tree, leaf);
    tree->kept.free(&tree->kept);
    forest_free(forest);
}

static void a_root_that_the_leaves_do_not_lead_to_is_refused(void **state)
{
    (void)state;
    struct forest *forest = forest_new();
    struct vota_tree *tree = NULL;
    grow(forest, 100, true);
    FAILS(vota_tree_read(&tree, forest->f.store, &forest->batch, &err), VOTA_INTERNAL,
          "root-differs");
    assert_null(tree);
    struct vota_keep *keep = vota_keep_new(1000);
    FAILS(vota_tree_hold(&tree, keep, forest->f.store, forest->batch.id, &err), VOTA_INTERNAL,
          "root-differs");
    FAILS(vota_tree_hold(&tree, keep, forest->f.store, 99, &err), VOTA_NOT_FOUND, "not-found");
    assert_int_equal(vota_keep_bytes(keep), 0);
    vota_keep_free(keep);
    forest_free(forest);
}

static void a_leaf_is_found_by_its_hash_and_by_its_start(void **state)
{
    (void)state;
    struct forest *forest = forest_new();
    struct vota_store *store = forest->f.store;
    struct vota_store_leaf found;
    vota_hash leaf = {{0}};
    grow(forest, 50, false);
    for (size_t i = 0; i < forest->n; i++) {
        leaf = forest->items[i].leaf;
        OK(vota_store_list_leaf(&found, store, &leaf, NULL));
        assert_int_equal(found.batch, forest->batch.id);
        assert_int_equal(found.position, i);
        assert_int_equal(found.record, forest->items[i].tag);
        OK(vota_store_list_leaf_start(&found, store, leaf.bytes, NULL));
        assert_int_equal(found.position, i);
    }
    leaf.bytes[31] ^= 1; /* the same start */
    FAILS(vota_store_list_leaf(&found, store, &leaf, &err), VOTA_NOT_FOUND, "not-found");
    leaf.bytes[0] ^= 1;
    FAILS(vota_store_list_leaf_start(&found, store, leaf.bytes, &err), VOTA_NOT_FOUND, "not-found");
    vota_hash leaves[4];
    OK(vota_store_list_leaves(leaves, store, forest->batch.id, 46, 4, NULL));
    assert_hash_equal(&leaves[3], &forest->items[49].leaf);
    FAILS(vota_store_list_leaves(leaves, store, forest->batch.id, 47, 4, &err), VOTA_INTERNAL,
          "corrupt");
    forest_free(forest);
}

/* ---- what is kept ---- */

struct thing {
    struct vota_kept kept;
    unsigned *gone;
};

static void free_thing(struct vota_kept *kept)
{
    struct thing *thing = (struct thing *)kept;
    (*thing->gone)++;
    free(thing);
}

static struct vota_kept *make_thing(int64_t a, size_t bytes, unsigned *gone)
{
    struct thing *thing = calloc(1, sizeof *thing);
    assert_non_null(thing);
    *thing = (struct thing){
        .kept = {.key = {VOTA_KEEP_TREE, a, 0}, .bytes = bytes, .free = free_thing}, .gone = gone};
    return &thing->kept;
}

static bool is_kept(struct vota_keep *keep, int64_t a)
{
    struct vota_kept *kept = vota_keep_take(keep, (struct vota_keep_key){VOTA_KEEP_TREE, a, 0});
    vota_keep_release(keep, kept);
    return kept != NULL;
}

static void what_was_used_longest_ago_goes_first(void **state)
{
    (void)state;
    unsigned gone = 0;
    struct vota_keep *keep = vota_keep_new(100);
    for (int64_t a = 1; a <= 3; a++)
        vota_keep_release(keep, vota_keep_add(keep, make_thing(a, 30, &gone)));
    assert_true(is_kept(keep, 1)); /* used again: 2 is the oldest now */
    vota_keep_release(keep, vota_keep_add(keep, make_thing(4, 30, &gone)));
    assert_int_equal(gone, 1);
    assert_int_equal(vota_keep_bytes(keep), 90);
    assert_false(is_kept(keep, 2));
    assert_true(is_kept(keep, 1) && is_kept(keep, 3) && is_kept(keep, 4));
    assert_null(vota_keep_take(keep, (struct vota_keep_key){VOTA_KEEP_ANCHOR, 1, 0}));
    vota_keep_free(keep);
    assert_int_equal(gone, 4);
}

static void what_is_held_stays_and_what_is_there_twice_is_made_once(void **state)
{
    (void)state;
    unsigned gone = 0;
    struct vota_keep *keep = vota_keep_new(50);
    struct vota_kept *held = vota_keep_add(keep, make_thing(1, 40, &gone));
    assert_ptr_equal(vota_keep_add(keep, make_thing(1, 40, &gone)), held);
    assert_int_equal(gone, 1); /* the second one */
    vota_keep_release(keep, held);
    struct vota_kept *other = vota_keep_add(keep, make_thing(2, 60, &gone));
    assert_int_equal(gone, 1); /* 1 is held still, 2 is the newest */
    assert_int_equal(vota_keep_bytes(keep), 100);
    vota_keep_release(keep, held);
    assert_int_equal(gone, 2);
    assert_int_equal(vota_keep_bytes(keep), 60);
    vota_keep_release(keep, other);
    assert_true(is_kept(keep, 2)); /* larger than all that is allowed, but alone */
    vota_keep_free(keep);
}

#define THREADS 4u

/* Takes and makes things of a few keys, more than may be kept. */
static void *use_keep(void *context)
{
    struct vota_keep *keep = context;
    static unsigned gone; /* counted with the keep's mutex held */
    for (unsigned i = 0; i < 20000; i++) {
        const int64_t a = (int64_t)(i * 7919u % 13u);
        struct vota_kept *kept = vota_keep_take(keep, (struct vota_keep_key){VOTA_KEEP_TREE, a, 0});
        if (kept == NULL) {
            vota_keep_begin(keep);
            kept = vota_keep_add(keep, make_thing(a, 30, &gone));
            vota_keep_end(keep);
        }
        assert_int_equal(kept->key.a, a);
        vota_keep_release(keep, kept);
    }
    return NULL;
}

static void several_threads_share_what_is_kept(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    struct vota_keep *keep = vota_keep_new(100);
    for (unsigned i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, use_keep, keep), 0);
    for (unsigned i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_true(vota_keep_bytes(keep) <= 100);
    vota_keep_free(keep);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_path_is_that_of_the_whole_tree),
        cmocka_unit_test(a_large_batch_costs_little_memory),
        cmocka_unit_test(a_root_that_the_leaves_do_not_lead_to_is_refused),
        cmocka_unit_test(a_leaf_is_found_by_its_hash_and_by_its_start),
        cmocka_unit_test(what_was_used_longest_ago_goes_first),
        cmocka_unit_test(what_is_held_stays_and_what_is_there_twice_is_made_once),
        cmocka_unit_test(several_threads_share_what_is_kept),
    };
    return RUN_TESTS(tests);
}
