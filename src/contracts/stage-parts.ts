import type { StageResult } from './run';

/**
 * The parts of a stage and what they belong to as one result: outputs, warnings and facts of all, those of the end where both have one. It took as
 * long as the slowest part and the end, and was reused where all were.
 */
export const joinParts = (end: StageResult, parts: readonly StageResult[]): StageResult => ({
  ...end,
  outputs: { ...(Object.assign({}, ...parts.map(({ outputs }) => outputs)) as StageResult['outputs']), ...end.outputs },
  warnings: [...end.warnings, ...parts.flatMap(({ warnings }) => warnings)],
  facts: { ...(Object.assign({}, ...parts.map(({ facts }) => facts)) as StageResult['facts']), ...end.facts },
  observed: {
    ...end.observed,
    reused: [end, ...parts].every(({ observed }) => observed.reused),
    ms: end.observed.ms + Math.max(...parts.map(({ observed }) => observed.ms)),
    attempt: Math.max(...[end, ...parts].map(({ observed }) => observed.attempt)),
    startedAt: [end, ...parts].map(({ observed }) => observed.startedAt).reduce((a, b) => (b < a ? b : a)),
  },
});
