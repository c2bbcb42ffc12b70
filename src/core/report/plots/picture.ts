import type { PictureReport } from '../../../contracts/selection';
import { count, fixed } from '../format';
import type { Html } from '../html';
import type { View } from '../view';
import { scatter } from './scatter';

/** A map that bends, for the eye only. */
export const picture = (view: View, { method, trustworthiness, scatter: points }: PictureReport): Html =>
  scatter(view, {
    id: 'picture',
    title: `A picture of the neighbourhoods (${method})`,
    points,
    noteOf: (shown) =>
      `Neighbours among ${count(shown)} customers are near each other here. Picture only: distances between groups, their sizes and the gaps between them mean nothing, and nothing was decided on it.${
        trustworthiness === null
          ? ''
          : ` Trustworthiness ${fixed(trustworthiness.value, 3)} for ${count(trustworthiness.neighbours)} neighbours: 1 would be a map without false neighbours.`
      }`,
    altOf: (shown, whom) => `Map of ${count(shown)} customers by ${method}, coloured and shaped by ${whom}.`,
    axes: [null, null],
    names: ['Across', 'Up'],
  });
