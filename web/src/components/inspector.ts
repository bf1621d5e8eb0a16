import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { app } from '../app';
import { fits, shownInputs, type NodeInput, type NodeType } from '../core/catalog';
import { demote, inputFor, mayPromote, promote, setDefault } from '../actions/inputs';
import { runFrom, runTo } from '../actions/runs';
import { detach, expose, makeFromSelection, unpackFocused } from '../actions/subgraphs';
import { GRAPH_INPUT, GRAPH_OUTPUT, graphOf, isBorder, type Edge, type GraphNode } from '../core/document';
import type { Json } from '../core/json';
import type { Store } from '../stores/store';
import { VtxElement } from './base';
import { icon } from './icons';
import { sharing } from './levels';
import type { Choice } from './palette';
import './selection-tools';
import './value-editor';

/** What one end of a wire may be joined to, as a list to choose from. */
export function connections(node: string, port: string, side: 'input' | 'output'): Choice[] {
  const { document: graph, geometry } = app.editor.value;
  const type = geometry.shape(node)?.type;
  const mine = side === 'input' ? type?.inputs.find((one) => one.name === port)?.type : type?.outputs.find((one) => one.name === port)?.type;
  if (mine === undefined) return [];
  const choices: Choice[] = [];
  for (const other of graph.nodes.keys()) {
    const ports = side === 'input' ? geometry.shape(other)!.type.outputs : geometry.shape(other)!.type.inputs;
    for (const { name, type: theirs } of ports) {
      if (!(side === 'input' ? fits(theirs, mine) : fits(mine, theirs))) continue;
      const edge: Edge = side === 'input' ? { from: { node: other, port: name }, to: { node, port } } : { from: { node, port }, to: { node: other, port: name } };
      if (app.editor.mayConnect(edge)) choices.push({ title: `${app.nodeName(other)} · ${name}`, detail: theirs, choose: () => void (app.editor.connect(edge) && app.say('say.connected')) });
    }
  }
  // The way to a port that is not there yet.
  const border = side === 'input' ? GRAPH_INPUT : GRAPH_OUTPUT;
  if (graph.ports && !isBorder(node)) choices.push({ title: app.t('level.newPort', { border: app.nodeName(border) }), detail: mine, choose: () => void expose(node, port, side) });
  return choices;
}

/** The values of the selected node: the full keyboard way to everything the mouse does on a card. */
export class Inspector extends VtxElement {
  protected override stores(): Store<any>[] {
    return [app.editor];
  }

