/* SPDX-License-Identifier: Apache-2.0 */
/* Datagrams to the service manager: see notify.h. */
#include "bridge/serve/notify.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bridge/config_value.h"
#include "proof/bytes.h"

#define DATAGRAM_MAX 256u

static void send_text(const struct vota_notify *notify, const char *text)
{
    if (notify->fd < 0)
        return;
    (void)sendto(notify->fd, text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL,
                 (const struct sockaddr *)&notify->to, notify->to_len);
}

/* An absolute path, or '@' and the name of an abstract socket. */
static bool read_address(struct vota_notify *notify, const char *text)
{
    const size_t len = strlen(text);
    if ((text[0] != '/' && text[0] != '@') || len < 2 || len >= sizeof notify->to.sun_path)
        return false;
    notify->to.sun_family = AF_UNIX;
    vota_bytes_copy(notify->to.sun_path, text, len + 1);
    if (text[0] == '@')
        notify->to.sun_path[0] = '\0';
    notify->to_len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + (text[0] == '/'));
    return true;
}

/* The watchdog's time if it is this process that it waits for. */
static uint64_t watchdog_ms(vota_notify_getenv *get)
{
    const char *usec = get("WATCHDOG_USEC");
    const char *pid = get("WATCHDOG_PID");
    uint64_t number = 0;
    if (pid != NULL && (!vota_config_value_count(&number, pid) || number != (uint64_t)getpid()))
        return 0;
    if (usec == NULL || !vota_config_value_count(&number, usec) || number == 0)
        return 0;
    return number >= 1000 ? number / 1000 : 1;
}

enum vota_status vota_notify_open(struct vota_notify *ret_notify, vota_notify_getenv *get,
                                  struct vota_error *err)
{
    const char *text = get("NOTIFY_SOCKET");
    *ret_notify = (struct vota_notify){.fd = -1};
    if (text == NULL || text[0] == '\0')
        return VOTA_OK;
    if (!read_address(ret_notify, text))
        return vota_fail(err, VOTA_BAD_INPUT, "NOTIFY_SOCKET", "bad-notify-socket");
    ret_notify->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (ret_notify->fd < 0)
        return vota_fail(err, VOTA_IO, "NOTIFY_SOCKET", "cannot-open");
    ret_notify->watchdog_ms = watchdog_ms(get);
    return VOTA_OK;
}

void vota_notify_close(struct vota_notify *notify)
{
    if (notify->fd >= 0)
        (void)close(notify->fd);
    notify->fd = -1;
}

void vota_notify_ready(const struct vota_notify *notify)
{
    send_text(notify, "READY=1");
}

/* The manager orders this before the READY that ends it by the clock that it has too. */
void vota_notify_reloading(const struct vota_notify *notify)
{
    char text[DATAGRAM_MAX];
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    (void)snprintf(text, sizeof text, "RELOADING=1\nMONOTONIC_USEC=%" PRIu64,
                   (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u);
    send_text(notify, text);
}

void vota_notify_stopping(const struct vota_notify *notify)
{
    send_text(notify, "STOPPING=1");
}

void vota_notify_watchdog(const struct vota_notify *notify)
{
    send_text(notify, "WATCHDOG=1");
}

void vota_notify_status(struct vota_notify *notify, const char *status)
{
    char text[DATAGRAM_MAX];
    char line[VOTA_NOTIFY_STATUS_MAX + 1];
    (void)snprintf(line, sizeof line, "%s", status);
    for (char *c = line; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = ' ';
    }
    if (strcmp(line, notify->status) == 0)
        return;
    vota_bytes_copy(notify->status, line, sizeof line);
    (void)snprintf(text, sizeof text, "STATUS=%s", line);
    send_text(notify, text);
}
