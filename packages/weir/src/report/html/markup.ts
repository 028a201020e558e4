import { html, raw } from 'hono/html';

/** Markup in which every text that was put in is escaped. */
export type Html = ReturnType<typeof html>;

export { html, raw };

/** A section with its heading, which links can reach by `id`. */
export function section(id: string, heading: string, ...content: readonly (Html | readonly Html[])[]): Html {
  return html`<section id="${id}" aria-labelledby="${id}-heading">
<h2 id="${id}-heading">${heading}</h2>
${content.map((part) => part)}
</section>
`;
}

/** A column: its heading, how a row's cell is filled, and whether it holds figures. */
export interface HtmlColumn<Row> {
  readonly head: string;
  readonly cell: (row: Row) => Html | string;
  readonly figures?: boolean;
  readonly code?: boolean;
}

/** A table that scrolls sideways where the page is narrow; the first column heads its row. */
export function htmlTable<Row>(caption: string, columns: readonly HtmlColumn<Row>[], rows: readonly Row[]): Html {
  const kind = ({ figures, code }: HtmlColumn<Row>) => (figures ? 'figures' : code ? 'code' : 'text');
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col" class="${kind(column)}">${column.head}</th>`)}</tr></thead>
<tbody>${rows.map(
    (row) => html`<tr>${columns.map((column, i) =>
      i === 0
        ? html`<th scope="row" class="${kind(column)}">${column.cell(row)}</th>`
        : html`<td class="${kind(column)}">${column.cell(row)}</td>`,
    )}</tr>
`,
  )}</tbody>
</table></div>
`;
}

/** Items in a list. */
export function bullets(items: readonly (string | Html)[]): Html {
  return html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`;
}

/** `a`, `a and b`, `a, b and c`, `a, b and 4 others`. */
export function listed(names: readonly string[], most = 3): string {
  const shown = names.length > most ? [...names.slice(0, most - 1), `${names.length - most + 1} others`] : names;
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
