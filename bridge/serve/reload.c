/* SPDX-License-Identifier: Apache-2.0 */
/* Configurations compared, key by key: see reload.h. */
#include "bridge/serve/reload.h"

#include <stdio.h>
#include <string.h>

#include "proof/bytes.h"

/* Sections that end in a dot are meant whole. The others need a new process. */
static const char *const live[] = {
    "fees.",      "batch.",   "http.rate", "http.burst", "log.", "service.stop_within",
    "registers.", "webhook.",
};

static bool may_change(const char *name)
{
    for (size_t i = 0; i < sizeof live / sizeof live[0]; i++) {
        const size_t len = strlen(live[i]);
        const bool whole_section = live[i][len - 1] == '.';
        if (whole_section ? strncmp(name, live[i], len) == 0 : strcmp(name, live[i]) == 0)
            return true;
    }
    return false;
}

/* Bytes that a value takes up, text with its NUL. */
static size_t size_of(const struct vota_config_key *key, const void *value)
{
    switch (key->type) {
    case VOTA_CONFIG_COUNT:
    case VOTA_CONFIG_SECONDS:
    case VOTA_CONFIG_GWEI:
    case VOTA_CONFIG_ETHER:
        return sizeof(uint64_t);
    case VOTA_CONFIG_ADDRESS:
        return sizeof(vota_addr);
    case VOTA_CONFIG_HASH:
        return sizeof(vota_hash);
    case VOTA_CONFIG_TEXT:
    case VOTA_CONFIG_NETWORK:
    case VOTA_CONFIG_KEY:
    case VOTA_CONFIG_KEY_HERE:
    case VOTA_CONFIG_CHOICE:
    case VOTA_CONFIG_URL:
    case VOTA_CONFIG_LISTEN:
    case VOTA_CONFIG_PROXY:
        return strlen(value) + 1;
    case VOTA_CONFIG_URLS:
        break;
    }
    return 0;
}

static bool urls_equal(const struct vota_config_network *one,
                       const struct vota_config_network *other)
{
    bool equal = one->n_urls == other->n_urls;
    for (size_t i = 0; equal && i < one->n_urls; i++)
        equal = strcmp(one->url[i], other->url[i]) == 0;
    return equal;
}

/* The network that a list of urls is a member of begins at the key's offset. */
static bool values_equal(const struct vota_config_key *key, const uint8_t *one,
                         const uint8_t *other)
{
    if (key->type == VOTA_CONFIG_URLS)
        return urls_equal((const struct vota_config_network *)(const void *)one,
                          (const struct vota_config_network *)(const void *)other);
    const size_t size = size_of(key, one);
    return size == size_of(key, other) && vota_bytes_equal(one, other, size);
}

void vota_reload_take(struct vota_config *config, const struct vota_config *to,
                      void (*each)(void *context, const char *key, bool taken), void *context)
{
    size_t n = 0;
    const struct vota_config_key *keys = vota_config_keys(&n);
    for (size_t i = 0; i < n; i++) {
        uint8_t *mine = (uint8_t *)config + keys[i].offset;
        const uint8_t *theirs = (const uint8_t *)to + keys[i].offset;
        char name[VOTA_CONFIG_VARIABLE_CAP];
        if (values_equal(&keys[i], mine, theirs))
            continue;
        (void)snprintf(name, sizeof name, "%s.%s", keys[i].section, keys[i].name);
        const bool taken = may_change(name);
        if (taken)
            vota_bytes_copy(mine, theirs, size_of(&keys[i], theirs));
        each(context, name, taken);
    }
}
