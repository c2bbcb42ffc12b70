import type { FeatureSpec } from '../../../src/contracts/features';
import type { FeatureProfile } from '../../../src/contracts/personas';
import { nameBorn } from '../../../src/core/personas/naming';
import { shareStem } from '../../../src/core/personas/stems';
import { alikeness, headlineTraits } from '../../../src/core/personas/traits';
import { builtInFeatures } from '../../../src/core/features/built-in';
import { productMixFeatures } from '../../../src/core/features/configured';

const SPECS: readonly FeatureSpec[] = [
  ...builtInFeatures('EUR'),
  ...productMixFeatures({
    column: 'product_category',
    categories: [{ name: 'climbing', label: 'Climbing', pattern: 'x' }, { name: 'christmas', label: 'Christmas', pattern: 'y' }],
    other: 'Other',
  }),
];
const NAMES = SPECS.map(({ name }) => name);
const CORRELATED: readonly (readonly [string, string, number])[] = [['average_order_value', 'basket_units', 0.9], ['frequency', 'monetary', 0.8]];
const rho = (a: string, b: string): number => CORRELATED.find((pair) => pair.includes(a) && pair.includes(b))?.[2] ?? 0;
const correlations = NAMES.map((a) => NAMES.map((b) => (a === b ? 1 : rho(a, b))));
const alike = { traits: alikeness(SPECS, NAMES, correlations, 0.7), words: alikeness(SPECS, NAMES, correlations, 0.85) };

/** A profile with the given standings; all other features are at the base. */
const profile = (z: Record<string, number>, change: Record<string, Partial<FeatureProfile>> = {}): FeatureProfile[] =>
  SPECS.map(({ name, label, unit }) => ({
    feature: name, label, unit, value: 2, base: 2, lift: 1, z: z[name] ?? 0, statistic: 'median', mean: 2, median: 2, q25: 1, q75: 3, baseMean: 2, baseMedian: 2, missing: 0,
    ...change[name],
  }));

function namesOf(profiles: readonly FeatureProfile[][], kept: ReadonlyMap<string, number> = new Map()) {
  const sources = profiles.map((entry, cluster) => ({ cluster, profile: entry }));
  const taken = [...kept.values()];
  const named = nameBorn(sources.filter(({ cluster }) => !taken.includes(cluster)), sources, kept, SPECS, alike.words);
  return [...named.values()];
}
const nameOf = (entry: FeatureProfile[]) => namesOf([entry])[0];

