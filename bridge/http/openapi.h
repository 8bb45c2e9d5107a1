/* SPDX-License-Identifier: Apache-2.0 */
/* docs/openapi.json as it was when the program was built: the API in the words of OpenAPI 3.1. */
#ifndef VOTA_BRIDGE_HTTP_OPENAPI_H
#define VOTA_BRIDGE_HTTP_OPENAPI_H

#include <stddef.h>

extern const unsigned char vota_openapi_text[];
extern const size_t vota_openapi_len;

#endif
