import { systemAccount } from '../../packages/weir/src/simulate/story.ts';
import { minute, second } from '../../packages/weir/src/simulate/time.ts';
import { programs } from '../programs.ts';
import { type Habit, moments } from './habit.ts';

/** A signature of a storage access link: clearly not a real one, but of the right shape. */
const signature = `${'A'.repeat(43)}%3D`;

/** Device management: check-ins, and diagnostics that a script uploads to the company's own storage. */
export const automation: Habit = (desk, shift, random) => {
  const { role, system, account } = desk.device;
  if (system !== 'windows' || role === 'thing') return;
  const awake = shift.atWork || role === 'server';
  if (!awake) return;
  for (const at of moments(shift, random, 0.06)) {
    desk.connect(desk.service(programs.intune), 'manage.microsoft.com', {
      at,
      lasting: random.int(2, 40) * second,
      sent: random.size(6_000, 90_000),
      received: random.size(9_000, 600_000),
    });
  }
  if (shift.clock === 11 && random.chance(0.12)) {
    const at = shift.start + random.int(0, 50) * minute;
    const archive = `${desk.device.name.split('.')[0]}-diag.zip`;
    const script = desk.launch(programs.powershell, {
      at,
      account: systemAccount,
      parent: desk.service(programs.intune),
      commandLine: `"powershell.exe" -NoProfile -ExecutionPolicy AllSigned -Command "Invoke-RestMethod -Method Put -InFile C:\\Windows\\Temp\\${archive} -Headers @{'x-ms-blob-type'='BlockBlob'} -Uri 'https://larkfielddiag.blob.core.windows.net/intake/${archive}?sv=2024-11-04&sp=cw&se=2026-06-30&sig=${signature}'"`,
    });
    const bytes = random.size(9_000_000, 58_000_000);
    desk.connect(script, 'larkfielddiag.blob.core.windows.net', {
      at: at + random.int(2, 6) * second,
      lasting: (bytes / 4_000_000) * second,
      sent: bytes,
      received: random.size(900, 2_500),
    });
  }
  if (role === 'admin' && shift.clock === 16) {
    const at = shift.start + random.int(2, 50) * minute;
    const script = desk.launch(programs.powershell, {
      at,
      commandLine: `powershell.exe -File C:\\Scripts\\Publish-Inventory.ps1 -Site it-operations -As ${account.upn}`,
    });
    for (const host of ['login.microsoftonline.com', 'graph.microsoft.com']) {
      desk.connect(script, host, {
        at: at + random.int(1, 9) * second,
        lasting: random.int(2, 20) * second,
        sent: host === 'graph.microsoft.com' ? random.size(1_900_000, 5_200_000) : 3_100,
        received: random.size(6_000, 18_000),
      });
    }
  }
};
