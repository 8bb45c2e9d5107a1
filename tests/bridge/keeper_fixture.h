/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A town hall: a store, one or two scripted chains with the contract, and what
 * the keeper does told look by look. Time passes only when told to: the chain's,
 * the wall clock's (which may be wrong), the steady one's.
 */
#ifndef VOTA_TESTS_BRIDGE_KEEPER_FIXTURE_H
#define VOTA_TESTS_BRIDGE_KEEPER_FIXTURE_H

#include <fcntl.h>

#include "bridge/serve/keeping.h"
#include "bridge/store/store_line.h"
#include "bridge/store/store_stop.h"
#include "tests/bridge/import_fixture.h"
#include "tests/chain/chain.h"

#define HALL_NODES   2u
#define HALL_ENTRIES 64u
#define RESULTS_BY   1790259240u
#define HALL_MARGIN  600u /* of a network that is not local */

struct hall_network {
    struct chain *chain;
    int64_t id;
    struct vota_transport transports[HALL_NODES];
    struct vota_tx_signer *signer;
    bool is_away;       /* nobody answers */
    unsigned connected; /* how often it was tried */
};

struct hall {
    struct fixture f; /* directory, store, line; its registers are not there */
    struct hall_network network[VOTA_STANDING_NETWORKS];
    size_t n_networks;
    bool has_no_key;
    struct vota_config config;
    struct vota_log log;
    int log_fd;
    struct vota_standing_board *board;
    struct vota_keeping *keeping; /* NULL: not running */
    struct vota_standing_view view;
    uint64_t steady_ms;
    int64_t skew;  /* the wall clock's, in seconds */
    unsigned wait; /* what the last look said */
    int64_t reg;
    unsigned records;
};

static inline void hall_no_pause(unsigned ms)
{
    (void)ms;
}

static inline enum vota_status hall_connect(void *context, struct vota_connections *ret,
                                            size_t network, struct vota_error *err)
{
    struct hall *hall = context;
    struct hall_network *of = &hall->network[network];
    of->connected++;
    if (of->is_away)
        return vota_fail(err, VOTA_REMOTE, "rpc.url", "no-provider");
    *ret = (struct vota_connections){.chain_id = chain_id(of->chain),
                                     .genesis = chain_genesis_hash(of->chain)};
    for (unsigned i = 0; i < HALL_NODES; i++) {
        chain_transport_init(&of->transports[i], of->chain, i);
        struct vota_connection *connection = vota_connect_add(ret, NULL, &of->transports[i], 0);
        connection->provider.pause = hall_no_pause;
        connection->usable = true;
    }
    return VOTA_OK;
}

/* ---- time ---- */

static inline uint64_t hall_now(const struct hall *hall)
{
    return (uint64_t)((int64_t)chain_now(hall->network[0].chain) + hall->skew);
}

/* One look. */
static inline void look(struct hall *hall)
{
    const struct vota_keeping_time time = {hall_now(hall), hall->steady_ms};
    hall->wait = vota_keeping_turn(hall->keeping, &time);
    vota_standing_look(&hall->view, hall->board);
}

/* Slots with a block each, and a look after each and some within. */
static inline void slots(struct hall *hall, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        for (size_t k = 0; k < hall->n_networks; k++)
            chain_mine(hall->network[k].chain, 1);
        hall->steady_ms += 10000; /* and 2,000 in the other looks */
        look(hall);
        for (unsigned again = 0; again < 2; again++) { /* what a look made due at once */
            hall->steady_ms += 1000;
            look(hall);
        }
    }
}

/* To a time of the chain and of both clocks, without a look. */
static inline void pass_to(struct hall *hall, uint64_t time)
{
    const uint64_t before = chain_now(hall->network[0].chain);
    assert_true(time >= before);
    for (size_t k = 0; k < hall->n_networks; k++)
        chain_set_now(hall->network[k].chain, time);
    hall->steady_ms += 1000 * (time - before);
}

/* ---- setting up ---- */

static inline void hall_chain(struct hall *hall, size_t k)
{
    static const uint64_t ids[] = {560048, 11155111};
    const struct chain_options options = {.chain_id = ids[k]};
    struct hall_network *of = &hall->network[k];
    struct vota_store_deployment deployment;
    uint64_t block = 0;
    uint64_t time = 0;
    vota_hash tx;
    uint8_t key[VOTA_SIGNER_KEY_BYTES];
    struct vota_signer *signer = NULL;
    of->chain = chain_new_with(7 + k, &options);
    chain_finalise_always(of->chain, 3);
    chain_mine(of->chain, 4);
    chain_deployment(of->chain, &deployment, &block, &time, &tx);
    const vota_hash genesis = chain_genesis_hash(of->chain);
    struct vota_store *store = hall->f.store;
    begin(&hall->f);
    if (k == 0)
        OK(vota_store_network_add(&of->id, store, "hoodi", NULL));
    else
        OK(vota_store_line_join(&of->id, store, "sepolia", hall->f.network, 0, NULL));
    OK(vota_store_network_bind(store, of->id, ids[k], &genesis, NULL));
    OK(vota_store_network_set_contract(store, of->id, &deployment, NULL));
    OK(vota_store_network_set_deployed(store, of->id, block, time, &tx, NULL));
    commit(&hall->f);
    if (k == 0)
        hall->f.network = of->id;
    chain_key(CHAIN_ANCHORER, key);
    OK(vota_signer_load(&signer, key, NULL));
    OK(vota_tx_signer_local(&of->signer, signer, NULL));
}

