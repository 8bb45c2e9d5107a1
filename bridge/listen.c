/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses of this machine to listening sockets: see listen.h. */
#include "bridge/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "proof/bytes.h"

#define BACKLOG    128
#define HOST_CAP   64u
#define UNIX_MODE  0660
#define UNIX_WORD  "unix:"
#define PORT_CHARS 5u

union address {
    struct sockaddr any;
    struct sockaddr_in four;
    struct sockaddr_in6 six;
    struct sockaddr_un local;
};

struct target {
    union address address;
    socklen_t len;
    const char *path; /* of a Unix socket; else NULL */
};

static enum vota_status read_unix(struct target *ret_target, const char *path,
                                  struct vota_error *err)
{
    struct sockaddr_un *local = &ret_target->address.local;
    const size_t len = strlen(path);
    if (len == 0 || len >= sizeof local->sun_path)
        return vota_fail(err, VOTA_BAD_INPUT, "listen", "bad-address");
    local->sun_family = AF_UNIX;
    vota_bytes_copy(local->sun_path, path, len + 1);
    ret_target->len = sizeof *local;
    ret_target->path = path;
    return VOTA_OK;
}

static bool read_port(uint16_t *ret_port, const char *text)
{
    const size_t len = strlen(text);
    if (len == 0 || len > PORT_CHARS || strspn(text, "0123456789") != len)
        return false;
    const long port = strtol(text, NULL, 10);
    if (port > 65535)
        return false;
    *ret_port = htons((uint16_t)port);
    return true;
}

/* HOST:PORT or [HOST]:PORT to its parts. */
static bool split(char ret_host[HOST_CAP], uint16_t *ret_port, const char *text)
{
    const char *colon = strrchr(text, ':');
    const bool bracket = text[0] == '[';
    if (colon == NULL || !read_port(ret_port, colon + 1))
        return false;
    const char *begin = bracket ? text + 1 : text;
    const char *end = bracket ? colon - 1 : colon;
    if (end <= begin || (bracket && *end != ']') || (size_t)(end - begin) >= HOST_CAP)
        return false;
    vota_bytes_copy(ret_host, begin, (size_t)(end - begin));
    ret_host[end - begin] = '\0';
    return true;
}

static enum vota_status read_target(struct target *ret_target, const char *text,
                                    struct vota_error *err)
{
    char host[HOST_CAP];
    uint16_t port = 0;
    union address *address = &ret_target->address;
    *ret_target = (struct target){.path = NULL};
    if (strncmp(text, UNIX_WORD, sizeof UNIX_WORD - 1) == 0)
        return read_unix(ret_target, text + sizeof UNIX_WORD - 1, err);
    if (!split(host, &port, text))
        return vota_fail(err, VOTA_BAD_INPUT, "listen", "bad-address");
    if (text[0] != '[' && inet_pton(AF_INET, host, &address->four.sin_addr) == 1) {
        const bool here = ntohl(address->four.sin_addr.s_addr) >> 24 == 127;
        address->four.sin_family = AF_INET;
        address->four.sin_port = port;
        ret_target->len = sizeof address->four;
        return here ? VOTA_OK : vota_fail(err, VOTA_BAD_INPUT, "listen", "not-loopback");
    }
    *address = (union address){.six = {.sin6_family = AF_INET6, .sin6_port = port}};
    if (text[0] != '[' || inet_pton(AF_INET6, host, &address->six.sin6_addr) != 1)
        return vota_fail(err, VOTA_BAD_INPUT, "listen", "bad-address");
    ret_target->len = sizeof address->six;
    if (!IN6_IS_ADDR_LOOPBACK(&address->six.sin6_addr))
        return vota_fail(err, VOTA_BAD_INPUT, "listen", "not-loopback");
    return VOTA_OK;
}

const char *vota_listen_problem(const char *text)
{
    struct target target;
    struct vota_error err = {0};
    if (read_target(&target, text, &err) == VOTA_OK)
        return NULL;
    return strcmp(err.text, "not-loopback") == 0 ? "not-loopback" : "not-a-listener";
}

/* A socket that a killed process left behind; one that still answers stays, and binding fails. */
static void remove_stale(const struct target *target)
{
    struct stat info;
    if (target->path == NULL || lstat(target->path, &info) != 0 || !S_ISSOCK(info.st_mode))
        return;
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    if (connect(fd, &target->address.any, target->len) != 0 && errno == ECONNREFUSED)
        (void)unlink(target->path);
    (void)close(fd);
}

static bool open_socket(int fd, const struct target *target)
{
    const int on = 1;
    if (target->path == NULL && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0)
        return false;
    if (bind(fd, &target->address.any, target->len) != 0)
        return false;
    if (target->path != NULL && chmod(target->path, UNIX_MODE) != 0)
        return false;
    return listen(fd, BACKLOG) == 0;
}

static unsigned port_of(int fd)
{
    union address address = {.any = {.sa_family = AF_UNSPEC}};
    socklen_t len = sizeof address;
    if (getsockname(fd, &address.any, &len) != 0)
        return 0;
    if (address.any.sa_family == AF_INET)
        return ntohs(address.four.sin_port);
    return address.any.sa_family == AF_INET6 ? ntohs(address.six.sin6_port) : 0;
}

enum vota_status vota_listen_open(int *ret_fd, unsigned *ret_port, const char *text,
                                  struct vota_error *err)
{
    struct target target;
    const enum vota_status status = read_target(&target, text, err);
    if (status != VOTA_OK)
        return status;
    remove_stale(&target);
    const int fd =
        socket(target.address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0 && open_socket(fd, &target)) {
        *ret_fd = fd;
        *ret_port = port_of(fd);
        return VOTA_OK;
    }
    const bool in_use = errno == EADDRINUSE;
    if (fd >= 0)
        (void)close(fd);
    return in_use ? vota_fail(err, VOTA_CONFLICT, "listen", "address-in-use")
                  : vota_fail(err, VOTA_IO, "listen", "cannot-listen");
}

void vota_listen_knock(const char *text)
{
    struct target target;
    if (read_target(&target, text, NULL) != VOTA_OK)
        return;
    const int fd =
        socket(target.address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return;
    (void)connect(fd, &target.address.any, target.len);
    (void)close(fd);
}
