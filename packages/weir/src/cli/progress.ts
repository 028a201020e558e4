import ora from 'ora';
import type { Progress } from '../model/progress.ts';
import { visible } from '../report/harmless.ts';

export interface ProgressLine {
  show(progress: Progress): void;
  stop(): void;
}

const verbs: Record<Progress['stage'], string> = { read: 'reading', fuse: 'fusing:', detect: 'running rule' };

/** One line on stderr that says what is happening, where stderr is a terminal of known width; elsewhere nothing. */
export function progressLine(): ProgressLine {
  // A terminal that nobody told its size has 0 columns, in which the spinner would count its lines for ever.
  if (!process.stderr.isTTY || !(process.stderr.columns > 0)) return { show: () => undefined, stop: () => undefined };
  const spinner = ora({ stream: process.stderr, discardStdin: false }).start();
  return {
    show: (progress) => {
      spinner.text = progressText(progress);
    },
    stop: () => {
      spinner.stop();
    },
  };
}

/** "reading conn.log  42 %", "running rule Large upload…". */
export function progressText({ stage, what, bytesRead, bytesTotal }: Progress): string {
  const share = bytesRead === undefined || !bytesTotal ? '' : `  ${Math.floor((100 * bytesRead) / bytesTotal)} %`;
  return `${verbs[stage]} ${visible(what)}${share}`;
}
