/** What a reader sees of a page or a part of it, on one line. */
export const textOf = (html: string): string =>
  html
    .replace(/<(script|style)[^>]*>[^]*?<\/\1>/g, ' ')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/\s+/g, ' ');

/** One section of a page, by its id. */
export const sectionOf = (page: string, id: string): string =>
  new RegExp(`<section id="${id}"[^]*?</section>`).exec(page)?.[0] ?? '';

/** Cells of every row of the table with a caption that starts so; a note in a row of its own ends its row. */
export function tableOf(html: string, caption: string): string[][] {
  const table = [...html.matchAll(/<table[^]*?<\/table>/g)]
    .map(([text]) => text)
    .find((text) => /<caption[^>]*>([^<]*)/.exec(text)?.[1].startsWith(caption));
  if (table === undefined) throw new Error(`there is no table "${caption}"`);
  const rows: string[][] = [];
  for (const [row] of table.matchAll(/<tr[^]*?<\/tr>/g)) {
    const cells = [...row.matchAll(/<t[hd][^>]*>([^]*?)<\/t[hd]>/g)].map(([, cell]) => textOf(cell).trim());
    if (row.startsWith('<tr class="on-row"')) rows[rows.length - 1].push(...cells);
    else rows.push(cells);
  }
  return rows;
}

/** The parsed spec of a plot. */
export const specOf = <T>(html: string, id: string): T =>
  JSON.parse(new RegExp(`data-spec="${id}">([^<]*)<`).exec(html)?.[1] ?? 'null') as T;
