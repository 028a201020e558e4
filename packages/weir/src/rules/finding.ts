import type { Column, KqlType, Schema } from '@weir/kql/types';
import type { Severity } from '../model/finding.ts';

const types = {
  /** The values of the rule's key columns, in lower case, joined by line feeds. */
  Key: 'string',
  DeviceName: 'string',
  AccountName: 'string',
  /** File name of the program, and what its version resource says it was called. */
  Process: 'string',
  OriginalName: 'string',
  FolderPath: 'string',
  /** The maker that the version resource names. */
  Company: 'string',
  /** What the catalogue makes of the program (DeviceNetworkEvents says more). */
  Program: 'string',
  ProgramKind: 'string',
  ProgramPlace: 'string',
  /** Of any of the connections; null where none says. */
  ProgramRenamed: 'bool',
  /** Of all connections that say; null where none does. */
  ExpectedClient: 'bool',
  /** All different command lines of the episode, joined by line feeds. */
  CommandLines: 'string',
  ParentProcess: 'string',
  Service: 'string',
  ServiceCategory: 'string',
  SubTechnique: 'string',
  RemoteHost: 'string',
  /** Sums over the connections whose bytes are known; null where none is. */
  BytesSent: 'long',
  BytesReceived: 'long',
  /** How many of the connections have known bytes. */
  BytesKnown: 'long',
  Connections: 'long',
  FirstSeen: 'datetime',
  LastSeen: 'datetime',
  DurationSeconds: 'real',
  /** How many different remote addresses. */
  RemoteIPs: 'long',
  /** The least of the rows; null where no row says. */
  FusionConfidence: 'real',
  /** BytesSent by the connections with known bytes; null where there are none. */
  BytesPerConnection: 'real',
  /** The device's role by the inventory; '' where it says none. */
  Role: 'string',
  /** Whether the inventory allows the service to that role; null where it does not say. */
  AllowedHere: 'bool',
  /** Whether every host is a tenant, bucket or repository of our own; null where the inventory names none. */
  OwnPlace: 'bool',
  /** Of the fourteen days before FirstSeen's: on which anything left, and on which this device sent anything. */
  HistoryDays: 'long',
  DeviceDays: 'long',
  /** On which this program (by its file name) went from this device to this registrable domain; null without a program. */
  OwnDays: 'long',
  /** Other devices of its role (of all, where it has none) on which this program went there. */
  Peers: 'long',
  /** The most bytes that it or one of these sent there with it on a day; null where nobody counted. */
  UsualMost: 'long',
  /** Other devices on which this program went anywhere. */
  ProgramDevices: 'long',
  /** Of the days before, those on which somebody used a browser or a chat program on this device. */
  PeopleDays: 'long',
  /** Whether it began when hardly anybody works here; null with less than a week of history. */
  OffHours: 'bool',
} as const satisfies Record<string, KqlType>;

/** What a rule's score may ask of a finding: the columns of the one-row table `Finding`. */
export const findingColumns: readonly Column[] = Object.entries(types).map(([name, type]) => ({ name, type }));

/** The columns of a finding that KQL conditions may read, by the words of their text. */
export function columnsNamed(conditions: readonly string[]): ReadonlySet<string> {
  const words = new Set(conditions.flatMap((condition) => condition.match(/\w+/g) ?? []));
  const names = findingColumns.map(({ name }) => name);
  return new Set(words.has('pack_all') ? names : names.filter((name) => words.has(name)));
}

export const findingSchema: Schema = { tables: { Finding: findingColumns } };

/** The severity that a score stands for, at most the rule's own. */
export function severityOf(score: number, ceiling: Severity): Severity {
  const own = score >= 70 ? 'high' : score >= 40 ? 'medium' : score >= 20 ? 'low' : 'informational';
  return rank[own] < rank[ceiling] ? own : ceiling;
}

/** The score of a finding of a rule that says nothing about scores: just enough for its severity. */
export const baseScore: Readonly<Record<Severity, number>> = { informational: 10, low: 20, medium: 40, high: 70 };

const rank: Readonly<Record<Severity, number>> = { informational: 0, low: 1, medium: 2, high: 3 };
