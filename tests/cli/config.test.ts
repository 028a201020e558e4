import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { weir } from './weir.ts';

const home = mkdtempSync(join(tmpdir(), 'weir-cli-config-'));
const file = join(home, 'weir.yaml');
afterAll(() => rmSync(home, { recursive: true, force: true }));

test('settings are checked before the service is started with them', async () => {
  const none = await weir(['config', 'check', '--home', home]);
  expect(none).toMatchObject({ code: 0, stdout: '', stderr: `weir: no ${file}: defaults\n` });
  const missing = await weir(['config', 'check', file]);
  expect(missing).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('CONFIG_UNREADABLE') });
  writeFileSync(file, 'lake:\n  kep: 30d\n');
  const wrong = await weir(['config', 'check', file]);
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain(`${file}:2:3: lake.kep: unknown key; did you mean keep?`);
  const hook = 'lake:\n  keep: 30d\ndestinations:\n  - name: chat\n    slack:\n      url: { env: WEIR_TEST_HOOK }\n';
  writeFileSync(file, hook);
  const secret = await weir(['config', 'check', file]);
  expect(secret.stderr).toContain(`${file}:6:7: the variable WEIR_TEST_HOOK is not set`);
  const environment = { WEIR_TEST_HOOK: 'https://hooks.example.org/services/x' };
  expect(await weir(['config', 'check', '--home', home], environment)).toMatchObject({
    code: 0,
    stderr: `weir: ${file} is in order\n`,
  });
});
