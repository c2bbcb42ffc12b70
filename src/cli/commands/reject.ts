import type { Command } from 'commander';
import { decide, withDecisionOptions, type DecisionOptions } from '../decide';
import { globalsOf } from '../options';
import { openWorkspace } from '../workspace';

export const registerReject = (program: Command): void => {
  withDecisionOptions(program.command('reject <run>').description('end a held run without releasing it; the last release stays current'))
    .addHelpText('after', '\nExamples:\n  dramatis reject shop-demo-2026-06-30-2 --actor ana --reason "half of the orders are missing"')
    .action(async (runId: string, options: DecisionOptions, command: Command) => {
      const globals = globalsOf(command);
      await decide(await openWorkspace(globals), runId, 'reject', options, globals.json === true);
    });
};
