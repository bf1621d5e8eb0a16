import { app } from '../../app';
import { intersects, wire, type Box } from '../../core/geometry';
import type { Gestures } from './gestures';

const SVG = 'http://www.w3.org/2000/svg';
const NEW = '\nnew';

/** All wires in one SVG layer. A wire is a path and not an element of its own kind: SVG knows no custom elements. */
export class EdgeLayer extends HTMLElement {
  readonly #lines = new Map<string, { path: SVGPathElement; d: string }>();
  readonly #group = document.createElementNS(SVG, 'g');

  connectedCallback(): void {
    if (this.firstChild) return;
    const svg = document.createElementNS(SVG, 'svg');
    svg.setAttribute('class', 'wires');
    svg.setAttribute('aria-hidden', 'true');
    svg.append(this.#group);
    this.append(svg);
  }

  place(x: number, y: number, zoom: number): void {
    // On the element and not in the SVG: the browser moves what is painted instead of painting it again.
    this.style.transform = `translate(${x}px, ${y}px) scale(${zoom})`;
  }

  /** Shows the wires that a view touches, or only the one being drawn where nodes are painted. */
  show(view: Box, far: boolean, gestures: Gestures): void {
    const { geometry, document: graph, selection } = app.editor.value;
    const run = app.currentRun();
    const wanted = new Set<string>();
    const put = (key: string, d: string, kind: string): void => {
      wanted.add(key);
      this.#put(key, d, kind);
    };
    if (!far) {
      for (const [key, edge] of graph.edges) {
        const ends = geometry.ends(edge, gestures.offset);
        if (!ends) continue;
        const { from, to } = ends;
        const box = { x: Math.min(from.x, to.x) - 80, y: Math.min(from.y, to.y), width: Math.abs(from.x - to.x) + 160, height: Math.abs(from.y - to.y) + 1 };
        if (!intersects(box, view)) continue;
        const status = run?.nodes.get(edge.to.node)?.status;
        put(key, wire(from, to), `wire ${selection.has(edge.from.node) || selection.has(edge.to.node) ? 'near' : ''} ${status === 'running' ? 'busy' : ''}`);
      }
    }
    if (gestures.wiring) {
      const { start, end, side } = gestures.wiring;
      put(NEW, side === 'output' ? wire(start, end) : wire(end, start), 'wire new');
    }
    for (const [key, line] of this.#lines) {
      if (!wanted.has(key)) {
        line.path.remove();
        this.#lines.delete(key);
      }
    }
  }

  #put(key: string, d: string, kind: string): void {
    let line = this.#lines.get(key);
    if (!line) {
      const path = document.createElementNS(SVG, 'path');
      this.#group.append(path);
      this.#lines.set(key, (line = { path, d: '' }));
    }
    if (line.d !== d) line.path.setAttribute('d', (line.d = d));
    if (line.path.getAttribute('class') !== kind) line.path.setAttribute('class', kind);
  }
}

customElements.define('vtx-edge-layer', EdgeLayer);
