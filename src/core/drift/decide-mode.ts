import type { ModesConfig } from '../../config/modes';
import type { DriftReport, ModeChoice, ModeReason } from '../../contracts/drift';
import { dayNumber } from '../schedule/days';

/** kind `model.champion` (JSON): the model a run in `auto` mode could score with. */
export interface Champion {
  readonly release: number;
  readonly fittedAsOf: string;
  /** Whether what a model depends on (features, preparation, algorithms) is configured as it was at the fit. */
  readonly sameSettings: boolean;
}

/**
 * How a run in `auto` mode gets its model: it scores with the current one unless that is of other settings, of a later day, too old, or
 * drift asks for a new one. All reasons are named, not only the first.
 *
 * @param champion Null where nothing was released yet.
 * @param drift Null where there is nothing to measure it against: then it says nothing for or against.
 */
export function decideMode(asOf: string, champion: Champion | null, drift: Pick<DriftReport, 'findings'> | null, config: ModesConfig): ModeChoice {
  if (champion === null) return { mode: 'refit', reasons: [{ rule: 'first', evidence: 'there is no model yet' }] };
  const { release, fittedAsOf, sameSettings } = champion;
  const age = dayNumber(asOf) - dayNumber(fittedAsOf);
  const reasons: ModeReason[] = [];
  if (!sameSettings) reasons.push({ rule: 'settings', evidence: `features, preparation or modeling are configured otherwise than for release ${release}` });
  if (age < 0) reasons.push({ rule: 'ahead', evidence: `the model of release ${release} was fitted as of ${fittedAsOf}, after this day` });
  if (age >= config.maxModelAgeDays) reasons.push({ rule: 'age', evidence: `the model of release ${release} is ${age} days old (fitted as of ${fittedAsOf}); it is used for less than ${config.maxModelAgeDays}` });
  reasons.push(...(drift?.findings ?? []));
  if (reasons.length > 0) return { mode: 'refit', reasons };
  const measured = drift === null ? 'drift was not measured' : 'no drift';
  return { mode: 'score', reasons: [{ rule: 'fresh', evidence: `the model of release ${release} is ${age} days old (fitted as of ${fittedAsOf}), ${measured}` }] };
}
