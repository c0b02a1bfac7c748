// How the viewer is built and served while it is being worked on. In: VITE_BACKEND_URL (environment or
// frontend/.env). Out: dist/ with hashed files under assets/, or a dev server that passes everything that is
// not the viewer itself on to the backend. Nothing about the viewer's behaviour belongs here.
import react from '@vitejs/plugin-react';
import { loadEnv } from 'vite';
import { defineConfig } from 'vitest/config';
import { compressed } from './vite.compressed';

const DEFAULT_BACKEND = 'http://127.0.0.1:6732';
const BACKEND_PATHS = ['/websocket', '/api', '/video_feed', '/metrics', '/docs'];

export default defineConfig(({ mode }) => {
  const backend = new URL(loadEnv(mode, '.', 'VITE_')['VITE_BACKEND_URL'] ?? DEFAULT_BACKEND);
  // The backend compares Origin with Host, so both must name the backend, for plain requests and for the
  // socket alike.
  const passOn = { target: backend.origin, changeOrigin: true, headers: { origin: backend.origin } };
  return {
    plugins: [react(), compressed()],
    // A file inlined as data: would need a wider content policy for workers; keep every asset a file of its
    // own.
    build: { outDir: 'dist', assetsDir: 'assets', assetsInlineLimit: 0, target: 'es2022' },
    worker: { format: 'es' },
    server: {
      proxy: Object.fromEntries(
        BACKEND_PATHS.map((path) => [path, { ...passOn, ws: path === '/websocket' }]),
      ),
    },
    test: { environment: 'node', include: ['src/**/*.test.{ts,tsx}'] },
  };
});
