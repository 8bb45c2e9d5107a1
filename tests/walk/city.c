/* SPDX-License-Identifier: Apache-2.0 */
/* Registers, records and results of the walk's city: see city.h. */
#include "tests/walk/city.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bridge/engine/attempt.h"
#include "bridge/store/store_batch.h"
#include "bridge/store/store_journal.h"
#include "bridge/store/store_outbox.h"
#include "bridge/store/store_register.h"
#include "keccak/keccak.h"
#include "proof/leaf.h"
#include "proof/time.h"
#include "tests/walk/must.h"

#define DAY            86400u
#define DEFINITION_CAP 2048u
#define OPTIONS        2u
#define NUMBERS        (OPTIONS + 9u) /* of a result: options, then the nine */

struct vota_store *city_enter(struct city *city)
{
    if (city->store == NULL)
        MUST_OK(vota_store_open(&city->store, city->store_path, VOTA_STORE_CREATE, NULL));
    return city->store;
}

void city_leave(struct city *city)
{
    vota_store_free(city->store);
    city->store = NULL;
}

static struct vota_slice slice_of(const char *text)
{
    return (struct vota_slice){(const uint8_t *)text, strlen(text)};
}

static vota_hash hash_of(const char *what, unsigned number)
{
    char text[48];
    vota_hash hash;
    const int len = snprintf(text, sizeof text, "%s %u", what, number);
    vota_keccak_hash(hash.bytes, text, (size_t)len);
    return hash;
}

static void make_paths(struct city *city)
{
    /* In memory where that is possible: what is tested survives processes, not power cuts. */
    const char *const parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    (void)snprintf(city->dir, sizeof city->dir, "%s/vota-walk-XXXXXX", parent);
    MUST(mkdtemp(city->dir) != NULL);
    (void)snprintf(city->store_path, sizeof city->store_path, "%s/voteanchor.db", city->dir);
    (void)snprintf(city->lock_path, sizeof city->lock_path, "%s/sender.lock", city->dir);
    (void)snprintf(city->backup_path, sizeof city->backup_path, "%s/backup.db", city->dir);
}

void city_create(struct city *city, const vota_hash *genesis_block,
                 const struct vota_store_deployment *deployment, uint64_t block, uint64_t time)
{
    static const vota_hash no_transaction;
    *city = (struct city){.network = 0};
    make_paths(city);
    struct vota_store *store = city_enter(city);
    MUST_OK(vota_store_begin(store, NULL));
    MUST_OK(vota_store_network_add(&city->network, store, CITY_NETWORK, NULL));
    MUST_OK(vota_store_network_bind(store, city->network, deployment->genesis.chain_id,
                                    genesis_block, NULL));
    MUST_OK(vota_store_network_set_contract(store, city->network, deployment, NULL));
    MUST_OK(
        vota_store_network_set_deployed(store, city->network, block, time, &no_transaction, NULL));
    MUST_OK(vota_store_commit(store, NULL));
}

void city_remove(struct city *city)
{
    city_leave(city);
    DIR *dir = opendir(city->dir);
    MUST(dir != NULL);
    for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        char file[384];
        if (entry->d_name[0] == '.')
            continue;
        (void)snprintf(file, sizeof file, "%s/%s", city->dir, entry->d_name);
        MUST(unlink(file) == 0);
    }
    MUST(closedir(dir) == 0);
    MUST(rmdir(city->dir) == 0);
}

static size_t write_definition(char ret_text[DEFINITION_CAP], const char *slug, uint64_t opens_at)
{
    static const struct vota_definition_option_parts options[OPTIONS] = {
        {.id = {(const uint8_t *)"yes", 3},
         .ko = {(const uint8_t *)"찬성", 6},
         .en = {(const uint8_t *)"Yes", 3}},
        {.id = {(const uint8_t *)"no", 2},
         .ko = {(const uint8_t *)"반대", 6},
         .en = {(const uint8_t *)"No", 2}}};
    char times[4][VOTA_TIME_CHARS + 1];
    for (unsigned i = 0; i < 4; i++)
        vota_time_text(times[i], opens_at + (uint64_t)i * DAY);
    const struct vota_definition_parts parts = {.id = slice_of(slug),
                                                .kind = slice_of("vote"),
                                                .department = slice_of("시민과"),
                                                .title_en = slice_of("A question"),
                                                .title_ko = slice_of("안건"),
                                                .text_en = slice_of("Should it be?"),
                                                .text_ko = slice_of("어떻게 할까요?"),
                                                .opens_at = slice_of(times[0]),
                                                .closes_at = slice_of(times[1]),
                                                .counts_until = slice_of(times[2]),
                                                .results_by = slice_of(times[3]),
                                                .revision = slice_of("first"),
                                                .disclosure = slice_of("on_close"),
                                                .anchor_within = CITY_WITHIN,
                                                .choices_min = 1,
                                                .choices_max = 1,
                                                .tag_key_hash = hash_of("pepper", 0),
                                                .options = options,
                                                .option_count = OPTIONS};
    struct vota_wr wr = vota_wr_of(ret_text, DEFINITION_CAP);
    vota_definition_write(&wr, &parts);
    MUST(vota_wr_fits(&wr));
    return wr.len;
}

