import { describe, expect, it } from 'vitest';
import { networkFlows } from '../../packages/weir/src/tables/index.ts';
import { everything } from './alike.ts';
import { flowRecord, ndjson } from './eveRecords.ts';
import { carried as allCarried, lines as allLines, objects as allObjects, recordsOf } from './examples/all.ts';
import { type Files, withFiles } from './intake.ts';

/** Without what is a document of several records. */
const records = (some: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(some).filter(([id]) => id !== 'azure-flow'));
const [objects, carried, lines] = [records(allObjects), records(allCarried), records(allLines)];

/** Rows without ids, which are of a text's whole line, and without the machine that a header names. */
const told = (rows: readonly string[]) =>
  rows.map((row) => row.replace(/\b[a-z-]+:[0-9a-f]{16,}\b/g, 'id').replaceAll('|relay|', '||')).sort();

/** That files of the examples, each written so, give the rows that the examples give. */
async function expectAlike(some: Readonly<Record<string, string>>, write: (records: string[]) => string) {
  const rowsOf = (files: Files) =>
    withFiles(files, async (taken) => {
      expect(taken.inputs.filter(({ rows, rejects }) => rows === 0 || rejects > 0)).toEqual([]);
      return told(await everything(taken));
    });
  const written = Object.fromEntries(Object.entries(some).map(([id, text]) => [id, write(recordsOf(text))]));
  expect(await rowsOf(written)).toEqual(await rowsOf(some));
}

const inLines = (write: (record: string) => string) => (records: string[]) =>
  records.map((record) => `${write(record)}\n`).join('');
const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;

describe('records that are JSON objects are read in files', () => {
  it.each([
    '<134>1 2026-03-10T08:15:30Z relay app 4711 - [a@1 b="c=\\"{"] ',
    '1 2026-03-10T08:15:30.123456+01:00 relay app - - - \ufeff',
    'Mar 10 08:15:30 relay app[4711]: ',
    '2026-03-10T08:15:30.123456+01:00 relay app: ',
    '2026-03-10T08:15:30.123456789Z stdout F ',
    '2026-03-10T08:15:30+00:00\teve.log\t',
    '@cee: ',
    '<134>Mar 10 08:15:30 relay app: @cee: ',
  ])('behind %s', (header) =>
    expectAlike(
      objects,
      inLines((record) => header + record),
    ),
  );

  it.each(['message', 'MESSAGE', 'log'])('in a member %s, behind the header of syslog', (member) =>
    expectAlike(
      objects,
      inLines((record) => JSON.stringify({ host: 'relay', [member]: `Mar 10 08:15:30 relay app: ${record}\n` })),
    ),
  );
});

describe('what Splunk exports is read', () => {
  // Splunk has no object in an object.
  const { 'defender-stream': _, ...flat } = objects;
  const listed = { ...carried, 'aws-vpc': lines['aws-vpc'] ?? '' };

  it('as JSON, with the record below result', () =>
    expectAlike(
      flat,
      inLines((record) => `{"preview":false,"offset":0,"result":${record}}`),
    ));

  it.each(['', 'Mar 10 08:15:30 relay app: '])('as JSON, with the text "%s…" in _raw below result', (header) =>
    expectAlike(
      header === '' ? listed : carried,
      inLines((record) =>
        JSON.stringify({ preview: false, result: { _time: '2026-03-10T08:15:30', host: 'h', _raw: header + record } }),
      ),
    ),
  );

  it('as CSV, with the text in the column _raw', () =>
    expectAlike(
      listed,
      (records) => `_time,host,_raw\n${records.map((record) => `1773130530,h,${quoted(record)}\n`).join('')}`,
    ));
});

describe('records in cells', () => {
  const record = JSON.stringify(flowRecord());

  it('stand beside cells that hold the name of their column', () => {
    const text = `time,type,log\n${`1,log,${quoted(record)}\n`.repeat(3)}`;
    return withFiles({ 'a.csv': text }, async ({ inputs }) => {
      expect(inputs[0]).toMatchObject({ format: 'suricata json csv', records: 4, rows: 3, ignored: 1 });
    });
  });

  it('are read below a header that comes again in another order', () => {
    const text = `time,log\n1,${quoted(record)}\nlog,time\n${quoted(record)},2\n`;
    return withFiles({ 'a.csv': text }, async ({ inputs }) => {
      expect(inputs[0]).toMatchObject({ records: 4, rows: 2, ignored: 2 });
    });
  });
});

