import type { Algorithm } from '../../../../contracts/algorithms';
import type { Candidate, RejectedStart } from '../../../../contracts/selection';
import { fixed } from '../../format';
import { markup, type Html } from '../../html';
import { table } from '../../table';

/** Starts of a mixture that ended in no proper solution, with the reason; their likelihood is worth nothing, however high. */
export function rejectedStarts(algorithm: Algorithm, candidates: readonly Candidate[]): Html | string {
  if (algorithm !== 'mixture') return '';
  const rejected = candidates.filter((candidate) => candidate.rejectedStarts.length > 0);
  if (rejected.length === 0) return markup`<p>No start ended in a collapsed or empty component.</p>`;
  return markup`<h4>Starts that were rejected</h4>
<p>A component that collapses onto a few customers or a tied value has a likelihood without bound: such starts are set aside, whatever their likelihood. Shown are the first of each candidate.</p>
<details class="numbers"><summary>Show the rejected starts of ${rejected.length} candidates</summary>${table({
    caption: 'Starts of mixtures that were rejected, and why',
    className: 'compact',
    columns: [
      { head: 'Groups' },
      { head: 'Model' },
      { head: 'Log-likelihood', numeric: true },
      { head: 'Why', className: 'prose' },
    ],
    rows: rejected.flatMap(({ k, model, rejectedStarts: starts }) =>
      starts.map(({ logLikelihood, reason }: RejectedStart) => [k, model ?? '–', fixed(logLikelihood, 1), reason]),
    ),
  })}</details>`;
}
