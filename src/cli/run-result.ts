import { existsSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import pc from 'picocolors';
import { makeFolder } from '../adapters/artifacts/files';
import { filesTargetOf, targetRoot } from '../adapters/sinks';
import type { PersonasReport } from '../contracts/personas';
import type { RefreshSummary } from '../contracts/run';
import type { SelectionReport } from '../contracts/selection';
import { note, out } from './output';
import { changeLines, personasJson, personasTable } from './personas-table';
import type { Workspace } from './workspace';

export interface RunResult {
  readonly summary: RefreshSummary;
  readonly personas: PersonasReport;
  readonly selection: SelectionReport<unknown>;
  readonly paths: { readonly report: string; readonly release: string | null; readonly manifest: string };
}

const artifactOf = (summary: RefreshSummary, name: string) => {
  for (const { outputs } of summary.stages) if (outputs[name]) return outputs[name];
  throw new Error(`the run made no ${name}`);
};

export async function readResult({ store, resolved, directory }: Workspace, summary: RefreshSummary): Promise<RunResult> {
  const { config } = resolved;
  const target = filesTargetOf(config);
  const personas = await store.artifacts.readJson<PersonasReport>(artifactOf(summary, 'personas.personas'));
  const selection = await store.artifacts.readJson<SelectionReport<unknown>>(artifactOf(summary, 'selection.report'));
  const release = summary.release === null || summary.outcome === 'committed' || !target ? null : resolve(targetRoot(config, target, store.home, directory), String(summary.release));
  // Where hosts share a store, the folder of a target may lie on the one that published.
  const elsewhere = release !== null && store.shelf.shared && !existsSync(release);
  const report = release === null || elsewhere ? await scratchReport(store, summary) : resolve(release, 'report.html');
  return { summary, personas, selection, paths: { report, release, manifest: store.shelf.locate(`runs/${summary.runId}/manifest.json`) } };
}

/** An object has no file type that a browser would open: a scratch run's report gets a name beside its record. */
async function scratchReport({ home, artifacts }: Workspace['store'], summary: RefreshSummary): Promise<string> {
  const path = resolve(home, 'runs', summary.runId, 'report.html');
  await makeFolder(dirname(path));
  await copyFile(await artifacts.path(artifactOf(summary, 'report.html')), path);
  return path;
}

export const resultJson = ({ summary, personas, selection, paths }: RunResult) => ({
  ...personasJson({ release: summary.release, run: summary.runId }, personas),
  outcome: summary.outcome,
  digest: summary.digest,
  resultDigest: summary.resultDigest,
  why: selection.why,
  paths,
  stages: summary.stages.map(({ stage, rowsIn, rowsOut, summary: text, warnings, observed }) => ({
    stage,
    rowsIn,
    rowsOut,
    summary: text,
    warnings,
    ...observed,
  })),
});

/** The end of a run for people: the cast, why this many, and where everything is. */
export function printResult({ summary, personas, selection, paths }: RunResult): void {
  note('');
  out(personasTable(personas));
  for (const line of changeLines(personas)) out(`  ${line}`);
  out(`\n${selection.why}`);
  const reused = summary.stages.filter(({ observed }) => observed.reused).length;
  if (reused > 0) out(pc.dim(`${reused} of ${summary.stages.length} stages were reused: nothing they depend on changed.`));
  out(pc.dim(outcomeText(summary)));
  out(`\nreport    ${paths.report}`);
  out(`release   ${paths.release ?? (summary.release === null ? 'none: a scratch run' : 'delivered nowhere')}`);
  out(`manifest  ${paths.manifest}`);
}

function outcomeText({ outcome, release, digest }: RefreshSummary): string {
  switch (outcome) {
    case 'published':
      return `Published release ${release}, digest ${digest.slice(0, 16)}.`;
    case 'unchanged':
      return `Nothing changed: release ${release} (digest ${digest.slice(0, 16)}) stays as it is.`;
    case 'superseded':
      return `Committed release ${release}, not promoted: a newer as-of date is current.`;
    case 'committed':
      return `Committed release ${release}, not promoted: that was not asked for (digest ${digest.slice(0, 16)}).`;
    case 'scratch':
      return `Scratch run: nothing was published (digest ${digest.slice(0, 16)}).`;
  }
}
