/** Which rooms have work in a world. A world spends nearly all its time on fusion and rules: one of the intake alone is ten
 *  times as fast. */
export const worlds = ['intake', 'whole'] as const;
export type WorldKind = (typeof worlds)[number];
