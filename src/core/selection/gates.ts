import type { ProjectConfig } from '../../config/project';
import type { Gate, GateName } from '../../contracts/selection';
import { isReplicated, REPLICATED } from '../clustering/mixture/fit';
import { PATTERN } from '../validity/stability';
import type { FittedCandidate } from './fit-task';

type Modeling = ProjectConfig['modeling'];

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const gate = (name: GateName, passed: boolean, evidence: string): Gate => ({ gate: name, passed, evidence });

/** What a candidate must pass to be chosen, and how it does. Sizes are those of all customers. */
export function gatesOf(fitted: FittedCandidate, modeling: Modeling): Gate[] {
  const { algorithm } = fitted.spec;
  if (fitted.solution === null) return [gate('estimable', false, fitted.failure ?? 'no solution')];
  if (algorithm === 'density' && fitted.k < 2)
    return [gate('clusters', false, fitted.k === 0 ? 'no cluster is found' : 'only one cluster is found')];
  return [
    ...(algorithm === 'mixture' ? [replicatedGate(fitted)] : []),
    ...sizeGatesOf(fitted.sizes, fitted.unassigned, modeling),
    ...(algorithm === 'density' ? [noiseGate(fitted, modeling.density.maxNoise)] : []),
    gate(
      'duplicateCentroids',
      !fitted.duplicates,
      fitted.duplicates ? 'two clusters have the same centroid, or one is empty' : 'all centroids differ',
    ),
  ];
}

/** Size gates over all customers, those of no cluster included. @param sizes Customers per cluster. */
export function sizeGatesOf(sizes: readonly number[], unassigned: number, { sizeGates }: Pick<Modeling, 'sizeGates'>): Gate[] {
  const { minShare, minCustomers, maxShare } = sizeGates;
  const customers = sizes.reduce((sum, size) => sum + size, unassigned);
  const smallest = Math.min(...sizes);
  const largest = Math.max(...sizes);
  return [
    gate(
      'minShare',
      smallest / customers >= minShare,
      `smallest cluster ${percent(smallest / customers)} of customers, at least ${percent(minShare)} asked`,
    ),
    gate(
      'minCustomers',
      smallest >= minCustomers,
      `smallest cluster ${smallest} customers, at least ${minCustomers} asked`,
    ),
    gate(
      'maxShare',
      largest / customers <= maxShare,
      `largest cluster ${percent(largest / customers)} of customers, at most ${percent(maxShare)} allowed`,
    ),
  ];
}

/** A local optimum that only one start finds is not taken for the likelihood's own. */
const replicatedGate = (fitted: FittedCandidate): Gate =>
  gate('replicated', isReplicated(fitted), `${fitted.replicated} of ${fitted.restarts} starts reached the best likelihood, at least ${REPLICATED} asked`);

function noiseGate({ sizes, unassigned }: FittedCandidate, maxNoise: number): Gate {
  const noise = unassigned / sizes.reduce((sum, size) => sum + size, unassigned);
  return gate('maxNoise', noise <= maxNoise, `${percent(noise)} of customers belong to no cluster, at most ${percent(maxNoise)} allowed`);
}

/** Stability blocks only where the config says so (`modeling.stability.block`); else it is a label and a warning. */
export function stabilityGate(jaccards: readonly number[]): Gate {
  const worst = Math.min(...jaccards);
  return gate('stability', worst >= PATTERN, `least stable cluster has mean Jaccard ${worst.toFixed(2)}, at least ${PATTERN.toFixed(2)} asked`);
}
