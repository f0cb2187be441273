import type { Plugin } from 'vite';

/**
 * Writes dist/.gitignore again after Vite has emptied the folder. That file is
 * the only one of dist in git: embed.go needs the folder to exist, also where
 * nothing has been built.
 */
export function keepDist(): Plugin {
  return {
    name: 'keep-dist',
    apply: 'build',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: '.gitignore', source: '*\n!.gitignore\n' });
    },
  };
}
