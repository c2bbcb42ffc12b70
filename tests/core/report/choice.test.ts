import { isCompared, type SelectionReport } from '../../../src/contracts/selection';
import type { ReportInputs } from '../../../src/core/report/inputs';
import { renderReport } from '../../../src/core/report/page';
import { reportFixture } from '../../support/report-fixture';
import { sectionOf, specOf, tableOf, textOf } from '../../support/report-text';

const choiceOf = (inputs: ReportInputs): string => sectionOf(renderReport(inputs, 'globalThis.ran=true'), 'choice');
const inputs = reportFixture();
const choice = choiceOf(inputs);
const { selection } = inputs;
const withSelection = (change: Partial<SelectionReport<unknown>>): string =>
  choiceOf({ ...inputs, selection: { ...selection, ...change } });

/** The folded part of an algorithm, by the start of its summary. */
const partOf = (html: string, name: string): string =>
  html.split('<details class="algorithm"').find((part) =>
    textOf(part.slice(part.indexOf('<summary>')))
      .trim()
      .startsWith(name),
  ) ?? '';

describe('why one algorithm won', () => {
  it('starts with the reason in one sentence', () => expect(textOf(choice)).toContain(selection.why));

  it('gives every finalist with both agreements, the score, and how far it is behind, to three decimals', () => {
    const rows = tableOf(choice, 'The best of every algorithm');
    expect(rows.slice(1).map(([name]) => name)).toEqual([
      'k-means',
      'Gaussian mixture (latent profiles) VVI',
      'Hierarchical clustering ward',
      'Density',
    ]);
    selection.finalists.filter(isCompared).forEach(({ outOfBag, permuted, score, behind, error, k, assigned, why }, i) => {
      const [, outcome, groups, ...figures] = rows[i + 1];
      expect([outcome, groups]).toEqual([i === 0 ? 'Chosen' : 'Lost', String(k)]);
      expect(figures).toEqual([
        outOfBag.toFixed(3),
        permuted.toFixed(3),
        score.toFixed(3),
        i === 0 ? '–' : `${behind.toFixed(3)} ± ${error.toFixed(3)}`,
        `${(assigned * 100).toFixed(1)}%`,
        why.charAt(0).toUpperCase() + why.slice(1),
      ]);
    });
  });

  it('names the algorithm that had nothing to offer, with the reason for each of its candidates', () => {
    const density = tableOf(choice, 'The best of every algorithm')[4];
    expect(density[1]).toBe('No candidate');
    for (const reason of selection.withoutFinalist[0].why.split(' | '))
      expect(density[density.length - 1].toLowerCase()).toContain(reason.toLowerCase());
  });

  it('says the rule between algorithms, and that some criteria are never compared', () => {
    expect(textOf(choice)).toContain(selection.between);
    expect(textOf(choice)).toContain('Inertia, BIC and silhouette are never compared across algorithms');
  });

  it('draws the score of each with its error, which reaches the best exactly where the two are tied', () => {
    const [best, second] = selection.finalists.filter(isCompared);
    const tied = { ...second, score: best.score - 0.01, behind: 0.01, error: 0.0101, outcome: 'tie' as const };
    const html = withSelection({ finalists: [best, tied, ...selection.finalists.slice(2)] });
    const spec = specOf<{ layer: { data?: { values?: { best: number }[]; rows?: [string, number, number][] } }[] }>(
      html,
      'scores',
    );
    expect(spec.layer[0].data?.values).toEqual([{ best: best.score }]);
    const bars = spec.layer[1].data?.rows ?? [];
    expect(bars).toHaveLength(2);
    expect(bars.map(([, , high]) => high >= best.score)).toEqual([true, false]);
    expect(tableOf(html, 'The best of every algorithm')[2][1]).toBe('Tie, not chosen');
  });

  it('says so where no other algorithm took part', () => {
    const only = withSelection({
      finalists: selection.finalists.slice(0, 1),
      withoutFinalist: [],
      candidates: selection.candidates.filter((c) => c.algorithm === 'kmeans'),
    });
    expect(textOf(only)).toContain('Only k-means took part: modeling.algorithms names no other.');
    expect(only).not.toContain('data-plot="scores"');
    expect(only.match(/<details class="algorithm"/g)).toHaveLength(1);
  });
});

