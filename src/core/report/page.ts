import { createHash } from 'node:crypto';
import { PipelineError } from '../../contracts/errors';
import { markup, Html, jsonBlock } from './html';
import type { ReportInputs } from './inputs';
import { plotThemes } from './plot-theme';
import { renderSection, type Section } from './section';
import { castSection } from './sections/cast';
import { certaintySection } from './sections/certainty';
import { changesSection } from './sections/changes';
import { choiceSection } from './sections/choice';
import { cleaningSection } from './sections/cleaning';
import { cohortsSection } from './sections/cohorts';
import { dataSection } from './sections/data';
import { differencesSection } from './sections/differences';
import { driftSection } from './sections/drift';
import { featuresSection } from './sections/features';
import { head } from './sections/head';
import { holdoutSection } from './sections/holdout';
import { mapSection } from './sections/map';
import { modelSection } from './sections/model';
import { notesSection } from './sections/notes';
import { outliersSection } from './sections/outliers';
import { runFactsSection } from './sections/run-facts';
import { valueSection } from './sections/value';
import { styleSheet } from './styles';
import { viewOf, type View } from './view';

const SECTIONS: readonly ((view: View) => Section | undefined)[] = [
  castSection,
  changesSection,
  notesSection,
  differencesSection,
  valueSection,
  cohortsSection,
  mapSection,
  certaintySection,
  choiceSection,
  holdoutSection,
  driftSection,
  modelSection,
  featuresSection,
  outliersSection,
  dataSection,
  cleaningSection,
  runFactsSection,
];

const source = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/**
 * The report as one HTML file that needs nothing else: the content security policy lets in the style sheet and the browser code by
 * their hashes and nothing from anywhere; pictures of interview notes are in the page itself. A pure function of its arguments: the same inputs and browser code give the same bytes.
 *
 * @param runtime The bundled browser code that draws the plots.
 * @throws PipelineError `OBJECT_CORRUPT` if the browser code could end its own script element.
 */
export function renderReport(inputs: ReportInputs, runtime: string): string {
  if (/<\/script|<!--/i.test(runtime))
    throw new PipelineError(
      'OBJECT_CORRUPT',
      'the browser code of the report contains "</script" or "<!--": it cannot be put into a page',
    );
  const view = viewOf(inputs);
  const sections = SECTIONS.map((section) => section(view)).filter((section) => section !== undefined);
  const css = styleSheet();
  const body = markup`<a class="skip" href="#cast">Skip to the personas</a>
<div class="shell">
<nav class="toc" aria-label="Contents"><ol><li><a href="#top">Overview</a></li>${sections.map((s) => markup`<li><a href="#${s.id}">${s.nav}</a></li>`)}</ol></nav>
<main>
${head(view)}
<noscript><p>The plots need JavaScript; every number in them is in the tables.</p></noscript>
${sections.map(renderSection)}
</main>
</div>`;
  const images = inputs.pictures.size > 0 ? ' img-src data:;' : '';
  const policy = `default-src 'none';${images} script-src ${source(runtime)}; style-src ${source(css)}; base-uri 'none'; form-action 'none'`;
  return markup`<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${view.title}: customer personas, ${inputs.facts.asOf}</title>
<style>${new Html(css)}</style>
</head>
<body>
${body}
<div class="tip" id="tip" role="status" hidden></div>
<script type="application/json" id="plot-themes">${jsonBlock(plotThemes())}</script>
<script>${new Html(runtime)}</script>
</body>
</html>
`.text;
}
