import type { BlrtTest } from '../../../../contracts/selection';
import { BLRT_LEVEL, blrtFinding } from '../../../selection/blrt';
import { fixed } from '../../format';
import { markup, type Html } from '../../html';
import { table } from '../../table';
import type { View } from '../../view';

/** The bootstrap likelihood ratio tests of the best mixture, or why there are none. */
export function blrtTests({ selection: { blrt }, config }: View): Html {
  const title = markup`<h4>One component less, one more</h4>`;
  if (!blrt) {
    const why =
      config.modeling.mixture.blrtDraws === 0 ? 'modeling.mixture.blrtDraws is 0' : 'no mixture can be chosen';
    return markup`${title}<p>The bootstrap likelihood ratio test was not run: ${why}.</p>`;
  }
  return markup`${title}
<p>Bootstrap likelihood ratio tests of ${blrt.model} mixtures: a p below ${fixed(BLRT_LEVEL, 2)} says that one component more describes the customers better than chance would. Nothing was decided on them: with many customers they tend to ask for ever more components.</p>
${table({
  caption: 'Bootstrap likelihood ratio tests of the best mixture',
  quietCaption: true,
  columns: [
    { head: 'Components' },
    { head: 'Against' },
    { head: 'Statistic', numeric: true },
    { head: 'p', numeric: true },
    { head: 'Draws', numeric: true },
    { head: 'Finding', className: 'prose' },
  ],
  rows: blrt.tests.map((test) => [
    test.k,
    test.against,
    fixed(test.statistic, 1),
    fixed(test.p, 3),
    test.bounds ? `${test.draws} of ${test.planned}` : test.draws,
    test.reason ?? findingOf(test),
  ]),
})}`;
}

function findingOf(test: BlrtTest): string {
  const { better, open } = blrtFinding(test);
  if (open !== null) return `undecided: ${open}`;
  return better ? `${test.against} fit better than ${test.k}` : `${test.against} fit no better than ${test.k}`;
}
