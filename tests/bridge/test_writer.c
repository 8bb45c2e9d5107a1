/* SPDX-License-Identifier: Apache-2.0 */
/* Drafts and group commit: what was answered is on disk, once, whatever happens to the process. */
#include "tests/bridge/import_fixture.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#include "bridge/http/drafts.h"
#include "tests/bridge/clock_back.h"

#define RECORD(id, voter, choice)                                                                  \
    "{\"register\":\"vote\",\"id\":\"" id "\",\"voter\":\"" voter "\",\"choice\":\"" choice        \
    "\",\"cast_at\":\"2026-09-21T14:15:00Z\"}"

/* A job and a way to wait for its answer. */
struct asked {
    struct vota_drafts drafts;
    struct vota_writer_job job;
    pthread_mutex_t mutex;
    pthread_cond_t answered;
    bool is_done;
};

/* The writer, and what its jobs are read with. */
struct office {
    struct vota_writer *writer;
    struct vota_store *store;
    struct vota_desk *desk;
};

static void note_done(struct vota_writer_job *job)
{
    struct asked *asked = job->context;
    (void)pthread_mutex_lock(&asked->mutex);
    asked->is_done = true;
    (void)pthread_cond_signal(&asked->answered);
    (void)pthread_mutex_unlock(&asked->mutex);
}

static bool ask(struct office *office, struct asked *asked, const char *body, bool many)
{
    *asked = (struct asked){.is_done = false};
    OK(vota_drafts_read(&asked->drafts, office->desk, slice_of(body), many ? 1 : 0, NULL));
    asked->job = (struct vota_writer_job){
        .rows = asked->drafts.rows, .n_rows = asked->drafts.n, .done = note_done, .context = asked};
    assert_int_equal(pthread_mutex_init(&asked->mutex, NULL), 0);
    assert_int_equal(pthread_cond_init(&asked->answered, NULL), 0);
    const bool taken = vota_writer_submit(office->writer, &asked->job);
    if (!taken)
        vota_drafts_done(&asked->drafts);
    return taken;
}

static void wait_for(struct asked *asked)
{
    (void)pthread_mutex_lock(&asked->mutex);
    while (!asked->is_done)
        (void)pthread_cond_wait(&asked->answered, &asked->mutex);
    (void)pthread_mutex_unlock(&asked->mutex);
}

static const char *word_of(const struct vota_writer_row *row)
{
    static const char *const words[] = {"refused", "added", "present"};
    if (row->broken != NULL)
        return row->broken;
    return row->answer == VOTA_INTAKE_REFUSED ? row->draft.refusal.reason : words[row->answer];
}

/* Asks, waits, and says in a word what became of the first record. */
static const char *answer_to(struct office *office, const char *body, bool many)
{
    struct asked asked;
    assert_true(ask(office, &asked, body, many));
    wait_for(&asked);
    const char *word = asked.job.problem;
    if (word == NULL)
        word = asked.job.n_rows == 0 ? "nothing" : word_of(&asked.job.rows[0]);
    vota_drafts_done(&asked.drafts);
    return word;
}

static void start_desk(struct office *office, struct importing *i)
{
    const struct vota_desk_options options = {
        .intake = i->options.intake, .now = tell_time, .context = i};
    OK(vota_store_open(&office->store, i->f.path, VOTA_STORE_READ_ONLY, NULL));
    OK(vota_drafts_desk_new(&office->desk, office->store, &options, NULL));
}

static void end_desk(struct office *office)
{
    vota_drafts_desk_free(office->desk);
    vota_store_free(office->store);
}

static struct office start(struct importing *i, size_t max_jobs)
{
    struct office office = {.writer = NULL};
    const struct vota_writer_options options = {.store_path = i->f.path,
                                                .intake = i->options.intake,
                                                .max_jobs = max_jobs,
                                                .now = tell_time,
                                                .context = i};
    OK(vota_writer_new(&office.writer, &options, NULL));
    start_desk(&office, i);
    return office;
}

static void end_office(struct office *office)
{
    end_desk(office);
    vota_writer_free(office->writer);
}

static void a_record_is_there_when_it_is_answered(void **state)
{
    (void)state;
    struct importing *i = importing_open();
    struct office office = start(i, 8);
    struct vota_store_record_copy copy;
    assert_string_equal(answer_to(&office, RECORD("r1", "v1", "yes"), false), "added");
    OK(vota_store_record_get(&copy, i->f.store, slice_of("r1"), NULL));
    assert_int_equal(copy.about.accepted_at, NOW);
    assert_int_equal(copy.about.anchor_by, NOW + 3600);
    vota_store_record_done(&copy);
    const struct vota_writer_state standing = vota_writer_state_of(office.writer);
    assert_int_equal(standing.groups, 1);
    assert_int_equal(standing.waiting, 0);
    assert_true(standing.is_well);
    end_office(&office);
    importing_close(i);
}

