import { BLRT_LEVEL } from '../../../selection/blrt';
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
  rows: blrt.tests.map(({ k, against, statistic, p, draws, reason }) => [
    k,
    against,
    fixed(statistic, 1),
    fixed(p, 3),
    draws,
    reason ?? findingOf(k, p, draws),
  ]),
})}`;
}

function findingOf(k: number, p: number | null, draws: number): string {
  if (p !== null && p < BLRT_LEVEL) return `${k + 1} fit better than ${k}`;
  return (1 + draws) * BLRT_LEVEL <= 1
    ? `undecided: ${draws} draws cannot bring p below ${BLRT_LEVEL}`
    : `${k + 1} fit no better than ${k}`;
}
