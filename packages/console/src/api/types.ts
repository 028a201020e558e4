import type { Long } from '../words/figures.ts';

// What the API answers, as far as the console reads it. browser/agreement.ts holds it to the API's own schemas.

export type Severity = 'informational' | 'low' | 'medium' | 'high';
export type State = 'new' | 'in-progress' | 'closed' | 'withdrawn' | 'merged';
export type Verdict = 'true-positive' | 'benign' | 'false-match';
export type EntityKind = 'device' | 'account' | 'process' | 'service' | 'destination';

export interface Me {
  name: string;
  role: 'viewer' | 'analyst' | 'admin';
  scopes: string[];
  expires: string | null;
}

export interface Finding {
  id: string;
  rule: { id: string; name: string; version: string };
  title: string;
  description?: string | undefined;
  severity: Severity;
  score: number;
  reasons: string[];
  confidence: 'low' | 'medium' | 'high';
  tactics: string[];
  techniques: string[];
  firstSeen: string;
  lastSeen: string;
  /** Empty where it is not known. */
  entities: {
    device: string;
    account: string;
    accountDomain: string;
    process: string;
    processFolder: string;
    processSha256: string;
    parentProcess: string;
    commandLine: string;
    destination: string;
  };
  service: string;
  category: string;
  services: string[];
  bytesSent: Long | null;
  bytesReceived: Long | null;
  bytesKnown: number;
  bytesSources: string[];
  connections: number;
  details?: Record<string, string[]> | undefined;
  evidence: { count: number };
}

export interface Alert {
  id: number;
  version: number;
  state: State;
  verdict: Verdict | null;
  assignee: string | null;
  tags: string[];
  touched: boolean;
  retro: boolean;
  canary: boolean;
  hiddenBy: string[];
  finding: Finding;
  opened: string;
  changed: string;
  closed: string | null;
  gone: { at: string; because: string } | null;
  follows: number | null;
  followedBy: number | null;
  mergedInto: number | null;
}

export interface AlertPage {
  alerts: Alert[];
  next: string | null;
}

/** A list of alerts that somebody keeps under a name: `search` is the page's address after the question mark. */
export interface AlertView {
  id: number;
  name: string;
  search: string;
  shared: boolean;
  owner: string;
}

export interface AlertCounts {
  total: number;
  states: Record<State, number>;
  severities: Record<Severity, number>;
  verdicts: Record<Verdict, number>;
  hidden: number;
}

export interface AlertChange {
  state?: 'new' | 'in-progress' | 'closed';
  verdict?: Verdict;
  assignee?: string | null;
  comment?: string;
}

export interface Outcome {
  id: number;
  outcome: 'changed' | 'stale' | 'refused';
  alert?: Alert | undefined;
  since?: TrailEntry[] | undefined;
  message?: string | undefined;
}

export interface TrailEntry {
  id: number;
  at: string;
  actor: string;
  action: string;
  subject: string;
  details: Record<string, string | number | boolean | null>;
}

export interface Evidence {
  count: number;
  eventIds: string[];
  rows: Record<string, unknown>[];
}

export interface Related {
  alert: Alert;
  shared: { kind: EntityKind; value: string }[];
}

export interface Problem {
  title: string;
  status: number;
  detail: string;
  code: string;
  place: string;
  advice: string;
  mistakes?: Mistake[] | undefined;
}

export interface Rule {
  id: string;
  name: string;
  version: string;
  description: string;
  severity: Severity;
  status: 'experimental' | 'stable';
  tactics: string[];
  techniques: string[];
  schedule: { frequency: number; period: number } | null;
  /** It is somebody's copy of a rule that ships with Weir; null: it is none. */
  copy: {
    /** Weir ships another text by now. */
    outdated: boolean;
  } | null;
  stopped: { by: string; at: string; reason: string } | null;
  health: {
    state: 'ok' | 'degraded' | 'failed';
    reason: string;
    lastRun: string | null;
    lastTick: string | null;
    took: number | null;
    method: string;
    gaps: number;
  };
  alerts: {
    /** Opened in each of the last twelve weeks up to the present, the latest last. */
    weeks: number[];
    open: number;
    verdicts: Record<Verdict, number>;
  };
}

export interface Source {
  door: string;
  source: string;
  format: string;
  state: 'ok' | 'degraded' | 'failed';
  reason: string;
  firstReceived: string;
  lastReceived: string;
  entries: Long;
  repeated: Long;
  bytes: Long;
  records: Long;
  rows: Long;
  rejects: Long;
  ignored: Long;
  unsplit: Long;
}

export interface RuleDetail extends Rule {
  query: string;
  falsePositives: string[];
  needs: string[];
}

/** What a rule's file said from some moment on. */
export interface RuleVersion {
  rule: string;
  number: number;
  at: string;
  /** Who saved it; null: it was found in the file. */
  by: string | null;
  origin: 'shipped' | 'file' | 'page';
  reason: string;
  /** Somebody's own copy went, and the shipped rule runs again. */
  back: boolean;
  /** Why it is not what runs; empty: it is, or was. */
  problem: string;
}

