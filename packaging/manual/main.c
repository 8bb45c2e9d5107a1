/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs while the project is built: the program's tables and sentences to manual
 * pages and an example of the configuration, in both languages, and to the tables of the shells'
 * completion.
 *
 *     vota_manual VERSION DIR     DIR/man1, DIR/man5, DIR/ko/man1, DIR/ko/man5 must be there
 */
#include <string.h>

#include "bridge/cli/commands.h"
#include "bridge/cli/config_file.h"
#include "packaging/manual/completion.h"
#include "packaging/manual/page.h"

#define COMMAND_ADDRESS(name) &vota_cmd_##name,
static const struct vota_command *const commands[] = {VOTA_COMMANDS(COMMAND_ADDRESS)};

typedef void write_page(const struct vota_page *page);

/* Opens, writes by one of the functions, closes. */
static bool make(const char *dir, const char *name, struct vota_page page, write_page *write,
                 const struct vota_command *command)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s", dir, name);
    page.to = fopen(path, "w");
    if (page.to != NULL && command != NULL)
        vota_page_command(&page, command);
    else if (page.to != NULL)
        write(&page);
    if (page.to != NULL && fclose(page.to) == 0)
        return true;
    (void)fprintf(stderr, "vota_manual: cannot write %s\n", path);
    return false;
}

/* The configuration that `init` writes, with nothing filled in. */
static void write_example(const struct vota_page *page)
{
    const struct vota_cli cli = {.lang = page->lang, .out = page->to, .err = stderr};
    vota_config_file_write(&cli, page->to, NULL, 0);
}

static bool make_pages(const char *dir, const struct vota_page *page)
{
    const char *under = page->lang == VOTA_LANG_KO ? "ko/" : "";
    char name[128];
    bool good = true;
    (void)snprintf(name, sizeof name, "%sman1/voteanchor.1", under);
    good = make(dir, name, *page, vota_page_program, NULL) && good;
    (void)snprintf(name, sizeof name, "%sman5/voteanchor.ini.5", under);
    good = make(dir, name, *page, vota_page_config, NULL) && good;
    (void)snprintf(name, sizeof name, "%svoteanchor.ini", under);
    good = make(dir, name, *page, write_example, NULL) && good;
    for (size_t i = 0; i < page->n_commands; i++) {
        (void)snprintf(name, sizeof name, "%sman1/voteanchor-%s.1", under, commands[i]->name);
        good = make(dir, name, *page, NULL, commands[i]) && good;
    }
    return good;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        (void)fputs("usage: vota_manual VERSION DIR\n", stderr);
        return 2;
    }
    struct vota_page page = {
        .version = argv[1], .commands = commands, .n_commands = VOTA_COUNT(commands)};
    bool good = make(argv[2], "table.bash", page, vota_completion_bash, NULL);
    good = make(argv[2], "table.zsh", page, vota_completion_zsh, NULL) && good;
    good = make_pages(argv[2], &page) && good;
    page.lang = VOTA_LANG_KO;
    good = make_pages(argv[2], &page) && good;
    return good ? 0 : 1;
}
