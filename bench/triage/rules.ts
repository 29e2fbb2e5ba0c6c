/** The rules of the four example sources, and some that a site adds in time. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Rule, RuleSet } from '../../contracts/index.ts';

const EXAMPLES = ['card-transactions', 'industrial-sensors', 'iot-devices', 'build-pipelines'];
const folder = join(import.meta.dirname, '../../config/examples');

const added = [
  {
    id: 'payments-silent',
    kind: 'silence',
    source: 'payments',
    severity: 'critical',
    description: 'No payment at all. Check the payment service and the card network.',
  },
  {
    id: 'plant-drift',
    kind: 'drift',
    source: 'plant',
    metric: '*',
    route: 'digest',
    description: 'The value creeps away from where it was. A transmitter that ages, or a process that does.',
  },
  {
    id: 'device-drift',
    kind: 'drift',
    source: 'devices',
    metric: '*',
    route: 'digest',
    description: 'The value creeps away from where it was.',
  },
  {
    id: 'device-missing',
    kind: 'missing',
    source: 'devices',
    metric: '*',
    description: 'The device sends nothing. Look at its battery, then at the gateway.',
  },
  {
    id: 'pipelines-missing',
    kind: 'missing',
    source: 'pipelines',
    metric: 'duration',
    description: 'A pipeline that runs by the hour has not run.',
  },
];

export const rules: readonly Rule[] = [
  ...EXAMPLES.flatMap(
    (name) => RuleSet.parse(JSON.parse(readFileSync(join(folder, name, 'rules.json'), 'utf8'))).rules,
  ),
  ...added.map((rule) => Rule.parse(rule)),
];

/** @throws when no example has the rule */
export function ruleOf(id: string): Rule {
  const rule = rules.find((each) => each.id === id);
  if (rule === undefined) throw new Error(`no example has a rule ${id}`);
  return rule;
}
