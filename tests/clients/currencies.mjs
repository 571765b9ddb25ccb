// Exchange rates, sent as this client sends files, and costs in the currency of a workspace.
import { assert, client, pause, refusal } from "./start.mjs";

const rates = "base_currency_code,currency_code,rate,date\nUSD,GBP,0.8,2025-01-01\nUSD,EUR,0.9,2025-01-01\n";
const bill = "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName,BillingCurrency\nUsage,2025-01-10,10,Seats,GBP\n";

assert.deepEqual(await refusal(() => client.exchangeRates.createViaCsv({ csv: rates.replace("0.9", "none") })), [
  400,
  ["Row 2: rate must be a number more than 0, such as 0.92"],
]);
await client.exchangeRates.createViaCsv({ csv: rates });
const { exchange_rates: kept } = await client.exchangeRates.list({ limit: 1000 });
assert.ok(kept.some((rate) => rate.currency_code === "EUR" && rate.rate === "0.9"));

const europe = await client.workspaces.create({ name: "Node in euros", currency: "EUR" });
const { token } = await client.integrations.createCustomProviderIntegration({ name: "Node pounds" });
await client.integrations.update(token, { workspace_tokens: [europe.token] });
await client.integrations.createUserCostsUploadViaCsv(token, { csv: bill });
const costs = () =>
  client.costs.list({
    filter: `costs.provider = 'custom_provider:${token}'`,
    workspace_token: europe.token,
    start_date: "2025-01-01",
    end_date: "2025-01-31",
  });
let found = await costs();
for (let tries = 0; tries < 600 && found.costs.length === 0; tries++) {
  await pause(100);
  found = await costs();
}
assert.deepEqual(found.total_cost, { amount: "11.25", currency: "EUR" });
assert.deepEqual(found.costs.map((row) => row.amount), ["11.25"]);

await client.integrations.delete(token);
await client.workspaces.delete(europe.token);
