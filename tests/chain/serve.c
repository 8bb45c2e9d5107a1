/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scripted chain for programs that are not C: a JSON-RPC request a line in,
 * its answer a line out. A line that begins with a word instead tells the chain
 * what to do: "mine N", "empty N", "storm N", "reorg DEPTH MODE", "write" (one
 * entry of every kind), "fields N" as the first line of all.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/engine/contract.h"
#include "tests/chain/chain.h"

#define LINE_MAX_BYTES ((size_t)256 * 1024)

static void call(struct chain *chain, enum chain_actor actor, const struct vota_wr *data)
{
    struct chain_contract contract;
    if (!chain_contract(chain, &contract))
        return;
    const struct chain_order order = {
        .actor = actor, .to = contract.address, .data = {data->to, data->len}};
    (void)chain_send(chain, &order);
    chain_mine(chain, 1);
}

static vota_hash head_of(const struct chain *chain)
{
    struct chain_contract contract = {.length = 0};
    (void)chain_contract(chain, &contract);
    return contract.head;
}

/* The anchorer's three, the owner's three; and one that is refused. */
static void write_entries(struct chain *chain)
{
    static const char text[] = "{\"title\":\"A park for children\"}";
    static const uint64_t counts[] = {3, 0, 18446744073709551615u};
    const vota_hash root = {{0x42}};
    const vota_addr key = chain_address(CHAIN_ANCHORER_2);
    uint8_t bytes[1024];
    struct vota_wr wr = vota_wr_of(bytes, sizeof bytes);
    vota_hash head = head_of(chain);
    vota_contract_open_register(&wr, &head,
                                (struct vota_slice){(const uint8_t *)text, sizeof text - 1});
    call(chain, CHAIN_ANCHORER, &wr);
    call(chain, CHAIN_ANCHORER, &wr); /* the same again: its parent is stale */
    (void)chain_send_anchor(chain, CHAIN_ANCHORER, &root, 4096);
    (void)chain_send_self(chain, CHAIN_STRANGER);
    (void)chain_send_self(chain, CHAIN_OWNER_2);
    chain_mine(chain, 1);
    head = head_of(chain);
    wr.len = 0;
    vota_contract_publish_result(&wr, &head, &root, 2, counts, 3);
    call(chain, CHAIN_ANCHORER, &wr);
    (void)chain_send_disavow(chain, 1, 2, "a stolen key");
    chain_mine(chain, 1);
    (void)chain_send_set_key(chain, VOTA_ROLE_ANCHORER, &key, 1700000000);
    chain_mine(chain, 1);
    (void)chain_send_succeeded(chain, 17, &key);
    chain_mine(chain, 1);
}

/* False: no order that is known. */
static bool obey(struct chain *chain, const char *line)
{
    char word[16] = "";
    char *end = NULL;
    const size_t len = strcspn(line, " \n");
    if (len >= sizeof word)
        return false;
    memcpy(word, line, len);
    const unsigned first = (unsigned)strtoul(line + len, &end, 10);
    const unsigned second = (unsigned)strtoul(end, NULL, 10);
    if (strcmp(word, "mine") == 0)
        chain_mine(chain, first);
    else if (strcmp(word, "empty") == 0)
        chain_mine_empty(chain, first);
    else if (strcmp(word, "storm") == 0)
        chain_storm(chain, first);
    else if (strcmp(word, "reorg") == 0)
        (void)chain_reorg(chain, first, 1, (enum chain_reorg_mode)second);
    else if (strcmp(word, "write") == 0)
        write_entries(chain);
    else
        return false;
    return true;
}

static void answer(const struct vota_transport *transport, const char *line, size_t len)
{
    struct vota_response response;
    vota_response_init(&response, (size_t)32 * 1024 * 1024);
    const struct vota_slice request = {(const uint8_t *)line, len};
    if (vota_transport_send(transport, &response, request, 1000) == VOTA_OK)
        (void)fwrite(response.body, 1, response.len, stdout);
    (void)fputc('\n', stdout);
    (void)fflush(stdout);
    vota_response_done(&response);
}

int main(void)
{
    static char line[LINE_MAX_BYTES];
    struct chain_options options = {.fields = 21};
    struct chain *chain = NULL;
    struct vota_transport transport;
    while (fgets(line, sizeof line, stdin) != NULL) {
        if (chain == NULL && strncmp(line, "fields ", 7) == 0) {
            options.fields = (unsigned)strtoul(line + 7, NULL, 10);
            continue;
        }
        if (chain == NULL) {
            chain = chain_new_with(1, &options);
            chain_node_window(chain, 0, 0);
            chain_transport_init(&transport, chain, 0);
        }
        if (line[0] == '{')
            answer(&transport, line, strlen(line));
        else if (!obey(chain, line))
            return 1;
    }
    chain_free(chain);
    return 0;
}
