import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, AssetStaging, Stack } from 'aws-cdk-lib';
import { projectRoot } from '../../lib/config/load.ts';
import { bundledHandler } from '../../lib/constructs/bundle.ts';

const steps = readdirSync(join(projectRoot, 'lambdas'), { withFileTypes: true })
  .filter(
    (entry) =>
      entry.isDirectory() && readdirSync(join(projectRoot, 'lambdas', entry.name)).includes('env.ts'),
  )
  .map((entry) => entry.name);

describe('a bundled handler', () => {
  it.each(steps)(
    'of %s is one file that exports what Lambda calls',
    (step) => {
      const stack = new Stack(new App({ outdir: mkdtempSync(join(tmpdir(), 'tocsin-bundle-')) }), 'Stack');
      bundledHandler(step).bind(stack);
      const staged = stack.node.findAll().find((construct) => construct instanceof AssetStaging);
      const folder = staged?.absoluteStagedPath ?? '';
      expect(readdirSync(folder).sort()).toEqual(['index.mjs', 'index.mjs.map']);
      const code = readFileSync(join(folder, 'index.mjs'), 'utf8');
      expect(code).toMatch(/export\{[^}]*\bas handler\b[^}]*\}/);
      // All of it is inside: what is left to import comes with Node.
      const imports = [...code.matchAll(/\b(?:import|export)\b[^;"']*?\bfrom ?["']([^"']+)["']/g)].map(
        ([, name]) => name ?? '',
      );
      expect(imports.filter((name) => !/^(node:)?[a-z0-9_/]+$/.test(name))).toEqual([]);
    },
    30_000,
  );
});
