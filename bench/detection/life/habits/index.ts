import type { Habit } from '../habit.ts';
import { chores } from './chores.ts';
import { engineering } from './engineering.ts';
import { machines } from './machines.ts';
import { oddities } from './oddities.ts';
import { people } from './people.ts';

/** Everything that the company does every day, or now and then. */
export const habits: readonly Habit[] = [...people, ...machines, ...engineering, ...oddities, ...chores];
