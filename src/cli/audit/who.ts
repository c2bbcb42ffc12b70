import type { Command } from 'commander';
import { linesIn } from '../../adapters/audit';
import type { Store } from '../../adapters/store';
import { PipelineError } from '../../contracts/errors';
import type { Manifest, ReleaseCommit } from '../../contracts/manifest';
import { whoMade, type WhoMadeIt } from '../../core/audit/who';
import { globalsOf } from '../options';
import { count, json, out, table } from '../output';
import { storeToAudit } from './open-store';

export const registerWho = (audit: Command): void => {
  audit
    .command('who <release>')
    .description('who started and approved a release, why, and which model, config and data it is made of')
    .addHelpText('after', '\nExamples:\n  dramatis audit who 3\n  dramatis audit who shop/demo/3 --json')
    .action(async (release: string, _: unknown, command: Command) => {
      const options = globalsOf(command);
      const store = storeToAudit(options);
      const commit = await commitOf(store, release);
      const who = whoMade(commit, await store.artifacts.readJson<Manifest>(commit.manifest), await store.ledger.read());
      if (options.json) json(who);
      else print(who);
    });
};

/** `3`, where the store has one line of releases, or `project/environment/3`. */
async function commitOf({ shelf, releases }: Store, text: string): Promise<ReleaseCommit> {
  const lines = await linesIn(shelf);
  const [, named, number] = /^(?:(.+)\/)?([1-9]\d*)$/.exec(text) ?? [];
  if (number === undefined) throw new PipelineError('CONFIG_INVALID', `"${text}" is no release: give its number, or project/environment/number`, { release: text });
  const line = named ?? (lines.length === 1 ? lines[0] : undefined);
  if (line === undefined || !lines.includes(line)) {
    const there = lines.length === 0 ? 'nothing has been released yet' : `there are releases of ${lines.join(', ')}`;
    throw new PipelineError('RELEASE_NOT_FOUND', `which release ${number} is meant is not clear: ${there}; give project/environment/number`, { release: text, lines });
  }
  const [project = '', environment = ''] = line.split('/');
  return releases.read(project, environment, Number(number));
}

function print({ release, run, asOf, startedBy, approvedBy, publishedAs, model, config, code, parentRelease, data, digest, acts }: WhoMadeIt): void {
  const by = (act: { actor: string; reason: string; at: string; seq: number } | null): string =>
    act === null ? 'not in the ledger' : `${act.actor} at ${act.at}: ${act.reason} (entry ${act.seq})`;
  out(`release ${release}, as of ${asOf}, run ${run}`);
  out(`started    ${by(startedBy)}`);
  out(`approved   ${approvedBy.length === 0 ? 'no approval was asked for' : approvedBy.map((act) => `${act.type} by ${by(act)}`).join('; ')}`);
  out(`published  ${by(publishedAs)}`);
  out(`model      ${model.algorithm}${model.model === null ? '' : ` (${model.model})`}, ${model.k} clusters: ${model.why}`);
  out(`matched to ${parentRelease === null ? 'no release before' : `release ${parentRelease}`}`);
  out(`config     ${config}`);
  out(`code       ${code.version}, ${code.digest}`);
  out(`digest     ${digest}`);
  out(`\ndata`);
  out(table(['role', 'file', 'rows', 'sha256'], data.map(({ role, name, rows, sha256 }) => [role, name, count(rows), sha256]), ['rows']));
  out(`\nentries`);
  out(table(['entry', 'at', 'type', 'actor', 'reason'], acts.map(({ seq, at, type, actor, reason }) => [String(seq), at, type, actor, reason]), ['entry']));
}
