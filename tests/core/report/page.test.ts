import { createHash } from 'node:crypto';
import type { HoldoutPersona } from '../../../src/contracts/selection';
import type { ReportInputs } from '../../../src/core/report/inputs';
import { renderReport } from '../../../src/core/report/page';
import { reportFixture } from '../../support/report-fixture';

const RUNTIME = 'globalThis.ran=true';
const render = (change: (inputs: ReportInputs) => ReportInputs = (i) => i): string =>
  renderReport(change(reportFixture()), RUNTIME);
/** What a reader sees, on one line. */
const textOf = (page: string): string =>
  page
    .replace(/<(script|style)[^>]*>[^]*?<\/\1>/g, ' ')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/\s+/g, ' ');

describe('the report', () => {
  it('is the same bytes for the same inputs, whatever the time', () => {
    const now = jest.spyOn(Date, 'now').mockImplementation(() => {
      throw new Error('the report looked at the clock');
    });
    const random = jest.spyOn(Math, 'random').mockImplementation(() => {
      throw new Error('the report drew a random number');
    });
    try {
      expect(render()).toBe(render());
    } finally {
      now.mockRestore();
      random.mockRestore();
    }
  });

  it('does not depend on the order of objects that have a key: personas', () => {
    expect(render((i) => ({ ...i, personas: { ...i.personas, personas: [...i.personas.personas].reverse() } }))).toBe(
      render(),
    );
  });

  it('lets in exactly the style sheet and the browser code that it holds', () => {
    const page = render();
    const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const css = /<style>([^]*?)<\/style>/.exec(page)?.[1] ?? '';
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1].replace(/&#39;/g, "'");
    expect(policy).toBe(
      `default-src 'none'; script-src ${hash(RUNTIME)}; style-src ${hash(css)}; base-uri 'none'; form-action 'none'`,
    );
    expect(page.match(/<script>/g)).toHaveLength(1);
  });

  it('asks for nothing from anywhere', () => {
    const page = render();
    expect(page).not.toMatch(/\b(src|srcset|action|poster|data)="/);
    expect(page).not.toMatch(/<(link|iframe|object|embed|img|base)\b|@import|url\(/i);
    expect([...page.matchAll(/href="([^"]*)"/g)].map((m) => m[1]).filter((href) => !href.startsWith('#'))).toEqual([]);
    expect(page).not.toMatch(/ style="| on[a-z]+="/);
  });

  it('has a target for every link inside it, and no id twice', () => {
    const page = render();
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map((m) => m[1]);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of page.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(target);
  });

  it('gives every plot a title, a description, a spec and a table', () => {
    const page = render();
    const figures = [...page.matchAll(/<figure[^]*?<\/figure>/g)].map((m) => m[0]);
    const plots = figures.filter((f) => f.includes('data-plot='));
    // 1 size, 1 parallel, 2 map, 1 certainty, 1 scores, 13 model columns; the two heat maps are tables themselves.
    // Criteria: 8 of k-means, 7 and the dendrogram of hierarchical clustering, 5 of the mixture, 4 of the density.
    expect(plots).toHaveLength(19 + 8 + 8 + 5 + 4);
    expect(figures).toHaveLength(plots.length + 2);
    for (const f of figures) {
      expect(f).toMatch(/<figcaption><strong>[^<]+<\/strong>/);
      expect(f).toMatch(
        /<details class="numbers"><summary>Show the numbers<\/summary><div class="scroll"[^>]*tabindex="0"[^>]*><table[^]*?<caption>[^<]+<\/caption>/,
      );
    }
    for (const plot of plots) {
      expect(/role="img" aria-label="([^"]*)"/.exec(plot)?.[1].length).toBeGreaterThan(30);
      expect(() => void JSON.parse(/data-spec="[^"]*">([^<]*)</.exec(plot)?.[1] ?? '')).not.toThrow();
    }
  });

  it('is headed by the objective, and gives each of its key figures for each persona', () => {
    const page = render();
    const head = textOf(/<header class="head"[^]*?<\/header>/.exec(page)?.[0] ?? '');
    for (const part of [
      'Used for spring catalogue and the weekly newsletter',
      'Measured by Revenue, Orders and Returned value',
      'Made for CRM team, Merchandising and Finance',
      'Granularity 3 to 6 personas can be acted on',
    ])
      expect(head).toContain(part);
    const [table] = /<caption[^>]*>Key figures of each persona[^]*?<\/table>/.exec(page) ?? [''];
    const cells = [...table.matchAll(/<tr>[^]*?<\/tr>/g)].map(([row]) => textOf(row).trim());
    const { personas } = reportFixture().personas;
    expect(cells).toHaveLength(1 + personas.length + 1);
    personas.forEach(({ name, revenue }, i) =>
      expect(cells[i + 1]).toMatch(
        new RegExp(`${name} £${Math.round(Number(revenue)).toLocaleString('en-GB')} .* orders .*%`),
      ),
    );
  });

  it('says in which unit the centres of the second implementation are compared', () => {
    const page = textOf(
      render((i) => ({ ...i, check: { ...i.check, rows: 2000, largestMove: 0.0312, allowedMove: 0.05 } })),
    );
    expect(page).toContain(
      'of its centres the one nearest to its limit lies 0.0312 standard deviations of the column from ours (allowed 0.0500)',
    );
  });

  it('escapes names and config texts, in HTML and in specs', () => {
    const evil = '</script><img src=x onerror=alert(1)>"\'&';
    const page = render((i) => ({
      ...i,
      config: {
        ...i.config,
        title: evil,
        objective: { ...i.config.objective, touchpoint: evil, stakeholders: [evil] },
        privacy: { ...i.config.privacy, purpose: evil },
      },
      selection: { ...i.selection, why: evil, warnings: [evil] },
      features: { ...i.features, features: i.features.features.map((f) => ({ ...f, label: evil })) },
      personas: { ...i.personas, personas: i.personas.personas.map((p) => ({ ...p, name: evil })) },
    }));
    expect(page).not.toContain('<img');
    expect(page.match(/<\/script>/g)).toHaveLength(render().match(/<\/script>/g)!.length);
    expect(page).toContain('&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;');
  });

  it('refuses browser code that could leave its script element', () => {
    expect(() => renderReport(reportFixture(), 'a="</script>"')).toThrow(
      expect.objectContaining({ code: 'OBJECT_CORRUPT' }),
    );
    expect(() => renderReport(reportFixture(), '<!--')).toThrow(expect.objectContaining({ code: 'OBJECT_CORRUPT' }));
  });

  it('says that a first cast has no parent', () => {
    const page = textOf(
      render((i) => ({
        ...i,
        personas: {
          ...i.personas,
          parentRelease: null,
          retired: [],
          personas: i.personas.personas.map((p) => ({ ...p, change: 'born', overlap: null })),
        },
      })),
    );
    expect(page).toContain('every persona is new');
    expect(page).toContain('none: the first cast');
    expect(page).not.toContain('Matched to release');
  });

  it('shows the warning that the best k is the limit, at its head and where the number is explained', () => {
    const page = textOf(
      render((i) => ({
        ...i,
        selection: {
          ...i.selection,
          warnings: ['the best k is the limit: 5 is the most that objective.granularity allows'],
        },
      })),
    );
    expect(page.match(/The best k is the limit: 5 is the most that objective\.granularity allows\./g)).toHaveLength(2);
  });

  it('says so when the second implementation disagrees and a persona is not to be trusted', () => {
    const page = textOf(
      render((i) => ({
        ...i,
        check: { ...i.check, passed: false, disagreements: 12 },
        personas: {
          ...i.personas,
          personas: i.personas.personas.map((p, n) =>
            n === 0 ? { ...p, stability: { jaccard: 0.41, label: 'not to be trusted' } } : p,
          ),
        },
      })),
    );
    expect(page).toContain('does not confirm the solution: 12 customers of 4,338');
    expect(page).toContain('Not to be trusted: “Occasional small baskets”');
    expect(page).toContain('not to be trusted · 0.41');
  });

  it('is at ease when there is nothing to worry about', () => {
    const calm = (lasting: (persona: HoldoutPersona, at: number) => HoldoutPersona['label']): string => textOf(
      render((i) => ({
        ...i,
        holdout: i.holdout && {
          ...i.holdout,
          comparison: i.holdout.comparison && { ...i.holdout.comparison, personas: i.holdout.comparison.personas.map((p, at) => ({ ...p, label: lasting(p, at) })) },
        },
        quality: { ...i.quality, checks: i.quality.checks.filter((c) => c.passed) },
        selection: { ...i.selection, warnings: [] },
        personas: {
          ...i.personas,
          retired: [],
          personas: i.personas.personas.map((p) => ({ ...p, stability: { jaccard: 0.9, label: 'stable' } })),
        },
      })),
    );
    const page = calm(() => 'stable');
    expect(page).toContain('Nothing to worry about');
    expect(page).not.toContain('Keep in mind');
    const fleeting = calm((_, at) => (at === 1 ? 'not to be trusted' : 'pattern'));
    expect(fleeting).toContain('1 of 5 personas does not last: of the customers it has in an earlier or a later window fewer than 60% are in both');
  });

  it('suppresses counts of fewer than kMin customers, in the cohorts too', () => {
    const page = textOf(
      render((i) => ({
        ...i,
        features: {
          ...i.features,
          cohorts: [
            ['2011-10-01', 0, 60],
            ['2011-10-01', 1, 7],
            ['2011-10-01', 2, 15],
            ['2011-11-01', 0, 8],
            ['2011-11-01', 1, 3],
          ],
        },
      })),
    );
    // 15 of 60 are 25 %; the 7, and everything about a cohort of 8, are too few.
    expect(page.includes('Oct 2011 60 < 11 25% Nov 2011 < 11 < 11')).toBe(true);
  });

  it('leaves out what differs between files with the same rows: names, hashes, bytes', () => {
    const other = render((i) => ({
      ...i,
      extract: {
        ...i.extract,
        sources: i.extract.sources.map((s) => ({
          ...s,
          files: [{ name: 'part-1.csv', sha256: 'b'.repeat(64), bytes: 1, rows: s.rowsIn }],
        })),
      },
    }));
    expect(other).toBe(render());
  });

  it('stays below the size target without the browser code', () => {
    // 1.5 MB in all, of which the browser code may take 950 KB.
    expect(Buffer.byteLength(render())).toBeLessThan(550_000);
  });

  it('copes with a poor run: no candidates measured, no categories, no checks, no cohorts, no columns dropped', () => {
    const page = render((i) => ({
      ...i,
      quality: { checks: [], quarantined: [], profile: {} },
      clean: { ...i.clean, steps: [] },
      features: { ...i.features, cohorts: [] },
      preprocessing: { ...i.preprocessing, dropped: [] },
      outliers: [],
      selection: {
        ...i.selection,
        candidates: i.selection.candidates.map((c) =>
          c.status === 'chosen'
            ? c
            : {
                ...c,
                sizes: [],
                shares: [],
                stability: [],
                silhouette: null,
                calinskiHarabasz: null,
                daviesBouldin: null,
                meanJaccard: null,
              },
        ),
      },
      personas: {
        ...i.personas,
        personas: i.personas.personas.map((p) => ({
          ...p,
          categories: [],
          kpis: [],
          stability: { jaccard: null, label: 'unknown' },
        })),
      },
    }));
    expect(textOf(page)).not.toMatch(/NaN|undefined|Infinity|\[object/);
    expect(page).not.toContain('id="cohorts"');
  });

  it.each(['kmeans', 'hierarchical', 'mixture', 'density'] as const)(
    'shows no value that is no number where %s won',
    (winner) => {
      const page = renderReport(reportFixture(winner), RUNTIME);
      expect(textOf(page)).not.toMatch(/NaN|undefined|Infinity|\[object|\bnull\b/);
      expect([...page.matchAll(/aria-label="([^"]*)"/g)].map((m) => m[1]).join()).not.toMatch(
        /NaN|undefined|Infinity|\[object|\bnull\b/,
      );
    },
  );
});
