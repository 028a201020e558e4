/** Hunts that people keep for all. Times are ticks. */
export const huntTables = `
CREATE TABLE saved_hunt (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL COLLATE NOCASE UNIQUE,
  hypothesis TEXT NOT NULL,
  -- How to read what it finds; empty where nobody has said.
  reading TEXT NOT NULL,
  query TEXT NOT NULL,
  -- Over which time, as the console's address says it; empty: as the query says.
  range TEXT NOT NULL,
  user INTEGER NOT NULL REFERENCES user,
  -- From 1: what somebody changes is the one that they saw.
  revision INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  changed_by TEXT NOT NULL
) STRICT;
CREATE INDEX saved_hunt_user ON saved_hunt (user);
`;