  protected override render(): TemplateResult {
    const targets = app.editor.targets();
    if (targets.length === 0 && app.editor.noteTargets().length > 0) return html`<vtx-annotation-editor></vtx-annotation-editor>`;
    if (targets.length > 1) return html`<p class="hint">${app.t('inspector.many', { count: targets.length })}</p><button @click=${makeFromSelection}>${app.t('level.makeButton')}</button><vtx-selection-tools></vtx-selection-tools>`;
    const node = app.editor.node(targets[0]);
    if (!node) return html`<p class="hint">${app.t('inspector.none')}</p>`;
    if (app.editor.value.document.ports && isBorder(node.id)) return html`<vtx-graph-definition></vtx-graph-definition>`;
    const { type } = app.editor.value.geometry.shape(node.id)!;
    return html`${keyed(node.id, html`
      <h2 class="inspector-name">${type.display_name}</h2>
      ${type.description ? html`<p class="quiet description">${type.description}</p>` : nothing}
      ${this.#subgraph(node)}
      <div class="field"><label for="node-title">${app.t('inspector.title')}</label><input id="node-title" type="text" placeholder=${type.display_name} .value=${node.title ?? ''} @input=${(event: Event) => app.editor.do({ kind: 'node.patch', id: node.id, patch: { title: (event.target as HTMLInputElement).value || undefined } }, `title ${node.id}`)}></div>
      <div class="field"><label for="node-mode">${app.t('inspector.mode')}</label>
        <select id="node-mode" @change=${(event: Event) => app.editor.do({ kind: 'node.patch', id: node.id, patch: { mode: (event.target as HTMLSelectElement).value as GraphNode['mode'] } })}>
          ${(['active', 'muted', 'bypassed'] as const).map((mode) => html`<option value=${mode} ?selected=${node.mode === mode}>${app.t(`mode.${mode}`)}</option>`)}
        </select></div>
      ${shownInputs(type, node).map((input, at) => this.#input(node, input, at))}
      ${this.#outputs(node, type)}
      <div class="row run-row"><button @click=${() => void runTo([node.id])}>${app.t('runs.to')}</button><button @click=${() => void runFrom([node.id])}>${app.t('runs.from')}</button></div>
      <button class="danger" @click=${() => app.editor.remove([node.id])}>${app.t('inspector.delete')}</button>`)}`;
  }

  #subgraph(node: GraphNode): TemplateResult | typeof nothing {
    const graph = graphOf(node.type);
    if (graph === undefined || !app.editor.value.root.subgraphs.has(graph)) return nothing;
    return html`<p class="quiet">${sharing(graph)}</p><div class="row"><button @click=${() => app.enter(node.id)}>${app.t('level.open')}</button><button @click=${() => unpackFocused(node.id)}>${app.t('level.unpack')}</button><button @click=${() => detach(node.id)}>${app.t('level.detach')}</button></div>`;
  }

  #expose(node: string, port: string, side: 'input' | 'output'): TemplateResult | typeof nothing {
    if (!app.editor.value.document.ports) return nothing;
    const words = app.t('level.expose', { name: port });
    return html`<button class="small" aria-label=${words} title=${words} @click=${() => expose(node, port, side)}>${icon('expose')}</button>`;
  }

  #promote(node: string, port: string, is: boolean): TemplateResult {
    const words = app.t(is ? 'inputs.demote' : 'inputs.promote', { name: port });
    return html`<button class="small" aria-label=${words} title=${words} @click=${() => (is ? demote : promote)(node, port)}>${icon(is ? 'close' : 'expose')}</button>`;
  }

  #input(node: GraphNode, input: NodeInput, at: number): TemplateResult {
    const edge = app.editor.edgeInto(node.id, input.name);
    const field = `value-${at}`;
    const given = inputFor(node.id, input.name);
    const problems = app.editor.value.problems.filter((problem) => problem.node === node.id && problem.port === input.name);
    const head = (inner: unknown): TemplateResult => html`<span class="field-head">${inner}<span class="type-name">${input.type.length > 24 ? `${input.type.slice(0, 23)}…` : input.type}</span>${edge ? nothing : this.#expose(node.id, input.name, 'input')}${edge || !mayPromote(input) ? nothing : this.#promote(node.id, input.name, given !== undefined)}</span>`;
    return html`<div class="field" title=${input.tooltip ?? ''}>
      ${edge || !input.is_widget
        ? html`${head(html`<span class="label">${input.name}</span>`)}<div class="joined">
            <span>${edge ? app.t('inspector.from', { node: app.nodeName(edge.from.node), port: edge.from.port }) : html`<span class="quiet">${app.t('inspector.notConnected')}${input.is_required ? `, ${app.t('inspector.required')}` : ''}</span>`}</span>
            ${edge ? html`<button class="small" aria-label=${app.t('inspector.disconnect', { name: input.name })} @click=${() => app.editor.do({ kind: 'edges.remove', edges: [edge] })}>${icon('close')}</button>` : html`<button class="small" aria-label=${app.t('inspector.connect', { name: input.name })} @click=${() => this.#connect(node.id, input.name, 'input', input.type)}>${icon('plus')}</button>`}
          </div>`
        : html`${head(html`<label for=${field}>${input.name}</label>`)}<vtx-value-editor .node=${node} .input=${input} .field=${field} .change=${given && given.default !== undefined ? (value: Json | undefined, merge: boolean) => setDefault(given.name, value, merge) : undefined}></vtx-value-editor>${given ? html`<p class="quiet given">${app.t('inputs.by', { name: given.name })}</p>` : nothing}`}
      ${problems.map((problem) => html`<p class="wrong">${problem.message}</p>`)}
    </div>`;
  }

  #outputs(node: GraphNode, type: NodeType): TemplateResult | typeof nothing {
    if (type.outputs.length === 0) return nothing;
    return html`<h3>${app.t('inspector.outputs')}</h3>${type.outputs.map((output) => html`<div class="joined"><span>${output.name} <span class="type-name">${output.type}</span></span>${this.#expose(node.id, output.name, 'output')}<button class="small" aria-label=${app.t('inspector.connect', { name: output.name })} @click=${() => this.#connect(node.id, output.name, 'output', output.type)}>${icon('plus')}</button></div>`)}`;
  }

  #connect(node: string, port: string, side: 'input' | 'output', type: string): void {
    this.dispatchEvent(new CustomEvent('vtx-ports', { detail: { node, port, side, type }, bubbles: true }));
  }
}

customElements.define('vtx-inspector', Inspector);
