/** The digest of a group: what was held together leaves together. */
import { ALL, type Alert } from '../../contracts/alert.ts';
import { digestAlert, toldOf } from './digest.ts';
import type { Evidence } from './evidence.ts';
import { number } from './words.ts';

export function groupAlert({ request, incident, covered, known, stage }: Evidence): Alert {
  const { incidents, count } = covered ?? { incidents: [], count: 0 };
  const { alert_id, incident_id, sequence } = request;
  const alsoCounted = count - incidents.length;
  const alert = digestAlert([toldOf(incident), ...incidents.map(toldOf)], {
    alert_id,
    incident_id,
    sequence,
    route: incident.route,
    stage,
    alsoCounted,
    subject: `${number(count + 1)} incidents of one group (${incident_id})`,
    headline:
      `${number(count + 1)} incidents of one group had news since its last e-mail. ` +
      'This one tells of all of them; the worst gave it its number.',
  });
  // What is known of the worst one's owner says nothing of the others'.
  if (alert.attributes.entity === ALL || alsoCounted > 0 || known?.owner === undefined) return alert;
  return { ...alert, attributes: { ...alert.attributes, owner: known.owner } };
}
