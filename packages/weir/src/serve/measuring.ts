import { ticksPerSecond, unixEpochTicks } from '@weir/kql/types';
import type { Journal } from '../journal/journal.ts';
import { readInputs } from '../live/inputs.ts';
import type { Clock } from '../model/clock.ts';
import { severities } from '../model/finding.ts';
import type { DestinationHealth } from '../notify/health.ts';
import type { Health } from '../operate/health.ts';
import { type Metrics, type Reading, whenAsked } from '../operate/metrics.ts';
import { gapsOf } from '../schedule/gaps.ts';
import { type RuleState, ruleStates } from '../schedule/ruleState.ts';
import type { Store } from '../store/store.ts';

export interface MeasuringParts {
  readonly store: Store;
  readonly journal: Journal;
  readonly health: Health;
  readonly clock: Clock;
  /** The rules in force. */
  readonly rules: () => readonly { readonly id: string; readonly name: string }[];
  readonly destinations: () => readonly DestinationHealth[];
}

const counts = ['entries', 'repeated', 'bytes', 'records', 'rows', 'rejects', 'aside', 'ignored'] as const;
type Count = (typeof counts)[number];

/** So many sources are told apart, those that sent most: senders name them. */
const sourcesMost = 200;

/** What the service knows of itself anyway, for who measures it: read from the store when it is asked for, so that it is true
 *  after a restart too. */
export function measureService(metrics: Metrics, parts: MeasuringParts): void {
  const { store, journal, health, clock } = parts;
  const total = (name: string, help: string, labels: readonly string[], read: () => Iterable<Reading>) =>
    whenAsked(metrics, { kind: 'total', name, help, labels }, read);
  const gauge = (name: string, help: string, labels: readonly string[], read: () => Iterable<Reading>) =>
    whenAsked(metrics, { kind: 'gauge', name, help, labels }, read);

  for (const count of counts)
    total(`source_${count}`, `What sources gave since the home was made: ${count}.`, ['door', 'source'], () =>
      sourcesOf(store).map(({ door, source, ...given }) => ({ labels: { door, source }, value: given[count] })),
    );
  gauge('source_received_timestamp_seconds', 'When a source last sent something (Unix time).', ['door', 'source'], () =>
    sourcesOf(store).map(({ door, source, lastAt }) => ({ labels: { door, source }, value: unixSeconds(lastAt) })),
  );
  gauge('journal_held_bytes', 'Bytes of the journal that are held until they are in segments.', [], () => [
    { value: journal.held },
  ]);
  const segments = () =>
    store
      .statement(
        'SELECT "table", count(*) AS n, sum(rows) AS rows, sum(bytes) AS bytes FROM segment WHERE retired IS NULL GROUP BY "table"',
      )
      .all();
  for (const [column, name, help] of [
    ['n', 'lake_segments', 'Segments of a table.'],
    ['rows', 'lake_rows', 'Rows in the segments of a table, replaced ones too.'],
    ['bytes', 'lake_bytes', 'Bytes of the segments of a table.'],
  ] as const)
    gauge(name, help, ['table'], () =>
      segments().map((row) => ({ labels: { table: String(row.table) }, value: Number(row[column]) })),
    );

  // Names are not unique among rules, ids are.
  const ofRule = ['rule', 'id'];
  const states = (value: (state: RuleState) => number | undefined) => () => {
    const known = new Map(ruleStates(store).map((state) => [state.rule, state]));
    return parts.rules().flatMap(({ id, name }) => {
      const state = known.get(id);
      const told = state && value(state);
      return told === undefined ? [] : [{ labels: { rule: name, id }, value: told }];
    });
  };
  gauge(
    'rule_last_run_seconds',
    'How long the last run of a rule took.',
    ofRule,
    states(({ took }) => seconds(took)),
  );
  gauge(
    'rule_behind_seconds',
    'From the last tick that a rule looked at to the present.',
    ofRule,
    states(({ looked }) => looked && seconds(clock.now() - looked.last)),
  );
  gauge('rule_gap_seconds', 'Time that a rule should have looked at and did not.', ofRule, () => {
    const open = Map.groupBy(gapsOf(store, { open: true }), ({ rule }) => rule);
    return parts.rules().flatMap(({ id, name }) => {
      const gaps = open.get(id) ?? [];
      const value = gaps.reduce((sum, { first, last }) => sum + seconds(last - first), 0);
      return gaps.length === 0 ? [] : [{ labels: { rule: name, id }, value }];
    });
  });
  gauge('alerts', 'Alerts that no exception hides.', ['state', 'severity'], () =>
    store
      .statement(
        'SELECT state, severity, count(*) AS n FROM alert WHERE hidden = 0 AND canary = 0 GROUP BY state, severity',
      )
      .all()
      .map(({ state, severity, n }) => ({
        labels: { state: String(state), severity: severities[Number(severity)] ?? '' },
        value: Number(n),
      })),
  );
  const destinations = (value: (destination: DestinationHealth) => number) => () =>
    parts
      .destinations()
      .map((destination) => ({ labels: { destination: destination.name }, value: value(destination) }));
  gauge(
    'notices_waiting',
    'Notices that wait for a destination.',
    ['destination'],
    destinations(({ waiting }) => waiting),
  );
  gauge(
    'notices_dead',
    'Messages that were given up.',
    ['destination'],
    destinations(({ dead }) => dead),
  );
  gauge(
    'destination_failing',
    '1 where nothing arrives at a destination.',
    ['destination'],
    destinations(({ failing }) => (failing === null ? 0 : 1)),
  );
  gauge('part_state', 'How a part of the service is: 0 well, 1 degraded, 2 failed.', ['part'], () =>
    [...health.parts].map(([part, { state }]) => ({
      labels: { part },
      value: ['ok', 'degraded', 'failed'].indexOf(state),
    })),
  );
  gauge('ready', '1 while logs and requests may be sent.', [], () => [{ value: health.ready ? 1 : 0 }]);
}

interface SourceTotals extends Readonly<Record<Count, number>> {
  readonly door: string;
  readonly source: string;
  /** Ticks. */
  readonly lastAt: bigint;
}

/** Sources over all their formats, those that sent most first; what the others sent is told as one. */
function sourcesOf(store: Store): SourceTotals[] {
  const together = (of: readonly SourceTotals[], door: string, source: string): SourceTotals => {
    const sum = (count: Count) => of.reduce((all, each) => all + each[count], 0);
    return {
      ...{ door, source, entries: sum('entries'), repeated: sum('repeated'), bytes: sum('bytes') },
      ...{ records: sum('records'), rows: sum('rows'), rejects: sum('rejects'), aside: sum('aside') },
      ignored: sum('ignored'),
      lastAt: of.reduce((last, { lastAt }) => (lastAt > last ? lastAt : last), 0n),
    };
  };
  const sources = [...Map.groupBy(readInputs(store), ({ door, source }) => JSON.stringify([door, source])).values()]
    .map((formats) => together(formats, formats[0]?.door ?? '', formats[0]?.source ?? ''))
    .toSorted((a, b) => b.bytes - a.bytes);
  const others = sources.slice(sourcesMost);
  return others.length === 0 ? sources : [...sources.slice(0, sourcesMost), together(others, '', '(others)')];
}

function seconds(ticks: bigint): number {
  return Number(ticks) / Number(ticksPerSecond);
}

function unixSeconds(ticks: bigint): number {
  return seconds(ticks - unixEpochTicks);
}
