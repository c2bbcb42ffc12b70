import { count, percent } from '../format';
import { markup } from '../html';
import type { Section } from '../section';
import { shownCount } from '../suppress';
import { table } from '../table';
import type { View } from '../view';

/** Whales and customers at risk: where attention pays first. */
export function valueSection({ personas, cast, kMin }: View): Section {
  const { whales, atRisk } = personas;
  const total = (n: number | null): string => shownCount(n ?? 'small', kMin);
  const ofAll = (n: number | null): string =>
    n === null
      ? `less than ${percent(kMin / personas.customers)}`
      : percent(personas.customers > 0 ? n / personas.customers : null);
  return {
    id: 'attention',
    nav: 'Whales and at risk',
    title: 'Who needs attention',
    body: markup`<div class="pair">
<div class="fact"><p class="big">${percent(whales.revenueShare)}</p><p><strong>of revenue comes from ${total(whales.customers)} whales</strong>, ${ofAll(whales.customers)} of the customers.</p><p class="rule">Rule: ${whales.rule}</p></div>
<div class="fact"><p class="big">${total(atRisk.customers)}</p><p><strong>customers are at risk</strong> of not coming back, ${ofAll(atRisk.customers)} of all.</p><p class="rule">Rule: ${atRisk.rule}</p></div>
</div>
${table({
  caption: 'Whales and customers at risk, by persona',
  columns: [
    { head: 'Persona' },
    { head: 'Customers', numeric: true },
    { head: 'Whales', numeric: true },
    { head: 'Of the persona', numeric: true },
    { head: 'At risk', numeric: true },
    { head: 'Of the persona', numeric: true },
  ],
  rows: cast.map(({ title, persona, whales: w, atRisk: r }) => [
    title,
    count(persona.customers),
    shownCount(w, kMin),
    typeof w === 'number' && persona.customers ? percent(w / persona.customers) : '–',
    shownCount(r, kMin),
    typeof r === 'number' && persona.customers ? percent(r / persona.customers) : '–',
  ]),
})}`,
  };
}
