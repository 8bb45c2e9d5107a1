/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens, buckets and streams of clients: see clients.h. */
#include "bridge/http/clients.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bridge/http/auth.h"

/* What is known of the token of the same place. */
struct standing {
    struct vota_rate rate;
    unsigned streams;
};

struct vota_clients {
    struct vota_rate_policy policy;
    pthread_mutex_t mutex; /* guards what follows */
    struct vota_tokens tokens;
    struct standing standings[VOTA_TOKENS_MAX];
    unsigned streams;
};

static uint64_t now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* NULL where no token is this client's; with the mutex. */
static struct standing *standing_of(struct vota_clients *clients, const char *client)
{
    for (size_t i = 0; i < clients->tokens.n; i++) {
        if (strcmp(clients->tokens.token[i].client, client) == 0)
            return &clients->standings[i];
    }
    return NULL;
}

/* Revoking another's token must not fill a bucket. */
void vota_clients_set(struct vota_clients *clients, const struct vota_tokens *tokens)
{
    struct standing standings[VOTA_TOKENS_MAX] = {{{0}, 0}};
    (void)pthread_mutex_lock(&clients->mutex);
    for (size_t i = 0; i < tokens->n; i++) {
        const struct standing *standing = standing_of(clients, tokens->token[i].client);
        if (standing != NULL)
            standings[i] = *standing;
    }
    clients->tokens = *tokens;
    memcpy(clients->standings, standings, sizeof standings);
    (void)pthread_mutex_unlock(&clients->mutex);
}

void vota_clients_set_rate(struct vota_clients *clients, const struct vota_rate_policy *rate)
{
    (void)pthread_mutex_lock(&clients->mutex);
    clients->policy = *rate;
    (void)pthread_mutex_unlock(&clients->mutex);
}

/* With the mutex. */
static const char *find(const struct vota_token **ret_token, const struct vota_clients *clients,
                        const char *authorization, unsigned scope)
{
    const enum vota_auth_answer answer =
        vota_auth_check(ret_token, &clients->tokens, authorization, scope);
    if (answer == VOTA_AUTH_NOBODY)
        return "no-token";
    return answer == VOTA_AUTH_SCOPE ? "not-allowed" : NULL;
}

const char *vota_clients_check(struct vota_clients *clients, const char *authorization,
                               unsigned scope, uint64_t cost, uint64_t *ret_wait)
{
    const struct vota_token *token = NULL;
    (void)pthread_mutex_lock(&clients->mutex);
    const char *problem = find(&token, clients, authorization, scope);
    if (problem == NULL && !vota_rate_take(&clients->standings[token - clients->tokens.token].rate,
                                           &clients->policy, cost, now_ms(), ret_wait))
        problem = "too-many-requests";
    (void)pthread_mutex_unlock(&clients->mutex);
    return problem;
}

const char *vota_clients_enter(struct vota_clients *clients, const char *authorization,
                               char ret_client[VOTA_TOKEN_CLIENT_MAX + 1])
{
    const struct vota_token *token = NULL;
    (void)pthread_mutex_lock(&clients->mutex);
    const char *problem = find(&token, clients, authorization, VOTA_TOKEN_SUBMIT);
    if (problem == NULL) {
        struct standing *standing = &clients->standings[token - clients->tokens.token];
        if (clients->streams == VOTA_CLIENTS_STREAMS ||
            standing->streams == VOTA_CLIENTS_STREAMS_OF_ONE) {
            problem = "overloaded";
        } else {
            clients->streams++;
            standing->streams++;
            memcpy(ret_client, token->client, sizeof token->client);
        }
    }
    (void)pthread_mutex_unlock(&clients->mutex);
    return problem;
}

void vota_clients_leave(struct vota_clients *clients, const char *client)
{
    (void)pthread_mutex_lock(&clients->mutex);
    struct standing *standing = standing_of(clients, client);
    clients->streams--;
    if (standing != NULL && standing->streams > 0) /* it may have been revoked, and made anew */
        standing->streams--;
    (void)pthread_mutex_unlock(&clients->mutex);
}

enum vota_status vota_clients_new(struct vota_clients **ret_clients,
                                  const struct vota_rate_policy *rate)
{
    struct vota_clients *clients = calloc(1, sizeof *clients);
    if (clients == NULL || pthread_mutex_init(&clients->mutex, NULL) != 0) {
        free(clients);
        return VOTA_NO_MEMORY;
    }
    clients->policy = *rate;
    *ret_clients = clients;
    return VOTA_OK;
}

void vota_clients_free(struct vota_clients *clients)
{
    if (clients == NULL)
        return;
    (void)pthread_mutex_destroy(&clients->mutex);
    free(clients);
}
