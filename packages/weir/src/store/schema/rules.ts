/** What rules' files have said. Times are ticks. */
export const ruleTables = `
CREATE TABLE rule_version (
  rule TEXT NOT NULL,
  -- From 1 for each rule.
  number INTEGER NOT NULL,
  at INTEGER NOT NULL,
  -- Who saved it; null: it was found in the file.
  "by" TEXT,
  -- shipped: it came with Weir. file: somebody wrote it there. page: it was saved through the API.
  origin TEXT NOT NULL CHECK (origin IN ('shipped', 'file', 'page')),
  reason TEXT NOT NULL,
  -- Why it is not what runs; empty where it is, or was.
  problem TEXT NOT NULL,
  path TEXT NOT NULL,
  text TEXT NOT NULL,
  -- It is about to be written into the file: whoever finds it so after a crash writes it.
  pending INTEGER NOT NULL CHECK (pending IN (0, 1)),
  PRIMARY KEY (rule, number),
  CHECK (("by" IS NULL) = (origin <> 'page'))
) STRICT;
CREATE INDEX rule_version_pending ON rule_version (rule) WHERE pending = 1;
`;
