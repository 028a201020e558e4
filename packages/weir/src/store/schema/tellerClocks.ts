/** Beside `fusion_offset`. */
export const tellerClockTables = `
-- By how much what a sensor writes was taken to be ahead where rows were settled: a network sensor's clock (device '') of the
-- other sensors', and what an endpoint's sensor writes of its other ones.
CREATE TABLE fusion_teller_clock (
  teller TEXT NOT NULL,
  device TEXT NOT NULL,
  day INTEGER NOT NULL,
  ticks INTEGER NOT NULL,
  pairs INTEGER NOT NULL,
  PRIMARY KEY (teller, device, day)
) STRICT, WITHOUT ROWID;

-- What a second group of a day's connections says of its clock; null: there is none.
ALTER TABLE fusion_offset ADD COLUMN other INTEGER;
`;
