import type { Persona, PersonasReport } from '../../contracts/personas';
import { claimsFrom } from './name-holds';

/** A report as format 1 had it: personas continue or are born, and of the retired only key and name are known. */
type FirstFormat = Omit<PersonasReport, 'format' | 'personas' | 'retired' | 'former'> & {
  readonly format?: undefined;
  readonly personas: readonly Omit<Persona, 'identity' | 'naming' | 'transitions'>[];
  readonly retired: readonly { readonly key: string; readonly name: string }[];
};

/** Reports of before there were unassigned customers do not mention them. */
const NOBODY: PersonasReport['unassigned'] = { customers: 0, share: 0, revenue: '0', revenueShare: 0, whales: 0, atRisk: 0 };

/** A stored report in the format of today; releases keep the one they were written with. */
export function asCurrentPersonas(stored: PersonasReport | FirstFormat): PersonasReport {
  if (stored.format === 2) return stored;
  return {
    ...stored,
    format: 2,
    // Written before there were any, they lack what the type says is there.
    unassigned: (stored as Partial<FirstFormat>).unassigned ?? NOBODY,
    personas: stored.personas.map((persona) => ({
      ...persona,
      identity: { kind: persona.change, from: [], keyBy: null, evidence: NOT_RECORDED },
      transitions: [],
      naming: { since: null, claims: claimsFrom(persona.namedAfter, persona.profile), before: null },
    })),
    retired: stored.retired.map((persona) => ({ ...persona, kind: 'retired', into: [], evidence: NOT_RECORDED })),
    former: stored.retired.map(({ key, name }) => ({ key, name, asOf: stored.asOf, kind: 'retired', into: [] })),
  };
}

const NOT_RECORDED = 'not recorded by the version that made this release';
