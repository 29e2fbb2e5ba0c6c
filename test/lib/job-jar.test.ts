import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jobJar } from '../../lib/constructs/job-jar.ts';
import { fixtureJar, synthesize, zip } from './stages.ts';

function path(content: Buffer): string {
  const file = join(mkdtempSync(join(tmpdir(), 'tocsin-jar-')), 'job.jar');
  writeFileSync(file, content);
  return file;
}

describe('the Flink job', () => {
  it('names the command that builds it when it is missing', () => {
    expect(() => jobJar('/nowhere/tocsin-flink-job.jar')).toThrow(
      'The Flink job is not built: /nowhere/tocsin-flink-job.jar is missing. Build it first: npm run build',
    );
  });

  it.each(['bundled', 'official'])('says that it was built with the %s connector', (connector) => {
    expect(fixtureJar(connector).connector).toBe(connector);
  });

  it('is refused when its manifest names no connector', () => {
    const message = 'its manifest names no connector';
    expect(() => jobJar(path(zip('META-INF/MANIFEST.MF', 'Manifest-Version: 1.0\r\n')))).toThrow(message);
    expect(() => jobJar(path(zip('other.txt', 'Tocsin-Connector: bundled\r\n')))).toThrow(message);
    expect(() => jobJar(path(Buffer.from('not a zip archive, but long enough to be one')))).toThrow(message);
    expect(() => jobJar(path(Buffer.alloc(0)))).toThrow(message);
  });
});

describe('a jar with the bundled connector', () => {
  beforeAll(() => {
    // The synth prints what the test reads from the tree.
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
  });
  afterAll(() => {
    jest.restoreAllMocks();
  });

  const warnings = (stage: string, connector: string) =>
    synthesize(stage, fixtureJar(connector))
      .stacks.flatMap((stack) => stack.node.findAll())
      .flatMap((construct) => construct.node.metadata)
      .filter(({ type }) => type === 'aws:cdk:warning')
      .map(({ data }) => String(data));

  it.each(['staging', 'prod'])('warns for %s that it has not run on AWS yet', (stage) => {
    expect(warnings(stage, 'bundled')).toEqual([expect.stringContaining('docs/unproven.md')]);
  });

  it('is what dev runs without a word', () => {
    expect(warnings('dev', 'bundled')).toEqual([]);
  });

  it.each(['dev', 'prod'])(
    'is told apart from the official one, on which the SQL cannot run yet, for %s',
    (stage) => {
      expect(warnings(stage, 'official')).toEqual([expect.stringContaining('FLINK-36671')]);
    },
  );
});
