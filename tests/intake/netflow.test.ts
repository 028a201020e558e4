import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkFlows } from '../../packages/weir/src/tables/index.ts';
import { sharedPath } from '../shared.ts';
import { withFiles, withIntake } from './intake.ts';

type Bytes = readonly (number | readonly number[] | Buffer)[];
const join = (...parts: Bytes): Buffer =>
  Buffer.concat(parts.map((part) => Buffer.from(typeof part === 'number' ? [part] : part)));
const u16 = (...values: number[]): Buffer => join(...values.map((value) => [value >> 8, value & 255]));
const u32 = (value: number): Buffer => join(u16(Math.floor(value / 65536)), u16(value % 65536));
const u64 = (value: number): Buffer => join(u32(Math.floor(value / 2 ** 32)), u32(value % 2 ** 32));
const four = (text: string): Buffer => Buffer.from(text.split('.').map(Number));

const time = 1773129600;
const set = (id: number, ...content: Bytes): Buffer => {
  const bytes = join(...content);
  return join(u16(id, bytes.length + 4), bytes);
};
const template = (id: number, ...fields: (readonly [element: number, length: number, enterprise?: number])[]): Buffer =>
  join(
    u16(id, fields.length),
    ...fields.map(([element, length, enterprise]) =>
      enterprise === undefined ? u16(element, length) : join(u16(element + 0x8000, length), u32(enterprise)),
    ),
  );
const nine = (domain: number, ...sets: Buffer[]): Buffer =>
  join(u16(9, sets.length), u32(600_000), u32(time), u32(1), u32(domain), ...sets);
const ipfix = (domain: number, ...sets: Buffer[]): Buffer => {
  const content = join(...sets);
  return join(u16(10, content.length + 16), u32(time), u32(1), u32(domain), content);
};
const recordOf5 = (packets: number, bytes: number, first: number, flags = 0x1b): Buffer =>
  join(
    four('10.20.0.7'),
    four('203.0.113.9'),
    u32(0),
    u32(0),
    u32(packets),
    u32(bytes),
    u32(first),
    u32(first + 8000),
    u16(50311, 443),
    [0, flags, 6, 0],
    new Array(8).fill(0),
  );
const five = (sampling: number, uptime: number, ...records: Buffer[]): Buffer =>
  join(u16(5, records.length), u32(uptime), u32(time), u32(500_000_000), u32(1), u16(0, sampling), ...records);

const plainFields = [
  [8, 4],
  [12, 4],
  [7, 2],
  [11, 2],
  [4, 1],
  [6, 1],
  [2, 4],
  [1, 4],
  [22, 4],
  [21, 4],
] as const;
const plainRecord = join(
  four('10.20.0.7'),
  four('203.0.113.9'),
  u16(50311, 443),
  [6, 0x1b],
  u32(40),
  u32(51200),
  u32(590_000),
  u32(598_612),
);
const ends = '"LocalIP", "LocalPort", "RemoteIP", "RemotePort", "Direction"';
const counters = '"BytesSent", "BytesReceived", "BytesSource", "Outcome"';
const place = '10.20.0.7|50311|203.0.113.9|443|outbound';
const times = `("FlowStart" - 621355968000000000) // 10000 - ${time}000, ("FlowEnd" - "FlowStart") // 10000`;

describe('NetFlow 5', () => {
  it('is read from datagrams one after another, with times by the uptime, also where that began again', async () => {
    const file = join(
      five(0, 600_000, recordOf5(40, 51200, 590_000)),
      five(0, 3_000, recordOf5(40, 51200, 2 ** 32 - 7_000)),
    );
    await withFiles({ 'flows.dat': file }, async ({ inputs, rows }) => {
      expect(inputs[0]).toMatchObject({ format: 'netflow v5', records: 2, rows: 2 });
      expect(await rows(networkFlows, `${ends}, ${counters}, "IsPart", ${times}`)).toEqual(
        [`${place}|49600|null|netflow-ip|established|true|-9500|8000`].flatMap((row) => [row, row]),
      );
    });
  });

  it('multiplies what was sampled, and says so', async () => {
    await withFiles({ 'flows.dat': five(0x4000 + 1000, 600_000, recordOf5(1, 1500, 590_000, 2)) }, async ({ rows }) => {
      expect(await rows(networkFlows, `${counters}, "IpBytesSent", "PacketsSent"`)).toEqual([
        '1460000|null|netflow-sampled|unknown|1500000|1000',
      ]);
    });
  });

  it('rejects headers that claim more than there is', async () => {
    const lying = five(0, 600_000, recordOf5(1, 60, 1));
    lying.writeUInt16BE(55_582, 2);
    const short = five(0, 600_000, recordOf5(1, 60, 1));
    short.writeUInt16BE(3, 2);
    const good = five(0, 600_000, recordOf5(40, 51200, 590_000));
    await withFiles(
      { 'a.dat': join(good, lying), 'b.dat': short, 'c.dat': join(good, [7, 7, 7]) },
      async ({ inputs, rejects }) => {
        expect(inputs.map(({ rows, rejects }) => [rows, rejects])).toEqual([
          [1, 1],
          [0, 1],
          [1, 1],
        ]);
        expect(rejects.map(({ line, reason }) => `${line} ${reason.slice(0, 42)}`)).toEqual(
          [
            '2 a NetFlow 5 header that claims 55582 record',
            '1 a NetFlow 5 header that claims 3 records, o',
            '2 no header of NetFlow 5, 9 or IPFIX where a ',
          ].map((text) => text.slice(0, 44)),
        );
      },
    );
  });
});

