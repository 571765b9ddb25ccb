// Costs as files: asked for, waited for at the location, and downloaded without a token.
import { assert, client, pause, refusal, workspace } from "./start.mjs";

const provider = await client.integrations.createCustomProviderIntegration({ name: "Exported by node" });
await client.integrations.update(provider.token, { workspace_tokens: [workspace] });
const csv = "ChargeCategory,ChargePeriodStart,BilledCost,ServiceName\nUsage,2025-01-01,100,Seats\nUsage,2025-01-02,8,Support\n";
await client.integrations.createUserCostsUploadViaCsv(provider.token, { csv });
for (let tries = 0; tries < 600; tries++) {
  const { user_costs_uploads: uploads } = await client.integrations.getUserCostsUploads(provider.token);
  if (uploads[0].import_status === "complete") break;
  await pause(100);
}

const body = {
  filter: `costs.provider = 'custom_provider:${provider.token}'`,
  workspace_token: workspace,
  start_date: "2025-01-01",
  end_date: "2025-01-31",
  groupings: ["service"],
  schema: "vntg",
  settings: { include_tax: true },
};
const location = await client.costs.createExport(body);
assert.match(location, /^http:.*\/v2\/data_exports\/dta_xprt_[0-9a-f]{16}$/);

let written;
for (let tries = 0; tries < 600; tries++) {
  written = await client.dataExports.get(location.split("/").pop(), {});
  if (written.status !== "pending") break;
  await pause(100);
}
assert.equal(written.status, "completed");
assert.deepEqual(written.attributes.groupings, ["service"]);
const file = await fetch(written.manifest.files[0]);
assert.equal(
  await file.text(),
  "Date,Service,Amount,Currency\n2025-01-01,Seats,100.0,USD\n2025-01-02,Support,8.0,USD\n",
);

const [status, errors] = await refusal(() => client.costs.createExport({ ...body, groupings: ["colour"] }));
assert.equal(status, 400);
assert.match(errors[0], /'colour' is unknown/);
assert.equal((await refusal(() => client.dataExports.get("dta_xprt_0123456789abcdef", {})))[0], 404);
await client.integrations.delete(provider.token);
