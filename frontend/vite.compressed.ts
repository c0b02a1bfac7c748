// Compressed copies of what is built. In: dist/. Out: a file with `.gz` behind its name beside each script and
// sheet: the server sends what it has inside of it as it is, and compresses nothing itself.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

export function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    closeBundle() {
      for (const name of readdirSync('dist', { recursive: true, encoding: 'utf8' })) {
        if (!/\.(js|css)$/.test(name)) continue;
        const path = join('dist', name);
        writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
      }
    },
  };
}
