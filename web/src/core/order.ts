import type { WorkflowDocument } from './document';

/** Node ids in topological order, ties by place; nodes of a cycle come last, as they are. */
export function topological(document: WorkflowDocument): string[] {
  const waits = new Map<string, number>();
  const next = new Map<string, string[]>();
  for (const id of document.nodes.keys()) waits.set(id, 0);
  for (const edge of document.edges.values()) {
    if (!waits.has(edge.from.node) || !waits.has(edge.to.node)) continue;
    waits.set(edge.to.node, waits.get(edge.to.node)! + 1);
    const list = next.get(edge.from.node);
    if (list) list.push(edge.to.node);
    else next.set(edge.from.node, [edge.to.node]);
  }
  const place = (a: string, b: string): number => {
    const [first, second] = [document.nodes.get(a)!, document.nodes.get(b)!];
    return first.x - second.x || first.y - second.y || (a < b ? -1 : 1);
  };
  let ready = [...waits].filter(([, count]) => count === 0).map(([id]) => id);
  const order: string[] = [];
  while (ready.length > 0) {
    ready.sort(place);
    const after: string[] = [];
    for (const id of ready) {
      order.push(id);
      for (const to of next.get(id) ?? []) {
        const left = waits.get(to)! - 1;
        waits.set(to, left);
        if (left === 0) after.push(to);
      }
    }
    ready = after;
  }
  const placed = new Set(order);
  return [...order, ...[...waits.keys()].filter((id) => !placed.has(id)).sort(place)];
}

/** Whether a wire from one node to another would close a circle. */
export function closesCircle(document: WorkflowDocument, from: string, to: string): boolean {
  if (from === to) return true;
  const next = new Map<string, string[]>();
  for (const edge of document.edges.values()) next.set(edge.from.node, [...(next.get(edge.from.node) ?? []), edge.to.node]);
  const stack = [to];
  const seen = new Set(stack);
  while (stack.length > 0) {
    for (const id of next.get(stack.pop()!) ?? []) {
      if (id === from) return true;
      if (!seen.has(id)) {
        seen.add(id);
        stack.push(id);
      }
    }
  }
  return false;
}
