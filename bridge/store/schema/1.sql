-- SPDX-License-Identifier: Apache-2.0
-- Version 1 of the store. The file stays as it is once released: a change is a new file.
--
-- Times are unix seconds, hashes 32 bytes, addresses 20. An id is a row's number
-- here; a name of the outside world is called so (slug, record_id, number, nonce).
-- The reasons in RAISE are codes that the program turns into sentences.

-- Facts about the file itself.
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,                       -- e.g. store_id
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A chain (id and genesis, bound on first use) and our contract there.
CREATE TABLE network (
    id                 INTEGER PRIMARY KEY,
    name               TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 32), -- as configured
    chain_id           INTEGER CHECK (chain_id > 0),
    genesis_block      BLOB CHECK (length(genesis_block) = 32),      -- hash of block 0
    contract           BLOB CHECK (length(contract) = 20),           -- recomputed from what follows
    deployer           BLOB CHECK (length(deployer) = 20),           -- of CREATE2
    salt               BLOB CHECK (length(salt) = 32),
    creation_code_hash BLOB CHECK (length(creation_code_hash) = 32),
    owner              BLOB CHECK (length(owner) = 20),              -- the genesis' arguments
    anchorer           BLOB CHECK (length(anchorer) = 20),
    acceptance_key     BLOB CHECK (length(acceptance_key) = 20),
    pred_chain_id      INTEGER CHECK (pred_chain_id >= 0),           -- zeros: no predecessor
    pred_contract      BLOB CHECK (length(pred_contract) = 20),
    pred_length        INTEGER CHECK (pred_length >= 0),
    pred_head          BLOB CHECK (length(pred_head) = 32),
    deploy_block       INTEGER CHECK (deploy_block >= 0),            -- NULL until seen on chain
    deploy_time        INTEGER CHECK (deploy_time >= 0),
    deploy_tx          BLOB CHECK (length(deploy_tx) = 32),          -- zeros: was there already
    CHECK ((chain_id IS NULL) = (genesis_block IS NULL)),
    CHECK (contract IS NULL OR chain_id IS NOT NULL),
    CHECK ((contract IS NULL) = (deployer IS NULL) AND (contract IS NULL) = (salt IS NULL)
       AND (contract IS NULL) = (creation_code_hash IS NULL) AND (contract IS NULL) = (owner IS NULL)
       AND (contract IS NULL) = (anchorer IS NULL) AND (contract IS NULL) = (acceptance_key IS NULL)
       AND (contract IS NULL) = (pred_chain_id IS NULL) AND (contract IS NULL) = (pred_contract IS NULL)
       AND (contract IS NULL) = (pred_length IS NULL) AND (contract IS NULL) = (pred_head IS NULL)),
    CHECK (deploy_block IS NULL OR contract IS NOT NULL),
    CHECK ((deploy_block IS NULL) = (deploy_time IS NULL)
       AND (deploy_block IS NULL) = (deploy_tx IS NULL))
) STRICT;

CREATE TRIGGER network_bound BEFORE UPDATE ON network
WHEN NEW.id IS NOT OLD.id OR NEW.name IS NOT OLD.name
  OR (OLD.chain_id IS NOT NULL
      AND (NEW.chain_id IS NOT OLD.chain_id OR NEW.genesis_block IS NOT OLD.genesis_block))
BEGIN SELECT RAISE(ABORT, 'network-bound'); END;

CREATE TRIGGER contract_bound BEFORE UPDATE ON network
WHEN OLD.contract IS NOT NULL
 AND (NEW.contract IS NOT OLD.contract OR NEW.deployer IS NOT OLD.deployer
   OR NEW.salt IS NOT OLD.salt OR NEW.creation_code_hash IS NOT OLD.creation_code_hash
   OR NEW.owner IS NOT OLD.owner OR NEW.anchorer IS NOT OLD.anchorer
   OR NEW.acceptance_key IS NOT OLD.acceptance_key OR NEW.pred_chain_id IS NOT OLD.pred_chain_id
   OR NEW.pred_contract IS NOT OLD.pred_contract OR NEW.pred_length IS NOT OLD.pred_length
   OR NEW.pred_head IS NOT OLD.pred_head)