static void the_same_again_is_the_same_and_another_is_refused(void **state)
{
    (void)state;
    struct importing *i = importing_open();
    struct office office = start(i, 8);
    static const char *const cases[][2] = {
        {RECORD("r1", "v1", "yes"), "added"},
        {RECORD("r1", "v1", "yes"), "present"},
        {RECORD("r1", "v1", "no"), "other-content"},
        {RECORD("r1", "v2", "yes"), "other-content"},
        {RECORD("r2", "v1", "yes"), "second-vote"},
        {RECORD("r2", "v2", "perhaps"), "unknown-option"},
        {RECORD("r2", "v2", "no"), "added"},
        {RECORD("r1", "v1", "yes"), "present"},
    };
    for (size_t n = 0; n < sizeof cases / sizeof cases[0]; n++)
        assert_string_equal(answer_to(&office, cases[n][0], false), cases[n][1]);
    end_office(&office);
    assert_int_equal(records_of(i, "vote"), 2);
    importing_close(i);
}

static void a_body_is_one_record_in_any_spacing_or_refused(void **state)
{
    (void)state;
    struct importing *i = importing_open();
    struct office office = start(i, 8);
    static const char *const cases[][2] = {
        {"", "not-json"},
        {" \r\n\t", "not-json"},
        {"{", "not-json"},
        {"[]", "not-an-object"},
        {"{}{}", "not-json"},
        {RECORD("r1", "v1", "yes") "\n" RECORD("r2", "v2", "yes"), "not-json"},
        {"{\"id\":\"r\n1\"}", "not-json"},
        {"{\"id\":\"a\",\"id\":\"b\"}", "duplicate-member"},
        {"{\"id\":1}", "wrong-type"},
        {"{\"id\":\"\xff\"}", "not-utf8"},
        {"{}", "missing-field"},
        {"{\"register\":\"none\"}", "unknown-register"},
        {"\n{\r\n \"register\": \"vote\",\n \"id\": \"r3\",\n \"voter\": \"v3\",\n \"choice\": "
         "[\"yes\"],\n \"cast_at\": \"2026-09-21T14:15:00Z\"\n}\n",
         "added"},
    };
    for (size_t n = 0; n < sizeof cases / sizeof cases[0]; n++)
        assert_string_equal(answer_to(&office, cases[n][0], false), cases[n][1]);
    end_office(&office);
    assert_int_equal(records_of(i, "vote"), 1);
    importing_close(i);
}

static void many_records_are_answered_one_by_one(void **state)
{
    (void)state;
    struct importing *i = importing_open();
    struct office office = start(i, 8);
    struct asked asked;
    assert_true(
        ask(&office, &asked,
            RECORD("r1", "v1", "yes") "\n\nnonsense\n" RECORD("r1", "v1", "yes") "\r\n" RECORD(
                "r2", "v1", "no") "\n" RECORD("r3", "v3", "no"),
            true));
    wait_for(&asked);
    assert_null(asked.job.problem);
    static const struct {
        uint64_t line;
        const char *text; /* id, or the reason of a refusal */
        enum vota_intake_answer answer;
    } rows[] = {{1, "r1", VOTA_INTAKE_ADDED},
                {3, "not-json", VOTA_INTAKE_REFUSED},
                {4, "r1", VOTA_INTAKE_PRESENT},
                {5, "second-vote", VOTA_INTAKE_REFUSED},
                {6, "r3", VOTA_INTAKE_ADDED}};
    assert_int_equal(asked.job.n_rows, 5);
    for (size_t n = 0; n < 5; n++) {
        const struct vota_writer_row *row = &asked.job.rows[n];
        assert_int_equal(row->line, rows[n].line);
        assert_int_equal(row->answer, rows[n].answer);
        if (row->answer == VOTA_INTAKE_REFUSED)
            assert_string_equal(row->draft.refusal.reason, rows[n].text);
        else
            assert_memory_equal(row->draft.made.record_id.at, rows[n].text, strlen(rows[n].text));
    }
    vota_drafts_done(&asked.drafts);
    assert_string_equal(answer_to(&office, "\n\n", true), "nothing");
    end_office(&office);
    assert_int_equal(records_of(i, "vote"), 2);
    importing_close(i);
}

