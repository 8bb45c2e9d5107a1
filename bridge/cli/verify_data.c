/* SPDX-License-Identifier: Apache-2.0 */
/* Publications that are held against each other: see verify_data.h. */
#include "bridge/cli/verify_data.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

/* Neighbouring directories looked into. */
#define NEIGHBOURS 64u

static void data_free(struct vota_verify_data *data)
{
    vota_lines_done(&data->lines);
    vota_reader_close(&data->reader);
    free(data);
}

void vota_verify_data_done(struct vota_verify_publications *publications)
{
    for (size_t i = 0; i < publications->n; i++)
        data_free(publications->items[i]);
    *publications = (struct vota_verify_publications){.n = 0};
}

static enum vota_status data_open(struct vota_verify_data **ret_data, const char *dir,
                                  struct vota_error *ret_problem, struct vota_error *err)
{
    uint64_t line = 0;
    vota_hash head;
    size_t place = 0;
    struct vota_verify_data *data = calloc(1, sizeof *data);
    if (data == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, "data", "no-memory");
    data->reader.fd = -1;
    vota_lines_init(&data->lines);
    const enum vota_status status = vota_reader_open(&data->reader, dir, err);
    if (status != VOTA_OK) {
        data_free(data);
        return status;
    }
    *ret_problem = (struct vota_error){0};
    data->has_journal = vota_reader_journal(&data->reader, &data->deployment, &data->lines, &line,
                                            ret_problem) == VOTA_OK;
    if (data->has_journal)
        (void)vota_lines_fold(&data->lines, &head, &place, &data->deployment.genesis);
    vota_lines_cut(&data->lines, place);
    *ret_data = data;
    return VOTA_OK;
}

static void add(struct vota_verify_publications *publications, struct vota_verify_data *data)
{
    publications->items[publications->n++] = data;
    if (data->has_journal)
        publications->journals[publications->journal_count++] =
            (struct vota_trusted_data){&data->deployment, &data->lines, &data->reader};
}

enum vota_status vota_verify_data_open(struct vota_verify_publications *publications,
                                       const char *dir, struct vota_error *ret_problem,
                                       struct vota_error *err)
{
    struct vota_verify_data *data = NULL;
    if (publications->n == VOTA_AUDIT_LINE_MAX)
        return vota_fail(err, VOTA_LIMIT, "data", "too-many");
    const enum vota_status status = data_open(&data, dir, ret_problem, err);
    if (status == VOTA_OK)
        add(publications, data);
    return status;
}

/* The contract before one of them, whose publication is not among them; NULL: none. */
static const struct vota_genesis *find_missing(const struct vota_verify_publications *publications)
{
    for (size_t i = 0; i < publications->journal_count; i++) {
        const struct vota_genesis *genesis = &publications->journals[i].deployment->genesis;
        bool is_there = vota_addr_is_zero(&genesis->pred_contract);
        for (size_t k = 0; k < publications->journal_count && !is_there; k++) {
            const struct vota_genesis *other = &publications->journals[k].deployment->genesis;
            is_there = other->chain_id == genesis->pred_chain_id &&
                       vota_addr_equal(&other->contract, &genesis->pred_contract);
        }
        if (!is_there)
            return genesis;
    }
    return NULL;
}

/* Takes the publication in a directory if it is the one that is missing. */
static bool try(struct vota_verify_publications *publications, const char *dir)
{
    const struct vota_genesis *missing = find_missing(publications);
    struct vota_verify_data *data = NULL;
    struct vota_error ignored = {0};
    if (missing == NULL || publications->n == VOTA_AUDIT_LINE_MAX ||
        data_open(&data, dir, &ignored, &ignored) != VOTA_OK || data == NULL)
        return false;
    if (!data->has_journal || data->deployment.genesis.chain_id != missing->pred_chain_id ||
        !vota_addr_equal(&data->deployment.genesis.contract, &missing->pred_contract)) {
        data_free(data);
        return false;
    }
    add(publications, data);
    return true;
}

/* One walk over the directories in dir/from; true when one of them was taken. */
static bool walk(struct vota_verify_publications *publications, const char *dir, const char *from)
{
    char path[PATH_MAX];
    bool taken = false;
    size_t left = NEIGHBOURS;
    const struct dirent *item = NULL;
    if (snprintf(path, sizeof path, "%s/%s", dir, from) >= (int)sizeof path)
        return false;
    DIR *list = opendir(path);
    while (list != NULL && left > 0 && !taken && (item = readdir(list)) != NULL) {
        if (item->d_name[0] == '.' || item->d_type != DT_DIR)
            continue;
        left--;
        taken =
            snprintf(path, sizeof path, "%s/%s/%s", dir, from, item->d_name) < (int)sizeof path &&
            try(publications, path);
    }
    if (list != NULL)
        (void)closedir(list);
    return taken;
}

void vota_verify_data_discover(struct vota_verify_publications *publications, const char *dir)
{
    /* Within it, where the city publishes them; or beside it, where a mirror may. */
    while (find_missing(publications) != NULL &&
           (walk(publications, dir, ".") || walk(publications, dir, "..")))
        continue;
}