BEGIN SELECT RAISE(ABORT, 'contract-bound'); END;

-- A reorganisation may move the deployment, until anything after it is final.
CREATE TRIGGER deployment_final BEFORE UPDATE OF deploy_block, deploy_time, deploy_tx ON network
WHEN (NEW.deploy_block IS NOT OLD.deploy_block OR NEW.deploy_time IS NOT OLD.deploy_time
   OR NEW.deploy_tx IS NOT OLD.deploy_tx)
 AND EXISTS (SELECT 1 FROM entry WHERE network_id = OLD.id AND final = 1)
BEGIN SELECT RAISE(ABORT, 'deployment-final'); END;

CREATE TRIGGER network_kept BEFORE DELETE ON network
BEGIN SELECT RAISE(ABORT, 'network-kept'); END;

-- A poll, petition, proposal list or procedure book.
CREATE TABLE register (
    id            INTEGER PRIMARY KEY,
    network_id    INTEGER NOT NULL REFERENCES network (id),
    hash          BLOB NOT NULL CHECK (length(hash) = 32),        -- keccak(definition)
    slug          TEXT NOT NULL CHECK (length(slug) BETWEEN 1 AND 64), -- the definition's id
    revision      TEXT NOT NULL CHECK (revision IN ('first', 'last', 'all')),
    opens_at      INTEGER NOT NULL CHECK (opens_at >= 0),
    closes_at     INTEGER NOT NULL CHECK (closes_at > opens_at),
    counts_until  INTEGER NOT NULL CHECK (counts_until >= closes_at),
    results_by    INTEGER NOT NULL CHECK (results_by >= closes_at),
    anchor_within INTEGER NOT NULL CHECK (anchor_within >= 1),    -- seconds promised
    opened_entry  INTEGER CHECK (opened_entry >= 1),              -- journal entry, NULL until mined
    closed_at     INTEGER CHECK (closed_at >= 0),                 -- acceptance ended; NULL while open
    definition    BLOB NOT NULL CHECK (length(definition) BETWEEN 1 AND 32768), -- exact bytes
    UNIQUE (network_id, slug),
    UNIQUE (network_id, hash)
) STRICT;

CREATE TRIGGER register_fixed BEFORE UPDATE ON register
WHEN NEW.id IS NOT OLD.id OR NEW.network_id IS NOT OLD.network_id OR NEW.hash IS NOT OLD.hash
  OR NEW.slug IS NOT OLD.slug OR NEW.revision IS NOT OLD.revision
  OR NEW.opens_at IS NOT OLD.opens_at OR NEW.closes_at IS NOT OLD.closes_at
  OR NEW.counts_until IS NOT OLD.counts_until OR NEW.results_by IS NOT OLD.results_by
  OR NEW.anchor_within IS NOT OLD.anchor_within OR NEW.definition IS NOT OLD.definition
BEGIN SELECT RAISE(ABORT, 'register-fixed'); END;

CREATE TRIGGER register_closed BEFORE UPDATE OF closed_at ON register
WHEN OLD.closed_at IS NOT NULL AND NEW.closed_at IS NOT OLD.closed_at
BEGIN SELECT RAISE(ABORT, 'register-closed'); END;

CREATE TRIGGER register_kept BEFORE DELETE ON register
BEGIN SELECT RAISE(ABORT, 'register-kept'); END;

