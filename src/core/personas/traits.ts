import type { FeatureSpec } from '../../contracts/features';
import type { FeatureProfile, Trait } from '../../contracts/personas';
import { isShown } from './profile';

/** Whether two features, by name, restate each other. */
export type Alike = (a: string, b: string) => boolean;

/** Alike are: features whose ranks correlate by more than `limit`, and the parts of one whole (more of one is less of the others). */
export function alikeness(specs: readonly FeatureSpec[], names: readonly string[], correlations: readonly (readonly number[])[], limit: number): Alike {
  const wholeOf = new Map(specs.map(({ name, whole }) => [name, whole]));
  return (a, b) => {
    const whole = wholeOf.get(a) ?? null;
    if (whole !== null && whole === wholeOf.get(b)) return true;
    return Math.abs(correlations[names.indexOf(a)]?.[names.indexOf(b)] ?? 0) > limit;
  };
}

/** The order by strength: largest |z| first, in feature order where equal. */
export const byStrength = <T extends { readonly z: number }>(traits: readonly T[]): T[] =>
  traits
    .map((trait, i) => ({ trait, i }))
    .sort((a, b) => Math.abs(b.trait.z) - Math.abs(a.trait.z) || a.i - b.i)
    .map(({ trait }) => trait);

/** The strongest traits of which none restates one before it. */
export function distinct<T extends { readonly feature: string }>(ranked: readonly T[], alike: Alike): T[] {
  const taken: T[] = [];
  for (const trait of ranked) if (!taken.some(({ feature }) => alike(feature, trait.feature))) taken.push(trait);
  return taken;
}

/**
 * Headline traits: the three strongest that are not restatements of each other, in raw units; restatements fill up where there are
 * fewer than three. Scores are left out: they restate what they are made from. So are features of which too few customers have a value.
 */
export function headlineTraits(profile: readonly FeatureProfile[], specs: readonly FeatureSpec[], alike: Alike): Trait[] {
  const kindOf = new Map(specs.map(({ name, kind }) => [name, kind]));
  const ranked = byStrength(profile.filter(isShown).filter(({ feature }) => kindOf.get(feature) !== 'score'));
  const first = distinct(ranked, alike).slice(0, 3);
  const rest = ranked.filter((trait) => !first.includes(trait));
  return [...first, ...rest].slice(0, 3).map(({ feature, label, unit, value, base, lift, z, statistic }) => ({
    feature, label, unit, value, base, lift, z, statistic,
  }));
}
