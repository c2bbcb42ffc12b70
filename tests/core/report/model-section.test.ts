import type { StoredMixture } from '../../../src/contracts/model';
import type { ReportInputs } from '../../../src/core/report/inputs';
import { renderReport } from '../../../src/core/report/page';
import { rawPoint } from '../../../src/core/report/raw-units';
import { reportFixture } from '../../support/report-fixture';
import { sectionOf, tableOf, textOf } from '../../support/report-text';

const sectionFor = (inputs: ReportInputs): string => sectionOf(renderReport(inputs, 'globalThis.ran=true'), 'model');
const mixed = reportFixture('mixture');
const stored = (mixed.model.solution as { mixture: StoredMixture }).mixture;
const withMixture = (mixture: StoredMixture): ReportInputs => ({
  ...mixed,
  model: { ...mixed.model, solution: { kind: 'mixture', mixture } },
});

describe('what the model knows of a persona', () => {
  it('gives the centre of each in raw units, and that of all customers', () => {
    const { model, preprocessing } = mixed;
    const rows = tableOf(sectionFor(mixed), 'Centre of each persona');
    const orders = rows.find(([feature]) => feature === 'Orders')!.slice(1);
    const points = [preprocessing.columns.map(() => 0), ...model.centroids].map((centre) =>
      rawPoint(preprocessing, centre).get('frequency')!,
    );
    expect(orders).toEqual(points.map((value) => `${value.toFixed(2)} orders`));
    // 13 columns: 6 features of their own and the parts of two wholes, 4 and 5 of them.
    expect(rows).toHaveLength(1 + 6 + 4 + 5);
  });

  it('has centres alone for k-means, and says that nothing else decides', () => {
    const section = sectionFor(reportFixture('kmeans'));
    expect(textOf(section)).toContain(
      'Every customer belongs to the persona with the nearest one; nothing else decides.',
    );
    expect(section).not.toContain('Size and shape');
  });

  it('says of a density that its centre decides nothing', () =>
    expect(textOf(sectionFor(reportFixture('density')))).toContain('Its centre describes it and decides nothing.'));

  it('says of a density whose regions they are, where the sample was not everybody', () => {
    const density = reportFixture('density');
    const { rows, customers } = density.selection.sample;
    const all = { ...density, selection: { ...density.selection, sample: { ...density.selection.sample, rows: customers } } };
    expect(rows).toBeLessThan(customers);
    expect(textOf(sectionFor(density))).toContain('The regions are those of the 3,000 customers of the sample');
    expect(textOf(sectionFor(all))).not.toContain('The regions are those');
  });

  it('gives mixing proportion, volume, ratio of axes and the longest axis of each component', () => {
    const section = sectionFor(mixed);
    const rows = tableOf(section, 'Mixing proportion').slice(1);
    expect(rows.map((row) => row[1])).toEqual(stored.proportions.map((share) => `${(share * 100).toFixed(1)}%`));
    const variances = stored.covariances[4].map((row, j) => row[j]);
    const ratio = Math.sqrt(Math.max(...variances) / Math.min(...variances));
    expect(rows[4][4]).toBe(`${ratio.toFixed(1)} : 1`);
    expect(rows[4][6]).toBe('along “Orders”');
    expect(variances.indexOf(Math.max(...variances))).toBe(1);
    const volumes = stored.covariances.map((covariance) =>
      Math.exp(covariance.reduce((sum, row, j) => sum + Math.log(row[j]), 0) / covariance.length),
    );
    const typical = Math.exp(volumes.reduce((sum, volume) => sum + Math.log(volume), 0) / volumes.length);
    expect(rows.map((row) => row[3].split('×')[1])).toEqual(volumes.map((volume) => (volume / typical).toFixed(2)));
    expect(textOf(section)).toContain(
      'each persona has a volume of its own, each has a shape of its own, their axes run along the columns',
    );
    expect(textOf(section)).toContain('Relative entropy 0.791');
  });

  it('gives the standard deviation of every column, with what it spans in raw units', () => {
    const rows = tableOf(sectionFor(mixed), 'Standard deviation of each column').slice(1);
    expect(rows).toHaveLength(13);
    rows.forEach((row, j) =>
      stored.covariances.forEach((covariance, c) =>
        expect(row[c + 1].split(' ')[0]).toBe(Math.sqrt(covariance[j][j]).toFixed(2)),
      ),
    );
    expect(rows[0][1]).toMatch(/^0\.47 38\.0 to 138 days$/);
  });

  it('says that the columns of a diagonal model do not go together', () =>
    expect(textOf(sectionFor(mixed))).toContain('Nothing, by the model VVI: its axes run along the columns.'));

  it('lists correlations from 0.3 on: by persona, or once where the model has the same for all', () => {
    const correlated = stored.covariances.map((covariance, c) =>
      covariance.map((row, i) =>
        row.map((value, j) =>
          i + j === 1 ? (c === 0 ? 0.5 : -0.4) * Math.sqrt(covariance[0][0] * covariance[1][1]) : value,
        ),
      ),
    );
    const own = tableOf(
      sectionFor(withMixture({ ...stored, model: 'VVV', covariances: correlated })),
      'Correlations within personas',
    ).slice(1);
    expect(own).toHaveLength(5);
    expect(own[0]).toEqual(['1 Occasional small baskets', 'Days since last order', 'Orders', '+0.50']);
    expect(own[1][3]).toBe('−0.40');
    const shared = tableOf(
      sectionFor(withMixture({ ...stored, model: 'EEE', covariances: stored.covariances.map(() => correlated[0]) })),
      'Correlations within personas',
    ).slice(1);
    expect(shared).toEqual([['All personas', 'Days since last order', 'Orders', '+0.50']]);
  });

  it('shows no centre, shape or spread of a persona of fewer than 11 customers', () => {
    const last = mixed.personas.personas.length - 1;
    const small: ReportInputs = {
      ...mixed,
      model: { ...mixed.model, sizes: mixed.model.sizes.map((size, i) => (i === last ? 7 : size)) },
      personas: {
        ...mixed.personas,
        personas: mixed.personas.personas.map((p, i) => (i === last ? { ...p, customers: 7, share: 7 / 4338 } : p)),
      },
    };
    const section = sectionFor(small);
    for (const caption of ['Centre of each persona', 'Standard deviation of each column'])
      for (const row of tableOf(section, caption).slice(1)) expect(row[row.length - 1]).toBe('–');
    expect(tableOf(section, 'Mixing proportion').at(-1)?.slice(1)).toEqual(['–', '–', '–', '–', '–', '–']);
  });
});