describe('templates', () => {
  const layout = nine(7, set(0, template(260, ...plainFields)));
  const flows = nine(7, set(260, plainRecord, [0, 0]));
  it('serve records of any input, whatever the order; a set without one is a reject', async () => {
    const files = {
      'a.dat': flows,
      'b.dat': layout,
      'c.dat': nine(8, set(260, plainRecord)),
      'd.dat.gz': gzipSync(join(flows, layout)),
      'e.dat.gz': gzipSync(flows),
    };
    await withFiles(files, async ({ inputs, rejects, rows }) => {
      expect(inputs.map(({ rows, rejects, ignored }) => [rows, rejects, ignored])).toEqual([
        [1, 0, 0],
        [0, 0, 1],
        [0, 1, 0],
        [1, 0, 1],
        [1, 0, 0],
      ]);
      expect(rejects[0]?.reason).toBe('a data set whose template 260 of source 8 is in none of the inputs');
      expect(await rows(networkFlows, `DISTINCT ${ends}, ${counters}, "Sensor", ${times}`)).toEqual([
        `${place}|49600|null|netflow-ip|established|source 7|-10000|8612`,
      ]);
      expect(await rows(networkFlows, 'count(DISTINCT "EventId")')).toEqual(['1']);
    });
  });

  it('that differ between inputs, or do not fit, are not guessed from; the last in the own file counts', async () => {
    const other = nine(7, set(0, template(260, [8, 4], [12, 4], [1, 4])));
    const short = join(four('10.20.0.7'), four('203.0.113.9'), u32(9000));
    const files = {
      'a.dat': flows,
      'b.dat': layout,
      'c.dat': other,
      'd.dat': join(layout, other, nine(7, set(260, short))),
    };
    await withFiles(files, async ({ inputs, rejects, rows }) => {
      expect(inputs.map(({ rows }) => rows)).toEqual([0, 0, 0, 1]);
      expect(rejects[0]?.reason).toMatch(/is in other inputs, which differ/);
      expect(await rows(networkFlows, '"LocalPort", "BytesSent"')).toEqual(['null|9000']);
    });
    await withFiles({ 'a.dat': nine(7, set(260, short)), 'b.dat': layout }, async ({ rejects }) => {
      expect(rejects[0]?.reason).toMatch(/does not fit$/);
    });
  });

  it('that are cut, sets of no length, zeros and bytes left over are told', async () => {
    const odd = set(260, plainRecord, [1, 2, 3]);
    const files = {
      'cut.dat': nine(7, set(0, u16(260, 9), u16(8, 4))),
      'zeros.dat': join(layout, flows, Buffer.alloc(200)),
      'length.dat': ipfix(7, set(2, template(260, ...plainFields.slice(0, 8))), u16(260, 2), plainRecord),
      'over.dat': join(layout, nine(7, odd)),
      'inside.dat': join(layout, flows).subarray(0, -10),
      'empty.dat': nine(7, set(0, template(260, [8, 0])), set(260, plainRecord)),
    };
    await withFiles(files, async ({ inputs, rejects }) => {
      expect(inputs.map(({ rows, rejects }) => [rows, rejects])).toEqual([
        [0, 1],
        [1, 0],
        [0, 1],
        [1, 1],
        [0, 1],
        [0, 1],
      ]);
      expect(rejects.map(({ reason }) => reason)).toEqual([
        'a template that is cut short',
        'a set that claims 2 bytes: the rest of its message',
        'bytes at the end of a set that are too few for a record',
        'the file ends inside a set',
        'bytes at the end of a set that are too few for a record',
      ]);
    });
  });
});