-- One accepted act. Everything but the opening stays as it was accepted.
CREATE TABLE record (
    id           INTEGER PRIMARY KEY,                             -- order of acceptance
    register_id  INTEGER NOT NULL REFERENCES register (id),
    accepted_at  INTEGER NOT NULL CHECK (accepted_at >= 0),
    anchor_by    INTEGER NOT NULL CHECK (anchor_by >= 0),         -- what was promised
    record_id    TEXT NOT NULL UNIQUE CHECK (length(record_id) BETWEEN 1 AND 128), -- the site's
    tag          BLOB NOT NULL CHECK (length(tag) = 32),          -- voter tag
    once         INTEGER CHECK (once = 1), -- 1: the register takes one record of a voter; else NULL
    content_hash BLOB NOT NULL CHECK (length(content_hash) = 32),
    leaf         BLOB NOT NULL CHECK (length(leaf) = 32),         -- hash of the row
    city_salt    BLOB CHECK (length(city_salt) = 32),             -- the opening: NULL once erased
    citizen_salt BLOB CHECK (length(citizen_salt) = 32),          -- zeros: the site sent none
    content      BLOB CHECK (length(content) BETWEEN 1 AND 16384), -- canonical text
    CHECK ((content IS NULL) = (city_salt IS NULL) AND (content IS NULL) = (citizen_salt IS NULL))
) STRICT;

-- Has this voter one here already? Where the first record stands, the index itself refuses a
-- second: NULLs are all different, so that other registers are only looked up in it.
CREATE UNIQUE INDEX record_tag ON record (register_id, tag, once);

CREATE TRIGGER record_fixed BEFORE UPDATE ON record
WHEN NEW.id IS NOT OLD.id OR NEW.register_id IS NOT OLD.register_id
  OR NEW.accepted_at IS NOT OLD.accepted_at OR NEW.anchor_by IS NOT OLD.anchor_by
  OR NEW.record_id IS NOT OLD.record_id OR NEW.tag IS NOT OLD.tag OR NEW.once IS NOT OLD.once
  OR NEW.content_hash IS NOT OLD.content_hash OR NEW.leaf IS NOT OLD.leaf
  OR NEW.city_salt IS NOT NULL OR NEW.citizen_salt IS NOT NULL OR NEW.content IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'record-fixed'); END;

CREATE TRIGGER record_kept BEFORE DELETE ON record
BEGIN SELECT RAISE(ABORT, 'record-kept'); END;

-- Accepted, in no batch yet. Written with the record, gone when its batch is sealed.
CREATE TABLE pending (
    record_id  INTEGER PRIMARY KEY REFERENCES record (id),
    network_id INTEGER NOT NULL REFERENCES network (id),
    anchor_by  INTEGER NOT NULL                                   -- the record's, for the deadline
) STRICT;

-- A sealed set of leaves with one root.
CREATE TABLE batch (
    id         INTEGER PRIMARY KEY,
    network_id INTEGER NOT NULL REFERENCES network (id),
    sealed_at  INTEGER NOT NULL CHECK (sealed_at >= 0),
    root       BLOB NOT NULL CHECK (length(root) = 32),
    count      INTEGER NOT NULL CHECK (count BETWEEN 1 AND 4294967295)
) STRICT;

CREATE TRIGGER batch_sealed BEFORE UPDATE ON batch
BEGIN SELECT RAISE(ABORT, 'batch-sealed'); END;

CREATE TRIGGER batch_kept BEFORE DELETE ON batch
BEGIN SELECT RAISE(ABORT, 'batch-kept'); END;

