/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an operation of the outbox is waiting for, for a person: the same facts
 * that the engine decides from, as reasons with something to do about each.
 * Pure; decides nothing.
 */
#ifndef VOTA_BRIDGE_CLI_WAIT_H
#define VOTA_BRIDGE_CLI_WAIT_H

#include "bridge/engine/anchor.h"

/* What is known of one operation and the chain. Nothing of the chain where not reached. */
struct vota_wait_facts {
    struct vota_anchor_op op;
    uint64_t now;
    bool stopped;        /* the network is */
    bool earlier_open;   /* an operation before it is not in a block */
    bool earlier_halted; /* … and waits for a person */
    bool reached;
    bool sender_runs; /* a process of this directory performs operations like it */
    bool key_differs; /* the contract takes such calls from another key than ours */
    bool closed;      /* … from nobody */
    bool short_of_funds;
    bool final_lags;
    uint64_t nonce_latest, nonce_final; /* of the operation's sender */
    uint64_t next_base_fee;
    uint64_t fee_max;      /* wei a gas: the configuration's cap */
    uint64_t max_fee, tip; /* of the newest attempt */
};

enum vota_wait_why {
    VOTA_WAIT_FOR_NOTHING,  /* final */
    VOTA_WAIT_FOR_PERSON,   /* halted */
    VOTA_WAIT_FOR_STOP,     /* the network is stopped */
    VOTA_WAIT_FOR_FINALITY, /* in a block */
    VOTA_WAIT_FOR_STALL,    /* … while finality stands still */
    VOTA_WAIT_FOR_HALTED,   /* an earlier one that waits for a person */
    VOTA_WAIT_FOR_EARLIER,  /* an earlier one */
    VOTA_WAIT_FOR_LOOK,     /* the chain was not reached: not known */
    VOTA_WAIT_FOR_OPENING,  /* the journal is closed */
    VOTA_WAIT_FOR_KEY,      /* the owner has to name our key, or we have to use the named one */
    VOTA_WAIT_FOR_FUNDS,
    VOTA_WAIT_FOR_FEES,   /* the network asks more than our cap */
    VOTA_WAIT_FOR_SENDER, /* nobody runs who would do it */
    VOTA_WAIT_FOR_TURN,   /* the sender's next turn */
    VOTA_WAIT_FOR_CAP,    /* offered as much as allowed, and it is too little */
    VOTA_WAIT_FOR_BUMP,   /* offered too little: a higher fee is next */
    VOTA_WAIT_FOR_BLOCK,  /* offered enough: a block will take it */
    VOTA_WAIT_FOR_NONCE   /* its nonce is used, by what is known when that block is final */
};
#define VOTA_WAITS 18

enum vota_wait_why vota_wait_classify(const struct vota_wait_facts *facts);

/* "nothing", "person", "stop", ...: for JSON; static. */
const char *vota_wait_name(enum vota_wait_why why);

/* Text keys: what is waited for, "wait.<name>", and what a person can do, "wait.<name>.next". */
const char *vota_wait_text(enum vota_wait_why why);

/* When a higher fee will be offered at the earliest; 0: never by itself. */
uint64_t vota_wait_bump_at(const struct vota_anchor_op *op, const struct vota_anchor_policy *policy,
                           enum vota_wait_why why);

#endif
