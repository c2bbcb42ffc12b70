import type { ChallengeReport } from '../contracts/drift';
import type { Gate, SelectionReport } from '../contracts/selection';
import { judgeChallenger, verdictText } from '../core/drift';
import type { StageDefinition, StageOutput, StageWork } from './stage';

/**
 * Whether a model that `auto` fitted anew takes over from the current one: a part of the clustering, for it decides whose clusters are
 * published. Its personas are those of the new model, matched to the release of the current one. The fact `winner` is `challenger` or `champion`;
 * `approvable` is there where an approver may still let the new model take over.
 */
export const challenge: StageDefinition = {
  stage: 'clustering',
  part: 'challenge',
  reads: ['selection.report', 'clustering.model', 'personas.memberships', 'model.selection', 'model.model', 'parent.memberships'],
  configOf: ({ modes }) => modes.challenger,
  sqlOf: () => ['personas/kept'],
  work: judge,
};

async function judge(work: StageWork): Promise<StageOutput> {
  const { config, inputs, deps } = work;
  const [own, other] = await Promise.all(['selection.report', 'model.selection'].map((name) => deps.artifacts.readJson<SelectionReport>(inputs[name])));
  const customers = await keptOf(work);
  const verdict = judgeChallenger(
    { gates: gatesOf(own), jaccard: { challenger: jaccardOf(own), champion: jaccardOf(other) }, customers, approved: false },
    config.modes,
  );
  const report: ChallengeReport = {
    format: 1,
    challenger: inputs['clustering.model'].sha256,
    champion: inputs['model.model'].sha256,
    customers: customers.before,
    kept: customers.kept,
    verdict,
    text: verdictText(verdict),
  };
  return {
    outputs: { 'challenge.report': await deps.artifacts.writeJson('challenge.report', report) },
    rowsIn: inputs['parent.memberships'].rows,
    rowsOut: customers.before,
    summary: report.text,
    warnings: verdict.winner === 'champion' ? [report.text] : [],
    facts: { winner: verdict.winner, ...(verdict.approvable && { approvable: true }), kept: customers.kept, of: customers.before },
  };
}

const chosenOf = ({ candidates }: SelectionReport) => candidates.find(({ status }) => status === 'chosen');
const jaccardOf = (selection: SelectionReport): number | null => chosenOf(selection)?.meanJaccard ?? null;
const gatesOf = (selection: SelectionReport): readonly Gate[] => chosenOf(selection)?.gates ?? [];

async function keptOf({ inputs, deps, signal }: StageWork): Promise<{ before: number; kept: number }> {
  const session = await deps.sql.session({ signal });
  try {
    await session.view('parent.memberships', inputs['parent.memberships']);
    await session.view('personas.memberships', inputs['personas.memberships']);
    const [{ customers, kept }] = await session.rows<{ customers: number; kept: number }>(deps.models.get('personas/kept').text);
    return { before: customers, kept };
  } finally {
    await session.close();
  }
}
