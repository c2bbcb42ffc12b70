import { caveatsOf } from './caveats';
import { columnLabel, words } from './column-label';
import { count, date, fixed, index, list, money, percent, plain } from './format';
import type { ReportInputs } from './inputs';
import { shownCount } from './suppress';
import { viewOf, type View } from './view';

/** Text of others in Markdown: one line, with everything escaped that could be read as markup. */
export const markdown = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_{}[\]<>#|~]/g, (c) => (c === '<' ? '&lt;' : c === '>' ? '&gt;' : `\\${c}`));

const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map((_, i) => (i === 0 ? ':--' : '--:')), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

const bullets = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n');

/**
 * The model card (Mitchell et al. 2019): what the personas are for, what they were made of and how, how good they are, and where
 * their use ends. Markdown; deterministic facts only, and no figure about fewer than kMin customers.
 */
export function renderModelCard(inputs: ReportInputs): string {
  const view = viewOf(inputs);
  const { config, facts, personas } = view;
  const sections: readonly (readonly [string, string])[] = [
    ['Purpose', `${markdown(config.privacy.purpose)}\n\n${objective(view)}`],
    ['Not for', NOT_FOR],
    ['Data', data(view)],
    ['Method', method(view)],
    ['Personas', cast(view)],
    ...(view.cast.some(({ persona }) => persona.kpis.length > 0) ? [['Key figures', keyFigures(view)] as const] : []),
    ['Metrics', metrics(view)],
    ['Limits', limits(view)],
    ['Facts', factsOf(view)],
  ];
  const title = `# Model card: ${markdown(view.title)}\n\n${count(personas.personas.length)} customer personas of ${count(personas.customers)} customers as of ${date(facts.asOf)}.`;
  return `${[title, ...sections.map(([name, text]) => `## ${name}\n\n${text}`)].join('\n\n')}\n`;
}

/** What the personas are for, in the words of the config: touchpoint, key figures, stakeholders, and how many can be acted on. */
function objective({ config, cast: [first], units }: View): string {
  const { touchpoint, kpis, stakeholders, granularity } = config.objective;
  const labels = kpis.map((kpi) => first?.persona.kpis.find((k) => k.kpi === kpi)?.label ?? units.label(kpi));
  return bullets([
    `Used for: ${markdown(touchpoint)}`,
    `Measured by: ${markdown(list(labels))}`,
    `Made for: ${markdown(list(stakeholders) || 'no stakeholder named')}`,
    `Granularity: ${granularity.min} to ${granularity.max} personas can be acted on`,
  ]);
}

const NOT_FOR = `The personas must not be the sole basis of a decision that has legal or similarly significant effects on a person, such as credit, price for an individual, employment, insurance or access to a service (GDPR Article 22). They describe groups: what holds for a persona need not hold for a customer in it. They are not made for inferring health, belief, origin or other special categories.`;

function data({ extract, clean, features, quality }: View): string {
  const sources = extract.sources.map((s) => {
    const dates =
      s.role !== 'transactions'
        ? undefined
        : s.columns.find((c) => c.min !== null && c.max !== null && /date|timestamp/.test(c.type));
    const window = dates ? `, ${markdown(dates.name)} from ${dates.min ?? ''} to ${dates.max ?? ''}` : '';
    return `${s.role}: ${count(s.rowsIn)} rows in, ${count(s.kept)} kept${window}`;
  });
  const rejected = extract.sources.flatMap((s) =>
    s.rejected.map((r) => `${count(r.rows)} rows of ${s.role} rejected: ${markdown(r.reason)}`),
  );
  const quarantined = quality.quarantined
    .filter((q) => q.rows > 0)
    .map((q) => `${count(q.rows)} rows of ${q.source} in quarantine`);
  const removed = clean.steps
    .filter((s) => s.removed > 0)
    .map((s) => `${count(s.removed)} rows removed: ${markdown(words(s.rule))} (${markdown(s.policy)})`);
  const exclusions = [...rejected, ...quarantined, ...removed];
  return `Window: everything up to and including ${date(extract.asOf)}${extract.knownAt === null ? '' : `, as known at ${extract.knownAt}`}. Customer ids are replaced by keyed pseudonyms.

${bullets(sources)}

Exclusions:

${exclusions.length === 0 ? '- none' : bullets(exclusions)}

Described: ${count(features.customers)} customers with at least one sale; revenue is ${features.revenue}, ${money(features.totalRevenue, features.currency)} in all.`;
}

