/* SPDX-License-Identifier: Apache-2.0 */
/* The loop of a probe and the reading of its arguments: see probe.h. */
#include "tests/oracle/probe.h"

#include <stdlib.h>
#include <string.h>

#include "proof/hex.h"

/* Blocks of one question, freed together. */
struct block {
    _Alignas(max_align_t) struct block *next;
};
static struct block *blocks;

static void die(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

void *probe_alloc(size_t count, size_t size)
{
    size_t len;
    if (!vota_mul(&len, count, size) || !vota_add(&len, len, sizeof(struct block)))
        die("probe_alloc");
    struct block *block = calloc(1, len);
    if (block == NULL)
        die("calloc");
    block->next = blocks;
    blocks = block;
    return block + 1;
}

static void free_all(void)
{
    while (blocks != NULL) {
        struct block *next = blocks->next;
        free(blocks);
        blocks = next;
    }
}

void probe_fail(struct probe *probe, const char *reason)
{
    if (probe->error == NULL)
        probe->error = reason;
}

static struct vota_slice argument(struct probe *probe, size_t i, size_t least, size_t most)
{
    if (i >= probe->n) {
        probe_fail(probe, "missing-argument");
        return (struct vota_slice){NULL, 0};
    }
    const struct vota_slice slice = probe->args[i];
    if (slice.len < least || slice.len > most) {
        probe_fail(probe, "argument-size");
        return (struct vota_slice){NULL, 0};
    }
    return slice;
}

struct vota_slice probe_bytes(struct probe *probe, size_t i)
{
    return argument(probe, i, 0, SIZE_MAX);
}

uint64_t probe_number(struct probe *probe, size_t i)
{
    const struct vota_slice slice = argument(probe, i, 1, 8);
    return vota_load_be(slice.at, slice.len);
}

vota_hash probe_hash(struct probe *probe, size_t i)
{
    vota_hash hash = {{0}};
    const struct vota_slice slice = argument(probe, i, sizeof hash.bytes, sizeof hash.bytes);
    vota_bytes_copy(hash.bytes, slice.at, slice.len);
    return hash;
}

vota_addr probe_addr(struct probe *probe, size_t i)
{
    vota_addr addr = {{0}};
    const struct vota_slice slice = argument(probe, i, sizeof addr.bytes, sizeof addr.bytes);
    vota_bytes_copy(addr.bytes, slice.at, slice.len);
    return addr;
}

void probe_answer_text(struct probe *probe, const char *text)
{
    const char *separator = ftell(probe->out) > 0 ? " " : "";
    if (fprintf(probe->out, "%s%s", separator, text) < 0)
        die("answer");
}

void probe_answer_hex(struct probe *probe, const void *bytes, size_t len)
{
    char *text = probe_alloc(2 * len + 3, 1);
    struct vota_wr wr = vota_wr_of(text, 2 * len + 2);
    vota_hex_write(&wr, bytes, len);
    probe_answer_text(probe, text);
}

void probe_answer_hash(struct probe *probe, const vota_hash *hash)
{
    probe_answer_hex(probe, hash->bytes, sizeof hash->bytes);
}

void probe_answer_number(struct probe *probe, uint64_t number)
{
    char text[24];
    if (snprintf(text, sizeof text, "%llu", (unsigned long long)number) < 0)
        die("answer");
    probe_answer_text(probe, text);
}

static const struct probe_op *find(const struct probe_op *const *tables, const char *name)
{
    for (; *tables != NULL; tables++) {
        for (const struct probe_op *op = *tables; op->name != NULL; op++) {
            if (strcmp(op->name, name) == 0)
                return op;
        }
    }
    return NULL;
}

/* Reads one word of the line as an argument. */
static void add_argument(struct probe *probe, const char *word)
{
    const size_t chars = strlen(word);
    if (probe->n == PROBE_MOST_ARGS || chars < 2) {
        probe_fail(probe, "bad-argument");
        return;
    }
    const size_t len = (chars - 2) / 2;
    uint8_t *bytes = probe_alloc(len, 1);
    if (vota_hex_read(bytes, len, word, chars) != VOTA_OK) {
        probe_fail(probe, "bad-argument");
        return;
    }
    probe->args[probe->n++] = (struct vota_slice){bytes, len};
}

static void answer(const struct probe_op *const *tables, char *line)
{
    char *text = NULL;
    size_t len = 0;
    struct probe probe = {.out = open_memstream(&text, &len)};
    if (probe.out == NULL)
        die("open_memstream");
    char *rest = NULL;
    const char *name = strtok_r(line, " \n", &rest);
    for (const char *word; (word = strtok_r(NULL, " \n", &rest)) != NULL;)
        add_argument(&probe, word);
    const struct probe_op *op = find(tables, name == NULL ? "" : name);
    if (op == NULL)
        probe_fail(&probe, "unknown-op");
    if (probe.error == NULL)
        op->run(&probe);
    if (fclose(probe.out) != 0)
        die("answer");
    if (probe.error == NULL)
        puts(text);
    else
        printf("error %s\n", probe.error);
    free(text);
    free_all();
}

int probe_main(const struct probe_op *const *tables)
{
    char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, stdin) >= 0) {
        answer(tables, line);
        if (fflush(stdout) != 0)
            die("stdout");
    }
    free(line);
    return EXIT_SUCCESS;
}
