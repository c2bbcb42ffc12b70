import fc from 'fast-check';
import type { FeatureProfile, PersonasReport } from '../../../src/contracts/personas';
import { builtInFeatures } from '../../../src/core/features/built-in';
import { assemblePersonas, type AssembleInput } from '../../../src/core/personas/assemble';
import { asCurrentPersonas } from '../../../src/core/personas/current';
import { identify } from '../../../src/core/personas/identity';

const SPECS = builtInFeatures('EUR');
const RULE = { minOverlap: 0.3, close: 0.1, match: 0.5, split: 0.2, merge: 0.1 };
type Standing = Readonly<Record<string, number>>;

/** A profile with the given standings; all other features are at the base. */
const profile = (z: Standing, change: Record<string, Partial<FeatureProfile>> = {}): FeatureProfile[] =>
  SPECS.map(({ name, label, unit }) => ({
    feature: name, label, unit, value: 2, base: 2, lift: 1, z: z[name] ?? 0, statistic: 'median', mean: 2, median: 2, q25: 1, q75: 3, baseMean: 2, baseMedian: 2, missing: 0,
    ...change[name],
  }));

/** One night: each cluster shares 100 customers with the persona of the parent at its place. */
function night(profiles: readonly FeatureProfile[][], parent: PersonasReport | null, day = 1): PersonasReport {
  const asOf = `2026-01-${String(day).padStart(2, '0')}`;
  const overlaps = (parent?.personas ?? []).slice(0, profiles.length).map(({ key }, cluster) => ({ personaKey: key, cluster, customers: 100 }));
  const identity = identify(parent, overlaps, profiles.length, RULE, { project: 'shop', asOf, modelDigest: `night ${day}` });
  const size = { revenue: '100', whales: 0, whale_revenue: '0', at_risk: 0 };
  const input: AssembleInput = {
    features: { asOf, revenue: 'net', currency: 'EUR', customers: 100 * profiles.length, totalRevenue: '100', features: SPECS, cohorts: [] },
    specs: SPECS, identity, parent, parentRelease: parent === null ? null : day - 1,
    sizes: [{ ...size, persona_key: null, customers: 100 * profiles.length }, ...identity.personas.map(({ key }) => ({ ...size, persona_key: key, customers: 100 }))],
    profiles, categories: profiles.map(() => []), stability: profiles.map(() => ({ jaccard: null, label: 'not measured' })), kpis: [],
    alike: { traits: () => false, words: () => false }, whaleRule: '', atRiskRule: '',
  };
  return assemblePersonas(input);
}

/** The name of the first persona after a second night with another profile. */
function after(first: FeatureProfile[], second: FeatureProfile[], others: readonly FeatureProfile[][] = []) {
  const before = night([first, ...others], null);
  const [persona] = night([second, ...others], before, 2).personas;
  return { old: before.personas[0].name, persona };
}

