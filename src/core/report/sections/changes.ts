import type { MigrationRow } from '../../../contracts/personas';
import { markup, type Html, type HtmlValue } from '../html';
import { shownMigration } from '../../privacy/moves';
import { chip, type Section } from '../section';
import { shownCount } from '../suppress';
import { table } from '../table';
import type { View } from '../view';

/** What became of each persona since the parent release, and where the customers went. */
export function changesSection(view: View): Section | undefined {
  const { personas, cast } = view;
  if (personas.parentRelease === null) return undefined;
  const changed = cast.filter(({ persona }) => persona.identity.kind !== 'same').length + personas.retired.length;
  return {
    id: 'changes',
    nav: 'What changed',
    title: `What changed since release ${personas.parentRelease}`,
    lead:
      changed === 0
        ? 'Every persona goes on: the same groups of customers, refitted to their latest purchases.'
        : 'Personas are told apart by the customers they share with those of the release before: most of one goes on as the same, parts of one are a split, most of several in one a merger.',
    body: markup`${fates(view)}
${whoWentWhere(view)}`,
  };
}

function fates({ cast, personas }: View): Html {
  const kind = (name: string): Html => chip(name === 'same' ? 'plain' : 'warn', name === 'born' ? 'new' : name);
  return table({
    caption: 'What each persona is to those of the release before',
    quietCaption: true,
    columns: [{ head: 'Persona' }, { head: 'Key' }, { head: 'Is' }, { head: 'Because', className: 'prose' }],
    rows: [
      ...cast.map(({ title, persona: { key, identity } }) => [title, markup`<code>${key}</code>`, kind(identity.kind), identity.evidence]),
      ...personas.retired.map(({ name, key, kind: end, evidence }): HtmlValue[] => [name, markup`<code>${key}</code>`, kind(end === 'retired' ? 'retired' : `retired, ${end}`), evidence]),
    ],
  });
}

type Place = readonly [state: string, key: string | null];

/** The migration matrix: personas of before and now, with those without one as rows and columns of their own. */
function whoWentWhere({ migration, cast, personas, kMin }: View): Html | string {
  if (migration === null || migration.length === 0) return '';
  const titles = new Map(cast.map(({ persona, title }) => [persona.key, title]));
  const keys = (of: readonly (string | null)[]): string[] => [...new Set(of.filter((key) => key !== null))];
  const order = (known: readonly string[]): string[] => [...cast.map(({ persona }) => persona.key).filter((key) => known.includes(key)), ...known.filter((key) => !titles.has(key)).sort()];
  const has = (test: (row: MigrationRow) => boolean): boolean => migration.some(test);
  const from: Place[] = [
    ...order(keys(migration.map(({ from_key: key }) => key))).map((key): Place => ['persona', key]),
    ...(has((row) => row.from_state === 'unassigned') ? [['unassigned', null] as const] : []),
    ['absent', null],
  ];
  const to: Place[] = [
    ...cast.map(({ persona }): Place => ['persona', persona.key]),
    ...(has((row) => row.to_state === 'unassigned') ? [['unassigned', null] as const] : []),
    ['absent', null],
  ];
  const is = ([state, key]: Place, rowState: string, rowKey: string | null): boolean => (key === null ? rowState === state : rowKey === key);
  const counts = from.map((row) => to.map((column) => migration.find((m) => is(row, m.from_state, m.from_key) && is(column, m.to_state, m.to_key))?.customers ?? 0));
  const retired = new Map(personas.retired.map(({ key, name }) => [key, name]));
  const nameOf = ([state, key]: Place, absent: string): string => (key === null ? (state === 'absent' ? absent : 'No persona') : (titles.get(key) ?? `${retired.get(key) ?? key} (retired)`));
  const shown = shownMigration(counts, kMin);
  return markup`<h3>Who went where</h3>
${table({
  caption: 'Customers by their persona in the release before (rows) and now (columns)',
  columns: [{ head: 'Release before' }, ...to.map((place) => ({ head: nameOf(place, 'Gone'), numeric: true }))],
  rows: from.map((place, r) => [nameOf(place, 'Not a customer yet'), ...shown[r].map((n, c) => (place[0] === 'absent' && to[c][0] === 'absent' ? '' : shownCount(n, kMin)))]),
})}`;
}
