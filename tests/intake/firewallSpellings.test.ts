import { describe, expect, it } from 'vitest';
import { networkFlows, observedNames } from '../../packages/weir/src/tables/index.ts';
import { commonSecurityRow, extension, fortigate as fortigateOwn } from './examples/normal.ts';
import { withFiles } from './intake.ts';

const start = 639_087_273_300_000_000n;
/** Ticks as milliseconds after 2026-03-10 08:15:30 UTC. */
const millis = (column: string): string => `(("${column}" - ${start}) // 10000)::BIGINT`;
const times = `${millis('FlowStart')}, ${millis('FlowEnd')}`;

const sides = { src: '10.4.8.15', spt: '50144', dst: '203.0.113.9', dpt: '443', proto: '6' };
const counted = { ...sides, externalId: '8812', app: 'HTTPS', out: '5000000', in: '40000' };
/** What a FortiGate says in names of its own, in the spelling of a version or of a collector. */
const own = (spelled: (name: string) => string, changes: Readonly<Record<string, string>> = {}) => {
  const values = { eventtime: '1773130650250000001', duration: '240', sentpkt: '4000', rcvdpkt: '700', ...changes };
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [spelled(name), value]));
};

const fortigate = (name: string, ...pairs: readonly Readonly<Record<string, string>>[]): string =>
  `CEF:0|Fortinet|FortiGate-VM64|6.4.8|00013|${name}|3|${extension(Object.assign({}, ...pairs))}\n`;
const row = (changes: object): string => `${JSON.stringify({ ...commonSecurityRow, ...changes })}\n`;

async function told(text: string, columns: string, name = 'a.log'): Promise<string[]> {
  return withFiles({ [name]: text }, ({ rows }) => rows(networkFlows, columns));
}

describe('FortiGate logs that FortiAnalyzer forwards as CEF', () => {
  const forwarded = { cat: 'traffic', start: 'Mar 10 2026 16:17:30', tz: '"+0800"', act: 'close', ...counted };
  const ad = (changes?: Readonly<Record<string, string>>) => own((name) => `ad.${name}`, changes);

  it('are sessions, though the name has the subtype first', async () => {
    const text = fortigate('forward traffic close', forwarded, ad()) + fortigate('local traffic dns', forwarded, ad());
    await withFiles({ 'a.log': text }, async ({ inputs, rows }) => {
      expect(inputs[0]).toMatchObject({ format: 'cef', rows: 2, ignored: 0 });
      expect(new Set(await rows(networkFlows, `"BytesSent", "IpBytesSent", ${times}, "FlowId"`))).toEqual(
        new Set(['4840000|5000000|-119750|120250|8812@10.4.8.15:50144']),
      );
    });
  });

  it('are timed by the local clock and its zone where they have no other time', async () => {
    const untimed = { 'ad.tz': '+0800', 'ad.duration': '0' };
    expect(await told(fortigate('forward traffic close', forwarded, untimed), times)).toEqual(['120000|120000']);
  });

  it('name hosts in inspections, and are left out where they are of another type', async () => {
    const web = { ...forwarded, cat: 'utm', 'ad.hostname': 'files.example.org' };
    const text =
      fortigate('webfilter utm passthrough', web, ad()) +
      fortigate('system event login', { ...forwarded, cat: 'event' }, ad());
    await withFiles({ 'a.log': text }, async ({ inputs, rows }) => {
      expect(await rows(observedNames, '"Host"')).toEqual(['files.example.org']);
      expect(await rows(networkFlows, '"BytesSent"')).toEqual(['null']);
      expect(inputs[0]?.ignoredWhy).toEqual({ 'Weir does not use FortiGate logs of the type event': 1 });
    });
  });
});

