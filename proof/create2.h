/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a deployment must be (PROTOCOL 4). A code hash proves nothing, since any
 * init code can return our runtime code over an invented head; the CREATE2
 * address commits to creation code and arguments, hence to the genesis.
 *
 *   CREATE2  keccak(0xff || deployer || salt || keccak(init code))[12:]  EIP-1014
 *   CREATE   keccak(rlp([sender, nonce]))[12:]                           yellow paper 7
 *   init code = creation code || abi.encode(arguments)
 *
 * Two ways to deploy: a call to the proxy with salt || init code, or, where the
 * proxy does not exist, a transaction without recipient whose creation data is
 * itself the deployer:
 *
 *   603680380380915f39  copy what follows these 54 bytes to memory
 *   7f <32 bytes salt>
 *   905f5ff5            create2
 *   6034575f5ffd5b00    revert if that failed, else leave no code
 *   <init code>
 *
 * Must not know networks or transactions.
 */
#ifndef VOTA_PROOF_CREATE2_H
#define VOTA_PROOF_CREATE2_H

#include "proof/journal.h"

/* The deterministic-deployment proxy, 0x4e59b44847b379578588920ca78fbf26c0b4956c. */
extern const vota_addr vota_create2_proxy;

/* EIP-1014. */
void vota_create2_address(vota_addr *ret_addr, const vota_addr *deployer, const vota_hash *salt,
                          const vota_hash *init_code_hash);

/* What an ordinary creation by this sender with this nonce yields: the bootstrap's address. */
void vota_create2_sender_address(vota_addr *ret_addr, const vota_addr *sender, uint64_t nonce);

/*
 * Appends creation code and encoded arguments: creation code length + 224 bytes.
 * The genesis' chain id and contract are no arguments and are not read.
 */
void vota_create2_init_code(struct vota_wr *wr, struct vota_slice creation_code,
                            const struct vota_genesis *genesis);

/* keccak of the same, without a buffer for it. */
void vota_create2_init_code_hash(vota_hash *ret_hash, struct vota_slice creation_code,
                                 const struct vota_genesis *genesis);

/* Appends the data of a call to the proxy. */
void vota_create2_proxy_call(struct vota_wr *wr, const vota_hash *salt,
                             struct vota_slice init_code);

/* Appends the creation data of the in-line bootstrap. */
void vota_create2_bootstrap(struct vota_wr *wr, const vota_hash *salt, struct vota_slice init_code);

#endif
