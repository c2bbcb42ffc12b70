import type { CandidateSpec } from '../../../contracts/algorithms';
import type { ClusterModel } from '../../../contracts/model';
import type { SecondSample } from '../../../contracts/selection';
import { discreet } from '../../privacy/discreet';
import { drawSamples } from '../../selection/sample';
import { fitterOf, optionsOf, thinned, type FitOptions } from '../../selection/fitters';
import { adjustedRandIndex, withNoiseAsGroup } from '../../validity/rand-index';
import { bestJaccards } from '../../validity/stability';
import { clustersOf, labelsOf } from '../assign';
import type { Kernel } from '../kernel';
import type { Points } from '../points';
import { once, type FinalInput } from './input';

export interface SecondPayload {
  readonly spec: CandidateSpec;
  readonly model: Pick<ClusterModel, 'solution' | 'k'>;
  readonly options: FitOptions;
}

/** Fit the chosen specification to customers that had no part in choosing it, and compare with the published assignment of them. */
export function secondTask({ spec, model, options }: SecondPayload, sample: Points, kernel: Kernel): Pick<SecondSample, 'k' | 'adjustedRand' | 'jaccards'> {
  const [fit] = fitterOf(spec.algorithm).fit([spec], sample, options, kernel);
  if (fit.solution === null) return { k: null, adjustedRand: null, jaccards: new Array<number>(model.k).fill(0) };
  const published = labelsOf(model.solution, sample, kernel);
  const found = labelsOf(fit.solution, sample, kernel);
  const k = clustersOf(fit.solution);
  return {
    k,
    adjustedRand: adjustedRandIndex(withNoiseAsGroup(published), withNoiseAsGroup(found)),
    jaccards: Array.from(bestJaccards(published, found, model.k, k)),
  };
}

/** Whether the choice holds on a second sample; a statement where all customers were in the first. */
export async function checkOnSecondSample(model: ClusterModel, input: FinalInput): Promise<SecondSample> {
  const { selection, modeling, matrix, kMin } = input;
  const { second } = drawSamples(input);
  if (second === null || second.rows < model.k * 2) {
    const finding =
      second === null
        ? `All ${matrix.rows} customers were in the selection sample: there is no second one.`
        : `Only ${second.rows} customers were not in the selection sample: too few to look again.`;
    return { rows: 0, k: null, adjustedRand: null, jaccards: [], finding: discreet(finding, [], kMin) };
  }
  const payload: SecondPayload = {
    spec: specFor(selection.chosen.spec, second.rows / selection.sample.rows),
    model: { solution: model.solution, k: model.k },
    options: optionsOf(modeling, selection.limits, matrix.names),
  };
  const result = await once<SecondPayload, ReturnType<typeof secondTask>>(input, 'clustering.second', payload, second);
  return { rows: second.rows, ...result, finding: discreet(findingOf(second.rows, result), [], kMin) };
}

/** A density counts rows: fewer of them are less dense. */
const specFor = (spec: CandidateSpec, share: number): CandidateSpec => (spec.algorithm === 'density' ? thinned(spec, Math.min(share, 1)) : spec);

function findingOf(rows: number, { k, adjustedRand, jaccards }: ReturnType<typeof secondTask>): string {
  if (k === null || adjustedRand === null) return `On ${rows} other customers the same specification finds no solution.`;
  const mean = jaccards.reduce((sum, value) => sum + value, 0) / jaccards.length;
  return `Fitted anew to ${rows} other customers, the same specification gives the published groups with an adjusted Rand index of ${adjustedRand.toFixed(2)} and a mean Jaccard of ${mean.toFixed(2)}.`;
}
