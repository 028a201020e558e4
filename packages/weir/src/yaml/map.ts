import { z } from 'zod';
import { closest } from './closest.ts';

/** A map with these keys and no other; a key that is none is told with the one that was meant. Keys are looked at before
 *  values, so that a slip in a key that must be there is not told as its absence. */
export function map<Shape extends z.ZodRawShape>(shape: Shape) {
  return z
    .looseObject({})
    .superRefine((value, context) => {
      for (const key of Object.keys(value)) {
        if (Object.hasOwn(shape, key)) continue;
        const meant = closest(key, Object.keys(shape));
        const advice = meant === undefined ? `the keys are ${Object.keys(shape).join(', ')}` : `did you mean ${meant}?`;
        context.addIssue({ code: 'custom', path: [key], message: `unknown key; ${advice}` });
      }
    })
    .pipe(z.object(shape));
}
