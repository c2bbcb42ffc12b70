import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';

export interface Variant {
  /** The greatest k. */
  readonly kMax?: number;
  /** Only the first so many columns of the model. */
  readonly columns?: number;
}

interface Project {
  objective: { granularity: { max: number } };
  modeling: { clusters: { max: number } };
  features: { model: string[] };
}

/** The same project with something changed, in a folder of its own for as long as `use` runs. */
export async function withVariant<T>(project: string, { kMax, columns }: Variant, use: (project: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-project-'));
  try {
    cpSync(dirname(project), folder, { recursive: true });
    const file = join(folder, basename(project));
    const config = parse(readFileSync(file, 'utf8')) as Project;
    if (kMax !== undefined) config.objective.granularity.max = config.modeling.clusters.max = kMax;
    if (columns !== undefined) config.features.model = config.features.model.slice(0, columns);
    writeFileSync(file, stringify(config));
    return await use(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
