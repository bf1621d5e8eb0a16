import type { Queue, QueueItem, Runner } from '../api/operate';
import { catalogs, type MessageKey } from '../i18n';

/** The page's words for what the server names by a code; for a code it does not know, that there is something. */
export function waitsKey(code: string): MessageKey {
  const key = `waits.${/^capacity\.(\w+)$/.exec(code)?.[1]}`;
  return key in catalogs.en ? (key as MessageKey) : 'waits.unknown';
}

/** Why a run of the queue does not go on: a key of the message catalog with its values, and the server's own sentence where it has one. Nothing for one that is at work. */
export function waitsFor(queue: Queue, item: QueueItem, runners: readonly Runner[] | undefined): { readonly key: MessageKey; readonly count: number; readonly reason?: string } | undefined {
  const position = item.queue_position ?? undefined;
  if (position === undefined) return undefined;
  if (queue.paused) return { key: 'queue.waits.paused', count: 0 };
  if (item.waits_for) return { key: waitsKey(item.waits_for.code), count: 0, reason: item.waits_for.reason };
  const there = runners?.filter((runner) => runner.status === 'working');
  if (there?.length === 0) return { key: 'queue.waits.nobody', count: 0 };
  if (position > 1) return { key: 'queue.waits.turn', count: position - 1 };
  return { key: there?.every((runner) => runner.batches >= runner.batches_at_once) ? 'queue.waits.free' : 'queue.waits.next', count: 0 };
}

/** Before which run one goes that is moved up (-1) or down (1) among those that wait; `undefined` for the end, `null` for nowhere to go. */
export function moveTarget(items: readonly QueueItem[], run: string, step: -1 | 1): string | undefined | null {
  const waiting = items.filter((item) => (item.queue_position ?? null) !== null);
  const at = waiting.findIndex((item) => item.run_id === run);
  if (at < 0) return null;
  if (step < 0) return at === 0 ? null : waiting[at - 1]!.run_id;
  return at === waiting.length - 1 ? null : waiting[at + 2]?.run_id;
}
