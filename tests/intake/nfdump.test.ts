import { describe, expect, it } from 'vitest';
import { networkFlows } from '../../packages/weir/src/tables/index.ts';
import { sharedPath } from '../shared.ts';
import { withFiles, withIntake } from './intake.ts';

const long = 'ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt';
const upload =
  '2026-03-10 08:00:00,2026-03-10 08:00:09,8.612,10.20.0.7,203.0.113.9,50311,443,TCP,...AP.SF,0,0,40,51200,0,0';
const answer =
  '2026-03-10 08:00:00,2026-03-10 08:00:09,8.612,203.0.113.9,10.20.0.7,443,50311,TCP,...AP.SF,0,0,30,2400,0,0';
const summary = ['Summary', 'flows,bytes,packets,avg_bps,avg_pps,avg_bpp', '2,53600,70,49791,8,765'];
const lines = (...texts: string[]): string => `${texts.join('\n')}\n`;

const ends = '"LocalIP", "LocalPort", "RemoteIP", "RemotePort", "Direction"';
const bytes =
  '"BytesSent", "BytesReceived", "IpBytesSent", "IpBytesReceived", "PacketsSent", "PacketsReceived", "BytesSource"';
const place = '10.20.0.7|50311|203.0.113.9|443|outbound';

describe('nfdump CSV', () => {
  it('gives each one-way row as a part of the connection; the zeros of the other direction are unknown', async () => {
    await withFiles({ 'flows.csv': lines(long, upload, answer, ...summary) }, async ({ inputs, rows }) => {
      expect(inputs[0]).toMatchObject({ format: 'nfdump csv', rows: 2, rejects: 0 });
      expect(inputs[0]?.ignoredWhy).toMatchObject({ 'the closing summary of nfdump': 3 });
      expect(await rows(networkFlows, `${ends}, ${bytes}, "Outcome", "IsPart"`)).toEqual([
        `${place}|49600|null|51200|null|40|null|nfdump-ip|established|true`,
        `${place}|null|1200|null|2400|null|30|nfdump-ip|established|true`,
      ]);
    });
  });

  it('takes the side with the greater port for the client of a pair (-b), whose bytes stand in obyt', async () => {
    const pair = answer.replace('30,2400,0,0', '30,2400,40,51200');
    await withFiles({ 'pairs.csv': lines(long, pair) }, async ({ rows }) => {
      expect(await rows(networkFlows, `${ends}, ${bytes}`)).toEqual([`${place}|49600|1200|51200|2400|40|30|nfdump-ip`]);
    });
  });

  it('takes times without zone for UTC, and the end from the duration where the seconds are cut', async () => {
    const short = upload.replace('08:00:09,8.612', '08:00:00,   0.250');
    await withFiles({ 'flows.csv': lines(long, short) }, async ({ lake }) => {
      const [row] = await lake.engine.rows(`SELECT "FlowEnd" - "FlowStart" AS "length" FROM "NetworkFlows"`);
      expect(row).toEqual({ length: 2_500_000n });
    });
  });

  it('keeps two records that are alike, and has one that stands in two files once', async () => {
    await withFiles({ 'a.csv': lines(long, upload, upload), 'b.csv': lines(long, upload) }, async ({ rows }) => {
      const ids = await rows(networkFlows, '"EventId"');
      expect([ids.length, new Set(ids).size]).toEqual([3, 2]);
    });
  });

  it('reads flags as the outcome', async () => {
    const flags = [
      ['......S.', '1,60', 'failed'],
      ['...A..S.', '1,60', 'established'],
      ['...A.R..', '1,40', 'failed'],
      ['.....R..', '1,40', 'unknown'],
      ['...AP...', '9,900', 'established'],
      ['.AP.SF', '9,900', 'established'],
    ] as const;
    const flows = flags.map(([set, counted]) => upload.replace('...AP.SF', set).replace('40,51200', counted));
    await withFiles({ 'flows.csv': lines(long, ...flows) }, async ({ rows }) => {
      const expected = flags.map(([set, , outcome]) => `${outcome}|${set}`);
      expect(await rows(networkFlows, '"Outcome", "State"')).toEqual(expected.sort());
    });
  });

  it('has a packet that was dropped as failed, the client of a lone SYN as who opened, ICMP without ports', async () => {
    const dropped = upload.replace('SF,0,', 'SF,130,');
    const scan = upload.replace('50311,443', '443,50311').replace('...AP.SF', '......S.');
    const ping = upload.replace('50311,443,TCP,...AP.SF', '0,8.0,ICMP,........');
    await withFiles({ 'flows.csv': lines(long, dropped, scan, ping) }, async ({ rows }) => {
      expect(
        await rows(networkFlows, '"Outcome", "Protocol", "LocalPort", "RemotePort", "Direction", "BytesSent"'),
      ).toEqual([
        'failed|tcp|443|50311|outbound|null',
        'failed|tcp|50311|443|outbound|null',
        'unknown|icmp|null|null|inbound|50080',
      ]);
    });
  });

  it('reads the names that 1.7 gives, and times in milliseconds', async () => {
    const short = 'firstSeen,duration,proto,srcAddr,srcPort,dstAddr,dstPort,packets,bytes,flows';
    const fast =
      'cnt,af,firstSeen,lastSeen,proto,srcAddr,srcPort,dstAddr,dstPort,srcAS,dstAS,input,output,flags,srcTos,packets,bytes';
    const files = {
      'short.csv': lines(short, '2026-03-10 08:00:00.500,00:00:08.612,TCP,10.20.0.7,50311,203.0.113.9,443,40,51200,1'),
      'fast.csv': lines(
        fast,
        '1,2,1773129600500,1773129609112,6,10.20.0.7,50311,203.0.113.9,443,0,0,1,2,...AP.SF,0,40,51200',
      ),
    };
    await withFiles(files, async ({ rows }) => {
      const times = `("FlowEnd" - "FlowStart") // 10000, ("FlowStart" // 10000) % 60000`;
      expect(await rows(networkFlows, `${ends}, ${times}, "BytesSent", "Protocol"`)).toEqual([
        `${place}|8612|500|49600|tcp`,
        `${place}|8612|500|49600|tcp`,
      ]);
    });
  });

  it('ignores sums over connections, rejects what is cut or unreadable, and reads on after another header', async () => {
    const sums = upload.replace('50311,443,TCP,...AP.SF', '0,0,0,........');
    const files = {
      'flows.csv': lines(
        long,
        sums,
        upload.slice(0, 60),
        upload.replace('51200', 'many'),
        upload.replace('2026-03-10 08:00:00', 'yesterday'),
        upload.replace('10.20.0.7', ''),
        'ts,te,td,pr,sa,da,sp,dp,ipkt,ibyt',
        '2026-03-10 09:00:00,2026-03-10 09:00:01,1.000,UDP,10.20.0.7,203.0.113.9,50312,443,2,2000',
      ),
    };
    await withFiles(files, async ({ inputs, rejects, rows }) => {
      expect(inputs[0]).toMatchObject({ rows: 1, rejects: 4, ignored: 3 });
      expect(Object.keys(inputs[0]?.ignoredWhy ?? {})).toContain(
        'sums over several connections (nfdump -a or -A), not a connection',
      );
      expect(rejects.map(({ line, reason }) => [line, reason])).toEqual([
        [3, 'the record has 5 cells where the header names 15'],
        [4, 'a byte or packet counter is not a number from 0'],
        [5, 'the time of the first packet cannot be read'],
        [6, 'an address of the flow is missing'],
      ]);
      expect(await rows(networkFlows, '"Protocol", "LocalPort", "BytesSent"')).toEqual(['udp|50312|1944']);
    });
  });
});

