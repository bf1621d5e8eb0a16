import { app } from '../app';
import { keyOf } from './keys';
import { actions, type Action } from './registry';
import './basic';
import './arrange';
import './annotations';
import './author';

export { actions } from './registry';
export type { Action, Section } from './registry';

/** Does an action, or says why it cannot be done now. */
export function perform(action: Action, key?: string): void {
  if (actions.isEnabled(action)) void action.run(key);
  else app.say(action.why ?? 'commands.notNow', action.why ? {} : { name: app.t(action.label) });
}

/** Does what a key stands for. Keys nobody knows go on to the page. @returns whether somebody did */
export function performKey(event: KeyboardEvent, scope: 'graph' | 'page'): boolean {
  const key = keyOf(event);
  const action = actions.byKey(key, scope);
  if (!action) return false;
  event.preventDefault();
  perform(action, key);
  return true;
}
