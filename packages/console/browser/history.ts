import { join } from 'node:path';
import { machineClock } from '../../weir/src/cli/clock.ts';
import { nodeDisk } from '../../weir/src/disk/nodeDisk.ts';
import { Engine } from '../../weir/src/engine/engine.ts';
import { Lake } from '../../weir/src/lake/lake.ts';
import { homePaths } from '../../weir/src/live/home.ts';
import { LiveLake } from '../../weir/src/live/liveLake.ts';
import { openGap } from '../../weir/src/schedule/gaps.ts';
import type { Store } from '../../weir/src/store/store.ts';
import { deviceNetworkEvents, deviceProcessEvents } from '../../weir/src/tables/index.ts';

const hour = 36_000_000_000n;
const day = 24n * hour;

/** A connection of the second alert, whose program's start is in the logs; it sends more than its device does in a day. */
export const started = {
  BytesSent: 200_000_000,
  ...{ EventId: 'of-a-start', DeviceName: 'ws-001.larkfield.example', AccountName: 'person-1' },
  ...{ InitiatingProcessFileName: 'rclone.exe', InitiatingProcessParentFileName: 'cmd.exe' },
};

export function startedAt(now: bigint): bigint {
  return now - (3n * hour) / 2n;
}

/** The connection itself, the start of its program by `cmd.exe`, and of that one by `winword.exe`, whose own is not there. */
async function someStarts(lake: Lake, now: bigint): Promise<void> {
  const { BytesSent, ...texts } = started;
  await lake.append(
    deviceNetworkEvents,
    `SELECT ${BytesSent}::BIGINT AS "BytesSent", ${Object.entries(texts).map(([name, value]) => `'${value}' AS "${name}"`)},
      ${now}::BIGINT AS "Timestamp", ${now}::BIGINT AS "EvidenceTime", ${now}::BIGINT AS "ArrivedAt",
      'Public' AS "RemoteIPType", 'ConnectionSuccess' AS "ActionType", 'fused' AS "Fusion",
      30::BIGINT AS "InitiatingProcessId", ${now - hour}::BIGINT AS "InitiatingProcessCreationTime"`,
    [
      ...[...Object.keys(started), 'Timestamp', 'EvidenceTime', 'ArrivedAt', 'RemoteIPType', 'ActionType', 'Fusion'],
      ...['InitiatingProcessId', 'InitiatingProcessCreationTime'],
    ],
  );
  await lake.append(
    deviceProcessEvents,
    `SELECT 's' || id AS "EventId", began AS "Timestamp", ${now}::BIGINT AS "ArrivedAt", '${started.DeviceName}' AS "DeviceName",
      id::BIGINT AS "ProcessId", began AS "ProcessCreationTime", program AS "InitiatingProcessFileName", said AS "InitiatingProcessCommandLine",
      'person-1' AS "InitiatingProcessAccountName", id::BIGINT - 10 AS "InitiatingProcessId",
      began - ${hour} AS "InitiatingProcessCreationTime", above AS "InitiatingProcessParentFileName"
    FROM (VALUES (30, ${now - hour}::BIGINT, 'cmd.exe', 'cmd.exe /c copy.bat', 'winword.exe'),
      (20, ${now - 2n * hour}::BIGINT, 'winword.exe', 'winword.exe "letter.docx"', '')) AS of(id, began, program, said, above)`,
    [
      ...['EventId', 'Timestamp', 'ArrivedAt', 'DeviceName', 'ProcessId', 'ProcessCreationTime'],
      ...['InitiatingProcessFileName', 'InitiatingProcessCommandLine', 'InitiatingProcessAccountName'],
      ...['InitiatingProcessId', 'InitiatingProcessCreationTime', 'InitiatingProcessParentFileName'],
    ],
  );
}

/** Thirty days of connections of some devices, so that there is something usual: `ws-001` sends most and every day,
 *  `ws-002` and `ws-003` now and then, of `ws-040` nobody counts bytes, and some are told by a firewall alone. The services
 *  have no category, so that no rule finds anything. And a gap of a rule. */
export async function someHistory(home: string, store: Store, now: bigint): Promise<void> {
  const paths = homePaths(home);
  const engine = await Engine.open({ memoryMb: 300, threads: 1, spillDirectory: join(home, 'made-spill') });
  const lake = await LiveLake.open({ store, disk: nodeDisk, directory: paths.segments, clock: machineClock });
  const columns = [
    ...['Timestamp', 'EvidenceTime', 'ArrivedAt', 'DeviceName', 'AccountName', 'InitiatingProcessFileName', 'Service'],
    ...['RegistrableDomain', 'RemoteHost', 'RemoteIPType', 'ActionType', 'Fusion', 'BytesSent', 'EventId'],
  ];
  try {
    const from = await Lake.create(engine, join(home, 'made'));
    await from.append(
      deviceNetworkEvents,
      `SELECT ${now}::BIGINT - n * ${2n * hour} AS "Timestamp", ${now}::BIGINT - n * ${2n * hour} AS "EvidenceTime",
        ${now}::BIGINT AS "ArrivedAt", 'e' || n || device || program AS "EventId", device AS "DeviceName",
        if(device = '', '', account) AS "AccountName", if(device = '', '', program) AS "InitiatingProcessFileName",
        service AS "Service", domain AS "RegistrableDomain", 'www.' || domain AS "RemoteHost", 'Public' AS "RemoteIPType",
        'ConnectionSuccess' AS "ActionType", CASE WHEN device = '' THEN 'flow' WHEN most IS NULL THEN 'endpoint' ELSE 'fused' END AS "Fusion",
        (most * (1 + n * 7 % 11) * if(n % 84 = 24, 6, 1))::BIGINT AS "BytesSent"
      FROM range(360) AS r(n), (VALUES
        ('ws-001.larkfield.example', 'person-1', 'chrome.exe', 'Google Drive', 'google.com', 900_000, 1),
        ('ws-001.larkfield.example', 'person-1', 'rclone.exe', 'Mega', 'mega.nz', 4_000_000, 9),
        ('ws-002.larkfield.example', 'person-2', 'rclone.exe', 'Mega', 'mega.nz', 70_000, 50),
        ('ws-003.larkfield.example', 'person-3', 'rclone.exe', 'Mega', 'mega.nz', 2_000_000, 60),
        ('ws-040.larkfield.example', 'person-9', 'curl.exe', '', 'pastebin.com', NULL, 3),
        ('', '', '', 'Dropbox', 'dropbox.com', 300_000, 2)
      ) AS of(device, account, program, service, domain, most, every) WHERE n % every = 0`,
      columns,
    );
    await someStarts(from, startedAt(now));
    await lake.commit({ from });
  } finally {
    await lake.close();
    engine.close();
  }
  const first = now - 3n * day;
  const gap = { rule: '8d1f0a52-6c1e-4a3b-9f0e-2b7c51d4e6a1', first, last: first + 2n * hour, reason: 'time' } as const;
  openGap(store, { ...gap, detail: 'the rule took longer than 60 s' }, first);
}
