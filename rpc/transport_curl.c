/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The transport over libcurl: TLS 1.2 or newer with a verified peer, no
 * redirects, no compression (no bombs), a ceiling that holds while bytes arrive.
 * Must not log: the URL it holds may contain a provider's key.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <curl/curl.h>

#include "rpc/file.h"
#include "rpc/transport.h"

#define CONNECT_MS        5000u
#define RETRY_AFTER_MAX_S 86400

struct link {
    struct vota_transport transport; /* what the caller holds: this, */
    struct vota_fetch fetch;         /* or this */
    CURL *curl;
    char *base; /* of a fetch: the address with a slash at its end; owned */
    struct curl_slist *headers;
    const atomic_bool *hang_up; /* NULL: nobody breaks a call off */
    bool by_proxy;
};

/* Where the bytes of one call go, and why they stopped. */
struct sink {
    struct vota_response *response;
    enum vota_status status;
};

static size_t take_bytes(char *bytes, size_t size, size_t count, void *user)
{
    struct sink *sink = user;
    sink->status = vota_response_add(sink->response, bytes, size * count);
    return sink->status == VOTA_OK ? size * count : 0;
}

static const struct {
    CURLcode code;
    enum vota_transport_fault fault;
} faults[] = {
    {CURLE_OK, VOTA_TRANSPORT_NONE},
    {CURLE_OPERATION_TIMEDOUT, VOTA_TRANSPORT_TIMEOUT},
    {CURLE_COULDNT_RESOLVE_HOST, VOTA_TRANSPORT_DNS},
    {CURLE_COULDNT_RESOLVE_PROXY, VOTA_TRANSPORT_PROXY_DOWN},
    {CURLE_PROXY, VOTA_TRANSPORT_PROXY_REFUSED}, /* SOCKS */
    {CURLE_COULDNT_CONNECT, VOTA_TRANSPORT_CONNECT},
    {CURLE_SSL_CONNECT_ERROR, VOTA_TRANSPORT_TLS},
    {CURLE_PEER_FAILED_VERIFICATION, VOTA_TRANSPORT_TLS},
    {CURLE_SSL_CERTPROBLEM, VOTA_TRANSPORT_TLS},
    {CURLE_SSL_CIPHER, VOTA_TRANSPORT_TLS},
    {CURLE_SSL_CACERT_BADFILE, VOTA_TRANSPORT_TLS},
    {CURLE_SSL_ISSUER_ERROR, VOTA_TRANSPORT_TLS},
    {CURLE_PARTIAL_FILE, VOTA_TRANSPORT_CLOSED},
    {CURLE_GOT_NOTHING, VOTA_TRANSPORT_CLOSED},
    {CURLE_RECV_ERROR, VOTA_TRANSPORT_CLOSED},
    {CURLE_SEND_ERROR, VOTA_TRANSPORT_CLOSED},
    {CURLE_HTTP2, VOTA_TRANSPORT_CLOSED},
    {CURLE_HTTP2_STREAM, VOTA_TRANSPORT_CLOSED},
    {CURLE_ABORTED_BY_CALLBACK, VOTA_TRANSPORT_CLOSED},
};

/* Behind a proxy nothing else is connected to, and an answer to CONNECT is the proxy's own. */
static enum vota_transport_fault proxy_fault(const struct link *link, CURLcode code)
{
    long connect_status = 0;
    if (!link->by_proxy)
        return VOTA_TRANSPORT_NONE;
    if (code == CURLE_COULDNT_CONNECT)
        return VOTA_TRANSPORT_PROXY_DOWN;
    const bool answered =
        curl_easy_getinfo(link->curl, CURLINFO_HTTP_CONNECTCODE, &connect_status) == CURLE_OK &&
        connect_status != 0;
    return answered && connect_status / 100 != 2 ? VOTA_TRANSPORT_PROXY_REFUSED
                                                 : VOTA_TRANSPORT_NONE;
}

static enum vota_transport_fault fault_of(const struct link *link, CURLcode code)
{
    const enum vota_transport_fault by_proxy = proxy_fault(link, code);
    if (code != CURLE_OK && by_proxy != VOTA_TRANSPORT_NONE)
        return by_proxy;
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        if (faults[i].code == code)
            return faults[i].fault;
    }
    return VOTA_TRANSPORT_OTHER;
}

static void read_outcome(CURL *curl, struct vota_response *response)
{
    long http_status = 0;
    curl_off_t retry_after = 0; /* curl reads both forms, seconds and date */
    if (curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &http_status) == CURLE_OK)
        response->http_status = (unsigned)http_status;
    if (curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &retry_after) == CURLE_OK && retry_after > 0)
        response->retry_after_s =
            (unsigned)(retry_after < RETRY_AFTER_MAX_S ? retry_after : RETRY_AFTER_MAX_S);
}

