/** Gaps of ticks that nobody has come to yet. Times are ticks. */
export const behindGaps = `
CREATE TABLE gap_next (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  rule TEXT NOT NULL,
  -- Ticks, both ends included.
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  -- failed, time, memory: the rule is tried again, and closes it. behind: its runs take long, or wait for others; the run that
  -- reaches its end closes it. fusion: rows were no connections yet; a run over them closes it. flood: more was found than is
  -- told; skipped: ticks whose runs failed again and again were passed over; a run anew closes them, as once the rule is
  -- changed. retention: the rows are gone, and it stays.
  reason TEXT NOT NULL
    CHECK (reason IN ('failed', 'time', 'memory', 'behind', 'fusion', 'flood', 'skipped', 'retention')),
  detail TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  closed_at INTEGER
) STRICT;
INSERT INTO gap_next SELECT id, rule, first, last, reason, detail, opened_at, closed_at FROM gap;
DROP TABLE gap;
ALTER TABLE gap_next RENAME TO gap;
CREATE INDEX gap_open ON gap (rule) WHERE closed_at IS NULL;
`;
