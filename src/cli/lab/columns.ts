import { PipelineError } from '../../contracts/errors';
import { nearNames } from '../../core/extract/edit-distance';

/** A column of a file. */
export interface FoundColumn {
  readonly name: string;
  /** Why no model can use it: "a VARCHAR column"; null for numbers. */
  readonly problem: string | null;
}

export interface ChosenColumns {
  /** Places in the file, in the order they were named. */
  readonly chosen: readonly number[];
  readonly notes: readonly string[];
}

const invalid = (message: string, columns: readonly string[]): PipelineError => new PipelineError('CONFIG_INVALID', message, { columns });

/**
 * The columns that were named, or else all that hold numbers. An argument is one name if the file has it, else names with commas between, so that
 * names may hold commas. Case counts, unless only one column has the name in another case.
 *
 * @param asked Arguments of --columns; undefined for all numeric columns.
 * @throws PipelineError `CONFIG_INVALID` for a column that is not there, that is named twice, or that is no numbers: all are named at once.
 */
export function chooseColumns(file: string, found: readonly FoundColumn[], asked: readonly string[] | undefined): ChosenColumns {
  if (asked === undefined) return allNumeric(file, found);
  const names = asked.flatMap((argument) =>
    found.some(({ name }) => name === argument) ? [argument] : argument.split(',').map((name) => name.trim()),
  );
  const chosen = names.filter((name) => name !== '').map((name) => placeOf(file, found, name));
  if (chosen.length === 0) throw invalid('--columns names no column', []);
  const twice = chosen.find((at, i) => chosen.indexOf(at) !== i);
  if (twice !== undefined) throw invalid(`--columns names ${found[twice].name} twice`, [found[twice].name]);
  const wrong = chosen.map((at) => found[at]).filter(({ problem }) => problem !== null);
  if (wrong.length > 0)
    throw invalid(
      `${file}: a model needs numbers: ${wrong.map(({ name, problem }) => `${name} is ${problem}`).join('; ')}`,
      wrong.map(({ name }) => name),
    );
  return { chosen, notes: [] };
}

function placeOf(file: string, found: readonly FoundColumn[], wanted: string): number {
  const matching = (same: (name: string) => boolean): number[] => found.flatMap(({ name }, i) => (same(name) ? [i] : []));
  const exact = matching((name) => name === wanted);
  const candidates = exact.length > 0 ? exact : matching((name) => name.toLowerCase() === wanted.toLowerCase());
  if (candidates.length === 1) return candidates[0];
  if (candidates.length > 1) throw invalid(`${file}: ${candidates.length} columns are named ${wanted}`, [wanted]);
  const present = found.map(({ name }) => name);
  const near = nearNames(wanted, present);
  const listed = near.length > 0 ? `near names: ${near.join(', ')}` : `it has ${present.join(', ')}`;
  throw invalid(`${file} has no column ${wanted}; ${listed}`, [wanted]);
}

/** A column without a name is the row numbers that R writes: left out, and said so. */
function allNumeric(file: string, found: readonly FoundColumn[]): ChosenColumns {
  const numeric = found.flatMap(({ problem }, i) => (problem === null ? [i] : []));
  const chosen = numeric.filter((at) => found[at].name.trim() !== '');
  if (chosen.length === 0) throw invalid(`${file} has no numeric column`, []);
  const left = found.filter(({ problem }) => problem !== null).map(({ name, problem }) => `${name} (${problem ?? ''})`);
  return {
    chosen,
    notes: [
      ...(left.length > 0 ? [`left out: ${left.join(', ')}`] : []),
      ...(numeric.length > chosen.length ? ['left out: numbers without a column name, taken for row numbers'] : []),
    ],
  };
}
