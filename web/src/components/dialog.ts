import { html, type TemplateResult } from 'lit';
import { app } from '../app';
import { icon } from './icons';

/** The frame of a modal dialog. The browser's own element keeps the focus inside, closes on Escape and gives the focus back. */
export const dialogFrame = (title: string, close: (event: Event) => void, content: unknown): TemplateResult => html`
  <dialog aria-label=${title} @close=${close} @mousedown=${(event: MouseEvent) => event.target === event.currentTarget && (event.currentTarget as HTMLDialogElement).close()}>
    <div class="dialog-head"><h2>${title}</h2><button class="quiet-button" aria-label=${app.t('dialog.close')} title=${app.t('dialog.close')} @click=${(event: Event) => (event.currentTarget as Element).closest('dialog')!.close()}>${icon('close')}</button></div>
    ${content}
  </dialog>`;