describe('elements', () => {
  const ip = [
    [8, 4],
    [12, 4],
    [7, 2],
    [11, 2],
    [4, 1],
  ] as const;
  const outward = join(four('10.20.0.7'), four('203.0.113.9'), u16(50311, 443), [6]);
  const inward = join(four('203.0.113.9'), four('198.51.100.1'), u16(443, 62000), [6]);
  it.each([
    [
      'both directions of a firewall',
      [
        [231, 4],
        [232, 4],
      ],
      join(u32(51200), u32(2400)),
      '51200|2400|netflow-ip|unknown',
    ],
    [
      'an answer in two bytes, which is another element',
      [
        [231, 4],
        [232, 2],
      ],
      join(u32(51200), u16(7)),
      '51200|null|netflow-ip|unknown',
    ],
    [
      'reverse counters',
      [
        [1, 8],
        [1, 8, 29305],
        [2, 4],
        [2, 4, 29305],
      ],
      join(u64(51200), u64(2400), u32(40), u32(30)),
      '49600|1200|netflow-ip|unknown',
    ],
    [
      'total and delta, of which the delta counts',
      [
        [85, 8],
        [1, 8],
      ],
      join(u64(900_000), u64(51200)),
      '51200|null|netflow-ip|unknown',
    ],
    ['the total alone', [[85, 4]], u32(51200), '51200|null|netflow-ip|unknown'],
    [
      'the total of both directions beside an event',
      [
        [85, 4],
        [233, 1],
      ],
      join(u32(51200), [2]),
      'null|null||unknown',
    ],
    [
      'what left the device',
      [
        [23, 4],
        [24, 4],
      ],
      join(u32(51200), u32(40)),
      '49600|null|netflow-ip|unknown',
    ],
    [
      'counters in fewer bytes',
      [
        [1, 3],
        [2, 1],
      ],
      join([0, 200, 0], [40]),
      '49600|null|netflow-ip|unknown',
    ],
    [
      'a denied connection',
      [
        [231, 4],
        [233, 1],
      ],
      join(u32(60), [3]),
      'null|null||failed',
    ],
    [
      'a dropped packet',
      [
        [1, 4],
        [89, 1],
      ],
      join(u32(60), [130]),
      'null|null|netflow-ip|failed',
    ],
    [
      'a sampler that nobody explains',
      [
        [1, 4],
        [48, 1],
      ],
      join(u32(60), [3]),
      'null|null||unknown',
    ],
    [
      'an interval in the record',
      [
        [1, 4],
        [34, 4],
      ],
      join(u32(60), u32(100)),
      '6000|null|netflow-sampled|unknown',
    ],
    ['no counters', [[136, 1]], join([3]), 'null|null||unknown'],
  ] as const)('%s', async (_, fields, values, expected) => {
    const file = ipfix(0, set(2, template(256, ...ip, ...fields)), set(256, outward, values));
    await withFiles({ 'a.dat': file }, async ({ rows }) => {
      expect(await rows(networkFlows, `${ends}, ${counters}`)).toEqual([`${place}|${expected}`]);
    });
  });

  it('times, names of variable length, translations and IPv6', async () => {
    const six = (text: string): Buffer => Buffer.from(text, 'hex');
    const ntp = join(u32(time + 2_208_988_800), u32(2 ** 31));
    const string = (text: string): Buffer => join([text.length], Buffer.from(text));
    const long = (text: string): Buffer => join([255], u16(text.length), Buffer.from(text));
    const file = ipfix(
      0,
      set(2, template(256, ...ip, [152, 8], [153, 8], [96, 65535], [371, 65535], [9, 65535, 9])),
      set(256, outward, u64(time * 1000 - 500), u64(time * 1000), string('HTTPS'), long('anna'), string('x'), [0, 0]),
      set(2, template(257, ...ip, [226, 4], [228, 2], [150, 4], [151, 4])),
      set(257, inward, four('10.20.0.7'), u16(50311), u32(time - 4), u32(time)),
      set(2, template(258, [27, 16], [28, 16], [7, 2], [11, 2], [4, 1], [154, 8])),
      set(
        258,
        six('20010db8000000000000000000000007'),
        six('20010db8000000000000000000000009'),
        u16(50311, 443),
        [17],
        ntp,
      ),
      set(2, template(259, [56, 6], [1, 4])),
      set(259, [1, 2, 3, 4, 5, 6], u32(9)),
    );
    await withFiles({ 'a.dat': file }, async ({ inputs, rows }) => {
      expect(inputs[0]).toMatchObject({ rows: 3, rejects: 0, ignored: 5 });
      expect(await rows(networkFlows, `${ends}, "AppProtocol", "AccountName", ${times}`)).toEqual(
        [
          `${place}|https|anna|-500|500`,
          `${place}|||-4000|4000`,
          '2001:db8::7|50311|2001:db8::9|443|outbound|||500|null',
        ].sort(),
      );
    });
  });

  it('options tell intervals of samplers and the start of an exporter, before the flows or after them, in any input', async () => {
    const ofNine = join(
      set(1, u16(300, 4, 8), u16(1, 4), u16(48, 1), u16(34, 4), [0, 0]),
      set(300, u32(0), [3], u32(100), [0, 0, 0]),
    );
    const flows = nine(7, set(0, template(260, ...ip, [1, 4], [48, 1])), set(260, outward, u32(60), [3]));
    const ofIpfix = join(
      set(3, u16(300, 2, 1), u16(130, 4), u16(160, 8)),
      set(300, four('192.0.2.1'), u64((time - 600) * 1000)),
    );
    const timed = set(2, template(260, ...ip, [1, 4], [22, 4], [21, 4]));
    const files = {
      'a.dat': join(flows, nine(7, ofNine)),
      'b.dat': flows,
      'c.dat': ipfix(1, timed, set(260, outward, u32(60), u32(590_000), u32(598_612)), ofIpfix),
    };
    await withFiles(files, async ({ rows }) => {
      expect(await rows(networkFlows, `"BytesSent", "BytesSource", ${times}`)).toEqual([
        '6000|netflow-sampled|0|null',
        '6000|netflow-sampled|0|null',
        '60|netflow-ip|-10000|8612',
      ]);
    });
  });

  it('the same end of a connection told twice is one, by its event id', async () => {
    const fields = [...ip, [152, 8], [323, 8], [233, 1], [231, 4], [232, 4]] as const;
    const told = (event: number) =>
      join(outward, u64(time * 1000 - 900), u64(time * 1000), [event], u32(51200), u32(2400));
    const file = nine(0, set(0, template(263, ...fields)), set(263, told(5), told(2)));
    await withFiles({ 'a.dat': file }, async ({ rows }) => {
      expect(await rows(networkFlows, `count(DISTINCT "EventId"), count(*)`)).toEqual(['1|2']);
    });
  });
});

