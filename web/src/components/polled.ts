import { ApiFailure } from '../api/client';
import { OperateApi } from '../api/operate';
import { app } from '../app';
import { VtxElement } from './base';

export const operate = new OperateApi(app.api);
const EVERY = 2000;

/** A view that reads something again and again while it is looked at. What fails is shown in its place and tried again. */
export abstract class PolledView extends VtxElement {
  static override properties = { problem: { state: true } };
  declare problem: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #on = false;

  protected abstract read(): Promise<void>;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#on = true;
    document.addEventListener('visibilitychange', this.#seen);
    void this.#turn();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#on = false;
    clearTimeout(this.#timer);
    document.removeEventListener('visibilitychange', this.#seen);
  }

  /** Reads now, and then goes on as before. */
  protected async again(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#turn();
  }

  #seen = (): void => void (document.hidden || void this.again());

  async #turn(): Promise<void> {
    try {
      if (!document.hidden) await this.read();
      this.problem = undefined;
    } catch (failure) {
      if (!(failure instanceof ApiFailure)) throw failure;
      this.problem = failure.message || app.t('failure.offline');
    }
    clearTimeout(this.#timer);
    if (this.#on) this.#timer = setTimeout(() => void this.#turn(), EVERY);
  }
}
