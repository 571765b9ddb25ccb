// What stands beside reports: dashboards, canvases and notifications.
import { assert, client, pause, refusal, workspace } from "./start.mjs";

const report = await client.costReports.create({ title: "Shown", workspace_token: workspace });
const board = await client.dashboards.create({
  title: "Board",
  workspace_token: workspace,
  widgets: [{ widgetable_token: report.token }],
  date_interval: "last_month",
});
assert.match(board.token, /^dshbrd_/);
assert.deepEqual(board.widgets, [
  { widgetable_token: report.token, title: "Shown", settings: { display_type: "chart" } },
]);
assert.deepEqual(await client.dashboards.get(board.token), board);
const { dashboards: listed } = await client.dashboards.list({ limit: 1000 });
assert.ok(listed.some((each) => each.token === board.token));

// A body taken from GET and sent back unchanged is accepted and changes nothing but the moment.
const sentBack = await client.dashboards.update(board.token, board);
assert.deepEqual({ ...sentBack, updated_at: "" }, { ...board, updated_at: "" });

// Whoever always sends an interval clears with an empty one.
const cleared = await client.dashboards.update(board.token, { date_interval: "", widgets: [] });
assert.deepEqual([cleared.date_interval, cleared.start_date, cleared.widgets], [null, null, []]);

const dates = { date_interval: "last_month", start_date: "2025-01-05", end_date: "2025-01-07" };
const [status, errors] = await refusal(() => client.dashboards.update(board.token, dates));
assert.equal(status, 400);
assert.match(errors[0], /unless it is custom/);
assert.equal(await client.dashboards.delete(board.token), undefined);
assert.deepEqual(await refusal(() => client.dashboards.get(board.token)), [404, ["Dashboard not found"]]);

// Canvases: answered at once, their tables come later; this client is the only one that knows them.
const canvas = await client.canvases.create({
  title: "Canvas",
  prompt: "cost by service and elephants last month",
  workspace_token: workspace,
});
assert.match(canvas.token, /^cnvs_/);
let shown = canvas;
for (let tries = 0; !shown.data && tries < 600; tries++) {
  await pause(100);
  shown = await client.canvases.get(canvas.token);
}
assert.deepEqual(
  shown.data.table.columns.map((column) => column.key),
  ["service", "amount"],
);
assert.match(shown.data.error, /"elephants"/);
const renamed = await client.canvases.update(canvas.token, { title: "Renamed" });
assert.deepEqual([renamed.title, renamed.data], ["Renamed", shown.data]);
assert.equal((await client.canvases.update(canvas.token, { prompt: "daily cost" })).prompt, "daily cost");
const { canvases } = await client.canvases.list({ limit: 1000 });
assert.ok(canvases.some((each) => each.token === canvas.token));
assert.equal(await client.canvases.delete(canvas.token), undefined);
assert.deepEqual(await refusal(() => client.canvases.get(canvas.token)), [404, ["Canvas not found"]]);

// Notifications: what is null in a change stays.
const told = await client.costReports.create({ title: "Told", workspace_token: workspace });
const { users } = await client.users.list({});
const notification = await client.reportNotifications.create({
  title: "Weekly",
  workspace_token: workspace,
  cost_report_token: told.token,
  user_tokens: [users[0].token],
  frequency: "weekly",
  change: "dollars",
});
assert.match(notification.token, /^rprt_ntfctn_/);
assert.deepEqual(notification.recipient_channels, []);
assert.deepEqual(await client.reportNotifications.get(notification.token), notification);
const kept = { recipient_channels: null, user_tokens: null, frequency: "daily" };
assert.deepEqual(await client.reportNotifications.update(notification.token, kept), {
  ...notification,
  frequency: "daily",
});
assert.equal(await client.costReports.delete(told.token), undefined);
assert.deepEqual(await refusal(() => client.reportNotifications.get(notification.token)), [
  404,
  ["Report notification not found"],
]);
