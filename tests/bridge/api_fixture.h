/* SPDX-License-Identifier: Apache-2.0 */
/* The API over a socket, with a real store, writer and signing threads, for its tests; and a chain
 * that is only written down. */
#ifndef VOTA_TESTS_BRIDGE_API_FIXTURE_H
#define VOTA_TESTS_BRIDGE_API_FIXTURE_H

#include "tests/bridge/import_fixture.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "bridge/http/api.h"
#include "bridge/store/store_line.h"
#include "proof/journal.h"

#define RECORD(id, voter, choice)                                                                  \
    "{\"register\":\"vote\",\"id\":\"" id "\",\"voter\":\"" voter "\",\"choice\":\"" choice        \
    "\",\"cast_at\":\"2026-09-21T14:15:00Z\"}"

struct city {
    struct importing *i;
    struct vota_signer *signer;
    struct vota_writer *writer;
    struct vota_receipts *receipts;
    struct vota_api *api;
    struct vota_server *server;
    char token[2][VOTA_TOKEN_CHARS + 1]; /* may submit and read; may read */
    int fd;
    bool is_head; /* what is asked: no body comes */
    /* of the last answer */
    unsigned status;
    char head[1024];
    char body[65536];
};

static inline void give_tokens(struct city *city)
{
    static struct vota_tokens tokens;
    tokens.n = 2;
    for (unsigned n = 0; n < 2; n++) {
        uint8_t secret[32] = {(uint8_t)(n + 1)};
        struct vota_token *token = &tokens.token[n];
        *token = (struct vota_token){.scopes = n == 0 ? VOTA_TOKEN_SUBMIT | VOTA_TOKEN_READ
                                                      : VOTA_TOKEN_READ};
        (void)snprintf(token->client, sizeof token->client, "client-%u", n);
        OK(vota_crypto_sha256(token->hash, secret, sizeof secret));
        struct vota_wr wr = vota_wr_of(city->token[n], VOTA_TOKEN_CHARS);
        vota_wr_text(&wr, "vota_");
        vota_hex_write_bare(&wr, secret, sizeof secret);
        city->token[n][wr.len] = '\0';
    }
    vota_api_set_tokens(city->api, &tokens);
}

static inline void serve(struct city *city, struct vota_rate_policy rate,
                         struct vota_standing_board *board)
{
    struct importing *i = city->i;
    const struct vota_writer_options writer = {.store_path = i->f.path,
                                               .intake = i->options.intake,
                                               .max_jobs = 64,
                                               .now = tell_time,
                                               .context = i};
    struct vota_receipts_options receipts = {
        .store_path = i->f.path,
        .acceptance = city->signer,
        .threads = 2,
        .desk = {.intake = i->options.intake, .now = tell_time, .context = i}};
    OK(vota_store_line_get(&receipts.network, i->f.store, i->f.network, NULL));
    OK(vota_writer_new(&city->writer, &writer, NULL));
    OK(vota_receipts_new(&city->receipts, &receipts, NULL));
    const struct vota_api_options api = {.writer = city->writer,
                                         .receipts = city->receipts,
                                         .rate = rate,
                                         .watch = {.board = board}};
    OK(vota_api_new(&city->api, &api, NULL));
    give_tokens(city);
    const struct vota_server_options server = {.listen = "127.0.0.1:0",
                                               .threads = 2,
                                               .connections = 32,
                                               .head_max = 16384,
                                               .body_max = 100000,
                                               .deadline = 10,
                                               .handler = vota_api_handle,
                                               .wants_body = vota_api_wants_body,
                                               .open_stream = vota_api_open_stream,
                                               .run_stream = vota_api_stream_run,
                                               .context = city->api};
    OK(vota_server_start(&city->server, &server, NULL));
}

