import type { PictureReport } from '../../../contracts/selection';
import type { PicturePayload, PictureResult } from '../../linalg/picture-task';
import { bottomK } from '../../linalg/sampling';
import { UMAP_NEIGHBOURS } from '../../linalg/umap';
import { discreet } from '../../privacy/discreet';
import { toPoints } from '../points';
import { once, type FinalInput } from './input';

/** A picture, or why there is none. */
export type Picture = { readonly picture: PictureReport; readonly none: null } | { readonly picture: null; readonly none: string };

/** The neighbourhoods of a bottom-k sample as a map, which holds no id. Made when everything is decided: nothing reads it but the report. */
export async function drawPicture(input: FinalInput, clusters: Int32Array): Promise<Picture> {
  const { matrix, ids, modeling, kMin } = input;
  if (modeling.picture.method === 'none') return { picture: null, none: 'no picture: modeling.picture.method is none' };
  const rows = bottomK(ids, modeling.seed, modeling.picture.rows);
  const least = UMAP_NEIGHBOURS + 1;
  if (rows.length < least) return { picture: null, none: discreet(`no picture: ${rows.length} customers, at least ${least} are needed`, [], kMin) };
  const payload = { points: toPoints(matrix, { rows }), seed: modeling.seed };
  const { positions, trustworthiness } = await once<PicturePayload, PictureResult>(input, 'picture.umap', payload);
  const scatter = positions.map(([x, y], i) => [x, y, clusters[rows[i]]] as const);
  return { picture: { method: `UMAP, ${UMAP_NEIGHBOURS} neighbours`, trustworthiness, scatter }, none: null };
}
