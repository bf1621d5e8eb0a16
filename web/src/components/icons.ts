import { svg, html, type TemplateResult } from 'lit';

const paths = {
  waiting: 'M8 3v5l3 2M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Z',
  running: 'M8 2a6 6 0 1 1-6 6',
  cached: 'M9 1 3 9h4l-1 6 7-9H9Z',
  succeeded: 'm3 8 4 4 7-8',
  failed: 'm4 4 8 8m0-8-8 8',
  skipped: 'M3 8h10',
  queued: 'M8 3v5l3 2M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Z',
  canceled: 'M4 4h8v8H4Z',
  problem: 'M8 2 15 14H1ZM8 6v4m0 2v.5',
  play: 'M4 2v12l9-6Z',
  stop: 'M4 4h8v8H4Z',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  fit: 'M2 6V2h4m4 0h4v4m0 4v4h-4m-4 0H2v-4',
  arrange: 'M2 3h4v3H2Zm8 0h4v3h-4Zm0 7h4v3h-4ZM6 4.5h4M8 4.5v7h2',
  close: 'm4 4 8 8m0-8-8 8',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm3.6-1.4L14 14',
  undo: 'M6 3 2 7l4 4M2 7h8a4 4 0 0 1 0 8H7',
  redo: 'm10 3 4 4-4 4m4-4H6a4 4 0 0 0 0 8h3',
  up: 'm3 10 5-5 5 5',
  down: 'm3 6 5 5 5-5',
  next: 'm6 3 5 5-5 5',
  expose: 'M2 3v10M5 8h9m-4-4 4 4-4 4',
  editor: 'M2 4h4v4H2Zm8 4h4v4h-4ZM6 6c3 0 1 4 4 4',
  workflows: 'M3 2h7l3 3v9H3Zm2 6h6m-6 3h6',
  runs: 'M2 4h8M2 8h12M2 12h6',
  group: 'M2 4h12v9H2ZM2 4V2h5v2',
  note: 'M3 2h10v8l-4 4H3Zm10 8H9v4',
  map: 'm2 3 4-1 4 1 4-1v11l-4 1-4-1-4 1Zm4-1v11m4-10v11',
  mute: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2ZM4 4l8 8',
  bypass: 'M1 11h3c0-7 8-7 8 0h3M12 8v3H9',
  alignLeft: 'M2 2v12M5 4h9v3H5Zm0 5h5v3H5Z',
  alignCentre: 'M8 1v14M3 4h10v3H3Zm2 5h6v3H5Z',
  alignRight: 'M14 2v12M2 4h9v3H2Zm4 5h5v3H6Z',
  alignTop: 'M2 2h12M4 5h3v9H4Zm5 0h3v5H9Z',
  alignMiddle: 'M1 8h14M4 3h3v10H4Zm5 2h3v6H9Z',
  alignBottom: 'M2 14h12M4 2h3v9H4Zm5 4h3v5H9Z',
  distributeHorizontal: 'M2 2v12M14 2v12M6 4h4v8H6Z',
  distributeVertical: 'M2 2h12M2 14h12M4 6h8v4H4Z',
} as const;

export type IconName = keyof typeof paths;

/** A line picture beside words that say the same. */
export const icon = (name: IconName): TemplateResult =>
  html`<svg class="icon icon-${name}" viewBox="0 0 16 16" aria-hidden="true" focusable="false">${svg`<path d=${paths[name]}></path>`}</svg>`;