/*
 * Whether a browser ends up with something else than these bytes: it unpacks what is
 * called packed, though nobody asked for it, and goes where it is sent at once.
 */
static bool is_altered(CURL *curl)
{
    struct curl_header *header = NULL;
    const bool is_packed =
        curl_easy_header(curl, "Content-Encoding", 0, CURLH_HEADER, -1, &header) == CURLHE_OK &&
        strcmp(header->value, "identity") != 0;
    return is_packed ||
           curl_easy_header(curl, "Refresh", 0, CURLH_HEADER, -1, &header) == CURLHE_OK;
}

/* One call, whatever it asks. */
static enum vota_status perform(struct link *link, struct vota_response *ret_response,
                                unsigned timeout_ms)
{
    struct sink sink = {ret_response, VOTA_OK};
    if (curl_easy_setopt(link->curl, CURLOPT_TIMEOUT_MS, (long)timeout_ms) != CURLE_OK ||
        curl_easy_setopt(link->curl, CURLOPT_WRITEDATA, &sink) != CURLE_OK)
        return VOTA_NO_MEMORY;
    const CURLcode code = curl_easy_perform(link->curl);
    ret_response->fault = fault_of(link, code);
    /* What a proxy said is not the other side's. */
    if (ret_response->fault != VOTA_TRANSPORT_PROXY_REFUSED)
        read_outcome(link->curl, ret_response);
    if (sink.status == VOTA_NO_MEMORY || code == CURLE_OUT_OF_MEMORY)
        return VOTA_NO_MEMORY;
    if (sink.status == VOTA_LIMIT)
        ret_response->fault = VOTA_TRANSPORT_TOO_LARGE;
    else if (code == CURLE_OK && ret_response->http_status != 200)
        ret_response->fault = VOTA_TRANSPORT_HTTP;
    else if (code == CURLE_OK && link->base != NULL && is_altered(link->curl))
        ret_response->fault = VOTA_TRANSPORT_ALTERED;
    return ret_response->fault == VOTA_TRANSPORT_NONE ? VOTA_OK : VOTA_REMOTE;
}

static enum vota_status send_curl(void *ctx, struct vota_response *ret_response,
                                  struct vota_slice request, unsigned timeout_ms)
{
    struct link *link = ctx;
    if (curl_easy_setopt(link->curl, CURLOPT_POSTFIELDS, (const char *)request.at) != CURLE_OK ||
        curl_easy_setopt(link->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request.len) !=
            CURLE_OK)
        return VOTA_NO_MEMORY;
    return perform(link, ret_response, timeout_ms);
}

static enum vota_status get_curl(void *ctx, struct vota_response *ret_response, const char *path,
                                 unsigned timeout_ms)
{
    struct link *link = ctx;
    const size_t base = strlen(link->base);
    const size_t rest = strlen(path) + 1;
    char *url = malloc(base + rest);
    if (url == NULL)
        return VOTA_NO_MEMORY;
    memcpy(url, link->base, base);
    memcpy(url + base, path, rest);
    const CURLcode code = curl_easy_setopt(link->curl, CURLOPT_URL, url); /* copied */
    free(url);
    return code == CURLE_OK ? perform(link, ret_response, timeout_ms) : VOTA_NO_MEMORY;
}

/* ---- set-up ---- */

static bool is_loopback(const char *host)
{
    return strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
           (strncmp(host, "127.", 4) == 0 && strspn(host, "0123456789.") == strlen(host));
}

static enum vota_status judge_url(const char *scheme, bool is_local, struct vota_error *err)
{
    if (strcmp(scheme, "https") == 0)
        return VOTA_OK;
    if (strcmp(scheme, "http") == 0 && is_local)
        return VOTA_OK;
    return vota_fail(err, VOTA_BAD_INPUT, "url", "not-https");
}

/* *ret_local: it leads to this machine. */
static enum vota_status check_url(bool *ret_local, const char *text, struct vota_error *err)
{
    CURLU *url = curl_url();
    if (url == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, "url", "no-memory");
    char *scheme = NULL;
    char *host = NULL;
    enum vota_status status;
    if (curl_url_set(url, CURLUPART_URL, text, 0) != CURLUE_OK ||
        curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
        curl_url_get(url, CURLUPART_HOST, &host, 0) != CURLUE_OK)
        status = vota_fail(err, VOTA_BAD_INPUT, "url", "bad-url");
    else
        status = judge_url(scheme, is_loopback(host), err);
    if (status == VOTA_OK)
        *ret_local = is_loopback(host);
    curl_free(scheme);
    curl_free(host);
    curl_url_cleanup(url);
    return status;
}

