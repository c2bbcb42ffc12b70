import type { Candidate } from '../../contracts/selection';
import type { ReportInputs } from './inputs';
import { publishedPersonas, type PublishedPersona, type PublishedPersonas } from '../personas/published';
import { suppressTogether, type Shown } from '../privacy/suppress';
import { discreetSelection } from '../selection/discreet';
import { candidateClusters } from './clusters';
import { PERSONA_COLOURS } from './theme';
import { unitsOf, type Units } from './units';

/** A persona as the report shows it: its number (1 is the largest), colour and counts that may be shown. */
export interface CastMember {
  readonly persona: PublishedPersona;
  readonly number: number;
  /** Colour name for plots. */
  readonly colour: string;
  /** Class for HTML. */
  readonly className: string;
  /** `1 Loyal regulars`: what table heads call it. */
  readonly title: string;
  /** The same for plots, whose axes break it at each four-per-em space (U+2005). */
  readonly plotTitle: string;
  readonly whales: Shown;
  readonly atRisk: Shown;
}

/** The inputs and what several sections derive from them. */
export interface View extends Omit<ReportInputs, 'personas'> {
  readonly personas: PublishedPersonas;
  readonly cast: readonly CastMember[];
  readonly units: Units;
  readonly kMin: number;
  readonly chosen: Candidate | undefined;
  /** Cluster of the chosen candidate by published cluster: the candidate was fitted to the sample, in an order of its own. */
  readonly candidateClusters: readonly number[];
  readonly title: string;
}

const BREAK = '\u2005';
const LINE = 23;

/** The text with a four-per-em space, which looks like the ordinary one, wherever a line of about 23 characters ends. */
export function breakable(text: string): string {
  let width = 0;
  return text.split(' ').reduce((line, word, i) => {
    const fits = width + word.length + 1 <= LINE;
    width = fits || i === 0 ? width + word.length + 1 : word.length;
    return i === 0 ? word : `${line}${fits ? ' ' : BREAK}${word}`;
  }, '');
}

/** Axis labels of several lines, for titles made by `breakable`. */
export const BROKEN_LABELS = {
  labelExpr: `split(datum.label, '${BREAK}')`,
  labelOffset: {
    condition: [
      { test: `length(split(datum.label, '${BREAK}')) >= 3`, value: -15 },
      { test: `length(split(datum.label, '${BREAK}')) === 2`, value: -8 },
    ],
    value: 0,
  },
} as const;

/** Personas in the canonical order of their clusters: by size, largest first. */
export function viewOf(inputs: ReportInputs): View {
  const { config, personas, features, model } = inputs;
  const kMin = config.privacy.kMin;
  const ordered = [...personas.personas].sort((a, b) => a.cluster - b.cluster);
  const published = publishedPersonas({ ...personas, personas: ordered }, kMin, inputs.notes);
  const whales = suppressTogether(
    ordered.map((p) => p.whales),
    kMin,
  );
  const atRisk = suppressTogether(
    ordered.map((p) => p.atRisk),
    kMin,
  );
  const selection = discreetSelection(inputs.selection, kMin);
  const chosen = selection.candidates.find(({ status }) => status === 'chosen');
  return {
    ...inputs,
    selection,
    personas: published,
    kMin,
    units: unitsOf(features),
    cast: published.personas.map((persona, i) => ({
      persona,
      number: i + 1,
      colour: `@persona${i % PERSONA_COLOURS}`,
      className: `p${i % PERSONA_COLOURS}`,
      title: `${i + 1} ${persona.name}`,
      plotTitle: breakable(`${i + 1} ${persona.name}`),
      whales: whales[i],
      atRisk: atRisk[i],
    })),
    chosen,
    candidateClusters: chosen === undefined ? [] : candidateClusters(model, chosen),
    title: config.title || config.project,
  };
}

/** Colour scale of all personas, in order. */
export const castScale = (
  cast: readonly Pick<CastMember, 'plotTitle' | 'colour'>[],
): { domain: string[]; range: string[] } => ({
  domain: cast.map((c) => c.plotTitle),
  range: cast.map((c) => c.colour),
});

const SHAPES = [
  'circle',
  'square',
  'triangle-up',
  'diamond',
  'cross',
  'triangle-down',
  'triangle-right',
  'triangle-left',
];

/** Shapes go with the colours, so that no persona is told by colour alone; they repeat out of step with the colours. */
export const castShapes = (cast: readonly CastMember[]): { domain: string[]; range: string[] } => ({
  domain: cast.map((c) => c.plotTitle),
  range: cast.map((_, i) => SHAPES[(i + Math.floor(i / SHAPES.length)) % SHAPES.length]),
});
