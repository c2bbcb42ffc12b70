import { markup, type Html, type HtmlValue } from './html';

/** One part of the report, with its place in the table of contents. */
export interface Section {
  readonly id: string;
  /** Short, for the table of contents. */
  readonly nav: string;
  readonly title: string;
  readonly lead?: HtmlValue;
  readonly body: HtmlValue;
}

export const renderSection = ({ id, title, lead, body }: Section): Html =>
  markup`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${lead ? markup`<p class="lead">${lead}</p>` : ''}
${body}
</section>`;

/** A short statement with a mark of its kind; the kind is also said in words for those who do not see the colour. */
export const notice = (kind: 'good' | 'warn' | 'bad' | 'plain', content: HtmlValue): Html =>
  markup`<div class="notice ${kind}">${content}</div>`;

export const chip = (kind: 'good' | 'warn' | 'bad' | 'plain', content: HtmlValue): Html =>
  markup`<span class="chip ${kind}">${content}</span>`;
