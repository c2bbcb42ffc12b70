import { count, list, plural, sentence } from './format';
import { customersOutside } from './outside';
import { SAME_STORY } from './second-sample';
import type { View } from './view';

/** Something a reader should know before acting on the personas. */
export interface Caveat {
  readonly severity: 'bad' | 'warn';
  readonly text: string;
}

/** Everything in the inputs that limits what the personas can be used for, worst first. */
export function caveatsOf(view: View): Caveat[] {
  const { check, selection, quality, cast, extract, personas, kMin, second } = view;
  const caveats: Caveat[] = [];
  if (!check.passed) {
    caveats.push({
      severity: 'bad',
      text: `A second implementation (${check.implementation}) does not confirm the solution: ${plural(check.disagreements, 'customer')} of ${count(check.rows)} would be in another persona.`,
    });
  }
  const shaky = cast
    .filter(({ persona }) => persona.stability.label === 'not to be trusted')
    .map(({ persona }) => `“${persona.name}”`);
  if (shaky.length > 0)
    caveats.push({
      severity: 'bad',
      text: `Not to be trusted: ${list(shaky)} did not come back when the customers were resampled.`,
    });
  const loose = cast
    .filter(({ persona }) => persona.stability.label === 'pattern')
    .map(({ persona }) => `“${persona.name}”`);
  if (loose.length > 0)
    caveats.push({
      severity: 'warn',
      text: `${list(loose)} ${loose.length === 1 ? 'shows' : 'show'} a pattern, but ${loose.length === 1 ? 'its' : 'their'} edges move when the customers are resampled.`,
    });
  // Those about single clusters are said above, by the names of their personas.
  for (const warning of selection.warnings.filter(
    (text) => shaky.length === 0 || !text.includes('not to be trusted'),
  )) {
    caveats.push({ severity: 'warn', text: sentence(warning) });
  }
  if (second.rows > 0 && (second.adjustedRand === null || second.adjustedRand < SAME_STORY))
    caveats.push({ severity: 'warn', text: sentence(second.finding) });
  const past = view.holdout?.comparison?.personas ?? [];
  const fleeting = past.filter(({ label }) => label === 'not to be trusted').length;
  if (fleeting > 0)
    caveats.push({
      severity: 'warn',
      text: `${count(fleeting)} of ${plural(past.length, 'persona')} ${fleeting === 1 ? 'does' : 'do'} not last: of the customers ${fleeting === 1 ? 'it has' : 'they have'} in an earlier or a later window fewer than 60% are in both.`,
    });
  const outside = customersOutside(view);
  if (outside)
    caveats.push({
      severity: 'warn',
      text: `${outside} belong to no persona: they lie outside of every dense region.`,
    });
  for (const c of quality.checks.filter((q) => !q.passed)) {
    caveats.push({
      severity: c.severity === 'block' ? 'bad' : 'warn',
      text: `Data check “${c.id}” found ${c.source === 'customers' && c.offending < kMin ? `fewer than ${kMin} rows` : plural(c.offending, 'row')} of ${count(c.tested)} in ${c.source}${c.message ? `: ${c.message}` : ''}.`,
    });
  }
  for (const s of extract.sources) {
    const rejected = s.rejected.reduce((sum, r) => sum + r.rows, 0);
    if (s.rowsIn > 0 && rejected / s.rowsIn > NOTABLE)
      caveats.push({
        severity: 'warn',
        text: `${plural(rejected, 'row')} of ${count(s.rowsIn)} in ${s.role} were rejected.`,
      });
  }
  if (personas.retired.length > 0)
    caveats.push({
      severity: 'warn',
      text: `Retired since the last release: ${list(personas.retired.map((r) => `${r.name} (${r.key})`))}.`,
    });
  return [...caveats.filter((c) => c.severity === 'bad'), ...caveats.filter((c) => c.severity === 'warn')];
}

/** Rejected rows beyond this share of a source are worth a word. */
const NOTABLE = 0.05;
