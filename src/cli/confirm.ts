import { createInterface } from 'node:readline/promises';
import { PipelineError } from '../contracts/errors';

/** Ask on the terminal; only "y" or "yes" goes on. @throws PipelineError `NOT_CONFIRMED`, also where nobody can answer. */
export async function confirm(question: string): Promise<void> {
  if (process.stdin.isTTY !== true) throw new PipelineError('NOT_CONFIRMED', 'nobody can answer here: add --yes to go on without a question');
  const asked = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await asked.question(`${question} [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw new PipelineError('NOT_CONFIRMED', 'not confirmed: nothing was done');
  } finally {
    asked.close();
  }
}
