import { describe, expect, it } from 'vitest';
import { networkFlows } from '../../packages/weir/src/tables/index.ts';
import { withFiles } from './intake.ts';

const header =
  'StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes,SrcBytes,SrcPkts,Label';
const upload =
  '2026/03/10 08:00:00.500000,8.612,tcp,10.20.0.7,50311,   ->,203.0.113.9,443,FSPA_FSPA,0,0,70,54580,51760,40,x';
const lines = (...texts: string[]): string => `${texts.join('\n')}\n`;
const columns =
  '"LocalIP", "LocalPort", "RemoteIP", "RemotePort", "Direction", "BytesSent", "BytesReceived", "BytesSource", "Outcome"';
const place = '10.20.0.7|50311|203.0.113.9|443|outbound';

describe('Argus', () => {
  it('is read from commas and tabs, with or without the packets of a side, the other one by the total', async () => {
    const own = 'StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,SrcPkts,DstPkts,SrcBytes,DstBytes,State';
    const row = '1773129600.500000,8.612,tcp,10.20.0.7,50311,->,203.0.113.9,https,40,30,51760,2820,FIN';
    const files = {
      'a.binetflow': lines(header, upload),
      'b.tsv': lines(header, upload).replaceAll(',', '\t'),
      'c.csv': lines(own, row),
      'd.csv': lines(header.replace('SrcPkts,', ''), upload.replace(',40,x', ',x')),
    };
    await withFiles(files, async ({ inputs, rows }) => {
      expect(inputs.map(({ format, rows, rejects }) => [format, rows, rejects])).toEqual(
        Array(4).fill(['argus csv', 1, 0]),
      );
      expect(await rows(networkFlows, `${columns}, "FlowEnd" - "FlowStart", "IsPart"`)).toEqual([
        ...Array(3).fill(`${place}|49600|1200|argus-frame|established|86120000|true`),
        `${place}|51760|2820|argus-frame|established|86120000|true`,
      ]);
    });
  });

  it('has who opened by the arrow, else by the ports; and what was refused or never answered as failed', async () => {
    const turned = upload.replace('10.20.0.7,50311,   ->,203.0.113.9,443', '203.0.113.9,443,  <?>,10.20.0.7,50311');
    const files = {
      'a.csv': lines(
        header,
        turned,
        upload.replace('FSPA_FSPA', 'S_RA').replace('   ->', '    ->'),
        upload.replace('FSPA_FSPA', 'S_'),
        upload.replace('50311,   ->,203.0.113.9,443', '443,   ->,203.0.113.9,50311'),
        upload.replace('tcp,', 'udp,').replace('FSPA_FSPA', 'INT'),
        upload.replace('tcp,', 'icmp,').replace(',50311,', ',0x0303,').replace('FSPA_FSPA', 'ECO'),
      ),
    };
    await withFiles(files, async ({ rows }) => {
      expect(await rows(networkFlows, '"LocalPort", "RemotePort", "Direction", "IpBytesSent", "Outcome"')).toEqual(
        [
          '50311|443|outbound|2400|established',
          '50311|443|outbound|51200|failed',
          '50311|443|outbound|51200|failed',
          '443|50311|outbound|51200|established',
          '50311|443|outbound|51200|unknown',
          'null|null|outbound|51200|unknown',
        ].sort(),
      );
    });
  });

  it('ignores what is no flow between addresses, and rejects times without a date and counters that are none', async () => {
    const rows = [
      '2026/03/10 08:00:00.0,0,man,0,0,   ->,0,0,STA,0,0,0,0,0,0,',
      '1970/01/01 00:00:00.0,0,llc,00:0c:29:83:3b:6e,0,   ->,01:80:c2:00:00:00,0,INT,0,0,1,60,60,1,',
      upload.replace('2026/03/10 ', ''),
      upload.replace('51760', '60000'),
      upload.replace('10.20.0.7', 'host'),
      upload,
      upload,
    ];
    await withFiles({ 'a.csv': lines(header, ...rows) }, async ({ inputs, rejects, rows }) => {
      expect(inputs[0]).toMatchObject({ rows: 2, rejects: 3, ignored: 3 });
      expect(rejects.map(({ reason }) => reason)).toEqual([
        'the time (StartTime) is none with a date',
        'a byte or packet counter is not a number from 0',
        'an end of the flow is no address',
      ]);
      expect(await rows(networkFlows, 'count(DISTINCT "EventId")')).toEqual(['2']);
    });
  });

  it('gives the same rows read in place and with care', async () => {
    const odd = [
      ['50311', ''],
      ['443', 'x'],
      ['tcp', ' UDP '],
      ['8.612', '-1'],
      ['FSPA_FSPA', ''],
      ['40,x', ',x'],
      ['   ->', ''],
    ] as const;
    const plain = lines(header, ...odd.map(([from, to]) => upload.replace(from, to)));
    const read = (text: string) =>
      withFiles({ 'a.csv': text }, ({ rows }) => rows(networkFlows), { withoutRejects: true });
    expect(await read(plain)).toHaveLength(odd.length);
    expect(await read(`${plain}\n\n`)).toEqual(await read(plain));
  });
});
