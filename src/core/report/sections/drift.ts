import type { DriftReport, FeatureDrift, ModelFit } from '../../../contracts/drift';
import { discreet } from '../../privacy/discreet';
import { count, date, fixed, list, percent, plain, plural, sentence, signed } from '../format';
import { markup, type Html } from '../html';
import { chip, notice, type Section } from '../section';
import { isSmallShare, shownShare } from '../suppress';
import { table } from '../table';
import type { View } from '../view';

const ALARMS = { psi: 'PSI', ks: 'shape', mean: 'mean', missing: 'missing' } as const;

/** What moved since the current model was fitted, and what that said for or against a new one; only where there was a model. */
export function driftSection(view: View): Section | undefined {
  const { drift, challenge, kMin, facts } = view;
  if (!drift) return undefined;
  const { model, customers, features, choice } = drift;
  const drifted = features.filter(({ alarms }) => alarms.length > 0);
  return {
    id: 'drift',
    nav: 'What moved',
    title: 'What moved since the model was fitted?',
    lead: `${drifted.length === 0 ? 'No feature has' : `${list(drifted.map(({ label }) => label))} ${drifted.length === 1 ? 'has' : 'have'}`} drifted since ${date(model.fittedAsOf)}, the day the model of release ${model.release} was fitted.`,
    body: markup`${notice(
      choice.mode === 'score' ? 'good' : 'warn',
      markup`<strong>${choice.mode === 'score' ? 'The model is applied again.' : 'A new model was fitted.'}</strong> ${choice.reasons.map(({ evidence }) => discreet(sentence(evidence), [], kMin)).join(' ')}`,
    )}
${challenge ? notice(challenge.verdict.winner === 'challenger' ? 'good' : 'warn', challenge.text) : ''}
<p>${customersText(customers)} Compared are all customers of ${date(model.fittedAsOf)} and of ${date(facts.asOf)}.</p>
${features.length === 0 ? '' : featureTable(features)}
${drift.fit === null ? '' : fitTable(drift.fit, customers, kMin)}
${notice('plain', markup`<strong>How to read this.</strong> PSI and D compare the two distributions; above 0.25 and 0.1 a change is usually called large. The mean has its largest hundredth cut off, so that a few large customers do not move it, and counts as moved only where its whole interval lies beyond the limit. Features that grow with a customer’s time, such as days since the first order, move by themselves; how fast new customers come decides whether the whole moves.`)}`,
  };
}

function customersText({ reference, current, both }: DriftReport['customers']): string {
  const change = reference === 0 ? '' : ` (${signed(100 * (current / reference - 1), 1)}%)`;
  return `${plural(current, 'customer')}${change}; ${count(reference)} when the model was fitted${both === null ? '' : `, ${count(both)} of them on both days`}.`;
}

const change = (value: number): string => `${signed(100 * value, 1)}%`;

function featureTable(features: readonly FeatureDrift[]): Html {
  return table({
    caption: 'Features of the model, then and now',
    columns: [
      { head: 'Feature' },
      { head: '' },
      { head: 'Mean then', numeric: true },
      { head: 'Mean now', numeric: true },
      { head: 'Change', numeric: true },
      { head: 'Interval', numeric: true },
      { head: 'PSI', numeric: true },
      { head: 'KS D', numeric: true },
      { head: 'Missing then', numeric: true },
      { head: 'Missing now', numeric: true },
    ],
    rows: features.map(({ label, unit, mean, psi, ks, missing, alarms }) => [
      unit === '' ? label : `${label} (${unit})`,
      alarms.length === 0 ? chip('good', 'steady') : chip('warn', `drifted: ${alarms.map((alarm) => ALARMS[alarm]).join(', ')}`),
      plain(mean?.reference),
      plain(mean?.current),
      mean === null ? '–' : change(mean.change),
      mean === null ? '–' : `${change(mean.low)} to ${change(mean.high)}`,
      fixed(psi, 3),
      fixed(ks, 3),
      percent(missing.reference),
      percent(missing.current),
    ]),
  });
}

const FAR = {
  distance: 'Far from every persona',
  density: 'Where the mixture hardly expects anyone',
  unassigned: 'In no persona',
} as const;

function fitTable({ personas, unassigned, far }: ModelFit, { reference, current }: DriftReport['customers'], kMin: number): Html {
  const row = (name: string, then: number, now: number): string[] => {
    const hidden = isSmallShare(then, reference, kMin) || isSmallShare(now, current, kMin);
    return [name, shownShare(then, reference, kMin), shownShare(now, current, kMin), hidden ? '–' : signed(100 * (now - then), 1)];
  };
  return markup`<h3>Today’s customers in that model</h3>
${table({
  caption: 'Share of the customers in each persona by that model, then and now',
  columns: [{ head: 'Persona' }, { head: 'Then', numeric: true }, { head: 'Now', numeric: true }, { head: 'Points', numeric: true }],
  rows: [
    ...personas.map(({ name, reference: then, current: now }) => row(name, then, now)),
    ...(far.measure !== 'unassigned' && unassigned.reference + unassigned.current > 0 ? [row('In no persona', unassigned.reference, unassigned.current)] : []),
    row(FAR[far.measure], far.reference, far.current),
  ],
})}`;
}
