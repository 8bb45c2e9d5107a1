/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The examples of docs/FORMATS.md, parts 3, 4 and 10. They rest on each other:
 * calls, events and succession on the journal, deployments and journal on the
 * first genesis, succession on the second.
 */
#include "tests/proof/formats.h"

#include "keccak/keccak.h"
#include "proof/create2.h"

#define MOST_ENTRIES 16u

static struct {
    struct vota_genesis genesis[2]; /* of the journal, of its successor */
    size_t geneses;
    struct vota_entry entries[MOST_ENTRIES];
    vota_hash heads[MOST_ENTRIES];
    size_t n;
} book;

static bool keep_number(struct vota_genesis *genesis, const char *name, const char *word)
{
    uint64_t *to = strcmp(name, "chain-id") == 0        ? &genesis->chain_id
                   : strcmp(name, "pred-chain-id") == 0 ? &genesis->pred_chain_id
                   : strcmp(name, "pred-length") == 0   ? &genesis->pred_length
                                                        : NULL;
    if (to != NULL)
        *to = number_of(word);
    return to != NULL;
}

static bool keep_addr(struct vota_genesis *genesis, const char *name, const char *word)
{
    vota_addr *to = strcmp(name, "contract") == 0         ? &genesis->contract
                    : strcmp(name, "owner") == 0          ? &genesis->owner
                    : strcmp(name, "anchorer") == 0       ? &genesis->anchorer
                    : strcmp(name, "acceptance-key") == 0 ? &genesis->acceptance_key
                    : strcmp(name, "pred-contract") == 0  ? &genesis->pred_contract
                                                          : NULL;
    if (to != NULL)
        *to = addr_of(word);
    return to != NULL;
}

void formats_genesis(char *line, char *info)
{
    (void)info;
    const char *name = next_word(&line);
    if (strcmp(name, "chain-id") == 0)
        book.geneses++;
    assert_in_range(book.geneses, 1, 2);
    struct vota_genesis *genesis = &book.genesis[book.geneses - 1];
    if (keep_number(genesis, name, line) || keep_addr(genesis, name, line))
        return;
    const vota_hash told = hash_of(line);
    if (strcmp(name, "pred-head") == 0) {
        genesis->pred_head = told;
        return;
    }
    assert_string_equal(name, "head");
    vota_hash head;
    vota_journal_genesis(&head, genesis);
    assert_hash_equal(&head, &told);
}

void formats_entry(char *line, char *info)
{
    static uint8_t bytes[VOTA_ENTRY_BYTES];
    static size_t len;
    (void)info;
    if (!is_sum(&line)) {
        assert_true(len < sizeof bytes);
        test_hex(bytes + len, 32, next_word(&line));
        len += 32;
        return;
    }
    struct vota_entry entry;
    assert_int_equal(vota_entry_decode(&entry, bytes, len, NULL), VOTA_OK);
    vota_hash hash;
    vota_entry_hash(&hash, &entry);
    const vota_hash told = hash_of(line);
    assert_hash_equal(&hash, &told);
    len = 0;
}

static vota_hash counts_hash(const char *text)
{
    uint64_t counts[32];
    json_t *array = json_loads(text, 0, NULL);
    const size_t n = json_array_size(array);
    assert_in_range(n, 1, 32);
    for (size_t i = 0; i < n; i++)
        counts[i] = (uint64_t)json_integer_value(json_array_get(array, i));
    json_decref(array);
    vota_hash hash;
    vota_journal_counts_hash(&hash, counts, n);
    return hash;
}

static vota_hash text_hash(const char *text)
{
    vota_hash hash;
    vota_keccak_hash(hash.bytes, text, strlen(text));
    return hash;
}

static vota_hash number_word(char **line)
{
    return vota_word_of_u64(number_of(next_word(line)));
}

static vota_hash addr_word(char **line)
{
    const vota_addr addr = addr_of(next_word(line));
    return vota_word_of_addr(&addr);
}

/* Kind and words of an entry from "kind a b c", where c may be told before it is hashed. */
static void read_words(struct vota_entry *entry, char *line)
{
    static const char *const kinds[] = {"",    "register",  "batch",    "result",
                                        "key", "disavowed", "succeeded"};
    const char *kind = next_word(&line);
    entry->kind = VOTA_ENTRY_REGISTER;
    while (strcmp(kind, kinds[entry->kind]) != 0) {
        entry->kind++;
        assert_true(entry->kind < sizeof kinds / sizeof kinds[0]);
    }
    const bool a_is_hash = entry->kind <= VOTA_ENTRY_RESULT;
    const bool b_is_addr = entry->kind == VOTA_ENTRY_KEY || entry->kind == VOTA_ENTRY_SUCCEEDED;
    entry->a = a_is_hash ? hash_of(next_word(&line)) : number_word(&line);
    if (entry->kind != VOTA_ENTRY_REGISTER)
        entry->b = b_is_addr ? addr_word(&line) : number_word(&line);
    if (entry->kind == VOTA_ENTRY_RESULT)
        entry->c = counts_hash(line);
    else if (entry->kind == VOTA_ENTRY_KEY)
        entry->c = number_word(&line);
    else if (entry->kind == VOTA_ENTRY_DISAVOWED)
        entry->c = text_hash(line);
    assert_int_equal(vota_entry_check(entry, NULL), VOTA_OK);
}

