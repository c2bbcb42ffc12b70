import type { CertaintyRow } from '../../../src/core/report/certainty';
import { PERSONAS } from './plan';

/** Shares of the customers that are clear, and that are uncertain, by persona. */
const CLEAR = [0.61, 0.78, 0.57, 0.52, 0.49];
const UNCERTAIN = [0.14, 0.07, 0.16, 0.2, 0.23];

/** One row per persona, and one per persona and runner-up: two thirds of all lie next to the next persona, the rest next to the one before. */
export const certaintyOf = (): CertaintyRow[] =>
  PERSONAS.flatMap(({ customers }, cluster): CertaintyRow[] => {
    const clear = Math.round(customers * CLEAR[cluster]);
    const uncertain = Math.round(customers * UNCERTAIN[cluster]);
    const whole = {
      cluster,
      runnerUp: null,
      clear,
      likely: customers - clear - uncertain,
      uncertain,
      median: 0.93 + 0.01 * (cluster % 3),
    };
    const part = (runnerUp: number, share: number): CertaintyRow => ({
      ...whole,
      runnerUp,
      clear: Math.round(clear * share),
      likely: Math.round(whole.likely * share),
      uncertain: Math.round(uncertain * share),
    });
    return [whole, part((cluster + 1) % 5, 2 / 3), part((cluster + 4) % 5, 1 / 3)];
  });