describe('the part of an algorithm', () => {
  it('is open for the one that won, and only for it', () => {
    expect(choice.match(/<details class="algorithm"/g)).toHaveLength(4);
    expect(choice.match(/<details class="algorithm" open>/g)).toHaveLength(1);
    expect(partOf(choice, 'k-means').startsWith(' open')).toBe(true);
    expect(partOf(choiceOf(reportFixture('mixture')), 'Gaussian mixture').startsWith(' open')).toBe(true);
  });

  it('has every candidate with its fate and the reason, word for word', () => {
    for (const [name, algorithm] of [
      ['k-means', 'kmeans'],
      ['Hierarchical', 'hierarchical'],
      ['Gaussian mixture', 'mixture'],
      ['Density', 'density'],
    ] as const) {
      const rows = tableOf(partOf(choice, name), 'Candidates of').slice(1);
      const own = selection.candidates.filter((candidate) => candidate.algorithm === algorithm);
      expect(rows).toHaveLength(own.length);
      const reasons = rows.map((row) => row[row.length - 1]);
      for (const { why, sizes } of own) if (sizes.every((size) => size >= 11)) expect(reasons).toContain(why);
    }
  });

  it('says of one group that silhouettes and their like are not defined, and shows no figure for them', () => {
    const [, one] = tableOf(partOf(choice, 'k-means'), 'Candidates of');
    expect(one.slice(0, 6)).toEqual(['1', 'Not allowed', '–', 'not defined for one group', '–', '–']);
    expect(tableOf(choice, 'Numbers: Silhouette')[1]).toEqual(['1', 'not defined for one group', 'not allowed']);
  });

  it('gives the silhouette with its standard error, and the gap with its own', () => {
    const rows = tableOf(partOf(choice, 'k-means'), 'Candidates of');
    const at = (head: string): number => rows[0].indexOf(head);
    expect(rows[5][at('Silhouette')]).toBe('0.234 ± 0.004');
    expect(rows[5][at('Gap')]).toMatch(/^0\.797 ± 0\.006$/);
    const spec = specOf<{ data: { columns: string[]; rows: (number | string | null)[][] } }>(
      choice,
      'criterion-kmeans-silhouette',
    );
    expect(spec.data.rows[4].slice(0, 4).map(Number)).toEqual([5, 0.234, 0.234 - 0.004, 0.234 + 0.004]);
  });

  it('shows no size of fewer than 11 customers: not in a cell, nor in a reason', () => {
    const rows = tableOf(partOf(choice, 'k-means'), 'Candidates of');
    const ten = rows.find(([k]) => k === '10')!;
    expect(Math.min(...selection.candidates.find((c) => c.algorithm === 'kmeans' && c.k === 10)!.sizes)).toBe(8);
    expect(ten.join(' ')).toContain('< 0.3%');
    expect(ten[ten.length - 1]).toContain('smallest cluster fewer than 11 customers');
    expect(choice).not.toMatch(/\b8 customers|\b7 customers|0\.2 %/);
  });

  it('gives BIC and ICL of a mixture with the sign and the value of mclust beside each, wherever they are shown', () => {
    const part = partOf(choice, 'Gaussian mixture');
    const best = selection.candidates.find((c) => c.algorithm === 'mixture' && c.status === 'finalist')!;
    const shown = (value: number): string => value.toFixed(1).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
    const rows = tableOf(part, 'Candidates of');
    const row = rows.find((cells) => cells[0] === '5' && cells[1] === 'VVI')!;
    expect(rows[0]).toEqual(expect.arrayContaining(['BIC (lower is better)', 'ICL (lower is better)']));
    expect(row).toEqual(
      expect.arrayContaining([
        `${shown(best.mixture!.bic)} mclust −${shown(best.mixture!.bic)}`,
        `${shown(best.mixture!.icl)} mclust −${shown(best.mixture!.icl)}`,
      ]),
    );
    for (const [name, value] of [
      ['BIC', best.mixture!.bic],
      ['ICL', best.mixture!.icl],
    ] as const) {
      const numbers = tableOf(part, `Numbers: ${name}`);
      expect(numbers[0].slice(2, 4)).toEqual([`${name} (lower is better)`, `mclust’s ${name} (higher is better)`]);
      expect(numbers.find((cells) => cells[0] === '5' && cells[1] === 'VVI')?.slice(2, 4)).toEqual([
        shown(value),
        `−${shown(value)}`,
      ]);
      expect(textOf(part)).toContain(`${name}: lower is better; mclust prints the negative`);
    }
  });

  it('lists mixtures by their BIC, the lowest first, those without one last', () => {
    const rows = tableOf(partOf(choice, 'Gaussian mixture'), 'Candidates of').slice(1);
    const bics = rows.map((row) => Number.parseFloat(row[3].replace(/,/g, '')));
    const defined = bics.filter((bic) => !Number.isNaN(bic));
    expect(defined).toHaveLength(selection.candidates.filter((c) => c.mixture !== null).length);
    expect(defined).toEqual([...defined].sort((a, b) => a - b));
    expect(bics.slice(0, defined.length)).toEqual(defined);
  });

  it('names the starts that were rejected, with their likelihood', () => {
    const rows = tableOf(partOf(choice, 'Gaussian mixture'), 'Starts of mixtures').slice(1);
    expect(rows).toHaveLength(selection.candidates.reduce((sum, c) => sum + c.rejectedStarts.length, 0));
    expect(rows[0]).toEqual([
      '4',
      'VVV',
      expect.stringMatching(/^−\d\d,\d{3}\.\d$/),
      expect.stringContaining('component 2 collapsed on frequency'),
    ]);
    expect(rows[1][3]).toContain('fewer than 11 rows share one value');
  });

  it('draws one line of BIC per covariance model, and no point where there is no proper solution', () => {
    const spec = specOf<{ data: { columns: string[]; rows: (number | string | null)[][] } }>(
      choice,
      'criterion-mixture-bic',
    );
    const series = spec.data.columns.indexOf('series');
    expect([...new Set(spec.data.rows.map((row) => row[series]))]).toEqual(['EEI', 'VVI', 'EEE', 'VVV']);
    expect(spec.data.rows.filter((row) => row[series] === 'VVV' && row[1] !== null)).toHaveLength(6);
  });

  it('says what each criterion alone would have taken, and how many agree', () => {
    const part = partOf(choice, 'k-means');
    const own = selection.evidence.filter(({ algorithm }) => algorithm === 'kmeans');
    const rows = tableOf(part, 'The number of groups each criterion').slice(1);
    expect(rows.map((row) => row.slice(1))).toEqual(
      own.map(({ k, agrees, note }) => [k === null ? '–' : String(k), agrees ? 'yes' : 'no', note]),
    );
    expect(textOf(part)).toContain(
      `${own.filter(({ agrees }) => agrees).length} of the ${own.length} criteria would have taken the same number`,
    );
  });

  it('says how many customers a density leaves unassigned, for each of its parameters', () => {
    const rows = tableOf(partOf(choice, 'Density'), 'Candidates of');
    expect(rows[0]).toContain('Unassigned');
    expect(rows.slice(1).map((row) => row[3])).toEqual(['31.0%', '27.4%', '100.0%']);
    expect(rows[3].join(' ')).toContain('no group was found');
  });

  it('has the tree of hierarchical clustering: by personas where that won, else by groups without their colours', () => {
    expect(tableOf(choice, 'Numbers: How the groups were joined')[0]).toContain('Group');
    const won = reportFixture('hierarchical');
    const rows = tableOf(choiceOf(won), 'Numbers: How the groups were joined');
    expect(rows[0]).toContain('Persona');
    const { branches, joins } = won.selection.dendrogram!;
    expect(rows).toHaveLength(1 + branches.length + joins.length);
    branches.forEach(({ cluster }, i) => expect(rows[i + 1][1].startsWith(`${cluster + 1} `)).toBe(true));
  });

  it('has no tree where none was kept', () =>
    expect(withSelection({ dendrogram: null })).not.toContain('data-plot="dendrogram"'));
});

