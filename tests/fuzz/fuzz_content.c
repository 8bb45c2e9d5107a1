/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Contents against one register of each kind (the first byte chooses): one that
 * counts must be what it is written as.
 */
#include "tests/fuzz/fuzz.h"

#include "proof/content.h"
#include "proof/jcs.h"

/* A definition of each kind, around what differs. */
#define DEFINITION(choices, id, kind, options, revision)                                           \
    "{\"anchor_within\":60,\"choices\":" choices ",\"closes_at\":\"2026-09-22T14:14:00Z\","        \
    "\"counts_until\":\"2026-09-23T14:14:00Z\",\"department\":\"d\",\"disclosure\":\"live\","      \
    "\"eligible\":0,\"format\":\"voteanchor-register-v1\",\"id\":\"" id "\",\"kind\":\"" kind      \
    "\",\"opens_at\":\"2026-09-21T14:14:00Z\",\"options\":" options                                \
    ",\"results_by\":\"2026-09-24T14:14:00Z\",\"revision\":\"" revision "\",\"tag_key_hash\":"     \
    "\"0xf735194a68a92fceb50d9a3ae51b8d7221cc598904b529671a03c0f742754841\","                      \
    "\"text\":{\"en\":\"\",\"ko\":\"\"},\"threshold\":0,\"title\":{\"en\":\"\",\"ko\":\"\"}}"

static const char *const texts[] = {
    DEFINITION("{\"max\":2,\"min\":0}", "v", "vote",
               "[{\"en\":\"A\",\"id\":\"a\",\"ko\":\"a\"},{\"en\":\"B\",\"id\":\"b\",\"ko\":\"b\"},"
               "{\"en\":\"C\",\"id\":\"c\",\"ko\":\"c\"}]",
               "first"),
    DEFINITION("{\"max\":1,\"min\":1}", "e", "endorsement",
               "[{\"en\":\"A\",\"id\":\"a\",\"ko\":\"a\"}]", "last"),
    DEFINITION("{\"max\":0,\"min\":0}", "p", "proposal", "[]", "all"),
    DEFINITION("{\"max\":0,\"min\":0}", "b", "procedure", "[]", "all"),
};

static uint8_t plain[3][VOTA_CONTENT_MAX_BYTES];
static uint8_t written[VOTA_CONTENT_MAX_BYTES];

static struct vota_slice unescaped(struct vota_slice raw, size_t i)
{
    struct vota_wr wr = vota_wr_of(plain[i], sizeof plain[i]);
    vota_jcs_unescape(&wr, raw);
    VOTA_ASSERT(vota_wr_fits(&wr));
    return (struct vota_slice){plain[i], wr.len};
}

static void write_again(struct vota_wr *wr, const struct vota_definition *definition,
                        const struct vota_content *content)
{
    switch (definition->kind) {
    case VOTA_REGISTER_PROPOSAL:
        vota_content_write_proposal(wr, content->cast_at, unescaped(content->title, 0),
                                    unescaped(content->body, 1));
        return;
    case VOTA_REGISTER_PROCEDURE:
        vota_content_write_procedure(wr, content->cast_at, unescaped(content->title, 0),
                                     unescaped(content->step, 1), content->document_sha256);
        return;
    case VOTA_REGISTER_VOTE:
    case VOTA_REGISTER_ENDORSEMENT:
        vota_content_write_choice(wr, definition, content->cast_at, content->chosen);
        return;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct vota_definition definition;
    if (size == 0)
        return 0;
    const char *text = texts[data[0] % 4];
    size_t len = 0;
    while (text[len] != '\0')
        len++;
    VOTA_ASSERT(vota_definition_read(&definition, text, len, NULL) == VOTA_OK);
    struct vota_content content;
    const struct vota_slice slice = {data + 1, size - 1};
    const enum vota_content_verdict verdict = vota_content_check(&content, &definition, slice);
    VOTA_ASSERT(vota_content_verdict_name(verdict) != NULL);
    if (verdict != VOTA_CONTENT_COUNTED)
        return 0;
    struct vota_wr wr = vota_wr_of(written, sizeof written);
    write_again(&wr, &definition, &content);
    VOTA_ASSERT(wr.len == slice.len && vota_bytes_equal(written, slice.at, slice.len));
    return 0;
}
