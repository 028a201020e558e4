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
  /** What the rule's alert says of it, filled in; absent where the rule says nothing of its own. */
  readonly description?: string;
  /** What the rule wants told beside: name to the values of the result's column, at most 50 and a word on how many more.
   *  Absent where it wants nothing or nothing is known. */
  readonly details?: Readonly<Record<string, readonly string[]>>;
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
  /** All services of the evidence, `service` first. */
  readonly services: readonly string[];
  /** Sum over the connections whose bytes are known; null where none is. */
  readonly bytesSent: bigint | null;
  readonly bytesReceived: bigint | null;
  /** How many of `connections` have known bytes. */
  readonly bytesKnown: number;
  /** By whom and of which layer the bytes sent were counted (NetworkFlows.BytesSource), each once. */
  readonly bytesSources: readonly string[];
  readonly connections: number;
  readonly evidence: Evidence;
}

export interface Evidence {
  readonly count: number;
  /** Every contributing row's EventId, in order of time. Empty where the query cannot be followed back to rows: then
   *  `count` counts result rows, and a reason says so. */
  readonly eventIds: readonly string[];
  /** Runs without results are the evidence, and `sample` is of runs. */
  readonly absence?: true;
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
  readonly bytesSource: string;
  readonly commandLine: string;
  readonly fusion: string;
  readonly fusionConfidence: number | null;
}

/** What a rule may need to be known of a connection. */
export const needs = ['bytes', 'process', 'name'] as const;
export type Need = (typeof needs)[number];

/** For how much of the data something was not known that a rule needs. */
export interface Blindness {
  readonly need: Need;
  /** Whether the rule's file says that it cannot fire without; else its query decides by it. */
  readonly declared: boolean;
  /** Connections that left and did not fail, and those of them for which it was known. */
  readonly connections: number;
  readonly known: number;
  /** Devices that it was known for no connection of: how many, those with most connections, and whether all are told of
   *  only by the kind of log that does not know it (network logs for a process, endpoint logs for bytes). */
  readonly hosts: { readonly count: number; readonly most: readonly string[]; readonly alone: boolean };
  /** The longest stretches of time in which it was known for no connection, first to last such connection, in ticks. */
  readonly spans: readonly { readonly from: bigint; readonly until: bigint }[];
}

/** What one rule did over the data: which moments were looked at, how, and what came of it. */
export interface RuleRun {
  /** The rule's id. */
  readonly rule: string;
  /** The rule's name, for a person. */
  readonly name: string;
  readonly shape: 'row-wise' | 'windowed' | 'general';
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
  /** What it needs and was not known of every connection; empty where all was known. */
  readonly blind: readonly Blindness[];
  /** The file that says what to do about what it finds; absent where the rule has none. */
  readonly guide?: string;
  /** Present where the rule could not run: what is wrong and what to do. Its time counts as not looked at. */
  readonly error?: string;
}
