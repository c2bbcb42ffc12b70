import { markup } from '../../html';
import { glyph } from '../../plots/legend';
import type { Column } from '../../table';
import type { CastMember, View } from '../../view';

/** One column per persona. */
export const heads = (cast: readonly CastMember[]): Column[] =>
  cast.map((member) => ({
    head: markup`${glyph(member)} ${member.number} <span class="long">${member.persona.name}</span>`,
    numeric: true,
  }));

/** Whether a persona is large enough for figures of its own. */
export const isLarge = ({ model, kMin }: View, { persona }: CastMember): boolean =>
  (model.sizes[persona.cluster] ?? 0) >= kMin;

/** Centres of the clusters, scaled units. */
export const meansOf = ({ model }: View): readonly (readonly number[])[] =>
  model.solution.kind === 'mixture' ? model.solution.mixture.means : model.centroids;
