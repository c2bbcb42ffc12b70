import type { Algorithm, Linkage } from '../../../../contracts/algorithms';
import type { Candidate } from '../../../../contracts/selection';
import { ruleText } from '../../../selection/rule';
import { algorithmName, algorithmSeeks } from '../../algorithms';
import { plural } from '../../format';
import { markup, type Html } from '../../html';
import { criteria } from '../../plots/criteria';
import { dendrogram, type TreeGroup } from '../../plots/dendrogram';
import { chip } from '../../section';
import type { View } from '../../view';
import { blrtTests } from './blrt-tests';
import { candidatesTable } from './candidates';
import { evidence } from './evidence';
import { rejectedStarts } from './rejected-starts';

/** Everything about the candidates of one algorithm; folded away unless it won. */
export function algorithmPart(view: View, algorithm: Algorithm): Html {
  const { selection, config } = view;
  const candidates = selection.candidates.filter((candidate) => candidate.algorithm === algorithm);
  const best = candidates.find(({ status }) => status === 'chosen' || status === 'finalist');
  const isChosen = best?.status === 'chosen';
  const rule = isChosen ? selection.rule : ruleText(algorithm, selection.limits, config.modeling.stability.accept, selection.sample.resamples > 0);
  return markup`<details class="algorithm"${isChosen ? markup` open` : ''}><summary>${algorithmName(algorithm)} ${
    isChosen ? chip('good', 'Chosen') : best ? chip('plain', 'Not chosen') : chip('bad', 'No candidate')
  } <span class="sub">${best ? `${plural(best.k, 'group')}${best.model === null ? '' : `, ${best.model}`}; ` : ''}${plural(candidates.length, 'candidate')}</span></summary>
<p>${algorithmName(algorithm)} looks for ${algorithmSeeks(algorithm)}. <strong>Rule.</strong> ${rule}</p>
${best ? markup`<p>${best.why}</p>` : ''}
${criteria(view, algorithm, candidates)}
${algorithm === 'hierarchical' ? tree(view, best) : ''}
${candidatesTable(view, algorithm, candidates)}
${rejectedStarts(algorithm, candidates)}
${algorithm === 'mixture' ? blrtTests(view) : ''}
${evidence(view, algorithm)}
</details>`;
}

/** A group of an algorithm that was not chosen: it has a number and no colour, lest it be taken for a persona. */
const groupOf = (customers: number, cluster: number): TreeGroup => ({
  number: cluster + 1,
  colour: '@neutral',
  title: `Group ${cluster + 1}`,
  plotTitle: `Group ${cluster + 1}`,
  persona: { cluster, customers },
});

/** The dendrogram: by personas where hierarchical clustering won, else by groups. */
function tree(view: View, best: Candidate | undefined): Html | string {
  const { dendrogram: top } = view.selection;
  if (!top || best?.spec.algorithm !== 'hierarchical') return '';
  const linkage: Linkage = best.spec.linkage;
  if (best.status !== 'chosen')
    return dendrogram({ cast: best.sizes.map(groupOf), kMin: view.kMin }, top, linkage, 'group');
  const published = (cluster: number): number => view.candidateClusters.indexOf(cluster);
  return dendrogram(
    view,
    {
      ...top,
      branches: top.branches.map((branch) => ({ ...branch, cluster: published(branch.cluster) })),
      joins: top.joins.map((join) => ({ ...join, cluster: join.cluster === null ? null : published(join.cluster) })),
    },
    linkage,
  );
}
