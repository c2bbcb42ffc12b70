import { algorithmName, covarianceWords } from '../algorithms';
import { columnLabel } from '../column-label';
import { count, fixed, plain } from '../format';
import { customersOutside } from '../outside';
import type { View } from '../view';
import { bullets, markdown, tableOf } from './markdown';

/** How the model was made, what it was chosen from, and its columns. */
export function method(view: View): string {
  const { preprocessing, selection } = view;
  const columns = preprocessing.columns.map((c) => {
    const transform = c.transform.kind === 'none' ? 'no transform' : c.transform.kind;
    return `${markdown(columnLabel(view, c.column))}: ${c.basis.kind === 'identity' ? 'as measured' : c.basis.kind}, winsorised to [${plain(c.winsorise.lower)}, ${plain(c.winsorise.upper)}], ${transform}`;
  });
  const dropped = preprocessing.dropped.map(
    (d) => `${markdown(d.column)} left out, ${d.reason}: ${markdown(d.evidence)}`,
  );
  return `${fitted(view)} ${markdown(selection.rule)} Chosen: ${markdown(selection.why)}

${competition(view)}

${bullets([...columns, ...dropped])}`;
}

/** How the chosen algorithm was fitted, in one sentence or two. */
function fitted(view: View): string {
  const { preprocessing, selection, config, model, chosen } = view;
  const outside = customersOutside(view);
  const on = `on ${preprocessing.columns.length} standardised columns`;
  const range = `from ${selection.range.min} to ${selection.range.max}`;
  const { sample } = selection;
  const sampled =
    sample.rows < sample.customers
      ? ` Candidates were fitted to a sample of ${count(sample.rows)} of ${count(sample.customers)} customers, the published model`
      : '';
  switch (model.algorithm) {
    case 'kmeans':
      return `k-means with k = ${model.k} ${on}; ${config.modeling.restarts} starts for each k ${range}, seed ${model.seed}.${sampled ? `${sampled} to all of them from where the sample left it.` : ''}`;
    case 'hierarchical':
      return `Agglomerative clustering (${markdown(model.model ?? '')}) ${on}, its tree cut at k = ${model.k}; each customer belongs to the nearest centre of the cut. Cuts ${range}.${sampled ? `${sampled} to all of them.` : ''}`;
    case 'mixture':
      return `Gaussian mixture (latent profile analysis) ${on}: ${model.k} components, covariance model ${markdown(model.model ?? '')}, where ${covarianceWords(model.model ?? '')}. Maximum likelihood by EM, up to ${config.modeling.mixture.starts} starts for each model and k ${range}, seed ${model.seed}${
        chosen ? `; the best likelihood was reached by ${chosen.replicated} of ${chosen.restarts}` : ''
      }. Each customer belongs to the component with the largest posterior probability.${sampled ? `${sampled} by EM on all of them from where the sample left it.` : ''}`;
    case 'density':
      return `Dense regions (${markdown(model.model ?? '')}) ${on}: ${model.k} personas; ${outside ? `${outside} lie outside of them and belong to none` : 'no customer lies outside of them'}. The model is that of the ${count(sample.rows)} customers of the sample; all customers are scored by it.`;
  }
}

/** The algorithms against each other. */
function competition({ selection }: View): string {
  const { finalists, withoutFinalist } = selection;
  const rows = [
    ...finalists.map((f) => [
      markdown(algorithmName(f.algorithm)),
      markdown(f.model ?? '–'),
      String(f.k),
      fixed(f.outOfBag, 3),
      fixed(f.permuted, 3),
      f.behind === 0 ? fixed(f.score, 3) : `${fixed(f.score, 3)} (${fixed(f.behind, 3)} ± ${fixed(f.error, 3)} behind)`,
      f.outcome,
    ]),
    ...withoutFinalist.map(({ algorithm, why }) => [
      markdown(algorithmName(algorithm)),
      '–',
      '–',
      '–',
      '–',
      '–',
      `no candidate: ${markdown(why.split(' | ').join('. '))}`,
    ]),
  ];
  if (rows.length < 2) return 'No other algorithm took part.';
  return `${markdown(selection.between)}

${tableOf(['Algorithm', 'Model', 'Groups', 'Left-out agreement', 'On permuted data', 'Score', 'Outcome'], rows)}`;
}
