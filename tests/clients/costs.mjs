// From a CSV to an exact answer, the upload sent as this client does: multipart without its boundary.
import { assert, client, pause, refusal, workspace } from "./start.mjs";

const january = `ChargeCategory,ChargePeriodStart,ChargePeriodEnd,BilledCost,ServiceName,Tags
Usage,2025-01-01,,100,Seats,"{""team"": ""core""}"
Discount,2025-01-01,,-10,Seats,
Tax,2025-01-02,,8,Seats,
Credit,2025-01-02,,-5,Seats,
Fee,2025-01-01,2025-01-10,50,Support,
`;

const name = "Node provider";
const provider = await client.integrations.createCustomProviderIntegration({ name });
assert.equal(provider.account_identifier, name);
assert.deepEqual(provider.workspace_tokens, []);
const token = provider.token;
await client.integrations.update(token, { workspace_tokens: [workspace] });

async function upload(csv) {
  const made = await client.integrations.createUserCostsUploadViaCsv(token, { csv });
  for (let tries = 0; tries < 600; tries++) {
    const { user_costs_uploads: uploads } = await client.integrations.getUserCostsUploads(token);
    const found = uploads.find((each) => each.token === made.token);
    if (found && found.import_status !== "processing") return found;
    await pause(100);
  }
  assert.fail("the upload is still being processed");
}

const asText = await upload(january);
assert.equal(asText.import_status, "complete");
assert.equal(asText.filename, "costs.csv");
assert.equal(asText.amount, "143.0");

const ask = (more) =>
  client.costs.list({
    filter: `costs.provider = 'custom_provider:${token}'`,
    workspace_token: workspace,
    start_date: "2025-01-01",
    end_date: "2025-01-31",
    ...more,
  });
const answer = await ask({ groupings: "service", order: "asc" });
assert.deepEqual(answer.total_cost, { amount: "148.0", currency: "USD" });
assert.deepEqual(
  answer.costs.slice(0, 2).map((row) => [row.accrued_at, row.service, row.amount]),
  [["2025-01-01", "Seats", "90.0"], ["2025-01-01", "Support", "5.0"]],
);
assert.equal((await ask({ "settings[include_credits]": true })).total_cost.amount, "143.0");
assert.ok(new URL((await ask({ limit: 1 })).links.next).searchParams.has("page"));

// A part with a name of its own keeps it, and adds up beside `costs.csv`.
const asFile = await upload(new File([january], "january.csv", { type: "text/csv" }));
assert.equal(asFile.filename, "january.csv");
assert.equal((await ask({})).total_cost.amount, "296.0");

const { cost_providers: providers } = await client.costProviders.list({ workspace_token: workspace });
assert.ok(providers.some((each) => each.name === name && each.key === `custom_provider:${token}`));
const { cost_services: services } = await client.costServices.list({ workspace_token: workspace });
assert.ok(services.some((each) => each.name === "Support"));
const { cost_provider_accounts: accounts } = await client.costProviderAccounts.list({
  workspace_token: workspace,
  account_name: name,
});
assert.deepEqual(accounts.map((each) => each.account_id), [token]);

const { tags } = await client.tags.list({ providers: ["aws", "custom_provider"] });
const team = tags.find((each) => each.tag_key === "team");
assert.ok(team.providers.includes(`custom_provider:${token}`));
const { tag_values: values } = await client.tags.getValues("team", {});
assert.ok(values.some((each) => each.tag_value === "core"));
assert.equal((await client.request("/v2/tags", "PUT", { tag_key: "team", hidden: true })).tags[0].hidden, true);
assert.equal((await client.request("/v2/tags", "PUT", { tag_key: "team", hidden: false })).tags[0].hidden, false);

assert.equal(await client.integrations.deleteUserCostsUpload(token, asText.token), undefined);
assert.equal((await ask({})).total_cost.amount, "148.0");
assert.equal((await refusal(() => client.integrations.deleteUserCostsUpload(token, asText.token)))[0], 404);
const [status, errors] = await refusal(() => client.integrations.createUserCostsUploadViaCsv(token, { csv: "a\n1\n" }));
assert.equal(status, 422);
assert.match(errors[0], /required column/i);

const { integrations } = await client.integrations.list({ provider: "custom_provider", account_identifier: name });
assert.deepEqual(integrations.map((each) => each.token), [token]);
assert.equal(await client.integrations.delete(token), undefined);
assert.equal((await refusal(() => client.integrations.get(token)))[0], 404);
