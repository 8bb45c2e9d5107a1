/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What checks the worked examples of docs/FORMATS.md, a block tag a function.
 * Each is handed one line of a block at a time, and the rest of the block's info
 * string; both are cut up in place.
 */
#ifndef VOTA_TESTS_PROOF_FORMATS_H
#define VOTA_TESTS_PROOF_FORMATS_H

#include "tests/test.h"

/* Part 2: formats_tree.c. */
void formats_phrase(char *line, char *info);
void formats_record(char *line, char *info);
void formats_tree(char *line, char *info);
void formats_paths(char *line, char *info);

/* Parts 3, 4 and 10: formats_chain.c. */
void formats_genesis(char *line, char *info);
void formats_entry(char *line, char *info);
void formats_entries(char *line, char *info);
void formats_signatures(char *line, char *info);
void formats_call(char *line, char *info);
void formats_event(char *line, char *info);
void formats_create2(char *line, char *info);
void formats_links(char *line, char *info);

/* Parts 7, 8 and 9: formats_evidence.c. */
void formats_evidence(char *line, char *info);
void formats_evidence_changes(char *line, char *info);
void formats_evidence_codes(char *line, char *info);
void formats_findings(char *line, char *info);
void formats_receipt(char *line, char *info);
void formats_receipt_json(char *line, char *info);
void formats_receipt_qr(char *line, char *info);
void formats_receipts_refused(char *line, char *info);

/* The next word of a line, cut off in place; "" at the end. */
static inline char *next_word(char **line)
{
    char *word = *line + strspn(*line, " ");
    char *end = word + strcspn(word, " ");
    *line = end + (*end != '\0');
    *end = '\0';
    return word;
}

static inline uint64_t number_of(const char *word)
{
    char *end = NULL;
    const unsigned long long number = strtoull(word, &end, 10);
    assert_true(end != word && *end == '\0');
    return number;
}

static inline vota_hash hash_of(const char *word)
{
    vota_hash hash;
    test_hex(hash.bytes, sizeof hash.bytes, word);
    return hash;
}

static inline vota_addr addr_of(const char *word)
{
    vota_addr addr;
    test_hex(addr.bytes, sizeof addr.bytes, word);
    return addr;
}

/* A line "= 0x…" tells what the lines before it come to. */
static inline bool is_sum(char **line)
{
    if (**line != '=')
        return false;
    (void)next_word(line);
    return true;
}

#endif
