import { readScenario } from '../../packages/weir/src/simulate/load.ts';

const text = (system: string): string => `name: everything-${system}
title: All that a scenario can say of connections
technique: T1567
description: Every kind of connection and every end of it.
parameters:
  size: { kind: size, default: 3 MB, range: [1 MB, 9 MB] }
device: { role: server, system: ${system} }
steps:
  - start: { id: shell, file: sh, folder: /usr/bin, parent: sshd, command: sh, account: www-data }
  - start: { id: tool, file: tool, original: other, folder: /opt/tool, parent: shell, command: 'tool "a, b" \\d', account: www-data }
  - write: { by: tool, path: '/tmp/a b,c.zip', size: '\${size}' }
  - connect: { by: tool, to: tls.example, sent: '\${size}', times: 3, lanes: 3 }
  - connect: { by: tool, to: quic.example, as: quic, sent: '\${size}', received: 40 KB }
  - connect: { by: tool, to: http.example, as: http, sent: 9 KB, times: 2, http: { path: '/a?b="\${n}"', agent: 'tool/1.0 (x, y)', method: PUT } }
  - connect: { by: tool, to: opaque.example, as: opaque, port: 2222, sent: 60 KB, lasting: 2h }
  - connect: { by: tool, address: [198.51.100.77, 198.51.100.78], as: opaque, port: 21, sent: 9 KB, received: 0 B, times: 2 }
  - connect: { by: tool, to: cut.example, outcome: cut, sent: 2 MB }
  - connect: { by: tool, to: refused.example, outcome: refused, sent: 1 KB, times: 2 }
  - connect: { by: tool, to: silent.example, outcome: silent, sent: 1 KB }
`;

/** Scenarios with every kind of connection and outcome, on each system. */
export const everything = ['windows', 'linux', 'macos'].map((system) =>
  readScenario(`everything-${system}.yaml`, text(system)),
);
