import { html, nothing, svg, type PropertyValues, type TemplateResult } from 'lit';
import type { Lineage, LineageNode } from '../api/views';
import { app } from '../app';
import { apply } from '../core/commands';
import { Geometry, wire, type Box, type NodeShape } from '../core/geometry';
import { writeJson, type Json } from '../core/json';
import { arrange } from '../core/layout';
import { FILE_TYPE, lineageDocument, RESULT_TYPE, withEnds } from '../core/lineage';
import type { Store } from '../stores/store';
import { styled, VtxElement } from './base';

const MARGIN = 24;
const SMALLEST = 0.5;
/** Beyond these a drawing helps nobody; the list has all. */
const MOST_DRAWN = 150;

/** What took part in making an artifact, drawn as the editor draws workflows, and as a list that says the same. */
export class LineageGraph extends VtxElement {
  static override properties = { lineage: { attribute: false }, drawn: { state: true }, wide: { state: true } };
  declare lineage: Lineage;
  declare drawn: Geometry | undefined;
  declare wide: number;
  #resized = new ResizeObserver(() => (this.wide = this.clientWidth));

  constructor() {
    super();
    this.wide = 0;
  }

  protected override stores(): Store<any>[] {
    return [app.editor];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resized.disconnect();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('lineage')) void this.#draw(this.lineage);
  }

  async #draw(lineage: Lineage): Promise<void> {
    this.drawn = undefined;
    if (lineage.nodes.length === 0 || lineage.nodes.length > MOST_DRAWN) return;
    const names = { file: app.t('lineage.file'), model: app.t('lineage.model'), result: app.t('lineage.result') };
    const catalog = withEnds(app.editor.value.catalog, names);
    const document = lineageDocument(lineage, names);
    const arranged = apply(document, await arrange(new Geometry(document, catalog))).document;
    if (lineage === this.lineage) this.drawn = new Geometry(arranged, catalog);
  }

  protected override render(): TemplateResult {
    const { nodes, truncated } = this.lineage;
    if (nodes.length === 0) return html`<p class="hint">${app.t('lineage.none')}</p>`;
    return html`${this.drawn ? this.#graph(this.drawn) : nothing}
      ${truncated ? html`<p class="hint">${app.t('lineage.truncated', { count: nodes.length })}</p>` : nothing}
      <details class="lineage-list" ?open=${nodes.length > MOST_DRAWN}><summary>${app.t('lineage.list', { count: nodes.length })}</summary><ol>${nodes.map((node) => this.#entry(node))}</ol></details>`;
  }

  #graph(geometry: Geometry): TemplateResult {
    const box = geometry.bounds()!;
    const scale = Math.max(SMALLEST, Math.min(1, this.wide / (box.width + 2 * MARGIN)));
    const [width, height] = [(box.width + 2 * MARGIN) * scale, (box.height + 2 * MARGIN) * scale];
    const { nodes, edges } = geometry.document;
    const still = (): { x: number; y: number } => ({ x: 0, y: 0 });
    return html`<div class="lineage-view" role="region" tabindex="0" aria-label=${app.t('lineage.graph', { nodes: nodes.size })}>
      <div class="lineage-plane" aria-hidden="true" ${styled({ width: `${width}px`, height: `${height}px` })}>
        <div class="lineage-scaled" ${styled({ transform: `scale(${scale}) translate(${MARGIN - box.x}px, ${MARGIN - box.y}px)` })}>
          <svg class="lineage-wires" ${styled({ left: `${box.x}px`, top: `${box.y}px` })} width=${box.width} height=${box.height} viewBox="${box.x} ${box.y} ${box.width} ${box.height}">${[...edges.values()].map((edge) => {
            const ends = geometry.ends(edge, still);
            return ends ? svg`<path class="wire" d=${wire(ends.from, ends.to)}></path>` : nothing;
          })}</svg>
          ${[...nodes.keys()].map((id) => this.#node(geometry, id))}
        </div>
      </div>
    </div>`;
  }

  #node(geometry: Geometry, id: string): TemplateResult {
    const node = geometry.document.nodes.get(id)!;
    const shape = geometry.shape(id)!;
    const box = geometry.box(id) as Box;
    const kind = node.type === RESULT_TYPE ? 'result' : node.type.startsWith(FILE_TYPE) ? 'source' : 'made';
    return html`<div class="node lineage-node lineage-${kind}" ${styled({ transform: `translate(${box.x}px, ${box.y}px)`, width: `${box.width}px`, height: `${box.height}px` })}>
      <div class="node-head"><span class="node-title">${node.title ?? shape.type.display_name}</span></div>
      ${this.#rows(shape)}
      ${shape.widgets.map((input) => html`<div class="node-row node-widget"><span class="port-name">${input.name}</span><span class="value">${text(node.inputs[input.name] ?? input.default)}</span></div>`)}
    </div>`;
  }

  #rows(shape: NodeShape): TemplateResult[] {
    return Array.from({ length: Math.max(shape.links.length, shape.type.outputs.length) }, (_, row) => html`<div class="node-row"><span class="port-name">${shape.links[row]?.name ?? ''}</span><span class="port-name port-name-output">${shape.type.outputs[row]?.name ?? ''}</span></div>`);
  }

  #entry(node: LineageNode): TemplateResult {
    const name = app.editor.value.catalog.get(node.type)?.display_name ?? node.type;
    const into = this.lineage.links.filter((link) => link.to === node.node_id);
    const called = (id: string): string => {
      const type = this.lineage.nodes.find((one) => one.node_id === id)?.type ?? '';
      return `${app.editor.value.catalog.get(type)?.display_name ?? type} (${id})`;
    };
    return html`<li><h3>${name} <span class="quiet">${node.node_id}</span></h3>
      ${into.length > 0 ? html`<p>${into.map((link) => html`<span class="lineage-from">${app.t('lineage.from', { input: link.input, node: called(link.from) })}</span>`)}</p>` : nothing}
      ${node.files.map((file) => html`<p><strong>${file.name}</strong> <span class="quiet">${file.model_folder ?? app.t('lineage.file')}</span> <span class="mono">${file.digest}</span></p>`)}
      ${Object.keys(node.values).length > 0 ? html`<dl class="facts">${Object.entries(node.values).map(([input, value]) => html`<div><dt>${input}</dt><dd>${text(value)}</dd></div>`)}</dl>` : nothing}</li>`;
  }
}

const text = (value: Json | undefined): string => (value === undefined || value === null ? '' : typeof value === 'string' ? value : typeof value === 'object' ? writeJson(value) : String(value));

customElements.define('vtx-lineage-graph', LineageGraph);
