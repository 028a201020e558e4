/** The manifest: what the lake's files are, what replaced what, who reads, and how far the journal has become rows. Times
 *  are ticks. */
export const lakeTables = `
-- Of each change the next number: of a commit its CommitSeq. Files are numbered through, and no number comes back.
CREATE TABLE manifest (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  seq INTEGER NOT NULL,
  next_file INTEGER NOT NULL,
  -- What was replaced by this commit or an earlier one may be gone.
  forgotten INTEGER NOT NULL,
  -- Rows with a time up to this may be gone, for their age or for want of room.
  retained_from INTEGER
) STRICT;
INSERT INTO manifest VALUES (1, 0, 1, 0, NULL);

-- A file of rows of one table. Snapshots from seq on see it, those from retired on no longer do.
CREATE TABLE segment (
  id INTEGER PRIMARY KEY,
  file TEXT NOT NULL UNIQUE,
  "table" TEXT NOT NULL,
  rows INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  crc INTEGER NOT NULL,
  -- JSON array of the table's columns that it holds.
  holds TEXT NOT NULL,
  -- written: as it came, all rows of one commit. merged: by compaction, CommitSeq and ArrivedAt are columns of the file.
  -- past: rows that were replaced, with ReplacedSeq.
  kind TEXT NOT NULL CHECK (kind IN ('written', 'merged', 'past')),
  seq INTEGER NOT NULL,
  retired INTEGER,
  -- The first and last CommitSeq of its rows.
  first_commit INTEGER NOT NULL,
  last_commit INTEGER NOT NULL,
  -- Of kind past: the last ReplacedSeq.
  last_replaced INTEGER,
  -- When its rows were committed, the last of them.
  arrived_at INTEGER NOT NULL,
  -- Retention counts from here where rows have no later time: when they came, or those came that they are versions of.
  kept_at INTEGER NOT NULL,
  -- Over all times of its rows; null where they have none.
  first_time INTEGER,
  last_time INTEGER,
  -- Over the EvidenceTime of its rows, where one without it counts as of 0; null where the file does not hold it.
  first_evidence INTEGER,
  last_evidence INTEGER,
  -- Since when the file is gone or not what it was.
  lost_at INTEGER
) STRICT;
CREATE INDEX segment_standing ON segment ("table") WHERE retired IS NULL;
CREATE INDEX segment_retired ON segment (retired) WHERE retired IS NOT NULL;

-- Segments whose rows are now in others.
CREATE TABLE successor (
  segment INTEGER NOT NULL REFERENCES segment (id) ON DELETE CASCADE,
  became INTEGER NOT NULL,
  PRIMARY KEY (segment, became)
) STRICT, WITHOUT ROWID;

-- A file of positions (segment, row) of rows that a commit replaced.
CREATE TABLE tombstone (
  id INTEGER PRIMARY KEY,
  file TEXT NOT NULL UNIQUE,
  rows INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  crc INTEGER NOT NULL,
  -- The commit that replaced the rows; snapshots from it on do not see them.
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  retired INTEGER
) STRICT;

-- How many rows of which segment it names.
CREATE TABLE superseded (
  segment INTEGER NOT NULL REFERENCES segment (id) ON DELETE CASCADE,
  tombstone INTEGER NOT NULL REFERENCES tombstone (id) ON DELETE CASCADE,
  rows INTEGER NOT NULL,
  PRIMARY KEY (segment, tombstone)
) STRICT, WITHOUT ROWID;
CREATE INDEX superseded_tombstone ON superseded (tombstone);

-- A day of EgressDaily that was reckoned once. Snapshots from seq on read it; those from retired on, from which on rows of the
-- day are others, reckon it from the connections.
CREATE TABLE egress_day (
  id INTEGER PRIMARY KEY,
  -- Its beginning.
  day INTEGER NOT NULL,
  file TEXT NOT NULL UNIQUE,
  rows INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  crc INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  retired INTEGER
) STRICT;
CREATE UNIQUE INDEX egress_day_standing ON egress_day (day) WHERE retired IS NULL;

-- Who reads which snapshot: what it sees is not removed before expires_at, which a living reader moves on.
CREATE TABLE lease (
  id INTEGER PRIMARY KEY,
  holder TEXT NOT NULL,
  seq INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;

-- Up to where the journal is in segments.
CREATE TABLE journal_cursor (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  file INTEGER NOT NULL,
  offset INTEGER NOT NULL
) STRICT;

-- Up to where a watched file is in segments, by what tells it from another that takes its name.
CREATE TABLE position (
  identity TEXT PRIMARY KEY,
  path TEXT NOT NULL,
  offset INTEGER NOT NULL,
  -- What the watcher must know to go on there.
  mark TEXT NOT NULL,
  -- When it was last read on, or the file was last seen to be there.
  received_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Deliveries that are in segments, in their order: one that is sent again is known by its key.
CREATE TABLE received (
  id INTEGER PRIMARY KEY,
  delivery TEXT NOT NULL UNIQUE,
  door TEXT NOT NULL,
  source TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  documents TEXT,
  received_at INTEGER NOT NULL
) STRICT;

-- What each source gave. records = rows + rejects + ignored + unsplit.
CREATE TABLE input (
  door TEXT NOT NULL,
  source TEXT NOT NULL,
  -- As scan names it; empty where it is not known.
  format TEXT NOT NULL,
  entries INTEGER NOT NULL,
  -- Bodies, and documents with names of their own, that came again and were not taken twice.
  repeated INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  records INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  rejects INTEGER NOT NULL,
  ignored INTEGER NOT NULL,
  -- Bodies of which nothing could be read, and that are kept beside.
  aside INTEGER NOT NULL,
  -- Rows or ignored: sources of one format that sent little are read together, and which of them gave what Weir has no
  -- use for is not known.
  unsplit INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  -- None of its rows has a later time; null where it gave none.
  newest INTEGER,
  -- The last reason for which a body was skipped or read in part, and when.
  reason TEXT,
  reason_at INTEGER,
  PRIMARY KEY (door, source, format)
) STRICT, WITHOUT ROWID;

-- A file of rejected records, one JSON object a line, and how much of it is so for good.
CREATE TABLE reject_file (
  id INTEGER PRIMARY KEY,
  file TEXT NOT NULL UNIQUE,
  bytes INTEGER NOT NULL,
  rejects INTEGER NOT NULL
) STRICT;

-- Bodies that could not be made rows, whose bytes are kept beside.
CREATE TABLE aside (
  id INTEGER PRIMARY KEY,
  file TEXT NOT NULL UNIQUE,
  door TEXT NOT NULL,
  source TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
`;
