import { isCompared } from '../../../src/contracts/selection';
import { renderModelCard } from '../../../src/core/report/model-card';
import { markdown } from '../../../src/core/report/model-card/markdown';
import { reportFixture } from '../../support/report-fixture';

describe('the model card', () => {
  const card = renderModelCard(reportFixture());

  it('has every part that a reader looks for', () => {
    for (const part of [
      '# Model card: Gift shop customer personas',
      '## Purpose',
      '## Not for',
      '## Data',
      '## Method',
      '## Personas',
      '## Metrics',
      '## Limits',
      '## Facts',
    ])
      expect(card).toContain(part);
  });

  it('says that no one may be decided on by it alone', () =>
    expect(card).toMatch(/must not be the sole basis of a decision that has legal or similarly significant effects/));

  it('is headed by the objective: touchpoint, key figures, stakeholders, granularity', () => {
    const purpose = card.slice(card.indexOf('## Purpose'), card.indexOf('## Not for'));
    expect(purpose).toContain('- Used for: spring catalogue and the weekly newsletter');
    expect(purpose).toContain('- Measured by: Revenue, Orders and Returned value');
    expect(purpose).toContain('- Made for: CRM team, Merchandising and Finance');
    expect(purpose).toContain('- Granularity: 3 to 6 personas can be acted on');
  });

  it('gives each key figure of the objective for each persona and for all customers', () => {
    const { personas } = reportFixture();
    const section = card.slice(card.indexOf('## Key figures'), card.indexOf('## Metrics'));
    const rows = section.split('\n').filter((line) => line.startsWith('| '));
    expect(rows[0]).toBe('| Persona | Revenue | Orders | Returned value |');
    expect(rows).toHaveLength(2 + personas.personas.length + 1);
    personas.personas.forEach(({ name, revenue }, i) =>
      expect(rows[i + 2]).toContain(`${name} | £${Math.round(Number(revenue)).toLocaleString('en-GB')} | `),
    );
    expect(rows.at(-1)).toMatch(/^\| All customers \| £8,278,519 \| \d\S* orders \| \d+\.\d% \|$/);
  });

  it('gives purpose, window, exclusions, method, metrics and stability of the run', () => {
    expect(card).toContain('To send fewer and better matched mailings');
    expect(card).toContain('ordered\\_at from 2010-12-01 08:26:00 to 2011-12-09 12:50:00');
    expect(card).toContain('135,080 rows removed: Missing customers (drop)');
    expect(card).toContain('k-means with k = 5 on 13 standardised columns; 20 starts for each k from 2 to 10, seed 42');
    expect(card).toContain('| Mean silhouette (higher is better; −1 to 1) | 0.234 ± 0.004 |');
    expect(card).toContain('Second sample: Fitted anew to 1338 other customers');
    expect(card).toContain('4 stable, 1 pattern and 0 not to be trusted.');
    expect(card).toContain(
      '| 5 High-value wholesale accounts | `psn_h9jc6m3u` | 407 | 9.4% | 19.4% | pattern (0.71) | 21 |',
    );
  });

  it('is the same text for the same inputs', () => expect(renderModelCard(reportFixture())).toBe(card));

  it('escapes what could be read as markup', () => {
    expect(markdown('a | b\n# c <img> *d* [e](f) `g`')).toBe('a \\| b \\# c &lt;img&gt; \\*d\\* \\[e\\](f) \\`g\\`');
    const inputs = reportFixture();
    const evil = renderModelCard({ ...inputs, config: { ...inputs.config, title: '<script>\n## Injected' } });
    expect(evil).not.toContain('<script>');
    expect(evil).not.toMatch(/^## Injected/m);
  });

  it('says how the algorithms fared, and which had nothing to offer', () => {
    const { selection } = reportFixture();
    for (const { outOfBag, permuted } of selection.finalists.filter(isCompared))
      expect(card).toContain(`| ${outOfBag.toFixed(3)} | ${permuted.toFixed(3)} |`);
    expect(card).toMatch(/\| Density \| – \| – \| – \| – \| – \| no candidate: /);
    expect(card).toContain('Inertia, BIC and silhouette are never compared across algorithms');
  });

  it.each([
    ['kmeans', 'k-means with k = 5 on 13 standardised columns', 'k-means makes groups of similar spread'],
    ['hierarchical', 'Agglomerative clustering (ward)', 'The tree joins greedily'],
    ['mixture', 'Gaussian mixture (latent profile analysis)', 'Each persona is taken to be normally distributed'],
    ['density', 'Dense regions (hdbscan, clusters of 60, 10 neighbours)', 'Customers outside of all dense regions'],
  ] as const)('describes %s with its limits, and gives no value that is no number', (winner, method, limit) => {
    const own = renderModelCard(reportFixture(winner));
    expect(own).toContain(method);
    expect(own).toContain(`- ${limit}`);
    expect(own).not.toMatch(/NaN|undefined|Infinity|\[object|\bnull\b/);
  });

  it('gives BIC and ICL with their sign, and mclust’s value beside them', () => {
    const inputs = reportFixture('mixture');
    const { bic } = inputs.selection.candidates.find(({ status }) => status === 'chosen')!.mixture!;
    const shown = bic.toFixed(1).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
    expect(renderModelCard(inputs)).toContain(
      `| BIC (lower is better; mclust prints the negative) | ${shown} (mclust: −${shown}) |`,
    );
  });

  it('states the customers of no persona', () => {
    const own = renderModelCard(reportFixture('density'));
    expect(own).toContain('592 customers (12.0%) lie outside of them and belong to none.');
    expect(own).toContain('| No persona | – | 592 | 12.0% | 0.0% | – | – |');
  });
});
