/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which RPC addresses may stand where. It reads an address, it does not go
 * there.
 */
#include "bridge/url.h"

#include <stdio.h>
#include <string.h>

/* Providers' access keys are 20 characters and more; words of a path are not. */
#define KEY_LENGTH 20u

/* Parts of an address, borrowed from it. */
struct parts {
    bool https;
    const char *host; /* without brackets */
    size_t host_len;
    const char *rest; /* path, query, fragment */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

static bool printable(const char *url)
{
    for (; *url != '\0'; url++) {
        if ((unsigned char)*url <= 0x20 || (unsigned char)*url >= 0x7f)
            return false;
    }
    return true;
}

/* ":" and 1 .. 65535, or nothing. */
static bool port_ok(const char *port, size_t len)
{
    if (len == 0)
        return true;
    uint32_t number = 0;
    if (port[0] != ':' || len < 2 || len > 6)
        return false;
    for (size_t i = 1; i < len; i++) {
        if (!is_digit(port[i]))
            return false;
        number = number * 10 + (uint32_t)(port[i] - '0');
    }
    return number > 0 && number <= 65535;
}

static bool host_ok(const char *host, size_t len, bool bracketed)
{
    for (size_t i = 0; i < len; i++) {
        if (!is_word(host[i]) && host[i] != '.' && !(bracketed && host[i] == ':'))
            return false;
    }
    return len > 0;
}

/* NULL, or the reason why the part between scheme and path is not a host with a port. */
static const char *read_host(struct parts *parts, const char *at, size_t len)
{
    if (memchr(at, '@', len) != NULL)
        return "url-userinfo";
    const bool bracketed = len > 0 && at[0] == '[';
    const char *end = memchr(at, bracketed ? ']' : ':', len);
    if (bracketed && end == NULL)
        return "url-no-host";
    parts->host = at + (bracketed ? 1 : 0);
    parts->host_len = (end == NULL ? at + len : end) > parts->host
                          ? (size_t)((end == NULL ? at + len : end) - parts->host)
                          : 0;
    const char *port = parts->host + parts->host_len + (bracketed ? 1 : 0);
    if (!host_ok(parts->host, parts->host_len, bracketed))
        return "url-no-host";
    return port_ok(port, (size_t)(at + len - port)) ? NULL : "url-bad-port";
}

static const char *split(struct parts *parts, const char *url)
{
    if (strlen(url) > VOTA_URL_MAX)
        return "url-too-long";
    if (!printable(url))
        return "url-bad-character";
    parts->https = strncmp(url, "https://", 8) == 0;
    if (!parts->https && strncmp(url, "http://", 7) != 0)
        return "url-scheme";
    const char *host = url + (parts->https ? 8 : 7);
    const size_t len = strcspn(host, "/?#");
    parts->rest = host + len;
    return read_host(parts, host, len);
}

static bool host_is(const struct parts *parts, const char *name)
{
    return strlen(name) == parts->host_len && memcmp(parts->host, name, parts->host_len) == 0;
}

/* 127.a.b.c in the usual form only: other spellings of loopback are not worth their risk. */
static bool is_loopback_v4(const char *host, size_t len)
{
    size_t dots = 0;
    size_t digits = 0;
    if (len < 9 || memcmp(host, "127.", 4) != 0)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (host[i] != '.' && !is_digit(host[i]))
            return false;
        digits = host[i] == '.' ? 0 : digits + 1;
        dots += host[i] == '.';
        if (digits > 3 || (host[i] == '.' && i + 1 < len && host[i + 1] == '.'))
            return false;
    }
    return dots == 3 && digits > 0;
}

static bool is_loopback(const struct parts *parts)
{
    return host_is(parts, "localhost") || host_is(parts, "::1") ||
           is_loopback_v4(parts->host, parts->host_len);
}

/* A run of KEY_LENGTH word characters with a digit in it, in path or query; or a fragment. */
static bool has_key(const char *rest)
{
    size_t run = 0;
    size_t digits = 0;
    for (; *rest != '\0'; rest++) {
        run = is_word(*rest) ? run + 1 : 0;
        digits = run == 0 ? 0 : digits + is_digit(*rest);
        if (run >= KEY_LENGTH && digits > 0)
            return true;
    }
    return false;
}

const char *vota_url_problem(const char *url, bool secret_place)
{
    struct parts parts;
    const char *problem = split(&parts, url);
    if (problem != NULL)
        return problem;
    if (!parts.https && !is_loopback(&parts))
        return "url-not-local";
    return !secret_place && has_key(parts.rest) ? "url-key" : NULL;
}

/* Length of the scheme of a proxy's address with its slashes; 0: none that we speak. */
static size_t proxy_scheme(const char *url)
{
    static const char *const schemes[] = {"http://", "socks5h://"};
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        const size_t len = strlen(schemes[i]);
        if (strncmp(url, schemes[i], len) == 0)
            return len;
    }
    return 0;
}

/* Behind name and password, if there are any. */
static const char *proxy_host(const char *url)
{
    const char *at = url + proxy_scheme(url);
    const char *before = memchr(at, '@', strcspn(at, "/?#"));
    return before == NULL ? at : before + 1;
}

static const char *proxy_parts(struct parts *parts, const char *url, bool secret_place)
{
    const size_t scheme = proxy_scheme(url);
    if (strlen(url) > VOTA_URL_MAX)
        return "url-too-long";
    if (!printable(url))
        return "url-bad-character";
    if (scheme == 0)
        return "proxy-scheme";
    const char *host = secret_place ? proxy_host(url) : url + scheme;
    const size_t len = strcspn(host, "/?#");
    parts->rest = host + len;
    return read_host(parts, host, len);
}

const char *vota_url_proxy_problem(const char *url, bool secret_place)
{
    struct parts parts = {.host = NULL};
    const char *problem = proxy_parts(&parts, url, secret_place);
    if (problem != NULL)
        return problem;
    if (parts.rest[0] != '\0' && strcmp(parts.rest, "/") != 0)
        return "proxy-path";
    const char *behind = parts.host + parts.host_len;
    return behind + (*behind == ']' ? 1 : 0) == parts.rest ? "proxy-needs-port" : NULL;
}

void vota_url_shown(char *ret_text, size_t cap, const char *url)
{
    struct parts parts;
    if (vota_url_proxy_problem(url, true) == NULL) {
        const char *host = proxy_host(url);
        (void)snprintf(ret_text, cap, "%.*s%.*s", (int)proxy_scheme(url), url,
                       (int)strcspn(host, "/"), host);
        return;
    }
    if (split(&parts, url) != NULL) {
        (void)snprintf(ret_text, cap, "?");
        return;
    }
    (void)snprintf(ret_text, cap, "%.*s", (int)(parts.rest - url), url);
}
