import { inputKey, type Edge, type GraphNode, type GraphPorts, type WorkflowDocument } from './document';
import type { Json, JsonObject } from './json';

/** A change of a document, as plain data. Every one has an inverse, which {@link apply} gives. */
export type Command =
  | { readonly kind: 'nodes.add'; readonly nodes: readonly GraphNode[] }
  | { readonly kind: 'nodes.remove'; readonly ids: readonly string[] }
  | { readonly kind: 'nodes.move'; readonly places: readonly { readonly id: string; readonly x: number; readonly y: number }[] }
  | { readonly kind: 'node.patch'; readonly id: string; readonly patch: { readonly title?: string | undefined; readonly mode?: GraphNode['mode']; readonly rest?: GraphNode['rest'] } }
  | { readonly kind: 'input.set'; readonly id: string; readonly port: string; readonly value: Json | undefined }
  | { readonly kind: 'edges.add'; readonly edges: readonly Edge[] }
  | { readonly kind: 'edges.remove'; readonly edges: readonly Edge[] }
  | { readonly kind: 'document.rename'; readonly name: string }
  /** Puts a subgraph's definition in, replaces it, or takes it out. */
  | { readonly kind: 'graph.set'; readonly id: string; readonly graph: WorkflowDocument | undefined }
  | { readonly kind: 'ports.set'; readonly ports: GraphPorts }
  /** Sets a member of the document that the studio keeps as it is; workflow inputs are one. */
  | { readonly kind: 'rest.set'; readonly name: string; readonly value: Json | undefined }
  /** Does something in a subgraph's definition instead of in the workflow itself. */
  | { readonly kind: 'in'; readonly graph: string; readonly command: Command }
  /** Puts another document in the place of the workflow. */
  | { readonly kind: 'document.set'; readonly document: WorkflowDocument }
  | { readonly kind: 'batch'; readonly commands: readonly Command[] };

export interface Applied {
  readonly document: WorkflowDocument;
  /** Applied to `document` it gives the document from before. */
  readonly inverse: Command;
}

const nothing: Command = { kind: 'batch', commands: [] };

function change(document: WorkflowDocument, id: string, make: (node: GraphNode) => GraphNode): WorkflowDocument {
  const nodes = new Map(document.nodes);
  nodes.set(id, make(document.nodes.get(id)!));
  return { ...document, nodes };
}

function set(inputs: JsonObject, port: string, value: Json | undefined): JsonObject {
  if (value !== undefined) return { ...inputs, [port]: value };
  const { [port]: _, ...others } = inputs;
  return others;
}