describe('nfdump JSON', () => {
  const record = {
    type: 'FLOW',
    sampled: 0,
    first: '2026-03-10T08:00:00.500',
    last: '2026-03-10T08:00:09.112',
    in_packets: 40,
    in_bytes: 51200,
    proto: 6,
    tcp_flags: '...AP.SF',
    src_port: 50311,
    dst_port: 443,
    src4_addr: '10.20.0.7',
    dst4_addr: '203.0.113.9',
    ip4_router: '198.51.100.1',
  };
  it('is read as one array and as lines, with the exporter as sensor', async () => {
    const files = {
      'flows.json': JSON.stringify([record], null, 1),
      'flows.ndjson': lines(JSON.stringify(record)),
      'six.json': JSON.stringify([
        { ...record, src4_addr: undefined, dst4_addr: undefined, src6_addr: '2001:db8::7', dst6_addr: '2001:0db8::9' },
      ]),
    };
    await withFiles(files, async ({ inputs, rows }) => {
      expect(inputs.map(({ format, rows }) => [format, rows])).toEqual(Array(3).fill(['nfdump json', 1]));
      expect(await rows(networkFlows, `${ends}, "BytesSent", "Sensor"`)).toEqual([
        `${place}|49600|198.51.100.1`,
        `${place}|49600|198.51.100.1`,
        '2001:db8::7|50311|2001:db8::9|443|outbound|48800|198.51.100.1',
      ]);
    });
  });

  it('marks sampled counters, has packets written for bytes as unknown, and keeps the inside end of a translation', async () => {
    const inward = { ...record, src4_addr: '203.0.113.9', dst4_addr: '198.51.100.1', src_port: 443, dst_port: 62000 };
    const files = {
      'flows.ndjson': lines(
        JSON.stringify({ ...record, sampled: 1 }),
        JSON.stringify({ ...record, in_bytes: 40 }),
        JSON.stringify({ ...record, src4_xlt_ip: '198.51.100.1', src_xlt_port: 62000 }),
        JSON.stringify({ ...inward, dst4_xlt_ip: '10.20.0.7', dst_xlt_port: 50311 }),
      ),
    };
    await withFiles(files, async ({ rows }) => {
      expect(await rows(networkFlows, `${ends}, "BytesSent", "BytesReceived", "BytesSource"`)).toEqual([
        `${place}|49600|null|nfdump-ip`,
        `${place}|49600|null|nfdump-sampled`,
        `${place}|null|49600|nfdump-ip`,
        `${place}|null|null|`,
      ]);
    });
  });
});

