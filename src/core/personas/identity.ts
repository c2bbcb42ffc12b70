import type { Persona, PersonaChange } from '../../contracts/personas';
import type { Birth } from './keys';
import { issueKey } from './keys';
import type { Overlap } from './match';
import { matchPersonas } from './match';

/** Which persona a cluster is. */
export interface PersonaIdentity extends Pick<Persona, 'key' | 'cluster' | 'overlap' | 'bornAsOf'> {
  readonly change: PersonaChange;
}

/** What identity reads of the parent release's `PersonasReport`. */
export interface Parent {
  readonly personas: readonly Pick<Persona, 'key' | 'bornAsOf'>[];
  readonly issuedKeys: readonly string[];
}

export interface Identity {
  /** By cluster. */
  readonly personas: readonly PersonaIdentity[];
  /** Keys of the parent release that no cluster continues, in ascending order. */
  readonly retired: readonly string[];
  /** Every key ever issued on this line of releases, in ascending order. */
  readonly issuedKeys: readonly string[];
}

/**
 * Identity of each cluster: the parent persona it continues (`same`, its key and birth), or a new persona (`born`).
 *
 * @param parent The parent release's personas, or null for a first release: all are born.
 * @param overlaps Cross table of customers present in both.
 */
export function identify(parent: Parent | null, overlaps: readonly Overlap[], k: number, minOverlap: number, birth: Omit<Birth, 'cluster'>): Identity {
  const parents = new Map((parent?.personas ?? []).map((persona) => [persona.key, persona]));
  const matches = matchPersonas([...parents.keys()], overlaps, k, minOverlap);
  const issued = new Set([...(parent?.issuedKeys ?? []), ...parents.keys()]);
  const personas = Array.from({ length: k }, (_, cluster): PersonaIdentity => {
    const match = matches.find((candidate) => candidate.cluster === cluster);
    const ancestor = match && parents.get(match.personaKey);
    if (match && ancestor) return { key: ancestor.key, cluster, change: 'same', overlap: match.kept, bornAsOf: ancestor.bornAsOf };
    const key = issueKey({ ...birth, cluster }, issued);
    issued.add(key);
    return { key, cluster, change: 'born', overlap: null, bornAsOf: birth.asOf };
  });
  const alive = new Set(personas.map(({ key }) => key));
  return { personas, retired: [...parents.keys()].filter((key) => !alive.has(key)).sort(), issuedKeys: [...issued].sort() };
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
export function carryOver(cast: AppliedCast, parent: Parent | null, overlaps: readonly Overlap[]): Identity {
  const before = new Set((parent?.personas ?? []).map(({ key }) => key));
  const personas = [...cast.personas]
    .sort((a, b) => a.cluster - b.cluster)
    .map(({ key, cluster, bornAsOf }): PersonaIdentity => {
      if (!before.has(key)) return { key, cluster, change: 'born', overlap: null, bornAsOf };
      const own = overlaps.filter(({ personaKey }) => personaKey === key);
      const all = own.reduce((sum, { customers }) => sum + customers, 0);
      const kept = own.reduce((sum, overlap) => sum + (overlap.cluster === cluster ? overlap.customers : 0), 0);
      return { key, cluster, change: 'same', overlap: all === 0 ? null : kept / all, bornAsOf };
    });
  const alive = new Set(personas.map(({ key }) => key));
  const issued = new Set([...cast.issuedKeys, ...(parent?.issuedKeys ?? []), ...before, ...alive]);
  return { personas, retired: [...before].filter((key) => !alive.has(key)).sort(), issuedKeys: [...issued].sort() };
}
