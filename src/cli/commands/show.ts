import type { Command } from 'commander';
import type { Manifest } from '../../contracts/manifest';
import type { RunRecord } from '../../core/ports';
import { globalsOf } from '../options';
import { count, duration, json, out, table } from '../output';
import { quarantineOf, type QuarantineView } from '../quarantine';
import { openWorkspace } from '../workspace';

export const registerShow = (program: Command): void => {
  program
    .command('show <run>')
    .description('what a run read, decided and made, with its digests')
    .addHelpText('after', '\nExamples:\n  dramatis show shop-demo-2026-06-30-1\n  dramatis show shop-demo-2026-06-30-1 --json | jq .digest')
    .action(async (runId: string, _: unknown, command: Command) => {
      const options = globalsOf(command);
      const workspace = await openWorkspace(options);
      const { store } = workspace;
      const run = await store.runs.read(runId);
      const manifest = run.manifest === null ? null : await store.artifacts.readJson<Manifest>(run.manifest);
      const quarantine = await quarantineOf(workspace, run);
      if (options.json) return json({ ...summaryOf(run, manifest), quarantine: quarantine ?? null });
      print(run, manifest, quarantine);
    });
};

const summaryOf = (run: RunRecord, manifest: Manifest | null) => ({
  runId: run.runId,
  status: run.status,
  outcome: run.outcome,
  release: run.release,
  attempts: run.attempts,
  startedAt: run.startedAt,
  finishedAt: run.finishedAt,
  failure: run.failure,
  hold: run.hold ?? null,
  digest: manifest?.digest ?? null,
  resultDigest: manifest?.resultDigest ?? null,
  idempotencyKey: manifest?.idempotencyKey ?? null,
  manifest: run.manifest,
  facts: manifest?.facts ?? null,
  stages: run.stages.map(({ stage, key, outputs, rowsIn, rowsOut, summary, warnings, observed }) => ({
    stage,
    key,
    outputs,
    rowsIn,
    rowsOut,
    summary,
    warnings,
    ...observed,
  })),
});

function print(run: RunRecord, manifest: Manifest | null, quarantine: QuarantineView | undefined): void {
  out(`${run.runId}: ${run.status}${run.outcome === null ? '' : ` (${run.outcome}${run.release === null ? '' : `, release ${run.release}`})`}, ${run.attempts} attempt${run.attempts === 1 ? '' : 's'}`);
  out(`started ${run.startedAt}${run.finishedAt === null ? '' : `, took ${duration(Date.parse(run.finishedAt) - Date.parse(run.startedAt))}`}`);
  if (run.failure) out(`failed in ${run.failure.stage ?? 'start'}: ${run.failure.code}: ${run.failure.message}`);
  if (run.status === 'held' && run.hold) {
    out(`held until ${run.hold.until}, digest ${run.hold.digest}, because`);
    for (const { rule, message } of run.hold.reasons) out(`  ${rule}  ${message}`);
  }
  if (manifest) {
    out(`digest        ${manifest.digest}`);
    out(`resultDigest  ${manifest.resultDigest}`);
    const { facts } = manifest;
    out(`\ninputs`);
    out(table(['role', 'file', 'rows', 'sha256'], facts.inputs.map(({ role, name, rows, sha256 }) => [role, name, count(rows), sha256.slice(0, 16)]), ['rows']));
  }
  const { stages } = run;
  if (stages.length > 0) printStages(stages);
  if (manifest) printDecisions(manifest);
  if (quarantine) {
    out(`\nquarantine: ${quarantine.rows === null ? '' : `${count(quarantine.rows)} rows in `}${quarantine.path}`);
    const rows = quarantine.first.map(({ rule_id: rule, source, row_id: row }) => [rule, source, String(row)]);
    out(table(['rule', 'source', 'row'], rows, ['row']));
  }
}

/** What was decided, with where the evidence stands. */
function printDecisions({ facts }: Manifest): void {
  const { selection } = facts.results.decisions as { selection?: { why?: string } };
  out(`\ndecisions`);
  if (selection?.why !== undefined) out(`  ${selection.why}`);
  out('  every decision with its evidence: show --json, or manifest.json beside the run');
}

function printStages(stages: RunRecord['stages']): void {
  out(`\nstages`);
  const rows = stages.map(({ stage, rowsOut, observed, summary }) => [stage, rowsOut === null ? '' : count(rowsOut), observed.reused ? 'reused' : duration(observed.ms), String(observed.attempt), summary]);
  out(table(['stage', 'rows', 'took', 'attempt', 'what'], rows, ['rows', 'took', 'attempt']));
  const warnings = stages.flatMap(({ stage, warnings: all }) => all.map((warning) => `  ${stage}: ${warning}`));
  if (warnings.length > 0) out(`\nwarnings\n${warnings.join('\n')}`);
}
