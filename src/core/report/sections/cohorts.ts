import { count, month, percent } from '../format';
import { heatCell, shareClass } from '../heat';
import { markup, type Html } from '../html';
import { numbersOf } from '../figure';
import type { Section } from '../section';
import { suppress } from '../../privacy/suppress';
import { shownCount } from '../suppress';
import type { View } from '../view';
import { table } from '../table';

/** Colours end at this retention: hardly a shop keeps more than half of a cohort after its first month. */
const FULL_COLOUR = 0.5;

/** Cohort retention: of the customers who first bought in a month, the share that bought again months later. */
export function cohortsSection({ features, kMin }: View): Section | undefined {
  if (features.cohorts.length === 0) return undefined;
  const active = new Map(features.cohorts.map(([cohort, since, customers]) => [`${cohort} ${since}`, customers]));
  const cohorts = [...new Set(features.cohorts.map(([cohort]) => cohort))].sort();
  const offsets = Array.from({ length: Math.max(...features.cohorts.map(([, since]) => since)) + 1 }, (_, i) => i);
  const months = offsets.slice(1).map((i) => ({ head: `+${i}`, numeric: true }));
  const last = lastMonth(features.asOf);
  const rowsOf = (cell: (customers: number, size: number) => ReturnType<typeof heatCell>) =>
    cohorts.map((cohort) => {
      const size = active.get(`${cohort} 0`) ?? 0;
      const open = last - monthIndex(cohort);
      return [
        month(cohort),
        shownCount(suppress(size, kMin), kMin),
        ...offsets.slice(1).map((since) => (since > open ? '' : cell(active.get(`${cohort} ${since}`) ?? 0, size))),
      ];
    });
  const title = 'Cohort retention';
  const hidden = (customers: number, size: number): boolean =>
    size === 0 || suppress(size, kMin) !== size || suppress(customers, kMin) !== customers;
  return {
    id: 'cohorts',
    nav: 'Cohorts',
    title: 'Do customers come back?',
    lead: 'Customers by the month of their first order, and the share of them that ordered again so many months later.',
    body: markup`<figure class="plot wide" id="figure-cohorts"><figcaption><strong>${title}</strong><span class="note">Share of the cohort with an order in that month. The latest month may be incomplete. Cells with 1 to ${kMin - 1} customers are suppressed.</span></figcaption>
${table({
  caption: `${title}: share of each cohort that is active again`,
  quietCaption: true,
  className: 'heatmap cohorts',
  columns: [{ head: 'First order' }, { head: 'Customers', numeric: true }, ...months],
  rows: rowsOf((customers, size) =>
    hidden(customers, size)
      ? heatCell(size === 0 ? '–' : `< ${kMin}`, 'hx')
      : heatCell(percent(customers / size, 0), shareClass(customers / size / FULL_COLOUR)),
  ),
})}
${numbersOf(title, {
  columns: [{ head: 'First order' }, { head: 'Customers', numeric: true }, ...months],
  rows: rowsOf((customers) => ({ content: shownCount(suppress(customers, kMin), kMin), className: 'n' })),
})}</figure>${overall(features.cohorts, cohorts.length)}`,
  };
}

/** Share of all customers of earlier cohorts who are back in the month after their first. */
function overall(cohorts: View['features']['cohorts'], months: number): Html | string {
  const sum = (since: number): number =>
    cohorts.filter(([, s]) => s === since).reduce((total, [, , n]) => total + n, 0);
  const first = new Set(cohorts.filter(([, since]) => since === 1).map(([cohort]) => cohort));
  const base = cohorts
    .filter(([cohort, since]) => since === 0 && first.has(cohort))
    .reduce((total, [, , n]) => total + n, 0);
  if (months < 2 || base === 0) return '';
  return markup`<p>${percent(sum(1) / base)} of ${count(base)} customers ordered again in the month after their first.</p>`;
}

const monthIndex = (iso: string): number => Number(iso.slice(0, 4)) * 12 + Number(iso.slice(5, 7));
const lastMonth = (asOf: string): number => monthIndex(asOf);
