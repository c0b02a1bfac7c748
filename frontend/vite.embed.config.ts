// How the element for other people's pages is built. In: src/embed. Out: dist/steadycast-camera.js, one file
// without dependencies, with its worker inside; it is built after the viewer, which empties dist/.
import { defineConfig } from 'vite';
import { compressed } from './vite.compressed';

export default defineConfig({
  plugins: [compressed()],
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    target: 'es2022',
    lib: {
      entry: 'src/embed/main.ts',
      name: 'SteadycastCamera',
      formats: ['iife'],
      fileName: () => 'steadycast-camera.js',
    },
  },
});
