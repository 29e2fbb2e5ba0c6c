#!/usr/bin/env node
/**
 * `npm run build`: the job's jar, by Maven. `npm run build -- --connector official` takes Apache's Kinesis connector.
 * The Lambdas are bundled by `cdk synth` itself, so that nobody deploys yesterday's code.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { clear, fingerprint, remember, steps } from './setup-steps.mjs';

const root = join(import.meta.dirname, '..');
const connectors = ['bundled', 'official'];
const { values } = parseArgs({
  options: { connector: { type: 'string', default: 'bundled' }, help: { type: 'boolean', default: false } },
});
if (values.help || !connectors.includes(values.connector)) {
  console.error(`npm run build [-- --connector ${connectors.join('|')}]   (default: bundled)`);
  process.exit(values.help ? 0 : 1);
}

const jar = steps.find((step) => step.name === 'jar');
const print = fingerprint(root, jar.inputs);
clear(root, jar);
const maven = spawnSync(
  'mvn',
  ['-q', '-B', '-f', 'flink-job/pom.xml', 'package', '-DskipTests', `-P${values.connector}`],
  { cwd: root, stdio: 'inherit' },
);
if (maven.error)
  console.error(`mvn could not be started: ${maven.error.message}. Maven ≥ 3.8 and JDK 17 are needed.`);
if (maven.status !== 0) {
  if (values.connector === 'official') console.error(aboutOfficial());
  process.exit(1);
}
// A jar with the other connector must not pass for the one that the demo and the tests set up.
if (values.connector === 'bundled') remember(root, jar, print);
else rmSync(join(root, jar.stamp), { force: true });
console.error(`built ${jar.output} (connector: ${values.connector})`);

/** What a failed build of that profile usually lacks. */
function aboutOfficial() {
  const pom = readFileSync(join(root, 'flink-job', 'pom.xml'), 'utf8');
  const [, artifact, version] =
    /<artifactId>(flink-connector-aws-kinesis-streams)<\/artifactId>\s*<version>([^<]+)</.exec(pom) ?? [];
  return (
    `Nothing was built; the jar that was there is as it was. If Maven could not find org.apache.flink:${artifact}:${version},\n` +
    'your repository does not hold it: name one that does in ~/.m2/settings.xml and run `mvn -U`, or build the bundled connector.'
  );
}
