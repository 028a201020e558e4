import { chunksByCurl } from './chunksByCurl.ts';
import { discordWebhook } from './discordWebhook.ts';
import { foreignBucket } from './foreignBucket.ts';
import type { Intrusion } from './intrusion.ts';
import { megaByCopyTool } from './megaByCopyTool.ts';
import { partsByPython } from './partsByPython.ts';
import { pasteByPowerShell } from './pasteByPowerShell.ts';
import { storageBox } from './storageBox.ts';
import { telegramDocument } from './telegramDocument.ts';

/** The planted stories. */
export const intrusions: readonly Intrusion[] = [
  pasteByPowerShell,
  partsByPython,
  foreignBucket,
  storageBox,
  telegramDocument,
  discordWebhook,
  megaByCopyTool,
  chunksByCurl,
];
