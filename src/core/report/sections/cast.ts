import type { Trait } from '../../../contracts/personas';
import { count, fixed, percent, shortDate, signed } from '../format';
import { markup, type Html } from '../html';
import { glyph } from '../plots/legend';
import { sizeAndRevenue } from '../plots/size-and-revenue';
import { chip, type Section } from '../section';
import { shownCount } from '../suppress';
import type { CastMember, View } from '../view';

/** The personas as cards, one sentence on why this many, and how large they are. */
export function castSection(view: View): Section {
  const { selection, personas } = view;
  return {
    id: 'cast',
    nav: 'The personas',
    title: 'The personas',
    lead:
      personas.parentRelease === null
        ? 'The first cast of this project: every persona is new.'
        : `Matched to release ${personas.parentRelease}: a persona keeps its key and its name as long as enough of its customers stay together.`,
    body: markup`<div class="cards">${view.cast.map((member) => card(view, member))}</div>
<p class="why"><strong>Why ${count(selection.chosen.k)}?</strong> ${selection.why} <a href="#choice">How the number was chosen</a></p>
${sizeAndRevenue(view)}`,
  };
}

function card(view: View, member: CastMember): Html {
  const { persona, className } = member;
  return markup`<article class="card ${className}" aria-labelledby="card-${member.number}">
<header><span class="badge">${member.number}</span><h3 id="card-${member.number}">${persona.name}</h3>${glyph(member)}</header>
<p class="key"><code>${persona.key}</code> ${change(view, member)}</p>${renamed(member)}
<dl class="size">
<div><dt>Customers</dt><dd>${count(persona.customers)} <span>${percent(persona.share)}</span></dd>${bar(persona.share)}</div>
<div><dt>Revenue</dt><dd>${percent(persona.revenueShare)}</dd>${bar(persona.revenueShare)}</div>
</dl>
<ul class="traits">${persona.traits.slice(0, 3).map((trait) => traitItem(view, trait))}</ul>
<p class="foot">${stability(member)}<span>Whales ${shownCount(member.whales, view.kMin)}</span><span>At risk ${shownCount(member.atRisk, view.kMin)}</span>${notes(member)}</p>
</article>`;
}

function traitItem({ units }: View, trait: Trait): Html {
  const [mark, word] = trait.z > 0 ? ['▲', 'above'] : trait.z < 0 ? ['▼', 'below'] : ['●', 'at'];
  return markup`<li><span class="mark" aria-label="${word} the base">${mark}</span><span class="what">${trait.label}</span><span class="value">${units.withUnit(trait.feature, trait.unit, trait.value)}</span><span class="base">all: ${units.withUnit(trait.feature, trait.unit, trait.base)} · z ${signed(trait.z, 1)}</span></li>`;
}

function change({ personas }: View, { persona }: CastMember): Html {
  const { identity, overlap, bornAsOf } = persona;
  const first = personas.parentRelease === null;
  if (identity.kind === 'born') return chip('plain', first ? 'first release' : 'new');
  const since = identity.keyBy === null ? '' : markup` <span class="since">since ${shortDate(bornAsOf)}${overlap === null ? '' : `, ${percent(overlap, 0)} overlap`}</span>`;
  return markup`${chip(identity.kind === 'same' ? 'plain' : 'warn', identity.kind)}${since}`;
}

function notes({ persona: { notes: all } }: CastMember): Html | string {
  if (all.length === 0) return '';
  const open = all.filter(({ review }) => review !== null).length;
  return markup`<span><a href="#notes">Interviews ${count(all.length)}</a>${open === 0 ? '' : markup` ${chip('warn', 'review')}`}</span>`;
}

const renamed = ({ persona: { naming } }: CastMember): Html | string =>
  naming.before === null ? '' : markup`<p class="key">Was “${naming.before.name}”: ${naming.before.because}.</p>`;

const KIND: Readonly<Record<string, 'good' | 'warn' | 'bad'>> = {
  stable: 'good',
  pattern: 'warn',
  'not to be trusted': 'bad',
};

/** Label and Jaccard similarity of a persona under resampling. */
export const stability = ({ persona: { stability: s } }: CastMember): Html =>
  chip(KIND[s.label] ?? 'plain', s.jaccard === null ? s.label : `${s.label} · ${fixed(s.jaccard, 2)}`);

/** A share as a bar; the number stands beside it, so it is hidden from screen readers. */
const bar = (share: number | null): Html => {
  const width = fixed(Math.max(0, Math.min(1, share ?? 0)) * 100, 2);
  return markup`<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect class="rail" width="100" height="4"/><rect class="fill" width="${width}" height="4"/></svg>`;
};
