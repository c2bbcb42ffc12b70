import type { PcaReport } from '../../../contracts/selection';
import { figure, rowsOf } from '../figure';
import { count, fixed, list, percent } from '../format';
import type { Html } from '../html';
import { suppress } from '../../privacy/suppress';
import { castScale, castShapes, type View } from '../view';
import { columnLabel } from '../column-label';
import { FOCUS, inFocus } from './focus';

/** More points neither show more nor draw fast: every so-manieth of the sample is taken. */
const MAX_POINTS = 2500;

/** Map of the customers on the first two principal components, coloured by persona. */
export function pcaScatter(view: View): Html {
  const { cast, pca } = view;
  const titles = new Map(cast.map((c) => [c.persona.cluster, c.plotTitle]));
  const step = Math.max(1, Math.ceil(pca.scatter.length / MAX_POINTS));
  const sample = pca.scatter.filter((_, i) => i % step === 0);
  const points = sample.map(([a, b, cluster]) => [round(a), round(b), titles.get(cluster) ?? 'none']);
  return figure({
    id: 'pca-scatter',
    title: 'The customers on a map',
    note: `Each point is one customer of a sample of ${count(sample.length)}. The two directions keep ${percent(
      (pca.explained[0] ?? 0) + (pca.explained[1] ?? 0),
    )} of the variation, so personas that overlap here may still be apart. To the right: ${direction(view, 0)}. Up: ${direction(view, 1)}. A picture only: nothing was decided on it.`,
    alt: `Scatter plot of ${count(sample.length)} customers on the first two principal components, coloured and shaped by ${list(cast.map((c) => c.persona.name))}.`,
    spec: {
      params: [FOCUS],
      data: rowsOf(['pc1', 'pc2', 'persona'], points),
      width: 'container',
      height: 420,
      mark: { type: 'point', filled: true, size: 26 },
      encoding: {
        x: {
          field: 'pc1',
          type: 'quantitative',
          title: axisTitle(pca, 0),
          scale: { zero: false, nice: true },
          axis: { grid: true, tickCount: 8 },
        },
        y: { field: 'pc2', type: 'quantitative', title: axisTitle(pca, 1), scale: { zero: false, nice: true } },
        color: { field: 'persona', type: 'nominal', scale: castScale(cast), legend: null },
        shape: { field: 'persona', type: 'nominal', scale: castShapes(cast), legend: null },
        opacity: inFocus(0.72, 0.05),
        tooltip: [{ field: 'persona', title: 'Persona' }],
      },
    },
    numbers: {
      columns: [
        { head: 'Persona' },
        { head: 'Customers in the sample', numeric: true },
        ...[1, 2].flatMap((i) => [
          { head: `Component ${i}, mean`, numeric: true },
          { head: 'Standard deviation', numeric: true },
        ]),
      ],
      rows: cast.map(({ title, persona }) => {
        const mine = pca.scatter.filter((p) => p[2] === persona.cluster);
        const shown = suppress(mine.length, view.kMin);
        const numbers =
          typeof shown === 'number'
            ? [0, 1].flatMap((i) => meanAndSd(mine.map((p) => p[i])))
            : [null, null, null, null];
        return [title, typeof shown === 'number' ? count(shown) : `< ${view.kMin}`, ...numbers.map((v) => fixed(v, 2))];
      }),
    },
  });
}

const axisTitle = ({ explained }: PcaReport, i: number): string =>
  `Component ${i + 1} (${percent(explained[i])} of the variation)`;

/** `more Orders and less Days since last order`, from the two loadings that count for most. */
function direction(view: View, i: number): string {
  const { pca } = view;
  const loadings = pca.columns.map((column, j) => ({ column, loading: pca.components[i]?.[j] ?? 0 }));
  const strongest = loadings
    .sort((a, b) => Math.abs(b.loading) - Math.abs(a.loading) || (a.column < b.column ? -1 : 1))
    .slice(0, 2);
  const named = (sign: number): string[] =>
    strongest.filter((l) => Math.sign(l.loading) === sign).map((l) => columnLabel(view, l.column));
  return list([...named(1).map((label) => `more “${label}”`), ...named(-1).map((label) => `less “${label}”`)]);
}

function meanAndSd(values: readonly number[]): [number, number] {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return [mean, Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length)];
}

const round = (value: number): number => Math.round(value * 1000) / 1000;
