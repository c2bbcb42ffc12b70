import type { BlrtReport } from '../../../src/contracts/selection';
import type { ReportInputs } from '../../../src/core/report/inputs';
import { renderReport } from '../../../src/core/report/page';
import { reportFixture } from '../../support/report-fixture';
import { sectionOf, tableOf, textOf } from '../../support/report-text';

const inputs = reportFixture('mixture');
const choiceOf = (blrt: BlrtReport | null, blrtDraws: number): string => {
  const { config, selection } = inputs;
  const modeling = { ...config.modeling, mixture: { ...config.modeling.mixture, blrtDraws } };
  const changed: ReportInputs = { ...inputs, config: { ...config, modeling }, selection: { ...selection, blrt } };
  return sectionOf(renderReport(changed, 'globalThis.ran=true'), 'choice');
};

describe('the bootstrap likelihood ratio tests in the report', () => {
  it('give k, the statistic, p and the draws, and why a p is missing', () => {
    const html = choiceOf(
      {
        model: 'VVI',
        tests: [
          { k: 4, against: 5, statistic: 61.25, p: 0.01, draws: 99, reason: null },
          { k: 5, against: 6, statistic: 9, p: 0.05, draws: 99, reason: null },
          { k: 5, against: 6, statistic: 9, p: 0.05, draws: 19, reason: null },
          { k: 5, against: 6, statistic: 9, p: 2 / 33, draws: 32, planned: 99, bounds: [0.02, 0.69], reason: null },
          { k: 5, against: 6, statistic: 9, p: 11 / 33, draws: 32, planned: 99, bounds: [0.11, 0.78], reason: null },
          { k: 5, against: 6, statistic: null, p: null, draws: 0, reason: '6 components: a component collapsed' },
        ],
      },
      99,
    );
    expect(tableOf(html, 'Bootstrap likelihood ratio tests').slice(1)).toEqual([
      ['4', '5', '61.3', '0.010', '99', '5 fit better than 4'],
      ['5', '6', '9.0', '0.050', '99', '6 fit no better than 5'],
      ['5', '6', '9.0', '0.050', '19', 'undecided: 19 draws cannot bring p below 0.05'],
      ['5', '6', '9.0', '0.061', '32 of 99', 'undecided: the budget ended the draws, and on all of them p would lie between 0.020 and 0.69'],
      ['5', '6', '9.0', '0.333', '32 of 99', '6 fit no better than 5'],
      ['5', '6', '–', '–', '0', '6 components: a component collapsed'],
    ]);
    expect(textOf(html)).not.toContain('was not run');
  });

  it('say why they were not run', () => {
    expect(textOf(choiceOf(null, 0))).toContain('not run: modeling.mixture.blrtDraws is 0');
    expect(textOf(choiceOf(null, 99))).toContain('not run: no mixture can be chosen');
  });
});
