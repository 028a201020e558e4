import type {
  Act,
  Alert,
  AlertChange,
  AlertCounts,
  AlertFilter,
  AlertPage,
  Applied,
  Changed,
  KeptEvidence,
  RelatedAlert,
  RuleFindings,
  TrailEntry,
} from '../model/alert.ts';
import { Bell } from '../model/bell.ts';
import type { GivenVerdict } from '../model/exception.ts';
import type { Store } from '../store/store.ts';
import { readTrail } from '../store/trail.ts';
import { applyFindings } from './apply.ts';
import { alertById, changeAlerts, type Target } from './change.ts';
import { type ChangedAlerts, changedAfter, countAlerts, type ListOptions, listAlerts } from './list.ts';
import type { NotifyPolicy } from './notices.ts';
import { subjectOf } from './record.ts';
import { relatedAlerts } from './related.ts';
import { type DoneStep, doneSteps, recordStep, type Step } from './steps.ts';
import { storedEvidence } from './story.ts';
import { givenVerdicts } from './verdicts.ts';

/** As many are told at once to who listens; more than a page shows. */
const mostGrown = 200;

/** The alerts of a store. All is synchronous and short. */
export class AlertBook {
  readonly #store: Store;
  readonly #policy: NotifyPolicy;
  /** Rings when what is to be told may be in the outbox: at the latest when the transaction that it is part of ends. */
  readonly written = new Bell();
  /** Alerts that grew since the service began, the last of them: the trail does not tell each time that one does. */
  #grown: number[] = [];
  #grew = 0;

  constructor(store: Store, policy: NotifyPolicy) {
    this.#store = store;
    this.#policy = policy;
  }

  /** Brings a rule's alerts to what it finds now: alerts are opened, grow, are merged or withdrawn, and what is to be told is
   *  put into the outbox. Inside of the caller's transaction it is part of that. */
  apply(findings: RuleFindings): Applied {
    const applied = applyFindings(this.#store, this.#policy, findings);
    this.#grown = [...this.#grown, ...applied.changed].slice(-mostGrown);
    this.#grew += applied.changed.length;
    this.written.ring();
    return applied;
  }

  /** Does the same to some alerts for a person; each is changed or told why not. */
  change(targets: readonly Target[], change: AlertChange, act: Act): Changed[] {
    return changeAlerts(this.#store, targets, change, act);
  }

  get(id: number): Alert | undefined {
    return alertById(this.#store, id);
  }

  list(filter: AlertFilter, options: ListOptions): AlertPage {
    return listAlerts(this.#store, filter, options);
  }

  counts(filter: AlertFilter): AlertCounts {
    return countAlerts(this.#store, filter);
  }

  /** As it came in: it is masked where it goes out. */
  evidence(id: number): KeptEvidence | undefined {
    return storedEvidence(this.#store, id);
  }

  related(id: number, limit: number): RelatedAlert[] {
    return relatedAlerts(this.#store, id, limit);
  }

  /** All that happened to an alert, in order. Entries `alert.opened` and `alert.updated` have its figures as they
   *  were, of mere growth once an hour. */
  trail(id: number, { after = 0, limit }: { readonly after?: number; readonly limit: number }): TrailEntry[] {
    return readTrail(this.#store, { subject: subjectOf(id), after, limit });
  }

  /** Writes down that a step of a playbook was done for an alert that is there, or taken back. */
  step(id: number, step: Step, act: Act): void {
    this.#store.transaction(() => recordStep(this.#store, id, step, act));
  }

  /** The steps that are done, with who did each, when, and what it said. */
  steps(id: number): ReadonlyMap<string, DoneStep> {
    return doneSteps(this.trail(id, { limit: 1_000_000 }));
  }

  changedAfter(entry: number, limit: number): ChangedAlerts {
    return changedAfter(this.#store, entry, limit);
  }

  /** How many times alerts grew since the service began. */
  get grew(): number {
    return this.#grew;
  }

  /** Alerts that grew after so many times (`grew`), as they are now; of very many the last. */
  grownAfter(time: number): Alert[] {
    const missed = this.#grew - time;
    const ids = missed > 0 ? new Set(this.#grown.slice(-missed)) : [];
    return [...ids].flatMap((id) => this.get(id) ?? []);
  }

  /** What people found out. */
  verdicts(): GivenVerdict[] {
    return givenVerdicts(this.#store, 'all');
  }

  /** What people confirmed: exceptions are held to it. */
  confirmed(): GivenVerdict[] {
    return givenVerdicts(this.#store, 'confirmed');
  }
}
