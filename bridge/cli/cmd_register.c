/* SPDX-License-Identifier: Apache-2.0 */
/* `register`: the table of its actions; each is a file register_*.c. */
#include "bridge/cli/commands.h"
#include "bridge/cli/register.h"
#include "bridge/cli/register_close.h"

static const struct vota_option open_options[] = {
    {.name = "wait", .value = "mined|final", .help = "help.option.wait"},
    {.name = "password-file", .value = "FILE", .help = "help.option.password-file"},
};
static const struct vota_option show_options[] = {
    {.name = "definition", .help = "help.register.show.definition"},
};

static const struct vota_example open_examples[] = {
    {"help.register.open.example", "-C guri register open incinerator.json"}};
static const struct vota_example check_examples[] = {
    {"help.register.check.example", "register check incinerator.json"}};
static const struct vota_example close_examples[] = {
    {"help.register.close.example", "-C guri register close incinerator-2026"}};
static const struct vota_example show_examples[] = {
    {"help.register.show.example",
     "-C guri register show incinerator-2026 --definition > definition.json"}};

static const struct vota_action actions[] = {
    {.name = "open",
     .synopsis = "FILE [--wait mined|final] [--password-file FILE]",
     .summary = "help.register.open.summary",
     .about = "help.register.open.about",
     .options = open_options,
     .n_options = VOTA_COUNT(open_options),
     .examples = open_examples,
     .n_examples = VOTA_COUNT(open_examples),
     .min_args = 1,
     .max_args = 1,
     .loads_keys = true,
     .run = vota_register_open},
    {.name = "close",
     .synopsis = "ID [--wait mined|final] [--password-file FILE]",
     .summary = "help.register.close.summary",
     .about = "help.register.close.about",
     .options = vota_register_close_options,
     .n_options = VOTA_COUNT(vota_register_close_options),
     .examples = close_examples,
     .n_examples = VOTA_COUNT(close_examples),
     .min_args = 1,
     .max_args = 1,
     .loads_keys = true,
     .run = vota_register_close},
    {.name = "list",
     .synopsis = "",
     .summary = "help.register.list.summary",
     .about = "help.register.list.about",
     .run = vota_register_list},
    {.name = "show",
     .synopsis = "ID|HASH [--definition]",
     .summary = "help.register.show.summary",
     .about = "help.register.show.about",
     .options = show_options,
     .n_options = VOTA_COUNT(show_options),
     .examples = show_examples,
     .n_examples = VOTA_COUNT(show_examples),
     .min_args = 1,
     .max_args = 1,
     .run = vota_register_show},
    {.name = "check",
     .synopsis = "FILE",
     .summary = "help.register.check.summary",
     .about = "help.register.check.about",
     .examples = check_examples,
     .n_examples = VOTA_COUNT(check_examples),
     .min_args = 1,
     .max_args = 1,
     .run = vota_register_check},
};

const struct vota_command vota_cmd_register = {"register", "help.register.summary",
                                               VOTA_TABLE(actions)};
