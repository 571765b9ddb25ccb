// Annotations, audit logs, feedback.
import { assert, client, refusal } from "./start.mjs";

const report = (await client.costReports.list({})).cost_reports[0].token;
const made = await client.annotations.create({
  report_tokens: [report],
  date: "2026-03-01",
  message: "Moved to Frankfurt",
});
assert.match(made.token, /^issue_/);
assert.match(made.title, / - 2026-03-01$/);
const sentBack = await client.annotations.update(made.token, made);
assert.deepEqual(sentBack, made);
const undated = await client.annotations.update(made.token, { date: null, message: "Moved back" });
assert.deepEqual([undated.date, undated.message], [null, "Moved back"]);
const { annotations } = await client.annotations.list({ report_token: report, limit: 5000 });
assert.ok(annotations.some((each) => each.token === made.token));
assert.deepEqual(await refusal(() => client.annotations.create({ report_tokens: [], date: "2026-03-01", message: "" })), [
  422,
  ["report_tokens can't be empty", "message can't be blank"],
]);
assert.equal(await client.annotations.delete(made.token), undefined);
assert.deepEqual(await refusal(() => client.annotations.delete(made.token)), [404, ["Annotation not found"]]);

const { audit_logs: listed, links } = await client.auditLogs.list({ object_token: made.token, limit: 1 });
assert.equal(new URL(links.next).searchParams.get("page"), "2");
assert.equal(listed[0].event, "record_destroyed");
assert.deepEqual(listed[0].changed_values.message, ["Moved back", null]);
assert.deepEqual(await client.auditLogs.get(listed[0].token), listed[0]);

const said = await client.userFeedback.create({ message: "Thanks" });
assert.match(said.token, /^usr_fdbck_/);
