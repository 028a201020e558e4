export type Severity = 'informational' | 'low' | 'medium' | 'high';
export type Confidence = 'low' | 'medium' | 'high';

/** Severities from least to most. */
export const severities: readonly Severity[] = ['informational', 'low', 'medium', 'high'];

/** One story: what a device's process sent to a service in one episode, as one rule tells it. Times are ticks. */
export interface Finding {
  readonly id: string;
  readonly rule: { readonly id: string; readonly name: string; readonly version: string };
  /** One sentence for a person. */
  readonly title: string;
  readonly severity: Severity;
  /** 0 to 100; the rule's severity is the ceiling of what a score can become. */
  readonly score: number;
  readonly reasons: readonly string[];
  readonly confidence: Confidence;
  readonly tactics: readonly string[];
  readonly techniques: readonly string[];
  readonly firstSeen: bigint;
  readonly lastSeen: bigint;
  readonly entities: {
    readonly device: string;
    readonly account: string;
    /** Of the row that names the account. */
    readonly accountDomain: string;
    readonly process: string;
    /** With the program's file name where the sensor tells it so. */
    readonly processFolder: string;
    /** Of the row that names the program. */
    readonly processSha256: string;
    readonly parentProcess: string;
    readonly commandLine: string;
    readonly destination: string;
  };
  readonly service: string;
  readonly category: string;
  /** Sum over the connections whose bytes are known; null where none is. */
  readonly bytesSent: bigint | null;
  readonly bytesReceived: bigint | null;
  /** How many of `connections` have known bytes. */
  readonly bytesKnown: number;
  readonly connections: number;
  readonly evidence: Evidence;
}

export interface Evidence {
  readonly count: number;
  /** Every contributing row's EventId, in order of time. Empty where the query cannot be followed back to rows: then
   *  `count` counts result rows, and a reason says so. */
  readonly eventIds: readonly string[];
  /** A few rows for a person, newest last: column name to text, number or null. */
  readonly sample: readonly EvidenceRow[];
}

export interface EvidenceRow {
  readonly timestamp: bigint;
  readonly eventId: string;
  readonly remoteHost: string;
  readonly remoteIp: string;
  readonly remotePort: number | null;
  readonly bytesSent: bigint | null;
  readonly bytesReceived: bigint | null;
  readonly commandLine: string;
  readonly fusion: string;
  readonly fusionConfidence: number | null;
}

/** What a rule may need to be known of a connection. */
export const needs = ['bytes', 'process'] as const;
export type Need = (typeof needs)[number];

/** What one rule did over the data: which moments were looked at, how, and what came of it. */
export interface RuleRun {
  /** The rule's id. */
  readonly rule: string;
  /** The rule's name, for a person. */
  readonly name: string;
  readonly shape: 'row-wise' | 'general';
  readonly shapeReason: string;
  /** How the settled answer was had, for a person: "each row once" or "612 ticks of 10 minutes". */
  readonly method: string;
  readonly ticks: number;
  readonly from: bigint | null;
  readonly until: bigint | null;
  readonly resultRows: number;
  readonly findings: number;
  /** Of a run at one moment (`--as-of`): the rows of the rule's tables that it saw, however few the query wants. */
  readonly rowsInWindow?: number;
  /** What the rule cannot fire without and no connection of the data has; empty where it can fire. */
  readonly blind: readonly Need[];
  /** The file that says what to do about what it finds; absent where the rule has none. */
  readonly guide?: string;
  /** Present where the rule could not run: what is wrong and what to do. Its time counts as not looked at. */
  readonly error?: string;
}
