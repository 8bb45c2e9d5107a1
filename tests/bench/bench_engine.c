/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts what anchoring asks of providers, on a calm scripted chain: batches
 * sealed every 50 slots, three providers, two of which must agree, a turn a
 * slot, finality that moves by epochs, two to three of them behind. Also how many blocks pass
 * between sealing and the entry, and what a turn costs the processor.
 *
 * Prints one JSON object a line, {"name", "value", "unit"}. Counts are the worst
 * of the three providers; the chain is scripted, so that they are the same in
 * every run.
 */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "bridge/engine/batch.h"
#include "bridge/engine/sender.h"
#include "tests/chain/chain.h"
#include "tests/walk/city.h"
#include "tests/walk/must.h"

#define NODES    3u
#define QUORUM   2u
#define BATCHES  20u
#define INTERVAL 50u /* slots: ten minutes */
#define EPOCH    32u /* slots; finality moves by as many at once */
#define FINALITY 64u /* blocks that it is behind when it has moved */
#define WARM_UP  20u /* slots: identity, the register's opening */
#define WEI_MOST UINT64_C(20000000000000000)

struct bench {
    struct chain *chain;
    struct city city;
    struct random random;
    struct vota_transport transports[NODES];
    struct vota_connections connections;
    struct vota_quorum quorum;
    struct vota_sender sender;
    uint64_t sent;        /* attempts handed out, and handed out again */
    uint64_t open_slots;  /* slots in which something was not final */
    uint64_t sealed_at;   /* height */
    uint64_t worst_delay; /* blocks between sealing and entry */
    uint64_t turns;
    double seconds; /* of turns */
};

static const struct chain *clock_chain;

/* In place of the machine's clock: breakers and looks follow the chain's time. */
uint64_t __wrap_vota_connect_clock(void);
uint64_t __wrap_vota_connect_clock(void)
{
    return chain_now(clock_chain) * 1000;
}

static void no_pause(unsigned ms)
{
    (void)ms;
}

static void on_event(void *context, const struct vota_sender_event *event)
{
    struct bench *bench = context;
    if (strcmp(event->name, "sent") == 0)
        bench->sent++;
    if (strcmp(event->name, "mined") != 0 || event->operation->kind != VOTA_OP_BATCH)
        return;
    const uint64_t delay = chain_height(bench->chain) - bench->sealed_at;
    if (delay > bench->worst_delay)
        bench->worst_delay = delay;
}

static void connect_nodes(struct bench *bench)
{
    clock_chain = bench->chain;
    for (unsigned i = 0; i < NODES; i++) {
        chain_transport_init(&bench->transports[i], bench->chain, i);
        struct vota_connection *connection =
            vota_connect_add(&bench->connections, NULL, &bench->transports[i], 0);
        MUST(connection != NULL);
        connection->provider.pause = no_pause;
        connection->usable = true;
    }
    bench->connections.chain_id = chain_id(bench->chain);
    bench->connections.genesis = chain_genesis_hash(bench->chain);
    const struct vota_quorum_options options = {.k = QUORUM};
    vota_quorum_init(&bench->quorum, &bench->connections, &options);
}

static void arm(struct bench *bench)
{
    uint8_t key[VOTA_SIGNER_KEY_BYTES];
    struct vota_signer *signer = NULL;
    chain_key(CHAIN_ANCHORER, key);
    MUST_OK(vota_signer_load(&signer, key, NULL));
    bench->sender = (struct vota_sender){.store = city_enter(&bench->city),
                                         .network_id = bench->city.network,
                                         .network_name = CITY_NETWORK,
                                         .quorum = &bench->quorum,
                                         .kinds = VOTA_SENDER_ANCHORER,
                                         .limits = {.fees = vota_fees_caps_default(true),
                                                    .tx_max = WEI_MOST,
                                                    .day_max = 5 * WEI_MOST,
                                                    .deploy_max = WEI_MOST},
                                         .policy = vota_anchor_defaults,
                                         .on_event = on_event,
                                         .context = bench};
    MUST_OK(vota_tx_signer_local(&bench->sender.signer, signer, NULL));
    bench->sender.address = vota_tx_signer_address(bench->sender.signer);
}

