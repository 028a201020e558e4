import { expect, test } from 'vitest';
import type { Finding } from '../api/types.ts';
import { chainsOf } from './chain.ts';

const entities = { process: 'a.exe', parentProcess: 'b.exe', processFolder: '', account: '', commandLine: 'a' };
const finding = { entities, connections: 7 } as unknown as Finding;

test('each program stands once with what started it, and what is not known is no program', () => {
  const rclone = {
    InitiatingProcessFileName: 'rclone.exe',
    InitiatingProcessParentFileName: 'cmd.exe',
    AccountName: 'ana',
  };
  const chains = chainsOf(
    [
      { InitiatingProcessFileName: 'curl.exe', InitiatingProcessParentFileName: null },
      rclone,
      { RemoteHost: 'mega.nz' },
      { ...rclone, InitiatingProcessCommandLine: 'rclone copy' },
      rclone,
    ],
    finding,
  );
  expect(
    chains.map(({ parent, program, commandLine, connections }) => [parent, program, commandLine, connections]),
  ).toEqual([
    ['cmd.exe', 'rclone.exe', '', 2],
    ['', 'curl.exe', '', 1],
    ['cmd.exe', 'rclone.exe', 'rclone copy', 1],
  ]);

  const told = { parent: 'b.exe', program: 'a.exe', folder: '', account: '', commandLine: 'a', connections: 7 };
  expect(chainsOf([{ RemoteHost: 'mega.nz' }], finding)).toEqual([told]);
});
