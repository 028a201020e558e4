import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dnsEvents, endpointConnections, networkFlows, observedNames } from '../../packages/weir/src/tables/index.ts';
import { ocsfEvent } from './examples/normal.ts';
import { withFiles, withFolder, withIntake, writeFiles } from './intake.ts';

const ndjson = (rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const start = 639_087_273_300_000_000n;
const millis = (column: string): string => `(("${column}" - ${start}) // 10000)::BIGINT`;
/** An event that another local port tells from the others. */
const at = (port: number, changes: object): object => ({
  ...ocsfEvent,
  connection_info: { ...ocsfEvent.connection_info, uid: `C${port}` },
  ...changes,
  src_endpoint: { ip: '10.4.8.15', port },
});

describe('OCSF network activity', () => {
  it('is a flow with bytes both ways and the names in it', async () => {
    await withFiles({ 'a.json': ndjson([ocsfEvent]) }, async ({ inputs, rows }) => {
      expect(inputs[0]).toMatchObject({ format: 'ocsf json', rows: 1 });
      const columns = `"LocalIP", "LocalPort", "RemoteIP", "RemotePort", "Protocol", "BytesSent", "BytesReceived", "PacketsSent", "BytesSource", "Outcome", "Sensor", ${millis('FlowStart')}, ${millis('FlowEnd')}`;
      expect(await rows(networkFlows, columns)).toEqual([
        '10.4.8.15|50144|203.0.113.9|443|tcp|5000000|40000|4000|ocsf-bytes|established|Sensor|0|240000',
      ]);
      expect(await rows(observedNames, '"Host", "FlowId"')).toEqual(['files.example.org|C1@10.4.8.15:50144']);
    });
  });

  it('has times as seconds, milliseconds, microseconds or text, with offsets and slashes', async () => {
    const times: readonly object[] = [
      { start_time: 1773130530 },
      { start_time: 1773130530000 },
      { start_time: 1773130530000000 },
      { start_time: '2026-03-10T08:15:30Z' },
      { start_time: '2026/03/10T08:15:30.000' },
      { start_time_dt: '2026-03-10T04:15:30.000-04:00' },
      { time: 1773130530 },
      { time: '2026-03-10 08:15:30' },
    ];
    const none = { start_time: undefined, end_time: undefined };
    const events = times.map((time, place) => at(50001 + place, { ...none, activity_id: 6, ...time }));
    await withFiles({ 'a.json': ndjson(events) }, async ({ rows }) => {
      expect(await rows(networkFlows, `"LocalPort", ${millis('FlowStart')}, "FlowEnd"`)).toEqual(
        times.map((_, place) => `${50001 + place}|0|null`),
      );
    });
  });

  it('knows nothing of what went out by a total, and nothing of "-"', async () => {
    const events = [
      at(50001, { traffic: { bytes: 900 } }),
      at(50002, {
        traffic: { bytes_in: 900, bytes_out: '-' },
        dst_endpoint: { ip: '203.0.113.9', port: 443, svc_name: '-', hostname: '-' },
      }),
      at(50003, { traffic: undefined }),
    ];
    await withFiles({ 'a.json': ndjson(events) }, async ({ rows }) => {
      expect(await rows(networkFlows, '"LocalPort", "BytesSent", "BytesReceived", "AppProtocol"')).toEqual([
        '50001|null|null|',
        '50002|null|900|',
        '50003|null|null|',
      ]);
    });
  });

  it('was refused where it was blocked, denied, refused or failed', async () => {
    const events = [
      { action_id: 2 },
      { disposition: 'Blocked' },
      { activity_id: 5 },
      { activity_id: 4 },
      { status_id: 2 },
      { status_code: 'REJECT' },
      ...[2, 6, 21, 25, 26].map((disposition_id) => ({ disposition_id })),
      { disposition: 'Reset' },
    ];
    const restored = at(60000, { disposition_id: 9, disposition: 'Restored' });
    await withFiles(
      { 'a.json': ndjson([...events.map((changes, place) => at(50001 + place, changes)), restored]) },
      async ({ rows }) => {
        expect(await rows(networkFlows, '"Outcome", "BytesSent"')).toEqual([
          'established|5000000',
          ...events.map(() => 'failed|null'),
        ]);
      },
    );
  });

  it('opens and closes under one id, and does not count when it opens', async () => {
    const open = { ...ocsfEvent, activity_id: 1, end_time: undefined, traffic: { bytes_out: 0, bytes_in: 0 } };
    await withFiles({ 'a.json': ndjson([open, ocsfEvent]) }, async ({ rows }) => {
      expect(new Set(await rows(networkFlows, '"EventId"')).size).toBe(1);
      expect(await rows(networkFlows, '"BytesSent", "FlowEnd" IS NULL')).toEqual(['5000000|false', 'null|true']);
    });
  });

  it('takes the one host name that was observed, and none of several', async () => {
    const host = (value: string, name = 'dst_endpoint.hostname') => ({ name, type: 'Hostname', type_id: 1, value });
    const bare = { dst_endpoint: { ip: '203.0.113.9', port: 443 } };
    const events = [
      at(50001, {
        ...bare,
        observables: [host('Files.Example.org'), { name: 'src', type: 'IP Address', type_id: 2, value: '10.4.8.15' }],
      }),
      at(50002, { ...bare, observables: [host('a.example.org'), host('b.example.org')] }),
      at(50003, { ...bare, observables: [host('laptop.larkfield.example', 'src_endpoint.hostname')] }),
    ];
    await withFiles({ 'a.json': ndjson(events) }, async ({ rows }) => {
      expect(await rows(observedNames, '"ClientPort", "Host"')).toEqual(['50001|files.example.org']);
    });
  });

  it("is an endpoint's own record where it tells the process", async () => {
    const actor = {
      process: {
        name: 'rclone.exe',
        pid: 77,
        cmd_line: 'rclone copy',
        file: { path: 'C:\\t\\rclone.exe' },
        parent_process: { name: 'cmd.exe', pid: 5 },
      },
      user: { name: 'nina', domain: 'LARK' },
    };
    await withFiles(
      { 'a.json': ndjson([{ ...ocsfEvent, actor, device: { hostname: 'LARK-15', uid: 'd1' } }]) },
      async ({ rows }) => {
        expect(await rows(networkFlows)).toEqual([]);
        const columns = `"DeviceName", "ActionType", "LocalIP", "RemoteIP", "Protocol", "RemoteHost", "InitiatingProcessFileName", "InitiatingProcessFolderPath", "InitiatingProcessId",
        "InitiatingProcessParentFileName", "AccountName", "InitiatingProcessAccountDomain", "BytesSent", "BytesSource"`;
        expect(await rows(endpointConnections, columns)).toEqual([
          'LARK-15|ConnectionSuccess|10.4.8.15|203.0.113.9|Tcp|files.example.org|rclone.exe|C:\\t\\rclone.exe|77|cmd.exe|nina|LARK|5000000|endpoint',
        ]);
      },
    );
  });

  it('comes as one document after another, as an array, and indented', async () => {
    const two = [at(50001, {}), at(50002, {})];
    const files = {
      'a.json': two.map((event) => JSON.stringify(event, null, 2)).join('\n'),
      'b.json': JSON.stringify(two),
      'c.json': two.map((event) => JSON.stringify(event)).join(''),
    };
    await withFiles(files, async ({ inputs, rows }) => {
      expect(inputs.map(({ rows }) => rows)).toEqual([2, 2, 2]);
      expect(new Set(await rows(networkFlows)).size).toBe(2);
    });
  });
});

describe("Security Lake's Parquet", () => {
  it('has the same events as nested structs, without the columns that no event has', async () => {
    await withFolder(async (folder) => {
      const [json = ''] = await writeFiles(folder, { 'a.json': ndjson([ocsfEvent]) });
      const path = join(folder, 'a.parquet');
      await withIntake([], async ({ lake }) =>
        lake.engine.run(
          `COPY (SELECT *, TIMESTAMP '2026-03-10 08:15:30' AS time_dt FROM read_json_auto('${json}')) TO '${path}' (FORMAT parquet)`,
        ),
      );
      await withIntake([path], async ({ inputs, rows }) => {
        expect(inputs[0]).toMatchObject({ format: 'ocsf parquet', rows: 1 });
        expect(await rows(networkFlows, `"RemoteIP", "BytesSent", ${millis('FlowStart')}`)).toEqual([
          '203.0.113.9|5000000|0',
        ]);
        expect(await rows(observedNames, '"Host"')).toEqual(['files.example.org']);
      });
    });
  });
});

describe('OCSF of other classes', () => {
  it('is used where it is HTTP or DNS, and else left out with a reason', async () => {
    const dns = {
      ...at(50001, {}),
      class_uid: 4003,
      query: { hostname: 'Files.Example.org.', type: 'A' },
      rcode: 'NOERROR',
      answers: [{ rdata: '203.0.113.9', ttl: 60, type: 'A' }],
    };
    const http = at(50002, { class_uid: 4002, activity_id: 6, http_request: { url: { hostname: 'Up.Example.org' } } });
    const own = { ...ocsfEvent, class_uid: 2004, metadata: { version: '1.3.0', product: { name: 'Weir' } } };
    const others = [own, { ...ocsfEvent, class_uid: 3002 }, at(50003, { activity_id: 7 }), { ...dns, query: {} }];
    await withFiles({ 'a.json': ndjson([dns, http, ...others, { message: 'x' }]) }, async ({ inputs, rows }) => {
      expect(inputs[0]).toMatchObject({ rows: 2, ignored: 4, rejects: 1 });
      expect(Object.keys(inputs[0]?.ignoredWhy ?? {}).sort()).toEqual([
        'DNS messages without a question tell Weir nothing',
        'Weir does not use OCSF events of the class 3002',
        "Weir's own findings are no logs of connections",
        'ports that listen are no connections',
      ]);
      expect(await rows(dnsEvents, '"ClientIP", "QueryName", "QueryType", "ResponseCode", "Answers"')).toEqual([
        '10.4.8.15|files.example.org|A|NOERROR|[{"data":"203.0.113.9","ttl":60}]',
      ]);
      expect(await rows(observedNames, '"Kind", "Host", "ServerIP"')).toEqual([
        'dns|files.example.org|203.0.113.9',
        'proxy|up.example.org|',
      ]);
      expect(await rows(networkFlows, '"LocalPort"')).toEqual(['50002']);
    });
  });
});
