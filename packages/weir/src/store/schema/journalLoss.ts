/** What of the journal was acknowledged and is lost. Times are ticks. */
export const journalLossTable = `
-- Bytes of a file of the journal that are no entry although a sender was told that they were taken: until a person accepts it.
CREATE TABLE journal_loss (
  file INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (file, offset)
) STRICT, WITHOUT ROWID;
`;
