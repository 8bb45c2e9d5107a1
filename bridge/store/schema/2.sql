-- SPDX-License-Identifier: Apache-2.0
-- Version 2 of the store: sending that survives the chain, the providers and the machine.

-- One attempt in flight a sender, no longer a network: the owner's key must get through while the
-- anchorer's waits, and most of all when it was stolen.
DROP TRIGGER operation_turn;
CREATE TRIGGER operation_turn BEFORE UPDATE OF state ON operation
WHEN OLD.state = 'queued' AND NEW.state = 'signed'
 AND EXISTS (SELECT 1 FROM operation WHERE network_id = OLD.network_id AND sender = NEW.sender
             AND state IN ('signed', 'sent') AND id <> OLD.id)
BEGIN SELECT RAISE(ABORT, 'another-in-flight'); END;

-- The arrows of engine/anchor.h, and an operator's way out of a halt. An entry that turns up in
-- the journal after all ends a halt by itself.
DROP TRIGGER operation_moves;
CREATE TRIGGER operation_moves BEFORE UPDATE OF state ON operation
WHEN OLD.state <> 'final' AND NEW.state <> OLD.state
 AND OLD.state || '>' || NEW.state NOT IN (
    'queued>signed', 'queued>mined',
    'signed>sent', 'signed>mined', 'signed>queued', 'signed>halted',
    'sent>signed', 'sent>mined', 'sent>queued', 'sent>halted',
    'mined>sent', 'mined>queued', 'mined>final',
    'halted>queued', 'halted>mined')
BEGIN SELECT RAISE(ABORT, 'bad-move'); END;

-- What a person asked for by `tx`: the sender does it at its next turn.
ALTER TABLE operation ADD COLUMN wish TEXT NOT NULL DEFAULT ''
    CHECK (wish IN ('', 'bump', 'cancel'));

-- An attempt that only uses up the nonce: nothing, sent to oneself.
ALTER TABLE attempt ADD COLUMN cancels INTEGER NOT NULL DEFAULT 0 CHECK (cancels IN (0, 1));

CREATE TRIGGER attempt_purpose BEFORE UPDATE OF cancels ON attempt
WHEN NEW.cancels IS NOT OLD.cancels
BEGIN SELECT RAISE(ABORT, 'signed-fixed'); END;

-- Why nothing is signed or sent on a network until a person has decided.
CREATE TABLE stop (
    network_id INTEGER PRIMARY KEY REFERENCES network (id),
    reason     TEXT NOT NULL CHECK (length(reason) BETWEEN 1 AND 63),
    entry      INTEGER NOT NULL CHECK (entry >= 0),               -- first entry concerned; 0: none
    raised_at  INTEGER NOT NULL CHECK (raised_at >= 0)
) STRICT;

