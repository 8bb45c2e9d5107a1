/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How well the service is, from what it knows of itself: four checks, each with
 * three answers, because what nobody has looked at yet is neither well nor ill.
 * Pure. Only what must stop records from being taken in makes it not ready: a
 * chain that cannot be reached does not, since rows wait and promises run.
 *
 *     {"status":"ready","checks":{"store":"ok","writer":"ok","keeper":"ok","chain":"failing"},
 *      "reasons":{"chain":"no-quorum"}}
 */
#ifndef VOTA_BRIDGE_HTTP_HEALTH_H
#define VOTA_BRIDGE_HTTP_HEALTH_H

#include "bridge/engine/standing.h"
#include "bridge/http/writer.h"

/* Seconds without a whole turn after which keeper and chain are not well. */
#define VOTA_HEALTH_TURN_AGE 300u

enum vota_health_answer { VOTA_HEALTH_UNKNOWN, VOTA_HEALTH_OK, VOTA_HEALTH_FAILING };
#define VOTA_HEALTH_ANSWERS 3u

enum vota_health_check {
    VOTA_HEALTH_STORE,  /* the last transaction was committed; of a reader: it could be read */
    VOTA_HEALTH_WRITER, /* it takes what comes: its queue is not full */
    VOTA_HEALTH_KEEPER, /* makes its turns */
    VOTA_HEALTH_CHAIN   /* every network is followed and signed for */
};
#define VOTA_HEALTH_CHECKS 4u

struct vota_health_scene {
    const struct vota_standing_view *standing; /* NULL: there is no keeper at all */
    bool has_writer;                           /* false with --read-only */
    struct vota_writer_state writer;
    bool key_replaced; /* nothing is taken: the acceptance key signs no more */
    uint64_t now;      /* unix seconds */
};

struct vota_health {
    bool is_ready;
    enum vota_health_answer answer[VOTA_HEALTH_CHECKS];
    const char *reason[VOTA_HEALTH_CHECKS]; /* a code, borrowed from the scene or static; NULL:
                                               nothing to say */
};

struct vota_health vota_health_of(const struct vota_health_scene *scene);

/* "store", "writer", "keeper", "chain"; "unknown", "ok", "failing". */
const char *vota_health_check_name(enum vota_health_check check);
const char *vota_health_answer_name(enum vota_health_answer answer);

/* Appends the document above; `status` is its first word. */
#define VOTA_HEALTH_MAX_BYTES 1024u
void vota_health_write(struct vota_wr *wr, const struct vota_health *health, const char *status);

#endif
