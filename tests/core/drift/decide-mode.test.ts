import fc from 'fast-check';
import { modesConfig } from '../../../src/config/modes';
import type { FeatureDrift, ModelFit } from '../../../src/contracts/drift';
import { decideMode, findingsOf, type Champion } from '../../../src/core/drift';
import type { Measured } from '../../../src/core/drift/findings';

const config = modesConfig.parse({});
const champion: Champion = { release: 7, fittedAsOf: '2026-02-20', sameSettings: true };
const quiet = { findings: [] };
const rulesOf = (...args: Parameters<typeof decideMode>) => decideMode(...args).reasons.map(({ rule }) => rule);

describe('the mode', () => {
  it('is score while the model is young and nothing moved, and says how young', () => {
    expect(decideMode('2026-03-01', champion, quiet, config)).toEqual({
      mode: 'score',
      reasons: [{ rule: 'fresh', evidence: 'the model of release 7 is 9 days old (fitted as of 2026-02-20), no drift' }],
    });
    expect(decideMode('2026-02-20', champion, null, config).reasons[0].evidence).toContain('drift was not measured');
  });

  it('is refit from the maximum age on, across months and leap days', () => {
    expect(decideMode('2026-03-21', champion, quiet, config).mode).toBe('score');
    expect(rulesOf('2026-03-22', champion, quiet, config)).toEqual(['age']);
    // 2024 has a 29 February: 30 days from 31 January end on 1 March
    expect(decideMode('2024-02-29', { ...champion, fittedAsOf: '2024-01-31' }, quiet, config).mode).toBe('score');
    expect(rulesOf('2024-03-01', { ...champion, fittedAsOf: '2024-01-31' }, quiet, config)).toEqual(['age']);
  });

  it('is refit without a model, with one of other settings, and with one of a later day', () => {
    expect(rulesOf('2026-03-01', null, null, config)).toEqual(['first']);
    expect(rulesOf('2026-03-01', { ...champion, sameSettings: false }, quiet, config)).toEqual(['settings']);
    expect(rulesOf('2026-02-19', champion, quiet, config)).toEqual(['ahead']);
  });

  it('names every reason, not only the first', () => {
    const finding = { rule: 'far', evidence: 'x' } as const;
    expect(rulesOf('2026-08-01', { ...champion, sameSettings: false }, { findings: [finding] }, config)).toEqual(['settings', 'age', 'far']);
  });

  it('scores only where there is no reason against it', () => {
    fc.assert(
      fc.property(fc.integer({ min: -40, max: 40 }), fc.boolean(), fc.boolean(), (age, sameSettings, drifted) => {
        const asOf = new Date(Date.UTC(2026, 1, 20 + age)).toISOString().slice(0, 10);
        const { mode } = decideMode(asOf, { ...champion, sameSettings }, drifted ? { findings: [{ rule: 'sizes', evidence: '' }] } : quiet, config);
        expect(mode).toBe(age >= 0 && age < 30 && sameSettings && !drifted ? 'score' : 'refit');
      }),
    );
  });
});

describe('the findings', () => {
  const fit = (over: Partial<ModelFit> = {}): ModelFit => ({
    personas: [{ cluster: 0, key: 'k', name: 'Frequent', reference: 0.6, current: 0.65 }, { cluster: 1, key: 'l', name: 'Rare', reference: 0.4, current: 0.35 }],
    unassigned: { reference: 0, current: 0 },
    far: { measure: 'distance', reference: 0.01, current: 0.012 },
    ...over,
  });
  const feature = (over: Partial<FeatureDrift> = {}): FeatureDrift => ({
    feature: 'monetary', label: 'Spend', unit: 'EUR', values: { reference: 100, current: 100 }, missing: { reference: 0, current: 0 }, psi: 0.1, ks: 0.05, cap: 9,
    mean: { reference: 10, current: 11.2, change: 0.12, low: 0.09, high: 0.155 }, alarms: [], ...over,
  });
  const measured = (over: Partial<Measured> = {}): Measured => ({ customers: { reference: 1000, current: 1100, both: 900 }, fit: fit(), unplaceable: null, features: [feature()], ...over });
  const texts = (over: Partial<Measured>) => findingsOf(measured(over), config).map(({ rule, evidence }) => `${rule}: ${evidence}`);

  it('are none where nothing is beyond its threshold', () => {
    expect(texts({})).toEqual([]);
  });

  it('name the measure, both values and the threshold', () => {
    expect(texts({ features: [feature({ alarms: ['mean'] }), feature()] })).toEqual(['drift: Spend: mean +12.0%, interval +9.0% to +15.5% (beyond ±5.0%)']);
    expect(texts({ features: [feature({ psi: 0.3, ks: 0.2, missing: { reference: 0.1, current: 0.3 }, alarms: ['psi', 'ks', 'missing'] })] })).toEqual([
      'drift: Spend: PSI 0.30 (> 0.25); KS D 0.20 (> 0.1); missing for 30.0%, 10.0% at the fit (> 0.1 apart)',
    ]);
    expect(texts({ customers: { reference: 1000, current: 600, both: 500 } })).toEqual(['customers: 600 customers, 1000 at the fit (-40.0%); 30.0% up or down are let pass']);
    expect(texts({ fit: fit({ personas: [{ cluster: 0, key: 'k', name: 'Frequent', reference: 0.6, current: 0.45 }] }) })).toEqual([
      'sizes: "Frequent" had 60.0% of the customers, today 45.0%; 10.0% up or down are let pass',
    ]);
    expect(texts({ fit: fit({ far: { measure: 'unassigned', reference: 0.05, current: 0.2 } }) })).toEqual(['far: 20.0% of the customers belong to no persona, 5.0% at the fit; 5.0% more are let pass']);
    expect(texts({ fit: null, unplaceable: 'cannot' })).toEqual(['unplaceable: cannot']);
  });

  it('do not count fewer customers far from all personas as drift', () => {
    expect(texts({ fit: fit({ far: { measure: 'unassigned', reference: 0.3, current: 0.1 } }) })).toEqual([]);
  });
});
