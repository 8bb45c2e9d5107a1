/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON-RPC envelope, strictly: see jsonrpc.h. */
#include "rpc/jsonrpc.h"

#include <string.h>

#include <jansson.h>

#include "proof/hex.h"

static void write_decimal(struct vota_wr *wr, uint64_t value)
{
    char digits[20];
    size_t n = 0;
    do {
        n++;
        digits[sizeof digits - n] = (char)('0' + (char)(value % 10));
        value /= 10;
    } while (value > 0);
    vota_wr_put(wr, digits + (sizeof digits - n), n);
}

void vota_jsonrpc_write(struct vota_wr *wr, uint64_t id, const char *method,
                        struct vota_slice params)
{
    vota_wr_text(wr, "{\"jsonrpc\":\"2.0\",\"id\":");
    write_decimal(wr, id);
    vota_wr_text(wr, ",\"method\":\"");
    vota_wr_text(wr, method);
    vota_wr_text(wr, "\",\"params\":");
    vota_wr_put(wr, params.at, params.len);
    vota_wr_byte(wr, '}');
}

/* Bounds the nesting before a parser that recurses sees the text. */
static bool too_deep(const uint8_t *text, size_t len)
{
    size_t depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < len; i++) {
        const uint8_t c = text[i];
        if (in_string && c == '\\')
            i++;
        else if (c == '"')
            in_string = !in_string;
        else if (!in_string && (c == '{' || c == '['))
            depth++;
        else if (!in_string && (c == '}' || c == ']') && depth > 0)
            depth--;
        if (depth > VOTA_RPC_DEPTH_MAX)
            return true;
    }
    return false;
}

static bool is_known_member(const char *key)
{
    return strcmp(key, "jsonrpc") == 0 || strcmp(key, "id") == 0 || strcmp(key, "result") == 0 ||
           strcmp(key, "error") == 0;
}

/* NULL, or why this object is no answer to call `id`. */
static const char *envelope_fault(json_t *answer, uint64_t id)
{
    if (!json_is_object(answer))
        return "not-object";
    const char *key;
    json_t *value;
    json_object_foreach(answer, key, value)
    {
        if (!is_known_member(key))
            return "unknown-member";
    }
    const char *version = json_string_value(json_object_get(answer, "jsonrpc"));
    if (version == NULL || strcmp(version, "2.0") != 0)
        return "not-2.0";
    const json_t *their_id = json_object_get(answer, "id");
    if (!json_is_integer(their_id) || json_integer_value(their_id) < 0 ||
        (uint64_t)json_integer_value(their_id) != id)
        return "wrong-id";
    const bool has_result = json_object_get(answer, "result") != NULL;
    const bool has_error = json_object_get(answer, "error") != NULL;
    if (has_result && has_error)
        return "both-result-and-error";
    if (!has_result && !has_error)
        return "neither-result-nor-error";
    return NULL;
}

/* What a provider says ends up in logs: printable ASCII only, cut to fit. */
static void copy_message(char ret_message[VOTA_RPC_MESSAGE_MAX], const char *text)
{
    size_t n = 0;
    for (; text[n] != '\0' && n < VOTA_RPC_MESSAGE_MAX - 1; n++) {
        ret_message[n] = text[n];
        if (text[n] < ' ' || text[n] > '~')
            ret_message[n] = '?';
    }
    ret_message[n] = '\0';
}

/* Revert data; anything else (objects, other texts) carries nothing we use. */
static size_t read_data(uint8_t ret_data[VOTA_RPC_DATA_MAX], const json_t *data)
{
    const char *text = json_string_value(data);
    const size_t text_len = json_string_length(data);
    if (text == NULL || text_len < 2 || text_len % 2 != 0)
        return 0;
    size_t len = (text_len - 2) / 2;
    if (len > VOTA_RPC_DATA_MAX)
        len = VOTA_RPC_DATA_MAX;
    return vota_hex_read_any(ret_data, len, text, 2 + 2 * len) == VOTA_OK ? len : 0;
}

/* NULL, or why the error object is none. */
static const char *read_error(struct vota_rpc_error *ret_error, json_t *object)
{
    const json_t *code = json_object_get(object, "code");
    const char *message = json_string_value(json_object_get(object, "message"));
    if (!json_is_integer(code) || message == NULL)
        return "bad-error";
    vota_bytes_zero(ret_error, sizeof *ret_error);
    ret_error->code = json_integer_value(code);
    copy_message(ret_error->message, message);
    ret_error->data_len = read_data(ret_error->data, json_object_get(object, "data"));
    return NULL;
}

static enum vota_status read_answer(json_t **ret_result, struct vota_rpc_error *ret_error,
                                    const char **ret_reason, uint64_t id, json_t *answer)
{
    const char *reason = envelope_fault(answer, id);
    json_t *error = json_object_get(answer, "error");
    if (reason == NULL && error != NULL)
        reason = read_error(ret_error, error);
    if (reason != NULL) {
        *ret_reason = reason;
        return VOTA_REMOTE;
    }
    if (error != NULL)
        return VOTA_CONFLICT;
    *ret_result = json_incref(json_object_get(answer, "result"));
    return VOTA_OK;
}

/*
 * A NUL in a text is refused: what comes after it would not be looked at. Only
 * an error may hold one, as in Anvil's words for a revert with arguments: its
 * message is for a log, and cut there.
 */
static json_t *load(const void *body, size_t len, json_error_t *ret_where)
{
    const char *text = len > 0 ? body : "";
    json_t *answer = json_loadb(text, len, JSON_REJECT_DUPLICATES, ret_where);
    if (answer != NULL || json_error_code(ret_where) != json_error_null_character)
        return answer;
    answer = json_loadb(text, len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, ret_where);
    if (json_is_object(answer) && json_object_get(answer, "result") == NULL)
        return answer;
    json_decref(answer);
    return NULL;
}

enum vota_status vota_jsonrpc_read(struct json_t **ret_result, struct vota_rpc_error *ret_error,
                                   const char **ret_reason, uint64_t id, const void *body,
                                   size_t len)
{
    if (too_deep(body, len)) {
        *ret_reason = "too-deep";
        return VOTA_REMOTE;
    }
    json_error_t where;
    json_t *answer = load(body, len, &where);
    if (answer == NULL && json_error_code(&where) == json_error_out_of_memory)
        return VOTA_NO_MEMORY;
    if (answer == NULL) {
        *ret_reason = "not-json";
        return VOTA_REMOTE;
    }
    const enum vota_status status = read_answer(ret_result, ret_error, ret_reason, id, answer);
    json_decref(answer);
    return status;
}
