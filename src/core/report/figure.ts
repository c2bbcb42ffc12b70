import { markup, jsonBlock, type Html, type HtmlValue } from './html';
import { table, type TableOptions } from './table';

/** A Vega-Lite spec. Colours are names from the theme (`@accent`, `@persona3`): the browser fills in those of the reader's appearance. */
export type PlotSpec = Readonly<Record<string, unknown>>;

/** A plot with everything that has to go with it. */
export interface Plot {
  /** Unique in the report; lower-case letters, digits and hyphens. */
  readonly id: string;
  readonly title: string;
  /** What the plot shows, in words, for those who do not see it. */
  readonly alt: string;
  /** How to read it; under the title. */
  readonly note?: HtmlValue;
  readonly spec: PlotSpec;
  /** The same numbers as a table. */
  readonly numbers: Omit<TableOptions, 'caption'>;
  readonly size?: 'wide' | 'small';
}

/** The numbers behind a figure, folded away until asked for. */
export const numbersOf = (title: string, options: Omit<TableOptions, 'caption'>): Html =>
  markup`<details class="numbers"><summary>Show the numbers</summary>${table({ ...options, caption: `Numbers: ${title}` })}</details>`;

/** Title, note, place for the plot, its spec for the browser code, and its table. */
export function figure({ id, title, alt, note, spec, numbers, size }: Plot): Html {
  return markup`<figure class="plot ${size ?? 'wide'}" id="figure-${id}">
<figcaption><strong>${title}</strong>${note ? markup`<span class="note">${note}</span>` : ''}</figcaption>
<div class="canvas" data-plot="${id}" role="img" aria-label="${alt}"></div>
<script type="application/json" data-spec="${id}">${jsonBlock(spec)}</script>
${numbersOf(title, numbers)}
</figure>`;
}

/** Rows of a plot as arrays, half the bytes of objects; the browser code turns them back. */
export const rowsOf = (
  columns: readonly string[],
  rows: readonly (readonly (string | number | boolean | null)[])[],
): PlotSpec => ({ columns, rows });
