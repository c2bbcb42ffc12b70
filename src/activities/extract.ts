import type { ProjectConfig } from '../config/project';
import type { ExtractReport } from '../contracts/reports';
import type { Role } from '../core/extract/columns';
import type { SourceConfig } from '../core/extract/contract';
import { describeExtract } from '../core/extract/summary';
import type { FileScan } from '../core/ports';
import { extractSource, type ExtractedSource, type ScannedSource } from './extract-source';
import type { StageDefinition, StageOutput, StageWork } from './stage';

const MODELS = ['rejections', 'rejected_records', 'identities', 'pseudonymised', 'column_profile'].map(
  (name) => `extract/${name}`,
);

function sourcesOf({ sources }: ProjectConfig): readonly (readonly [Role, SourceConfig])[] {
  const { transactions, customers } = sources;
  return [['transactions', transactions], ...(customers ? ([['customers', customers]] as const) : [])];
}

/** Everything but the place: moving a file changes nothing, its bytes are part of the key. */
const withoutPath = ({ path: _path, ...source }: SourceConfig): Omit<SourceConfig, 'path'> => source;

/** The first look, taken for the stage's key and held against a second one after reading. */
async function scanSources({ config, run, deps, signal }: StageWork): Promise<readonly ScannedSource[]> {
  const scanned: ScannedSource[] = [];
  for (const [role, source] of sourcesOf(config)) {
    const files = await deps.sql.sources.find(source.path, run.projectDir);
    const scans: FileScan[] = [];
    for (const file of files) scans.push(await deps.sql.sources.scan(file, { format: 'parquet', signal })); // the hash only
    scanned.push({ role, source, files, scans });
  }
  return scanned;
}

const looks = new WeakMap<StageWork, Promise<readonly ScannedSource[]>>();

function firstLook(work: StageWork): Promise<readonly ScannedSource[]> {
  const known = looks.get(work);
  if (known) return known;
  const look = scanSources(work);
  looks.set(work, look);
  return look;
}

function outputOf(
  report: ExtractReport,
  done: readonly (ExtractedSource & { role: Role })[],
): Omit<StageOutput, 'outputs'> {
  const rowsIn = report.sources.reduce((sum, source) => sum + source.rowsIn, 0);
  const rowsOut = report.sources.reduce((sum, { kept }) => sum + kept, 0);
  return {
    rowsIn,
    rowsOut,
    summary: describeExtract(report),
    warnings: done.flatMap(({ warnings }) => warnings),
    facts: Object.fromEntries(
      report.sources.map(({ role, rowsIn: rows, kept, rejected, profileHash }) => [
        role,
        { rows, kept, rejected, profileHash },
      ]),
    ),
  };
}

async function work(stage: StageWork): Promise<StageOutput> {
  const scanned = await firstLook(stage);
  const done: (ExtractedSource & { role: Role })[] = [];
  for (const [i, source] of scanned.entries()) {
    stage.progress(i / scanned.length, `reading ${source.role}`);
    done.push({ role: source.role, ...(await extractSource(stage, source)) });
  }
  const { run, deps } = stage;
  const { digest: erased } = await deps.vault.erased();
  const report: ExtractReport = {
    asOf: run.asOf,
    knownAt: run.knownAt,
    projectKeyId: deps.vault.keyId,
    ...(erased !== null && { erased }),
    sources: done.map(({ extract: source }) => source),
  };
  const outputs = Object.fromEntries(done.map(({ role, ref }) => [`extract.${role}`, ref]));
  outputs['extract.report'] = await deps.artifacts.writeJson('extract.report', report);
  return { outputs, ...outputOf(report, done) };
}

/**
 * Read the exports of a project: typed Parquet of the declared columns with pseudonyms for customers. Rows in = kept + rejected by reason;
 * a replay starts from its outputs. The key holds the hash of every source file, so changed bytes mean a new extract.
 */
export const extract: StageDefinition = {
  stage: 'extract',
  reads: [],
  configOf: (config) => ({
    sources: Object.fromEntries(sourcesOf(config).map(([role, source]) => [role, withoutPath(source)])),
    timeZone: config.timeZone,
    moneyScale: config.moneyScale,
  }),
  sqlOf: () => MODELS,
  extraKey: async (stage) => {
    const { digest: erased } = await stage.deps.vault.erased();
    const files = (await firstLook(stage)).flatMap(({ role, files, scans }) =>
      files.map(({ name }, i) => `${role}/${name}:${scans[i]?.sha256}`),
    );
    // What was read while somebody was still in it is not reused.
    return erased === null ? files : [...files, `erased:${erased}`];
  },
  usesProjectKey: true,
  work,
};
