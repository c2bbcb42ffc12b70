import { words } from '../column-label';
import { count, money, plural } from '../format';
import { markup } from '../html';
import type { Section } from '../section';
import { table } from '../table';
import type { View } from '../view';

/** The decision log: every policy with the rows it met, in the order in which they ran. */
export function cleaningSection({ clean, personas }: View): Section {
  return {
    id: 'cleaning',
    nav: 'Cleaning decisions',
    title: 'Cleaning decisions',
    lead: `${plural(clean.rowsIn, 'row')} went in, ${count(clean.rowsOut)} came out and describe ${plural(clean.customers, 'customer')}.`,
    body: table({
      caption: 'Cleaning policies in the order in which they ran',
      quietCaption: true,
      columns: [
        { head: 'Rule' },
        { head: 'Policy' },
        { head: 'Rows met', numeric: true },
        { head: 'Removed', numeric: true },
        { head: 'Changed', numeric: true },
        { head: 'Rows before', numeric: true },
        { head: 'Rows after', numeric: true },
        { head: 'Value before', numeric: true },
        { head: 'Value after', numeric: true },
      ],
      rows: clean.steps.map((s) => [
        words(s.rule),
        markup`<code>${s.policy}</code>`,
        count(s.matched),
        count(s.removed),
        count(s.changed),
        count(s.rowsBefore),
        count(s.rowsAfter),
        money(s.valueBefore, personas.currency),
        money(s.valueAfter, personas.currency),
      ]),
    }),
  };
}
