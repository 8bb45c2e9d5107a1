/* SPDX-License-Identifier: Apache-2.0 */
/* Hashes that a citizen can make again: salts, contents, phrases, what the city signed, and who. */
#include "keccak/keccak.h"
#include "proof/leaf.h"
#include "view/receipt.h"
#include "web/wasm/call.h"

static void write_hash(struct vota_canon *canon, const void *about)
{
    vota_canon_hash(canon, NULL, about);
}

enum vota_status vota_call_salt(struct vota_call *call)
{
    struct vota_fields fields = vota_fields_of(call->args, "salt", &call->err);
    vota_hash citizen;
    vota_hash city;
    vota_hash salt;
    vota_fields_hex(&fields, &citizen, sizeof citizen, "citizen");
    vota_fields_hex(&fields, &city, sizeof city, "city");
    const enum vota_status status = vota_fields_end(&fields);
    if (status != VOTA_OK)
        return status;
    vota_leaf_salt(&salt, &city, &citizen);
    return vota_call_answer(call, write_hash, &salt);
}

enum vota_status vota_call_content(struct vota_call *call)
{
    struct vota_fields fields = vota_fields_of(call->args, "content", &call->err);
    vota_hash salt;
    vota_hash hash;
    const struct vota_slice content =
        vota_call_text(call, &fields, vota_fields_text(&fields, "content"));
    vota_fields_hex(&fields, &salt, sizeof salt, "salt");
    const enum vota_status status = vota_fields_end(&fields);
    if (status != VOTA_OK)
        return status;
    vota_leaf_content_hash(&hash, &salt, content);
    return vota_call_answer(call, write_hash, &hash);
}

/* Trimmed and composed outside, where the tables for it are. */
enum vota_status vota_call_phrase(struct vota_call *call)
{
    vota_hash hash;
    vota_keccak_hash(hash.bytes, call->bytes.at, call->bytes.len);
    return vota_call_answer(call, write_hash, &hash);
}

enum vota_status vota_call_digest(struct vota_call *call)
{
    struct vota_fields fields = vota_fields_of(call->args, "digest", &call->err);
    struct vota_acceptance acceptance;
    vota_hash leaf;
    vota_hash digest;
    vota_fields_inner(&fields, &acceptance, "acceptance", &vota_view_acceptance);
    vota_fields_hex(&fields, &leaf, sizeof leaf, "leaf");
    const enum vota_status status = vota_fields_end(&fields);
    if (status != VOTA_OK)
        return status;
    vota_acceptance_digest(&digest, &leaf, &acceptance);
    return vota_call_answer(call, write_hash, &digest);
}

struct signer {
    bool known;
    vota_addr address;
};

static void write_signer(struct vota_canon *canon, const void *about)
{
    const struct signer *signer = about;
    vota_canon_object(canon, NULL);
    if (signer->known)
        vota_canon_addr(canon, "signer", &signer->address);
    vota_canon_object_end(canon);
}

enum vota_status vota_call_recover(struct vota_call *call)
{
    struct vota_fields fields = vota_fields_of(call->args, "recover", &call->err);
    uint8_t signature[VOTA_SIGNATURE_BYTES];
    struct signer signer = {.known = false};
    vota_hash digest;
    vota_fields_hex(&fields, &digest, sizeof digest, "digest");
    vota_fields_hex(&fields, signature, sizeof signature, "signature");
    const enum vota_status status = vota_fields_end(&fields);
    if (status != VOTA_OK)
        return status;
    if (vota_acceptance_signature_check(signature, sizeof signature, NULL) == VOTA_OK)
        signer.known = vota_call_signer(NULL, &signer.address, &digest, signature);
    return vota_call_answer(call, write_signer, &signer);
}
