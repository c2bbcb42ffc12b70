import { fixed, lift, list, percent, signed } from '../format';
import { heatCell, heatClass } from '../heat';
import { markup, type Html } from '../html';
import { numbersOf } from '../figure';
import { glyph, legend } from '../plots/legend';
import { parallelCoordinates } from '../plots/parallel';
import { modelledFeatures, profiledFeatures, profilesOf } from '../profile-features';
import type { Section } from '../section';
import { table } from '../table';
import type { View } from '../view';
import { isShown } from '../../personas/profile';
import { profileTables } from './profiles';

/** A standard deviation of 1.5 from the base is already far for the mean of a group: colours end there. */
const Z_LIMIT = 1.5;

/** What sets the personas apart: heat map, parallel coordinates, KPIs and profiles in raw units. */
export function differencesSection(view: View): Section {
  return {
    id: 'differences',
    nav: 'How they differ',
    title: 'How they differ',
    lead: 'Each persona against the base, which is all customers together.',
    body: markup`${heatMap(view)}
<div class="linked">${legend(view.cast)}
${parallelCoordinates(view)}</div>
${kpiTable(view)}
${profileTables(view)}
${categories(view)}`,
  };
}

function heatMap(view: View): Html {
  const { cast, units } = view;
  const features = profiledFeatures(view);
  const modelled = new Set(modelledFeatures(view));
  const title = 'What sets each persona apart';
  const heads = cast.map((member) => ({
    head: markup`${glyph(member)}${member.number} <span class="long">${member.persona.name}</span>`,
    numeric: true,
  }));
  return markup`<figure class="plot wide" id="figure-heat-map">
<figcaption><strong>${title}</strong><span class="note">Standard deviations above (blue) or below (orange) the base; ± ${fixed(Z_LIMIT, 1)} and beyond have the full colour. A dot marks the features that formed the personas; the others only describe them.</span></figcaption>
${table({
  caption: `${title}: ${features.length} features of ${list(cast.map((c) => c.persona.name))}`,
  quietCaption: true,
  className: 'heatmap',
  columns: [{ head: 'Feature' }, ...heads],
  rows: features.map((feature) => [
    markup`${modelled.has(feature) ? markup`<span class="dot" title="formed the personas"></span>` : markup`<span class="dot none"></span>`}${units.label(feature)}`,
    ...profilesOf(view, feature).map((p) => heatCell(signed(p?.z, 1), heatClass(p?.z, Z_LIMIT))),
  ]),
})}
${numbersOf(title, {
  columns: [{ head: 'Feature' }, { head: 'All customers', numeric: true }, ...heads],
  rows: features.map((feature) => {
    const profiles = profilesOf(view, feature);
    const any = profiles.find((p) => p !== undefined);
    return [
      units.label(feature),
      any ? units.withUnit(feature, any.unit, any.base) : '–',
      ...profiles.map((p) => (p && isShown(p) ? `${units.withUnit(feature, p.unit, p.value)} (${signed(p.z)})` : '–')),
    ];
  }),
})}
</figure>`;
}

function kpiTable({ cast, units }: View): Html | string {
  const kpis = cast[0]?.persona.kpis ?? [];
  if (kpis.length === 0) return '';
  return markup`<h3>Key figures</h3>
<p>The figures the personas are to move, as named in the objective: means, and the sum for revenue; beside each the ratio to the base.</p>
${table({
  caption: 'Key figures of each persona and of all customers',
  quietCaption: true,
  columns: [{ head: 'Persona' }, ...kpis.map((k) => ({ head: k.label, numeric: true }))],
  rows: [
    ...cast.map(({ title, persona }) => [
      title,
      ...kpis.map(({ kpi, unit }) => {
        const mine = persona.kpis.find((k) => k.kpi === kpi);
        const ratio = mine?.value !== null && mine?.value !== undefined && mine.base ? mine.value / mine.base : null;
        return markup`${units.withUnit(kpi, unit, mine?.value ?? null)}${ratio === null ? '' : markup` <span class="sub">${kpi === 'revenue' ? `${percent(ratio)} of all` : lift(ratio)}</span>`}`;
      }),
    ]),
    ['All customers', ...kpis.map(({ kpi, unit, base }) => units.withUnit(kpi, unit, base))],
  ],
})}`;
}

function categories({ cast, kMin }: View): Html | string {
  const features = cast[0]?.persona.categories ?? [];
  if (features.length === 0) return '';
  return markup`<h3>Who they are</h3>
<p>Shares of each group in a persona. They describe and formed nothing; cells with fewer than ${kMin} customers are suppressed.</p>
${features.map(({ feature, label, levels }) =>
  table({
    caption: label,
    columns: [
      { head: label },
      { head: 'All customers', numeric: true },
      ...cast.map((c) => ({ head: c.title, numeric: true })),
    ],
    rows: levels.map(({ level, base }) => [
      level,
      percent(base),
      ...cast.map(({ persona }) => {
        const cell = persona.categories.find((c) => c.feature === feature)?.levels.find((l) => l.level === level);
        return cell === undefined
          ? '–'
          : cell.share === null
            ? { content: `< ${kMin}`, className: 'quiet-cell' }
            : percent(cell.share);
      }),
    ]),
  }),
)}`;
}
