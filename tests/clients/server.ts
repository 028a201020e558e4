import { mkdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { openServer } from '../../packages/weir/src/api/http/server.ts';
import { machineClock } from '../../packages/weir/src/cli/clock.ts';
import { nodeDisk } from '../../packages/weir/src/disk/nodeDisk.ts';
import { httpDoors } from '../../packages/weir/src/doors/http.ts';
import { Received } from '../../packages/weir/src/doors/received.ts';
import { Reception } from '../../packages/weir/src/doors/reception.ts';
import { SyslogDoor } from '../../packages/weir/src/doors/syslog/door.ts';
import { Journal, JournalFull } from '../../packages/weir/src/journal/journal.ts';
import { readCursor } from '../../packages/weir/src/live/cursor.ts';
import { homePaths } from '../../packages/weir/src/live/home.ts';
import { Store } from '../../packages/weir/src/store/store.ts';
import { entriesOf } from './journal.ts';

// The doors of a home in a process of its own, which is killed like any other. `full` on stdin: the journal takes nothing
// until `room`.
const [home = '', port = '', syslogPort = ''] = process.argv.slice(2);
mkdirSync(home, { recursive: true });
const paths = homePaths(home);
const store = Store.open(paths.store);
const journal = await Journal.open(nodeDisk, paths.journal, { fileBytes: 1e7, heldBytes: 1e10 }, readCursor(store));
let isFull = false;
const reception = new Reception({
  journal: { append: (entry) => (isFull ? Promise.reject(new JournalFull()) : journal.append(entry)) },
  clock: machineClock,
  received: await Received.recall(store, await entriesOf(home), machineClock),
});
const onBug = (error: unknown) => process.stderr.write(`a defect: ${String(error)}\n`);
const stranger = { status: 401, reason: 'no token that is known' } as const;
const authorize = (token: string | undefined) => (token === 'weir-clients' ? 'clients' : stranger);
const doors = httpDoors({ reception, authorize, onBug });
const onNotice = (text: string) => process.stderr.write(`${text}\n`);
await SyslogDoor.listen({ reception, port: Number(syslogPort), onNotice, onBug });
await openServer({ fetch: doors.fetch }, { listen: { host: '127.0.0.1', port: Number(port) }, plainHttp: false });
process.stdout.write('ready\n');
for await (const line of createInterface({ input: process.stdin })) {
  isFull = line === 'full';
  process.stdout.write(`${line}\n`);
}
process.exit();
