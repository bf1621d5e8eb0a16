import type { Artifact, Problem } from '../../api/types';
import { app } from '../../app';
import { NodeCard } from '../node-card';
import type { Gestures } from './gestures';

const domIds = new Map<string, string>();

/** The id of a node's element, whether or not it is there now: ids of nodes may hold what ids of elements may not. */
export function domId(node: string): string {
  let id = domIds.get(node);
  if (!id) domIds.set(node, (id = `node-${domIds.size}`));
  return id;
}

/** The elements of the nodes that are visible, and of the focused node: it is what the screen reader reads. */
export class CardLayer extends HTMLElement {
  readonly #cards = new Map<string, NodeCard>();
  #problems = new Map<string, number>();
  #problemsOf: readonly Problem[] | undefined;
  #pictures = new Map<string, Artifact>();
  #picturesOf: readonly Artifact[] | undefined;

  place(x: number, y: number, zoom: number): void {
    this.style.transform = `translate(${x}px, ${y}px) scale(${zoom})`;
  }

  show(visible: readonly string[], gestures: Gestures): void {
    const { geometry, document: graph, selection, focus, focusedNote, problems } = app.editor.value;
    const run = app.currentRun();
    this.#count(problems);
    this.#picture(run?.artifacts);
    const wanted = new Set(visible);
    if (focus !== undefined && graph.nodes.has(focus)) wanted.add(focus);
    for (const [id, card] of this.#cards) {
      if (!wanted.has(id)) {
        card.remove();
        this.#cards.delete(id);
      }
    }
    const { language } = app.settings.value;
    for (const id of wanted) {
      const node = graph.nodes.get(id)!;
      const card = this.#card(id);
      const offset = gestures.offset(id);
      card.place(node.x + offset.x, node.y + offset.y, gestures.lifts(id));
      card.state = {
        node,
        shape: geometry.shape(id)!,
        selected: selection.has(id),
        focused: focus === id && focusedNote === undefined,
        run: run?.nodes.get(id),
        picture: this.#pictures.get(id),
        problems: this.#problems.get(id) ?? 0,
        edges: graph.edges,
        language,
        fits: gestures.fits,
      };
    }
  }

  #card(id: string): NodeCard {
    let card = this.#cards.get(id);
    if (!card) {
      card = new NodeCard();
      card.id = domId(id);
      this.append(card);
      this.#cards.set(id, card);
    }
    return card;
  }

  #count(problems: readonly Problem[]): void {
    if (this.#problemsOf === problems) return;
    this.#problemsOf = problems;
    this.#problems = new Map();
    for (const { node } of problems) if (node) this.#problems.set(node, (this.#problems.get(node) ?? 0) + 1);
  }

  #picture(artifacts: readonly Artifact[] | undefined): void {
    if (this.#picturesOf === artifacts) return;
    this.#picturesOf = artifacts;
    this.#pictures = new Map(artifacts?.filter((one) => one.media_type.startsWith('image/')).map((one) => [one.node_id, one]));
  }
}

customElements.define('vtx-card-layer', CardLayer);
