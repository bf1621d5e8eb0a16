// A run that the page follows as any other, its events told by the measurement: over the page's own WebSocket.
import { openPage } from './page.mjs';

const ID = 'run_Measured';
const view = { run_id: ID, workflow_id: null, workflow_name: 'Measured', status: 'running', created_at: new Date().toISOString(), last_seq: 0 };

/** Opens a page with a document whose run goes on for ever. @returns the page and a function that sends an event. */
export async function openRunning(browser, host, definition) {
  let socket;
  let connected;
  const ready = new Promise((done) => (connected = done));
  let seq = 0;
  const page = await openPage(browser, host, async (one) => {
    await one.route('**/v1/runs?limit=*', (route) => route.fulfill({ json: { items: [view], next_cursor: null } }));
    await one.routeWebSocket(/\/v1\/ws/, (opened) => {
      socket = opened;
      connected();
    });
    await one.addInitScript((draft) => localStorage.setItem('vortex.draft', draft), JSON.stringify({ definition, runId: ID }));
  });
  await ready;
  const send = (event_type, node_id, payload = {}) => {
    seq++;
    socket.send(JSON.stringify({ event_type, ts: new Date().toISOString(), seq, run_id: ID, ...(node_id === undefined ? {} : { node_id }), payload }));
    return seq;
  };
  send('run.queued', undefined, { workflow_name: 'Measured', nodes: definition.nodes.length });
  send('run.started', undefined, { nodes: definition.nodes.length });
  return { page, send };
}

/** A step preview of about ten kilobytes, each with its own content. */
export const preview = (number) => ({ media_type: 'image/svg+xml', data: Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="64" height="64" fill="hsl(${number % 360} 60% 50%)"/><!--${String(number).padStart(7500, '.')}--></svg>`).toString('base64') });
