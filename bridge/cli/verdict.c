/* SPDX-License-Identifier: Apache-2.0 */
/* Verdicts in words and colours: see verdict.h. */
#include "bridge/cli/verdict.h"

#include <stdio.h>

enum vota_style vota_verdict_style(enum vota_verdict verdict)
{
    if (verdict == VOTA_VALID)
        return VOTA_STYLE_GOOD;
    return verdict == VOTA_NOT_VALID ? VOTA_STYLE_BAD : VOTA_STYLE_DOUBT;
}

const char *vota_verdict_word(const struct vota_cli *cli, enum vota_verdict verdict)
{
    char key[64];
    (void)snprintf(key, sizeof key, "verdict.%s", vota_verdict_name(verdict));
    return vota_text(cli, key);
}

char *vota_verdict_witness(const struct vota_cli *cli, const struct vota_witness *witness)
{
    char agreed[VOTA_OUTPUT_NUMBER_CAP];
    char asked[VOTA_OUTPUT_NUMBER_CAP];
    char *text = NULL;
    size_t len = 0;
    FILE *stream = witness == NULL ? NULL : open_memstream(&text, &len);
    if (stream == NULL)
        return NULL;
    vota_output_number(agreed, witness->agreed);
    vota_output_number(asked, witness->providers.n);
    vota_text_print(cli, stream,
                    witness->agreed == 1 ? "verify.witness.one" : "verify.witness.many",
                    "agreed", agreed, "asked", asked, NULL);
    (void)fclose(stream);
    return text;
}
