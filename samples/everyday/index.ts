import { automation } from './automation.ts';
import { backup } from './backup.ts';
import { browsing } from './browsing.ts';
import { builds, development } from './development.ts';
import type { Habit } from './habit.ts';
import { messaging } from './messaging.ts';
import { monitoring } from './monitoring.ts';
import { house, strangers, things, webServer } from './network.ts';
import { calls, office } from './office.ts';
import { updates } from './updates.ts';

/** What the company does all day, by name (the name seeds the habit's own random numbers). */
export const habits: ReadonlyMap<string, Habit> = new Map(
  Object.entries({
    automation,
    backup,
    browsing,
    builds,
    calls,
    development,
    house,
    messaging,
    monitoring,
    office,
    strangers,
    things,
    updates,
    webServer,
  }),
);
