import { markup, type Html, type HtmlValue } from './html';

export interface Column {
  readonly head: HtmlValue;
  /** Numbers are set right with figures of one width. */
  readonly numeric?: boolean;
  /** CSS classes of head and cells. */
  readonly className?: string;
}

/** A cell: its content, or content with classes of its own. */
export type Cell = HtmlValue | StyledCell;

export interface TableOptions {
  /** What the table shows: its caption, also the name of its scroll region. */
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  /** A sentence on each row, in a line of its own below it: long texts would make columns too narrow to read. */
  readonly notes?: readonly HtmlValue[];
  readonly className?: string;
  /** Hide the caption where a heading already says it; screen readers still hear it. */
  readonly quietCaption?: boolean;
}

interface StyledCell {
  readonly content: HtmlValue;
  readonly className: string;
}

const styled = (cell: Cell): StyledCell =>
  typeof cell === 'object' && cell !== null && 'className' in cell ? cell : { content: cell, className: '' };

function classes(...names: readonly (string | false | undefined)[]): Html | string {
  const used = names.filter((name): name is string => typeof name === 'string' && name !== '');
  return used.length === 0 ? '' : markup` class="${used.join(' ')}"`;
}

/** A real table in a region that scrolls by itself and takes the keyboard; the first cell of a row is its head. */
export function table({ caption, columns, rows, notes, className, quietCaption }: TableOptions): Html {
  const cell = (value: Cell, i: number): Html => {
    const { content, className: own } = styled(value);
    const attributes = classes(columns[i].numeric && 'n', columns[i].className, own);
    return i === 0
      ? markup`<th scope="row"${notes ? markup` rowspan="2"` : ''}${attributes}>${content}</th>`
      : markup`<td${attributes}>${content}</td>`;
  };
  const noteOf = (text: HtmlValue): Html =>
    markup`<tr class="on-row"><td colspan="${columns.length - 1}"><span>${text}</span></td></tr>\n`;
  return markup`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table${classes(className)}>
<caption${classes(quietCaption && 'quiet')}>${caption}</caption>
<thead><tr>${columns.map((c) => markup`<th scope="col"${classes(c.numeric && 'n', c.className)}>${c.head}</th>`)}</tr></thead>
<tbody>${rows.map((row, i) => markup`<tr${notes ? markup` class="noted"` : ''}>${row.map(cell)}</tr>\n${notes ? noteOf(notes[i]) : ''}`)}</tbody>
</table></div>`;
}
