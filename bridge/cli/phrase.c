/* SPDX-License-Identifier: Apache-2.0 */
/* See phrase.h. */
#include "bridge/cli/phrase.h"

#include <stdarg.h>
#include <stdio.h>

const char *vota_phrase_say(const struct vota_cli *cli, struct vota_phrase *ret_phrase,
                            const char *key, ...)
{
    struct vota_text_values values;
    va_list list;
    va_start(list, key);
    vota_text_values_read(&values, list);
    va_end(list);
    *ret_phrase = (struct vota_phrase){{0}};
    FILE *stream = fmemopen(ret_phrase->text, sizeof ret_phrase->text - 1, "w");
    if (stream == NULL)
        return ret_phrase->text;
    vota_text_write(stream, vota_text(cli, key), &values);
    (void)fclose(stream);
    return ret_phrase->text;
}
