/** The least a store is: a value, and who wants to know when it changes. Listeners run once for all that happened until they are told. */
export class Store<T> {
  #value: T;
  readonly #listeners = new Set<() => void>();
  #told = true;

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  set value(next: T) {
    if (next === this.#value) return;
    this.#value = next;
    this.touch();
  }

  update(changes: Partial<T>): void {
    this.value = { ...this.#value, ...changes };
  }

  /** Tells the listeners, for values that change inside. */
  touch(): void {
    if (!this.#told) return;
    this.#told = false;
    this.tell(() => {
      this.#told = true;
      for (const listener of [...this.#listeners]) listener();
    });
  }

  /** When listeners are told of a change: before anything else is done. */
  protected tell(listeners: () => void): void {
    queueMicrotask(listeners);
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