-- Entries of the journal that no operation of this store made, accepted by a person's command.
CREATE TABLE adopted (
    network_id INTEGER NOT NULL REFERENCES network (id),
    number     INTEGER NOT NULL CHECK (number >= 1),
    head       BLOB NOT NULL CHECK (length(head) = 32),           -- after it: adopted as it stands
    adopted_at INTEGER NOT NULL CHECK (adopted_at >= 0),
    PRIMARY KEY (network_id, number, head)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER adopted_fixed BEFORE UPDATE ON adopted
BEGIN SELECT RAISE(ABORT, 'adopted-fixed'); END;

CREATE TRIGGER adopted_kept BEFORE DELETE ON adopted
BEGIN SELECT RAISE(ABORT, 'adopted-fixed'); END;

-- What an attempt cost that is in a block, whether it wrote its entry, cancelled or reverted.
-- Zeros: not known, then it counts with its gas limit times its max fee.
ALTER TABLE attempt ADD COLUMN gas_used INTEGER NOT NULL DEFAULT 0
    CHECK (gas_used BETWEEN 0 AND gas_limit);
ALTER TABLE attempt ADD COLUMN effective_price INTEGER NOT NULL DEFAULT 0
    CHECK (effective_price BETWEEN 0 AND max_fee AND (effective_price = 0) = (gas_used = 0));
ALTER TABLE attempt ADD COLUMN settled_at INTEGER
    CHECK (settled_at >= 0 AND (settled_at IS NOT NULL OR gas_used = 0));

UPDATE attempt SET
    gas_used = iif(o.gas_used > gas_limit OR o.effective_price > max_fee OR o.effective_price = 0,
                   0, o.gas_used),
    effective_price = iif(o.gas_used > gas_limit OR o.effective_price > max_fee OR o.gas_used = 0,
                          0, o.effective_price),
    settled_at = o.entry_time
FROM operation AS o
WHERE o.id = operation_id AND o.tx_hash = attempt.tx_hash AND attempt.state = 'mined';

-- Reverted calls, of which version 1 kept no cost.
UPDATE attempt SET settled_at = created_at WHERE state = 'mined' AND settled_at IS NULL;

CREATE INDEX attempt_settled ON attempt (settled_at) WHERE settled_at IS NOT NULL;

-- One attempt of a round is paid for at the most: they share a nonce.
CREATE UNIQUE INDEX attempt_paid ON attempt (operation_id, round) WHERE settled_at IS NOT NULL;

-- Only what is in a block has a cost, and that is final with its block: a round that was left, or
-- an operation that is final. What was not known may still be learned.
CREATE TRIGGER attempt_cost BEFORE UPDATE OF gas_used, effective_price, settled_at, state ON attempt
WHEN (NEW.settled_at IS NOT NULL AND NEW.state <> 'mined')
  OR (OLD.settled_at IS NOT NULL
      AND (NEW.settled_at IS NOT OLD.settled_at
        OR OLD.gas_used > 0 AND (NEW.gas_used <> OLD.gas_used
                              OR NEW.effective_price <> OLD.effective_price))
      AND EXISTS (SELECT 1 FROM operation WHERE id = OLD.operation_id
                  AND (state = 'final' OR round <> OLD.round)))
BEGIN SELECT RAISE(ABORT, 'cost-fixed'); END;

CREATE INDEX operation_time ON operation (network_id, entry_time) WHERE entry_time IS NOT NULL;

-- Several networks. Registers, records and batches belong to a line and keep the network where it
-- began; operations, entries and evidence belong to the network that they are of. A line has one
-- primary network at a time: a successor takes over, and the old one is past.
ALTER TABLE network ADD COLUMN role TEXT NOT NULL DEFAULT 'primary'
    CHECK (role IN ('primary', 'secondary', 'successor', 'past'));
ALTER TABLE network ADD COLUMN line_id INTEGER REFERENCES network (id); -- NULL: began here
ALTER TABLE network ADD COLUMN predecessor_id INTEGER REFERENCES network (id);

CREATE UNIQUE INDEX network_primary ON network (coalesce(line_id, id)) WHERE role = 'primary';
-- Several may be prepared, e.g. after a typing error; one takes over.
CREATE UNIQUE INDEX network_successor ON network (predecessor_id)
WHERE predecessor_id IS NOT NULL AND role <> 'successor';

CREATE TRIGGER network_role BEFORE UPDATE OF role, line_id, predecessor_id ON network
WHEN NEW.line_id IS NOT OLD.line_id OR NEW.predecessor_id IS NOT OLD.predecessor_id
  OR (NEW.role <> OLD.role
      AND OLD.role || '>' || NEW.role NOT IN ('successor>primary', 'primary>past'))
BEGIN SELECT RAISE(ABORT, 'network-role'); END;

-- The newest final block that providers agreed on: it never goes back, not even over a restart.
CREATE TABLE final_block (
    network_id INTEGER PRIMARY KEY REFERENCES network (id),
    number     INTEGER NOT NULL CHECK (number >= 0),
    hash       BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE TRIGGER final_block_forward BEFORE UPDATE ON final_block
WHEN NEW.network_id <> OLD.network_id OR NEW.number < OLD.number
  OR (NEW.number = OLD.number AND NEW.hash <> OLD.hash)
BEGIN SELECT RAISE(ABORT, 'final-went-back'); END;

CREATE TRIGGER final_block_kept BEFORE DELETE ON final_block
BEGIN SELECT RAISE(ABORT, 'final-went-back'); END;

-- Which provider the running sender leaves alone, and why: for `status` beside it.
CREATE TABLE provider_health (
    network_id INTEGER NOT NULL REFERENCES network (id),
    name       TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 32),  -- never a URL
    state      TEXT NOT NULL CHECK (state IN ('ok', 'open', 'half-open', 'out')),
    reason     TEXT NOT NULL CHECK (length(reason) <= 63 AND (reason = '') = (state = 'ok')),
    since      INTEGER NOT NULL CHECK (since >= 0),
    PRIMARY KEY (network_id, name)
) STRICT, WITHOUT ROWID;

-- Openings that came back from a publication: it has the whole salt only, the halves are lost with
-- the store that knew them. Their records have no opening of their own.
CREATE TABLE shown (
    record_id INTEGER PRIMARY KEY REFERENCES record (id),
    salt      BLOB NOT NULL CHECK (length(salt) = 32),
    content   BLOB NOT NULL CHECK (length(content) BETWEEN 1 AND 16384)
) STRICT;

CREATE TRIGGER shown_fixed BEFORE UPDATE ON shown
BEGIN SELECT RAISE(ABORT, 'record-fixed'); END;
