-- What did each reading change for the alarm of its key? A score from warn raises one (High), a score from page one that
-- pages (High-High). It ends once 24 readings in a row, in the order of their own time, have stayed below warn, and
-- becomes milder once as many have stayed below page: so there is no second alarm within 24 readings of a crossing. An
-- open one is renewed with each new 5-minute period. A rule that has ceased to judge the key ends it.
-- What only warns is for the digest and no more than a warning, whatever the rule says of what pages.
CREATE TEMPORARY VIEW novelty_transitions AS
SELECT
  *,
  CASE
    WHEN earlier_state = 0 THEN 'raised'
    WHEN state = 0 THEN 'cleared'
    WHEN state > earlier_state OR (state = 2 AND is_critical AND NOT was_critical) THEN 'escalated'
    WHEN state < earlier_state OR is_new_period THEN 'renewed'
  END AS kind,
  CASE state WHEN 2 THEN 'High-High' WHEN 1 THEN 'High' ELSE 'OK' END AS alarm_type,
  CASE earlier_state WHEN 2 THEN 'High-High' WHEN 1 THEN 'High' ELSE 'OK' END AS previous_alarm_type,
  CASE
    WHEN state = 2 OR (state = 0 AND earlier_state = 2) THEN rule.severity
    ELSE 'warning'
  END AS severity,
  CASE
    WHEN state = 2 OR (state = 0 AND earlier_state = 2) THEN rule.route
    ELSE 'digest'
  END AS route
FROM novelty_scores
WHERE state > 0 OR earlier_state > 0;
