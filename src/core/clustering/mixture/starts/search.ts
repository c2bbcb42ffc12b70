import type { EmOutcome } from '../types';
import type { StartSpace } from './hierarchies';
import { seedings, startsOf, type Start } from './labels';

/** Two log-likelihoods this close, relative to their size, are the same solution. */
export const SAME_SOLUTION = 1e-6;
/** Starts that end their short run this close to each other count as one course while the courses to follow are chosen. */
const SAME_COURSE = 1e-5;
/** Share of the starts: so many different courses are followed to proper solutions. */
const FOLLOWED = 0.4;
/** Starts followed at once: fixed, so that the number of threads does not matter. */
const BATCH = 2;
/** Times `starts` that are tried at most. */
const ROUNDS = 5;
/** The same where none of them has ended in a proper solution. */
const ROUNDS_WITHOUT_SOLUTION = 2;
/** How much of a row goes to its side where the halves of a split are to stay near each other. */
const GENTLE = 1e-3;

/** One run of EM. */
export interface MixtureTask {
  readonly start: Start;
  /** A short run ranks the starts, a long one goes to convergence. */
  readonly length: 'short' | 'long';
}

export interface MixtureRun extends MixtureTask {
  readonly outcome: EmOutcome;
  /** EM ended because the solution degenerated. */
  readonly stopped: boolean;
}

/** What is asked of a search. */
export interface SearchSpec {
  readonly k: number;
  /** Starts in all, the hierarchies among them; as many k-means starts again follow, up to four times, where they do not settle it. */
  readonly starts: number;
  /** Look for a second start that reaches the best solution; without it only the best courses are followed. */
  readonly replicate: boolean;
  /** A solution with k − 1 components: each is split once, as a start more. */
  readonly nested: { readonly logLikelihood: number } | null;
}

/** What a search ends with. */
export interface Search {
  /** Starts tried. */
  readonly starts: number;
  /** The runs that were followed to their end, proper or not. */
  readonly followed: readonly MixtureRun[];
  /** The one with the greatest likelihood of the proper ones. */
  readonly best: MixtureRun | null;
}

/** Asks for a batch of runs and is given them, in order. */
type Asking<Result> = Generator<readonly MixtureTask[], Result, readonly MixtureRun[]>;

/**
 * Which starts to run, batch by batch: the answers to one batch decide the next, whoever runs them. All starts run short; the best courses are
 * followed to convergence; then, while the best solution was reached by one start only, those that looked most like it; then fresh k-means starts
 * in the same way, until there are twice as many proper solutions as `starts`.
 */
export function* searchStarts(
  { hierarchies }: Pick<StartSpace, 'hierarchies'>,
  { k, starts, replicate, nested }: SearchSpec,
): Asking<Search> {
  const given = startsOf({ hierarchies }, starts);
  const state = new Courses(Math.ceil(FOLLOWED * starts));
  if (k === 1) {
    yield* state.follow(given.slice(0, 1));
    return state.found();
  }
  const splits = nested === null ? [] : splitsOf(k - 1, 1);
  const seeded = given.filter(({ method }) => method.startsWith('k-means')).length;
  for (let round = 0; round < ROUNDS; round++) {
    const last = seeded + round * starts;
    yield* state.tryShort(round === 0 ? [...splits, ...given] : seedings(last - starts, last));
    yield* state.followBest();
    if (replicate) yield* state.followAlike();
    const { proper } = state;
    const settled =
      proper.length === 0 ? round + 1 === ROUNDS_WITHOUT_SOLUTION : !replicate || proper.length >= 2 * starts;
    if (settled || state.replications >= 2) break;
  }
  const reached = state.best?.outcome.logLikelihood ?? -Infinity;
  if (nested !== null && reached < nested.logLikelihood) yield* state.follow(splitsOf(k - 1, GENTLE));
  return state.found();
}

const splitsOf = (components: number, hardness: number): Start[] =>
  Array.from({ length: components }, (_, index) => ({ method: 'split', index, hardness }));

