import { html, nothing, type TemplateResult } from 'lit';
import type { Route } from '../routes';
import './artifact-detail';
import './batch-panel';
import './compare';
import './gallery';
import './list-views';
import './operate';

/** The content of a view that is no editor. */
export function pageContent(where: Route): TemplateResult | typeof nothing {
  switch (where.view) {
    case 'runs':
      return html`<vtx-runs-view .runId=${where.run}></vtx-runs-view>`;
    case 'workflows':
      return html`<vtx-workflows-view></vtx-workflows-view>`;
    case 'batches':
      return html`<vtx-batch-panel .batchId=${where.batch}></vtx-batch-panel>`;
    case 'gallery':
      return html`<vtx-artifact-gallery .filter=${where.filter}></vtx-artifact-gallery>`;
    case 'artifact':
      return html`<vtx-artifact-detail .artifactId=${where.id}></vtx-artifact-detail>`;
    case 'compare':
      return html`<vtx-compare-view .first=${where.first} .second=${where.second}></vtx-compare-view>`;
    case 'operate':
      return html`<vtx-operate-view .shown=${where.part}></vtx-operate-view>`;
    case 'editor':
      return nothing;
  }
}
