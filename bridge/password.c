/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Passwords from a file or typed with echo off. It knows terminals and lines,
 * not what the password opens.
 */
#include "bridge/password.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "bridge/directory.h"
#include "proof/bytes.h"

#define FILE_MAX ((size_t)2 * VOTA_PASSWORD_MAX) /* its first line is what counts */

/* The first line of bytes that a NUL follows. */
static enum vota_status take_line(struct vota_password *ret_password, const char *bytes,
                                  size_t bytes_len, struct vota_error *err)
{
    size_t len = strcspn(bytes, "\r\n");
    if (len < bytes_len && bytes[len] == '\0')
        return vota_fail(err, VOTA_BAD_INPUT, "password", "password-nul");
    if (len == 0)
        return vota_fail(err, VOTA_BAD_INPUT, "password", "password-empty");
    if (len > VOTA_PASSWORD_MAX)
        return vota_fail(err, VOTA_LIMIT, "password", "password-too-long");
    vota_bytes_copy(ret_password->text, bytes, len);
    ret_password->text[len] = '\0';
    ret_password->len = len;
    return VOTA_OK;
}

enum vota_status vota_password_of_file(struct vota_password *ret_password, const char *path,
                                       struct vota_error *err)
{
    uint8_t *bytes = NULL;
    size_t len = 0;
    enum vota_status status = vota_directory_read_secret(&bytes, &len, path, FILE_MAX, err);
    if (status != VOTA_OK)
        return status;
    status = take_line(ret_password, (const char *)bytes, len, err);
    vota_directory_free_secret(bytes, len);
    return status;
}

/* Signals that would leave the terminal without echo wait until it is back. */
static void block_signals(sigset_t *ret_before)
{
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGHUP);
    (void)sigaddset(&set, SIGQUIT);
    (void)sigaddset(&set, SIGTSTP);
    (void)sigprocmask(SIG_BLOCK, &set, ret_before);
}

enum { CTRL_C = 3, CTRL_D = 4, BACKSPACE = 8, CTRL_U = 21, DELETE = 127 };

/* One character less, which in UTF-8 may be several bytes. */
static size_t without_last(const char *line, size_t len)
{
    while (len > 0 && ((unsigned char)line[len - 1] & 0xc0) == 0x80)
        len--;
    return len == 0 ? 0 : len - 1;
}

/*
 * A line without its end, typed at a terminal that neither edits nor obeys:
 * Ctrl-C and the erasing keys arrive as bytes. What is beyond `cap` is dropped;
 * a full line is too long for every caller. False: given up.
 */
static bool read_line(int tty, char *line, size_t cap, size_t *ret_len)
{
    size_t len = 0;
    for (;;) {
        char c;
        const ssize_t got = read(tty, &c, 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0 || c == CTRL_C || (c == CTRL_D && len == 0))
            return false;
        if (c == '\n' || c == '\r' || c == CTRL_D)
            break;
        if (c == CTRL_U)
            len = 0;
        else if (c == BACKSPACE || c == DELETE)
            len = without_last(line, len);
        else if (len < cap)
            line[len++] = c;
    }
    *ret_len = len;
    return true;
}

static bool put(int tty, const char *text)
{
    return write(tty, text, strlen(text)) >= 0;
}

/* Echo off, one line, echo back. */
static enum vota_status ask_tty(int tty, const char *prompt, char *line, size_t cap,
                                size_t *ret_len, struct vota_error *err)
{
    struct termios before;
    sigset_t signals;
    if (tcgetattr(tty, &before) != 0)
        return vota_fail(err, VOTA_NOT_FOUND, "password", "no-terminal");
    struct termios silent = before;
    silent.c_lflag &= ~(tcflag_t)(ECHO | ISIG | ICANON);
    silent.c_cc[VMIN] = 1;
    silent.c_cc[VTIME] = 0;
    block_signals(&signals);
    const bool shown = put(tty, prompt) && tcsetattr(tty, TCSAFLUSH, &silent) == 0;
    const bool typed = shown && read_line(tty, line, cap, ret_len);
    (void)tcsetattr(tty, TCSAFLUSH, &before);
    (void)put(tty, "\n");
    (void)sigprocmask(SIG_SETMASK, &signals, NULL);
    return typed ? VOTA_OK : vota_fail(err, VOTA_CONFLICT, "password", "password-given-up");
}

enum vota_status vota_password_ask(struct vota_password *ret_password, const char *prompt,
                                   struct vota_error *err)
{
    char line[VOTA_PASSWORD_MAX + 2];
    size_t len = 0;
    const int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (tty < 0)
        return vota_fail(err, VOTA_NOT_FOUND, "password", "no-terminal");
    enum vota_status status = ask_tty(tty, prompt, line, VOTA_PASSWORD_MAX + 1, &len, err);
    (void)close(tty);
    if (status == VOTA_OK && len > VOTA_PASSWORD_MAX)
        status = vota_fail(err, VOTA_LIMIT, "password", "password-too-long");
    if (status == VOTA_OK) {
        line[len] = '\0';
        status = take_line(ret_password, line, len, err);
    }
    vota_bytes_wipe(line, sizeof line);
    return status;
}

bool vota_password_equal(const struct vota_password *a, const struct vota_password *b)
{
    return a->len == b->len && vota_bytes_equal_secret(a->text, b->text, a->len);
}

void vota_password_wipe(struct vota_password *password)
{
    vota_bytes_wipe(password, sizeof *password);
}
