/** What a replay is counted by: anomalies, incidents and e-mails, by rule and in total. */
import type { AlertKind } from '../../contracts/alert.ts';
import type { Anomaly, AnomalyKind } from '../../contracts/anomaly.ts';
import type { Incident } from '../../contracts/incident.ts';
import type { Rule } from '../../contracts/rule.ts';
import type { Route, Severity } from '../../contracts/shared.ts';
import type { Listener, ReplayedMail } from './incident-replay.ts';

/** Counts by name; what never happened is absent. */
type Counts<Name extends string> = Partial<Record<Name, number>>;

/** Of one rule, or of all. */
export interface Figures {
  readonly anomalies: Counts<AnomalyKind>;
  readonly incidents: number;
  readonly incidents_by_severity: Counts<Severity>;
  readonly incidents_by_route: Counts<Route>;
  /** `cleared`, `quiet`, and `open` for those that were not over at the end. */
  readonly incidents_by_end: Counts<string>;
  readonly mails: number;
  readonly mails_by_kind: Counts<AlertKind>;
  readonly mails_per_day: number;
  /** Most e-mails of one day (UTC), and that day; null without an e-mail. */
  readonly busiest_day: { readonly date: string; readonly mails: number } | null;
}

export interface RuleFigures extends Figures {
  readonly rule_id: string;
  readonly kind: Rule['kind'];
  readonly route: Route;
  readonly severity: Severity;
  readonly enabled: boolean;
}

/** Counts while a replay goes on; keeps a number for each day and kind, and nothing of the incidents themselves. */
export class Counter implements Listener {
  readonly #all = new Tally();
  readonly #byRule = new Map<string, Tally>();

  anomaly(anomaly: Anomaly): void {
    this.#each(anomaly.rule_id, (tally) => add(tally.anomalies, anomaly.kind));
  }

  ended(incident: Incident): void {
    this.#each(incident.first.rule_id, (tally) => {
      add(tally.severities, incident.severity);
      add(tally.routes, incident.route);
      add(tally.ends, incident.resolved_by ?? 'open');
    });
  }

  mail(mail: ReplayedMail): void {
    this.#each(mail.rule_id, (tally) => {
      add(tally.mails, mail.kind);
      add(tally.days, mail.at.toISOString().slice(0, 10));
    });
  }

  /** Of everything. @param days length of the replay */
  total(days: number): Figures {
    return this.#all.figures(days);
  }

  /** Of each rule, also of those that said nothing, in the order of the rules. */
  byRule(rules: readonly Rule[], days: number): readonly RuleFigures[] {
    return rules.map(({ id, kind, route, severity, enabled }) => ({
      rule_id: id,
      kind,
      route,
      severity,
      enabled,
      ...(this.#byRule.get(id) ?? new Tally()).figures(days),
    }));
  }

  #each(ruleId: string, count: (tally: Tally) => void): void {
    let tally = this.#byRule.get(ruleId);
    if (tally === undefined) {
      tally = new Tally();
      this.#byRule.set(ruleId, tally);
    }
    count(tally);
    count(this.#all);
  }
}

class Tally {
  readonly anomalies: Counts<AnomalyKind> = {};
  readonly severities: Counts<Severity> = {};
  readonly routes: Counts<Route> = {};
  readonly ends: Counts<string> = {};
  readonly mails: Counts<AlertKind> = {};
  readonly days: Counts<string> = {};

  figures(days: number): Figures {
    const mails = sum(this.mails);
    const [busiest] = Object.entries(this.days).sort(([, a = 0], [, b = 0]) => b - a);
    return {
      anomalies: this.anomalies,
      incidents: sum(this.ends),
      incidents_by_severity: this.severities,
      incidents_by_route: this.routes,
      incidents_by_end: this.ends,
      mails,
      mails_by_kind: this.mails,
      mails_per_day: days > 0 ? Math.round((mails / days) * 100) / 100 : 0,
      busiest_day: busiest === undefined ? null : { date: busiest[0], mails: busiest[1] ?? 0 },
    };
  }
}

function add<Name extends string>(counts: Counts<Name>, name: Name): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

/** How often anything of it happened. */
export function sum(counts: Counts<string>): number {
  return Object.values(counts).reduce((total: number, count = 0) => total + count, 0);
}