describe('whether the personas come back', () => {
  it('says so of each, on the resamples and on the second sample', () => {
    const rows = tableOf(choice, 'Stability of each persona').slice(1);
    expect(rows.map((row) => [row[2], row[5]])).toEqual([
      ['0.910', '0.930'],
      ['0.950', '0.940'],
      ['0.880', '0.870'],
      ['0.820', '0.830'],
      ['0.710', '0.740'],
    ]);
  });

  it('says how the resamples were drawn', () => {
    expect(textOf(choice)).toContain(
      '50 times, the 3,000 customers of the sample were drawn anew, with replacement, and grouped again.',
    );
    expect(textOf(choiceOf(reportFixture('mixture')))).toContain(
      '50 times, half of the 3,000 customers of the sample was drawn and grouped again.',
    );
  });

  it('reads the resamples of the chosen candidate, whose clusters may stand in another order', () => {
    const turned = {
      ...selection,
      candidates: selection.candidates.map((c) =>
        c.status === 'chosen'
          ? { ...c, centroids: [...c.centroids].reverse(), stability: [...c.stability].reverse() }
          : c,
      ),
    };
    expect(tableOf(withSelection(turned), 'Stability of each persona')).toEqual(
      tableOf(choice, 'Stability of each persona'),
    );
  });

  it('says of a density that it is that of the sample, where there is one, and of silhouettes what they were measured on', () => {
    const { customers } = selection.sample;
    const sampled = textOf(partOf(choice, 'Density'));
    expect(selection.sample.rows).toBeLessThan(customers);
    expect(sampled).toContain('A density is fitted to the sample and stays that of the 3,000 customers in it');
    expect(textOf(partOf(choice, 'k-means'))).not.toContain('fitted to the sample and stays');
    const whole = withSelection({ sample: { ...selection.sample, rows: customers } });
    expect(textOf(partOf(whole, 'Density'))).not.toContain('stays that of');

    expect(textOf(choice)).not.toContain('Silhouettes are estimates');
    const drawn = selection.candidates.map((c) => (c.algorithm === 'kmeans' ? { ...c, silhouetteDraw: { rows: 1234, error: 0.002 } } : c));
    expect(textOf(partOf(withSelection({ candidates: drawn }), 'k-means'))).toContain('Silhouettes are estimates from at least 1,234 of the sampled customers');
  });

  it('states what the second sample found, what was checked, and by whom', () => {
    const text = textOf(choice);
    expect(text).toContain('A second sample agrees. Fitted anew to 1338 other customers');
    expect(text).toContain(
      'Checked was the published k-means solution, k = 5: ml-kmeans 7.0.1 put 0 of 4,338 customers elsewhere',
    );
  });

  it('says that the second sample tells of the chosen specification only', () =>
    expect(textOf(choice)).toContain('whether they would have led to the same choice was not asked'));

  it('warns where the second sample tells another story, here and at the head', () => {
    const finding = 'On 1338 other customers the same specification finds no solution.';
    const page = textOf(
      renderReport(
        { ...inputs, second: { rows: 1338, k: null, adjustedRand: null, jaccards: [0, 0, 0, 0, 0], finding } },
        'globalThis.ran=true',
      ),
    );
    expect(page).toContain('A second sample tells another story in part.');
    expect(page.split(finding)).toHaveLength(3);
  });

  it('says that there is no second sample where all customers were in the first', () => {
    const html = choiceOf({
      ...inputs,
      second: {
        rows: 0,
        k: null,
        adjustedRand: null,
        jaccards: [],
        finding: 'All 4338 customers were in the selection sample: there is no second one.',
      },
    });
    expect(textOf(html)).toContain('No second sample. All 4338 customers');
    expect(tableOf(html, 'Stability of each persona')[0]).toHaveLength(5);
  });
});
