import type { SelectionReport } from '../contracts/selection';
import { nameOf } from '../core/selection/verdicts';
import type { StageDefinition } from './stage';

/** Nothing is selected anew: the choice, and why, is that of the run that fitted the model. */
export const scoreSelection: StageDefinition = {
  stage: 'selection',
  part: 'score',
  reads: ['model.selection'],
  configOf: () => ({}),
  async work({ inputs, deps }) {
    const { chosen } = await deps.artifacts.readJson<SelectionReport>(inputs['model.selection']);
    return {
      outputs: { 'selection.report': inputs['model.selection'] },
      rowsIn: null,
      rowsOut: null,
      summary: `${nameOf(chosen)} by ${chosen.algorithm}, chosen when the model was fitted`,
      warnings: [],
      facts: { algorithm: chosen.algorithm, model: chosen.model, k: chosen.k },
    };
  },
};
