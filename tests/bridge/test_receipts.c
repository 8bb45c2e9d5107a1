/* SPDX-License-Identifier: Apache-2.0 */
/* Receipts by several threads: signed by the city's key, the same however often they are made. */
#include "tests/bridge/import_fixture.h"

#include <semaphore.h>

#include "bridge/http/receipts.h"
#include "bridge/publish/receipt_json.h"
#include "bridge/store/store_line.h"

#define RECORDS 40u

struct made {
    struct vota_receipts_job job;
    char id[8];
    enum vota_status status;
    struct vota_receipt_copy copy; /* of the JSON */
    uint8_t cbor[4096];
    size_t cbor_len;
    vota_hash leaf;
    uint64_t accepted_at, anchor_by;
    sem_t *done;
};

static void make_one(struct vota_receipts_job *job, struct vota_receipts_maker *maker)
{
    struct made *made = job->context;
    struct vota_receipts_made got;
    struct vota_receipts_want want = {.record_id = made->id, .form = VOTA_RECEIPT_FULL};
    made->status = vota_receipts_make(&got, maker, &want, NULL);
    if (made->status == VOTA_OK)
        made->status = vota_receipt_json_read(&made->copy, got.bytes.at, got.bytes.len, NULL);
    want.format = VOTA_RECEIPTS_CBOR;
    if (made->status == VOTA_OK)
        made->status = vota_receipts_make(&got, maker, &want, NULL);
    if (made->status == VOTA_OK) {
        made->cbor_len = got.bytes.len < sizeof made->cbor ? got.bytes.len : 0;
        memcpy(made->cbor, got.bytes.at, made->cbor_len);
        made->leaf = got.leaf;
        made->accepted_at = got.accepted_at;
        made->anchor_by = got.anchor_by;
    }
    (void)sem_post(made->done);
}

static struct vota_receipts *start(struct importing *i, const struct vota_signer *signer)
{
    struct vota_receipts *receipts = NULL;
    struct vota_receipts_options options = {
        .store_path = i->f.path, .acceptance = signer, .threads = 3};
    OK(vota_store_line_get(&options.network, i->f.store, i->f.network, NULL));
    OK(vota_receipts_new(&receipts, &options, NULL));
    return receipts;
}

static void add_records(struct importing *i)
{
    static char file[RECORDS * 64 + 64];
    (void)snprintf(file, sizeof file, "%s", HEADER);
    for (unsigned n = 0; n < RECORDS; n++) {
        char row[64];
        const int len = snprintf(row, sizeof row, "r%u,v%u,yes," CAST_AT "\n", n, n);
        append(file, sizeof file, row, (size_t)len);
    }
    OK(import_text(i, file));
    assert_int_equal(i->summary.added, RECORDS);
}

static void assert_signed_by(const struct made *made, const vota_addr *expected)
{
    vota_hash digest;
    vota_addr signer;
    const struct vota_acceptance *acceptance = &made->copy.about.acceptance;
    assert_true(made->copy.about.has_acceptance);
    assert_int_equal(acceptance->accepted_at, NOW);
    assert_int_equal(acceptance->anchor_by, NOW + 3600);
    assert_int_equal(made->accepted_at, NOW);
    assert_int_equal(made->anchor_by, NOW + 3600);
    vota_acceptance_digest(&digest, &made->leaf, acceptance);
    struct vota_signature signature;
    memcpy(signature.bytes, acceptance->signature, sizeof signature.bytes);
    signature.bytes[64] = (uint8_t)(signature.bytes[64] - 27);
    assert_int_equal(vota_recover_address(&signer, &digest, &signature), VOTA_OK);
    assert_true(vota_addr_equal(&signer, expected));
}

static void every_receipt_is_signed_and_always_the_same(void **state)
{
    (void)state;
    static struct made made[3 * RECORDS];
    struct importing *i = importing_open();
    struct vota_signer *signer = NULL;
    sem_t done;
    assert_int_equal(sem_init(&done, 0, 0), 0);
    add_records(i);
    OK(vota_signer_generate(&signer, NULL));
    const vota_addr address = vota_signer_address(signer);
    struct vota_receipts *receipts = start(i, signer);
    vota_signer_free(signer); /* each thread has its own */
    for (unsigned n = 0; n < 3 * RECORDS; n++) {
        made[n].done = &done;
        made[n].job = (struct vota_receipts_job){.run = make_one, .context = &made[n]};
        (void)snprintf(made[n].id, sizeof made[n].id, "r%u", n % RECORDS);
        vota_receipts_submit(receipts, &made[n].job);
    }
    for (unsigned n = 0; n < 3 * RECORDS; n++)
        assert_int_equal(sem_wait(&done), 0);
    vota_receipts_free(receipts);
    for (unsigned n = 0; n < 3 * RECORDS; n++) {
        OK(made[n].status);
        assert_signed_by(&made[n], &address);
        assert_int_equal(made[n].copy.about.anchor_count, 0);
        assert_true(made[n].cbor_len > 0);
        assert_int_equal(made[n].cbor_len, made[n % RECORDS].cbor_len);
        assert_memory_equal(made[n].cbor, made[n % RECORDS].cbor, made[n].cbor_len);
        assert_int_equal(vota_hash_equal(&made[n].leaf, &made[0].leaf), n % RECORDS == 0);
    }
    for (unsigned n = 0; n < 3 * RECORDS; n++)
        vota_receipt_copy_done(&made[n].copy);
    assert_int_equal(sem_destroy(&done), 0);
    importing_close(i);
}

static void what_waits_at_the_end_is_made_and_what_is_not_there_is_said(void **state)
{
    (void)state;
    static struct made made[2];
    struct importing *i = importing_open();
    sem_t done;
    assert_int_equal(sem_init(&done, 0, 0), 0);
    add_records(i);
    struct vota_receipts *receipts = start(i, NULL);
    static const char *const ids[] = {"r1", "none"};
    for (unsigned n = 0; n < 2; n++) {
        made[n].done = &done;
        made[n].job = (struct vota_receipts_job){.run = make_one, .context = &made[n]};
        (void)snprintf(made[n].id, sizeof made[n].id, "%s", ids[n]);
        vota_receipts_submit(receipts, &made[n].job);
    }
    vota_receipts_free(receipts);
    OK(made[0].status);
    assert_false(made[0].copy.about.has_acceptance);
    assert_int_equal(made[1].status, VOTA_NOT_FOUND);
    vota_receipt_copy_done(&made[0].copy);
    assert_int_equal(sem_destroy(&done), 0);
    importing_close(i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_receipt_is_signed_and_always_the_same),
        cmocka_unit_test(what_waits_at_the_end_is_made_and_what_is_not_there_is_said),
    };
    return RUN_TESTS(tests);
}
