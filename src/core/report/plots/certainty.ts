import { clearFrom, type ShownCertainty } from '../certainty';
import { figure, rowsOf } from '../figure';
import { fixed, list, percent } from '../format';
import type { Html, HtmlValue } from '../html';
import type { TableOptions } from '../table';
import { BROKEN_LABELS, type CastMember } from '../view';

/** The three bands in words, as the algorithm means them. */
export interface BandWords {
  readonly title: string;
  readonly note: HtmlValue;
  /** Clear, likely, uncertain. */
  readonly bands: readonly [string, string, string];
  /** Where they begin and end. */
  readonly limits: readonly [string, string, string];
}

export const bandLimits = (uncertainBelow: number): BandWords['limits'] => {
  const [low, high] = [fixed(uncertainBelow, 2), fixed(clearFrom(uncertainBelow), 2)];
  return [`${high} or more`, `${low} to ${high}`, `below ${low}`];
};

/** How sure the customers of each persona are, as shares of the persona. */
export function certaintyPlot(
  cast: readonly CastMember[],
  shown: readonly ShownCertainty[],
  words: BandWords,
  numbers: Omit<TableOptions, 'caption'>,
): Html {
  const names = words.bands.map((band, i) => `${band} (${words.limits[i]})`);
  const shares = cast.map(({ persona }, i) =>
    [shown[i].clear, shown[i].likely, shown[i].uncertain].map((n) =>
      typeof n === 'number' && persona.customers ? n / persona.customers : null,
    ),
  );
  const rows = cast.flatMap(({ plotTitle }, i) =>
    names.map((band, b) => [plotTitle, band, b, shares[i][b], percent(shares[i][b])]),
  );
  const uncertain = cast.map(({ persona }, i) => `${persona.name} ${percent(shares[i][2])}`);
  return figure({
    id: 'certainty',
    title: words.title,
    note: words.note,
    alt: `Bars of how sure each persona's customers are. ${words.bands[2]}: ${list(uncertain)}.`,
    spec: {
      data: rowsOf(['persona', 'band', 'order', 'share', 'text'], rows),
      width: 'container',
      height: cast.length * 44,
      mark: { type: 'bar', cornerRadiusEnd: 2 },
      encoding: {
        y: {
          field: 'persona',
          type: 'nominal',
          sort: null,
          title: null,
          axis: { ...BROKEN_LABELS, domain: false, ticks: false, labelPadding: 10 },
          scale: { paddingInner: 0.34 },
        },
        x: {
          field: 'share',
          type: 'quantitative',
          stack: 'zero',
          title: 'Share of the persona',
          axis: { format: '.0%', tickCount: 5 },
          scale: { domain: [0, 1] },
        },
        color: {
          field: 'band',
          type: 'nominal',
          scale: { domain: names, range: ['@accent', '@neutral', '@warn'] },
          legend: { orient: 'top', title: null, direction: 'horizontal' },
        },
        order: { field: 'order', type: 'quantitative' },
        tooltip: [
          { field: 'persona', title: 'Persona' },
          { field: 'band', title: 'Probability' },
          { field: 'text', title: 'Share' },
        ],
      },
    },
    numbers,
  });
}