static inline void hall_config(struct vota_config *config)
{
    *config = (struct vota_config){.max_fee = 50 * (uint64_t)CHAIN_GWEI,
                                   .max_tip = 2 * (uint64_t)CHAIN_GWEI,
                                   .min_tip = CHAIN_GWEI / 20,
                                   .max_tx = 20000000000000000u,
                                   .max_day = 100000000000000000u,
                                   .max_deploy = 500000000000000000u,
                                   .bump_after = 60,
                                   .max_records = 20,
                                   .min_size = 4,
                                   .max_age = 300,
                                   .results = "auto",
                                   .signer_timeout = 30};
    for (unsigned i = 0; i < 2; i++) {
        (void)snprintf(config->network[i].preset, sizeof config->network[i].preset, "%s",
                       i == 0 ? "hoodi" : "sepolia");
        config->network[i].quorum = HALL_NODES;
        config->network[i].timeout = 10;
    }
}

static inline struct vota_keeper_options hall_options(struct hall *hall)
{
    struct vota_keeper_options options = {.dir = {hall->f.dir},
                                          .config = &hall->config,
                                          .log = &hall->log,
                                          .board = hall->board,
                                          .n_networks = hall->n_networks,
                                          .connect = hall_connect,
                                          .context = hall};
    for (size_t k = 0; k < hall->n_networks; k++) {
        struct vota_keeper_network *of = &options.network[k];
        OK(vota_store_line_get(&of->row, hall->f.store, hall->network[k].id, NULL));
        of->place = k == 0 ? VOTA_CONFIG_PRIMARY : VOTA_CONFIG_SECONDARY;
        of->signer = hall->has_no_key ? NULL : hall->network[k].signer;
        of->key_problem = hall->has_no_key ? "not-found" : NULL;
    }
    return options;
}

/* The service starts; again after hall_stop, as after a crash. */
static inline void hall_start(struct hall *hall)
{
    const struct vota_keeper_options options = hall_options(hall);
    OK(vota_keeping_new(&hall->keeping, &options, NULL, NULL));
}

static inline void hall_stop(struct hall *hall)
{
    vota_keeping_free(hall->keeping);
    hall->keeping = NULL;
}

/* Nothing runs yet. The log goes to a file, for has_logged. */
static inline struct hall *hall_of(size_t n_networks)
{
    struct hall *hall = calloc(1, sizeof *hall);
    assert_non_null(hall);
    const char *const parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    (void)snprintf(hall->f.dir, sizeof hall->f.dir, "%s/vota-test-XXXXXX", parent);
    assert_non_null(mkdtemp(hall->f.dir));
    (void)snprintf(hall->f.path, sizeof hall->f.path, "%s/voteanchor.db", hall->f.dir);
    OK(vota_store_open(&hall->f.store, hall->f.path, VOTA_STORE_CREATE, NULL));
    hall->n_networks = n_networks;
    for (size_t k = 0; k < n_networks; k++)
        hall_chain(hall, k);
    hall_config(&hall->config);
    char path[128];
    (void)snprintf(path, sizeof path, "%s/log", hall->f.dir);
    hall->log_fd = open(path, O_RDWR | O_CREAT | O_APPEND, 0600);
    assert_true(hall->log_fd >= 0);
    vota_log_init(&hall->log, hall->log_fd, false);
    hall->board = vota_standing_new(0, false);
    assert_non_null(hall->board);
    hall->steady_ms = 1000;
    return hall;
}

static inline void hall_end(struct hall *hall)
{
    hall_stop(hall);
    for (size_t k = 0; k < hall->n_networks; k++) {
        vota_tx_signer_free(hall->network[k].signer);
        chain_free(hall->network[k].chain);
    }
    vota_standing_free(hall->board);
    (void)close(hall->log_fd);
    fixture_close(&hall->f);
    free(hall);
}

/* ---- what happens ---- */

/* How many lines of the log have this text. */
static inline unsigned logged(const struct hall *hall, const char *text)
{
    static char log[1 << 20];
    const ssize_t len = pread(hall->log_fd, log, sizeof log - 1, 0);
    unsigned n = 0;
    assert_true(len >= 0);
    log[len] = '\0';
    for (const char *at = strstr(log, text); at != NULL; at = strstr(at + 1, text))
        n++;
    return n;
}

