/** How far the time has come by which what is old is forgotten (`store/ageTime.ts`). */
export const ageTimeTable = `
CREATE TABLE age_time (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  -- The clock as it was last believed, ticks.
  believed INTEGER NOT NULL,
  -- Of a leap ahead that is not believed yet: the clock at the last look, and how long it stood while somebody looked.
  leapt INTEGER,
  stood INTEGER NOT NULL
) STRICT;
INSERT INTO age_time SELECT 1, max(arrived_at), NULL, 0 FROM segment HAVING max(arrived_at) IS NOT NULL;
`;
