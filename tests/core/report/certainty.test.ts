import type { CertaintyRow } from '../../../src/core/report/certainty';
import { certaintyOf, totalOf } from '../../../src/core/report/certainty';
import type { ReportInputs } from '../../../src/core/report/inputs';
import { renderReport } from '../../../src/core/report/page';
import { viewOf } from '../../../src/core/report/view';
import { reportFixture } from '../../support/report-fixture';
import { sectionOf, specOf, tableOf, textOf } from '../../support/report-text';

const inputs = reportFixture();
const sectionFor = (of: ReportInputs): string => sectionOf(renderReport(of, 'globalThis.ran=true'), 'certainty');
const section = sectionFor(inputs);
const wholes = inputs.certainty.filter(({ runnerUp }) => runnerUp === null);

/** The fixture with the counts of its first persona replaced. */
const withFirst = (change: Partial<CertaintyRow>): ReportInputs => ({
  ...inputs,
  certainty: inputs.certainty.map((row) => (row.cluster === 0 && row.runnerUp === null ? { ...row, ...change } : row)),
});

describe('how sure customers are of their persona', () => {
  it('gives for each persona the median, and how many are clear, likely and uncertain', () => {
    const rows = tableOf(section, 'Numbers: How sure');
    expect(rows[0].slice(3, 6)).toEqual(['Clear: 0.95 or more', 'Likely: 0.80 to 0.95', 'Uncertain: below 0.80']);
    wholes.forEach(({ clear, likely, uncertain, median }, i) => {
      const size = clear + likely + uncertain;
      expect(rows[i + 1].slice(1, 7).map((text) => text.replace(',', ''))).toEqual([
        String(size),
        median.toFixed(3),
        String(clear),
        String(likely),
        String(uncertain),
        `${((uncertain / size) * 100).toFixed(1)}%`,
      ]);
    });
    expect(rows[1][7]).toBe('2 Loyal frequent buyers');
  });

  it('says first how many are uncertain, and what that means', () => {
    const uncertain = wholes.reduce((sum, row) => sum + row.uncertain, 0);
    expect(textOf(section)).toContain(
      `${uncertain} customers (${((uncertain / 4338) * 100).toFixed(1)}%) have a probability below 0.80`,
    );
  });

  it('draws the shares of each persona, which sum to 1', () => {
    const { data } = specOf<{ data: { rows: [string, string, number, number][] } }>(section, 'certainty');
    for (let i = 0; i < 5; i++)
      expect(data.rows.slice(3 * i, 3 * i + 3).reduce((sum, row) => sum + row[3], 0)).toBeCloseTo(1, 12);
  });

  it.each([
    ['kmeans', 'From the margin'],
    ['hierarchical', 'From the margin'],
    ['mixture', 'The posterior probability of the own persona'],
    ['density', 'It is no probability of being in the wrong persona'],
  ] as const)('says of %s what its probability is', (winner, words) =>
    expect(textOf(sectionFor(reportFixture(winner)))).toContain(words),
  );

  it('follows the limit of the config', () => {
    const other = {
      ...inputs,
      config: { ...inputs.config, personas: { ...inputs.config.personas, uncertainBelow: 0.97 } },
    };
    expect(tableOf(sectionFor(other), 'Numbers: How sure')[0].slice(3, 6)).toEqual([
      'Clear: 0.97 or more',
      'Likely: 0.97 to 0.97',
      'Uncertain: below 0.97',
    ]);
  });

  it('shows no count of fewer than 11 customers, nor the one it would follow from, nor a total that gives it away', () => {
    const few = withFirst({ clear: 1000, likely: 375, uncertain: 7 });
    const [, first] = tableOf(sectionFor(few), 'Numbers: How sure');
    expect(first.slice(3, 7)).toEqual(['1,000', 'withheld', '< 11', '–']);
    const rows = tableOf(sectionFor(few), 'Numbers: How sure');
    expect(rows[rows.length - 1][5]).toBe('–');
    expect(textOf(sectionFor(few))).not.toContain('have a probability below');
  });

  it('says nothing of a persona whose size is not shown', () => {
    const small = viewOf(inputs);
    const cast = small.cast.map((member, i) =>
      i === 4 ? { ...member, persona: { ...member.persona, customers: null } } : member,
    );
    expect(certaintyOf({ ...small, cast })[4]).toEqual({
      clear: 'withheld',
      likely: 'withheld',
      uncertain: 'withheld',
      median: null,
      torn: null,
    });
  });

  it('names the other persona only where 11 customers or more are torn towards it', () => {
    const view = viewOf(inputs);
    const rows = (uncertain: number): CertaintyRow[] => [
      { cluster: 0, runnerUp: null, clear: 50, likely: 30, uncertain: 40, median: 0.9 },
      { cluster: 0, runnerUp: 3, clear: 0, likely: 0, uncertain, median: 0.6 },
    ];
    expect(certaintyOf({ ...view, certainty: rows(11) })[0].torn).toBe(3);
    expect(certaintyOf({ ...view, certainty: rows(10) })[0].torn).toBeNull();
  });

  it('adds up what may be added up', () => {
    expect(totalOf([40, 60], [40, 60], 11)).toBe(100);
    expect(totalOf([40, 'small'], [40, 3], 11)).toBeNull();
    expect(totalOf([40, 'small', 'withheld'], [40, 3, 12], 11)).toBe(55);
    expect(totalOf(['small', 'small'], [3, 4], 11)).toBeNull();
  });
});

describe('customers of no persona', () => {
  const density = reportFixture('density');
  const page = renderReport(density, 'globalThis.ran=true');

  it('are counted and stated, at the head and where certainty is', () => {
    expect(textOf(page)).toContain('All but 592 of 4,930 customers fall into 5 personas.');
    expect(textOf(sectionOf(page, 'certainty'))).toContain('592 customers (12.0%) belong to no persona.');
    expect(tableOf(page, 'Numbers: How many they are').at(-1)?.slice(0, 3)).toEqual(['No persona', '592', '12.0%']);
  });

  it('are grey marks of their own on the map, and a row of its table', () => {
    const spec = specOf<{
      data: { rows: [number, number, string][] };
      encoding: { color: { scale: { domain: string[]; range: string[] } } };
    }>(page, 'pca-scatter');
    const { domain, range } = spec.encoding.color.scale;
    expect([domain.at(-1), range.at(-1)]).toEqual(['No persona', '@neutral']);
    const outside = density.pca.scatter.filter(([, , cluster]) => cluster === -1).length;
    expect(spec.data.rows.filter(([, , persona]) => persona === 'No persona')).toHaveLength(outside);
    expect(tableOf(page, 'Numbers: The customers on a map').at(-1)?.slice(0, 2)).toEqual([
      'No persona',
      String(outside),
    ]);
  });

  it('are not spoken of where everybody has a persona', () => {
    const all = renderReport(inputs, 'globalThis.ran=true');
    expect(textOf(all)).toContain('4,338 customers fall into 5 personas.');
    expect(all).not.toContain('No persona');
  });

  it('are not counted where they are fewer than 11', () => {
    const few = {
      ...density,
      personas: {
        ...density.personas,
        customers: 4343,
        unassigned: { customers: 5, share: 5 / 4343, revenue: '12.0000', revenueShare: 0, whales: 0, atRisk: 0 },
      },
    };
    const text = textOf(renderReport(few, 'globalThis.ran=true'));
    expect(text).toContain('All but a few of 4,343 customers fall into 5 personas.');
    expect(text).toContain('A few customers belong to no persona');
    expect(text).not.toMatch(/\b5 customers/);
  });
});