-- The leaves of a batch, ascending: what a tree is built from. Written in this order; that the
-- record is there, and in no other batch, is asked of the table after it.
CREATE TABLE leaf (
    batch_id  INTEGER NOT NULL REFERENCES batch (id),
    position  INTEGER NOT NULL CHECK (position >= 0),
    record_id INTEGER NOT NULL,
    leaf      BLOB NOT NULL CHECK (length(leaf) = 32),            -- the record's
    PRIMARY KEY (batch_id, position)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER leaf_beyond BEFORE INSERT ON leaf
WHEN NEW.position >= (SELECT count FROM batch WHERE id = NEW.batch_id)
BEGIN SELECT RAISE(ABORT, 'batch-sealed'); END;

CREATE TRIGGER leaf_sealed BEFORE UPDATE ON leaf
BEGIN SELECT RAISE(ABORT, 'batch-sealed'); END;

CREATE TRIGGER leaf_kept BEFORE DELETE ON leaf
BEGIN SELECT RAISE(ABORT, 'batch-sealed'); END;

-- Where a record's leaf is: a record is in one batch, ever. Written in order of records, so that
-- neither table is filled at random places.
CREATE TABLE place (
    record_id INTEGER PRIMARY KEY REFERENCES record (id),
    batch_id  INTEGER NOT NULL REFERENCES batch (id),
    position  INTEGER NOT NULL CHECK (position >= 0)
) STRICT;

CREATE TRIGGER place_sealed BEFORE UPDATE ON place
BEGIN SELECT RAISE(ABORT, 'batch-sealed'); END;

CREATE TRIGGER place_kept BEFORE DELETE ON place
BEGIN SELECT RAISE(ABORT, 'batch-sealed'); END;

-- Nothing accepted is dropped: the way out of pending is a batch.
CREATE TRIGGER pending_unsealed BEFORE DELETE ON pending
WHEN NOT EXISTS (SELECT 1 FROM place WHERE place.record_id = OLD.record_id)
BEGIN SELECT RAISE(ABORT, 'not-sealed'); END;

CREATE TRIGGER pending_fixed BEFORE UPDATE ON pending
BEGIN SELECT RAISE(ABORT, 'pending-fixed'); END;

-- The outbox: one thing to write on chain a row, in order.
CREATE TABLE operation (
    id              INTEGER PRIMARY KEY,                          -- order
    network_id      INTEGER NOT NULL REFERENCES network (id),
    kind            TEXT NOT NULL CHECK (kind IN ('deploy', 'register', 'batch', 'result', 'key',
                                                  'disavow', 'succeed')),
    register_id     INTEGER REFERENCES register (id),             -- of register and result
    batch_id        INTEGER REFERENCES batch (id),                -- of batch
    arguments       BLOB NOT NULL,                                -- what else the kind needs
    created_at      INTEGER NOT NULL CHECK (created_at >= 0),
    state           TEXT NOT NULL CHECK (state IN ('queued', 'signed', 'sent', 'mined', 'final',
                                                   'halted')),
    round           INTEGER NOT NULL DEFAULT 0 CHECK (round >= 0), -- nonce generation
    sender          BLOB CHECK (length(sender) = 20),             -- these four: of this round
    nonce           INTEGER CHECK (nonce >= 0),
    parent          BLOB CHECK (length(parent) = 32),             -- head that the call names
    calldata        BLOB,
    entry_number    INTEGER CHECK (entry_number >= 0),            -- these: as mined; a deployment's
    entry_block     INTEGER CHECK (entry_block >= 0),             -- number and words are zero
    entry_time      INTEGER CHECK (entry_time >= 0),
    a               BLOB CHECK (length(a) = 32),
    b               BLOB CHECK (length(b) = 32),
    c               BLOB CHECK (length(c) = 32),
    head            BLOB CHECK (length(head) = 32),               -- after the entry
    tx_hash         BLOB CHECK (length(tx_hash) = 32),            -- zeros: proven, not found
    block_hash      BLOB CHECK (length(block_hash) = 32),
    gas_used        INTEGER CHECK (gas_used >= 0),                -- 0: not known
    effective_price INTEGER CHECK (effective_price >= 0),         -- wei; 0: not known
    reason          TEXT NOT NULL DEFAULT '' CHECK (length(reason) < 64), -- why halted
    CHECK ((kind IN ('register', 'result')) = (register_id IS NOT NULL)),
    CHECK ((kind = 'batch') = (batch_id IS NOT NULL)),
    CHECK ((nonce IS NULL) = (sender IS NULL) AND (nonce IS NULL) = (parent IS NULL)
       AND (nonce IS NULL) = (calldata IS NULL)),
    CHECK (state <> 'queued' OR nonce IS NULL),
    CHECK (state NOT IN ('signed', 'sent') OR nonce IS NOT NULL),
    CHECK ((state IN ('mined', 'final')) = (entry_number IS NOT NULL)),
    CHECK ((entry_number IS NULL) = (entry_block IS NULL)
       AND (entry_number IS NULL) = (entry_time IS NULL) AND (entry_number IS NULL) = (a IS NULL)
       AND (entry_number IS NULL) = (b IS NULL) AND (entry_number IS NULL) = (c IS NULL)
       AND (entry_number IS NULL) = (head IS NULL) AND (entry_number IS NULL) = (tx_hash IS NULL)
       AND (entry_number IS NULL) = (block_hash IS NULL)
       AND (entry_number IS NULL) = (gas_used IS NULL)
       AND (entry_number IS NULL) = (effective_price IS NULL)),
    CHECK ((state = 'halted') = (reason <> ''))
) STRICT;

CREATE INDEX operation_state ON operation (network_id, state);
CREATE INDEX operation_batch ON operation (batch_id) WHERE batch_id IS NOT NULL;

-- Mined operations in the order of the journal, so that rows come out of it unsorted.
CREATE INDEX operation_entry ON operation (network_id, entry_number)
WHERE entry_number IS NOT NULL;

-- A nonce belongs to one operation, until a new round has let go of it.
CREATE UNIQUE INDEX operation_nonce ON operation (network_id, sender, nonce)
WHERE nonce IS NOT NULL;

CREATE TRIGGER operation_fixed BEFORE UPDATE ON operation
WHEN NEW.id IS NOT OLD.id OR NEW.network_id IS NOT OLD.network_id OR NEW.kind IS NOT OLD.kind
  OR NEW.register_id IS NOT OLD.register_id OR NEW.batch_id IS NOT OLD.batch_id
  OR NEW.arguments IS NOT OLD.arguments OR NEW.created_at IS NOT OLD.created_at
BEGIN SELECT RAISE(ABORT, 'operation-fixed'); END;

CREATE TRIGGER operation_final BEFORE UPDATE ON operation
WHEN OLD.state = 'final'
BEGIN SELECT RAISE(ABORT, 'operation-final'); END;

CREATE TRIGGER operation_kept BEFORE DELETE ON operation
BEGIN SELECT RAISE(ABORT, 'operation-kept'); END;

CREATE TRIGGER operation_born BEFORE INSERT ON operation
WHEN NEW.state <> 'queued' OR NEW.round <> 0
BEGIN SELECT RAISE(ABORT, 'bad-move'); END;

-- The arrows of engine/anchor.h, and an operator's way out of a halt.
CREATE TRIGGER operation_moves BEFORE UPDATE OF state ON operation
WHEN OLD.state <> 'final' AND NEW.state <> OLD.state
 AND OLD.state || '>' || NEW.state NOT IN (
    'queued>signed', 'queued>mined',
    'signed>sent', 'signed>mined', 'signed>queued', 'signed>halted',
    'sent>signed', 'sent>mined', 'sent>queued', 'sent>halted',
    'mined>sent', 'mined>queued', 'mined>final',
    'halted>queued')
BEGIN SELECT RAISE(ABORT, 'bad-move'); END;

-- While signed bytes exist for a nonce, what they say does not change.
CREATE TRIGGER operation_signed BEFORE UPDATE ON operation
WHEN OLD.nonce IS NOT NULL AND NEW.round = OLD.round
 AND (NEW.nonce IS NOT OLD.nonce OR NEW.sender IS NOT OLD.sender
   OR NEW.parent IS NOT OLD.parent OR NEW.calldata IS NOT OLD.calldata)
BEGIN SELECT RAISE(ABORT, 'signed-fixed'); END;

-- A new round begins in the queue, after every attempt of the old one is settled.
CREATE TRIGGER operation_round BEFORE UPDATE OF round ON operation
WHEN NEW.round <> OLD.round
 AND (NEW.round <> OLD.round + 1 OR NEW.state <> 'queued' OR NEW.nonce IS NOT NULL
   OR EXISTS (SELECT 1 FROM attempt WHERE operation_id = OLD.id AND round = OLD.round
              AND state IN ('signed', 'sent', 'replaced')))
BEGIN SELECT RAISE(ABORT, 'round-open'); END;

-- One attempt in flight: nothing new is signed while another operation is unmined.
CREATE TRIGGER operation_turn BEFORE UPDATE OF state ON operation
WHEN OLD.state = 'queued' AND NEW.state = 'signed'
 AND EXISTS (SELECT 1 FROM operation WHERE network_id = OLD.network_id
             AND state IN ('signed', 'sent') AND id <> OLD.id)
BEGIN SELECT RAISE(ABORT, 'another-in-flight'); END;

-- Signed bytes, stored before they are sent.
CREATE TABLE attempt (
    id           INTEGER PRIMARY KEY,
    operation_id INTEGER NOT NULL REFERENCES operation (id),
    round        INTEGER NOT NULL CHECK (round >= 0),
    number       INTEGER NOT NULL CHECK (number >= 1),            -- within the round
    nonce        INTEGER NOT NULL CHECK (nonce >= 0),
    tx_hash      BLOB NOT NULL UNIQUE CHECK (length(tx_hash) = 32),
    max_fee      INTEGER NOT NULL CHECK (max_fee >= 0),           -- wei a gas
    tip          INTEGER NOT NULL CHECK (tip >= 0),
    gas_limit    INTEGER NOT NULL CHECK (gas_limit > 0),
    block        INTEGER NOT NULL CHECK (block >= 0),             -- latest when it was signed
    at_cap       INTEGER NOT NULL CHECK (at_cap IN (0, 1)),       -- no higher fee is allowed
    created_at   INTEGER NOT NULL CHECK (created_at >= 0),
    sent_at      INTEGER CHECK (sent_at >= 0),                    -- last handed out
    state        TEXT NOT NULL CHECK (state IN ('signed', 'sent', 'mined', 'replaced', 'dropped')),
    raw          BLOB NOT NULL CHECK (length(raw) > 0),           -- the bytes to send
    UNIQUE (operation_id, round, number),
    CHECK (state <> 'sent' OR sent_at IS NOT NULL)
) STRICT;

CREATE TRIGGER attempt_born BEFORE INSERT ON attempt
WHEN NEW.state <> 'signed'
  OR NOT EXISTS (SELECT 1 FROM operation WHERE id = NEW.operation_id AND state = 'signed'
                 AND round = NEW.round AND nonce = NEW.nonce)
BEGIN SELECT RAISE(ABORT, 'bad-attempt'); END;

CREATE TRIGGER attempt_signed BEFORE UPDATE ON attempt
WHEN NEW.id IS NOT OLD.id OR NEW.operation_id IS NOT OLD.operation_id
  OR NEW.round IS NOT OLD.round OR NEW.number IS NOT OLD.number OR NEW.nonce IS NOT OLD.nonce
  OR NEW.tx_hash IS NOT OLD.tx_hash OR NEW.max_fee IS NOT OLD.max_fee OR NEW.tip IS NOT OLD.tip
  OR NEW.gas_limit IS NOT OLD.gas_limit OR NEW.block IS NOT OLD.block
  OR NEW.at_cap IS NOT OLD.at_cap OR NEW.created_at IS NOT OLD.created_at
  OR NEW.raw IS NOT OLD.raw
BEGIN SELECT RAISE(ABORT, 'signed-fixed'); END;

CREATE TRIGGER attempt_moves BEFORE UPDATE OF state ON attempt
WHEN NEW.state <> OLD.state AND (OLD.state = 'dropped' OR NEW.state = 'signed')
BEGIN SELECT RAISE(ABORT, 'bad-move'); END;

CREATE TRIGGER attempt_kept BEFORE DELETE ON attempt
BEGIN SELECT RAISE(ABORT, 'signed-fixed'); END;

-- The journal as read from the chain, the owner's entries included.
CREATE TABLE entry (
    network_id INTEGER NOT NULL REFERENCES network (id),
    number     INTEGER NOT NULL CHECK (number >= 1),
    kind       INTEGER NOT NULL CHECK (kind >= 0),                -- unknown ones are kept too
    block      INTEGER NOT NULL CHECK (block >= 0),
    time       INTEGER NOT NULL CHECK (time >= 0),
    a          BLOB NOT NULL CHECK (length(a) = 32),
    b          BLOB NOT NULL CHECK (length(b) = 32),
    c          BLOB NOT NULL CHECK (length(c) = 32),
    head       BLOB NOT NULL CHECK (length(head) = 32),           -- after it
    tx_hash    BLOB NOT NULL CHECK (length(tx_hash) = 32),
    block_hash BLOB NOT NULL CHECK (length(block_hash) = 32),
    final      INTEGER NOT NULL CHECK (final IN (0, 1)),
    data       BLOB NOT NULL,             -- definition | counts, 8 bytes each | reason | nothing
    PRIMARY KEY (network_id, number)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER entry_final BEFORE UPDATE ON entry
WHEN OLD.final = 1
BEGIN SELECT RAISE(ABORT, 'entry-final'); END;

CREATE TRIGGER entry_fixed BEFORE UPDATE ON entry
WHEN NEW.network_id IS NOT OLD.network_id OR NEW.number IS NOT OLD.number
  OR NEW.kind IS NOT OLD.kind OR NEW.block IS NOT OLD.block OR NEW.time IS NOT OLD.time
  OR NEW.a IS NOT OLD.a OR NEW.b IS NOT OLD.b OR NEW.c IS NOT OLD.c OR NEW.head IS NOT OLD.head
  OR NEW.tx_hash IS NOT OLD.tx_hash OR NEW.block_hash IS NOT OLD.block_hash
  OR NEW.data IS NOT OLD.data
BEGIN SELECT RAISE(ABORT, 'entry-exists'); END;

CREATE TRIGGER entry_kept BEFORE DELETE ON entry
WHEN OLD.final = 1
BEGIN SELECT RAISE(ABORT, 'entry-final'); END;

-- What proves a head, taken while nodes still have the state.
CREATE TABLE evidence (
    network_id INTEGER NOT NULL REFERENCES network (id),
    length     INTEGER NOT NULL CHECK (length >= 0),              -- entries that head commits to
    block      INTEGER NOT NULL CHECK (block >= 0),
    block_hash BLOB NOT NULL CHECK (length(block_hash) = 32),
    head       BLOB NOT NULL CHECK (length(head) = 32),
    header     BLOB NOT NULL CHECK (length(header) > 0),          -- RLP, as hashed
    account    BLOB NOT NULL,                                     -- nodes, each after its length
    storage    BLOB NOT NULL,                                     -- in 4 bytes, big-endian
    PRIMARY KEY (network_id, block)
) STRICT, WITHOUT ROWID;

CREATE INDEX evidence_length ON evidence (network_id, length);

CREATE TRIGGER evidence_fixed BEFORE UPDATE ON evidence
BEGIN SELECT RAISE(ABORT, 'evidence-exists'); END;

CREATE TRIGGER evidence_kept BEFORE DELETE ON evidence
BEGIN SELECT RAISE(ABORT, 'evidence-exists'); END;
