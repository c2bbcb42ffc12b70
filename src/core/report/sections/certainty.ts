import { certaintyOf, totalOf, type ShownCertainty } from '../certainty';
import { count, fixed, percent, plural } from '../format';
import { markup, type Html } from '../html';
import { customersOutside } from '../outside';
import { bandLimits, certaintyPlot, type BandWords } from '../plots/certainty';
import { notice, type Section } from '../section';
import { shownCount } from '../suppress';
import type { Cell, TableOptions } from '../table';
import type { View } from '../view';

/** How sure each customer's persona is, and who is in none. */
export function certaintySection(view: View): Section | undefined {
  const words = wordsOf(view);
  const outside = unassigned(view);
  if (words === null && outside === '') return undefined;
  const shown = certaintyOf(view);
  return {
    id: 'certainty',
    nav: 'How sure',
    title: 'How sure is a customer’s persona?',
    lead: words === null ? undefined : leadOf(view, shown),
    body: markup`${outside}${words === null ? '' : certaintyPlot(view.cast, shown, words, numbers(view, shown, words))}`,
  };
}

/** What a probability means depends on the solution; null where it means nothing: the rows of DBSCAN are in or out. */
function wordsOf({ model, config }: View): BandWords | null {
  const below = config.personas.uncertainBelow;
  const limits = bandLimits(below);
  const title = 'How sure the customers of each persona are';
  const where = markup`Customers below ${fixed(below, 2)} are marked as <code>uncertain</code> in the memberships, where every customer has its <code>probability</code>, its <code>margin</code> over the next persona, and that persona’s key.`;
  switch (model.solution.kind) {
    case 'centroids':
      return {
        title,
        note: markup`From the margin: how much nearer a customer is to its own centre than to the others, read as a probability as if all personas had the same round spread, σ² = inertia / (n d). It ranks customers rightly; as a probability it is only as good as that assumption. ${where}`,
        bands: ['Clear', 'Likely', 'Uncertain'],
        limits,
      };
    case 'mixture':
      return {
        title,
        note: markup`The posterior probability of the own persona under the fitted mixture. ${where}`,
        bands: ['Clear', 'Likely', 'Uncertain'],
        limits,
      };
    case 'density':
      return model.solution.density.method === 'dbscan'
        ? null
        : {
            title: 'How deep in their persona customers are',
            note: markup`Strength of membership: 1 in the core of the dense region, falling towards 0 at its edge. It is no probability of being in the wrong persona. ${where}`,
            bands: ['Core', 'Inside', 'Edge'],
            limits,
          };
  }
}

function leadOf({ certainty, cast, model, kMin, config }: View, shown: readonly ShownCertainty[]): string | undefined {
  if (model.solution.kind === 'density') return undefined;
  const counts = uncertainOf(cast, certainty);
  const uncertain = totalOf(
    shown.map((own) => own.uncertain),
    counts,
    kMin,
  );
  const everyone = model.sizes.reduce((sum, size) => sum + size, 0);
  if (uncertain === null) return undefined;
  return `${plural(uncertain, 'customer')} (${percent(uncertain / everyone)}) have a probability below ${fixed(config.personas.uncertainBelow, 2)}: they lie between two personas and might be in the other one tomorrow.`;
}

const uncertainOf = (cast: View['cast'], certainty: View['certainty']): number[] =>
  cast.map(
    ({ persona }) =>
      certainty.find(({ cluster, runnerUp }) => cluster === persona.cluster && runnerUp === null)?.uncertain ?? 0,
  );

function numbers(
  { cast, kMin, certainty }: View,
  shown: readonly ShownCertainty[],
  { bands, limits }: BandWords,
): Omit<TableOptions, 'caption'> {
  const names = new Map(cast.map(({ persona, title }) => [persona.cluster, title]));
  const uncertain = totalOf(
    shown.map((own) => own.uncertain),
    uncertainOf(cast, certainty),
    kMin,
  );
  return {
    columns: [
      { head: 'Persona' },
      { head: 'Customers', numeric: true },
      { head: 'Median', numeric: true },
      ...bands.map((band, i) => ({ head: `${band}: ${limits[i]}`, numeric: true })),
      { head: `Share ${limits[2]}`, numeric: true },
      { head: 'Most of these would else be' },
    ],
    rows: [
      ...cast.map(({ title, persona }, i): Cell[] => {
        const { clear, likely, uncertain: own, median, torn } = shown[i];
        return [
          title,
          count(persona.customers),
          fixed(median, 3),
          ...[clear, likely, own].map((n) => shownCount(n, kMin)),
          typeof own === 'number' && persona.customers ? percent(own / persona.customers) : '–',
          torn === null ? '–' : (names.get(torn) ?? '–'),
        ];
      }),
      ['All personas', '–', '–', '–', '–', count(uncertain), '–', '–'],
    ],
  };
}

/** The customers of no persona, as stated. */
function unassigned(view: View): Html | string {
  if (view.model.solution.kind !== 'density') return '';
  const outside = customersOutside(view);
  if (!outside)
    return notice(
      'good',
      markup`<strong>Every customer has a persona.</strong> None lies outside of the dense regions.`,
    );
  return notice(
    'plain',
    markup`<strong>${outside} belong to no persona.</strong> They lie outside of every dense region and stay unassigned, however near the nearest persona is; at most ${percent(view.config.modeling.density.maxNoise)} were allowed. No figure of a persona counts them.`,
  );
}
