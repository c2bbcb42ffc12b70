import type { StoredMixture } from '../../../../contracts/model';
import { columnLabel } from '../../column-label';
import { NOTABLE_CORRELATION, type CovarianceShape } from '../../covariance';
import { count, fixed, signed } from '../../format';
import { markup, type Html } from '../../html';
import { rawAt } from '../../raw-units';
import { table } from '../../table';
import type { View } from '../../view';
import { heads, isLarge, meansOf } from './columns';

/** Standard deviation of each column within each persona: scaled, and what it spans in raw units. */
export function deviations(view: View, all: readonly CovarianceShape[]): Html {
  const { cast, preprocessing, units } = view;
  const means = meansOf(view);
  const span = (j: number, cluster: number): Html | string => {
    const column = preprocessing.columns[j];
    const sd = all[cluster].deviations[j];
    const [low, high] = [-sd, sd].map((offset) => rawAt(column, means[cluster][j] + offset));
    if (low === null || high === null) return fixed(sd, 2);
    const [feature] = column.from;
    const unit = units.spec(feature)?.unit ?? '';
    return markup`${fixed(sd, 2)} <span class="sub below">${units.value(feature, unit, low)} to ${units.withUnit(feature, unit, high)}</span>`;
  };
  return markup`<h3>Spread within each persona</h3>
<p>Standard deviation of every column within the persona, in standard deviations of all customers: below 1 its customers are more alike than all are. Below it, where the column is one feature, the raw values one standard deviation to either side of the centre.</p>
${table({
  caption: 'Standard deviation of each column within each persona, scaled and in raw units',
  quietCaption: true,
  className: 'centres',
  columns: [{ head: 'Column' }, ...heads(cast)],
  rows: preprocessing.columns.map(({ column }, j) => [
    columnLabel(view, column),
    ...cast.map((member) => (isLarge(view, member) ? span(j, member.persona.cluster) : '–')),
  ]),
})}`;
}

/** Correlations within the personas; said once where the model has the same for all. */
export function correlations(view: View, { model }: StoredMixture, all: readonly CovarianceShape[]): Html {
  const { cast, preprocessing } = view;
  const threshold = fixed(NOTABLE_CORRELATION, 1);
  const label = (j: number): string => columnLabel(view, preprocessing.columns[j].column);
  if (model.endsWith('I'))
    return markup`<h3>What goes together within a persona</h3><p>Nothing, by the model ${model}: its axes run along the columns. What goes together in the data is left for the borders between personas to explain.</p>`;
  // Volume scales a covariance and leaves its correlations: they are the same where shape and orientation are.
  const shared = model.endsWith('EE');
  const rows = (
    shared
      ? [{ title: 'All personas', shape: all[0] }]
      : cast
          .filter((member) => isLarge(view, member))
          .map(({ title, persona }) => ({ title, shape: all[persona.cluster] }))
  ).flatMap(({ title, shape }) => shape.correlations.map(({ a, b, r }) => [title, label(a), label(b), signed(r)]));
  if (rows.length === 0)
    return markup`<h3>What goes together within a persona</h3><p>No two columns have a correlation of ± ${threshold} or more within a persona.</p>`;
  return markup`<h3>What goes together within a persona</h3>
<p>Correlations of ± ${threshold} or more between columns${shared ? ', the same within every persona by the model' : ' within one persona'}.</p>
<details class="numbers"><summary>Show ${count(rows.length)} correlations</summary>${table({
    caption: `Correlations within personas of ± ${threshold} or more`,
    columns: [{ head: 'Persona' }, { head: 'Column' }, { head: 'with' }, { head: 'Correlation', numeric: true }],
    rows,
  })}</details>`;
}
