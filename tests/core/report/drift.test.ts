import type { DriftReport } from '../../../src/contracts/drift';
import { renderReport } from '../../../src/core/report/page';
import { reportFixture } from '../../support/report-fixture';
import { sectionOf, tableOf, textOf } from '../../support/report-text';

const steady = { values: { reference: 5000, current: 5500 }, missing: { reference: 0, current: 0 }, psi: 0.012, ks: 0.03, cap: 900, mean: null, alarms: [] };
const DRIFT: DriftReport = {
  format: 1,
  asOf: '2011-12-09',
  model: { release: 3, fittedAsOf: '2011-11-20' },
  customers: { reference: 5000, current: 5500, both: 4800 },
  fit: {
    personas: [{ cluster: 0, key: 'psn_a', name: 'Loyal regulars', reference: 0.3, current: 0.42 }, { cluster: 1, key: 'psn_b', name: 'Few', reference: 0.001, current: 0.02 }],
    unassigned: { reference: 0, current: 0 },
    far: { measure: 'distance', reference: 0.01, current: 0.034 },
  },
  unplaceable: null,
  features: [
    { ...steady, feature: 'monetary', label: 'Spend', unit: 'EUR', mean: { reference: 250, current: 281.5, change: 0.126, low: 0.091, high: 0.163 }, alarms: ['mean'] },
    { ...steady, feature: 'recency_days', label: 'Days since last order', unit: '', missing: { reference: 0, current: 0.021 } },
  ],
  findings: [{ rule: 'drift', evidence: 'Spend: mean +12.6%' }],
  choice: { mode: 'refit', reasons: [{ rule: 'drift', evidence: 'Spend: mean +12.6%' }] },
};

const sectionFor = (drift?: DriftReport | null): string => sectionOf(renderReport({ ...reportFixture(), drift }, 'globalThis.ran=true'), 'drift');

describe('what moved since the model was fitted', () => {
  const section = sectionFor(DRIFT);

  it('names what drifted, since when, and what followed from it', () => {
    expect(textOf(section)).toContain('Spend has drifted since 20 November 2011, the day the model of release 3 was fitted.');
    expect(textOf(section)).toContain('A new model was fitted. Spend: mean +12.6%.');
    expect(textOf(section)).toContain('5,500 customers (+10.0%); 5,000 when the model was fitted, 4,800 of them on both days.');
  });

  it('gives each feature both means, its change with the interval, and the two measures', () => {
    const rows = tableOf(section, 'Features of the model');
    expect(rows[1]).toEqual(['Spend (EUR)', 'drifted: mean', '250', '282', '+12.6%', '+9.1% to +16.3%', '0.012', '0.030', '0.0%', '0.0%']);
    expect(rows[2]).toEqual(['Days since last order', 'steady', '–', '–', '–', '–', '0.012', '0.030', '0.0%', '2.1%']);
  });

  it('shows no share of fewer than kMin customers, nor what it could be worked out from', () => {
    const rows = tableOf(section, 'Share of the customers');
    expect(rows[1]).toEqual(['Loyal regulars', '30.0%', '42.0%', '+12.0']);
    // 5 of 5,000, where 11 are asked
    expect(rows[2]).toEqual(['Few', '< 0.2%', '2.0%', '–']);
    expect(rows[3]).toEqual(['Far from every persona', '1.0%', '3.4%', '+2.4']);
  });

  it('says that the model is applied again, or why it could not be', () => {
    const fresh = { ...DRIFT, features: DRIFT.features.slice(1), findings: [], choice: { mode: 'score', reasons: [{ rule: 'fresh', evidence: 'the model is 19 days old' }] } } as DriftReport;
    expect(textOf(sectionFor(fresh))).toContain('No feature has drifted');
    expect(textOf(sectionFor(fresh))).toContain('The model is applied again. The model is 19 days old.');
    const gone: DriftReport = { ...DRIFT, customers: { ...DRIFT.customers, both: null }, features: [], fit: null, unplaceable: 'x' };
    expect(textOf(sectionFor(gone))).toContain('5,000 when the model was fitted. Compared');
  });

  it('is left out where there was no model', () => {
    expect(sectionFor(null)).toBe('');
    expect(sectionFor()).toBe('');
  });
});
