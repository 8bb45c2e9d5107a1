/* SPDX-License-Identifier: Apache-2.0 */
/* A contract and those before it: see verify_line.h. */
#include "bridge/cli/verify_line.h"

#include "bridge/audit/follow.h"

/* What stands in for a chain that nobody answers for. */
static bool find_chain(struct vota_audit_chain *ret_chain, const struct vota_verify_input *input,
                       const struct vota_named *named, const struct vota_deployment *record)
{
    const struct vota_trusted_sources sources = vota_verify_input_sources(input);
    const struct vota_trusted_data *data =
        record == NULL ? NULL : vota_trusted_data_of(&sources, record);
    struct vota_trust_journal head;
    size_t length = 0;
    if (vota_verify_input_head(input, ret_chain, named))
        return true;
    if (data == NULL || !vota_follow_stored(&head, &length, &input->trusted, data))
        return false;
    *ret_chain = (struct vota_audit_chain){.chain_id = record->genesis.chain_id,
                                           .chain_genesis = record->chain_genesis,
                                           .head = head.head,
                                           .length = head.length,
                                           .block = head.block,
                                           .time = head.time};
    return true;
}

static void add(struct vota_verify_line *line, const struct vota_verify_input *input,
                const struct vota_named *named, const struct vota_reader *reader,
                const struct vota_deployment *record)
{
    const size_t i = line->n++;
    const bool has_chain = find_chain(&line->chains[i], input, named, record);
    line->inputs[i] =
        (struct vota_audit_input){.named = *named,
                                  .witness = vota_witnesses_named(&input->witnesses, named),
                                  .chain = has_chain ? &line->chains[i] : NULL,
                                  .reader = reader,
                                  .record = record};
}

/* Found from the newest on, told from the oldest on. */
static void reverse(struct vota_verify_line *line)
{
    for (size_t i = 0; i < line->n / 2; i++) {
        const struct vota_audit_input other = line->inputs[i];
        line->inputs[i] = line->inputs[line->n - 1 - i];
        line->inputs[line->n - 1 - i] = other;
    }
}

void vota_verify_line_make(struct vota_verify_line *ret_line, const struct vota_verify_input *input,
                           const struct vota_named *named, const struct vota_reader *last)
{
    const struct vota_trusted_sources sources = vota_verify_input_sources(input);
    ret_line->n = 0;
    bool more = vota_follow_record(&ret_line->records[0], named, &sources) == VOTA_OK;
    add(ret_line, input, named, last, more ? &ret_line->records[0] : NULL);
    while (more && ret_line->n < VOTA_AUDIT_LINE_MAX) {
        struct vota_deployment *record = &ret_line->records[ret_line->n];
        more = vota_follow_predecessor(record, record - 1, &sources) == VOTA_OK;
        if (!more)
            break;
        const struct vota_named before = {record->genesis.chain_id, record->chain_genesis,
                                          record->genesis.contract};
        const struct vota_trusted_data *data = vota_trusted_data_of(&sources, record);
        add(ret_line, input, &before, data == NULL ? NULL : data->reader, record);
    }
    reverse(ret_line);
}
