import { markup } from '../html';
import { legend } from '../plots/legend';
import { pcaScatter } from '../plots/pca-scatter';
import { picture } from '../plots/picture';
import { scree } from '../plots/scree';
import type { Section } from '../section';
import type { View } from '../view';

/** The customers on two principal components, how much these tell, and a map that bends where one was made. */
export const mapSection = (view: View): Section => ({
  id: 'map',
  nav: 'Map of the customers',
  title: 'Map of the customers',
  body: markup`<div class="linked">${legend(view.cast)}${pcaScatter(view)}${view.picture === null ? '' : picture(view, view.picture)}</div>${scree(view)}`,
});
