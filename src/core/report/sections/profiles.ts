import type { PublishedProfile } from '../../personas/published';
import { count, lift, percent, signed } from '../format';
import { markup, type Html } from '../html';
import { glyph } from '../plots/legend';
import { table } from '../table';
import type { CastMember, View } from '../view';

/** One table per persona in raw units, folded away: value against base, spread and what is missing. */
export const profileTables = (view: View): Html => markup`<h3>Profiles in raw units</h3>
<p>The typical value is the median for amounts, counts and days, and the mean for shares. Figures of fewer than ${view.kMin} customers are left out.</p>
${view.cast.map((member) => profileTable(view, member))}`;

function profileTable(view: View, member: CastMember): Html {
  const { persona } = member;
  const named = persona.namedAfter.map((feature) => view.units.label(feature));
  return markup`<details class="profile"><summary>${glyph(member)} ${member.title} <span class="sub">${percent(persona.share)} of customers${
    named.length > 0 ? markup`, named after ${named.join(', ')}` : ''
  }</span></summary>
${table({
  caption: `Profile of ${persona.name} against all customers`,
  quietCaption: true,
  columns: [
    { head: 'Feature' },
    { head: 'Typical', numeric: true },
    { head: 'All customers', numeric: true },
    { head: 'Ratio', numeric: true },
    { head: 'z', numeric: true },
    { head: 'Middle half', numeric: true },
    { head: 'Mean', numeric: true },
    { head: 'Mean, all', numeric: true },
    { head: 'Missing', numeric: true },
  ],
  rows: persona.profile.map((p) => row(view, p)),
})}</details>`;
}

function row({ units }: View, p: PublishedProfile) {
  const value = (v: number | null): string => units.value(p.feature, p.unit, v);
  return [
    p.label,
    units.withUnit(p.feature, p.unit, p.value),
    units.withUnit(p.feature, p.unit, p.base),
    lift(p.lift),
    signed(p.z),
    p.q25 === null && p.q75 === null ? '–' : `${value(p.q25)} to ${value(p.q75)}`,
    value(p.mean),
    value(p.baseMean),
    p.missing === null ? 'withheld' : count(p.missing),
  ];
}
