// What a report will cost, and what people plan.
import { assert, client, pause, refusal, workspace } from "./start.mjs";

const day = (ahead) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
const lines = Array.from({ length: 60 }, (_, back) => `Usage,${day(-1 - back)},100,Seats`);
const csv = ["ChargeCategory,ChargePeriodStart,BilledCost,ServiceName", ...lines, ""].join("\n");

const { token: provider } = await client.integrations.createCustomProviderIntegration({ name: "Planned" });
await client.integrations.update(provider, { workspace_tokens: [workspace] });
await client.integrations.createUserCostsUploadViaCsv(provider, { csv });
let imported;
for (let tries = 0; tries < 600 && imported !== "complete"; tries++) {
  imported = (await client.integrations.getUserCostsUploads(provider)).user_costs_uploads[0].import_status;
  await pause(100);
}
assert.equal(imported, "complete");

const { token: report } = await client.costReports.create({
  title: "Planned",
  workspace_token: workspace,
  filter: `costs.provider = 'custom_provider:${provider}'`,
});
const ahead = { start_date: day(200), end_date: day(200) };
const overall = async () =>
  (await client.costReports.getForecastedCosts(report, { ...ahead, provider: "all" })).forecasted_costs[0].amount;
assert.equal(await overall(), "100.0");

const model = await client.scenarioModels.create({
  title: "Hiring",
  provider: "custom_provider",
  workspace_token: workspace,
  periods: [{ start_at: day(0), amount: 10.25, amount_type: "percent" }],
});
assert.match(model.token, /^frcst_mdl_/);
assert.deepEqual(model.periods, [{ start_at: day(0), end_at: null, amount: "10.25", amount_type: "percent" }]);
assert.deepEqual(await client.scenarioModels.get(model.token), model);

const forecast = await client.reportForecasts.create({
  cost_report_token: report,
  title: "With hiring",
  scenario_model_tokens: [model.token],
  set_as_default: true,
});
assert.equal(forecast.is_default, true);
assert.equal(await overall(), "110.25");
const { report_forecasts: listed } = await client.reportForecasts.list({ cost_report_token: report });
assert.deepEqual(listed, [forecast]);
assert.deepEqual((await client.costReports.get(report)).default_forecast, {
  kind: "report_forecast",
  report_forecast_token: forecast.token,
});

// A body taken from GET and sent back unchanged is accepted and changes nothing.
assert.equal((await client.reportForecasts.update(forecast.token, forecast)).is_default, true);
assert.deepEqual((await client.scenarioModels.update(model.token, model)).periods, model.periods);

await client.costReports.update(report, { default_forecast: { kind: "baseline" } });
assert.equal(await overall(), "100.0");
assert.equal((await refusal(() => client.reportForecasts.update(forecast.token, { scenario_model_tokens: [] })))[0], 422);
assert.equal((await refusal(() => client.scenarioModels.update(model.token, { service: "Seats" })))[0], 422);
assert.equal(await client.reportForecasts.delete(forecast.token), undefined);
assert.equal(await client.scenarioModels.delete(model.token), undefined);
assert.equal((await refusal(() => client.scenarioModels.get(model.token)))[0], 404);
await client.integrations.delete(provider);
