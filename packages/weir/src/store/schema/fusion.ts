/** What live fusion remembers. Times are ticks, days are since 0001-01-01, numbers of commits are CommitSeq. */
export const fusionTables = `
-- Up to which commit rows were fused as they came (passed), and up to which their spans are in fusion_unsettled (noted).
CREATE TABLE fusion_cursor (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  passed INTEGER NOT NULL,
  noted INTEGER NOT NULL
) STRICT;
INSERT INTO fusion_cursor VALUES (1, 0, 0);

-- Fusion's own commits that a cursor has not passed yet: what they added came from no log.
CREATE TABLE fusion_own (seq INTEGER PRIMARY KEY) STRICT;

-- Spans whose rows are to be fused once more with all that bears on them; first and last: when that became so.
CREATE TABLE fusion_unsettled (
  "from" INTEGER NOT NULL,
  until INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL
) STRICT;

-- By which catalogue and which inventory the fused rows are told; no row: there was none yet.
CREATE TABLE fusion_tagging (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  catalogue TEXT NOT NULL,
  inventory TEXT NOT NULL,
  -- Rows with an evidence time from this on may still be told by an older one; null: none is.
  next INTEGER,
  -- Whether they are to be fused again, and not only tagged.
  whole INTEGER NOT NULL,
  -- The last commit with rows that were told anew.
  last INTEGER NOT NULL
) STRICT;

-- How far devices' clocks were taken to be ahead where their rows were settled.
CREATE TABLE fusion_offset (
  device TEXT NOT NULL,
  day INTEGER NOT NULL,
  ticks INTEGER NOT NULL,
  pairs INTEGER NOT NULL,
  PRIMARY KEY (device, day)
) STRICT, WITHOUT ROWID;
`;