describe("FortiOS' own names in CEF", () => {
  const spellings: readonly (readonly [of: string, spelled: (name: string) => string])[] = [
    ['version 7', (name) => `FTNTFGT${name}`],
    ['version 6', (name) => `FortinetFortiGate${name}`],
    ['FortiAnalyzer', (name) => `ad.${name}`],
    ['collectors that keep them bare', (name) => name],
  ];

  it.each(spellings)('are read as %s spells them', async (_, spelled) => {
    const session = { act: 'close', ...counted };
    const blocked = { ...session, spt: '50145' };
    const text =
      fortigate('traffic:forward close', session, own(spelled)) +
      fortigate('traffic:forward close', blocked, own(spelled, { utmaction: 'block' }));
    const columns = `"LocalPort", "Outcome", "BytesSent", "IpBytesSent", ${times}`;
    const expected = ['50144|established|4840000|5000000|-119750|120250', '50145|failed|null|5000000|-119750|120250'];
    expect(await told(text, columns)).toEqual(expected);
    const kept = (SourcePort: string, changes?: Readonly<Record<string, string>>): string =>
      row({
        ...{ DeviceVendor: 'Fortinet', DeviceProduct: 'Fortigate', Activity: 'traffic:forward close', SourcePort },
        ...{ DeviceCustomNumber1: '', DeviceCustomNumber3: '', DeviceAction: 'close', ReceiptTime: '' },
        AdditionalExtensions: Object.entries(own(spelled, changes))
          .map((pair) => pair.join('='))
          .join(';'),
      });
    expect(await told(kept('50144') + kept('50145', { utmaction: 'block' }), columns, 'a.json')).toEqual(expected);
  });

  it('have the action of local traffic, and the application', async () => {
    const names = own((name) => `FortinetFortiGate${name}`, { action: 'accept', app: 'MEGA' });
    expect(await told(fortigate('traffic:local accept', counted, names), '"Outcome", "AppProtocol"')).toEqual([
      'established|mega',
    ]);
  });

  it('are none in the events of other products', async () => {
    const other = `CEF:0|Example|Gateway|1|1|web|3|${extension({ ...counted, rt: '1773130530000', utmaction: 'block' })}\n`;
    expect(await told(other, '"Outcome", "BytesSent"')).toEqual(['unknown|5000000']);
  });
});

describe("FortiGate's own log as CSV", () => {
  const csv = (changes: Readonly<Record<string, string>>): string => fortigateOwn(changes).replaceAll(' ', ',');

  it('is what its pairs say, with commas and blanks in quotes', async () => {
    const [odd, plain] = ['"one,two=2,sentbyte=9"', '"NINA"'];
    const text = `<189>${csv({ msg: odd, user: plain })}${csv({ srcport: '50145' }).replace('NINA', 'Nina Holm, 2')}`;
    await withFiles({ 'a.log': text }, async ({ inputs, rows }) => {
      expect(inputs[0]).toMatchObject({ format: 'fortinet', rows: 2 });
      expect(await rows(networkFlows, `"LocalPort", "BytesSent", "AccountName", "Sensor", ${times}`)).toEqual([
        '50144|5000000|NINA|FG-LARK|-119750|120250',
        '50145|5000000|Nina Holm, 2|FG-LARK|-119750|120250',
      ]);
    });
  });
});

describe('CommonSecurityLog with the empty time of Log Analytics', () => {
  it.each(['1/1/1970, 12:00:00.000 AM', '1970-01-01T00:00:00Z'])('%s is dated by what else it has', async (empty) => {
    const firepower = (AdditionalExtensions: string, SourcePort: string): string =>
      row({
        ...{ DeviceVendor: 'Cisco', DeviceProduct: 'Firepower', AdditionalExtensions, SourcePort },
        ...{ StartTime: empty, EndTime: empty, ReceiptTime: '1773130532000' },
      });
    const text = firepower('start=1773130530000;end=1773130570000', '50144') + firepower('reason=N/A', '50145');
    expect(await told(text, `"LocalPort", ${times}`, 'a.json')).toEqual(['50144|0|40000', '50145|2000|null']);
  });
});
