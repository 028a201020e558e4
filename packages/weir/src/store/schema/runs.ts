/** Where each rule stands, what it told, what was not looked at; sources and canaries. Times are ticks. */
export const runTables = `
-- How far each rule has come.
CREATE TABLE rule_state (
  rule TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  -- Changes with whatever decides what it finds, but the logs.
  revision TEXT NOT NULL,
  -- When this revision was first seen: what it finds in older times is retro.
  since INTEGER NOT NULL,
  -- The ticks that were looked at, both ends included; null: none yet.
  first INTEGER,
  last INTEGER,
  -- The commit of the lake that it last saw.
  seq INTEGER NOT NULL,
  -- The run whose evidence this is; kept evidence with another stamp is not.
  stamp INTEGER NOT NULL,
  -- Of the rows without a time that it reads.
  timeless TEXT NOT NULL,
  -- The exceptions that its findings were last asked of.
  exceptions TEXT NOT NULL,
  method TEXT NOT NULL,
  ran_at INTEGER NOT NULL,
  -- How long the last run took.
  took INTEGER NOT NULL
) STRICT;

-- Stories that were told, in the order in which their ids were given.
CREATE TABLE episode (
  given INTEGER PRIMARY KEY AUTOINCREMENT,
  rule TEXT NOT NULL,
  id TEXT NOT NULL UNIQUE,
  key TEXT NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  -- settled: its evidence is no longer kept, and nothing changes it.
  state TEXT NOT NULL CHECK (state IN ('standing', 'withdrawn', 'alias', 'settled')),
  alias_of TEXT REFERENCES episode (id),
  -- Of what was told last.
  fingerprint TEXT NOT NULL,
  -- What exceptions are asked of: the finding without its rows, and the conditions that hold for it.
  finding TEXT NOT NULL,
  holds TEXT NOT NULL,
  hidden_by TEXT NOT NULL,
  -- The rule's revision that told it last: another one does not withdraw it.
  revision TEXT NOT NULL
) STRICT;
CREATE INDEX episode_key ON episode (rule, key);
CREATE INDEX episode_alias ON episode (alias_of) WHERE alias_of IS NOT NULL;

-- Time that a rule should have looked at and did not: an error until it is closed.
CREATE TABLE gap (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  rule TEXT NOT NULL,
  -- Ticks, both ends included.
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  -- failed, time, memory: the rule is tried again, and closes it. fusion: rows were no connections yet; a run over them
  -- closes it. retention: the rows are gone, and it stays.
  reason TEXT NOT NULL CHECK (reason IN ('failed', 'time', 'memory', 'fusion', 'retention')),
  detail TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  closed_at INTEGER
) STRICT;
CREATE INDEX gap_open ON gap (rule) WHERE closed_at IS NULL;

-- What each source is used to: the pauses between what it sends, and how late its records are when they come.
CREATE TABLE source_rhythm (
  source TEXT PRIMARY KEY,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  -- How many pauses, and how many delays, were how long, by powers of two of a second: of the present four weeks, and of
  -- those before. JSON.
  pauses TEXT NOT NULL,
  delays TEXT NOT NULL,
  counted_since INTEGER NOT NULL,
  -- Ids of the findings that say it is silent, or late; null: it is neither.
  silent TEXT,
  lagging TEXT
) STRICT;

-- Canaries that were sent, and when they were found.
CREATE TABLE canary (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  scenario TEXT NOT NULL,
  device TEXT NOT NULL,
  account TEXT NOT NULL,
  sent_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  found_at INTEGER
) STRICT;
CREATE INDEX canary_device ON canary (device);
`;
