/** What each role may do. */
export const roles = [
  { role: 'viewer', may: 'looks at everything, and changes nothing' },
  { role: 'analyst', may: 'decides on alerts, makes exceptions, starts and stops rules' },
  { role: 'admin', may: 'also invites people, keeps tokens, and overrides refusals' },
] as const;

/** What each scope of a token lets a program do. */
export const scopes = [
  { scope: 'ingest', may: 'send logs, and nothing else' },
  { scope: 'read', may: 'look at alerts, rules and logs' },
  { scope: 'write', may: 'decide on alerts, make exceptions' },
  { scope: 'admin', may: 'keep accounts and tokens' },
] as const;
