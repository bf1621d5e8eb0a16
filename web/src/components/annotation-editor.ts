import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { app } from '../app';
import { annotations, movedWith, SMALLEST, type Annotation } from '../core/annotations';
import type { Store } from '../stores/store';
import { styled, VtxElement } from './base';
import { annotationName } from './canvas/annotation-layer';
import { icon } from './icons';
import { changeAnnotation, removeSelected } from '../stores/annotations';

/** Colours that ComfyUI offers for groups. */
const COLOURS = ['#3f789e', '#a1309b', '#8a8a8a', '#88aa44', '#b06634', '#b58b2a', '#aa8888', '#444444'] as const;

/** What a group or a note says, and how large it is: the keyboard's way to what the pointer does on the canvas. */
export class AnnotationEditor extends VtxElement {
  protected override stores(): Store<any>[] {
    return [app.editor];
  }

  protected override render(): TemplateResult | typeof nothing {
    const one = app.editor.annotation(app.editor.noteTargets().at(-1));
    return one ? html`${keyed(one.id, one.kind === 'group' ? this.#group(one) : this.#note(one))}` : nothing;
  }

  #group(one: Annotation): TemplateResult {
    const { nodes } = movedWith(app.editor.value.geometry, [], [one.id]);
    return html`
      <h2 class="inspector-name">${app.t('group.role')}</h2>
      <p class="quiet">${nodes.size === 1 ? app.t('group.holds.one') : app.t('group.holds.many', { count: nodes.size })}</p>
      <div class="field"><label for="annotation-text">${app.t('inspector.title')}</label><input id="annotation-text" type="text" .value=${one.text} @input=${(event: Event) => this.#text(one, (event.target as HTMLInputElement).value)}></div>
      <fieldset class="field colours"><legend>${app.t('group.colour')}</legend>
        ${COLOURS.map((colour) => html`<button class="swatch" aria-label=${app.t('group.colourNamed', { colour })} title=${colour} aria-pressed=${one.color === colour} ${styled({ '--tint': colour })} @click=${() => changeAnnotation(app.editor, one.id, { color: colour })}>${one.color === colour ? icon('succeeded') : nothing}</button>`)}
        <input type="color" aria-label=${app.t('group.colourOther')} .value=${one.color ?? '#888888'} @input=${(event: Event) => changeAnnotation(app.editor, one.id, { color: (event.target as HTMLInputElement).value }, `colour ${one.id}`)}>
        <button class="small" ?disabled=${!one.color} @click=${() => changeAnnotation(app.editor, one.id, { color: undefined })}>${app.t('group.noColour')}</button>
      </fieldset>
      ${this.#size(one)}
      <div><button class="small" ?disabled=${nodes.size === 0} @click=${() => app.editor.select(nodes)}>${app.t('group.selectInside')}</button></div>
      ${this.#delete('group.delete')}`;
  }

  #note(one: Annotation): TemplateResult {
    return html`
      <h2 class="inspector-name">${app.t('note.role')}</h2>
      <div class="field"><label for="annotation-text">${app.t('note.text')}</label><textarea id="annotation-text" rows="10" .value=${one.text} @input=${(event: Event) => this.#text(one, (event.target as HTMLTextAreaElement).value)}></textarea></div>
      <label class="check"><input type="checkbox" .checked=${one.markdown ?? false} @change=${(event: Event) => changeAnnotation(app.editor, one.id, { markdown: (event.target as HTMLInputElement).checked })}>${app.t('note.markdown')}</label>
      ${this.#size(one)}
      ${this.#delete('note.delete')}`;
  }

  #text(one: Annotation, text: string): void {
    changeAnnotation(app.editor, one.id, { text }, `text ${one.id}`);
  }

  #size(one: Annotation): TemplateResult {
    const field = (side: 'width' | 'height'): TemplateResult => html`<div class="field"><label for="annotation-${side}">${app.t(`annotation.${side}`)}</label><input id="annotation-${side}" type="number" min=${SMALLEST[one.kind][side]} step="10" .value=${String(Math.round(one[side]))} @change=${(event: Event) => {
      const value = Math.round((event.target as HTMLInputElement).valueAsNumber);
      if (Number.isFinite(value)) changeAnnotation(app.editor, one.id, { [side]: Math.max(SMALLEST[one.kind][side], value) });
      this.requestUpdate();
    }}></div>`;
    return html`<div class="sizes">${field('width')}${field('height')}</div>`;
  }

  #delete(label: 'group.delete' | 'note.delete'): TemplateResult {
    return html`<button class="danger" @click=${() => removeSelected(app.editor)}>${app.t(label)}</button>`;
  }
}

/** All groups and notes as a list, below the outline of the nodes. */
export class AnnotationList extends VtxElement {
  protected override stores(): Store<any>[] {
    return [app.editor];
  }

  protected override render(): TemplateResult | typeof nothing {
    const { document: graph, focusedNote } = app.editor.value;
    const all = annotations(graph);
    if (all.length === 0) return nothing;
    return html`<h2>${app.t('annotation.list')}</h2><ul class="problems">${all.map((one) => html`<li><button class="entry annotation-entry" aria-current=${one.id === focusedNote ? 'true' : nothing} @click=${() => this.dispatchEvent(new CustomEvent('vtx-jump-note', { detail: one.id, bubbles: true }))}><span>${annotationName(one)}</span><span class="quiet">${app.t(one.kind === 'group' ? 'group.role' : 'note.role')}</span></button></li>`)}</ul>`;
  }
}

customElements.define('vtx-annotation-editor', AnnotationEditor);
customElements.define('vtx-annotation-list', AnnotationList);