/** What is known of the starts so far. */
class Courses {
  private readonly short = new Map<Start, number>();
  private readonly followed = new Map<Start, MixtureRun>();
  /** Tried but not followed, best first. */
  private waiting: Start[] = [];

  constructor(private readonly enough: number) {}

  get proper(): MixtureRun[] {
    return properOf(this.followed.values());
  }

  /** The first of equals. */
  get best(): MixtureRun | null {
    const likelihood = ({ outcome }: MixtureRun): number => outcome.logLikelihood;
    return this.proper.reduce<MixtureRun | null>(
      (best, run) => (best === null || likelihood(run) > likelihood(best) ? run : best),
      null,
    );
  }

  get replications(): number {
    return this.best === null ? 0 : replicationsOf(this.best, this.followed.values());
  }

  found(): Search {
    const starts = new Set([...this.short.keys(), ...this.followed.keys()]).size;
    return { starts, followed: [...this.followed.values()], best: this.best };
  }

  *tryShort(batch: readonly Start[]): Asking<void> {
    const runs = yield batch.map((start) => ({ start, length: 'short' }) as const);
    batch.forEach((start, i) => {
      this.short.set(start, runs[i].outcome.logLikelihood);
      if (runs[i].stopped) this.followed.set(start, { ...runs[i], start });
      else this.waiting.push(start);
    });
    this.waiting.sort((a, b) => ascending(this.shortOf(b), this.shortOf(a)));
  }

  *follow(batch: readonly Start[]): Asking<void> {
    const runs = yield batch.map((start) => ({ start, length: 'long' }) as const);
    batch.forEach((start, i) => this.followed.set(start, { ...runs[i], start }));
    this.waiting = this.waiting.filter((start) => !this.followed.has(start));
  }

  /** The best different courses, until enough of them have ended in proper solutions. */
  *followBest(): Asking<void> {
    const courses: number[] = [];
    while (this.proper.length < this.enough) {
      const batch = this.nextCourses(courses);
      if (batch.length === 0) break;
      yield* this.follow(batch);
    }
    // That nothing can be estimated is said only after every start was followed.
    while (this.proper.length === 0 && this.waiting.length > 0) yield* this.follow(this.waiting.slice(0, BATCH));
  }

  /** The best that are on none of the courses, which they are added to. */
  private nextCourses(courses: number[]): Start[] {
    const batch: Start[] = [];
    // The model-based hierarchy is where mclust starts: followed whatever its rank.
    const first = this.waiting.filter(({ method }) => method === 'model-based');
    for (const start of [...first, ...this.waiting]) {
      const course = this.shortOf(start);
      if (courses.some((known) => isSame(known, course, SAME_COURSE))) continue;
      courses.push(course);
      batch.push(start);
      if (batch.length === BATCH) break;
    }
    return batch;
  }

  /** Those that looked better than the best solution did, then those that looked most like it, until one of them reaches it. */
  *followAlike(): Asking<void> {
    for (let { best } = this; best !== null && this.waiting.length > 0 && this.replications < 2; { best } = this) {
      const looked = this.shortOf(best.start);
      const behind = (start: Start): number => Math.max(looked - this.shortOf(start), 0);
      yield* this.follow([...this.waiting].sort((a, b) => ascending(behind(a), behind(b))).slice(0, BATCH));
    }
  }

  private shortOf(start: Start): number {
    return this.short.get(start) ?? -Infinity;
  }
}

/** How many of the runs are proper and reach the likelihood of one of them. */
export const replicationsOf = ({ outcome }: MixtureRun, runs: Iterable<MixtureRun>): number =>
  properOf(runs).filter((run) => isSame(run.outcome.logLikelihood, outcome.logLikelihood, SAME_SOLUTION)).length;

const properOf = (runs: Iterable<MixtureRun>): MixtureRun[] =>
  [...runs].filter(({ outcome }) => outcome.degenerate === null);

const isSame = (a: number, b: number, tolerance: number): boolean =>
  Math.abs(a - b) <= tolerance * Math.abs(a) || a === b;

/** Also for infinities. */
const ascending = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);
