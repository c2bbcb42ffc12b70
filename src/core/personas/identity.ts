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