static void what_waits_shares_one_transaction_and_no_more_waits_than_may(void **state)
{
    (void)state;
    static const char *const bodies[] = {RECORD("r1", "v1", "yes"), RECORD("r2", "v2", "yes"),
                                         RECORD("r3", "v3", "yes"), RECORD("r4", "v4", "yes")};
    static struct asked asked[4];
    struct importing *i = importing_open();
    struct office office = start(i, 2);
    begin(&i->f); /* holds the writer up in its first transaction */
    assert_true(ask(&office, &asked[0], bodies[0], false));
    for (unsigned n = 0; n < 500 && vota_writer_state_of(office.writer).waiting > 0; n++)
        (void)usleep(2000);
    assert_true(ask(&office, &asked[1], bodies[1], false));
    assert_true(ask(&office, &asked[2], bodies[2], false));
    assert_false(ask(&office, &asked[3], bodies[3], false));
    assert_false(asked[0].is_done);
    commit(&i->f);
    for (size_t n = 0; n < 3; n++) {
        wait_for(&asked[n]);
        assert_int_equal(asked[n].job.rows[0].answer, VOTA_INTAKE_ADDED);
        vota_drafts_done(&asked[n].drafts);
    }
    assert_int_equal(vota_writer_state_of(office.writer).groups, 2);
    end_office(&office);
    assert_int_equal(records_of(i, "vote"), 3);
    importing_close(i);
}

static void what_waits_at_the_end_is_still_answered(void **state)
{
    (void)state;
    struct asked asked;
    struct importing *i = importing_open();
    struct office office = start(i, 8);
    assert_true(ask(&office, &asked, RECORD("r1", "v1", "yes"), false));
    end_office(&office);
    assert_true(asked.is_done);
    vota_drafts_done(&asked.drafts);
    assert_int_equal(records_of(i, "vote"), 1);
    importing_close(i);
}

/* As on a full disk: the whole job is turned away and nothing of it is kept. */
static void what_cannot_be_stored_is_not_acknowledged(void **state)
{
    (void)state;
    struct importing *i = importing_open();
    unsigned added = 0;
    for (unsigned step = 1; step <= 12 && added == 0; step++) {
        char fault[16];
        (void)snprintf(fault, sizeof fault, "fail:%u", step);
        assert_int_equal(setenv("VOTEANCHOR_FAULT", fault, 1), 0);
        struct office office = start(i, 8);
        assert_int_equal(unsetenv("VOTEANCHOR_FAULT"), 0);
        const char *word =
            answer_to(&office, RECORD("r1", "v1", "yes") "\n" RECORD("r2", "v2", "yes") "\n", true);
        const bool failed = strcmp(word, "store-unavailable") == 0;
        assert_true(failed || strcmp(word, "added") == 0);
        assert_int_equal(vota_writer_state_of(office.writer).is_well, !failed);
        end_office(&office);
        added = failed ? 0 : step;
        assert_int_equal(records_of(i, "vote"), failed ? 0 : 2);
    }
    assert_true(added > 2);
    importing_close(i);
}

/* Within seconds, also when the clock is set back meanwhile (clock_back.h). */
static void a_store_that_can_be_written_again_is_found_by_itself(void **state)
{
    (void)state;
    struct importing *i = importing_open();
    struct office office = start(i, 8);
    OK(vota_store_begin(i->f.store, NULL)); /* longer than the writer waits */
    assert_string_equal(answer_to(&office, RECORD("r1", "v1", "yes"), false), "store-unavailable");
    vota_store_rollback(i->f.store);
    assert_false(vota_writer_state_of(office.writer).is_well);
    for (unsigned n = 0; n < 200 && !vota_writer_state_of(office.writer).is_well; n++)
        (void)usleep(50000);
    assert_true(vota_writer_state_of(office.writer).is_well);
    end_office(&office);
    importing_close(i);
}

/* A register whose pepper is gone fails alone; the others' records are taken with it. */
static enum vota_status no_pepper_for_pick(void *context, uint8_t ret_pepper[32],
                                           const vota_hash *register_hash, struct vota_error *err)
{
    struct importing *i = context;
    struct vota_store_register_copy copy;
    OK(vota_store_register_get(&copy, i->f.store, i->f.network, "pick", NULL));
    const bool is_pick = vota_hash_equal(&copy.about.hash, register_hash);
    vota_store_register_done(&copy);
    return is_pick ? vota_fail(err, VOTA_NOT_FOUND, "file", "no-file")
                   : give_pepper(context, ret_pepper, register_hash, err);
}

