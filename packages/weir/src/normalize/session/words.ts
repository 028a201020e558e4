/** What means unknown in the logs of firewalls. */
export const unknownWords: readonly string[] = ['', '-', 'null', 'N/A'];
