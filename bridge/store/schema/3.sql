-- SPDX-License-Identifier: Apache-2.0
-- Version 3 of the store: the running service.

-- What the city's own site is told by webhook, in order. The triggers below make the rows, in the
-- transaction that changes what they tell of, whichever process changes it: nothing that happened
-- is forgotten, and nothing is told that did not happen.
CREATE TABLE delivery (
    id          INTEGER PRIMARY KEY,                              -- order
    key         BLOB NOT NULL DEFAULT (randomblob(16)) UNIQUE     -- the event's id for the site:
                CHECK (length(key) = 16),                         -- not even a backup repeats it
    type        TEXT NOT NULL CHECK (type IN (
                    'batch.anchored', 'batch.unanchored', 'batch.final', 'register.opened',
                    'register.unopened', 'register.closed', 'result.final')),
    made_at     INTEGER NOT NULL DEFAULT (unixepoch()) CHECK (made_at >= 0),
    network_id  INTEGER NOT NULL REFERENCES network (id),
    register_id INTEGER REFERENCES register (id),                 -- of register and result
    batch_id    INTEGER REFERENCES batch (id),                    -- of batch
    entry       INTEGER CHECK (entry >= 1),                       -- these: as they were then; for
    block       INTEGER CHECK (block >= 0),                       -- what is withdrawn, what it was
    entry_time  INTEGER CHECK (entry_time >= 0),
    state       TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN (
                    'waiting', 'taken',                           -- by the site, which said so
                    'failed',                                     -- given up
                    'skipped')),                                  -- there was no webhook yet
    tries       INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0),
    tried_at    INTEGER CHECK (tried_at >= 0),                    -- the first time; NULL: never
    settled_at  INTEGER CHECK (settled_at >= 0),                  -- taken or given up
    problem     TEXT NOT NULL DEFAULT '' CHECK (length(problem) < 64), -- of the last try
    CHECK ((batch_id IS NULL) = (register_id IS NOT NULL)),
    CHECK ((settled_at IS NOT NULL) = (state IN ('taken', 'failed')))
) STRICT;

CREATE INDEX delivery_state ON delivery (state, id) WHERE state = 'waiting' OR state = 'failed';

CREATE TRIGGER delivery_fixed BEFORE UPDATE ON delivery
WHEN NEW.id IS NOT OLD.id OR NEW.key IS NOT OLD.key OR NEW.type IS NOT OLD.type
  OR NEW.made_at IS NOT OLD.made_at OR NEW.network_id IS NOT OLD.network_id
  OR NEW.register_id IS NOT OLD.register_id OR NEW.batch_id IS NOT OLD.batch_id
  OR NEW.entry IS NOT OLD.entry OR NEW.block IS NOT OLD.block
  OR NEW.entry_time IS NOT OLD.entry_time OR OLD.state = 'taken'
BEGIN SELECT RAISE(ABORT, 'delivery-fixed'); END;

CREATE TRIGGER delivery_kept BEFORE DELETE ON delivery
BEGIN SELECT RAISE(ABORT, 'delivery-fixed'); END;

-- A batch in the journal, also when a reorganisation has moved it to another block.
CREATE TRIGGER delivery_anchored AFTER UPDATE OF state ON operation
WHEN NEW.kind = 'batch' AND NEW.state = 'mined'
 AND (OLD.state <> 'mined' OR NEW.entry_number IS NOT OLD.entry_number
   OR NEW.block_hash IS NOT OLD.block_hash)
BEGIN
    INSERT INTO delivery (type, network_id, batch_id, entry, block, entry_time)
    VALUES ('batch.anchored', NEW.network_id, NEW.batch_id, NEW.entry_number, NEW.entry_block,
            NEW.entry_time);
END;

-- ... and when one has taken it away.
CREATE TRIGGER delivery_unanchored AFTER UPDATE OF state ON operation
WHEN NEW.kind = 'batch' AND OLD.state = 'mined' AND NEW.state IN ('sent', 'queued')
BEGIN
    INSERT INTO delivery (type, network_id, batch_id, entry, block, entry_time)
    VALUES ('batch.unanchored', OLD.network_id, OLD.batch_id, OLD.entry_number, OLD.entry_block,
            OLD.entry_time);
END;

CREATE TRIGGER delivery_final AFTER UPDATE OF state ON operation
WHEN NEW.kind IN ('batch', 'result') AND NEW.state = 'final' AND OLD.state <> 'final'
BEGIN
    INSERT INTO delivery (type, network_id, register_id, batch_id, entry, block, entry_time)
    VALUES (NEW.kind || '.final', NEW.network_id, NEW.register_id, NEW.batch_id, NEW.entry_number,
            NEW.entry_block, NEW.entry_time);
END;

-- A register takes records from the entry that says so, on its line's primary network.
CREATE TRIGGER delivery_opened AFTER UPDATE OF opened_entry ON register
WHEN NEW.opened_entry IS NOT OLD.opened_entry
BEGIN
    INSERT INTO delivery (type, network_id, register_id, entry)
    SELECT iif(NEW.opened_entry IS NULL, 'register.unopened', 'register.opened'), network.id,
           NEW.id, coalesce(NEW.opened_entry, OLD.opened_entry)
    FROM network WHERE coalesce(network.line_id, network.id) = NEW.network_id AND role = 'primary';
END;

CREATE TRIGGER delivery_closed AFTER UPDATE OF closed_at ON register
WHEN NEW.closed_at IS NOT NULL AND OLD.closed_at IS NULL
BEGIN
    INSERT INTO delivery (type, network_id, register_id, entry)
    SELECT 'register.closed', network.id, NEW.id, NEW.opened_entry
    FROM network WHERE coalesce(network.line_id, network.id) = NEW.network_id AND role = 'primary';
END;

-- A leaf is found by its first bytes: a public proof is asked for by leaf. Written when a batch is
-- sealed, in the order of leaves, and nothing of it at intake.
CREATE INDEX leaf_start ON leaf (substr(leaf, 1, 6));

-- Results and what takes them back, without reading every entry.
CREATE INDEX entry_result ON entry (network_id, number) WHERE kind IN (3, 5);
