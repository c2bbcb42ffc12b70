import { count } from '../format';
import { markup } from '../html';
import type { Section } from '../section';
import type { View } from '../view';
import { centres } from './model/centres';
import { shapes } from './model/shapes';

/** What the model knows of a persona: its centre in raw units, and for a mixture the spread around it. */
export function modelSection(view: View): Section {
  const { solution } = view.model;
  return {
    id: 'model',
    nav: 'Inside the model',
    title: 'What the model knows of a persona',
    lead: `${LEADS[solution.kind]}${solution.kind === 'density' ? ofSample(view) : ''}`,
    body: markup`${centres(view)}${solution.kind === 'mixture' ? shapes(view, solution.mixture) : ''}`,
  };
}

function ofSample({ selection: { sample } }: View): string {
  return sample.rows === sample.customers ? '' : ` The regions are those of the ${count(sample.rows)} customers of the sample; all others are scored by them.`;
}

const LEADS = {
  centroids: 'A centre. Every customer belongs to the persona with the nearest one; nothing else decides.',
  mixture:
    'A centre, a spread around it in every direction, and a share of the customers. From these follows the probability of every persona for every customer.',
  density: 'A region in which customers lie close together. Its centre describes it and decides nothing.',
} as const;
