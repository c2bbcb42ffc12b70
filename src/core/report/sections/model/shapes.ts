import type { StoredMixture } from '../../../../contracts/model';
import { covarianceWords } from '../../algorithms';
import { columnLabel } from '../../column-label';
import { covarianceShape, type CovarianceShape } from '../../covariance';
import { directionWords } from '../../direction';
import { fixed, percent } from '../../format';
import { markup, type Html } from '../../html';
import { table, type Cell } from '../../table';
import type { CastMember, View } from '../../view';
import { isLarge } from './columns';
import { correlations, deviations } from './spread';

/** Volume, shape and orientation of each component, its spread by column, and what goes together within it. */
export function shapes(view: View, mixture: StoredMixture): Html {
  const { cast, chosen } = view;
  const all = mixture.covariances.map((covariance) => covarianceShape(covariance));
  const entropy = chosen?.mixture?.entropy ?? null;
  return markup`<h3>Size and shape</h3>
<p><strong>${mixture.model}</strong>: ${covarianceWords(mixture.model)}. A covariance is a volume, a shape (how much longer its longest axis is than its shortest) and an orientation (Celeux and Govaert 1995).${
    entropy === null
      ? ''
      : ` Relative entropy ${fixed(entropy, 3)}: 1 would be a clear border between all personas, 0 a guess.`
  }</p>
${table({
  caption: 'Mixing proportion, volume, shape and orientation of each persona',
  quietCaption: true,
  columns: [
    { head: 'Persona' },
    { head: 'Mixing proportion', numeric: true },
    { head: 'Customers assigned', numeric: true },
    { head: 'Volume', className: 'nowrap' },
    { head: 'Longest to shortest axis', numeric: true },
    { head: 'Variance on the longest', numeric: true },
    { head: 'The longest axis', className: 'prose' },
  ],
  rows: cast.map((member) => shapeRow(view, member, mixture, all)),
})}
${deviations(view, all)}
${correlations(view, mixture, all)}`;
}

function shapeRow(
  view: View,
  member: CastMember,
  { model, proportions }: StoredMixture,
  all: readonly CovarianceShape[],
): Cell[] {
  const { cluster, share } = member.persona;
  if (!isLarge(view, member)) return [member.title, ...new Array<string>(6).fill('–')];
  const { volume, ratio, share: longest, longest: axis } = all[cluster];
  const columns = view.preprocessing.columns.map(({ column }) => column);
  return [
    member.title,
    share === null ? '–' : percent(proportions[cluster]),
    percent(share),
    volumeWords(volume, all),
    `${fixed(ratio, 1)} : 1`,
    percent(longest),
    ratio < ROUND
      ? 'none: it is round'
      : model.endsWith('I')
        ? `along “${columnLabel(view, columns[longestColumn(axis)])}”`
        : directionWords(view, columns, axis, 3),
  ];
}

const longestColumn = (axis: readonly number[]): number =>
  axis.reduce((most, value, j) => (Math.abs(value) > Math.abs(axis[most]) ? j : most), 0);

/** Below this ratio of axes no direction stands out. */
const ROUND = 1.05;
/** Volumes within this factor of the typical one are called the same. */
const ALIKE = 1.1;

/** The volume against the geometric mean of all. */
function volumeWords(volume: number, all: readonly CovarianceShape[]): string {
  const typical = Math.exp(all.reduce((sum, shape) => sum + Math.log(shape.volume), 0) / all.length);
  const factor = volume / typical;
  const word = factor > ALIKE ? 'wide' : factor < 1 / ALIKE ? 'narrow' : 'typical';
  return `${word}, ×${fixed(factor, 2)}`;
}
