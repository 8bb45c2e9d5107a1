/* SPDX-License-Identifier: Apache-2.0 */
/* From facts to answers: see health.h. */
#include "bridge/http/health.h"

#include <string.h>

#include "proof/jcs.h"

/* An answer and why. */
struct finding {
    enum vota_health_answer answer;
    const char *reason;
};

static const struct finding unknown = {VOTA_HEALTH_UNKNOWN, NULL};
static const struct finding well = {VOTA_HEALTH_OK, NULL};

static struct finding failing(const char *reason)
{
    return (struct finding){VOTA_HEALTH_FAILING, reason};
}

/* The reason, or another where there is none. */
static const char *either(const char *reason, const char *other)
{
    return reason[0] != '\0' ? reason : other;
}

static bool is_old(uint64_t at, uint64_t now)
{
    return now > at && now - at > VOTA_HEALTH_TURN_AGE;
}

static struct finding store_of(const struct vota_health_scene *scene)
{
    if (!scene->has_writer) {
        const struct vota_standing_view *standing = scene->standing;
        if (standing == NULL || !standing->store.was_read)
            return unknown;
        return standing->store.problem[0] == '\0' ? well : failing(standing->store.problem);
    }
    return scene->writer.is_well ? well : failing("store-unavailable");
}

static struct finding writer_of(const struct vota_health_scene *scene)
{
    if (!scene->has_writer)
        return unknown;
    if (scene->key_replaced)
        return failing("key-replaced");
    return scene->writer.waiting < scene->writer.may_wait ? well : failing("overloaded");
}

static struct finding keeper_of(const struct vota_health_scene *scene)
{
    if (scene->standing == NULL || scene->standing->is_reader)
        return unknown;
    const struct vota_standing_keeper *keeper = &scene->standing->keeper;
    const uint64_t since = keeper->has_turn ? keeper->turn_at : scene->standing->started_at;
    if (is_old(since, scene->now))
        return failing("no-turn");
    if (keeper->problem[0] != '\0')
        return failing(keeper->problem);
    return keeper->has_turn ? well : unknown;
}

static struct finding network_of(const struct vota_standing_network *network, uint64_t now)
{
    switch (network->reach) {
    case VOTA_REACH_NONE:
        return well;
    case VOTA_REACH_NEW:
        return unknown;
    case VOTA_REACH_UNREACHABLE:
        return failing(either(network->problem, "unreachable"));
    case VOTA_REACH_REFUSED:
        return failing(either(network->problem, "refused"));
    case VOTA_REACH_WATCHED:
        return failing(either(network->key_problem, "no-contract"));
    case VOTA_REACH_STOPPED:
        return failing(either(network->turn.stop.reason, "stopped"));
    case VOTA_REACH_UP:
        break;
    }
    if (network->turn.halted > 0)
        return failing("halted");
    return network->has_turn && is_old(network->turn_at, now) ? failing("no-turn") : well;
}

/* The first network that fails, else the first that is not known yet. */
static struct finding chain_of(const struct vota_health_scene *scene)
{
    struct finding chain = well;
    if (scene->standing == NULL || scene->standing->is_reader)
        return unknown;
    for (size_t i = 0; i < VOTA_STANDING_NETWORKS; i++) {
        const struct finding found = network_of(&scene->standing->keeper.network[i], scene->now);
        if (found.answer == VOTA_HEALTH_FAILING)
            return found;
        if (found.answer == VOTA_HEALTH_UNKNOWN)
            chain = found;
    }
    return chain;
}

struct vota_health vota_health_of(const struct vota_health_scene *scene)
{
    struct finding (*const ask[VOTA_HEALTH_CHECKS])(const struct vota_health_scene *) = {
        [VOTA_HEALTH_STORE] = store_of,
        [VOTA_HEALTH_WRITER] = writer_of,
        [VOTA_HEALTH_KEEPER] = keeper_of,
        [VOTA_HEALTH_CHAIN] = chain_of};
    struct vota_health health = {.is_ready = true};
    for (size_t i = 0; i < VOTA_HEALTH_CHECKS; i++) {
        const struct finding found = ask[i](scene);
        health.answer[i] = found.answer;
        health.reason[i] = found.reason;
    }
    health.is_ready = health.answer[VOTA_HEALTH_STORE] != VOTA_HEALTH_FAILING;
    return health;
}

const char *vota_health_check_name(enum vota_health_check check)
{
    static const char *const names[VOTA_HEALTH_CHECKS] = {"store", "writer", "keeper", "chain"};
    VOTA_ASSERT((unsigned)check < VOTA_HEALTH_CHECKS);
    return names[check];
}

const char *vota_health_answer_name(enum vota_health_answer answer)
{
    static const char *const names[VOTA_HEALTH_ANSWERS] = {"unknown", "ok", "failing"};
    VOTA_ASSERT((unsigned)answer < VOTA_HEALTH_ANSWERS);
    return names[answer];
}

/* ,"name":"text", the comma not before the first. */
static void put(struct vota_wr *wr, const char *name, const char *text, bool *is_first)
{
    vota_wr_text(wr, *is_first ? "" : ",");
    *is_first = false;
    vota_jcs_write_string(wr, name, strlen(name));
    vota_wr_byte(wr, ':');
    vota_jcs_write_string(wr, text, strlen(text));
}

void vota_health_write(struct vota_wr *wr, const struct vota_health *health, const char *status)
{
    bool is_first = true;
    vota_wr_byte(wr, '{');
    put(wr, "status", status, &is_first);
    vota_wr_text(wr, ",\"checks\":{");
    is_first = true;
    for (unsigned i = 0; i < VOTA_HEALTH_CHECKS; i++)
        put(wr, vota_health_check_name(i), vota_health_answer_name(health->answer[i]), &is_first);
    vota_wr_text(wr, "},\"reasons\":{");
    is_first = true;
    for (unsigned i = 0; i < VOTA_HEALTH_CHECKS; i++) {
        if (health->reason[i] != NULL)
            put(wr, vota_health_check_name(i), health->reason[i], &is_first);
    }
    vota_wr_text(wr, "}}");
}
