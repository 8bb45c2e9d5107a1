/* SPDX-License-Identifier: Apache-2.0 */
/* Keys and key files: see probe_rpc.h. */
#include "rpc/keystore.h"
#include "tests/oracle/probe_rpc.h"

/* The signer of the 32-byte key in argument i; NULL after an error. */
static struct vota_signer *signer_of(struct probe *probe, size_t i)
{
    vota_hash key = probe_hash(probe, i);
    struct vota_signer *signer = NULL;
    if (probe->error == NULL && vota_signer_load(&signer, key.bytes, NULL) != VOTA_OK)
        probe_fail(probe, "bad-key");
    return signer;
}

/* address <key> */
static void op_address(struct probe *probe)
{
    struct vota_signer *signer = signer_of(probe, 0);
    if (signer == NULL)
        return;
    const vota_addr addr = vota_signer_address(signer);
    char text[43];
    vota_recover_checksum_text(text, &addr);
    probe_answer_text(probe, text);
    vota_signer_free(signer);
}

/* sign <key> <hash> */
static void op_sign(struct probe *probe)
{
    const vota_hash hash = probe_hash(probe, 1);
    struct vota_signature signature;
    struct vota_signer *signer = signer_of(probe, 0);
    if (signer == NULL)
        return;
    if (vota_signer_sign(signer, &signature, &hash, NULL) == VOTA_OK)
        probe_answer_hex(probe, signature.bytes, sizeof signature.bytes);
    else
        probe_fail(probe, "not-signed");
    vota_signer_free(signer);
}

/* keystore-write <key> <password> <n> <r> <p>: the text of the file, in hex */
static void op_write(struct probe *probe)
{
    const struct vota_slice password = probe_bytes(probe, 1);
    const struct vota_keystore_cost cost = {probe_number(probe, 2), probe_number(probe, 3),
                                            probe_number(probe, 4)};
    uint8_t text[VOTA_KEYSTORE_FILE_MAX];
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    struct vota_signer *signer = signer_of(probe, 0);
    if (signer == NULL)
        return;
    if (vota_keystore_write(&wr, signer, password, &cost, NULL) == VOTA_OK)
        probe_answer_hex(probe, text, wr.len);
    else
        probe_fail(probe, "not-written");
    vota_signer_free(signer);
}

/* keystore-read <text> <password>: the key, or the reason why not */
static void op_read(struct probe *probe)
{
    const struct vota_slice text = probe_bytes(probe, 0);
    const struct vota_slice password = probe_bytes(probe, 1);
    static struct vota_error err;
    struct vota_signer *signer = NULL;
    uint8_t key[VOTA_SIGNER_KEY_BYTES];
    err = (struct vota_error){.status = VOTA_OK};
    if (probe->error != NULL)
        return;
    if (vota_keystore_read(&signer, (const char *)text.at, text.len, password, &err) != VOTA_OK) {
        probe_fail(probe, err.text);
        return;
    }
    vota_signer_export(signer, key);
    probe_answer_hex(probe, key, sizeof key);
    vota_signer_free(signer);
}

const struct probe_op probe_keystore_ops[] = {
    {"address", op_address},    {"sign", op_sign}, {"keystore-write", op_write},
    {"keystore-read", op_read}, {NULL, NULL},
};
