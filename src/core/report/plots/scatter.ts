import { suppress } from '../../privacy/suppress';
import { figure, rowsOf } from '../figure';
import { count, fixed, list } from '../format';
import type { Html } from '../html';
import { shownCount } from '../suppress';
import { castScale, castShapes, type View } from '../view';
import { FOCUS, inFocus } from './focus';
import type { Region } from './ellipses';

/** More points neither show more nor draw fast: every so-manieth of the sample is taken. */
const MAX_POINTS = 2500;

/** A flat bar, unlike the shapes of the personas. */
const DASH = 'M-1,-0.28H1V0.28H-1Z';

/** What customers of no persona are called. */
export const NO_PERSONA = 'No persona';

export interface Scatter {
  readonly id: string;
  readonly title: string;
  /** x, y and cluster, −1 for none. */
  readonly points: readonly (readonly [number, number, number])[];
  readonly noteOf: (shown: number) => string;
  readonly altOf: (shown: number, whom: string) => string;
  readonly axes: readonly [string | null, string | null];
  /** Of the two directions, for the table. */
  readonly names: readonly [string, string];
  readonly regions?: readonly Region[] | null;
}

/** Customers as points, coloured and shaped by persona; those of no persona grey. */
export function scatter(view: View, { id, title, points, noteOf, altOf, axes, names, regions = null }: Scatter): Html {
  const { cast, kMin } = view;
  const titles = new Map(cast.map((c) => [c.persona.cluster, c.plotTitle]));
  const step = Math.max(1, Math.ceil(points.length / MAX_POINTS));
  const sample = points.filter((_, i) => i % step === 0);
  const outside = sample.filter(([, , cluster]) => !titles.has(cluster)).length;
  const colours = castScale(cast);
  const shapes = castShapes(cast);
  const scale =
    outside > 0 ? { domain: [...colours.domain, NO_PERSONA], range: [...colours.range, '@neutral'] } : colours;
  const shapeScale = outside > 0 ? { domain: [...shapes.domain, NO_PERSONA], range: [...shapes.range, DASH] } : shapes;
  const groups = [
    ...cast.map(({ title: name, persona }) => ({ name, cluster: persona.cluster })),
    ...(outside > 0 ? [{ name: NO_PERSONA, cluster: -1 }] : []),
  ];
  const axis = (i: 0 | 1) => ({ type: 'quantitative', title: axes[i], scale: { zero: false, nice: true } });
  const encoding = {
    x: { field: 'x', ...axis(0), axis: { grid: true, tickCount: 8 } },
    y: { field: 'y', ...axis(1) },
    color: { field: 'persona', type: 'nominal', scale, legend: null },
  };
  return figure({
    id,
    title,
    note: `${noteOf(sample.length)}${outside > 0 ? ' Grey dashes: customers of no persona.' : ''}`,
    alt: altOf(sample.length, list(cast.map((c) => c.persona.name))),
    spec: {
      params: [FOCUS],
      data: rowsOf(
        ['x', 'y', 'persona'],
        sample.map(([a, b, cluster]) => [round(a), round(b), titles.get(cluster) ?? NO_PERSONA]),
      ),
      width: 'container',
      height: 420,
      encoding,
      layer: [
        {
          mark: { type: 'point', filled: true, size: 26 },
          encoding: {
            shape: { field: 'persona', type: 'nominal', scale: shapeScale, legend: null },
            opacity: inFocus(0.72, 0.05),
            tooltip: [{ field: 'persona', title: 'Persona' }],
          },
        },
        ...(regions === null
          ? []
          : [
              {
                data: rowsOf(
                  ['x', 'y', 'persona', 'at'],
                  regions.flatMap((region) =>
                    region.outline.map(([x, y], at) => [
                      round(x),
                      round(y),
                      titles.get(region.cluster) ?? NO_PERSONA,
                      at,
                    ]),
                  ),
                ),
                mark: { type: 'line', strokeWidth: 2.2, interpolate: 'linear-closed' },
                encoding: { order: { field: 'at', type: 'quantitative' }, opacity: inFocus(1, 0.1) },
              },
            ]),
      ],
    },
    numbers: {
      columns: [
        { head: 'Persona' },
        { head: 'Customers in the sample', numeric: true },
        ...names.flatMap((name) => [
          { head: `${name}, mean`, numeric: true },
          { head: 'Standard deviation', numeric: true },
        ]),
        ...(regions === null
          ? []
          : ['Outline: long half-axis', 'Short half-axis', 'Angle'].map((head) => ({ head, numeric: true }))),
      ],
      rows: groups.map(({ name, cluster }) => {
        const mine = points.filter((point) => point[2] === cluster);
        const shown = suppress(mine.length, kMin);
        const numbers =
          typeof shown === 'number' && shown > 0
            ? [0, 1].flatMap((i) => meanAndSd(mine.map((point) => point[i])))
            : [null, null, null, null];
        const region = regions?.find((own) => own.cluster === cluster);
        return [
          name,
          shownCount(shown, kMin),
          ...numbers.map((v) => fixed(v, 2)),
          ...(regions === null
            ? []
            : [fixed(region?.long, 2), fixed(region?.short, 2), region ? `${count(region.degrees)}°` : '–']),
        ];
      }),
    },
  });
}

function meanAndSd(values: readonly number[]): [number, number] {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return [mean, Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length)];
}

const round = (value: number): number => Math.round(value * 1000) / 1000;
