/* SPDX-License-Identifier: Apache-2.0 */
/* Final blocks and health, kept: see quorum_store.h. */
#include "bridge/engine/quorum_store.h"

#include <stdio.h>

enum vota_status vota_quorum_restore(struct vota_quorum *quorum, struct vota_store *store,
                                     int64_t network, struct vota_error *err)
{
    struct vota_error none = {.status = VOTA_OK};
    uint64_t number = 0;
    vota_hash hash = {{0}};
    const enum vota_status status =
        vota_store_provider_final(&number, &hash, store, network, &none);
    if (status == VOTA_NOT_FOUND)
        return VOTA_OK;
    if (status != VOTA_OK)
        return vota_fail(err, status, none.where, none.text);
    vota_quorum_trust_final(quorum, number, &hash);
    quorum->recorded_final = number;
    return VOTA_OK;
}

static struct vota_quorum_health health_of(const struct vota_quorum *quorum, size_t i)
{
    const struct vota_breaker *breaker = &quorum->providers->item[i].breaker;
    return (struct vota_quorum_health){vota_breaker_state_name(breaker),
                                       vota_breaker_reason(breaker)};
}

/* Both are static words, so that the same word is the same address. */
static bool is_recorded(const struct vota_quorum *quorum, size_t i)
{
    const struct vota_quorum_health health = health_of(quorum, i);
    return health.state == quorum->recorded[i].state && health.reason == quorum->recorded[i].reason;
}

static bool has_news(const struct vota_quorum *quorum)
{
    bool news = quorum->has_accepted && quorum->accepted.number != quorum->recorded_final;
    for (size_t i = 0; i < quorum->providers->n; i++)
        news = news || !is_recorded(quorum, i);
    return news;
}

static enum vota_status write_health(struct vota_quorum *quorum, size_t i, struct vota_store *store,
                                     int64_t network, uint64_t now, struct vota_error *err)
{
    const struct vota_quorum_health word = health_of(quorum, i);
    struct vota_store_health health = {.since = now};
    (void)snprintf(health.name, sizeof health.name, "%s", quorum->providers->item[i].name);
    (void)snprintf(health.state, sizeof health.state, "%s", word.state);
    (void)snprintf(health.reason, sizeof health.reason, "%s", word.reason);
    return vota_store_provider_set_health(store, network, &health, err);
}

/* Another process may have seen a later one since our look: that is no contradiction, and stays. */
static enum vota_status write_final(const struct vota_quorum *quorum, struct vota_store *store,
                                    int64_t network, struct vota_error *err)
{
    const struct vota_quorum_mark *accepted = &quorum->accepted;
    struct vota_error none = {.status = VOTA_OK};
    uint64_t number = 0;
    vota_hash hash = {{0}};
    const enum vota_status status =
        vota_store_provider_final(&number, &hash, store, network, &none);
    if (status == VOTA_OK && number > accepted->number)
        return VOTA_OK;
    if (status != VOTA_OK && status != VOTA_NOT_FOUND)
        return vota_fail(err, status, none.where, none.text);
    return vota_store_provider_set_final(store, network, accepted->number, &accepted->hash, err);
}

static enum vota_status write_all(struct vota_quorum *quorum, struct vota_store *store,
                                  int64_t network, uint64_t now, struct vota_error *err)
{
    enum vota_status status = VOTA_OK;
    if (quorum->has_accepted)
        status = write_final(quorum, store, network, err);
    for (size_t i = 0; status == VOTA_OK && i < quorum->providers->n; i++) {
        if (!is_recorded(quorum, i))
            status = write_health(quorum, i, store, network, now, err);
    }
    return status;
}

enum vota_status vota_quorum_record(struct vota_quorum *quorum, struct vota_store *store,
                                    int64_t network, uint64_t now, struct vota_error *err)
{
    if (!has_news(quorum))
        return VOTA_OK;
    enum vota_status status = vota_store_begin(store, err);
    if (status == VOTA_OK)
        status = write_all(quorum, store, network, now, err);
    if (status == VOTA_OK)
        status = vota_store_commit(store, err);
    vota_store_rollback(store);
    if (status != VOTA_OK)
        return status;
    quorum->recorded_final = quorum->accepted.number;
    for (size_t i = 0; i < quorum->providers->n; i++)
        quorum->recorded[i] = health_of(quorum, i);
    return VOTA_OK;
}
