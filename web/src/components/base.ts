import { LitElement, noChange } from 'lit';
import { Directive, directive, type ElementPart, PartType, type PartInfo } from 'lit/directive.js';
import { app } from '../app';
import type { Store } from '../stores/store';

/** What every element of the studio is: light DOM under the one style sheet language, redrawn when its stores change. */
export abstract class VtxElement extends LitElement {
  readonly #unsubscribe: (() => void)[] = [];

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /** The stores this element shows; settings (the language) come on top. */
  protected stores(): Store<any>[] {
    return [];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    for (const store of new Set([app.settings, ...this.stores()])) this.#unsubscribe.push(store.subscribe(() => this.requestUpdate()));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.#unsubscribe.splice(0)) stop();
  }
}

class Styled extends Directive {
  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.ELEMENT) throw new Error('styled() stands in a tag.');
  }

  render(_: Record<string, string>): typeof noChange {
    return noChange;
  }

  override update(part: ElementPart, [values]: [Record<string, string>]): typeof noChange {
    for (const [name, value] of Object.entries(values)) (part.element as HTMLElement).style.setProperty(name, value);
    return noChange;
  }
}

/** Sets style properties through the object model: the content security policy forbids style attributes. */
export const styled = directive(Styled);
