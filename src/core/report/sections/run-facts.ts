import type { ScoringModel } from '../../../contracts/run';
import { count, date } from '../format';
import { markup, type HtmlValue } from '../html';
import type { Section } from '../section';
import { table } from '../table';
import type { View } from '../view';

const modelText = ({ release, fittedAsOf }: ScoringModel, asOf: string): string =>
  `of release ${release}, fitted as of ${fittedAsOf}; this run applied it and fitted nothing${fittedAsOf > asOf ? '. It looks ahead: it was fitted after this day' : ''}`;

/** What it takes to make this report again. No times, run ids or people: those are in the manifest and the ledger. */
export function runFactsSection({ facts, config, personas, selection, kMin }: View): Section {
  const rows: readonly (readonly [string, HtmlValue])[] = [
    ['Project', facts.project],
    ['Environment', facts.environment],
    ['As of', `${date(facts.asOf)} (${facts.asOf}, inclusive, ${config.timeZone})`],
    ['Known at', facts.knownAt ?? 'not limited'],
    ['Parent release', personas.parentRelease === null ? 'none: the first cast' : String(personas.parentRelease)],
    ...(facts.scoring ? [['Model', modelText(facts.scoring, facts.asOf)] as const] : []),
    ['Project key', markup`<code>${facts.projectKeyId}</code>`],
    ...(facts.codeVersion === null ? [] : [['Code version', facts.codeVersion] as const]),
    ['Config digest', markup`<code>${facts.configDigest}</code>`],
    ['Seed', String(facts.seed)],
    [
      'Selection sample',
      `${count(selection.sample.customers)} customers; candidates fitted to ${count(selection.sample.rows)} of them, ${count(selection.sample.resamples)} resamples`,
    ],
    ['Privacy', `customers under keyed pseudonyms; cells with fewer than ${kMin} customers suppressed`],
    ['Purpose', config.privacy.purpose],
  ];
  return {
    id: 'run',
    nav: 'Run facts',
    title: 'Run facts',
    lead: 'The same inputs, config and code give this file again, byte for byte.',
    body: table({
      caption: 'Facts of the run',
      quietCaption: true,
      className: 'facts',
      columns: [{ head: 'Fact' }, { head: 'Value', className: 'prose' }],
      rows: rows.map(([name, value]) => [name, value]),
    }),
  };
}
