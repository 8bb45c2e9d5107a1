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
    struct vota_transport transport; /* first: what the caller holds */
    CURL *curl;
    struct curl_slist *headers;
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
    {CURLE_COULDNT_RESOLVE_PROXY, VOTA_TRANSPORT_DNS},
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
};

static enum vota_transport_fault fault_of(CURLcode code)
{
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

static enum vota_status send_curl(void *ctx, struct vota_response *ret_response,
                                  struct vota_slice request, unsigned timeout_ms)
{
    struct link *link = ctx;
    struct sink sink = {ret_response, VOTA_OK};
    if (curl_easy_setopt(link->curl, CURLOPT_POSTFIELDS, (const char *)request.at) != CURLE_OK ||
        curl_easy_setopt(link->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request.len) !=
            CURLE_OK ||
        curl_easy_setopt(link->curl, CURLOPT_TIMEOUT_MS, (long)timeout_ms) != CURLE_OK ||
        curl_easy_setopt(link->curl, CURLOPT_WRITEDATA, &sink) != CURLE_OK)
        return VOTA_NO_MEMORY;
    const CURLcode code = curl_easy_perform(link->curl);
    read_outcome(link->curl, ret_response);
    ret_response->fault = fault_of(code);
    if (sink.status == VOTA_NO_MEMORY || code == CURLE_OUT_OF_MEMORY)
        return VOTA_NO_MEMORY;
    if (sink.status == VOTA_LIMIT)
        ret_response->fault = VOTA_TRANSPORT_TOO_LARGE;
    else if (code == CURLE_OK && ret_response->http_status != 200)
        ret_response->fault = VOTA_TRANSPORT_HTTP;
    return ret_response->fault == VOTA_TRANSPORT_NONE ? VOTA_OK : VOTA_REMOTE;
}

/* ---- set-up ---- */

static bool is_loopback(const char *host)
{
    return strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
           (strncmp(host, "127.", 4) == 0 && strspn(host, "0123456789.") == strlen(host));
}

static enum vota_status judge_url(const char *scheme, const char *host, struct vota_error *err)
{
    if (strcmp(scheme, "https") == 0)
        return VOTA_OK;
    if (strcmp(scheme, "http") == 0 && is_loopback(host))
        return VOTA_OK;
    return vota_fail(err, VOTA_BAD_INPUT, "url", "not-https");
}

static enum vota_status check_url(const char *text, struct vota_error *err)
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
        status = judge_url(scheme, host, err);
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

static bool add_headers(struct link *link)
{
    /* An empty Expect stops curl from waiting for a 100 before a large body. */
    static const char *const lines[] = {"Content-Type: application/json",
                                        "Accept: application/json", "Expect:"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct curl_slist *longer = curl_slist_append(link->headers, lines[i]);
        if (longer == NULL)
            return false;
        link->headers = longer;
    }
    return curl_easy_setopt(link->curl, CURLOPT_HTTPHEADER, link->headers) == CURLE_OK;
}

static bool set_texts(CURL *curl, const struct vota_transport_options *options)
{
    return curl_easy_setopt(curl, CURLOPT_URL, options->url) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_USERAGENT, "voteanchor") == CURLE_OK &&
           /* An empty text also keeps curl from asking the environment. */
           curl_easy_setopt(curl, CURLOPT_PROXY, options->proxy != NULL ? options->proxy : "") ==
               CURLE_OK &&
           (options->ca_file == NULL ||
            curl_easy_setopt(curl, CURLOPT_CAINFO, options->ca_file) == CURLE_OK);
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
        {CURLOPT_POST, 1},
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

enum vota_status vota_transport_curl_new(struct vota_transport **ret_transport,
                                         const struct vota_transport_options *options,
                                         struct vota_error *err)
{
    enum vota_status status = check_url(options->url, err);
    if (status == VOTA_OK)
        status = check_files(options, err);
    if (status != VOTA_OK)
        return status;
    struct link *link = calloc(1, sizeof *link);
    if (link == NULL)
        return vota_fail(err, VOTA_NO_MEMORY, "transport", "no-memory");
    link->transport = (struct vota_transport){.ctx = link, .send = send_curl};
    link->curl = curl_easy_init();
    if (link->curl == NULL || !set_texts(link->curl, options) ||
        !set_identity(link->curl, options) || !set_numbers(link->curl, options) ||
        !add_headers(link)) {
        vota_transport_curl_free(&link->transport);
        return vota_fail(err, VOTA_NO_MEMORY, "transport", "no-memory");
    }
    *ret_transport = &link->transport;
    return VOTA_OK;
}

void vota_transport_curl_free(struct vota_transport *transport)
{
    if (transport == NULL)
        return;
    struct link *link = transport->ctx;
    curl_easy_cleanup(link->curl);
    curl_slist_free_all(link->headers);
    free(link);
}

const char *vota_transport_curl_version(void)
{
    return curl_version_info(CURLVERSION_NOW)->version;
}
