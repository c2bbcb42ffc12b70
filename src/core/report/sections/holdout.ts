import type { HoldoutComparison, HoldoutPersona, HoldoutWindow } from '../../../contracts/selection';
import { discreet } from '../../privacy/discreet';
import { shownMoves } from '../../privacy/moves';
import { suppress, suppressTogether, type Shown } from '../../privacy/suppress';
import { columnLabel } from '../column-label';
import { count, date, fixed, plural, sentence, signed } from '../format';
import { markup, type Html } from '../html';
import { SAME_STORY } from '../second-sample';
import { chip, notice, type Section } from '../section';
import { shownCount, shownShare } from '../suppress';
import { table } from '../table';
import type { View } from '../view';

/** Smallest move of a mean worth a line, in standard deviations. Austin, Statistics in Medicine 28, 2009. */
const NOTABLE = 0.1;
const MOST_SHIFTS = 8;
const KINDS = { stable: 'good', pattern: 'warn', 'not to be trusted': 'bad' } as const;

/** Whether the personas last: the chosen model fitted to an earlier window, and its customers looked up in the later one. */
export function holdoutSection(view: View): Section | undefined {
  const { holdout, kMin } = view;
  if (holdout === null) return undefined;
  const place = { id: 'holdout', nav: 'Do they last', title: 'Do the personas last?' };
  const { windows, comparison, days } = holdout;
  if (windows === null || comparison === null || days === null) {
    const reason = discreet(sentence(holdout.reason ?? 'there was nothing to compare'), [], kMin);
    return { ...place, body: notice('plain', markup`<strong>Not looked at.</strong> ${reason} So it is not known whether customers keep their personas.`) };
  }
  return {
    ...place,
    lead: leadOf(comparison, kMin),
    body: markup`<p>The history was cut into two windows of ${plural(days, 'day')} each, ${spanOf(windows[0], kMin)} and ${spanOf(windows[1], kMin)}. The chosen model was fitted anew to the earlier one, with features of that window alone, and then asked for the persona of each customer in both.</p>
${fates(view, comparison)}
${moves(view, comparison)}
${anewNotice(comparison)}
${shifts(view, comparison)}
${notice('plain', markup`<strong>How to read this.</strong> These personas come from half of the history or less: each is named after the published persona that has most of its customers today, and the overlap says how many. Two windows can differ by the season alone. Customers move between personas for good reasons too; personas that do not last describe a moment, and are to be looked up anew before each use.`)}`,
  };
}

function leadOf({ customers, stayed, personas }: HoldoutComparison, kMin: number): string {
  const lasting = personas.filter(({ label }) => label === 'stable').length;
  const groups = `${count(lasting)} of ${plural(personas.length, 'persona')} ${lasting === 1 ? 'is' : 'are'} stable over time`;
  if (typeof suppress(customers, kMin) !== 'number' || customers === 0) return `Hardly any customer has a persona in both windows; ${groups}.`;
  return `Of ${plural(customers, 'customer')} with a persona in both windows ${shownShare(stayed / customers, customers, kMin)} kept it; ${groups}.`;
}

const spanOf = ({ first, last, customers }: HoldoutWindow, kMin: number): string =>
  `${date(first)} to ${date(last)} (${customers === null ? 'customers not counted' : `${shownCount(suppress(customers, kMin), kMin)} customers`})`;

/** Names of the earlier model's groups: those of the published personas they are matched with. */
function namesOf({ cast }: View, { personas }: HoldoutComparison): string[] {
  const titles = new Map(cast.map(({ persona, title }) => [persona.cluster, title]));
  let unnamed = 0;
  return personas.map(({ cluster }) => (cluster === null ? undefined : titles.get(cluster)) ?? `No persona of today (${++unnamed})`);
}

/** One line per persona: who stayed, and what that says of it. */
function fates(view: View, comparison: HoldoutComparison): Html {
  const { kMin } = view;
  const names = namesOf(view, comparison);
  const earlier = suppressTogether(comparison.personas.map((persona) => persona.earlier), kMin);
  const shown = shownMoves(comparison.personas, kMin);
  return table({
    caption: 'Each persona of the earlier window, and whether it lasts',
    quietCaption: true,
    columns: [
      { head: 'Persona' },
      { head: 'Over time' },
      { head: 'Jaccard', numeric: true },
      { head: 'Customers, earlier window', numeric: true },
      { head: 'Kept it', numeric: true },
      { head: 'Jaccard, grouped anew', numeric: true },
      { head: 'Overlap with the published one', numeric: true },
    ],
    rows: comparison.personas.map((persona, p) => [
      names[p],
      persona.label === null ? '–' : chip(KINDS[persona.label], persona.label),
      // Of a few customers even their share would say too much.
      typeof shown[p][p] === 'number' ? fixed(persona.jaccard, 2) : '–',
      shownCount(earlier[p], kMin),
      shownCount(shown[p][p], kMin),
      fixed(persona.foundAgain, 2),
      persona.cluster === null ? '–' : fixed(persona.overlap, 2),
    ]),
  });
}

/** Who went where. */
function moves(view: View, comparison: HoldoutComparison): Html {
  const names = namesOf(view, comparison);
  const cell = (n: Shown): string => shownCount(n, view.kMin);
  return markup`<h3>Who went where</h3>
${table({
  caption: 'Customers by their persona in the earlier window (rows) and in the later one (columns)',
  columns: [{ head: 'Earlier window' }, ...names.map((name) => ({ head: name, numeric: true })), { head: 'None: did not buy again', numeric: true }],
  rows: shownMoves(comparison.personas, view.kMin).map((row, p) => [names[p], ...row.map(cell)]),
})}`;
}

function anewNotice({ anew, personas }: HoldoutComparison): Html {
  if (anew === null) return notice('warn', markup`<strong>The later window has no such groups.</strong> The same specification finds no solution there.`);
  const holds = anew.adjustedRand >= SAME_STORY;
  const strength = anew.predictionStrength === null ? '' : `, with a prediction strength of ${fixed(anew.predictionStrength, 2)}`;
  return notice(
    holds ? 'good' : 'warn',
    markup`<strong>${holds ? 'The later window shows the same groups.' : 'The later window tells another story in part.'}</strong> Grouped anew it has ${plural(anew.k, 'group')}, the earlier window ${count(personas.length)}; the earlier model’s personas of its customers agree with them by an adjusted Rand index of ${fixed(anew.adjustedRand, 2)}${strength}.`,
  );
}

/** Means that moved most, of personas with enough customers in both windows. */
function shifts(view: View, comparison: HoldoutComparison): Html | string {
  const names = namesOf(view, comparison);
  const large = ({ earlier, later }: HoldoutPersona): boolean => Math.min(earlier, later) >= view.kMin;
  const moved = comparison.personas
    .flatMap((persona, p) => (large(persona) ? persona.shifts.map((shift, j) => ({ p, j, shift: shift ?? 0 })) : []))
    .filter(({ shift }) => Math.abs(shift) >= NOTABLE)
    .sort((a, b) => Math.abs(b.shift) - Math.abs(a.shift) || a.p - b.p || a.j - b.j)
    .slice(0, MOST_SHIFTS);
  if (moved.length === 0) return '';
  return markup`<h3>What moved in them</h3>
${table({
  caption: 'Largest moves of a persona’s mean from the earlier window to the later one, in its standard deviations; 0.8 and more is large',
  columns: [{ head: 'Persona' }, { head: 'Column' }, { head: 'Move', numeric: true }],
  rows: moved.map(({ p, j, shift }) => [names[p], columnLabel(view, comparison.columns[j]), signed(shift)]),
})}`;
}
