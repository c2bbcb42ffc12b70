import type { Persona, PersonaChange, PersonaEnd, PersonaIdentity } from '../../contracts/personas';
import { crossTable, type Overlap } from './cross-table';
import type { Birth } from './keys';
import { issueKey } from './keys';
import type { Distance, MatchRule } from './match';
import { matchPersonas } from './match';
import type { Link, TransitionRule } from './transitions';
import { transitionsOf } from './transitions';

/** A persona of the parent release and one of this release that share members; names and words come later. */
export interface IdentityLink extends Omit<Link, 'persona' | 'cluster'> {
  readonly key: string;
}

/** Which persona a cluster is. */
export interface ClusterIdentity extends Pick<Persona, 'key' | 'cluster' | 'overlap' | 'bornAsOf'> {
  readonly change: PersonaChange;
  readonly from: readonly (IdentityLink & { readonly jaccard: number; readonly distance: number | null })[];
  readonly keyBy: PersonaIdentity['keyBy'];
  /** Keys of the personas that fell apart or came together to make it. */
  readonly parents: readonly string[];
}

export interface RetiredIdentity {
  readonly key: string;
  readonly kind: PersonaEnd;
  readonly into: readonly IdentityLink[];
}

/** What identity reads of the parent release's `PersonasReport`. */
export interface Parent {
  readonly personas: readonly Pick<Persona, 'key' | 'bornAsOf'>[];
  readonly issuedKeys: readonly string[];
}

export interface Identity {
  /** By cluster. */
  readonly personas: readonly ClusterIdentity[];
  /** Personas of the parent release that no cluster continues, by key in ascending order. */
  readonly retired: readonly RetiredIdentity[];
  /** Every key ever issued on this line of releases, in ascending order. */
  readonly issuedKeys: readonly string[];
}

export type IdentityRule = MatchRule & TransitionRule;

/**
 * Identity of each cluster. Its key: that of the parent persona it continues (`matchPersonas`), or a new one, never issued before. Its kind:
 * `merged` or `split` by where its members come from (`transitionsOf`), else `same` with a continued key, `born` with a new one.
 *
 * @param parent The parent release's personas, or null for a first release: all are born.
 * @param overlaps Cross table of customers present in both.
 * @param distance Between the profiles of a parent persona and a cluster; decides keys where overlaps are close.
 */
export function identify(
  parent: Parent | null,
  overlaps: readonly Overlap[],
  k: number,
  rule: IdentityRule,
  birth: Omit<Birth, 'cluster'>,
  distance: Distance = () => null,
): Identity {
  const parents = new Map((parent?.personas ?? []).map((persona) => [persona.key, persona]));
  const table = crossTable([...parents.keys()], overlaps, k);
  const { keys, jaccard } = table;
  const matches = matchPersonas(table, rule, distance);
  const { change, parents: made, from, end, into } = transitionsOf(table, rule);
  const issued = new Set([...(parent?.issuedKeys ?? []), ...parents.keys()]);
  const personas = Array.from({ length: k }, (_, cluster): ClusterIdentity => {
    const origins = from[cluster].map(({ persona, customers, overlap, share }) => ({
      key: keys[persona], customers, overlap, share, jaccard: jaccard[persona][cluster], distance: distance(keys[persona], cluster),
    }));
    const madeOf = made[cluster].map((persona) => keys[persona]);
    const match = matches.find((candidate) => candidate.cluster === cluster);
    const ancestor = match && parents.get(match.personaKey);
    if (match && ancestor) {
      return { key: ancestor.key, cluster, change: change[cluster] ?? 'same', overlap: match.kept, bornAsOf: ancestor.bornAsOf, from: origins, keyBy: match.by, parents: madeOf };
    }
    const key = issueKey({ ...birth, cluster }, issued);
    issued.add(key);
    return { key, cluster, change: change[cluster] ?? 'born', overlap: null, bornAsOf: birth.asOf, from: origins, keyBy: null, parents: madeOf };
  });
  const alive = new Set(personas.map(({ key }) => key));
  const retired = keys.flatMap((key, i) =>
    alive.has(key) ? [] : [{ key, kind: end[i], into: into[i].map(({ cluster, customers, overlap, share }) => ({ key: personas[cluster].key, customers, overlap, share })) }],
  );
  return { personas, retired, issuedKeys: [...issued].sort() };
}

/** The cast of the release whose model is applied. */
export interface AppliedCast extends Parent {
  readonly personas: readonly Pick<Persona, 'key' | 'bornAsOf' | 'cluster'>[];
}

/**
 * Identity where a model of before is applied: the same model has the same personas, so each cluster keeps the key it got when the model's
 * release was made, whoever is in it today. To the parent release a persona is `same` where that has it.
 *
 * @param overlaps Cross table of customers present in both, for how many stayed.
 */
export function carryOver(cast: AppliedCast, parent: Parent | null, overlaps: readonly Overlap[], rule: TransitionRule): Identity {
  const before = new Set((parent?.personas ?? []).map(({ key }) => key));
  const table = crossTable([...before], overlaps, cast.personas.length);
  const { keys, shared, before: members, jaccard } = table;
  const { from, end, into } = transitionsOf(table, rule);
  const personas = [...cast.personas]
    .sort((a, b) => a.cluster - b.cluster)
    .map(({ key, cluster, bornAsOf }): ClusterIdentity => {
      const origins = from[cluster].map(({ persona, customers, overlap, share }) => ({
        key: keys[persona], customers, overlap, share, jaccard: jaccard[persona][cluster], distance: null,
      }));
      const own = keys.indexOf(key);
      if (own < 0) return { key, cluster, change: 'born', overlap: null, bornAsOf, from: origins, keyBy: null, parents: [] };
      const kept = members[own] === 0 ? null : shared[own][cluster] / members[own];
      return { key, cluster, change: 'same', overlap: kept, bornAsOf, from: origins, keyBy: 'overlap', parents: [] };
    });
  const alive = new Set(personas.map(({ key }) => key));
  const retired = keys.flatMap((key, i) =>
    alive.has(key) ? [] : [{ key, kind: end[i], into: into[i].map(({ cluster, customers, overlap, share }) => ({ key: personas[cluster].key, customers, overlap, share })) }],
  );
  const issued = new Set([...cast.issuedKeys, ...(parent?.issuedKeys ?? []), ...before, ...alive]);
  return { personas, retired, issuedKeys: [...issued].sort() };
}
