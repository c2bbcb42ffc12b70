import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { design, type Half } from './cells';
import { FORMAT, type Measured } from './measured';

/** Data sets of one cell, numbered from 1. */
export const SEEDS = 5;

/** One planted data set. */
export interface Job {
  readonly cell: string;
  readonly seed: number;
}

/** Where results lie: beside other caches, or in the folder of DRAMATIS_PROVE_DIR. */
export const folderOf = (): string => process.env.DRAMATIS_PROVE_DIR ?? join(process.cwd(), 'node_modules', '.cache', 'dramatis', 'choosing');

const pathOf = (folder: string, { cell, seed }: Job): string => join(folder, `${cell}-${seed}.json`);

/** A result of this version of the code, or none. */
export function resultOf(folder: string, job: Job): Measured | null {
  const path = pathOf(folder, job);
  if (!existsSync(path)) return null;
  const result = JSON.parse(readFileSync(path, 'utf8')) as Measured;
  return result.format === FORMAT ? result : null;
}

/** A result file is there whole or not at all. */
export function keep(folder: string, result: Measured): void {
  const path = pathOf(folder, result);
  const unfinished = `${path}.${process.pid}.tmp`;
  writeFileSync(unfinished, JSON.stringify(result));
  renameSync(unfinished, path);
}

/** All results there are of one half of the cells. */
export function resultsOf(folder: string, half: Half): Measured[] {
  const halves = new Map(design().map(({ id, half: own }) => [id, own]));
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^c\d+-\d+\.json$/.test(name))
    .sort()
    .flatMap((name) => {
      const [cell, seed] = name.replace('.json', '').split('-');
      if (halves.get(cell) !== half) return [];
      return resultOf(folder, { cell, seed: Number(seed) }) ?? [];
    });
}
