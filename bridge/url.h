/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which RPC addresses may stand where: https anywhere, http on this machine
 * only, no user name or password in it, and where the place is readable by
 * others (an argument, the configuration) nothing that looks like an access
 * key. Such an address comes from a url_file.
 */
#ifndef VOTA_BRIDGE_URL_H
#define VOTA_BRIDGE_URL_H

#include "proof/voteanchor.h"

#define VOTA_URL_MAX 512u

/*
 * NULL when the address may stand there, else the reason, static: url-too-long,
 * url-bad-character, url-scheme, url-not-local, url-userinfo, url-no-host,
 * url-bad-port, url-key (the last one only unless `secret_place`).
 */
const char *vota_url_problem(const char *url, bool secret_place);

/*
 * The same for a proxy: http:// or socks5h://, a host and a port, nothing else; user:password@
 * before the host only in a secret place. Reasons: proxy-scheme, proxy-needs-port, proxy-path,
 * url-userinfo, url-too-long, url-bad-character, url-no-host, url-bad-port.
 */
const char *vota_url_proxy_problem(const char *url, bool secret_place);

/* Scheme, host and port only ("https://rpc.example:8545"), of a proxy too, for messages and logs. */
void vota_url_shown(char *ret_text, size_t cap, const char *url);

#endif
