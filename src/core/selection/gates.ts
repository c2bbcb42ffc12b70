import type { Candidate } from '../../contracts/selection';
import type { ProjectConfig } from '../../config/project';
import { PATTERN } from '../validity/stability';

type Gate = Candidate['gates'][number];
type SizeGates = ProjectConfig['modeling']['sizeGates'];

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** Size gates over all customers, and whether two clusters are one. @param sizes Customers per cluster. */
export function gatesOf(
  sizes: readonly number[],
  duplicates: boolean,
  { minShare, minCustomers, maxShare }: SizeGates,
): Gate[] {
  const customers = sizes.reduce((sum, size) => sum + size, 0);
  const smallest = Math.min(...sizes);
  const largest = Math.max(...sizes);
  const gate = (name: Gate['gate'], passed: boolean, evidence: string): Gate => ({ gate: name, passed, evidence });
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
    gate(
      'duplicateCentroids',
      !duplicates,
      duplicates ? 'two clusters have the same centroid, or one is empty' : 'all centroids differ',
    ),
  ];
}

/** Stability blocks only where the config says so (`modeling.stability.block`); else it is a label and a warning. */
export function stabilityGate(jaccards: readonly number[]): Gate {
  const worst = Math.min(...jaccards);
  return {
    gate: 'stability',
    passed: worst >= PATTERN,
    evidence: `least stable cluster has mean Jaccard ${worst.toFixed(2)}, at least ${PATTERN.toFixed(2)} asked`,
  };
}

/** The gates of a k that cannot be fitted: fewer customers than clusters. */
export const tooFewCustomers = (customers: number, k: number): Gate[] => [
  { gate: 'duplicateCentroids', passed: false, evidence: `${customers} customers cannot fill ${k} clusters` },
];