static inline int dial(unsigned port)
{
    const struct sockaddr_in address = {.sin_family = AF_INET,
                                        .sin_port = htons((uint16_t)port),
                                        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

static inline struct city *city_open_watched(struct vota_rate_policy rate,
                                             struct vota_standing_board *board)
{
    struct city *city = calloc(1, sizeof *city);
    assert_non_null(city);
    city->i = importing_open();
    OK(vota_signer_generate(&city->signer, NULL));
    serve(city, rate, board);
    city->fd = dial(vota_server_port(city->server));
    return city;
}

static inline struct city *city_open(struct vota_rate_policy rate)
{
    return city_open_watched(rate, NULL);
}

static inline void city_close(struct city *city)
{
    assert_int_equal(close(city->fd), 0);
    vota_server_stop(city->server);
    vota_writer_free(city->writer);
    vota_receipts_free(city->receipts);
    vota_api_free(city->api);
    vota_signer_free(city->signer);
    importing_close(city->i);
    free(city);
}

/* Reads one answer of known length; false when the other side hung up. */
static inline bool hear(struct city *city)
{
    size_t len = 0;
    while (len == 0 || strstr(city->head, "\r\n\r\n") == NULL) {
        if (len + 1 == sizeof city->head || recv(city->fd, city->head + len, 1, 0) != 1)
            return false;
        city->head[++len] = '\0';
    }
    const char *length = strstr(city->head, "Content-Length: ");
    if (length == NULL && strstr(city->head, " 304 ") != NULL)
        length = "Content-Length: 0";
    assert_non_null(length);
    const size_t want = city->is_head || length == NULL ? 0 : strtoul(length + 16, NULL, 10);
    assert_true(want < sizeof city->body);
    for (len = 0; len < want;) {
        const ssize_t n = recv(city->fd, city->body + len, want - len, 0);
        if (n <= 0)
            return false;
        len += (size_t)n;
    }
    city->body[len] = '\0';
    city->status = (unsigned)strtoul(city->head + 9, NULL, 10);
    return true;
}

/* One request; headers beside Host and Content-Length end with CRLF each. */
static inline bool request(struct city *city, const char *line, const char *headers,
                           const char *body)
{
    static _Thread_local char text[65536];
    const int len =
        snprintf(text, sizeof text, "%s HTTP/1.1\r\nHost: x\r\n%sContent-Length: %zu\r\n\r\n%s",
                 line, headers, strlen(body), body);
    assert_true(len > 0 && (size_t)len < sizeof text);
    return send(city->fd, text, (size_t)len, MSG_NOSIGNAL) == len && hear(city);
}

/* With a token, and the type of the body. */
static inline unsigned ask(struct city *city, unsigned token, const char *line, const char *type,
                           const char *body)
{
    char headers[256];
    (void)snprintf(headers, sizeof headers, "Authorization: Bearer %s\r\nContent-Type: %s\r\n",
                   city->token[token], type);
    assert_true(request(city, line, headers, body));
    return city->status;
}

static inline json_t *answer(const struct city *city)
{
    json_t *json = json_loads(city->body, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(json);
    return json;
}

static inline void assert_problem(const struct city *city, unsigned status, const char *code)
{
    json_t *json = answer(city);
    assert_int_equal(city->status, status);
    assert_non_null(strstr(city->head, "Content-Type: application/problem+json\r\n"));
    assert_string_equal(test_text(json, "code"), code);
    json_decref(json);
}

static const struct vota_rate_policy no_limit;

#define POST "POST /v1/records"
#define JSON "application/json"

/* ---- a chain that is only written down ---- */

/* Seals what is pending; its number. */
static inline struct vota_store_batch city_seal(struct city *city)
{
    enum { MOST = 1024 };
    static struct vota_merkle_item items[MOST], scratch[MOST];
    static vota_hash tree[2 * MOST];
    struct fixture *f = &city->i->f;
    struct vota_store_batch batch;
    struct vota_store_seal order = {.network = f->network, .sealed_at = NOW, .items = items};
    begin(f);
    OK(vota_store_batch_collect(items, &order.n, MOST, f->store, f->network, NULL));
    vota_merkle_sort(items, scratch, order.n);
    OK(vota_merkle_build_items(tree, items, order.n));
    order.root = tree[0];
    OK(vota_store_batch_seal(&batch, f->store, &order, NULL));
    commit(f);
    return batch;
}

/* An entry at the end of the journal: number, block 20 + number. */
static inline struct vota_store_entry city_entry(struct city *city, struct vota_entry about,
                                                 struct vota_slice data)
{
    struct fixture *f = &city->i->f;
    uint64_t length;
    uint64_t final;
    vota_hash hash;
    struct vota_store_entry entry = {.entry = about, .data = data};
    OK(vota_store_journal_length(&length, &final, &entry.head, f->store, f->network, NULL));
    entry.entry.number = length + 1;
    entry.entry.block = 20 + entry.entry.number;
    entry.entry.time = NOW + entry.entry.number;
    entry.tx_hash = hash_of(1000 + entry.entry.number);
    entry.block_hash = hash_of(900 + entry.entry.number);
    vota_entry_hash(&hash, &entry.entry);
    vota_journal_next(&entry.head, &entry.head, &hash);
    OK(vota_store_journal_add(f->store, f->network, &entry, NULL));
    return entry;
}

/* A batch is in a block: as the next entry. */
static inline uint64_t city_mine(struct city *city, const struct vota_store_batch *batch)
{
    struct fixture *f = &city->i->f;
    const struct vota_store_assign assign = assign_of(1);
    struct vota_store_attempt attempt = attempt_of(batch->operation, (uint64_t)batch->id, 9);
    struct vota_entry about;
    begin(f);
    OK(vota_store_outbox_sign(&attempt, f->store, &assign, &attempt, NULL));
    OK(vota_store_outbox_sent(f->store, attempt.id, NOW, NULL));
    vota_entry_batch(&about, &batch->root, (uint32_t)batch->count);
    const struct vota_store_entry entry = city_entry(city, about, slice_of(""));
    const struct vota_store_mined mined = {.entry = entry.entry,
                                           .head = entry.head,
                                           .tx_hash = attempt.tx_hash,
                                           .block_hash = entry.block_hash,
                                           .gas_used = 20000,
                                           .effective_price = 3};
    OK(vota_store_outbox_mined(f->store, batch->operation, &mined, NULL));
    commit(f);
    return entry.entry.number;
}

/* All of the journal is final, and there is evidence of it. */
static inline void city_finalise(struct city *city)
{
    struct fixture *f = &city->i->f;
    uint64_t final;
    static const uint8_t nodes[] = {0, 0, 0, 2, 0xaa, 0xbb, 0, 0, 0, 1, 0xcc};
    struct vota_store_evidence evidence = {
        .header = slice_of("a header"), .account = {nodes, sizeof nodes}, .storage = {nodes, 6}};
    begin(f);
    OK(vota_store_journal_length(&evidence.length, &final, &evidence.head, f->store, f->network,
                                 NULL));
    evidence.block = 100 + evidence.length;
    OK(vota_store_journal_set_final(f->store, f->network, evidence.length, NULL));
    OK(vota_store_journal_keep(f->store, f->network, &evidence, NULL));
    commit(f);
}

#endif
