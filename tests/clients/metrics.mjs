// Business metrics, their values and labels, and what one of something costs.
import { assert, client, refusal, workspace } from "./start.mjs";

const report = await client.costReports.create({
  title: "January",
  workspace_token: workspace,
  start_date: "2025-01-01",
  end_date: "2025-01-31",
  date_bin: "month",
});
const made = await client.businessMetrics.create({
  title: "Requests",
  values: [
    { date: "2025-01-01", amount: 100.5, label: "web" },
    { date: "2025-01-02T06:00:00Z", amount: 2, label: null },
  ],
  forecasted_values: [{ date: "2025-02-01", amount: 7 }],
  cost_report_tokens_with_metadata: [
    { cost_report_token: report.token, unit_scale: "per_thousand", label_filter: ["web", ""] },
  ],
});
assert.match(made.token, /^bsnss_mtrc_/);
assert.deepEqual(made.cost_report_tokens_with_metadata, [
  {
    cost_report_token: report.token,
    unit_scale: "per_thousand",
    calculation_type: "unit_cost",
    label_filter: ["web", ""],
  },
]);
assert.deepEqual(await client.businessMetrics.get(made.token), made);

const { values } = await client.businessMetrics.getValues(made.token, { date_bin: "month" });
assert.deepEqual(
  values.map((each) => [each.date, each.amount, each.label]),
  [
    ["2025-01-01T00:00:00Z", "100.5", "web"],
    ["2025-01-01T00:00:00Z", "2.0", undefined],
  ],
);
const labelled = await client.businessMetrics.getValues(made.token, { label_values: ["web", "none"] });
assert.equal(labelled.values.length, 1);
const { values: expected } = await client.businessMetrics.getForecastedValues(made.token, {});
assert.deepEqual(expected, [{ date: "2025-02-01T00:00:00Z", amount: "7.0" }]);

const { unit_costs: costs } = await client.unitCosts.list({ cost_report_token: report.token });
assert.deepEqual(
  costs.map((each) => [each.date, each.business_metric_amount, each.scale]),
  [["2025-01-01", "102.5", 1000]],
);

// This client has no query on DELETE: what to delete comes in the body.
assert.deepEqual(await client.businessMetrics.deleteValues(made.token, { label: "" }), { deleted_count: 1 });
assert.deepEqual(await client.businessMetrics.deleteValues(made.token, { forecasted: true }), { deleted_count: 1 });

const [status, errors] = await refusal(() => client.unitCosts.list({ cost_report_token: "rprt_0123456789abcdef" }));
assert.deepEqual([status, errors], [404, ["Cost report not found"]]);
assert.equal(await client.businessMetrics.delete(made.token), undefined);
