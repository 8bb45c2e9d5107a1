/* SPDX-License-Identifier: Apache-2.0 */
/* A quorum over nodes of the scripted chain, and a clock that moves with its slots. */
#ifndef VOTA_TESTS_BRIDGE_QUORUM_FIXTURE_H
#define VOTA_TESTS_BRIDGE_QUORUM_FIXTURE_H

#include "bridge/engine/quorum.h"
#include "tests/chain/chain.h"
#include "tests/test.h"

#define SLOT_MS ((uint64_t)1000 * CHAIN_SLOT)

struct meeting {
    struct chain *chain;
    struct vota_transport transports[CHAIN_NODES];
    struct vota_connections connections;
    struct vota_quorum quorum;
    struct vota_error err;
    uint64_t paused_ms;
};

static inline void no_pause(unsigned ms)
{
    (void)ms;
}

/* n providers of a chain that has some blocks, of which some are final. */
static inline struct meeting *meeting_of(size_t n, size_t k)
{
    struct meeting *meeting = calloc(1, sizeof *meeting);
    assert_non_null(meeting);
    meeting->chain = chain_new(7);
    chain_mine(meeting->chain, 100);
    chain_finalise(meeting->chain, 64);
    meeting->connections = (struct vota_connections){.chain_id = chain_id(meeting->chain),
                                                     .genesis = chain_genesis_hash(meeting->chain)};
    for (unsigned i = 0; i < n; i++) {
        chain_transport_init(&meeting->transports[i], meeting->chain, i);
        struct vota_connection *connection =
            vota_connect_add(&meeting->connections, NULL, &meeting->transports[i], 0);
        connection->provider.pause = no_pause;
        connection->usable = true;
    }
    const struct vota_quorum_options options = {.k = k};
    vota_quorum_init(&meeting->quorum, &meeting->connections, &options);
    return meeting;
}

static inline void meeting_end(struct meeting *meeting)
{
    chain_free(meeting->chain);
    free(meeting);
}

static inline uint64_t meeting_now(const struct meeting *meeting)
{
    return 1000 * chain_now(meeting->chain);
}

/* Looks now. */
static inline enum vota_status look(struct meeting *meeting)
{
    meeting->err = (struct vota_error){.status = VOTA_OK};
    return vota_quorum_look(&meeting->quorum, meeting_now(meeting), &meeting->err);
}

/* A slot with a block, and a look. */
static inline enum vota_status slot(struct meeting *meeting)
{
    chain_mine(meeting->chain, 1);
    return look(meeting);
}

static inline const char *health(const struct meeting *meeting, size_t i)
{
    return vota_breaker_reason(&meeting->connections.item[i].breaker);
}

/* The agreed blocks are blocks of the chain, at most `lag` behind it. */
static inline void assert_agreed(const struct meeting *meeting, uint64_t lag)
{
    const struct vota_quorum *quorum = &meeting->quorum;
    assert_true(quorum->has_latest);
    assert_true(quorum->latest.number <= chain_height(meeting->chain));
    assert_true(quorum->latest.number + lag >= chain_height(meeting->chain));
    assert_true(!quorum->has_final || quorum->final.number <= quorum->latest.number);
    assert_true(!quorum->has_final || quorum->final.number <= chain_final(meeting->chain));
}

#endif