/* `register open` beside the service: the definition and its operation, nothing else. */
static inline int64_t queue_register(struct hall *hall, const char *slug, const char *revision)
{
    static uint8_t text[VOTA_DEFINITION_MAX_BYTES];
    static struct vota_definition definition;
    struct vota_wr wr = vota_wr_of(text, sizeof text);
    int64_t queued = 0;
    int64_t id = 0;
    definition_of(&wr, slug, "vote", revision, 1, 1);
    OK(vota_definition_read(&definition, text, wr.len, NULL));
    struct vota_store_register reg = {.network = hall->f.network,
                                      .revision = definition.revision,
                                      .opens_at = definition.opens_at,
                                      .closes_at = definition.closes_at,
                                      .counts_until = definition.counts_until,
                                      .results_by = definition.results_by,
                                      .anchor_within = definition.anchor_within,
                                      .definition = {text, wr.len}};
    vota_definition_register(&reg.hash, &definition);
    memcpy(reg.slug, definition.id.at, definition.id.len);
    begin(&hall->f);
    OK(vota_store_register_add(&id, hall->f.store, &reg, NULL));
    const struct vota_store_operation operation = {
        .network = hall->f.network, .kind = VOTA_OP_REGISTER, .reg = id, .created_at = OPENS_AT};
    OK(vota_store_line_queue(&queued, hall->f.store, &operation, NULL));
    commit(&hall->f);
    return id;
}

/* The door's answer to a vote of voter `n` that comes now; "" when it was taken. */
static inline const char *try_vote(struct hall *hall, const char *slug, unsigned n)
{
    static struct vota_refusal refusal;
    char id[32];
    char voter[32];
    const struct vota_intake_options options = {
        .network = hall->f.network, .margin = HALL_MARGIN, .pepper = give_pepper};
    struct vota_intake *intake = NULL;
    enum vota_intake_answer answer = VOTA_INTAKE_REFUSED;
    (void)snprintf(id, sizeof id, "r-%u", ++hall->records);
    (void)snprintf(voter, sizeof voter, "voter-%u", n);
    struct vota_fields fields = {.n_choices = 0};
    fields.field[VOTA_FIELD_ID] = slice_of(id);
    fields.field[VOTA_FIELD_VOTER] = slice_of(voter);
    fields.field[VOTA_FIELD_CHOICE] = slice_of(n % 3 == 0 ? "no" : "yes");
    fields.field[VOTA_FIELD_CAST_AT] = slice_of(CAST_AT);
    fields.field[VOTA_FIELD_REGISTER] = slice_of(slug);
    OK(vota_intake_new(&intake, hall->f.store, &options, NULL));
    begin(&hall->f);
    vota_intake_begin(intake, hall_now(hall));
    OK(vota_intake_take(&answer, intake, &fields, &refusal, NULL));
    commit(&hall->f);
    vota_intake_free(intake);
    return answer == VOTA_INTAKE_ADDED ? "" : refusal.reason;
}

/* Votes of voters first, first + 1, ...; all are taken. */
static inline void vote(struct hall *hall, const char *slug, unsigned first, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        assert_string_equal(try_vote(hall, slug, first + i), "");
}

/* A running service with register "vote" open and nothing under way. */
static inline struct hall *hall_open(size_t n_networks)
{
    struct hall *hall = hall_of(n_networks);
    hall_start(hall);
    look(hall);
    hall->reg = queue_register(hall, "vote", "first");
    slots(hall, 10);
    assert_true(hall->view.keeper.registers_open == 1);
    return hall;
}

/* ---- what came of it ---- */

static inline size_t entries_of(const struct hall *hall, size_t k, uint64_t kind,
                                struct chain_entry *ret_entries)
{
    struct chain_entry entries[HALL_ENTRIES];
    const size_t all = chain_entries(hall->network[k].chain, entries, HALL_ENTRIES);
    size_t n = 0;
    for (size_t i = 0; i < all; i++) {
        if (entries[i].entry.kind != kind)
            continue;
        if (ret_entries != NULL)
            ret_entries[n] = entries[i];
        n++;
    }
    return n;
}

static inline uint64_t rows_of(const struct chain_entry *batch)
{
    uint64_t count = 0;
    OK(vota_word_u64(&count, &batch->entry.b));
    return count;
}

/* Rows of all batches on a network. */
static inline uint64_t anchored(const struct hall *hall, size_t k)
{
    struct chain_entry batches[HALL_ENTRIES];
    const size_t n = entries_of(hall, k, VOTA_ENTRY_BATCH, batches);
    uint64_t rows = 0;
    for (size_t i = 0; i < n; i++)
        rows += rows_of(&batches[i]);
    return rows;
}

static inline uint64_t closed_at(struct hall *hall)
{
    uint64_t opened = 0;
    uint64_t closed = 0;
    OK(vota_store_register_state(&opened, &closed, hall->f.store, hall->reg, NULL));
    return closed;
}

#endif
