import { randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Access } from '../../weir/src/access/access.ts';
import { roles } from '../../weir/src/access/roles.ts';
import { AlertBook } from '../../weir/src/alert/book.ts';
import { machineClock } from '../../weir/src/cli/clock.ts';
import type { ToldFinding } from '../../weir/src/model/alert.ts';
import { severities } from '../../weir/src/model/finding.ts';
import { ticksToIso } from '../../weir/src/report/format.ts';
import { evidenceRow, finding } from '../../weir/src/report/result.fixture.ts';
import { Store } from '../../weir/src/store/store.ts';
import { auditInto } from '../../weir/src/store/trail.ts';
import { someHistory, started, startedAt } from './history.ts';

const root = join(import.meta.dirname, '../../..');

/** Of everybody in a home made here. */
export const password = 'correct horse battery';

/** A home that nobody has used yet. One of Weir's rules looks every minute in it, so that nobody waits five. */
export async function emptyHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'weir-console-'));
  await mkdir(join(home, 'rules'));
  const rule = join(root, 'content/rules/exfiltration-service');
  await cp(rule, join(home, 'rules/exfiltration-service'), { recursive: true });
  const text = await readFile(join(rule, 'rule.yaml'), 'utf8');
  await writeFile(
    join(home, 'rules/exfiltration-service/rule.yaml'),
    text.replace('queryFrequency: 5m', 'queryFrequency: 1m'),
  );
  await writeFile(join(home, 'weir.yaml'), 'listen: 127.0.0.1:0\nrules: [rules]\n');
  return home;
}

/** What a log might say to harm whoever looks at it. */
export const hostile =
  '<img src=x onerror="window.stolen=1"><script>window.stolen=2</script>\u202egpj.exe\u001b[2J\u0000"\'{{7*7}}';

const minute = 600_000_000n;

/** People of every role, called as it. */
export async function addPeople(store: Store): Promise<void> {
  const audit = auditInto(store);
  const access = new Access({ store, clock: machineClock, random: (bytes) => randomBytes(bytes), audit });
  for (const role of roles) await access.users.setPassword(access.users.add(role, role, 'test'), password, 'test');
}

/** A home with people of every role, called as it, and so many alerts; the first is a story whose words mean harm. */
export async function crowdedHome(alerts: number): Promise<string> {
  const home = await emptyHome();
  const store = Store.open(join(home, 'weir.db'));
  const now = machineClock.now();
  await addPeople(store);
  const book = new AlertBook(store, { floor: 'high' });
  const rule = { id: 'browser-suite', name: 'Rule of the browser suite', version: '1.0.0' };
  const findings = Array.from({ length: alerts }, (_, nth) => invented(nth, now, rule));
  book.apply({ rule, revision: '1', findings, at: now, wholeSince: 0n });
  await someHistory(home, store, now);
  store.close();
  return home;
}

function invented(nth: number, now: bigint, rule: { id: string; name: string; version: string }): ToldFinding {
  const isHostile = nth === 0;
  const say = (text: string) => (isHostile ? `${text} ${hostile}` : text);
  const connections = 1 + ((nth * 7) % 300);
  const known = nth % 5 === 0 ? 0 : nth % 3 === 0 ? Math.ceil(connections / 2) : connections;
  const firstSeen = now - BigInt(nth + 90) * minute;
  const base = finding();
  const sample = Array.from({ length: Math.min(connections, nth < 20 ? 60 : 3) }, (_, row) =>
    evidenceRow({
      eventId: say(`e${nth}-${row}`),
      timestamp: firstSeen + BigInt(row) * minute,
      bytesSent: row < known ? 5_000_000n : null,
      remoteHost: say('gfs262n307.userstorage.mega.co.nz'),
    }),
  );
  const device = isHostile ? hostile : `ws-${String(nth % 97).padStart(3, '0')}.larkfield.example`;
  return {
    finding: finding({
      ...{ id: `f${nth}`, rule, firstSeen, lastSeen: firstSeen + BigInt(nth % 80) * minute },
      title: say(`rclone.exe on ${device} sent much to Mega over ${connections} connections`),
      severity: isHostile ? 'high' : (severities[nth % 4] ?? 'low'),
      score: isHostile ? 100 : (nth * 13) % 100,
      reasons: ['base of the rule (25)', say('a known program under another name (+40)'), 'it sent much (+15)'],
      entities: {
        ...base.entities,
        device,
        account: say(`person-${nth % 31}`),
        process: say('rclone.exe'),
        commandLine: say(base.entities.commandLine),
        destination: say(base.entities.destination),
      },
      service: say('Mega'),
      ...{ connections, bytesKnown: known, bytesSent: known === 0 ? null : BigInt(known) * 5_000_000n },
      evidence: {
        count: connections,
        eventIds: Array.from({ length: connections }, (_, row) => `e${nth}-${row}`),
        sample,
      },
    }),
    ...(nth === 1 && { rows: [...sample.map(rowOf), { ...started, Timestamp: ticksToIso(startedAt(now)) }] }),
  };
}

/** A row of evidence as a rule tells it, as far as the suite looks at it. */
function rowOf({ eventId, timestamp, bytesSent, remoteHost }: ReturnType<typeof evidenceRow>) {
  return { EventId: eventId, Timestamp: ticksToIso(timestamp), BytesSent: bytesSent, RemoteHost: remoteHost };
}
