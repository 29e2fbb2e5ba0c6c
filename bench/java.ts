/** Compiles the job with its benches, and runs a Java program of either. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ROOT } from '../local/paths.ts';

const JOB = join(ROOT, 'flink-job');

/** A Java program and how it is run. */
export interface JavaRun {
  readonly classPath: string;
  readonly main: string;
  readonly args: readonly string[];
  readonly flags?: readonly string[];
  readonly timeoutMs: number;
}

/** Compiles job and benches, offline where all is there, and returns the class path of both. */
export function compileJob(): string {
  const paths = join(JOB, 'target', 'bench-classpath.txt');
  const goals = [
    'test-compile',
    'dependency:build-classpath',
    '-Dmdep.includeScope=test',
    `-Dmdep.outputFile=${paths}`,
  ];
  execFileSync('mvn', ['-q', '-B', '-f', join(JOB, 'pom.xml'), ...goals], { stdio: ['ignore', 2, 2] });
  return [
    join(JOB, 'target', 'classes'),
    join(JOB, 'target', 'test-classes'),
    readFileSync(paths, 'utf8'),
  ].join(delimiter);
}

/** Runs it to its end and returns what it wrote to standard output; its errors pass through. */
export function runJava({ classPath, main, args, flags = [], timeoutMs }: JavaRun): string {
  const opens = readFileSync(join(JOB, 'jvm-options.txt'), 'utf8')
    .split('\n')
    .filter((flag) => flag.startsWith('--'));
  return execFileSync('java', [...opens, ...flags, '-cp', classPath, main, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: timeoutMs,
  });
}
