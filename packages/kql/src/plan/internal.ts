/** The aggregate that joins lists of ids into one, each id once. The blank keeps queries from naming it. */
export const gatherIds = 'gather ids';
