import type { AutomaticRule, HoldReason } from '../../contracts/gate';
import type { PersonasReport } from '../../contracts/personas';
import type { QualityCheckResult } from '../../contracts/reports';
import type { GateConfig } from '../../config/gate';
import type { FeatureDrift } from './drift';

export type Cast = Pick<PersonasReport, 'customers'> & {
  readonly personas: readonly Pick<PersonasReport['personas'][number], 'key' | 'name' | 'customers' | 'share'>[];
};

/** What the gate looks at: facts of the manifest, nothing of the moment. */
export interface GateFacts {
  readonly now: Cast;
  /** The release the personas were matched to; null: the first of the project. */
  readonly before: Cast | null;
  readonly checks: readonly Pick<QualityCheckResult, 'id' | 'severity' | 'passed' | 'offending' | 'tested'>[];
  readonly drift: readonly FeatureDrift[];
  /** The very same thing was released before. */
  readonly released: boolean;
  readonly backfill: boolean;
  /** Set where a new model takes over only if an approver agrees: what it found, for people, and the share of customers that keep their persona. */
  readonly contest?: { readonly evidence: string; readonly kept: number; readonly limit: number } | null;
  /** Numbers of fewer customers are left out. */
  readonly kMin: number;
}

export interface GateDecision {
  readonly decision: 'open' | 'hold';
  /** What opened it; null where it holds. */
  readonly rule: AutomaticRule | null;
  readonly reasons: readonly HoldReason[];
}

type Persona = Cast['personas'][number];

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const list = (personas: readonly Persona[]): string => personas.map(({ name, key }) => `"${name}" (${key})`).join(', ');

/** Shares and their change; nulls where one side is too small to be told. */
function sizeEvidence(before: Persona, now: Persona, kMin: number): Readonly<Record<string, unknown>> {
  const told = Math.min(before.customers, now.customers) >= kMin;
  return { key: now.key, before: told ? before.share : null, now: told ? now.share : null, change: told ? now.share / before.share - 1 : null };
}

function sizeJumps({ sizeJump }: GateConfig, before: Cast, now: Cast, kMin: number): HoldReason[] {
  const known = new Map(before.personas.map((persona) => [persona.key, persona]));
  return now.personas.flatMap((persona): HoldReason[] => {
    const was = known.get(persona.key);
    if (!was || was.share === 0 || Math.abs(persona.share / was.share - 1) <= sizeJump) return [];
    const evidence = { ...sizeEvidence(was, persona, kMin), limit: sizeJump };
    const told =
      Math.min(was.customers, persona.customers) >= kMin
        ? `from ${percent(was.share)} to ${percent(persona.share)} of the customers`
        : `(of fewer than ${kMin} customers)`;
    return [
      { rule: 'gate/size-jump', message: `"${persona.name}" (${persona.key}) went ${told}: more than ${percent(sizeJump)} of what it was`, evidence },
    ];
  });
}

function customersJump({ sizeJump }: GateConfig, before: Cast, now: Cast): HoldReason[] {
  const change = before.customers === 0 ? 0 : now.customers / before.customers - 1;
  if (Math.abs(change) <= sizeJump) return [];
  return [
    {
      rule: 'gate/customers',
      message: `the number of customers went from ${before.customers} to ${now.customers}: more than ${percent(sizeJump)} of what it was`,
      evidence: { before: before.customers, now: now.customers, change, limit: sizeJump },
    },
  ];
}

function comingsAndGoings({ births, deaths }: GateConfig, before: Cast, now: Cast): HoldReason[] {
  const missing = (from: Cast, other: Cast) => from.personas.filter(({ key }) => !other.personas.some((persona) => persona.key === key));
  const born = missing(now, before);
  const gone = missing(before, now);
  const reasons: HoldReason[] = [];
  if (born.length > births)
    reasons.push({
      rule: 'gate/births',
      message: `${born.length} new: ${list(born)}`,
      evidence: { keys: born.map(({ key }) => key), limit: births },
    });
  if (gone.length > deaths)
    reasons.push({
      rule: 'gate/deaths',
      message: `${gone.length} retired: ${list(gone)}`,
      evidence: { keys: gone.map(({ key }) => key), limit: deaths },
    });
  return reasons;
}

function drifted({ drift: limit }: GateConfig, drift: readonly FeatureDrift[]): HoldReason[] {
  return drift
    .filter(({ psi }) => psi > limit)
    .map(({ feature, psi }) => ({
      rule: 'gate/drift',
      message: `${feature} drifted: PSI ${psi.toFixed(3)} is above ${limit}`,
      evidence: { feature, psi, limit },
    }));
}

function failedWarnings({ warnings }: GateConfig, checks: GateFacts['checks']): HoldReason[] {
  const failed = checks.filter(({ severity, passed }) => severity === 'warn' && !passed);
  if (failed.length <= warnings) return [];
  const evidence = { checks: failed.map(({ id, offending, tested }) => ({ id, offending, tested })), limit: warnings };
  return [
    {
      rule: 'gate/warnings',
      message: `${failed.length} quality warnings: ${failed.map(({ id, offending, tested }) => `${id} (${offending} of ${tested})`).join(', ')}`,
      evidence,
    },
  ];
}

function contested({ contest }: GateFacts): HoldReason[] {
  if (!contest) return [];
  const { evidence, kept, limit } = contest;
  return [{ rule: 'gate/challenger', message: `a new model takes over only with consent, else the current one scores on: ${evidence}`, evidence: { kept, limit } }];
}

/**
 * Whether a release may go on by itself.
 *
 * Open: no gate, the first release of a project, what was released before, a backfill (its reasons are written down, not waited for), and
 * whatever stays within all limits. A new model that an approver has to agree to is never let through but as what was released before. A limit itself passes; what is above it holds. A persona's share is compared relative to what it was.
 */
export function decideGate(config: GateConfig, facts: GateFacts): GateDecision {
  const { now, before, checks, drift, released, backfill, kMin } = facts;
  const open = (rule: AutomaticRule, reasons: readonly HoldReason[] = []): GateDecision => ({ decision: 'open', rule, reasons });
  if (!config.enabled) return open('gate/off');
  if (released) return open('gate/already-released');
  if (before === null) return open('gate/first-release');
  const reasons = [
    ...contested(facts),
    ...customersJump(config, before, now),
    ...sizeJumps(config, before, now, kMin),
    ...comingsAndGoings(config, before, now),
    ...drifted(config, drift),
    ...failedWarnings(config, checks),
  ];
  if (backfill && !facts.contest) return open('gate/backfill', reasons);
  return reasons.length === 0 ? open('gate/within-limits') : { decision: 'hold', rule: null, reasons };
}
