import type { ModesConfig } from '../../config/modes';
import type { ChallengeVerdict } from '../../contracts/drift';
import { percent } from './findings';

/** What is known of a new model beside the current one. */
export interface Challenge {
  /** Every gate of the run, and whether the challenger passes it. */
  readonly gates: readonly { readonly gate: string; readonly passed: boolean }[];
  /** Mean Jaccard over resamples of either model; null where it was not measured. */
  readonly jaccard: { readonly challenger: number | null; readonly champion: number | null };
  /** Customers with a persona in the current release, and how many of them keep it with the challenger; gone customers are not counted. */
  readonly customers: { readonly before: number; readonly kept: number };
  /** Whether an approver has agreed to fewer keeping theirs. */
  readonly approved: boolean;
}

/**
 * Whether a new model (challenger) takes over from the current one (champion). It does if every gate passes, its clusters come back in resamples
 * about as well as the champion's, and most customers keep their persona or an approver agrees that fewer do. Otherwise the champion scores on.
 * Where its clusters were not looked at in resamples, an approver decides, too. Where only consent is missing, the verdict is `approvable`: the gate of the release asks for it.
 */
export function judgeChallenger({ gates, jaccard, customers, approved }: Challenge, { challenger: rules }: ModesConfig): ChallengeVerdict {
  const failed = gates.filter(({ passed }) => !passed).map(({ gate }) => gate);
  const kept = customers.before === 0 ? 1 : customers.kept / customers.before;
  const enough = kept >= rules.minKept;
  const findings: ChallengeVerdict['findings'] = [
    {
      rule: 'gates',
      passed: failed.length === 0,
      evidence: failed.length === 0 ? `passes all ${gates.length} gates` : `fails ${failed.join(', ')}`,
    },
    stability(jaccard, rules.maxJaccardLoss, approved),
    {
      rule: 'kept',
      passed: enough || approved,
      evidence: `${percent(kept)} of the customers keep their persona, ${percent(rules.minKept)} asked${enough ? '' : approved ? '; an approver agreed' : ''}`,
    },
  ];
  const lost = findings.filter(({ passed }) => !passed);
  return { winner: lost.length === 0 ? 'challenger' : 'champion', approvable: lost.length > 0 && lost.every(({ rule }) => rule === 'kept' || (rule === 'stability' && jaccard.challenger === null)), findings };
}

function stability({ challenger, champion }: Challenge['jaccard'], maxLoss: number, approved: boolean): ChallengeVerdict['findings'][number] {
  if (challenger === null) return { rule: 'stability', passed: approved, evidence: `the stability of the new model was not measured${approved ? '; an approver agreed' : ''}` };
  if (champion === null) return { rule: 'stability', passed: true, evidence: `mean Jaccard ${challenger.toFixed(2)}; that of the current model was not measured` };
  return {
    rule: 'stability',
    passed: challenger >= champion - maxLoss,
    evidence: `mean Jaccard ${challenger.toFixed(2)}, of the current model ${champion.toFixed(2)}; ${maxLoss} less is let pass`,
  };
}

/** The verdict in a sentence or two, for people. */
export function verdictText({ winner, approvable, findings }: ChallengeVerdict): string {
  const evidence = findings.map((finding) => finding.evidence).join('; ');
  if (winner === 'challenger') return `The new model takes over: ${evidence}.`;
  const lost = findings.filter(({ passed }) => !passed).map((finding) => finding.evidence).join('; ');
  // True whatever the approver says: the verdict is written before.
  if (approvable) return `The new model takes over only if an approver agrees, else the current one scores on: ${lost}.`;
  return `The current model scores on: the new one does not take over: ${lost}.`;
}