describe('nfdump text', () => {
  const head = '2026-03-10 08:00:00.500     00:00:08.612 TCP          10.20.0.7:50311 ->      203.0.113.9:443   ';
  const files = {
    'line.txt': lines(
      'Date first seen          Duration Proto      Src IP Addr:Port          Dst IP Addr:Port   Packets    Bytes Flows',
      `${head}       40    51200     1`,
      'Summary: total flows: 1, total bytes: 51200, total packets: 40, avg bps: 47561, avg pps: 4, avg bpp: 1280',
      'Time window: 2026-03-10 08:00:00 - 2026-03-10 08:00:09',
      'Total flows processed: 1, Blocks skipped: 0, Bytes read: 200',
      'Sys: 0.001s flows/second: 1000.0     Wall: 0.001s flows/second: 1000.0',
    ),
    'long.txt': lines(`${head} ...AP.SF   0       40    51200     1`),
    'extended.txt': lines(`${head} ...AP.SF   0       40    6.4 M        4    5.9 M   1280     1`),
    'biline.txt': lines(`${head.replace('->', '<->')}       30       40     2400    51200     2`),
    'old.txt': lines(`${head.replace('    00:00:08.612', '   8.612')}       40    51200     1`),
    'six.txt': lines('2026-03-10 08:00:00.500 8.612 UDP 2001:db8::7.50311 -> 2001:db8::9.443 40 51200 1'),
    'country.txt': lines(`${head.replace('.9:443', '.9(NL):443')}       40    51200     1`),
  };
  it('is read from line, long, extended and biline; scaled figures are marked', async () => {
    await withFiles(files, async ({ inputs, rows }) => {
      expect(inputs.map(({ format, rows, rejects }) => [format, rows, rejects])).toEqual(
        Object.keys(files).map(() => ['nfdump text', 1, 0]),
      );
      expect(inputs.reduce((all, { ignored }) => all + ignored, 0)).toBe(5);
      expect(await rows(networkFlows, `${ends}, "BytesSent", "BytesReceived", "BytesSource", "Outcome"`)).toEqual(
        [
          `${place}|49600|1200|nfdump-ip|unknown`,
          `${place}|49600|null|nfdump-ip|established`,
          `${place}|49600|null|nfdump-ip|unknown`,
          `${place}|49600|null|nfdump-ip|unknown`,
          `${place}|49600|null|nfdump-ip|unknown`,
          `${place}|6398400|null|nfdump-rounded|established`,
          '2001:db8::7|50311|2001:db8::9|443|outbound|49280|null|nfdump-ip|unknown',
        ].sort(),
      );
    });
  });

  it('rejects a shortened IPv6 address and lines that are none', async () => {
    const shortened = '2026-03-10 08:00:00.500 0.000 UDP 2001:db..0:7.50311 -> 2001:db8::9.443 1 64 1';
    await withFiles(
      { 'a.txt': lines(`${head} 40 51200 1`, shortened, `${head} 40 51200 1`, 'core dumped') },
      async ({ rejects }) => {
        expect(rejects.map(({ line, reason }) => [line, reason.slice(0, 30)])).toEqual([
          [2, 'an end of the flow is no addre'],
          [4, 'not of the form of the first r'],
        ]);
      },
    );
  });
});