/** Carries out a command. What names a node or an edge that is not there changes nothing: a late command cannot break a document. */
export function apply(document: WorkflowDocument, command: Command): Applied {
  switch (command.kind) {
    case 'nodes.add': {
      const added = command.nodes.filter((node) => !document.nodes.has(node.id));
      const nodes = new Map(document.nodes);
      for (const node of added) nodes.set(node.id, node);
      return { document: { ...document, nodes }, inverse: { kind: 'nodes.remove', ids: added.map((node) => node.id) } };
    }
    case 'nodes.remove': {
      const ids = new Set(command.ids.filter((id) => document.nodes.has(id)));
      if (ids.size === 0) return { document, inverse: nothing };
      const cut = [...document.edges.values()].filter((edge) => ids.has(edge.from.node) || ids.has(edge.to.node));
      const nodes = new Map(document.nodes);
      const edges = new Map(document.edges);
      for (const id of ids) nodes.delete(id);
      for (const edge of cut) edges.delete(inputKey(edge.to.node, edge.to.port));
      const back: Command[] = [
        { kind: 'nodes.add', nodes: [...ids].map((id) => document.nodes.get(id)!) },
        { kind: 'edges.add', edges: cut },
      ];
      return { document: { ...document, nodes, edges }, inverse: { kind: 'batch', commands: back } };
    }
    case 'nodes.move': {
      const moved = command.places.filter((place) => document.nodes.has(place.id));
      const nodes = new Map(document.nodes);
      const before = moved.map(({ id }) => {
        const { x, y } = document.nodes.get(id)!;
        return { id, x, y };
      });
      for (const { id, x, y } of moved) nodes.set(id, { ...nodes.get(id)!, x, y });
      return { document: { ...document, nodes }, inverse: { kind: 'nodes.move', places: before } };
    }
    case 'node.patch': {
      const node = document.nodes.get(command.id);
      if (!node) return { document, inverse: nothing };
      const before = {
        ...('title' in command.patch ? { title: node.title } : {}),
        ...('mode' in command.patch ? { mode: node.mode } : {}),
        ...('rest' in command.patch ? { rest: node.rest } : {}),
      };
      const changed = change(document, node.id, (one) => {
        const { title, ...others } = { ...one, ...command.patch };
        return title ? { ...others, title } : others;
      });
      return { document: changed, inverse: { kind: 'node.patch', id: node.id, patch: before } };
    }
    case 'input.set': {
      const node = document.nodes.get(command.id);
      if (!node) return { document, inverse: nothing };
      const changed = change(document, node.id, (one) => ({ ...one, inputs: set(one.inputs, command.port, command.value) }));
      return { document: changed, inverse: { ...command, value: node.inputs[command.port] } };
    }
    case 'edges.add': {
      const edges = new Map(document.edges);
      const back: Command[] = [];
      for (const edge of command.edges) {
        if (!document.nodes.has(edge.from.node) || !document.nodes.has(edge.to.node)) continue;
        const key = inputKey(edge.to.node, edge.to.port);
        const replaced = edges.get(key);
        back.unshift(replaced ? { kind: 'edges.add', edges: [replaced] } : { kind: 'edges.remove', edges: [edge] });
        edges.set(key, edge);
      }
      return { document: { ...document, edges }, inverse: { kind: 'batch', commands: back } };
    }
    case 'edges.remove': {
      const edges = new Map(document.edges);
      const removed = command.edges.flatMap((edge) => {
        const there = edges.get(inputKey(edge.to.node, edge.to.port));
        return there && edges.delete(inputKey(edge.to.node, edge.to.port)) ? [there] : [];
      });
      return { document: { ...document, edges }, inverse: { kind: 'edges.add', edges: removed } };
    }
    case 'document.rename':
      return { document: { ...document, name: command.name }, inverse: { kind: 'document.rename', name: document.name } };
    case 'graph.set': {
      const subgraphs = new Map(document.subgraphs);
      const before = subgraphs.get(command.id);
      if (command.graph) subgraphs.set(command.id, command.graph);
      else subgraphs.delete(command.id);
      return { document: { ...document, subgraphs }, inverse: { ...command, graph: before } };
    }
    case 'ports.set':
      return document.ports ? { document: { ...document, ports: command.ports }, inverse: { kind: 'ports.set', ports: document.ports } } : { document, inverse: nothing };
    case 'document.set':
      return { document: command.document, inverse: { kind: 'document.set', document } };
    case 'rest.set':
      return { document: { ...document, rest: set(document.rest, command.name, command.value) }, inverse: { ...command, value: document.rest[command.name] } };
    case 'in': {
      const graph = document.subgraphs.get(command.graph);
      if (!graph) return { document, inverse: nothing };
      const applied = apply(graph, command.command);
      return { document: { ...document, subgraphs: new Map(document.subgraphs).set(command.graph, applied.document) }, inverse: { ...command, command: applied.inverse } };
    }
    case 'batch': {
      let at = document;
      const inverses: Command[] = [];
      for (const one of command.commands) {
        const applied = apply(at, one);
        at = applied.document;
        inverses.unshift(applied.inverse);
      }
      return { document: at, inverse: { kind: 'batch', commands: inverses } };
    }
  }
}

/** Whether a command sets the very things an earlier one set: the later one alone does the same as both, and the earlier one's inverse takes both back. */
export function supersedes(later: Command, earlier: Command): boolean {
  switch (later.kind) {
    case 'nodes.move':
      return earlier.kind === later.kind && later.places.length === earlier.places.length && later.places.every(({ id }, at) => earlier.places[at]!.id === id);
    case 'node.patch':
      return earlier.kind === later.kind && later.id === earlier.id && Object.keys(earlier.patch).sort().join() === Object.keys(later.patch).sort().join();
    case 'input.set':
      return earlier.kind === later.kind && later.id === earlier.id && later.port === earlier.port;
    case 'rest.set':
      return earlier.kind === later.kind && later.name === earlier.name;
    case 'in':
      return earlier.kind === later.kind && later.graph === earlier.graph && supersedes(later.command, earlier.command);
    case 'batch':
      return earlier.kind === later.kind && later.commands.length === earlier.commands.length && later.commands.every((one, at) => supersedes(one, earlier.commands[at]!));
    case 'document.rename':
    case 'document.set':
      return earlier.kind === later.kind;
    default:
      return false;
  }
}
