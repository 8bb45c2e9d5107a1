/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What files hold that the page reads and writes, member by member (docs/FORMATS.md): receipts,
 * journals, trust files. All hex is lower case, all times are unix seconds, all numbers are
 * integers of at most 2^53 - 1.
 */

export type Hex = `0x${string}`;

/* ---- the receipt, as .receipt.json holds it (PROTOCOL 9) ---- */

export interface AcceptanceView {
    accepted_at: number;
    anchor_by: number;
    chain_id: number;
    contract: Hex;
    signature: Hex;
}

export interface EvidenceView {
    account: Hex[];
    format: string;
    header: Hex;
    storage: Hex[];
}

export interface BatchEntryView {
    block: number;
    count: number;
    number: number;
    root: Hex;
    time: number;
}

export interface AnchorView {
    chain_genesis: Hex;
    chain_id: number;
    contract: Hex;
    entry: BatchEntryView;
    evidence?: EvidenceView;
    later?: Hex[];
    parent: Hex;
}

export interface RowView {
    content_hash: Hex;
    register: Hex;
    tag: Hex;
}

export interface OpeningView {
    citizen_salt: Hex;
    city_salt: Hex;
    content: string;
}

export interface ReceiptView {
    acceptance?: AcceptanceView;
    anchors: AnchorView[];
    definition?: string;
    format: string;
    opening?: OpeningView;
    path: Hex[];
    row: RowView;
}

/* ---- journal and deployment (PROTOCOL 3, 4, 11) ---- */

export interface EntryView {
    a: Hex;
    b: Hex;
    block: number;
    c: Hex;
    kind: number;
    number: number;
    time: number;
}

/*
 * A deployment record: a contract of trust.json. The first line of journal.ndjson is the same
 * with one member more, `format`, which is taken off before it is given to the verifier.
 */
export interface Deployment {
    acceptance_key: Hex;
    address: Hex;
    anchorer: Hex;
    block: number;
    chain_genesis: Hex;
    chain_id: number;
    creation_code_hash: Hex;
    deployer: Hex;
    owner: Hex;
    pred_chain_id: number;
    pred_contract: Hex;
    pred_head: Hex;
    pred_length: number;
    salt: Hex;
    time: number;
    transaction: Hex;
}

/* ---- the trust file, trust.json (DESIGN 3) ---- */

export interface TrustNetwork {
    chain_genesis: Hex;
    chain_id: number;
}

export interface TrustHead {
    block: number;
    block_hash: Hex;
    chain_genesis: Hex;
    chain_id: number;
    contract: Hex;
    head: Hex;
    length: number;
    time: number;
}

export interface TrustSuccessor {
    chain_id: number;
    contract: Hex;
    successor_chain_id: number;
    successor_contract: Hex;
}

export interface TrustFile {
    city: string;
    contracts: Deployment[];
    format: string;
    heads: TrustHead[];
    networks: TrustNetwork[];
    successors: TrustSuccessor[];
}
