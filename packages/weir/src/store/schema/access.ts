/** Accounts, sessions, tokens, the views that people keep, and the rules that they stopped. Of a secret only its SHA-256 is kept: it has 256 random bits, so nothing slower is needed.
 *  Times are ticks. Nobody is deleted: the trail names them. */
export const accessTables = `
CREATE TABLE user (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL CHECK (role IN ('viewer', 'analyst', 'admin')),
  -- argon2id in PHC form; null until the person has chosen one.
  password TEXT,
  created INTEGER NOT NULL,
  disabled INTEGER
) STRICT;

CREATE TABLE session (
  hash BLOB PRIMARY KEY,
  user INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,
  created INTEGER NOT NULL,
  seen INTEGER NOT NULL,
  address TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_user ON session (user);

-- From where somebody logged in lately: what throttles an account's other addresses leaves these alone.
CREATE TABLE login_address (
  user INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,
  address TEXT NOT NULL,
  seen INTEGER NOT NULL,
  PRIMARY KEY (user, address)
) STRICT, WITHOUT ROWID;

CREATE TABLE api_token (
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE,
  name TEXT NOT NULL UNIQUE,
  scopes TEXT NOT NULL,
  -- Whose it is: it can do no more than they can today. Only what lets logs in outlives its owner. Null: it was made on the
  -- machine itself.
  owner INTEGER REFERENCES user,
  created INTEGER NOT NULL,
  expires INTEGER,
  used INTEGER,
  revoked INTEGER
) STRICT;

-- One-time links: for the first administrator (no user yet), or for somebody to choose a password.
CREATE TABLE invitation (
  hash BLOB PRIMARY KEY,
  user INTEGER UNIQUE REFERENCES user ON DELETE CASCADE,
  expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Lists of alerts that people keep under a name; search is the console's address after the question mark.
CREATE TABLE alert_view (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,
  name TEXT NOT NULL,
  search TEXT NOT NULL,
  shared INTEGER NOT NULL CHECK (shared IN (0, 1)),
  UNIQUE (user, name)
) STRICT;

CREATE TABLE rule_stop (
  rule TEXT PRIMARY KEY,
  "by" TEXT NOT NULL,
  at INTEGER NOT NULL,
  reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;