static void set_up(struct bench *bench)
{
    struct vota_store_deployment deployment;
    uint64_t block = 0;
    uint64_t time = 0;
    vota_hash tx;
    bench->chain = chain_new(1);
    const vota_hash genesis = chain_genesis_hash(bench->chain);
    chain_deployment(bench->chain, &deployment, &block, &time, &tx);
    city_create(&bench->city, &genesis, &deployment, block, time);
    connect_nodes(bench);
    arm(bench);
}

static double clock_seconds(void)
{
    struct timespec now;
    MUST(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) == 0);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* A slot: a block, then a turn. */
static void pass_slot(struct bench *bench)
{
    struct vota_sender_turn turn = {0};
    struct vota_error err = {0};
    chain_mine(bench->chain, 1);
    if (chain_height(bench->chain) % EPOCH == 0)
        chain_finalise(bench->chain, FINALITY);
    const double began = clock_seconds();
    const enum vota_status status =
        vota_sender_turn(&turn, &bench->sender, chain_now(bench->chain), &err);
    bench->seconds += clock_seconds() - began;
    bench->turns++;
    if (status != VOTA_OK || turn.halted > 0)
        (void)fprintf(stderr, "%s: %s\n", err.where, err.text);
    MUST(status == VOTA_OK && turn.halted == 0);
    bench->open_slots += turn.unmined + turn.unfinal > 0;
}

static void seal(struct bench *bench)
{
    static const struct vota_batch_policy policy = {
        .max_records = 8, .min_size = 1, .max_age = 1, .margin = 600};
    struct vota_store_batch batch;
    city_accept_records(&bench->city, &bench->random, 8, chain_now(bench->chain));
    MUST_OK(vota_batch_seal(&batch, bench->sender.store, bench->city.network, &policy,
                            chain_now(bench->chain), NULL));
    bench->sealed_at = chain_height(bench->chain);
}

static void tell(const char *name, double value, const char *unit)
{
    (void)printf("{\"name\":\"%s\",\"value\":%.6f,\"unit\":\"%s\"}\n", name, value, unit);
}

static void report(const struct bench *bench)
{
    uint64_t reads = 0;
    uint64_t writes = 0;
    for (unsigned i = 0; i < NODES; i++) {
        const struct chain_calls calls = chain_calls(bench->chain, i);
        reads = calls.reads > reads ? calls.reads : reads;
        writes = calls.writes > writes ? calls.writes : writes;
    }
    const uint64_t of_slots = 2 * bench->open_slots;
    tell("reads", (double)reads / BATCHES, "a batch");
    tell("reads_beside_slots", reads > of_slots ? (double)(reads - of_slots) / BATCHES : 0,
         "a batch");
    tell("reads_a_slot", (double)reads / (double)bench->open_slots, "a slot");
    tell("writes", (double)writes / (double)bench->sent, "a hand-out");
    tell("delay", (double)bench->worst_delay, "blocks");
    tell("turn", 1e6 * bench->seconds / (double)bench->turns, "us");
}

int main(void)
{
    static struct bench bench;
    bench.random.state = 1;
    set_up(&bench);
    city_open_register(&bench.city, chain_now(bench.chain));
    for (unsigned i = 0; i < WARM_UP; i++)
        pass_slot(&bench);
    bench.sent = bench.open_slots = bench.turns = 0;
    bench.seconds = 0;
    chain_reset_calls(bench.chain);
    for (unsigned i = 0; i < BATCHES; i++) {
        seal(&bench);
        for (unsigned slot = 0; slot < INTERVAL; slot++)
            pass_slot(&bench);
    }
    for (unsigned slot = 0; slot < FINALITY + EPOCH; slot++)
        pass_slot(&bench);
    struct chain_contract contract;
    MUST(chain_contract(bench.chain, &contract) && contract.length == BATCHES + 1);
    report(&bench);
    vota_sender_done(&bench.sender);
    vota_tx_signer_free(bench.sender.signer);
    city_leave(&bench.city);
    city_remove(&bench.city);
    chain_free(bench.chain);
    return EXIT_SUCCESS;
}
