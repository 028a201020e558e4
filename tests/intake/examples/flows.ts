/** A NetFlow 5 datagram of one flow, of bytes that are text too. */
const datagram = [
  ...[0, 5, 0, 1, 0, 1, 0, 0, 0x69, 0x2f, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0],
  ...[10, 20, 0, 7, 10, 20, 1, 9, 0, 0, 0, 0, 0, 1, 0, 2, 0, 0, 0, 40, 0, 0, 0x60, 0, 0, 0, 0x40, 0, 0, 0, 0x60, 0],
  ...[0x70, 0, 1, 0x3b, 0, 0x1b, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0],
];

/** Flow logs: nfdump, AWS, Azure, NetFlow. */
export const flowExamples: Readonly<Record<string, string>> = {
  nfdump: [
    'ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt',
    '2026-03-10 08:00:00,2026-03-10 08:00:09,8.612,10.20.0.7,203.0.113.9,50311,443,TCP,...AP.SF,0,0,40,51200,0,0',
    'Summary',
    'flows,bytes,packets,avg_bps,avg_pps,avg_bpp',
    '1,51200,40,47561,4,1280',
    '',
  ].join('\n'),
  'aws-vpc':
    '2 111122223333 eni-0a1b2c3d4e5f60718 10.20.0.7 203.0.113.9 50311 443 6 40 51200 1773129600 1773129660 ACCEPT OK\n',
  'azure-flow': JSON.stringify({
    records: [
      {
        time: '2026-03-10T08:01:00Z',
        macAddress: '000D3A0A0B0C',
        category: 'NetworkSecurityGroupFlowEvent',
        properties: {
          Version: 2,
          flows: [
            {
              rule: 'Out',
              flows: [{ flowTuples: ['1773129600,10.20.0.7,203.0.113.9,50311,443,T,O,A,E,40,51200,30,2400'] }],
            },
          ],
        },
      },
    ],
  }),
  'azure-analytics':
    '{"SubType":"FlowLog","FlowStartTime":"2026-03-10T08:00:00Z","SrcIp":"10.20.0.7","DestIp":"203.0.113.9","DestPort":443,"BytesSrcToDest":51200}\n',
  netflow: String.fromCharCode(...datagram),
  argus: [
    'StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes,SrcBytes,SrcPkts,Label',
    '2026/03/10 08:00:00.500000,8.612,tcp,10.20.0.7,50311,   ->,203.0.113.9,443,FSPA_FSPA,0,0,70,54580,51760,40,x',
    '',
  ].join('\n'),
};