describe('what CloudWatch exports is read', () => {
  const ofCloudWatch = { ...objects, 'aws-vpc': lines['aws-vpc'] ?? '' };
  const asEvents = (records: string[]) =>
    records.map((message) => ({ logStreamName: 's', timestamp: 1773130530000, message, eventId: '1' }));

  it('as filter-log-events and get-log-events give it', () =>
    expectAlike(ofCloudWatch, (records) =>
      JSON.stringify({ events: asEvents(records), searchedLogStreams: [], nextToken: 'n' }, null, 1),
    ));

  it('as the console saves a query', () =>
    expectAlike(
      ofCloudWatch,
      (records) => `@timestamp,@message\n${records.map((r) => `2026-03-10 08:15:30.000,${quoted(r)}\n`).join('')}`,
    ));

  it('as get-query-results gives it', () =>
    expectAlike(ofCloudWatch, (records) =>
      JSON.stringify({
        results: records.map((value) => [
          { field: '@timestamp', value: '2026-03-10 08:15:30.000' },
          { field: '@message', value },
        ]),
        statistics: { recordsMatched: 1 },
        status: 'Complete',
      }),
    ));
});

describe('records in a file of syslog', () => {
  const header = 'Mar 10 08:15:30 relay app: ';
  const record = JSON.stringify(flowRecord());

  it('stand among texts of other programs, which are ignored, and broken ones, which are rejects of their lines', async () => {
    const text = [`${header}started`, header + record, '', `${header}${record.slice(0, 200)}`, `${header}ended`];
    await withFiles({ 'eve.log': `${text.join('\n')}\n` }, async ({ inputs, rejects, rows }) => {
      expect(inputs[0]).toMatchObject({ format: 'suricata json syslog', records: 4, rows: 1, rejects: 1, ignored: 2 });
      expect(rejects).toEqual([
        expect.objectContaining({ line: 4, reason: 'not valid JSON', text: `${header}${record.slice(0, 200)}` }),
      ]);
      expect(await rows(networkFlows)).toHaveLength(1);
    });
  });

  const others = {
    CEF: 'CEF:0|Fortinet|Fortigate|7.4|13|traffic:forward close|3|rt=1773130530000 src=10.0.0.5 dst=203.0.113.9 out=9000000',
    FortiGate: 'date=2026-03-10 time=08:15:30 logid="0000000013" type="traffic" srcip=10.0.0.5 sentbyte=9000000',
    'PAN-OS': '1,2026/03/10 08:15:30,0001,TRAFFIC,end,2561,2026/03/10 08:15:30,10.0.0.5,203.0.113.9',
    Squid: '1773130530.250 45 10.0.0.5 TCP_MISS/200 9000000 POST http://upload.example/ - HIER_DIRECT/203.0.113.9 -',
    Sysmon:
      '<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="Microsoft-Windows-Sysmon"/>',
  };

  it.each(Object.entries(others))(
    'stand among logs of %s, which must not pass as what nobody needs',
    async (_, other) => {
      const login = 'x={"event_type":"login","src_ip":"10.0.0.5","source":{"ip":"10.0.0.5"}}';
      const text = [...Array<string>(4).fill(header + record), header + other, `${header}session opened for ${login}`];
      await withFiles({ 'eve.log': `${text.join('\n')}\n` }, async ({ inputs, rejects }) => {
        expect(inputs[0]).toMatchObject({ format: 'suricata json syslog', rows: 4, rejects: 1, ignored: 1 });
        expect(rejects).toEqual([
          expect.objectContaining({ line: 5, reason: expect.stringContaining('of different forms') }),
        ]);
      });
    },
  );

  it('must not pass as what nobody needs where most texts are CEF', async () => {
    const event =
      'CEF:0|Fortinet|Fortigate|7.4|13|traffic:forward close|3|rt=1773130530000 src=10.0.0.5 spt=50001 dst=203.0.113.9 dpt=443 proto=6 out=9000000 in=1';
    const text = [event, event, event, record, 'session opened for user root'].map((each) => header + each);
    await withFiles({ 'all.log': `${text.join('\n')}\n` }, async ({ inputs, rejects }) => {
      expect(inputs[0]).toMatchObject({ format: 'cef', rows: 3, rejects: 1, ignored: 1 });
      expect(rejects).toEqual([
        expect.objectContaining({ line: 4, reason: expect.stringContaining('of different forms') }),
      ]);
    });
  });

  it('stand among texts of many braces, which take no longer than others', async () => {
    const text = [header + record, `${header}x=${'{'.repeat(100_000)}`, header + record];
    await withFiles({ 'eve.log': `${text.join('\n')}\n` }, async ({ inputs }) => {
      expect(inputs[0]).toMatchObject({ format: 'suricata json syslog', rows: 2, rejects: 0, ignored: 1 });
    });
  });

  it('keep numbers that a double cannot hold', async () => {
    const exact = record.replace(/"flow_id":\d+/, '"flow_id":1511077320863172123');
    await withFiles({ 'eve.log': `${header}${exact}\n` }, async ({ rows }) => {
      expect(await rows(networkFlows, '"FlowId"')).toEqual(['1511077320863172123']);
    });
  });

  it('are none where a format has a member with the name of an envelope', async () => {
    const records = [flowRecord({ events: [{ flow_id: 1 }] }), flowRecord({ flow_id: 2, events: [] })];
    await withFiles({ 'eve.json': ndjson(records) }, async ({ inputs }) => {
      expect(inputs[0]).toMatchObject({ format: 'suricata json', records: 2, rows: 2 });
    });
  });
});