void formats_entries(char *line, char *info)
{
    (void)info;
    if (is_sum(&line)) {
        const struct vota_journal journal = {book.genesis[0], book.entries, book.n};
        const vota_hash told = hash_of(line);
        vota_hash *head = &book.heads[book.n - 1];
        vota_journal_head(head, &journal, book.n);
        assert_hash_equal(head, &told);
        return;
    }
    assert_true(book.n < MOST_ENTRIES);
    struct vota_entry *entry = &book.entries[book.n++];
    entry->number = number_of(next_word(&line));
    entry->block = number_of(next_word(&line));
    entry->time = number_of(next_word(&line));
    read_words(entry, line);
    assert_int_equal(entry->number, book.n);
}

/* "0x… signature": the first bytes of the signature's hash, or all. */
void formats_signatures(char *line, char *info)
{
    (void)info;
    size_t len = 0;
    uint8_t *told = test_hex_any(&len, next_word(&line));
    const vota_hash hash = text_hash(next_word(&line));
    assert_true(len == 4 || len == sizeof hash);
    assert_memory_equal(told, hash.bytes, len);
    free(told);
}

/* A signature, then one word of `expected` a line. */
static void check_words(char *line, const vota_hash *expected, size_t n, size_t *at)
{
    if (strchr(line, '(') != NULL) {
        formats_signatures(line, NULL);
        *at = 0;
        return;
    }
    assert_true(*at < n);
    const vota_hash told = hash_of(next_word(&line));
    assert_hash_equal(&told, &expected[*at]);
    (*at)++;
}

void formats_call(char *line, char *info)
{
    static size_t at;
    (void)info;
    const vota_hash words[] = {book.heads[0], book.entries[1].a, book.entries[1].b};
    check_words(line, words, sizeof words / sizeof words[0], &at);
}

void formats_event(char *line, char *info)
{
    static size_t at;
    (void)info;
    const vota_hash words[] = {vota_word_of_u64(2), book.entries[1].a, book.entries[1].b,
                               book.heads[1]};
    check_words(line, words, sizeof words / sizeof words[0], &at);
}

static void check_deployer(const vota_addr *told, const vota_addr *sender, const uint64_t *nonce)
{
    if (nonce == NULL) {
        assert_true(vota_addr_equal(told, &vota_create2_proxy));
        return;
    }
    vota_addr made;
    vota_create2_sender_address(&made, sender, *nonce);
    assert_true(vota_addr_equal(told, &made));
}

static vota_hash init_code_hash(const char *creation_code)
{
    size_t len = 0;
    uint8_t *code = test_hex_any(&len, creation_code);
    vota_hash hash;
    vota_create2_init_code_hash(&hash, (struct vota_slice){code, len}, &book.genesis[0]);
    free(code);
    return hash;
}

void formats_create2(char *line, char *info)
{
    static vota_addr sender, deployer;
    static uint64_t nonce;
    static bool has_nonce;
    static vota_hash salt, code_hash;
    (void)info;
    const char *name = next_word(&line);
    if (strcmp(name, "sender") == 0) {
        sender = addr_of(line);
    } else if (strcmp(name, "nonce") == 0) {
        nonce = number_of(line);
        has_nonce = true;
    } else if (strcmp(name, "deployer") == 0) {
        deployer = addr_of(line);
        check_deployer(&deployer, &sender, has_nonce ? &nonce : NULL);
    } else if (strcmp(name, "salt") == 0) {
        salt = hash_of(line);
    } else if (strcmp(name, "creation-code") == 0) {
        code_hash = init_code_hash(line);
    } else if (strcmp(name, "init-code-hash") == 0) {
        const vota_hash told = hash_of(line);
        assert_hash_equal(&told, &code_hash);
    } else {
        assert_string_equal(name, "address");
        const vota_addr told = addr_of(line);
        vota_addr made;
        vota_create2_address(&made, &deployer, &salt, &code_hash);
        assert_true(vota_addr_equal(&told, &made));
        assert_true(has_nonce || vota_addr_equal(&told, &book.genesis[0].contract));
    }
}

/* "link entry": what follows the entries that the successor carries on, and the link it makes. */
void formats_links(char *line, char *info)
{
    static const char *const names[] = {"none", "claimed", "confirmed", "forked"};
    (void)info;
    const char *name = next_word(&line);
    struct vota_entry entries[MOST_ENTRIES];
    memcpy(entries, book.entries, sizeof entries);
    assert_int_equal(book.geneses, 2);
    struct vota_journal old = {book.genesis[0], entries, (size_t)book.genesis[1].pred_length};
    assert_in_range(old.n, 1, book.n - 1);
    if (*line != '\0') {
        entries[old.n] = (struct vota_entry){.number = old.n + 1};
        read_words(&entries[old.n++], line);
    }
    assert_string_equal(names[vota_journal_link(&old, &book.genesis[1])], name);
}
