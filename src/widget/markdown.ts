import { html, nothing, type TemplateResult } from 'lit';
import { lexer, type Token, type Tokens } from 'marked';

type Rendered = TemplateResult | string | typeof nothing | Rendered[];

/** An answer's Markdown as a template: no HTML of the model's is ever read as HTML, and pictures, which would phone home, are links. */
export function renderMarkdown(text: string): Rendered {
  return renderAll(lexer(text));
}

const renderAll = (tokens: Token[] | undefined): Rendered[] => (tokens ?? []).map(render);

const RENDERERS: Record<string, (token: never) => Rendered> = {
  space: () => nothing,
  def: () => nothing,
  hr: () => html`<hr />`,
  br: () => html`<br />`,
  paragraph: ({ tokens }: Tokens.Paragraph) => html`<p>${renderAll(tokens)}</p>`,
  blockquote: ({ tokens }: Tokens.Blockquote) => html`<blockquote>${renderAll(tokens)}</blockquote>`,
  heading: ({ tokens }: Tokens.Heading) => html`<p class="heading">${renderAll(tokens)}</p>`,
  code: ({ text }: Tokens.Code) => html`<pre tabindex="0"><code>${text}</code></pre>`,
  list: renderList,
  table: renderTable,
  checkbox: ({ checked }: Tokens.Checkbox) => (checked ? '☑ ' : '☐ '),
  text: (token: Tokens.Text) => (token.tokens ? renderAll(token.tokens) : decoded(token.text)),
  escape: ({ text }: Tokens.Escape) => text,
  strong: ({ tokens }: Tokens.Strong) => html`<strong>${renderAll(tokens)}</strong>`,
  em: ({ tokens }: Tokens.Em) => html`<em>${renderAll(tokens)}</em>`,
  del: ({ tokens }: Tokens.Del) => html`<del>${renderAll(tokens)}</del>`,
  codespan: ({ text }: Tokens.Codespan) => html`<code>${text}</code>`,
  link: ({ href, tokens }: Tokens.Link) => renderLink(href, renderAll(tokens)),
  image: ({ href, text }: Tokens.Image) => renderLink(href, text || href),
};

/** What has no renderer, HTML above all, is shown as it was written. */
function render(token: Token): Rendered {
  const renderer = Object.hasOwn(RENDERERS, token.type) ? RENDERERS[token.type] : undefined;
  return renderer ? renderer(token as never) : token.raw;
}

function renderList({ ordered, start, items }: Tokens.List): TemplateResult {
  const list = items.map(({ tokens }) => html`<li>${renderAll(tokens)}</li>`);
  return ordered ? html`<ol start=${start === '' ? 1 : start}>${list}</ol>` : html`<ul>${list}</ul>`;
}

function renderTable({ header, rows }: Tokens.Table): TemplateResult {
  return html`<div class="table-scroll" tabindex="0"><table>
    <thead><tr>${header.map(({ tokens }) => html`<th scope="col">${renderAll(tokens)}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr>${row.map(({ tokens }) => html`<td>${renderAll(tokens)}</td>`)}</tr>`)}</tbody>
  </table></div>`;
}

const SAFE_SCHEMES = ['http:', 'https:', 'mailto:'];

/** Beside the chat, and without word of where it came from. Anything but web and mail is text. */
function renderLink(href: string, content: Rendered): Rendered {
  const scheme = URL.canParse(href) ? new URL(href).protocol : '';
  if (!SAFE_SCHEMES.includes(scheme)) return content;
  return html`<a href=${href} target="_blank" rel="noopener noreferrer">${content}</a>`;
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: '\u00a0' };

function decoded(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => ENTITIES[name] ?? '');
}
