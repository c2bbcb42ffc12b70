import { markup, Html } from '../html';
import type { CastMember } from '../view';

const GLYPHS: readonly string[] = [
  '<circle cx="6" cy="6" r="4.5"/>',
  '<rect x="2" y="2" width="8" height="8"/>',
  '<path d="M6 1.5 11 10.5H1z"/>',
  '<path d="M6 .8 11.2 6 6 11.2.8 6z"/>',
  '<path d="M4.2 1h3.6v3.2H11v3.6H7.8V11H4.2V7.8H1V4.2h3.2z"/>',
  '<path d="M6 10.5 1 1.5h10z"/>',
  '<path d="M10.5 6 1.5 11V1z"/>',
  '<path d="M1.5 6 10.5 1v10z"/>',
];

/** The shape a persona has in plots, in its colour. */
export const glyph = ({ number, className }: CastMember): Html => {
  const i = number - 1;
  const shape = GLYPHS[(i + Math.floor(i / GLYPHS.length)) % GLYPHS.length];
  return markup`<svg class="glyph ${className}" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">${new Html(shape)}</svg>`;
};

/** One button per persona: pressing it brings that persona forward in every plot that shows single personas. */
export const legend = (cast: readonly CastMember[]): Html =>
  markup`<div class="legend" role="group" aria-label="Bring one persona forward in the plots">${cast.map(
    (member) =>
      markup`<button type="button" data-focus="${member.plotTitle}" aria-pressed="false">${glyph(member)}<span>${member.title}</span></button>`,
  )}</div>`;
