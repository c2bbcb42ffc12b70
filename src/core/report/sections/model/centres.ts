import { markup, type Html } from '../../html';
import { rawPoint } from '../../raw-units';
import { table } from '../../table';
import type { View } from '../../view';
import { heads, isLarge, meansOf } from './columns';

/** The centres with scaling, transforms and log-ratios undone. */
export function centres(view: View): Html {
  const { cast, preprocessing, units } = view;
  const means = meansOf(view);
  const base = rawPoint(
    preprocessing,
    preprocessing.columns.map(() => 0),
  );
  const points = cast.map((member) =>
    isLarge(view, member) ? rawPoint(preprocessing, means[member.persona.cluster]) : null,
  );
  const value = (feature: string, point: ReadonlyMap<string, number> | null): string =>
    units.withUnit(feature, units.spec(feature)?.unit ?? '', point?.get(feature) ?? null);
  return markup`<h3>Centres in raw units</h3>
<p>A customer who sits exactly on a centre, with scaling, transforms and log-ratios undone. These are centres on the scale of the model, so they differ from the medians and means of the profiles above; parts of a whole that are not determined by the columns left in the model are not shown.</p>
${table({
  caption: 'Centre of each persona in raw units',
  quietCaption: true,
  className: 'centres',
  columns: [{ head: 'Feature' }, { head: 'All customers', numeric: true }, ...heads(cast)],
  rows: [...base.keys()].map((feature) => [
    units.label(feature),
    value(feature, base),
    ...points.map((point) => value(feature, point)),
  ]),
})}`;
}
