// The worker that draws, as the viewer's own page starts it. In: nothing. Out: the worker, from a file of its
// own, which the page's policy allows.

export function startPageWorker(): Worker {
  return new Worker(new URL('./decode.worker.ts', import.meta.url), { type: 'module' });
}
