import type { HoldoutReport } from '../../../src/contracts/selection';
import type { ReportInputs } from '../../../src/core/report/inputs';
import { shownMoves } from '../../../src/core/privacy/moves';
import { renderReport } from '../../../src/core/report/page';
import { reportFixture } from '../../support/report-fixture';
import { sectionOf, tableOf, textOf } from '../../support/report-text';

const inputs = reportFixture();
const sectionFor = (of: ReportInputs): string => sectionOf(renderReport(of, 'globalThis.ran=true'), 'holdout');
const withHoldout = (change: Partial<HoldoutReport>): ReportInputs => ({ ...inputs, holdout: { ...inputs.holdout!, ...change } });
const section = sectionFor(inputs);

describe('whether the personas last', () => {
  it('says first how many kept their persona, and names both windows', () => {
    // The diagonal of the fixture is 520 + 410 + 260 + 90 + 150 = 1430; its moves without those who left are 2,123.
    expect(textOf(section)).toContain('Of 2,123 customers with a persona in both windows 67.4% kept it; 0 of 5 personas are stable over time.');
    expect(textOf(section)).toContain('1 December 2010 to 5 June 2011 (2,963 customers) and 6 June 2011 to 9 December 2011 (3,344 customers)');
  });

  it('gives each persona its Jaccard and what that means', () => {
    const rows = tableOf(section, 'Each persona of the earlier window');
    // 520 / (665 + 660 - 520) = 0.646; 90 / (295 + 199 - 90) = 0.223
    expect(rows[1].slice(1, 5)).toEqual(['pattern', '0.65', '965', '520']);
    expect(rows[4].slice(1, 5)).toEqual(['not to be trusted', '0.22', '475', '90']);
  });

  it('shows who went where, those who did not buy again last', () => {
    expect(tableOf(section, 'Customers by their persona')[1].slice(1)).toEqual(['520', '40', '60', '20', '25', '300']);
  });

  it('lists the largest moves first, and none below 0.1', () => {
    const rows = tableOf(section, 'Largest moves').slice(1);
    expect(rows.map(([, , move]) => move)).toEqual(['+0.93', '−0.31']);
  });

  it('warns where the later window grouped anew is another story', () => {
    expect(section).toContain('The later window tells another story in part.');
    const { comparison } = inputs.holdout!;
    const same = withHoldout({ comparison: { ...comparison!, anew: { k: 5, adjustedRand: 0.93, predictionStrength: 0.9 } } });
    expect(sectionFor(same)).toContain('The later window shows the same groups.');
  });

  it('gives the reason where nothing was compared, and is left out where it was not asked for', () => {
    const reason = 'fewer than 200 customers bought from 2010-12-01 to 2011-06-05';
    expect(textOf(sectionFor(withHoldout({ comparison: null, reason })))).toContain(`Not looked at. F${reason.slice(1)}.`);
    expect(sectionFor({ ...inputs, holdout: null })).toBe('');
  });

  it('shows no count of fewer than kMin customers, and none that could be worked out', () => {
    const { comparison } = inputs.holdout!;
    const [first, ...others] = comparison!.personas;
    const few = { ...first, movedTo: [3, ...first.movedTo.slice(1)], stayed: 3, jaccard: 0.004 };
    const rows = tableOf(sectionFor(withHoldout({ comparison: { ...comparison!, personas: [few, ...others] } })), 'Customers by their persona');
    expect(rows[1][1]).toBe('< 11');
    const hiddenIn = (cells: readonly string[]): number => cells.filter((text) => !/^[\d,]+$/.test(text)).length;
    for (let i = 1; i < rows.length; i++) expect(hiddenIn(rows[i].slice(1))).not.toBe(1);
    for (let j = 1; j < rows[0].length; j++) expect(hiddenIn(rows.slice(1).map((row) => row[j]))).not.toBe(1);
    expect(hiddenIn(rows.slice(1).map((row, i) => row[i + 1]))).not.toBe(1);
  });
});

describe('shownMoves', () => {
  it('shows everything where nothing is small', () =>
    expect(shownMoves([{ movedTo: [20, 30], left: 0 }, { movedTo: [40, 50], left: 60 }], 11)).toEqual([[20, 30, 0], [40, 50, 60]]));

  it('withholds the smallest company of a small cell in its row, its column and the diagonal', () => {
    // 5 is small; its row withholds 30, its column 40, the diagonal 50; after that no line has a single hidden cell.
    expect(shownMoves([{ movedTo: [5, 30], left: 70 }, { movedTo: [40, 50], left: 60 }], 11)).toEqual([
      ['small', 'withheld', 70],
      ['withheld', 'withheld', 60],
    ]);
  });
});
