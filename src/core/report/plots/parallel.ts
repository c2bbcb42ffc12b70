import { figure, rowsOf } from '../figure';
import { list, signed } from '../format';
import type { Html } from '../html';
import { castScale, castShapes, type View } from '../view';
import { modelledFeatures } from '../profile-features';
import { isShown } from '../../personas/profile';
import { FOCUS, inFocus } from './focus';

/** Axes beyond this many cannot be read: those on which the personas differ most are shown. */
const MAX_AXES = 12;

/** Parallel coordinates of the features that entered the model: one line per persona, in standard deviations from the base. */
export function parallelCoordinates(view: View): Html {
  const { cast, units } = view;
  const all = modelledFeatures(view);
  const spread = (feature: string): number => {
    const z = cast.map(({ persona }) => persona.profile.find((p) => p.feature === feature)?.z ?? 0);
    return Math.max(...z) - Math.min(...z);
  };
  const kept = new Set([...all].sort((a, b) => spread(b) - spread(a) || (a < b ? -1 : 1)).slice(0, MAX_AXES));
  const features = all.filter((feature) => kept.has(feature));
  const points = cast.flatMap(({ plotTitle, persona }) =>
    features.flatMap((feature) => {
      const profile = persona.profile.find((p) => p.feature === feature);
      return profile && isShown(profile)
        ? [
            [
              plotTitle,
              units.label(feature),
              round(profile.z),
              signed(profile.z),
              units.withUnit(feature, profile.unit, profile.value),
            ],
          ]
        : [];
    }),
  );
  const color = { field: 'persona', type: 'nominal', scale: castScale(cast), legend: null };
  return figure({
    id: 'parallel-coordinates',
    title: 'One line per persona',
    note: `Standard deviations above (+) or below (−) the average customer, for the features that entered the model${
      all.length > features.length ? `: the ${features.length} of ${all.length} on which the personas differ most` : ''
    }. Crossing lines are what tells personas apart.`,
    alt: `Parallel coordinates of ${features.length} features with one line for each of ${list(cast.map((c) => c.persona.name))}.`,
    spec: {
      params: [FOCUS],
      data: rowsOf(['persona', 'feature', 'z', 'zText', 'value'], points),
      width: 'container',
      height: 300,
      encoding: {
        x: {
          field: 'feature',
          type: 'nominal',
          sort: null,
          title: null,
          axis: { labelAngle: -38, labelLimit: 150, labelAlign: 'right', grid: true, ticks: false },
          scale: { type: 'point', padding: 0.35 },
        },
        y: { field: 'z', type: 'quantitative', title: 'Standard deviations from the base', axis: { tickCount: 6 } },
        color,
        opacity: inFocus(1, 0.12),
        tooltip: [
          { field: 'persona', title: 'Persona' },
          { field: 'feature', title: 'Feature' },
          { field: 'value', title: 'Value' },
          { field: 'zText', title: 'z' },
        ],
      },
      layer: [
        {
          mark: { type: 'rule', color: '@soft', strokeDash: [4, 3] },
          data: { values: [{ zero: 0 }] },
          encoding: { x: null, y: { field: 'zero' }, color: null, opacity: { value: 1 }, tooltip: null },
        },
        { mark: { type: 'line', strokeWidth: 2.2, interpolate: 'linear' }, encoding: { tooltip: null } },
        {
          mark: { type: 'point', filled: true, size: 62, stroke: '@panel', strokeWidth: 1 },
          encoding: { shape: { field: 'persona', type: 'nominal', scale: castShapes(cast), legend: null } },
        },
      ],
    },
    numbers: {
      columns: [{ head: 'Feature' }, ...cast.map((c) => ({ head: c.title, numeric: true }))],
      rows: features.map((feature) => [
        units.label(feature),
        ...cast.map(({ persona }) => signed(persona.profile.find((p) => p.feature === feature)?.z)),
      ]),
    },
  });
}

const round = (value: number): number => Math.round(value * 1000) / 1000;