describe('a name', () => {
  const once = { frequency: { q75: 1, median: 1 } };

  it.each([
    ['Frequent high-value customers', { frequency: 2.1, monetary: 2.4 }, {}, ['frequency', 'monetary']],
    ['Frequent climbing lovers', { frequency: 1.1, mix_climbing: 2.4 }, {}, ['frequency', 'mix_climbing']],
    ['Recent summer-season shoppers', { recency_days: -0.9, season_summer: 2.4 }, {}, ['recency_days', 'season_summer']],
    ['Autumn-season Christmas lovers', { season_autumn: 1.1, mix_christmas: 1.4 }, {}, ['season_autumn', 'mix_christmas']],
    ['Lapsed one-time buyers', { recency_days: 1.3, frequency: -0.9, monetary: -0.4 }, once, ['frequency', 'recency_days']],
    ['Recent, otherwise typical customers', { recency_days: -0.4, frequency: 0.1 }, {}, ['recency_days', 'frequency']],
    ['Typical customers', { recency_days: -0.1, monetary: 0.15 }, {}, ['monetary', 'recency_days']],
  ] satisfies [string, Record<string, number>, Record<string, Partial<FeatureProfile>>, string[]][])('%s', (name, z, change, features) => {
    expect(nameOf(profile(z, change))).toMatchObject({ name, namedAfter: features });
  });

  it('says recency, frequency or money before a feature that is hardly stronger', () => {
    expect(nameOf(profile({ recency_days: 1, monetary: -1, night_share: 1.2 })).name).toBe('Lapsed low-value customers');
    expect(nameOf(profile({ recency_days: 1, monetary: -1, night_share: 1.3 })).name).toBe('Lapsed night-time customers');
  });

  it('does not say one thing twice', () => {
    // basket_units repeats average_order_value, so the third feature speaks
    expect(nameOf(profile({ average_order_value: 2, basket_units: 1.9, recency_days: 0.5 })).name).toBe('Lapsed big-basket customers');
  });

  it('does not say one word twice: the stronger feature has it', () => {
    const winter = [...SPECS, ...productMixFeatures({
      column: 'product_category',
      categories: [{ name: 'winter', label: 'Winter sports', people: 'winter sports fans', pattern: 'x' }],
      other: 'Other',
    })];
    const named = (z: Record<string, number>, frequency = {}): string => {
      const entry = winter.map((spec) => ({ ...profile({})[0], ...frequency, feature: spec.name, label: spec.label, z: z[spec.name] ?? 0 }));
      const [name] = nameBorn([{ cluster: 0, profile: entry }], [], new Map(), winter, alike.words).values();
      return name.name;
    };
    expect(named({ season_winter: 2, mix_winter: 2.2, recency_days: 0.5 })).toBe('Lapsed winter sports fans');
    expect(named({ season_winter: 2.2, mix_winter: 2, recency_days: 0.5 })).toBe('Lapsed winter-season shoppers');
    expect(named({ season_summer: 2, mix_winter: 2.2 })).toBe('Summer-season winter sports fans');
    expect(named({ night_share: 2, recency_days: 0.5 }, { q75: 1, baseMedian: 2 })).toBe('Lapsed one-time buyers');
  });

  it.each([
    ['Winter-season', 'winter sports fans', true],
    ['camping lovers', 'Campers', true],
    ['Quick-cycle', 'cyclists', true],
    ['Night-time', 'one-time buyers', true],
    ['Autumn-season', 'Christmas lovers', false],
    ['Frequent', 'High-value', false],
    ['Value of the order', 'the best of all', false],
  ])('%s and %s share a word: %s', (a, b, shared) => {
    expect(shareStem(a, b)).toBe(shared);
    expect(shareStem(b, a)).toBe(shared);
  });

  it('would rather say what a persona buys than what it leaves', () => {
    expect(nameOf(profile({ frequency: 1, mix_climbing: -0.9, mix_christmas: 0.6 })).name).toBe('Frequent Christmas lovers');
  });

  it('is the same for the same profiles', () => {
    const profiles = [profile({ frequency: 2, monetary: 1 }), profile({ recency_days: 1, monetary: -1 })];
    expect(namesOf(profiles)).toEqual(namesOf(profiles));
  });

  it('is never shared: the next distinguishing feature is added, then a comparison, then a number', () => {
    const same = { frequency: 2, monetary: 1.5, recency_days: -1 };
    const names = namesOf([profile(same), profile(same), profile({ ...same, tenure_days: 0.2 }), profile(same)]).map(({ name }) => name);
    expect(names).toEqual([
      'Frequent high-value customers',
      'Recent frequent high-value customers',
      'Frequent high-value customers with higher days since first order',
      'Frequent high-value customers (2)',
    ]);
    expect(new Set(names).size).toBe(4);
  });

  it('is not taken from a persona that keeps it', () => {
    const same = profile({ frequency: 2, monetary: 1.5, recency_days: -1 });
    expect(namesOf([same, same], new Map([['Frequent high-value customers', 0]]))).toMatchObject([
      { name: 'Recent frequent high-value customers', namedAfter: ['recency_days', 'frequency', 'monetary'] },
    ]);
  });
});

describe('headline traits', () => {
  it('are the three strongest that are not restatements of each other', () => {
    const traits = headlineTraits(profile({ average_order_value: -3, basket_units: -2.9, season_summer: 2, season_winter: -1.9, night_share: 0.4, r_score: 5 }), SPECS, alike.traits);
    expect(traits.map(({ feature }) => feature)).toEqual(['average_order_value', 'season_summer', 'night_share']);
    expect(Object.keys(traits[0]).sort()).toEqual(['base', 'feature', 'label', 'lift', 'statistic', 'unit', 'value', 'z']);
  });

  it('are three even where all features say one thing', () => {
    const everything = () => true;
    expect(headlineTraits(profile({ frequency: 1 }), SPECS, everything)).toHaveLength(3);
  });
});
