/* SPDX-License-Identifier: Apache-2.0 */
/* Events: JSON logs to a list, and eth_getLogs with every log held to its filter. */
#include "rpc/eth_logs.h"

#include <stdlib.h>
#include <string.h>

static const char method[] = "eth_getLogs";

void vota_eth_logs_done(struct vota_eth_logs *logs)
{
    free(logs->items);
    free(logs->bytes);
    *logs = (struct vota_eth_logs){0};
}

/* ---- reading ---- */

static bool read_topics(struct vota_eth_log *log, const json_t *topics)
{
    const size_t count = json_array_size(topics);
    if (!json_is_array(topics) || count > VOTA_ETH_TOPICS_MAX)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!vota_eth_get_fixed(log->topics[i].bytes, 32, json_array_get(topics, i)))
            return false;
    }
    log->topic_count = count;
    return true;
}

static bool read_place(struct vota_eth_log *log, const json_t *object)
{
    return vota_eth_get_fixed(log->address.bytes, sizeof log->address.bytes,
                              json_object_get(object, "address")) &&
           vota_eth_get_u64(&log->block_number, json_object_get(object, "blockNumber"),
                            VOTA_ETH_PADDED) &&
           vota_eth_get_fixed(log->block_hash.bytes, 32, json_object_get(object, "blockHash")) &&
           vota_eth_get_fixed(log->tx_hash.bytes, 32, json_object_get(object, "transactionHash")) &&
           vota_eth_get_u64(&log->log_index, json_object_get(object, "logIndex"), VOTA_ETH_PADDED);
}

static const char *read_log(struct vota_eth_log *log, struct vota_wr *bytes, const json_t *object)
{
    const size_t start = bytes->len;
    if (json_is_true(json_object_get(object, "removed")))
        return "removed-log";
    if (!read_place(log, object) || !read_topics(log, json_object_get(object, "topics")) ||
        !vota_eth_get_bytes(bytes, json_object_get(object, "data")))
        return "bad-logs";
    log->data = (struct vota_slice){bytes->to + start, bytes->len - start};
    return NULL;
}

/* How many bytes the data of all logs has. */
static bool measure(size_t *ret_total, const json_t *array)
{
    size_t total = 0;
    for (size_t i = 0; i < json_array_size(array); i++) {
        size_t len;
        if (!vota_eth_get_len(&len, json_object_get(json_array_get(array, i), "data")) ||
            !vota_add(&total, total, len))
            return false;
    }
    *ret_total = total;
    return true;
}

const char *vota_eth_logs_read(struct vota_eth_logs *ret_logs, const json_t *array)
{
    struct vota_eth_logs logs = {.count = json_array_size(array)};
    size_t total;
    if (!json_is_array(array) || !measure(&total, array))
        return "bad-logs";
    logs.items = calloc(logs.count + 1, sizeof *logs.items);
    logs.bytes = malloc(total + 1);
    const char *fault = logs.items == NULL || logs.bytes == NULL ? "no-memory" : NULL;
    struct vota_wr bytes = vota_wr_of(logs.bytes, total);
    for (size_t i = 0; fault == NULL && i < logs.count; i++)
        fault = read_log(&logs.items[i], &bytes, json_array_get(array, i));
    if (fault != NULL)
        vota_eth_logs_done(&logs);
    else
        *ret_logs = logs;
    return fault;
}

/* ---- eth_getLogs ---- */

static void put_range(struct vota_wr *wr, const struct vota_eth_filter *filter)
{
    if (filter->block_hash != NULL) {
        vota_wr_text(wr, ",\"blockHash\":");
        vota_eth_put_hex(wr, filter->block_hash->bytes, 32);
        return;
    }
    const struct vota_block_id from = vota_block_numbered(filter->from_block);
    const struct vota_block_id to = vota_block_numbered(filter->to_block);
    vota_wr_text(wr, ",\"fromBlock\":");
    vota_eth_put_block(wr, &from);
    vota_wr_text(wr, ",\"toBlock\":");
    vota_eth_put_block(wr, &to);
}

