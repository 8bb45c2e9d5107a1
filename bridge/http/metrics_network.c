/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How each network stands, written down. Families first, networks within them,
 * since the format wants the samples of a family together.
 */
#include <inttypes.h>
#include <string.h>

#include "bridge/http/metrics_parts.h"

const char *vota_metrics_network(size_t place)
{
    static const char *const words[VOTA_STANDING_NETWORKS] = {"primary", "secondary"};
    VOTA_ASSERT(place < VOTA_STANDING_NETWORKS);
    return words[place];
}

/* One family: puts a network's samples; the label `network` is given already. */
struct family {
    const char *name, *help;
    void (*put)(struct vota_exposition *ex, const struct vota_standing_network *network);
    bool is_counter;
    bool of_turn; /* only when a turn has looked */
};

/* ---- samples ---- */

static void put_info(struct vota_exposition *ex, const struct vota_standing_network *network)
{
    char chain_id[24];
    (void)snprintf(chain_id, sizeof chain_id, "%" PRIu64, network->chain_id);
    vota_exposition_label(ex, "name", network->name);
    vota_exposition_label(ex, "chain_id", chain_id);
    vota_exposition_label(ex, "local", network->is_local ? "yes" : "no");
    vota_exposition_number(ex, 1);
}

static const char *reach_word(size_t reach)
{
    return vota_standing_reach_name((enum vota_standing_reach)reach);
}

static void put_reach(struct vota_exposition *ex, const struct vota_standing_network *network)
{
    vota_exposition_states(ex, "reach", reach_word, VOTA_REACHES, network->reach);
}

static void put_turns(struct vota_exposition *ex, const struct vota_standing_network *network)
{
    vota_exposition_number(ex, network->turns);
}

static void put_failures(struct vota_exposition *ex, const struct vota_standing_network *network)
{
    vota_exposition_number(ex, network->failures);
}

static void put_turn_at(struct vota_exposition *ex, const struct vota_standing_network *network)
{
    vota_exposition_number(ex, network->turn_at);
}

static void put_stopped(struct vota_exposition *ex, const struct vota_standing_network *network)
{
    vota_exposition_number(ex, network->turn.stop.reason[0] != '\0');
}

static void put_held(struct vota_exposition *ex, const struct vota_standing_network *network)
{
    vota_exposition_number(ex, network->turn.held[0] != '\0');
}

static void put_balance(struct vota_exposition *ex, const struct vota_standing_network *network)
{
    vota_exposition_ether(ex, &network->turn.balance);
}

static void put_latest(struct vota_exposition *ex, const struct vota_standing_network *network)
{
    vota_exposition_number(ex, network->turn.latest_block);
}

static void put_latest_time(struct vota_exposition *ex, const struct vota_standing_network *network)
{
    vota_exposition_number(ex, network->turn.latest_time);
}

static void put_final(struct vota_exposition *ex, const struct vota_standing_network *network)
{
    vota_exposition_number(ex, network->turn.final_block);
}

static void put_needed(struct vota_exposition *ex, const struct vota_standing_network *network)
{
    vota_exposition_number(ex, network->needed);
}

static void put_agreed(struct vota_exposition *ex, const struct vota_standing_network *network)
{
    vota_exposition_number(ex, network->agreed);
}

/* ---- families ---- */

static const struct family families[] = {
    {"voteanchor_network_info", "The networks by name and chain id.", put_info, false, false},
    {"voteanchor_network_reach", "How a network stands; 1 for the present word.", put_reach, false,
     false},
    {"voteanchor_network_turns_total", "Looks at the network that succeeded.", put_turns, true,
     false},
    {"voteanchor_network_turn_failures_total", "Looks that did not.", put_failures, true, false},
    {"voteanchor_network_last_turn_timestamp_seconds", "When a look succeeded last.", put_turn_at,
     false, true},
    {"voteanchor_network_stopped", "Whether nothing is signed until a person has decided.",
     put_stopped, false, true},
    {"voteanchor_network_held", "Whether the next operation waits for something.", put_held, false,
     true},
    {"voteanchor_balance_ether", "The anchorer's proven balance.", put_balance, false, true},
    {"voteanchor_latest_block", "Number of the latest block that was agreed on.", put_latest, false,
     true},
    {"voteanchor_latest_block_timestamp_seconds", "Its time.", put_latest_time, false, true},
    {"voteanchor_final_block", "Number of the final block that was agreed on.", put_final, false,
     true},
    {"voteanchor_providers_needed", "Providers that must agree; 0: not connected yet.", put_needed,
     false, false},
    {"voteanchor_providers_agreed", "Providers that named the latest block.", put_agreed, false,
     false},
};

static void begin(struct vota_exposition *ex, const char *name, const char *help, bool is_counter)
{
    if (is_counter)
        vota_exposition_counter(ex, name, help);
    else
        vota_exposition_gauge(ex, name, help);
}

static void put_family(struct vota_exposition *ex, const struct family *family,
                       const struct vota_standing_network *networks)
{
    begin(ex, family->name, family->help, family->is_counter);
    for (size_t i = 0; i < VOTA_STANDING_NETWORKS; i++) {
        if (networks[i].reach == VOTA_REACH_NONE || (family->of_turn && !networks[i].has_turn))
            continue;
        vota_exposition_label(ex, "network", vota_metrics_network(i));
        family->put(ex, &networks[i]);
    }
}

/* ---- families with more labels ---- */

