/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs while the project is built: en.json and ko.json to the C table of
 * bridge/text.h. It refuses what must not reach a reader: a sentence
 * without its twin, and twins whose placeholders differ.
 *
 *     vota_text_embed EN.json KO.json OUT.c
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

/* ISO C promises string literals of 4095 bytes. */
#define TEXT_MAX  4000u
#define NAMES_MAX 512u

static int refuse(const char *key, const char *why)
{
    (void)fprintf(stderr, "text: %s: %s\n", key, why);
    return 1;
}

/* The placeholders of a sentence, each once and sorted, as "{a}{b}"; false when braces do not pair.
 */
struct names {
    char text[NAMES_MAX];
    size_t len;
};

static int names_have(const struct names *names, const char *name, size_t len)
{
    for (size_t i = 0; i + len <= names->len; i++) {
        if (memcmp(names->text + i, name, len) == 0)
            return 1;
    }
    return 0;
}

/* Inserts "{name}" in order, so that two lists are compared as text. */
static int names_add(struct names *names, const char *name, size_t len)
{
    char token[64] = "{";
    if (len == 0 || len + 2 > sizeof token || names->len + len + 2 > sizeof names->text)
        return 0;
    memcpy(token + 1, name, len);
    token[len + 1] = '}';
    if (names_have(names, token, len + 2))
        return 1;
    size_t at = 0;
    while (at < names->len && memcmp(names->text + at, token, len + 2) < 0)
        at += strcspn(names->text + at, "}") + 1;
    memmove(names->text + at + len + 2, names->text + at, names->len - at);
    memcpy(names->text + at, token, len + 2);
    names->len += len + 2;
    return 1;
}

static int names_read(struct names *names, const char *text)
{
    for (const char *open = text + strcspn(text, "{}"); *open != '\0';
         open += strcspn(open, "{}")) {
        const char *close = open + 1 + strcspn(open + 1, "{}");
        if (*open != '{' || *close != '}')
            return 0;
        const size_t len = (size_t)(close - open - 1);
        const char *bar = memchr(open + 1, '|', len);
        if (!names_add(names, open + 1, bar == NULL ? len : (size_t)(bar - open - 1)))
            return 0;
        open = close + 1;
    }
    return 1;
}

static int check(const char *key, const char *en, const char *ko)
{
    struct names a = {{0}, 0};
    struct names b = {{0}, 0};
    if (strlen(en) > TEXT_MAX || strlen(ko) > TEXT_MAX)
        return refuse(key, "longer than 4000 bytes: make it two keys");
    if (en[0] == '\0' || ko[0] == '\0')
        return refuse(key, "empty");
    if (!names_read(&a, en) || !names_read(&b, ko))
        return refuse(key, "braces do not pair");
    if (a.len != b.len || memcmp(a.text, b.text, a.len) != 0)
        return refuse(key, "placeholders of en and ko differ");
    return 0;
}

static void put(FILE *out, const char *text)
{
    (void)fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '\n')
            (void)fputs("\\n", out);
        else if (strchr("\"\\?", *text) != NULL)
            (void)fprintf(out, "\\%c", *text);
        else
            (void)fputc(*text, out);
    }
    (void)fputc('"', out);
}

static int by_key(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Keys of an object in strcmp order; the caller frees the array. */
static const char **sorted_keys(json_t *object)
{
    const char **keys = calloc(json_object_size(object) + 1, sizeof *keys);
    size_t n = 0;
    const char *key;
    json_t *value;
    if (keys == NULL)
        return NULL;
    json_object_foreach(object, key, value) keys[n++] = key;
    qsort(keys, n, sizeof *keys, by_key);
    return keys;
}

static int write_table(FILE *out, json_t *en, json_t *ko)
{
    const char **keys = sorted_keys(en);
    int bad = keys == NULL;
    (void)fputs("/* Made from text/en.json and text/ko.json by text/embed.c. */\n"
                "#include \"bridge/text.h\"\n"
                "extern const struct vota_text_entry vota_text_entries[];\n"
                "extern const size_t vota_text_entries_count;\n"
                "const struct vota_text_entry vota_text_entries[] = {\n",
                out);
    for (size_t i = 0; keys != NULL && keys[i] != NULL; i++) {
        const char *a = json_string_value(json_object_get(en, keys[i]));
        const char *b = json_string_value(json_object_get(ko, keys[i]));
        if (a == NULL || b == NULL) {
            bad |= refuse(keys[i], "no sentence in both languages");
            continue;
        }
        bad |= check(keys[i], a, b);
        (void)fputs("    {", out);
        put(out, keys[i]);
        (void)fputs(",\n     {", out);
        put(out, a);
        (void)fputs(",\n      ", out);
        put(out, b);
        (void)fputs("}},\n", out);
    }
    (void)fputs("};\nconst size_t vota_text_entries_count =\n"
                "    sizeof vota_text_entries / sizeof vota_text_entries[0];\n",
                out);
    free(keys);
    return bad;
}

static json_t *load(const char *path)
{
    json_error_t error;
    json_t *object = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (!json_is_object(object))
        (void)fprintf(stderr, "%s:%d: %s\n", path, error.line, error.text);
    return object;
}

/* Keys of ko that en lacks. */
static int check_twins(json_t *en, json_t *ko)
{
    int bad = 0;
    const char *key;
    json_t *value;
    json_object_foreach(ko, key, value)
    {
        if (json_object_get(en, key) == NULL)
            bad |= refuse(key, "no sentence in both languages");
    }
    return bad;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        (void)fputs("usage: vota_text_embed EN.json KO.json OUT.c\n", stderr);
        return 2;
    }
    json_t *en = load(argv[1]);
    json_t *ko = load(argv[2]);
    FILE *out = NULL;
    int bad = !json_is_object(en) || !json_is_object(ko) || (out = fopen(argv[3], "w")) == NULL;
    if (!bad)
        bad = check_twins(en, ko) | write_table(out, en, ko);
    if (out != NULL && fclose(out) != 0)
        bad = 1;
    if (bad)
        (void)remove(argv[3]);
    json_decref(en);
    json_decref(ko);
    return bad;
}
