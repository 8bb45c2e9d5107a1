/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of openings: see openings_json.h. */
#include "bridge/publish/openings_json.h"

#include "bridge/publish/canon.h"
#include "proof/hex.h"
#include "proof/jcs.h"

enum { CONTENT, LEAF, SALT, MEMBERS };

static const struct vota_jcs_member members[MEMBERS] = {
    {"content", "content"}, {"leaf", "leaf"}, {"salt", "salt"}};

void vota_openings_json_write(struct vota_wr *wr, const struct vota_opening *opening)
{
    struct vota_canon canon = vota_canon_of(wr);
    vota_canon_object(&canon, NULL);
    vota_canon_text(&canon, "content", opening->content);
    vota_canon_hash(&canon, "leaf", &opening->leaf);
    vota_canon_hash(&canon, "salt", &opening->salt);
    vota_canon_object_end(&canon);
}

static vota_hash read_hash(struct vota_jcs *jcs, size_t member)
{
    vota_hash hash = {{0}};
    vota_jcs_key(jcs, members, MEMBERS, member);
    const struct vota_slice digits = vota_jcs_string(jcs);
    if (vota_jcs_ok(jcs) && vota_hex_read(hash.bytes, sizeof hash.bytes, (const char *)digits.at,
                                          digits.len) != VOTA_OK)
        vota_jcs_refuse(jcs, members[member].where, "bad-hash");
    return hash;
}

enum vota_status vota_openings_json_read(struct vota_opening *ret_opening,
                                         uint8_t ret_content[VOTA_CONTENT_MAX_BYTES],
                                         struct vota_slice line, struct vota_error *err)
{
    struct vota_opening opening;
    struct vota_jcs jcs;
    vota_jcs_init(&jcs, line.at, line.len, "opening", err);
    vota_jcs_object(&jcs);
    vota_jcs_key(&jcs, members, MEMBERS, CONTENT);
    const struct vota_slice raw = vota_jcs_string(&jcs);
    opening.leaf = read_hash(&jcs, LEAF);
    opening.salt = read_hash(&jcs, SALT);
    vota_jcs_object_end(&jcs, members, MEMBERS);
    const enum vota_status status = vota_jcs_end(&jcs);
    if (status != VOTA_OK)
        return status;
    struct vota_wr wr = vota_wr_of(ret_content, VOTA_CONTENT_MAX_BYTES);
    vota_jcs_unescape(&wr, raw);
    if (!vota_wr_fits(&wr))
        return vota_fail(err, VOTA_LIMIT, "content", "too-long");
    opening.content = (struct vota_slice){ret_content, wr.len};
    *ret_opening = opening;
    return VOTA_OK;
}