static void put_filter(struct vota_wr *wr, const struct vota_eth_filter *filter)
{
    vota_wr_text(wr, "[{\"address\":");
    vota_eth_put_hex(wr, filter->address.bytes, sizeof filter->address.bytes);
    put_range(wr, filter);
    for (size_t i = 0; i < filter->topic_count; i++) {
        vota_wr_text(wr, i == 0 ? ",\"topics\":[" : ",");
        if (filter->topics[i] == NULL)
            vota_wr_text(wr, "null");
        else
            vota_eth_put_hex(wr, filter->topics[i]->bytes, 32);
    }
    vota_wr_text(wr, filter->topic_count > 0 ? "]}]" : "}]");
}

static bool matches(const struct vota_eth_log *log, const struct vota_eth_filter *filter)
{
    if (!vota_addr_equal(&log->address, &filter->address) || log->topic_count < filter->topic_count)
        return false;
    for (size_t i = 0; i < filter->topic_count; i++) {
        if (filter->topics[i] != NULL && !vota_hash_equal(filter->topics[i], &log->topics[i]))
            return false;
    }
    if (filter->block_hash != NULL)
        return vota_hash_equal(&log->block_hash, filter->block_hash);
    return log->block_number >= filter->from_block && log->block_number <= filter->to_block;
}

/* In the order of the chain, each in the filter. */
static bool all_match(const struct vota_eth_logs *logs, const struct vota_eth_filter *filter)
{
    for (size_t i = 0; i < logs->count; i++) {
        const struct vota_eth_log *log = &logs->items[i];
        if (!matches(log, filter))
            return false;
        if (i == 0)
            continue;
        const struct vota_eth_log *before = log - 1;
        if (log->block_number < before->block_number ||
            (log->block_number == before->block_number && log->log_index <= before->log_index))
            return false;
    }
    return true;
}

static enum vota_status read_logs(struct vota_provider *provider, struct vota_eth_logs *ret_logs,
                                  const json_t *result, const struct vota_eth_filter *filter,
                                  struct vota_error *err)
{
    struct vota_eth_logs logs = {0};
    const char *fault = vota_eth_logs_read(&logs, result);
    if (fault != NULL && strcmp(fault, "no-memory") == 0)
        return vota_fail(err, VOTA_NO_MEMORY, method, fault);
    if (fault != NULL)
        return vota_eth_malformed(provider, method, fault, err);
    if (!all_match(&logs, filter)) {
        vota_eth_logs_done(&logs);
        return vota_eth_untrue(provider, method, "log-outside-filter", err);
    }
    *ret_logs = logs;
    return VOTA_OK;
}

enum vota_status vota_eth_logs(struct vota_provider *provider, struct vota_eth_logs *ret_logs,
                               const struct vota_eth_filter *filter, struct vota_error *err)
{
    VOTA_ASSERT(filter->topic_count <= VOTA_ETH_TOPICS_MAX);
    uint8_t text[VOTA_ETH_PARAMS_MAX];
    struct vota_wr params = vota_wr_of(text, sizeof text);
    put_filter(&params, filter);
    const struct vota_eth_question question = {method, &params, VOTA_ETH_LOGS_MAX, false};
    json_t *result = NULL;
    struct vota_error why = {0};
    enum vota_status status = vota_eth_ask_some(provider, &result, &question, &why);
    if (status != VOTA_OK && status != VOTA_NO_MEMORY && status != VOTA_NOT_FOUND &&
        vota_answers_is_too_many_logs(&provider->failure))
        return vota_fail(err, VOTA_LIMIT, method, "too-many-logs");
    if (status != VOTA_OK)
        return vota_fail(err, status, method, why.text);
    status = read_logs(provider, ret_logs, result, filter, err);
    json_decref(result);
    return status;
}
