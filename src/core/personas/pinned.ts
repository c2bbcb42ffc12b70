import { PipelineError } from '../../contracts/errors';
import type { PersonasReport } from '../../contracts/personas';
import { suppress } from '../privacy/suppress';
import { endEvidence, identityEvidence } from './evidence';
import type { Identity, IdentityLink } from './identity';

/**
 * Pinned personas: the clusters of a run must be the personas of the parent release, one to one. A first release pins what it finds.
 *
 * @param kMin Links of fewer customers are spoken of as "few".
 * @throws PipelineError `PERSONAS_PINNED` naming each persona that no cluster continues and each cluster that continues none.
 */
export function assertPinned({ personas, retired }: Identity, parent: PersonasReport | null, parentRelease: number | null, kMin: number): void {
  const born = personas.filter(({ keyBy }) => keyBy === null);
  if (parent === null || (born.length === 0 && retired.length === 0)) return;
  const names = new Map(parent.personas.map(({ key, name }) => [key, name]));
  const clusterOf = new Map(personas.map(({ key, cluster, keyBy }) => [key, keyBy === null ? `cluster ${cluster}` : undefined]));
  const shown = <L extends IdentityLink>(link: L) => {
    const few = typeof suppress(link.customers, kMin) !== 'number';
    return { ...link, name: names.get(link.key) ?? clusterOf.get(link.key) ?? link.key, ...(few && { customers: null, overlap: null, share: null }) };
  };
  const gone = retired.map(({ key, kind, into }) => `no cluster continues “${names.get(key) ?? key}” (${key}): ${endEvidence({ kind, into: into.map(shown) })}`);
  const fresh = born.map(({ key, cluster, change, keyBy, from }) => `cluster ${cluster} continues no persona: ${identityEvidence({ kind: change, key, keyBy, from: from.map(shown), first: false })}`);
  throw new PipelineError(
    'PERSONAS_PINNED',
    `personas.identity.mode is "pinned", but the clusters of this run are not the personas of release ${parentRelease ?? 'before'}, so nothing is published: ${[...gone, ...fresh].join('; ')}. ` +
      `Keep that release, fix modeling.clusters to ${parent.personas.length}, or set the mode to "auto" to let personas change`,
    { parentRelease, retired: retired.map(({ key }) => key), unmatched: born.map(({ cluster }) => cluster) },
  );
}
