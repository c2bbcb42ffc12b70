import { algorithmLimits } from './algorithms';
import { caveatsOf } from './caveats';
import { words } from './column-label';
import { count, date, fixed, list, money, percent } from './format';
import type { ReportInputs } from './inputs';
import { shownCount } from './suppress';
import { bullets, markdown, tableOf } from './model-card/markdown';
import { method } from './model-card/method';
import { metrics } from './model-card/metrics';
import { viewOf, type View } from './view';

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

function cast({ cast: members, personas, kMin }: View): string {
  const { customers, share, revenueShare } = personas.unassigned;
  const outside =
    customers === 0 ? [] : [['No persona', '–', count(customers), percent(share), percent(revenueShare), '–', '–']];
  return tableOf(
    ['Persona', 'Key', 'Customers', 'Share', 'Revenue share', 'Stability', 'At risk'],
    [
      ...members.map(({ title, persona: p, atRisk }) => [
        markdown(title),
        `\`${p.key}\``,
        count(p.customers),
        percent(p.share),
        percent(p.revenueShare),
        `${p.stability.label}${p.stability.jaccard === null ? '' : ` (${fixed(p.stability.jaccard, 2)})`}`,
        shownCount(atRisk, kMin).replace('<', '&lt;'),
      ]),
      ...outside,
    ],
  ).concat(
    personas.parentRelease === null
      ? '\n\nFirst release: every persona is new.'
      : `\n\nMatched to release ${personas.parentRelease}.${changes(members, personas)}`,
  );
}

/** Personas that are not simply the same as before, and those that retired. */
function changes(members: View['cast'], { retired }: View['personas']): string {
  const lines = [
    ...members.filter(({ persona }) => persona.identity.kind !== 'same').map(({ persona: p }) => `${markdown(p.name)} (\`${p.key}\`) is ${p.identity.kind === 'born' ? 'new' : p.identity.kind}: ${markdown(p.identity.evidence)}`),
    ...members.flatMap(({ persona: p }) => (p.naming.before === null ? [] : [`${markdown(p.name)} (\`${p.key}\`) was called ${markdown(p.naming.before.name)}: ${markdown(p.naming.before.because)}`])),
    ...retired.map(({ name, key, evidence }) => `${markdown(name)} (\`${key}\`) retired: ${markdown(evidence)}`),
  ];
  return lines.length === 0 ? ' Each is the same as before.' : `\n\n${bullets(lines)}`;
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

function limits(view: View): string {
  const caveats = caveatsOf(view).map((c) => markdown(c.text));
  const standing = [
    `Customers without a sale up to ${date(view.facts.asOf)} are in no persona.`,
    ...algorithmLimits(view.model.algorithm),
    'The number of personas is a choice among several that the data allow: criteria disagree, and the report says which would have taken another.',
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
