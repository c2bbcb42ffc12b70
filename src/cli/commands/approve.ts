import type { Command } from 'commander';
import { decide, withDecisionOptions, type DecisionOptions } from '../decide';
import { globalsOf } from '../options';
import { openWorkspace } from '../workspace';

export const registerApprove = (program: Command): void => {
  withDecisionOptions(
    program.command('approve <run>').description('let a held release through: shows why it is held, its report and digest, and signs'),
  )
    .addHelpText(
      'after',
      [
        '\nExamples:',
        'dramatis approve shop-demo-2026-06-30-2 --actor ana --reason "the new persona is the spring campaign"',
        'dramatis approve shop-demo-2026-06-30-2 --key ~/keys/ana.pem --reason "looked at the report" --yes --json',
      ].join('\n  '),
    )
    .action(async (runId: string, options: DecisionOptions, command: Command) => {
      const globals = globalsOf(command);
      await decide(await openWorkspace(globals), runId, 'approve', options, globals.json === true);
    });
};
