/* SPDX-License-Identifier: Apache-2.0 */
/* A witness for each network: see witnesses.h. */
#include "bridge/audit/witnesses.h"

#include <stdlib.h>

/* Providers that were not found to serve another network yet. */
struct waiting {
    const char *urls[VOTA_CONNECT_PROVIDERS_MAX];
    const char *names[VOTA_CONNECT_PROVIDERS_MAX];
    size_t n;
};

static const char *default_name(size_t i)
{
    static const char *const names[VOTA_CONNECT_PROVIDERS_MAX] = {
        "rpc-1", "rpc-2", "rpc-3", "rpc-4", "rpc-5", "rpc-6", "rpc-7", "rpc-8"};
    return names[i];
}

static void wait(struct waiting *waiting, const char *url, const char *name)
{
    waiting->urls[waiting->n] = url;
    waiting->names[waiting->n++] = name;
}

/* Those who serve the witness' network stay, the others wait for one of their own. */
static void sort(const struct vota_witness *witness, struct waiting *waiting,
                 struct waiting *ret_others)
{
    struct waiting same = {.n = 0};
    ret_others->n = 0;
    for (size_t i = 0; i < waiting->n; i++)
        wait(witness->providers.item[i].wrong_network ? ret_others : &same, waiting->urls[i],
             waiting->names[i]);
    *waiting = same;
}

/* What one round is about. */
struct opening {
    struct vota_witnesses *set;
    struct vota_connect_options options;
    size_t k;
    const struct vota_witnesses_notes *notes;
};

static enum vota_status open_one(const struct opening *opening, struct vota_witness *witness,
                                 const struct waiting *waiting, struct vota_error *err)
{
    struct vota_connect_options options = opening->options;
    options.urls = waiting->urls;
    options.names = waiting->names;
    options.n_urls = waiting->n;
    return vota_witness_open(witness, &options, opening->k, err);
}

static void keep(const struct opening *opening, struct vota_witness *witness,
                 enum vota_status status, const struct vota_error *err)
{
    for (size_t i = 0; i < witness->providers.n; i++) {
        if (!witness->providers.item[i].usable)
            opening->notes->provider(opening->notes->context, &witness->providers.item[i]);
    }
    if (status == VOTA_OK && opening->set->n < VOTA_WITNESSES_MAX) {
        opening->set->items[opening->set->n++] = witness;
        return;
    }
    opening->notes->network(opening->notes->context, err);
    vota_witness_done(witness);
    free(witness);
}

/* One network of those that wait, which are then fewer; all of them if there is but one. */
static enum vota_status open_next(struct opening *opening, struct waiting *waiting)
{
    struct vota_error err = {0};
    struct waiting others;
    struct vota_witness *witness = calloc(1, sizeof *witness);
    if (witness == NULL)
        return VOTA_NO_MEMORY;
    enum vota_status status = open_one(opening, witness, waiting, &err);
    const bool none_of_first = waiting->n > 0 && opening->options.chain_id != 0;
    sort(witness, waiting, &others);
    if (others.n == 0 || (waiting->n == 0 && !none_of_first)) {
        keep(opening, witness, status, &err);
        waiting->n = 0;
        return VOTA_OK;
    }
    /* The quorum is of those who serve the network, so they are asked again by themselves. */
    vota_witness_done(witness);
    if (waiting->n > 0) {
        err = (struct vota_error){0};
        status = open_one(opening, witness, waiting, &err);
        keep(opening, witness, status, &err);
    } else {
        opening->notes->network(opening->notes->context, &err);
        free(witness);
    }
    *waiting = others;
    return VOTA_OK;
}

enum vota_status vota_witnesses_open(struct vota_witnesses *set,
                                     const struct vota_connect_options *options, size_t k,
                                     const struct vota_witnesses_notes *notes)
{
    struct opening opening = {set, *options, k, notes};
    struct waiting waiting = {.n = 0};
    enum vota_status status = VOTA_OK;
    for (size_t i = 0; i < options->n_urls && i < VOTA_CONNECT_PROVIDERS_MAX; i++)
        wait(&waiting, options->urls[i],
             options->names != NULL ? options->names[i] : default_name(i));
    while (waiting.n > 0 && status == VOTA_OK) {
        status = open_next(&opening, &waiting);
        opening.options.chain_id = 0;
        opening.options.genesis = NULL;
    }
    return status;
}

void vota_witnesses_done(struct vota_witnesses *set)
{
    for (size_t i = 0; i < set->n; i++) {
        vota_witness_done(set->items[i]);
        free(set->items[i]);
    }
    set->n = 0;
}

struct vota_witness *vota_witnesses_of(const struct vota_witnesses *set, uint64_t chain_id,
                                       const vota_hash *genesis)
{
    for (size_t i = 0; set != NULL && i < set->n; i++) {
        const struct vota_connections *providers = &set->items[i]->providers;
        if (providers->chain_id == chain_id &&
            (genesis == NULL || vota_hash_equal(&providers->genesis, genesis)))
            return set->items[i];
    }
    return NULL;
}

struct vota_witness *vota_witnesses_named(const struct vota_witnesses *set,
                                          const struct vota_named *named)
{
    for (size_t i = 0; set != NULL && i < set->n; i++) {
        const struct vota_connections *providers = &set->items[i]->providers;
        if (vota_named_fits(named, providers->chain_id, &providers->genesis, &named->address))
            return set->items[i];
    }
    return NULL;
}