function method(view: View): string {
  const { preprocessing, selection, config, model } = view;
  const columns = preprocessing.columns.map((c) => {
    const transform = c.transform.kind === 'none' ? 'no transform' : c.transform.kind;
    return `${markdown(columnLabel(view, c.column))}: ${c.basis.kind === 'identity' ? 'as measured' : c.basis.kind}, winsorised to [${plain(c.winsorise.lower)}, ${plain(c.winsorise.upper)}], ${transform}`;
  });
  const dropped = preprocessing.dropped.map(
    (d) => `${markdown(d.column)} left out, ${d.reason}: ${markdown(d.evidence)}`,
  );
  return `k-means with k = ${model.k} on ${preprocessing.columns.length} standardised columns; ${config.modeling.restarts} starts for each k from ${selection.range.min} to ${selection.range.max}, seed ${model.seed}. ${markdown(selection.rule)} Chosen: ${markdown(selection.why)}

${bullets([...columns, ...dropped])}`;
}

function cast({ cast: members, personas, kMin }: View): string {
  return tableOf(
    ['Persona', 'Key', 'Customers', 'Share', 'Revenue share', 'Stability', 'At risk'],
    members.map(({ title, persona: p, atRisk }) => [
      markdown(title),
      `\`${p.key}\``,
      count(p.customers),
      percent(p.share),
      percent(p.revenueShare),
      `${p.stability.label}${p.stability.jaccard === null ? '' : ` (${fixed(p.stability.jaccard, 2)})`}`,
      shownCount(atRisk, kMin).replace('<', '&lt;'),
    ]),
  ).concat(
    personas.parentRelease === null
      ? '\n\nFirst release: every persona is new.'
      : `\n\nMatched to release ${personas.parentRelease}.`,
  );
}

/** The KPIs of the objective for each persona: the sum of the revenue, the mean of a feature. */
function keyFigures({ cast: members, units }: View): string {
  const kpis = members[0]?.persona.kpis ?? [];
  const rows = members.map(({ title, persona }) => [
    markdown(title),
    ...kpis.map(({ kpi, unit }) => units.withUnit(kpi, unit, persona.kpis.find((k) => k.kpi === kpi)?.value ?? null)),
  ]);
  const base = ['All customers', ...kpis.map(({ kpi, unit, base: of }) => units.withUnit(kpi, unit, of))];
  return `${tableOf(['Persona', ...kpis.map(({ label }) => markdown(label))], [...rows, base])}\n\nRevenue is a sum, the others are means.`;
}

function metrics({ chosen, check, selection, pca }: View): string {
  const rows = [
    ['Mean silhouette', index(chosen?.silhouette)],
    ['Calinski-Harabasz', index(chosen?.calinskiHarabasz)],
    ['Davies-Bouldin', index(chosen?.daviesBouldin)],
    ['Inertia', index(chosen?.inertia)],
    ['Mean bootstrap Jaccard', fixed(chosen?.meanJaccard, 3)],
    ['Starts that reached the solution', chosen ? `${chosen.replicated} of ${chosen.restarts}` : '–'],
    ['Variance on two components', percent((pca.explained[0] ?? 0) + (pca.explained[1] ?? 0))],
    [
      `Independent check (${markdown(check.implementation)})`,
      check.passed
        ? `passed, ${count(check.disagreements)} of ${count(check.rows)} differ`
        : `not passed, ${count(check.disagreements)} of ${count(check.rows)} differ`,
    ],
  ];
  return `${tableOf(['Metric', 'Value'], rows)}

Stability: ${count(selection.sample.resamples)} bootstrap resamples of ${count(selection.sample.bootstrapRows)} customers; mean Jaccard similarity with the best match of each persona (Hennig 2007).`;
}

function limits(view: View): string {
  const caveats = caveatsOf(view).map((c) => markdown(c.text));
  const standing = [
    `Customers without a sale up to ${date(view.facts.asOf)} are in no persona.`,
    'k-means makes groups of similar spread in every direction; long or nested groups are cut.',
    'The personas describe past behaviour and are no forecast.',
    `Published cells with fewer than ${view.kMin} customers are suppressed.`,
  ];
  return bullets([...caveats, ...standing]);
}

function factsOf({ facts }: View): string {
  const rows = [
    ['Project, environment', `${facts.project}, ${facts.environment}`],
    ['As of', facts.asOf],
    ['Known at', facts.knownAt ?? 'not limited'],
    ['Project key', facts.projectKeyId],
    ...(facts.codeVersion === null ? [] : [['Code version', facts.codeVersion]]),
    ['Config digest', `\`${facts.configDigest}\``],
    ['Seed', String(facts.seed)],
  ];
  return tableOf(['Fact', 'Value'], rows);
}
