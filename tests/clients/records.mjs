// Ping, me, users, workspaces, folders, saved filters.
import { assert, client, refusal, stranger, workspace } from "./start.mjs";

assert.deepEqual(await stranger.ping.get(), { ping: "pong" });
assert.deepEqual(await refusal(() => stranger.me.get()), [401, ["Invalid or missing API token"]]);

const me = await client.me.get();
assert.deepEqual([...me.bearer_token.scope].sort(), ["read", "write"]);
assert.ok(me.workspaces.some((each) => each.token === workspace));
const cleared = await client.request("/v2/me", "PUT", { default_dashboard_token: null });
assert.equal(cleared.default_dashboard_token, null);

const { users, links } = await client.users.list({});
assert.equal(links.next, null);
assert.equal(users[0].role, "Owner");
assert.deepEqual(await client.users.get(users[0].token), users[0]);
assert.deepEqual(await refusal(() => client.users.get("usr_0000000000000000")), [404, ["User not found"]]);

const europe = await client.workspaces.create({ name: "Node", currency: "EUR" });
assert.equal(europe.currency, "EUR");
const renamed = await client.workspaces.update(europe.token, { name: "Node two" });
assert.deepEqual(await client.workspaces.get(europe.token), renamed);
assert.equal(await client.workspaces.delete(europe.token), undefined);
assert.equal((await refusal(() => client.workspaces.get(europe.token)))[0], 404);

const text = "costs.provider = 'aws'\n  AND costs.region = 'eu-west-1' ";
const filter = await client.savedFilters.create({ title: "Node", filter: text, workspace_token: workspace });
assert.equal(filter.filter, text);
const folder = await client.folders.create({
  title: "Node",
  saved_filter_tokens: [filter.token],
  workspace_token: workspace,
});
assert.equal(folder.type, "CostFolder");
assert.equal(folder.parent_folder_token, null);
assert.deepEqual(folder.saved_filter_tokens, [filter.token]);
const inner = await client.folders.create({ title: "Inner", parent_folder_token: folder.token });
assert.equal((await client.folders.update(inner.token, { parent_folder_token: null })).parent_folder_token, null);
assert.deepEqual((await client.folders.update(folder.token, { title: "Kept" })).saved_filter_tokens, [filter.token]);

// The links are absolute: this client's users give them to `new URL`.
const first = await client.folders.list({ limit: 1, workspace_token: workspace });
const next = new URL(first.links.next);
assert.equal(next.searchParams.get("page"), "2");
assert.equal(next.searchParams.get("limit"), "1");
assert.equal(first.folders.length, 1);

// A body taken from GET and sent back unchanged is accepted.
const sentBack = await client.folders.update(folder.token, await client.folders.get(folder.token));
assert.equal(sentBack.title, "Kept");

for (const each of [inner, folder]) assert.equal(await client.folders.delete(each.token), undefined);
assert.equal(await client.savedFilters.delete(filter.token), undefined);
assert.deepEqual(await refusal(() => client.folders.delete(folder.token)), [404, ["Folder not found"]]);
const [status, errors] = await refusal(() => client.folders.create({}));
assert.equal(status, 400);
assert.ok(errors.includes("title is missing"));