void city_open_register(struct city *city, uint64_t now)
{
    char text[DEFINITION_CAP];
    struct vota_store_register reg = {.network = city->network,
                                      .revision = VOTA_REVISION_FIRST,
                                      .opens_at = now / 60 * 60,
                                      .anchor_within = CITY_WITHIN};
    const unsigned i = city->n_registers;
    int64_t operation = 0;
    if (i == CITY_REGISTERS)
        return;
    (void)snprintf(reg.slug, sizeof reg.slug, "vote-%u", i);
    reg.closes_at = reg.opens_at + DAY;
    reg.counts_until = reg.closes_at + DAY;
    reg.results_by = reg.counts_until + DAY;
    reg.definition =
        (struct vota_slice){(uint8_t *)text, write_definition(text, reg.slug, reg.opens_at)};
    vota_definition_hash(&reg.hash, reg.definition.at, reg.definition.len);
    struct vota_store *store = city_enter(city);
    MUST_OK(vota_store_begin(store, NULL));
    MUST_OK(vota_store_register_add(&city->registers[i].id, store, &reg, NULL));
    const struct vota_store_operation opening = {.network = city->network,
                                                 .kind = VOTA_OP_REGISTER,
                                                 .reg = city->registers[i].id,
                                                 .created_at = now};
    MUST_OK(vota_store_outbox_queue(&operation, store, &opening, NULL));
    MUST_OK(vota_store_commit(store, NULL));
    city->registers[i].hash = reg.hash;
    city->n_registers++;
}

static void accept(struct city *city, struct vota_store *store, unsigned reg, uint64_t now)
{
    static const char content[] = "{\"cast_at\":\"2026-01-01T00:00:00Z\",\"choice\":[\"yes\"]}";
    static const vota_hash no_citizen_salt;
    char name[32];
    vota_hash salt;
    int64_t id = 0;
    const unsigned number = city->n_records++;
    (void)snprintf(name, sizeof name, "record-%u", number);
    struct vota_store_record record = {
        .reg = city->registers[reg].id,
        .record_id = slice_of(name),
        .once = true,
        .row = {.register_hash = city->registers[reg].hash, .tag = hash_of("voter", number)},
        .accepted_at = now,
        .anchor_by = now + CITY_WITHIN,
        .city_salt = hash_of("salt", number),
        .content = slice_of(content)};
    vota_leaf_salt(&salt, &record.city_salt, &no_citizen_salt);
    vota_leaf_content_hash(&record.row.content_hash, &salt, record.content);
    vota_leaf_hash(&record.leaf, &record.row);
    MUST_OK(vota_store_record_add(&id, store, city->network, &record, NULL));
}

void city_accept_records(struct city *city, struct random *random, unsigned n, uint64_t now)
{
    if (city->n_registers == 0)
        return;
    const unsigned reg = (unsigned)random_below(random, city->n_registers);
    struct vota_store *store = city_enter(city);
    MUST_OK(vota_store_begin(store, NULL));
    for (unsigned i = 0; i < n; i++)
        accept(city, store, reg, now);
    MUST_OK(vota_store_commit(store, NULL));
}

/* Whether a register's opening is final in the stored journal, whose length then is *ret_final. */
static bool is_open_for_good(struct city *city, int64_t reg, uint64_t *ret_final)
{
    uint64_t length = 0;
    uint64_t opened = 0;
    uint64_t closed = 0;
    vota_hash head;
    struct vota_store *store = city_enter(city);
    MUST_OK(vota_store_register_state(&opened, &closed, store, reg, NULL));
    MUST_OK(vota_store_journal_length(&length, ret_final, &head, store, city->network, NULL));
    return opened != 0 && opened <= *ret_final;
}

void city_publish_result(struct city *city, struct random *random, uint64_t now)
{
    uint8_t bytes[8 * (NUMBERS + 1)];
    uint64_t counts[NUMBERS] = {0};
    uint64_t final = 0;
    int64_t operation = 0;
    if (city->n_registers == 0)
        return;
    const int64_t reg = city->registers[random_below(random, city->n_registers)].id;
    if (!is_open_for_good(city, reg, &final))
        return;
    struct vota_store *store = city_enter(city);
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
    counts[0] = ++city->n_results; /* no two results say the same */
    vota_attempt_result_write(&wr, final, counts, NUMBERS);
    const struct vota_store_operation result = {.network = city->network,
                                                .kind = VOTA_OP_RESULT,
                                                .reg = reg,
                                                .arguments = {bytes, wr.len},
                                                .created_at = now};
    MUST_OK(vota_store_begin(store, NULL));
    MUST_OK(vota_store_outbox_queue(&operation, store, &result, NULL));
    MUST_OK(vota_store_commit(store, NULL));
}

static void copy_file(const char *from, const char *to)
{
    static uint8_t bytes[65536];
    const int in = open(from, O_RDONLY | O_CLOEXEC);
    const int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    MUST(in >= 0 && out >= 0);
    ssize_t n = read(in, bytes, sizeof bytes);
    for (; n > 0; n = read(in, bytes, sizeof bytes))
        MUST(write(out, bytes, (size_t)n) == n);
    MUST(n == 0 && close(in) == 0 && close(out) == 0);
}

static void remove_log(const struct city *city, const char *suffix)
{
    char path[112];
    (void)snprintf(path, sizeof path, "%s%s", city->store_path, suffix);
    if (access(path, F_OK) == 0)
        MUST(unlink(path) == 0);
}

void city_back_up(struct city *city)
{
    /* Opened and closed as the only one: the log is written back, one file holds it all. */
    city_leave(city);
    (void)city_enter(city);
    city_leave(city);
    copy_file(city->store_path, city->backup_path);
    city->n_backup_registers = city->n_registers;
}

bool city_restore(struct city *city)
{
    if (access(city->backup_path, F_OK) != 0)
        return false;
    city_leave(city);
    (void)city_enter(city);
    city_leave(city);
    copy_file(city->backup_path, city->store_path);
    city->n_registers = city->n_backup_registers;
    remove_log(city, "-wal");
    remove_log(city, "-shm");
    return true;
}
