import type { Command } from 'commander';
import { registerCheckpoint } from '../audit/checkpoint';
import { registerDiff } from '../audit/diff';
import { registerExport } from '../audit/export';
import { registerLog } from '../audit/log';
import { registerProve } from '../audit/prove';
import { registerReplay } from '../audit/replay';
import { registerVerify } from '../audit/verify';
import { registerWho } from '../audit/who';

/** Everything that reads the ledger and what it vouches for. */
export const registerAudit = (program: Command): void => {
  const audit = program.command('audit').description('who did what, when and why; whether anything was changed since');
  for (const register of [registerVerify, registerCheckpoint, registerLog, registerWho, registerDiff, registerReplay, registerExport, registerProve]) register(audit);
};
