import type { z } from 'zod';
import type { alert, trailEntry } from '../../weir/src/api/routes/alertShapes.ts';
import type { exception, preview } from '../../weir/src/api/routes/exceptions.ts';
import type { saved } from '../../weir/src/api/routes/hunts.ts';
import type { version } from '../../weir/src/api/routes/ruleTexts.ts';
import type { token } from '../../weir/src/api/routes/tokens.ts';
import type { user } from '../../weir/src/api/routes/users.ts';
import type { view } from '../../weir/src/api/routes/views.ts';
import type {
  Alert,
  AlertView,
  Exception,
  ExceptionPreview,
  RuleVersion,
  SavedHunt,
  Token,
  TrailEntry,
  User,
} from '../src/api/types.ts';

/** What the API answers, as its schemas say. */
interface Answered {
  readonly alert: z.output<typeof alert>;
  readonly trailEntry: z.output<typeof trailEntry>;
  readonly exception: z.output<typeof exception>;
  readonly preview: z.output<typeof preview>;
  readonly version: z.output<typeof version>;
  readonly saved: z.output<typeof saved>;
  readonly user: z.output<typeof user>;
  readonly view: z.output<typeof view>;
  readonly token: z.output<typeof token>;
}

/** What the console reads; each way round, so that neither knows more nor less than the other. */
interface Read {
  readonly alert: Alert;
  readonly trailEntry: TrailEntry;
  readonly exception: Exception;
  readonly preview: ExceptionPreview;
  readonly version: RuleVersion;
  readonly saved: SavedHunt;
  readonly user: User;
  readonly view: AlertView;
  readonly token: Token;
}

export const agreed: readonly [Read, Answered] extends readonly [Answered, Read] ? true : false = true;