/* A code of ours as a label; what is none, because a word of a stranger's came with it, is not. */
static const char *code_of(const char *reason)
{
    const size_t len = strspn(reason, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return reason[len] == '\0' ? reason : "other";
}

static void put_reason(struct vota_exposition *ex, size_t place, const char *kind,
                       const char *reason)
{
    if (reason[0] == '\0')
        return;
    vota_exposition_label(ex, "network", vota_metrics_network(place));
    vota_exposition_label(ex, "kind", kind);
    vota_exposition_label(ex, "reason", code_of(reason));
    vota_exposition_number(ex, 1);
}

static void put_reasons(struct vota_exposition *ex, const struct vota_standing_network *networks)
{
    vota_exposition_gauge(ex, "voteanchor_network_reason",
                          "1 for each reason that there is now: why the next operation is held, "
                          "the network stopped, the last look failed (problem), there is no key.");
    for (size_t i = 0; i < VOTA_STANDING_NETWORKS; i++) {
        if (networks[i].reach == VOTA_REACH_NONE)
            continue;
        put_reason(ex, i, "held", networks[i].turn.held);
        put_reason(ex, i, "stopped", networks[i].turn.stop.reason);
        put_reason(ex, i, "problem", networks[i].problem);
        put_reason(ex, i, "key", networks[i].key_problem);
    }
}

static void put_operation(struct vota_exposition *ex, size_t place, const char *state, uint64_t n)
{
    vota_exposition_label(ex, "network", vota_metrics_network(place));
    vota_exposition_label(ex, "state", state);
    vota_exposition_number(ex, n);
}

static void put_operations(struct vota_exposition *ex, const struct vota_standing_network *networks)
{
    vota_exposition_gauge(ex, "voteanchor_operations",
                          "Operations in the outbox: not in a block yet, in one that is not final, "
                          "halted for a person to look at.");
    for (size_t i = 0; i < VOTA_STANDING_NETWORKS; i++) {
        if (networks[i].reach == VOTA_REACH_NONE || !networks[i].has_turn)
            continue;
        put_operation(ex, i, "unmined", networks[i].turn.unmined);
        put_operation(ex, i, "unfinal", networks[i].turn.unfinal);
        put_operation(ex, i, "halted", networks[i].turn.halted);
    }
}

static void put_sendings(struct vota_exposition *ex, const struct vota_standing_network *networks)
{
    vota_exposition_counter(ex, "voteanchor_sendings_total",
                            "What the sender did, and what befell it, by the name of the event.");
    for (size_t i = 0; i < VOTA_STANDING_NETWORKS; i++) {
        for (size_t k = 0; k < VOTA_STANDING_SENDINGS && networks[i].reach != VOTA_REACH_NONE;
             k++) {
            vota_exposition_label(ex, "network", vota_metrics_network(i));
            vota_exposition_label(ex, "event", vota_standing_sending_name(k));
            vota_exposition_number(ex, networks[i].sendings[k]);
        }
    }
}

/* ---- providers ---- */

static void put_healthy(struct vota_exposition *ex, const struct vota_standing_provider *provider)
{
    vota_exposition_number(ex, strcmp(provider->state, "ok") == 0);
}

static void put_head(struct vota_exposition *ex, const struct vota_standing_provider *provider)
{
    vota_exposition_number(ex, provider->latest);
}

static void put_requests(struct vota_exposition *ex, const struct vota_standing_provider *provider)
{
    vota_exposition_number(ex, provider->requests);
}

static void put_waited(struct vota_exposition *ex, const struct vota_standing_provider *provider)
{
    vota_exposition_seconds(ex, provider->waited_ms * 1000000u);
}

static void put_fault(struct vota_exposition *ex, const struct vota_standing_provider *provider)
{
    vota_exposition_label(ex, "reason", provider->reason[0] != '\0' ? provider->reason : "none");
    vota_exposition_number(ex, 1);
}

static const struct {
    const char *name, *help;
    void (*put)(struct vota_exposition *ex, const struct vota_standing_provider *provider);
    bool is_counter;
} provider_families[] = {
    {"voteanchor_provider_healthy", "Whether a provider is asked and its word counts.", put_healthy,
     false},
    {"voteanchor_provider_fault", "1 for why it is not, or none.", put_fault, false},
    {"voteanchor_provider_latest_block", "The newest block that it named.", put_head, false},
    {"voteanchor_provider_requests_total", "Requests to it, repetitions included.", put_requests,
     true},
    {"voteanchor_provider_wait_seconds_total", "Time that its answers took.", put_waited, true},
};

static void put_providers(struct vota_exposition *ex, const struct vota_standing_network *networks)
{
    for (size_t f = 0; f < sizeof provider_families / sizeof provider_families[0]; f++) {
        begin(ex, provider_families[f].name, provider_families[f].help,
              provider_families[f].is_counter);
        for (size_t i = 0; i < VOTA_STANDING_NETWORKS; i++) {
            for (size_t k = 0; k < networks[i].n_providers; k++) {
                vota_exposition_label(ex, "network", vota_metrics_network(i));
                vota_exposition_label(ex, "provider", networks[i].provider[k].name);
                provider_families[f].put(ex, &networks[i].provider[k]);
            }
        }
    }
}

void vota_metrics_put_networks(struct vota_exposition *ex,
                               const struct vota_standing_network networks[VOTA_STANDING_NETWORKS])
{
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++)
        put_family(ex, &families[i], networks);
    put_reasons(ex, networks);
    put_operations(ex, networks);
    put_sendings(ex, networks);
    put_providers(ex, networks);
}