/** What a copy of a shipped rule hides. */
export interface ShippedRule {
  /** What ships with Weir. */
  text: string;
  /** What shipped when the copy was made, or was last held against it. */
  before: string;
  /** The copy. */
  own: string;
}

export interface RuleVersions {
  /** The latest first. */
  versions: RuleVersion[];
  /** The file into which the next is written. */
  place: string;
  /** Why none can be saved here, and the way out; empty: one can. */
  fixed: string;
}

export interface RuleCheck {
  /** The rule that a text would be; null: it is none. */
  rule: { id: string; name: string } | null;
  mistakes: Mistake[];
}

/** What to ask of what a rule finds; what its queries take of a finding stands in double braces. */
export interface RuleGuide {
  means: string;
  blind: string[];
  questions: { id: string; ask: string }[];
}

export interface Guide {
  means: string;
  blind: string[];
  questions: {
    id: string;
    ask: string;
    kql: string;
    lacks: string[];
    benign: string;
    malicious: string;
    next: string;
  }[];
  playbook: { stage: string; steps: Step[] }[];
}

export interface Step {
  step: string;
  do: string;
  who: string;
  record: string;
  done: { by: string; at: string } | null;
}

export interface QueryResult {
  columns: { name: string; type: string }[];
  rows: unknown[][];
  count: number;
  truncated: boolean;
  now: string;
  empty: { table: string; ofDevice: boolean }[];
}

export interface Health {
  state: 'ok' | 'degraded' | 'failed';
  ready: boolean;
  parts: { part: string; state: 'ok' | 'degraded' | 'failed'; reason: string; since: string }[];
}

export interface Reject {
  at: string;
  door: string;
  source: string;
  line: number;
  reason: string;
  text: string;
}

/** What an exception would hide: of alerts last seen since a moment, of all confirmed ones, and of the one it is made for. */
export interface ExceptionPreview {
  since: string;
  isCut: boolean;
  count: number;
  /** Confirmed ones, then the latest; the first of very many. */
  hides: { id: number; title: string; severity: Severity; state: State; verdict: Verdict | null; lastSeen: string }[];
  confirmed: number[];
  refusal: string;
}

export interface ExceptionProposal {
  draft: { name: string; rules: string[] | null; when: string; expires: string };
  why: string;
  preview: ExceptionPreview;
}

export interface Exception {
  id: string;
  name: string;
  rules: string[] | null;
  when: string;
  owner: string;
  reason: string;
  created: string;
  expires: string;
  by: string | null;
  ended: { by: string; at: string; reason: string } | null;
  /** Last given a later end. */
  renewed: { by: string; at: string; reason: string } | null;
  hid: number;
  /** Confirmed alerts that it would hide. */
  confirmed: number[];
  override: { by: string; reason: string } | null;
  kept: 'file' | 'store';
  place: string;
}

export type Need = 'bytes' | 'process' | 'name';

export interface Coverage {
  sight: {
    from: string;
    until: string;
    connections: number;
    devices: number;
    needs: { need: Need; known: number; blind: { devices: number; most: string[] } }[];
    fusion: { told: 'endpoint' | 'flow' | 'fused'; connections: number }[];
  };
  techniques: { technique: string; name: string; rules: CoveredRule[] }[];
}

export interface CoveredRule {
  id: string;
  name: string;
  tests: number;
  needs: { what: string; present: boolean }[];
  sees: number;
}

export interface Gap {
  id: number;
  rule: string;
  first: string;
  last: string;
  reason: string;
  detail: string;
  opened: string;
  closed: string | null;
}

export interface Storage {
  keep: number;
  most: Long | null;
  oldest: string | null;
  journal: number;
  tables: { table: string; segments: number; rows: number; bytes: number }[];
  disk: { free: number; size: number };
}

export interface User {
  name: string;
  role: Me['role'];
  hasPassword: boolean;
  created: string;
  disabled: string | null;
}

export interface Token {
  id: number;
  name: string;
  scopes: ('ingest' | 'read' | 'write' | 'admin')[];
  /** Empty: it was made on the machine itself. */
  owner: string;
  created: string;
  expires: string | null;
  used: string | null;
  revoked: string | null;
}

export interface Mistake {
  code: string;
  place: string;
  message: string;
  advice?: string | undefined;
  severity?: 'error' | 'warning' | 'information' | undefined;
  start?: number | undefined;
  end?: number | undefined;
}

export interface HuntResult extends Omit<QueryResult, 'empty'> {
  warnings: Mistake[];
}

export interface Tables {
  tables: { name: string; columns: { name: string; type: string }[] }[];
  watchlists: { name: string; table: string }[];
  rows: number;
}

export interface Hunt {
  name: string;
  title: string;
  hypothesis: string;
  techniques: string[];
  needs: string[];
  query: string;
  reading: string;
  benign: string;
}

/** A hunt that somebody keeps for all. */
export interface SavedHunt {
  id: number;
  name: string;
  hypothesis: string;
  /** Empty where nobody has said. */
  reading: string;
  query: string;
  /** As the address says it. */
  range: string;
  owner: string;
  /** From 1; each change makes the next. */
  revision: number;
  changed: string;
  by: string;
}

export interface Hunts {
  /** Those that Weir brings along. */
  hunts: Hunt[];
  saved: SavedHunt[];
}
