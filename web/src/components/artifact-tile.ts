import { html, nothing, type TemplateResult } from 'lit';
import type { GalleryItem } from '../api/views';
import { api } from '../views';
import { icon, type IconName } from './icons';

/** The width of the small copies that lists show. */
export const TILE_WIDTH = 256;

export const isPicture = (artifact: { readonly media_type: string }): boolean => artifact.media_type.startsWith('image/');

const picture = (mediaType: string): IconName => (mediaType.startsWith('video/') ? 'film' : mediaType.startsWith('audio/') ? 'sound' : 'file');

/** A small picture of an artifact: a copy where the server can make one, loaded when it comes into view; a sign for what is no picture. */
export const thumbnail = (artifact: GalleryItem): TemplateResult =>
  isPicture(artifact)
    ? html`<img src=${api.url(artifact, TILE_WIDTH)} alt="" loading="lazy" decoding="async" width=${artifact.width ?? nothing} height=${artifact.height ?? nothing} @error=${(event: Event) => ((event.target as HTMLElement).hidden = true)}>`
    : html`<span class="tile-sign">${icon(picture(artifact.media_type))}</span>`;
