-- What the rules look up: issues by when they appeared, alerts that stand.

create index data_quality_issues_seen_idx on warehouse.data_quality_issues (shop_id, first_seen_at);

create index alerts_standing_idx on warehouse.alerts (shop_id, rule) where resolved_at is null;
