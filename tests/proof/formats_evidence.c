/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The examples of docs/FORMATS.md, parts 7, 8 and 9. Changes of evidence rest on
 * the evidence before them, views and QR texts on the receipt before them.
 */
#include "tests/proof/formats.h"

#include <stdio.h>

#include "proof/base45.h"
#include "tests/proof/receipt_from_json.h"

/* The evidence of part 7, with what it is held to and what it shows. */
struct example {
    struct vota_evidence evidence;
    struct vota_evidence_trust trust;
    struct vota_claim claim;
    vota_hash head;
    vota_hash path[VOTA_TRIE_MAX_NODES];
    vota_hash later[VOTA_TRIE_MAX_NODES];
};

static struct example book;
static struct test_pool pool; /* what the examples borrow, until the process ends */
static uint8_t receipt[8192];
static size_t receipt_len;

static struct vota_slice slice_of(const char *word)
{
    size_t len;
    uint8_t *bytes = test_pool_keep(&pool, test_hex_any(&len, word));
    return (struct vota_slice){bytes, len};
}

static bool keep_node(struct example *example, const char *name, const char *word)
{
    struct vota_evidence *evidence = &example->evidence;
    if (strcmp(name, "header") == 0)
        evidence->header = slice_of(word);
    else if (strcmp(name, "account") == 0)
        evidence->account[evidence->account_count++] = slice_of(word);
    else if (strcmp(name, "storage") == 0)
        evidence->storage[evidence->storage_count++] = slice_of(word);
    else
        return false;
    return true;
}

static bool keep_claim(struct example *example, const char *name, char *line)
{
    struct vota_claim *claim = &example->claim;
    if (strcmp(name, "leaf") == 0)
        claim->leaf = hash_of(line);
    else if (strcmp(name, "parent") == 0)
        claim->parent = hash_of(line);
    else if (strcmp(name, "path") == 0)
        example->path[claim->path_len++] = hash_of(line);
    else if (strcmp(name, "later") == 0)
        example->later[claim->later_count++] = hash_of(line);
    else if (strcmp(name, "entry") == 0) {
        claim->entry.number = number_of(next_word(&line));
        claim->entry.block = number_of(next_word(&line));
        claim->entry.time = number_of(next_word(&line));
        claim->entry.root = hash_of(next_word(&line));
        claim->entry.count = number_of(line);
    } else
        return false;
    return true;
}

/* One line of an example goes where its name says. */
static void keep(struct example *example, const char *name, char *line)
{
    if (keep_node(example, name, line) || keep_claim(example, name, line))
        return;
    if (strcmp(name, "contract") == 0)
        example->trust.contract = addr_of(line);
    else if (strcmp(name, "code-hash") == 0)
        example->trust.code_hash = hash_of(line);
    else if (strcmp(name, "block-hash") == 0)
        example->trust.block_hash = hash_of(line);
    else {
        assert_string_equal(name, "head");
        example->head = hash_of(line);
    }
}

void formats_evidence(char *line, char *info)
{
    (void)info;
    const char *name = next_word(&line);
    keep(&book, name, line);
}

/* "code name value": what the example comes to with that line in place of its own. */
void formats_evidence_changes(char *line, char *info)
{
    static struct example changed;
    (void)info;
    struct vota_evidence_detail detail;
    const char *code = next_word(&line);
    const char *name = next_word(&line);
    changed = book;
    changed.claim.path = changed.path;
    changed.claim.later = changed.later;
    if (*name != '\0')
        keep(&changed, name, line);
    assert_string_equal(vota_evidence_name(vota_evidence_check(&detail, &changed.evidence,
                                                               &changed.trust, &changed.claim)),
                        code);
    if (*name == '\0')
        assert_hash_equal(&detail.head, &book.head);
}

/* Every code, in order, with its verdict. */
void formats_evidence_codes(char *line, char *info)
{
    static int next;
    static const char *const verdicts[] = {"could not check", "valid", "not valid"};
    (void)info;
    const char *name = next_word(&line);
    assert_in_range(next, 0, VOTA_EVIDENCE_CODES - 1);
    const enum vota_evidence_code code = (enum vota_evidence_code)next;
    assert_string_equal(name, vota_evidence_name(code));
    assert_string_equal(line, verdicts[vota_evidence_verdict(code)]);
    next++;
}

/* "vnc name what": every finding, in order; each state that occurs has its sentence. */
void formats_findings(char *line, char *info)
{
    static int next;
    static const enum vota_verdict states[] = {VOTA_VALID, VOTA_NOT_VALID, VOTA_NOT_CHECKED};
    (void)info;
    const char *flags = next_word(&line);
    const char *name = next_word(&line);
    json_t *texts = json_load_file(VOTA_SOURCE_DIR "/text/en.json", 0, NULL);
    assert_non_null(texts);
    assert_string_equal(name, vota_finding_name((enum vota_finding_code)next++));
    assert_true(strlen(line) > 0);
    for (size_t i = 0; i < 3; i++) {
        char key[96];
        (void)snprintf(key, sizeof key, "finding.%s.%s", name, vota_verdict_name(states[i]));
        assert_int_equal(flags[i] != '-', json_object_get(texts, key) != NULL);
        assert_true(flags[i] == '-' || flags[i] == "vnc"[i]);
    }
    json_decref(texts);
}

/* CBOR that is the one encoding of what it says; those after it rest on it. */
void formats_receipt(char *line, char *info)
{
    static struct vota_receipt read;
    static uint8_t written[sizeof receipt];
    (void)info;
    const struct vota_slice bytes = slice_of(line);
    assert_in_range(bytes.len, 1, sizeof receipt);
    memcpy(receipt, bytes.at, bytes.len);
    receipt_len = bytes.len;
    struct vota_wr wr = vota_wr_of(written, sizeof written);
    assert_int_equal(vota_receipt_decode(&read, receipt, receipt_len, NULL), VOTA_OK);
    assert_int_equal(vota_receipt_encode(&wr, &read, NULL), VOTA_OK);
    assert_int_equal(wr.len, receipt_len);
    assert_memory_equal(written, receipt, receipt_len);
}

void formats_receipt_json(char *line, char *info)
{
    static struct vota_receipt view;
    static uint8_t written[sizeof receipt];
    (void)info;
    json_t *json = json_loads(line, 0, NULL);
    assert_non_null(json);
    char *canonical = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
    assert_string_equal(canonical, line); /* as ASCII, JCS */
    free(canonical);
    test_receipt(&view, &pool, json);
    struct vota_wr wr = vota_wr_of(written, sizeof written);
    assert_int_equal(vota_receipt_encode(&wr, &view, NULL), VOTA_OK);
    assert_int_equal(wr.len, receipt_len);
    assert_memory_equal(written, receipt, receipt_len);
    json_decref(json);
}

void formats_receipt_qr(char *line, char *info)
{
    uint8_t text[4096];
    (void)info;
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    vota_base45_write_qr(&wr, receipt, receipt_len);
    assert_int_equal(wr.len, strlen(line));
    assert_memory_equal(text, line, wr.len);
}

/* "reason bytes" */
void formats_receipts_refused(char *line, char *info)
{
    static struct vota_receipt read;
    (void)info;
    const char *reason = next_word(&line);
    const struct vota_slice bytes = slice_of(line);
    struct vota_error err = {0};
    assert_int_equal(vota_receipt_decode(&read, bytes.at, bytes.len, &err), VOTA_BAD_INPUT);
    assert_string_equal(err.text, reason);
}