describe('a name', () => {
  it('stays under small drift, though the profile would be given another name', () => {
    const { old, persona } = after(profile({ frequency: 0.8, monetary: 0.7 }), profile({ monetary: 0.9, recency_days: -0.8, frequency: 0.4 }));
    expect(old).toBe('Frequent high-value customers');
    expect(persona).toMatchObject({ name: old, namedAfter: ['frequency', 'monetary'], naming: { since: '2026-01-01', before: null } });
    expect(night([profile({ monetary: 0.9, recency_days: -0.8, frequency: 0.4 })], null).personas[0].name).not.toBe(old);
  });

  it.each([
    ['just above half of what a word takes', 0.15, true],
    ['below', 0.149, false],
    ['the other way', -0.8, false],
  ])('holds where a feature that earned it stands %s: z %d', (_, z, kept) => {
    const { old, persona } = after(profile({ frequency: 0.8, monetary: 0.7 }), profile({ frequency: z, monetary: 0.7, recency_days: -0.5 }));
    expect(persona.name === old).toBe(kept);
    expect(persona.naming.before === null).toBe(kept);
  });

  it('left says what no longer holds, and is given anew from the profile', () => {
    const { persona } = after(profile({ frequency: 0.8, monetary: 0.7 }), profile({ frequency: 0.05, monetary: 0.7, recency_days: 0.5 }));
    expect(persona).toMatchObject({
      name: 'Lapsed high-value customers',
      naming: {
        since: '2026-01-02',
        before: { name: 'Frequent high-value customers', because: '“Orders” is no longer clearly above the base: z 0.05, was 0.80 when it was named' },
      },
    });
  });

  it('is measured against the night it was given, not against the last one', () => {
    let report = night([profile({ frequency: 0.8, monetary: 0.7 })], null);
    const names: string[] = [];
    for (const [i, frequency] of [0.6, 0.4, 0.25, 0.16, 0.12].entries()) {
      report = night([profile({ frequency, monetary: 0.7, recency_days: -0.4 })], report, i + 2);
      names.push(report.personas[0].name);
    }
    expect(names).toEqual([...Array<string>(4).fill('Frequent high-value customers'), 'Recent high-value customers']);
    expect(report.personas[0].naming.before?.because).toContain('was 0.80 when it was named');
  });

  it('of one-time buyers holds while half of them ordered once', () => {
    const once = (median: number): FeatureProfile[] => profile({ recency_days: 1.3, frequency: -0.9 }, { frequency: { q75: median === 1 ? 1 : 3, median } });
    const { old, persona } = after(once(1), profile({ recency_days: 1.3, frequency: -0.9 }, { frequency: { q75: 2, median: 1 } }));
    expect([old, persona.name]).toEqual(['Lapsed one-time buyers', 'Lapsed one-time buyers']);
    expect(after(once(1), once(2)).persona.naming.before?.because).toBe('less than half of its customers ordered once only');
  });

  it('of typical customers holds until something stands out', () => {
    expect(after(profile({ recency_days: -0.1 }), profile({ monetary: 0.59 })).persona.name).toBe('Typical customers');
    expect(after(profile({ recency_days: -0.1 }), profile({ monetary: 0.61 })).persona.naming.before?.because).toBe('it is typical no more: “Revenue” stands at z 0.61');
  });

  it('that compares holds while the comparison does, and when the other is gone', () => {
    const same = { frequency: 2, monetary: 1.5 };
    const two = night([profile(same), profile({ ...same, tenure_days: 0.2 })], null);
    const [, compared] = two.personas;
    expect(compared.name).toBe('Frequent high-value customers with higher days since first order');
    const next = (own: number, rival: number) => night([profile({ ...same, tenure_days: rival }), profile({ ...same, tenure_days: own })], two, 2).personas[1];
    expect(next(0.3, 0.2).name).toBe(compared.name);
    expect(next(0.2, 0.3).naming.before?.because).toMatch(/^“Days since first order” is no longer higher than that of psn_\w+: z 0.20 against 0.30$/);
    const alone = night([profile({ ...same, tenure_days: -1 })], { ...two, personas: [compared] }, 2);
    expect(alone.personas[0].name).toBe(compared.name);
  });

  it('that was a number for want of values is given when there are some', () => {
    const hidden = profile({}).map((entry) => ({ ...entry, z: null, value: null }));
    expect(after(hidden, hidden).persona.name).toBe('Group 1');
    expect(after(hidden, profile({ frequency: 0.8, monetary: 0.7 })).persona.name).toBe('Frequent high-value customers');
  });

  it('that one persona gives up is not another one’s in the same night', () => {
    const loyal = profile({ frequency: 0.8, monetary: 0.7 });
    const before = night([loyal, profile({ recency_days: 1, night_share: 1.5 })], null);
    // they trade profiles, but their customers stay
    const now = night([profile({ recency_days: 1, night_share: 1.5 }), loyal], before, 2);
    expect(now.personas.map(({ key }) => key)).toEqual(before.personas.map(({ key }) => key));
    const names = [...before.personas, ...now.personas].map(({ name }) => name);
    expect(new Set(names).size).toBe(4);
  });

  it('of an earlier version is measured by the profile of its release', () => {
    const stored = night([profile({ frequency: 0.8, monetary: 0.1 })], null);
    const { naming: _, identity: __, ...persona } = { ...stored.personas[0], name: 'Big fish', namedAfter: ['frequency', 'monetary'] };
    const { format: ___, ...first } = { ...stored, personas: [persona], retired: [{ key: 'psn_old', name: 'Old' }] };
    const parent = asCurrentPersonas(first as unknown as PersonasReport);
    expect(parent.retired[0]).toMatchObject({ kind: 'retired', into: [] });
    expect(night([profile({ frequency: 0.2, monetary: -0.4 })], parent, 2).personas[0].name).toBe('Big fish');
    expect(night([profile({ frequency: 0.1, monetary: -0.4 })], parent, 2).personas[0].naming.before?.name).toBe('Big fish');
  });

  it('is shared by no two personas, whatever the profiles do', () => {
    const z = fc.constantFrom(-1, -0.4, -0.2, 0, 0.1, 0.2, 0.5, 1);
    const casts = fc.integer({ min: 1, max: 4 }).chain((k) =>
      fc.array(fc.array(fc.record({ frequency: z, monetary: z, recency_days: z }), { minLength: k, maxLength: k }), { minLength: 2, maxLength: 4 }),
    );
    fc.assert(
      fc.property(casts, (nights) => {
        let report: PersonasReport | null = null;
        for (const [i, standings] of nights.entries()) {
          const before: PersonasReport | null = report;
          report = night(standings.map((standing) => profile(standing)), before, i + 1);
          const names = report.personas.map(({ name }) => name);
          expect(new Set(names).size).toBe(names.length);
          // the same profiles once more: the same names
          expect(night(standings.map((standing) => profile(standing)), report, i + 10).personas.map(({ name }) => name)).toEqual(names);
        }
      }),
      { numRuns: 60 },
    );
  });
});
