/** Alerts, their trail, exceptions, the outbox. Times are ticks; texts named `…_json` are JSON. */
export const alertTables = `
CREATE TABLE alert (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  version INTEGER NOT NULL,
  -- How many entries of the trail are about it: more or fewer there mean that somebody wrote past them.
  entries INTEGER NOT NULL,
  rule TEXT NOT NULL,
  -- Of the rule, as it last told the finding.
  revision TEXT NOT NULL,
  -- The id under which the story was last told.
  finding TEXT NOT NULL,
  title TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('new', 'in-progress', 'closed', 'withdrawn', 'merged')),
  verdict TEXT CHECK (verdict IN ('true-positive', 'benign', 'false-match')),
  assignee TEXT,
  touched INTEGER NOT NULL CHECK (touched IN (0, 1)),
  retro INTEGER NOT NULL CHECK (retro IN (0, 1)),
  canary INTEGER NOT NULL CHECK (canary IN (0, 1)),
  hidden INTEGER NOT NULL CHECK (hidden IN (0, 1)),
  severity INTEGER NOT NULL CHECK (severity BETWEEN 0 AND 3),
  score REAL NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  opened INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  closed INTEGER,
  gone_at INTEGER,
  gone_because TEXT,
  follows INTEGER REFERENCES alert (id),
  merged_into INTEGER REFERENCES alert (id),
  -- What was last told of it: severity, and the bytes sent (a decimal text, as sums may pass 64 bits).
  told_severity INTEGER,
  told_bytes TEXT,
  -- Bytes sent when the version was last raised.
  version_bytes TEXT,
  -- Fingerprint of the finding, by which one that stands still costs nothing.
  fingerprint TEXT NOT NULL,
  tags_json TEXT NOT NULL,
  hidden_by_json TEXT NOT NULL,
  CHECK ((state = 'closed') = (verdict IS NOT NULL)),
  CHECK ((state = 'closed') = (closed IS NOT NULL)),
  CHECK ((state = 'merged') = (merged_into IS NOT NULL))
) STRICT;
CREATE INDEX alert_priority ON alert (severity DESC, score DESC, id DESC);
CREATE INDEX alert_last_seen ON alert (last_seen DESC, id DESC);
CREATE INDEX alert_rule ON alert (rule, last_seen);
CREATE INDEX alert_gone ON alert (rule, last_seen) WHERE gone_at IS NOT NULL;
CREATE INDEX alert_follows ON alert (follows) WHERE follows IS NOT NULL;

-- What an alert says and what bears it out, apart from the narrow rows that lists read.
CREATE TABLE alert_story (
  alert INTEGER PRIMARY KEY REFERENCES alert (id),
  finding_json TEXT NOT NULL,
  evidence_count INTEGER NOT NULL,
  event_ids_json TEXT NOT NULL,
  rows_json TEXT NOT NULL,
  columns_json TEXT
) STRICT;

-- Every id under which a story was told, and the alert that tells it now.
CREATE TABLE alert_finding (
  rule TEXT NOT NULL,
  finding TEXT NOT NULL,
  alert INTEGER NOT NULL REFERENCES alert (id),
  PRIMARY KEY (rule, finding)
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_finding_alert ON alert_finding (alert);

-- Values are in lower case.
CREATE TABLE alert_entity (
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  alert INTEGER NOT NULL REFERENCES alert (id),
  PRIMARY KEY (kind, value, alert)
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_entity_alert ON alert_entity (alert);

CREATE TABLE trail (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  details_json TEXT NOT NULL,
  -- SHA-256 over the hash of the entry before and this one.
  hash TEXT NOT NULL
) STRICT;
CREATE INDEX trail_subject ON trail (subject, id);
CREATE TRIGGER trail_is_not_changed BEFORE UPDATE ON trail
BEGIN SELECT RAISE(ABORT, 'the trail is not changed'); END;
CREATE TRIGGER trail_is_not_cut BEFORE DELETE ON trail
BEGIN SELECT RAISE(ABORT, 'the trail is not cut'); END;
-- INSERT OR REPLACE deletes without asking the trigger above.
CREATE TRIGGER trail_is_not_replaced BEFORE INSERT ON trail WHEN EXISTS (SELECT 1 FROM trail WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the trail is not changed'); END;

CREATE TABLE exception (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  -- As model/exception.ts has it.
  exception_json TEXT NOT NULL,
  -- Who ended it before its time is in the trail.
  ended INTEGER
) STRICT;

-- Ends of exceptions that people were told of.
CREATE TABLE exception_warning (
  id TEXT NOT NULL,
  expires INTEGER NOT NULL,
  PRIMARY KEY (id, expires)
) STRICT, WITHOUT ROWID;

-- The outbox: what is to be told, written with what it tells. Destinations take from it, each at its own pace.
CREATE TABLE notice (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  cause TEXT NOT NULL CHECK (cause IN ('raised', 'grew', 'withdrawn', 'exception-ends')),
  alert INTEGER REFERENCES alert (id),
  rule TEXT NOT NULL,
  rule_name TEXT NOT NULL,
  severity INTEGER NOT NULL,
  score REAL NOT NULL,
  -- Only told together with all others like it: what was found in the past, or comes back as an exception has ended.
  together TEXT CHECK (together IN ('retro', 'exception-ended')),
  told_json TEXT NOT NULL
) STRICT;

CREATE TABLE destination (
  name TEXT PRIMARY KEY,
  -- The last notice that was put into a message, or left out.
  cursor INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  failing_since INTEGER,
  next_try INTEGER,
  error TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE message (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  destination TEXT NOT NULL,
  -- What a receiver knows a repetition by.
  key TEXT NOT NULL UNIQUE,
  made INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'dead')),
  attempts INTEGER NOT NULL,
  ended INTEGER,
  error TEXT,
  -- The notices that are told in full, and what is told of all.
  notices_json TEXT NOT NULL,
  summary_json TEXT NOT NULL
) STRICT;
CREATE INDEX message_waiting ON message (destination, id) WHERE state = 'waiting';
CREATE INDEX message_made ON message (destination, made);
`;