static enum vota_status open_failed(const char *name, struct vota_error *err)
{
    if (errno == ELOOP)
        return vota_fail(err, VOTA_CONFLICT, name, "is-link");
    return errno == ENOENT ? vota_fail(err, VOTA_NOT_FOUND, name, "no-file")
                           : vota_fail(err, VOTA_IO, name, "cannot-open");
}

/* libcurl opens it again by name: that is no gap, as the file is this user's own. */
static enum vota_status check_key_file(const char *path, struct vota_error *err)
{
    struct vota_error detail = {0};
    const int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return open_failed("client_key", err);
    const enum vota_status status = vota_file_check_secret(fd, &detail);
    (void)close(fd);
    return status == VOTA_OK ? VOTA_OK : vota_fail(err, status, "client_key", detail.text);
}

static enum vota_status check_files(const struct vota_transport_options *options,
                                    struct vota_error *err)
{
    if ((options->client_cert == NULL) != (options->client_key == NULL))
        return vota_fail(err, VOTA_BAD_INPUT, "client_key", "needs-both");
    if (options->ca_file != NULL && access(options->ca_file, R_OK) != 0)
        return open_failed("ca_file", err);
    if (options->client_cert != NULL && access(options->client_cert, R_OK) != 0)
        return open_failed("client_cert", err);
    return options->client_key == NULL ? VOTA_OK : check_key_file(options->client_key, err);
}

static bool add_lines(struct curl_slist **list, const char *const *lines, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct curl_slist *longer = curl_slist_append(*list, lines[i]);
        if (longer == NULL)
            return false;
        *list = longer;
    }
    return true;
}

/* Our own header lines and those of the caller, instead of what there was. */
static bool set_headers(struct link *link, const char *const *lines, size_t n)
{
    /* An empty Expect stops curl from waiting for a 100 before a large body. */
    static const char *const own[] = {"Content-Type: application/json", "Accept: application/json",
                                      "Expect:"};
    const size_t n_own = link->base == NULL ? sizeof own / sizeof own[0] : 0; /* of a POST */
    struct curl_slist *headers = NULL;
    if (!add_lines(&headers, own, n_own) || !add_lines(&headers, lines, n) ||
        curl_easy_setopt(link->curl, CURLOPT_HTTPHEADER, headers) != CURLE_OK) {
        curl_slist_free_all(headers);
        return false;
    }
    curl_slist_free_all(link->headers);
    link->headers = headers;
    return true;
}

enum vota_status vota_transport_curl_headers(struct vota_transport *transport,
                                             const char *const *lines, size_t n)
{
    return set_headers(transport->ctx, lines, n) ? VOTA_OK : VOTA_NO_MEMORY;
}

/* Asked by libcurl while bytes travel, and once a second while none do. */
static int ask_hang_up(void *user, curl_off_t down_total, curl_off_t down, curl_off_t up_total,
                       curl_off_t up)
{
    const struct link *link = user;
    (void)down_total, (void)down, (void)up_total, (void)up;
    return atomic_load(link->hang_up) ? 1 : 0;
}

static bool set_hang_up(struct link *link)
{
    return link->hang_up == NULL ||
           (curl_easy_setopt(link->curl, CURLOPT_XFERINFOFUNCTION, ask_hang_up) == CURLE_OK &&
            curl_easy_setopt(link->curl, CURLOPT_XFERINFODATA, link) == CURLE_OK &&
            curl_easy_setopt(link->curl, CURLOPT_NOPROGRESS, 0L) == CURLE_OK);
}

/* An empty text also keeps curl from asking the environment: for a proxy, and for exceptions. */
static bool set_proxy(CURL *curl, const char *proxy)
{
    return curl_easy_setopt(curl, CURLOPT_PROXY, proxy) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOPROXY, "") == CURLE_OK;
}

/* Debian's libcurl would look into the system's directory as well. */
static bool set_authorities(CURL *curl, const char *file)
{
    return file == NULL || (curl_easy_setopt(curl, CURLOPT_CAINFO, file) == CURLE_OK &&
                            curl_easy_setopt(curl, CURLOPT_CAPATH, NULL) == CURLE_OK);
}

static bool set_texts(CURL *curl, const struct vota_transport_options *options)
{
    return curl_easy_setopt(curl, CURLOPT_URL, options->url) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_USERAGENT, "voteanchor") == CURLE_OK &&
           set_authorities(curl, options->ca_file);
}

/* Like every descriptor of this program: not for what it might start. */
static int mark_socket(void *user, curl_socket_t socket, curlsocktype purpose)
{
    (void)user;
    (void)purpose;
    return fcntl(socket, F_SETFD, FD_CLOEXEC) == 0 ? CURL_SOCKOPT_OK : CURL_SOCKOPT_ERROR;
}

