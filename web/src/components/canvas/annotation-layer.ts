import { html, nothing, render } from 'lit';
import { app } from '../../app';
import { annotations, type Annotation } from '../../core/annotations';
import { intersects, type Box } from '../../core/geometry';
import { markdown } from '../markdown';
import type { Gestures } from './gestures';

/** The id of an annotation's element. */
export const annotationDomId = (id: string): string => `annotation-${id.replace(':', '-')}`;

/** What an annotation is called. */
export function annotationName(one: Annotation): string {
  const line = one.text.trim().split('\n', 1)[0]!;
  const first = one.markdown ? line.replace(/^#+\s*/, '') : line;
  return first.length > 60 ? `${first.slice(0, 59)}…` : first || app.t(one.kind === 'group' ? 'group.unnamed' : 'note.empty');
}

interface Drawn {
  readonly element: HTMLElement;
  of: Annotation | undefined;
  language: string;
}

/** Groups and notes under the nodes: elements for what is visible, and for the focused one. */
export class AnnotationLayer extends HTMLElement {
  readonly #drawn = new Map<string, Drawn>();

  place(x: number, y: number, zoom: number): void {
    this.style.transform = `translate(${x}px, ${y}px) scale(${zoom})`;
  }

  show(view: Box, gestures: Gestures): void {
    const { document: graph, chosen, focusedNote } = app.editor.value;
    const { language } = app.settings.value;
    const wanted = new Set<string>();
    for (const one of annotations(graph)) {
      const at = gestures.annotationBox(one);
      if (one.id !== focusedNote && !intersects(at, view)) continue;
      wanted.add(one.id);
      const drawn = this.#get(one.id);
      if (drawn.of !== one || drawn.language !== language) draw(drawn.element, one);
      drawn.of = one;
      drawn.language = language;
      const { style, classList } = drawn.element;
      style.transform = `translate(${at.x}px, ${at.y}px)`;
      style.width = `${at.width}px`;
      style.height = `${at.height}px`;
      // Large groups lie under those they hold, notes above all groups.
      style.zIndex = one.kind === 'note' ? '1000000' : String(Math.max(0, 999_999 - Math.round(Math.sqrt(at.width * at.height))));
      classList.toggle('selected', chosen.has(one.id));
      classList.toggle('focused', focusedNote === one.id);
    }
    for (const [id, drawn] of this.#drawn) {
      if (!wanted.has(id)) {
        drawn.element.remove();
        this.#drawn.delete(id);
      }
    }
  }

  #get(id: string): Drawn {
    let drawn = this.#drawn.get(id);
    if (!drawn) {
      const element = document.createElement('div');
      element.id = annotationDomId(id);
      element.setAttribute('role', 'group');
      element.dataset.annotation = id;
      this.append(element);
      this.#drawn.set(id, (drawn = { element, of: undefined, language: '' }));
    }
    return drawn;
  }
}

function draw(element: HTMLElement, one: Annotation): void {
  element.className = `annotation ${one.kind}`;
  element.setAttribute('aria-roledescription', app.t(one.kind === 'group' ? 'group.role' : 'note.role'));
  element.setAttribute('aria-label', annotationName(one));
  if (one.color) element.style.setProperty('--tint', one.color);
  else element.style.removeProperty('--tint');
  const handle = html`<span class="resize" aria-hidden="true"></span>`;
  render(
    one.kind === 'group'
      ? html`<div class="group-title grip">${one.text || nothing}</div>${handle}`
      : html`<div class="note-text grip">${one.markdown ? markdown(one.text) : one.text || html`<span class="quiet">${app.t('note.empty')}</span>`}</div>${handle}`,
    element,
  );
}

customElements.define('vtx-annotation-layer', AnnotationLayer);