describe('nfdump files', () => {
  it('give the same rows read in place and with care', async () => {
    const odd = [
      ['TCP', '-1'],
      ['50311', ''],
      ['50311', '99999999999'],
      ['443', '-'],
      ['...AP.SF', ''],
      ['...AP.SF', '0x18'],
      ['8.612', ' 8.612 '],
      ['8.612', 'x'],
      ['08:00:09', '07:00:00'],
      ['08:00:09', '08:00:99'],
      ['10.20.0.7', '::ffff:10.20.0.7'],
      ['TCP', ' udp '],
      ['51200', '9223372036854775807'],
      ['40,51200', '0,0'],
    ] as const;
    const rows = odd.map(([from, to]) => upload.replace(from, to));
    const plain = lines(long, ...rows, ...summary);
    const read = (text: string) =>
      withFiles({ 'a.csv': text }, ({ rows }) => rows(networkFlows), { withoutRejects: true });
    const [inPlace, withCare] = [await read(plain), await read(plain.replace('Summary', '\nSummary'))];
    expect(inPlace).toHaveLength(odd.length);
    expect(withCare).toEqual(inPlace);
    const text = '2026-03-10 08:00:00.500 00:00:08.612 TCP 10.20.0.7:50311 -> 203.0.113.9:443 ...AP.SF 0 40 51200 1';
    const oddText = lines(
      ...[
        ['TCP', 'ICMP'],
        [':443', ':8.0'],
        ['51200', '1.2 G'],
        ['00:00:08.612', '3d 00:00:08.612'],
        ['->', '<->'],
        ['200 1', '200    1  '],
        ['10.20.0.7:50311', '2001:db8::7.50311'],
        ['2026', 'none'],
      ].map(([from = '', to = '']) => text.replace(from, to)),
    );
    expect(await read(oddText)).toHaveLength(7);
    expect(await read(`# by hand\n${oddText}`)).toEqual(await read(oddText));
  });

  const folder = sharedPath('telemetry', 'netflow');
  it.skipIf(folder === undefined)('keep the figures of the captures', async () => {
    const files = ['nfdump-biflow.csv', 'nfdump.csv', 'nfdump.extended'].map(
      (name) => `${folder}/apt29_day2_NEWYORK.${name}`,
    );
    await withIntake(files, async ({ inputs, lake }) => {
      expect(inputs.map(({ rows, rejects }) => [rows, rejects])).toEqual([
        [311, 0],
        [664, 0],
        [664, 0],
      ]);
      const sums = await lake.engine.rows(
        `SELECT sum("IpBytesSent")::BIGINT AS sent, count(*) AS n FROM "NetworkFlows" WHERE "LocalPort" = 61048 AND "LocalIP" = '10.0.1.5'`,
      );
      expect(sums).toEqual([{ sent: 3n * 3546n, n: 5n }]);
    });
  });
});
