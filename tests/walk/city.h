/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The city's side of a world: a real store in a directory of its own, filled
 * with the functions that the program uses. Opens the store when it is needed;
 * city_leave closes it, which has to be done before anybody else lives in it.
 * Knows no chain.
 */
#ifndef VOTA_TESTS_WALK_CITY_H
#define VOTA_TESTS_WALK_CITY_H

#include "bridge/store/store_network.h"
#include "tests/walk/random.h"

#define CITY_NETWORK   "dev"
#define CITY_REGISTERS 4u
#define CITY_WITHIN    3600u /* anchor_within of its registers, in seconds */

struct city {
    struct vota_store *store; /* NULL: not open here */
    char dir[64];
    char store_path[96], lock_path[96], backup_path[96];
    int64_t network;
    struct {
        int64_t id;
        vota_hash hash;
    } registers[CITY_REGISTERS];
    unsigned n_registers, n_backup_registers;
    unsigned n_records;
    unsigned n_results;
};

/* Makes directory and store, with the network bound and its contract deployed in `block`. */
void city_create(struct city *city, const vota_hash *genesis_block,
                 const struct vota_store_deployment *deployment, uint64_t block, uint64_t time);
/* Removes the directory and what is in it. */
void city_remove(struct city *city);

/* The store, open; and its closing. */
struct vota_store *city_enter(struct city *city);
void city_leave(struct city *city);

/* Stores a register and its place in the outbox, if there is room for another. */
void city_open_register(struct city *city, uint64_t now);
/* Records of voters who are all different, in a register that is there. */
void city_accept_records(struct city *city, struct random *random, unsigned n, uint64_t now);
/* Queues a result of a register whose opening is in the stored journal, if there is one. */
void city_publish_result(struct city *city, struct random *random, uint64_t now);

/* Copies the store away, and puts the copy back. False: there is no copy. */
void city_back_up(struct city *city);
bool city_restore(struct city *city);

#endif
