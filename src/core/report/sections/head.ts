import { count, list, money, percent, plural, shortDate } from '../format';
import { markup, type Html } from '../html';
import { caveatsOf } from '../caveats';
import { chip } from '../section';
import type { View } from '../view';

/** Title, what the personas are for, the figures of the day and what to keep in mind. */
export function head(view: View): Html {
  const { config, personas, facts, cast, title, units } = view;
  const { objective } = config;
  const kpis = objective.kpis.map((kpi) => cast[0]?.persona.kpis.find((k) => k.kpi === kpi)?.label ?? units.label(kpi));
  const figures: readonly (readonly [string, string])[] = [
    ['Personas', count(cast.length)],
    ['Customers', count(personas.customers)],
    [`Revenue, ${personas.revenue}`, money(personas.totalRevenue, personas.currency)],
    ['As of', shortDate(personas.asOf)],
  ];
  const purpose: readonly (readonly [string, string])[] = [
    ['Used for', objective.touchpoint],
    ['Measured by', list(kpis)],
    ['Made for', objective.stakeholders.length > 0 ? list(objective.stakeholders) : 'no stakeholder named'],
    ['Granularity', `${objective.granularity.min} to ${objective.granularity.max} personas can be acted on`],
  ];
  return markup`<header class="head" id="top">
<p class="kicker">Customer personas · ${facts.project} · ${facts.environment}</p>
<h1>${title}</h1>
<p class="statement">${statement(view)}</p>
<dl class="figures">${figures.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
<dl class="purpose">${purpose.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${mind(view)}
</header>`;
}

/** The one sentence that somebody who reads nothing else should have read. */
function statement({ cast, personas }: View): string {
  const best = [...cast].sort(
    (a, b) => (b.persona.revenueShare ?? 0) - (a.persona.revenueShare ?? 0) || a.number - b.number,
  )[0];
  const outside = personas.unassigned.customers;
  const most = outside === 0 ? '' : `All but ${outside === null ? 'a few' : count(outside)} of `;
  const start = `${most}${plural(personas.customers, 'customer')} fall into ${plural(cast.length, 'persona')}`;
  if (!best || best.persona.share === null) return `${start}.`;
  const { name, share, revenueShare } = best.persona;
  return `${start}. “${name}” brings ${percent(revenueShare, 0)} of revenue with ${percent(share, 0)} of the customers.`;
}

function mind(view: View): Html {
  const caveats = caveatsOf(view);
  if (caveats.length === 0)
    return markup`<p class="mind clear">${chip('good', 'Nothing to worry about')} All data checks passed, the personas came back when resampled and a second implementation agrees.</p>`;
  return markup`<div class="mind"><h2>Keep in mind</h2><ul>${caveats.map(
    (c) => markup`<li>${chip(c.severity, c.severity === 'bad' ? 'Problem' : 'Note')} <span>${c.text}</span></li>`,
  )}</ul></div>`;
}
