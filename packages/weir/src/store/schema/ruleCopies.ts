/** Copies of the rules that ship with Weir. */
export const ruleCopyTables = `
-- The file that is gone when the version is in force: somebody's own copy, so that the shipped rule runs again. Null: none.
ALTER TABLE rule_version ADD COLUMN drops TEXT;

CREATE TABLE rule_copy (
  rule TEXT PRIMARY KEY,
  -- What Weir shipped when the copy was made, or was last held against it.
  shipped TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;
