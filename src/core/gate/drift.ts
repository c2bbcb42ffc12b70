import type { StageResult } from '../../contracts/run';

/** How far one feature moved since the parent release. */
export interface FeatureDrift {
  readonly feature: string;
  /** Population stability index, >= 0. */
  readonly psi: number;
}

const isDrift = (value: unknown): value is FeatureDrift => {
  const { feature, psi } = (value ?? {}) as Partial<FeatureDrift>;
  return typeof feature === 'string' && typeof psi === 'number' && Number.isFinite(psi);
};

/** What the stages say of drift: the fact `drift` of whichever stage measures it, a list of feature and PSI; nothing where none does. */
export const driftOf = (stages: readonly Pick<StageResult, 'facts'>[]): readonly FeatureDrift[] =>
  stages.flatMap(({ facts }) => (Array.isArray(facts.drift) ? (facts.drift as readonly unknown[]).filter(isDrift) : []));
