// A tree of segments, and its costs.
import { assert, client, refusal, workspace } from "./start.mjs";

const aws = "costs.provider = 'aws'\n  AND costs.region = 'eu-west-1'";
const root = await client.segments.create({
  title: "Teams",
  workspace_token: workspace,
  track_unallocated: true,
  report_settings: { include_credits: true },
});
assert.match(root.token, /^fltr_sgmt_/);
assert.deepEqual([root.priority, root.description, root.filter, root.parent_segment_token], [100, "", null, null]);
assert.deepEqual([root.report_settings.include_credits, root.report_settings.amortize], [true, true]);

const child = await client.segments.create({ title: "Core", parent_segment_token: root.token, filter: aws, priority: 0 });
assert.deepEqual([child.filter, child.priority, child.workspace_token], [aws, 0, workspace]);
assert.equal("report_settings" in child, false);
assert.equal((await client.segments.get(child.token)).title, "Core");

const { segments: listed } = await client.segments.list({ q: "core", workspace_token: workspace });
assert.deepEqual(listed.map((each) => each.token), [child.token]);

const freed = await client.segments.update(child.token, { parent_segment_token: null });
assert.deepEqual([freed.parent_segment_token, freed.report_settings.include_credits], [null, false]);
const [cycle] = await refusal(() => client.segments.update(root.token, { parent_segment_token: root.token }));
assert.equal(cycle, 400);
await client.segments.update(child.token, { parent_segment_token: root.token });

const answer = await client.costs.list({ cost_report_token: root.token, groupings: "segment,service" });
assert.ok(Array.isArray(answer.costs));
const [counted, errors] = await refusal(() =>
  client.costs.list({ cost_report_token: root.token, "settings[aggregate_by]": "count" }),
);
assert.equal(counted, 400);
assert.match(errors[0], /segments/);

assert.equal(await client.segments.delete(root.token), undefined);
assert.deepEqual(await refusal(() => client.segments.get(child.token)), [404, ["Segment not found"]]);