describe('any bytes', () => {
  it('become flows, rejects or ignored records, never a failure', async () => {
    const whole = join(
      five(0, 600_000, recordOf5(40, 51200, 590_000), recordOf5(1, 60, 590_000)),
      nine(7, set(0, template(260, ...plainFields)), set(260, plainRecord, plainRecord)),
      ipfix(
        7,
        set(2, template(260, [8, 4], [12, 4], [96, 65535], [1, 8])),
        set(260, four('10.20.0.7'), four('203.0.113.9'), [2, 65, 66], u64(9)),
      ),
    );
    const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
    const broken = fc
      .sample(fc.tuple(changes, fc.integer({ min: 2, max: whole.length })), 30)
      .map(([edits, length]) => {
        const bytes = Buffer.from(whole);
        for (const [at, byte] of edits) if (at > 1) bytes[at] = byte;
        return bytes.subarray(0, length);
      });
    const files = Object.fromEntries(broken.map((bytes, at) => [`${at}.dat`, bytes]));
    await withFiles(files, async ({ inputs }) => {
      for (const { format, reason } of inputs) expect([format, reason]).toEqual(['netflow v5', undefined]);
    });
  });
});

describe('real exporters', () => {
  const folder = sharedPath('telemetry', 'netflow', 'logstash_codec');
  it.skipIf(folder === undefined)('give rows', async () => {
    const expected = {
      'netflow5.dat': 30,
      'netflow5_test_juniper_mx80.dat': 29,
      'ipfix_test_openbsd_pflow_data.dat': 26,
      'ipfix_test_openbsd_pflow_tpl.dat': 0,
    };
    const paths = Object.keys(expected).map((name) => `${folder}/${name}`);
    await withIntake(paths, async ({ inputs, rows }) => {
      expect(inputs.map(({ rows }) => rows)).toEqual(Object.values(expected));
      expect(await rows(networkFlows, `count_if("BytesSent" < 0 OR "FlowStart" IS NULL)`)).toEqual(['0']);
    });
  });

  it.skipIf(folder === undefined)('keep their figures', async () => {
    const files = ['ipfix_test_yaf_data45841.dat', 'ipfix_test_yaf_tpls_option_tpl.dat', 'ipfix_test_yaf_tpl45841.dat'];
    await withIntake(
      files.map((name) => `${folder}/${name}`),
      async ({ rows }) => {
        expect(await rows(networkFlows, '"IpBytesSent", "IpBytesReceived", "PacketsSent", "PacketsReceived"')).toEqual([
          '132|200|2|2',
        ]);
      },
    );
  });
});
