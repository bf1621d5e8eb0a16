import { html, nothing, render, type TemplateResult } from 'lit';
import { app } from '../app';
import { isKnown, valueOf, type NodeInput } from '../core/catalog';
import { graphOf, inputKey, type GraphNode } from '../core/document';
import type { NodeShape } from '../core/geometry';
import { writeJson } from '../core/json';
import { duration } from '../i18n';
import type { Artifact } from '../api/types';
import type { NodeState } from '../stores/run-state';
import { icon } from './icons';
import './port';

/** Everything a card shows. Equal values show the same, so a card is drawn again only when one differs. */
export interface CardState {
  readonly node: GraphNode;
  readonly shape: NodeShape;
  readonly selected: boolean;
  readonly focused: boolean;
  readonly run: NodeState | undefined;
  readonly picture: Artifact | undefined;
  readonly problems: number;
  readonly edges: unknown;
  readonly language: string;
  /** The wire that is being drawn, for lighting the ports that fit. */
  readonly fits: ((side: 'input' | 'output', node: string, port: string) => boolean) | undefined;
}

const same = (a: CardState | undefined, b: CardState): boolean => a !== undefined && (Object.keys(b) as (keyof CardState)[]).every((key) => a[key] === b[key]);

/** What a node's state is in words. */
export function stateText(run: NodeState): string {
  if (run.status === 'running' && run.max) return app.t('state.runningOf', { value: run.value ?? 0, max: run.max });
  if (run.status === 'succeeded' && run.started !== undefined && run.ended !== undefined) return app.t('state.succeededIn', { time: duration(app.settings.value.language, run.ended - run.started) });
  return app.t(`state.${run.status}`);
}

export function shortValue(node: GraphNode, input: NodeInput): string {
  const value = valueOf(node, input);
  if (value === undefined || value === null) return '–';
  const text = typeof value === 'string' ? value : writeJson(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

function label({ node, shape, run, problems, selected }: CardState): string {
  return [
    app.titleOf(node, shape.type),
    node.title ? shape.type.display_name : '',
    node.mode === 'active' ? '' : app.t(`node.${node.mode}`),
    run ? stateText(run) : '',
    problems === 0 ? '' : problemText(problems),
    selected ? '✓' : '',
  ].filter(Boolean).join(', ');
}

const problemText = (count: number): string => (count === 1 ? app.t('node.problems.one') : app.t('node.problems.many', { count }));

function port(state: CardState, side: 'input' | 'output', name: string, type: string): TemplateResult {
  const connected = side === 'input' && app.editor.value.document.edges.has(inputKey(state.node.id, name));
  const fit = state.fits === undefined ? '' : state.fits(side, state.node.id, name) ? 'fits' : 'dim';
  const words = app.t(side === 'input' ? 'node.input' : 'node.output', { name, type });
  return html`<vtx-port class="port port-${side} ${fit} ${connected ? 'connected' : ''}" data-side=${side} data-port=${name} data-type=${type.split(',')[0]!} title=${words}></vtx-port>`;
}

function footer({ node, shape, run, problems }: CardState): TemplateResult {
  if (run) return html`<span class="state state-${run.status}">${icon(run.status)}<span>${stateText(run)}</span></span>`;
  if (problems > 0) return html`<span class="state state-problem">${icon('problem')}<span>${problemText(problems)}</span></span>`;
  if (!isKnown(app.editor.value.catalog, node) && app.editor.value.catalog.size > 0) return html`<span class="state state-problem">${icon('problem')}<span>${app.t('node.unknown')}</span></span>`;
  return html`<span class="quiet">${shape.type.is_executable === false && app.editor.value.catalog.size > 0 ? app.t('node.notExecutable') : (shape.type.category ?? (graphOf(node.type) === undefined ? '' : app.t('level.definition')))}</span>`;
}

/** Draws a card into its element. */
function drawCard(element: HTMLElement, state: CardState): void {
  const { node, shape, run, selected, focused, problems } = state;
  const rows = Math.max(shape.links.length, shape.type.outputs.length);
  element.className = `node mode-${node.mode} ${selected ? 'selected' : ''} ${focused ? 'focused' : ''} ${run ? `run-${run.status}` : ''} ${problems > 0 ? 'has-problems' : ''}`;
  element.setAttribute('aria-label', label(state));
  element.setAttribute('aria-roledescription', app.t('node.role'));
  element.dataset.node = node.id;
  element.style.width = `${shape.width}px`;
  element.style.height = `${shape.height}px`;
  const picture = run?.status === 'running' ? run.preview : state.picture ? app.api.artifactUrl(state.picture, 1024) : undefined;
  render(
    html`
      <div class="node-head"><span class="node-title">${app.titleOf(node, shape.type)}</span>${node.mode === 'active' ? nothing : html`<span class="node-mode">${app.t(`node.${node.mode}`)}</span>`}</div>
      ${Array.from({ length: rows }, (_, at) => {
        const [input, output] = [shape.links[at], shape.type.outputs[at]];
        return html`<div class="node-row">
          ${input ? html`${port(state, 'input', input.name, input.type)}<span class="port-name">${input.name}</span>` : html`<span></span>`}
          ${output ? html`<span class="port-name port-name-output">${output.name}</span>${port(state, 'output', output.name, output.type)}` : nothing}
        </div>`;
      })}
      ${shape.widgets.map((input) => html`<div class="node-row node-widget">${port(state, 'input', input.name, input.type)}<span class="port-name">${input.name}</span><span class="value">${app.editor.edgeInto(node.id, input.name) ? app.t('node.connected') : shortValue(node, input)}</span></div>`)}
      ${shape.hidden > 0 ? html`<div class="node-row quiet">${app.t('node.more', { count: shape.hidden })}</div>` : nothing}
      <div class="node-foot">${footer(state)}</div>
      ${run?.status === 'running' && run.max ? html`<progress class="node-progress" max=${run.max} value=${run.value ?? 0} aria-label=${stateText(run)}></progress>` : nothing}
      ${picture ? html`<img class="node-picture" src=${picture} alt=${app.t('runview.preview', { node: app.titleOf(node, shape.type) })} loading="lazy" decoding="async" draggable="false">` : nothing}
    `,
    element,
  );
}

/** One node on the canvas. Its place is set apart from its state: moving draws nothing anew. */
export class NodeCard extends HTMLElement {
  #state: CardState | undefined;

  connectedCallback(): void {
    this.setAttribute('role', 'group');
  }

  set state(next: CardState) {
    if (same(this.#state, next)) return;
    drawCard(this, next);
    this.#state = next;
  }

  /** @param lifted whether it moves over the others for a while */
  place(x: number, y: number, lifted = false): void {
    const { style } = this;
    if ((style.willChange !== '') !== lifted) style.willChange = lifted ? 'transform' : '';
    style.transform = `translate(${x}px, ${y}px)`;
  }
}

customElements.define('vtx-node-card', NodeCard);