static bool set_identity(CURL *curl, const struct vota_transport_options *options)
{
    return options->client_cert == NULL ||
           (curl_easy_setopt(curl, CURLOPT_SSLCERT, options->client_cert) == CURLE_OK &&
            curl_easy_setopt(curl, CURLOPT_SSLKEY, options->client_key) == CURLE_OK &&
            /* An encrypted key is refused: without this OpenSSL asks on the terminal. */
            curl_easy_setopt(curl, CURLOPT_KEYPASSWD, "") == CURLE_OK);
}

static bool set_numbers(CURL *curl, const struct vota_transport_options *options)
{
    const struct {
        CURLoption option;
        long value;
    } numbers[] = {
        {CURLOPT_FOLLOWLOCATION, 0},
        {CURLOPT_MAXREDIRS, 0},
        {CURLOPT_NOSIGNAL, 1},
        {CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
        {CURLOPT_SSL_VERIFYPEER, 1},
        {CURLOPT_SSL_VERIFYHOST, 2},
        {CURLOPT_DNS_CACHE_TIMEOUT, 0}, /* a new connection asks again */
        {CURLOPT_CONNECTTIMEOUT_MS,
         (long)(options->connect_ms > 0 ? options->connect_ms : CONNECT_MS)},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (curl_easy_setopt(curl, numbers[i].option, numbers[i].value) != CURLE_OK)
            return false;
    }
    return curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_bytes) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SOCKOPTFUNCTION, mark_socket) == CURLE_OK;
}

static bool set_up(struct link *link, const struct vota_transport_options *options)
{
    return link->curl != NULL && set_texts(link->curl, options) &&
           curl_easy_setopt(link->curl, link->base == NULL ? CURLOPT_POST : CURLOPT_HTTPGET, 1L) ==
               CURLE_OK &&
           set_proxy(link->curl, link->by_proxy ? options->proxy : "") &&
           set_identity(link->curl, options) && set_numbers(link->curl, options) &&
           set_headers(link, NULL, 0) && set_hang_up(link);
}

static void link_free(struct link *link)
{
    curl_easy_cleanup(link->curl);
    curl_slist_free_all(link->headers);
    free(link->base);
    free(link);
}

/* Takes over `base`, whatever comes of it; NULL makes a link that POSTs. */
static enum vota_status link_new(struct link **ret_link, char *base,
                                 const struct vota_transport_options *options,
                                 struct vota_error *err)
{
    bool is_local = false;
    enum vota_status status = check_url(&is_local, options->url, err);
    if (status == VOTA_OK)
        status = check_files(options, err);
    struct link *link = status == VOTA_OK ? calloc(1, sizeof *link) : NULL;
    if (link == NULL) {
        free(base);
        return status == VOTA_OK ? vota_fail(err, VOTA_NO_MEMORY, "transport", "no-memory")
                                 : status;
    }
    *link = (struct link){.transport = {.ctx = link, .send = send_curl},
                          .fetch = {.ctx = link, .get = get_curl},
                          .curl = curl_easy_init(),
                          .base = base,
                          .hang_up = options->hang_up,
                          .by_proxy = options->proxy != NULL && !is_local};
    if (!set_up(link, options)) {
        link_free(link);
        return vota_fail(err, VOTA_NO_MEMORY, "transport", "no-memory");
    }
    *ret_link = link;
    return VOTA_OK;
}

enum vota_status vota_transport_curl_new(struct vota_transport **ret_transport,
                                         const struct vota_transport_options *options,
                                         struct vota_error *err)
{
    struct link *link = NULL;
    const enum vota_status status = link_new(&link, NULL, options, err);
    if (status == VOTA_OK)
        *ret_transport = &link->transport;
    return status;
}

void vota_transport_curl_free(struct vota_transport *transport)
{
    if (transport != NULL)
        link_free(transport->ctx);
}

enum vota_status vota_fetch_curl_new(struct vota_fetch **ret_fetch,
                                     const struct vota_transport_options *options,
                                     struct vota_error *err)
{
    struct link *link = NULL;
    const size_t len = strlen(options->url);
    if (len == 0 || strpbrk(options->url, "?#") != NULL)
        return vota_fail(err, VOTA_BAD_INPUT, "url", "bad-url");
    char *base = calloc(1, len + 2);
    if (base == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, "transport", "no-memory");
    memcpy(base, options->url, len);
    if (base[len - 1] != '/')
        base[len] = '/';
    const enum vota_status status = link_new(&link, base, options, err);
    if (status == VOTA_OK)
        *ret_fetch = &link->fetch;
    return status;
}

void vota_fetch_curl_free(struct vota_fetch *fetch)
{
    if (fetch != NULL)
        link_free(fetch->ctx);
}

const char *vota_transport_curl_version(void)
{
    return curl_version_info(CURLVERSION_NOW)->version;
}
