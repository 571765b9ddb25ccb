// Cost reports, and costs asked for as one.
import { assert, client, refusal, workspace } from "./start.mjs";

const made = await client.costReports.create({
  title: "By service",
  workspace_token: workspace,
  groupings: "service",
  filter: "costs.provider = 'aws' AND costs.region IN ('eu-west-1', 'eu-central-1')",
  start_date: "2025-01-01",
  end_date: "2025-01-31",
  date_bin: "month",
  chart_type: "bar",
  settings: { include_credits: true, aggregate_by: "cost" },
});
assert.match(made.token, /^rprt_/);
assert.deepEqual([made.start_date, made.end_date, made.date_interval], ["2025-01-01", "2025-01-31", "custom"]);
// Without dates of its own the previous period follows the period.
assert.deepEqual([made.previous_period_start_date, made.previous_period_end_date], [null, null]);
assert.equal(made.settings.include_credits, true);
assert.deepEqual(await client.costReports.get(made.token), made);

const { cost_reports: listed } = await client.costReports.list({ limit: 1000 });
assert.ok(listed.some((each) => each.token === made.token));

// A body taken from GET and sent back unchanged is accepted and changes nothing.
const sentBack = await client.costReports.update(made.token, made);
assert.equal(sentBack.filter, made.filter);
assert.deepEqual(sentBack.settings, made.settings);

const answer = await client.costs.list({ cost_report_token: made.token });
assert.deepEqual([answer.total_cost.amount, answer.costs], ["0.0", []]);

const [status, errors] = await refusal(() => client.costReports.update(made.token, { filter: "costs.provider" }));
assert.equal(status, 400);
assert.ok(errors[0].length > 0);
assert.equal(await client.costReports.delete(made.token), undefined);
assert.deepEqual(await refusal(() => client.costReports.get(made.token)), [404, ["Cost report not found"]]);
