import { date, plural } from '../format';
import { markup, type Html } from '../html';
import type { PublishedNote } from '../../personas/published';
import { glyph } from '../plots/legend';
import { chip, notice, type Section } from '../section';
import type { CastMember, View } from '../view';

/** What customers of each persona said: interview notes, as they were written and with what makes them worth another look. */
export function notesSection(view: View): Section | undefined {
  const { notes, cast } = view;
  if (notes === null) return undefined;
  const open = cast.flatMap(({ persona }) => persona.notes).filter(({ review }) => review !== null).length;
  return {
    id: 'notes',
    nav: 'In their own words',
    title: 'In their own words',
    lead: 'Interviews are few and say why; the numbers are many and say what. A note stays with its persona from release to release.',
    body: markup`${open > 0 ? notice('warn', markup`<strong>${plural(open, 'note')} to review.</strong> What the persona is has changed since: check whether the note still fits, then write the release into its <code>reviewed</code>.`) : ''}
${cast.filter(({ persona }) => persona.notes.length > 0).map((member) => ofPersona(view, member))}
${looseNotes(view)}`,
  };
}

const ofPersona = (view: View, member: CastMember): Html =>
  markup`<h3>${glyph(member)} ${member.title}</h3>
${member.persona.notes.map((note) => interview(view, note))}`;

function interview({ pictures, notes }: View, note: PublishedNote): Html {
  const { title, motives, needs, quotes, text, picture, review, inheritedFrom, author, consent } = note;
  const media = notes?.personas.flatMap((persona) => persona.notes).find((own) => own.picture?.ref.sha256 === picture?.sha256)?.picture?.mediaType;
  const bytes = picture === null ? undefined : pictures.get(picture.sha256);
  return markup`<article class="interview">
${bytes === undefined || media === undefined ? '' : markup`<img alt="${title ?? 'picture of the interview'}" src="data:${media};base64,${bytes}">`}
${title === null ? '' : markup`<p><strong>${title}</strong></p>`}
${review === null ? '' : markup`<p>${chip('warn', 'review')} ${review}.</p>`}
${inheritedFrom === null ? '' : markup`<p class="note">Written about ${inheritedFrom}, which this persona comes from.</p>`}
${points('Motives', motives)}${points('Needs', needs)}
${quotes.map((quote) => markup`<blockquote>${quote}</blockquote>`)}
${text === '' ? '' : text.split(/\n\s*\n/).map((paragraph) => markup`<p>${paragraph}</p>`)}
<p class="note">${author}, ${date(note.date)}. Consent: ${consent}.</p>
</article>`;
}

const points = (title: string, items: readonly string[]): Html | string =>
  items.length === 0 ? '' : markup`<h4>${title}</h4><ul>${items.map((item) => markup`<li>${item}</li>`)}</ul>`;

/** Notes of which no persona is left: named, not shown. */
function looseNotes({ notes }: View): Html | string {
  if (notes === null || notes.loose.length === 0) return '';
  return notice('warn', markup`<strong>${plural(notes.loose.length, 'note')} without a persona.</strong> ${notes.loose.map(({ note, because }) => markup`<br>${note.file}: ${because}.`)}`);
}
