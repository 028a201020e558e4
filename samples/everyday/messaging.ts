import { second } from '../../packages/weir/src/simulate/time.ts';
import { programs } from '../programs.ts';
import { telegramCentres } from '../services.ts';
import { type Habit, moments } from './habit.ts';

/** Slack, Discord and Telegram on the desktop, with files shared through them. */
export const messaging: Habit = (desk, shift, random) => {
  if (!shift.atWork) return;
  const { apps, system } = desk.device;
  if (apps.includes('slack')) {
    const slack = desk.running(system === 'macos' ? programs.macSlack : programs.slack);
    for (const at of moments(shift, random, 0.5)) {
      desk.connect(slack, random.pick(['slack.com', 'wss-primary.slack.com']), {
        at,
        lasting: random.size(20, 2_400) * second,
        sent: random.size(3_000, 60_000),
        received: random.size(5_000, 300_000),
      });
    }
    for (const at of moments(shift, random, 0.08)) {
      desk.connect(slack, 'files.slack.com', {
        at,
        lasting: random.int(2, 25) * second,
        sent: random.size(150_000, 24_000_000),
        received: random.size(3_000, 12_000),
      });
    }
  }
  if (apps.includes('discord')) {
    const discord = desk.running(programs.discord);
    for (const at of moments(shift, random, 0.6)) {
      desk.connect(discord, random.pick(['gateway.discord.gg', 'discord.com', 'cdn.discordapp.com']), {
        at,
        lasting: random.size(5, 900) * second,
        sent: random.size(2_000, 30_000),
        received: random.size(6_000, 900_000),
      });
    }
    for (const at of moments(shift, random, 0.12)) {
      desk.connect(discord, 'discord-attachments-uploads-prd.storage.googleapis.com', {
        at,
        lasting: random.int(2, 20) * second,
        sent: random.size(200_000, 9_500_000),
        received: random.size(2_000, 6_000),
      });
    }
  }
  if (apps.includes('telegram')) {
    const telegram = desk.running(programs.telegram);
    for (const at of moments(shift, random, 0.6)) {
      // Its own protocol on port 443: no TLS handshake, so no name.
      desk.exchange(telegram, random.pick(telegramCentres), null, {
        at,
        lasting: random.size(30, 1_800) * second,
        sent: random.chance(0.2) ? random.size(400_000, 26_000_000) : random.size(2_000, 60_000),
        received: random.size(4_000, 2_000_000),
        as: 'opaque',
      });
    }
  }
};
