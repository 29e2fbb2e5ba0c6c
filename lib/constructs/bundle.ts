/** Handlers to single files, in this process: no Docker, no installed CLI, and what is deployed is what is in the tree. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';
import { projectRoot } from '../config/load.ts';

/** Bundles made by this process, by entry: several stages in one run share them. */
const bundles = new Map<string, ReadonlyArray<{ readonly name: string; readonly contents: Uint8Array }>>();

/** Code of `lambdas/<step>/handler.ts` with everything that it imports. @throws esbuild's error for code that does not build */
export function bundledHandler(step: string): lambda.Code {
  const folder = join(projectRoot, 'lambdas', step);
  return lambda.Code.fromAsset(folder, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Asked for by the library, and never used: `tryBundle` always succeeds or throws.
      image: DockerImage.fromRegistry('none'),
      local: {
        tryBundle(outputFolder: string): boolean {
          mkdirSync(outputFolder, { recursive: true });
          for (const file of bundle(folder)) writeFileSync(join(outputFolder, file.name), file.contents);
          return true;
        },
      },
    },
  });
}

function bundle(folder: string) {
  const known = bundles.get(folder);
  if (known !== undefined) return known;
  const { outputFiles } = buildSync({
    entryPoints: [join(folder, 'handler.ts')],
    outfile: join(folder, 'index.mjs'),
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: true,
    sourcemap: 'linked',
    sourcesContent: false,
    // CommonJS dependencies call require(), which ES modules do not have.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  const files = outputFiles.map((file) => ({ name: basename(file.path), contents: file.contents }));
  bundles.set(folder, files);
  return files;
}
