import { html, type TemplateResult } from 'lit';
import { blocks, type Block, type Span } from '../core/markdown';

function span(one: Span): TemplateResult {
  switch (one.kind) {
    case 'strong': return html`<strong>${one.text}</strong>`;
    case 'em': return html`<em>${one.text}</em>`;
    case 'code': return html`<code>${one.text}</code>`;
    case 'link': return html`<a href=${one.href} target="_blank" rel="noopener noreferrer" tabindex="-1">${one.text}</a>`;
    default: return html`${one.text}`;
  }
}

function block(one: Block): TemplateResult {
  switch (one.kind) {
    // Paragraphs of the look of headings: a note is no part of the page's outline.
    case 'heading': return html`<p class="note-heading level-${Math.min(one.level, 3)}">${one.spans.map(span)}</p>`;
    case 'list': return one.ordered ? html`<ol>${one.items.map((item) => html`<li>${item.map(span)}</li>`)}</ol>` : html`<ul>${one.items.map((item) => html`<li>${item.map(span)}</li>`)}</ul>`;
    case 'code': return html`<pre>${one.text}</pre>`;
    default: return html`<p>${one.lines.map((line, at) => html`${at > 0 ? html`<br>` : ''}${line.map(span)}`)}</p>`;
  }
}

/** A note's Markdown, made of elements one by one: text from files never becomes markup. */
export const markdown = (text: string): TemplateResult[] => blocks(text).map(block);
