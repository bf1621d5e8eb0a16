import { app } from '../app';
import { graphOf } from '../core/document';
import { unusedGraphs } from '../core/levels';
import { ask } from './page';
import { actions } from './registry';
import { runFrom, runTo } from './runs';
import { deleteUnused, leaveLevel, makeFromSelection, unpackFocused } from './subgraphs';
import { exportComfy, revert } from './versions';

const some = (): boolean => app.editor.targets().length > 0;
const instance = (): boolean => graphOf(app.editor.node(app.editor.value.focus)?.type ?? '') !== undefined;
const inside = (): boolean => app.editor.value.path.length > 0;

actions.add(
  { id: 'graph.values', label: 'keys.values', section: 'graph', keys: ['Shift+Enter'], enabled: some, run: () => ask('vtx-inspect', { values: true }) },
  { id: 'graph.enter', label: 'keys.enterGraph', section: 'graph', keys: ['I'], enabled: instance, why: 'level.noInstance', run: () => app.enter(app.editor.value.focus) },
  { id: 'graph.leave', label: 'keys.leaveGraph', section: 'graph', keys: ['U'], enabled: inside, run: leaveLevel },
  { id: 'edit.subgraph', label: 'keys.subgraph', section: 'edit', keys: ['S'], enabled: some, why: 'level.nothing', run: makeFromSelection },
  { id: 'edit.unpack', label: 'keys.unpack', section: 'edit', keys: ['Shift+S'], enabled: instance, why: 'level.noInstance', run: () => unpackFocused() },
  { id: 'edit.deleteUnused', label: 'level.deleteUnused', section: 'edit', enabled: () => unusedGraphs(app.editor.value.root).length > 0, run: deleteUnused },
  { id: 'run.to', label: 'runs.toLong', section: 'run', keys: ['T'], enabled: some, run: () => runTo() },
  { id: 'run.from', label: 'runs.fromLong', section: 'run', keys: ['Shift+T'], enabled: some, run: () => runFrom() },
  { id: 'workflow.revert', label: 'versions.revert', section: 'workflow', scope: 'page', enabled: () => app.editor.value.stored !== undefined && app.editor.value.dirty, run: revert },
  { id: 'workflow.comfy', label: 'export.comfy', section: 'workflow', scope: 'page', run: () => exportComfy('comfy-ui') },
  { id: 'workflow.comfyApi', label: 'export.api', section: 'workflow', scope: 'page', run: () => exportComfy('comfy-api') },
  { id: 'run.batch', label: 'batch.link', section: 'run', scope: 'page', run: () => (location.hash = '#/batches') },
);
