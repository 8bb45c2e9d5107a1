/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a user brings to receipts, put together for vota_verify: contracts with
 * their deployment records, journals proven in a final block, heads of a trust
 * file, blocks that were asked for. A contract whose address does not follow
 * from its record never gets in. Whoever could not be reached, or told what does
 * not hold, leaves a problem here, never a verdict.
 */
#ifndef VOTA_BRIDGE_AUDIT_TRUSTED_H
#define VOTA_BRIDGE_AUDIT_TRUSTED_H

#include "bridge/audit/proven.h"
#include "bridge/audit/witnesses.h"
#include "bridge/publish/trust_json.h"
#include "proof/receipt.h"

#define VOTA_TRUSTED_MAX_CONTRACTS 64u
#define VOTA_TRUSTED_MAX_PROBLEMS  32u
#define VOTA_TRUSTED_MAX_BLOCKS    64u

/* Why something that would have helped is not there. */
struct vota_trusted_problem {
    const char *key;    /* text key; its sentence takes {contract}, {provider} and {reason} */
    vota_addr contract; /* zero: concerns none */
    char provider[16];  /* name, never a URL; empty: none */
    struct vota_error error;
};

/* A contract with a sound deployment record; with NO_RECORD only what the user named. */
struct vota_trusted_contract {
    struct vota_deployment deployment;
    enum vota_trust_how how;
    struct vota_proven *proven; /* owned; NULL: not asked for, or not to be had */
    bool has_journal;
    struct vota_journal journal; /* proven->lines up to the proven length */
    /* A journal from a publication, to a head that the trust file or stored evidence proves. */
    bool has_stored;
    struct vota_journal stored;
    struct vota_trust_journal stored_head; /* but its contract and journal */
};

/* contracts[successor] says that it continues contracts[old]; found by bridge/audit/follow.h. */
struct vota_trusted_link {
    size_t old, successor;
};

struct vota_trusted {
    struct vota_trusted_contract contracts[VOTA_TRUSTED_MAX_CONTRACTS];
    size_t contract_count;
    const struct vota_trust_file *file; /* for its heads; NULL: none */
    struct vota_trusted_link links[VOTA_TRUST_MAX_LINKS];
    size_t link_count;
    bool has_named_block; /* what the user named with --block, */
    vota_hash named_block;
    struct vota_trust_block blocks[VOTA_TRUSTED_MAX_BLOCKS];
    size_t block_count;
    size_t named_blocks; /* which the first of them are: one for each contract */
    struct vota_trusted_problem problems[VOTA_TRUSTED_MAX_PROBLEMS];
    size_t problem_count;
    /* Made anew for each receipt. */
    struct vota_trust_contract trust_contracts[VOTA_TRUSTED_MAX_CONTRACTS];
    struct vota_trust_journal trust_journals[3 * VOTA_TRUSTED_MAX_CONTRACTS];
    struct vota_trust_link trust_links[VOTA_TRUST_MAX_LINKS];
};

void vota_trusted_init(struct vota_trusted *ret_trusted);
void vota_trusted_done(struct vota_trusted *trusted);

/* Notes a problem; more than fit are dropped. */
void vota_trusted_note(struct vota_trusted *trusted, const char *key, const vota_addr *contract,
                       const char *provider, const struct vota_error *error);

/*
 * Adds a contract by its record. BAD_INPUT "deployment-address" or
 * "deployment-code" when it is not sound; LIMIT. The same one again is fine.
 */
VOTA_MUST_USE enum vota_status vota_trusted_add(struct vota_trusted *trusted,
                                                const struct vota_deployment *deployment,
                                                struct vota_error *err);

/* A record with its journal lines, from a publication: saves asking for events. */
struct vota_trusted_data {
    const struct vota_deployment *deployment;
    const struct vota_lines *lines;   /* those that fold */
    const struct vota_reader *reader; /* for its evidence; NULL: none */
};

/* Where records and journals of contracts may be found; each may be absent. */
struct vota_trusted_sources {
    const struct vota_trusted_data *data;
    size_t data_count;
    const struct vota_trust_file *file;
    const struct vota_witnesses *witnesses; /* asked last: it takes events */
};

/* The publication of a contract; NULL: none. */
const struct vota_trusted_data *vota_trusted_data_of(const struct vota_trusted_sources *sources,
                                                     const struct vota_deployment *deployment);

/*
 * Proves state and journal of the i-th contract in the final block of its own
 * network's witness, if there is one. A failure becomes a problem.
 */
void vota_trusted_prove(struct vota_trusted *trusted, size_t i,
                        const struct vota_trusted_sources *sources);

/*
 * Looks a sound record up where it costs nothing, first in the trust file: a record does not
 * prove which genesis its chain id means. NULL: there is none at hand.
 */
const struct vota_deployment *vota_trusted_record(const struct vota_named *named,
                                                  const struct vota_trusted_sources *sources);

/*
 * Adds the contract that the user named, by the first sound record of it: only a
 * record shows that VoteAnchor is what was deployed there. Without one it is
 * added as NO_RECORD, and a problem says why.
 */
void vota_trusted_find(struct vota_trusted *trusted, const struct vota_named *named,
                       const struct vota_trusted_sources *sources);

/*
 * Believes a block on the networks of all contracts, also those that are added
 * later: what the user names with --block.
 */
void vota_trusted_block(struct vota_trusted *trusted, const vota_hash *hash);

/*
 * Adds the blocks that a receipt's evidence is about, as far as the trust file or
 * the network's witness vouch for them; those of the receipt before are
 * forgotten. `witnesses` may be NULL.
 */
void vota_trusted_evidence(struct vota_trusted *trusted, const struct vota_receipt *receipt,
                           const struct vota_witnesses *witnesses);

/* Whether the user or the trust file vouches for a block of a network. */
bool vota_trusted_knows_block(const struct vota_trusted *trusted, uint64_t chain_id,
                              const vota_hash *chain_genesis, const vota_hash *hash);

/*
 * Whether an anchor's evidence proves a head of the contract in a block that the
 * user or the trust file vouches for; *ret_head is then all but `contract` and
 * `journal`. How a chain that nobody answers for any more is still known.
 */
bool vota_trusted_stored_head(struct vota_trust_journal *ret_head,
                              const struct vota_trusted *trusted,
                              const struct vota_deployment *deployment,
                              const struct vota_anchor *anchor);

/* Who signed; false when no key can have. */
bool vota_trusted_recover(void *context, vota_addr *ret_signer, const vota_hash *digest,
                          const uint8_t signature[65]);

/* What of all this concerns a receipt; borrowed until the next call. Signers are recovered. */
void vota_trusted_for(struct vota_trust *ret_trust, struct vota_trusted *trusted,
                      const struct vota_receipt *receipt);

#endif