static void one_broken_register_does_not_stop_the_others(void **state)
{
    (void)state;
    struct importing *i = importing_open();
    i->options.intake.pepper = no_pepper_for_pick;
    struct office office = start(i, 8);
    struct asked asked;
    assert_true(ask(&office, &asked,
                    "{\"register\":\"pick\",\"id\":\"p1\"}\n" RECORD("r1", "v1", "yes"), true));
    wait_for(&asked);
    assert_null(asked.job.problem);
    assert_int_equal(asked.job.n_rows, 2);
    assert_string_equal(asked.job.rows[0].broken, "internal");
    assert_int_equal(asked.job.rows[1].answer, VOTA_INTAKE_ADDED);
    vota_drafts_done(&asked.drafts);
    end_office(&office);
    importing_close(i);
}

/* ---- kill -9 ---- */

/* Of the child: the number of an acknowledged record goes down the pipe, as a reply would. */
struct load {
    struct office office; /* a desk of its own */
    int pipe;
    unsigned first;
};

static void *press(void *context)
{
    struct load *load = context;
    for (unsigned n = load->first;; n += 4) {
        char body[160];
        struct asked asked;
        (void)snprintf(body, sizeof body,
                       "{\"register\":\"vote\",\"id\":\"r%u\",\"voter\":\"v%u\",\"choice\":\"yes\","
                       "\"cast_at\":\"2026-09-21T14:15:00Z\"}",
                       n, n);
        if (!ask(&load->office, &asked, body, false))
            continue;
        wait_for(&asked);
        if (asked.job.problem != NULL || asked.job.rows[0].answer == VOTA_INTAKE_REFUSED)
            abort();
        if (write(load->pipe, &n, sizeof n) != sizeof n)
            abort();
        vota_drafts_done(&asked.drafts);
    }
    return NULL;
}

static void run_child(struct importing *i, int pipe)
{
    static struct load load[4];
    pthread_t threads[4];
    struct office office = start(i, 64);
    for (unsigned n = 0; n < 4; n++) {
        load[n] = (struct load){.office = {.writer = office.writer}, .pipe = pipe, .first = n};
        start_desk(&load[n].office, i);
        if (pthread_create(&threads[n], NULL, press, &load[n]) != 0)
            abort();
    }
    for (;;)
        (void)pause();
}

/* Reads what was acknowledged until the child is gone; how much, and each of it is in the store. */
static unsigned check_acknowledged(struct importing *i, int from)
{
    unsigned number;
    unsigned count = 0;
    while (read(from, &number, sizeof number) == (ssize_t)sizeof number) {
        char id[16];
        struct vota_store_record_copy copy;
        (void)snprintf(id, sizeof id, "r%u", number);
        OK(vota_store_record_get(&copy, i->f.store, slice_of(id), NULL));
        vota_store_record_done(&copy);
        count++;
    }
    return count;
}

static void what_was_acknowledged_survives_a_kill(void **state)
{
    (void)state;
    struct importing *i = importing_open();
    unsigned acknowledged = 0;
    for (unsigned round = 0; round < 6; round++) {
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        const pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            (void)close(ends[0]);
            run_child(i, ends[1]);
        }
        assert_int_equal(close(ends[1]), 0);
        (void)usleep(60000 + round * 17000);
        assert_int_equal(kill(child, SIGKILL), 0);
        assert_int_equal(waitpid(child, NULL, 0), child);
        acknowledged += check_acknowledged(i, ends[0]);
        assert_int_equal(close(ends[0]), 0);
    }
    assert_true(acknowledged > 0);
    importing_close(i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_is_there_when_it_is_answered),
        cmocka_unit_test(the_same_again_is_the_same_and_another_is_refused),
        cmocka_unit_test(a_body_is_one_record_in_any_spacing_or_refused),
        cmocka_unit_test(many_records_are_answered_one_by_one),
        cmocka_unit_test(what_waits_shares_one_transaction_and_no_more_waits_than_may),
        cmocka_unit_test(what_waits_at_the_end_is_still_answered),
        cmocka_unit_test(what_cannot_be_stored_is_not_acknowledged),
        cmocka_unit_test(a_store_that_can_be_written_again_is_found_by_itself),
        cmocka_unit_test(one_broken_register_does_not_stop_the_others),
        cmocka_unit_test(what_was_acknowledged_survives_a_kill),
    };
    return RUN_TESTS(tests);
}
