// Teams and access grants, with the bodies that the Terraform provider writes.
import { assert, client, refusal, workspace } from "./start.mjs";

const { users } = await client.users.list({});
const written = {
  name: "Terraform",
  description: "",
  workspace_tokens: [workspace],
  user_tokens: [],
  user_emails: [users[0].email],
  default_dashboard_token: null,
};
const made = await client.teams.create(written);
for (const key of ["name", "description", "workspace_tokens", "user_emails", "default_dashboard_token"]) {
  assert.deepEqual(made[key], written[key], key);
}
assert.deepEqual(made.user_tokens, [users[0].token]);
assert.equal("role" in made, false);
assert.deepEqual(await client.teams.get(made.token), made);

// Every update carries all three lists, and an empty one empties.
const none = { ...written, user_emails: [], workspace_tokens: [] };
const emptied = await client.teams.update(made.token, none);
assert.deepEqual([emptied.user_emails, emptied.user_tokens, emptied.workspace_tokens], [[], [], []]);
assert.deepEqual(await client.teams.update(made.token, written), made);
// So does a body taken from GET.
assert.deepEqual(await client.teams.update(made.token, await client.teams.get(made.token)), made);
assert.equal((await client.teams.getMembers(made.token, {})).members[0].role, "editor");
await client.teams.addTeamMember(made.token, { user_email: users[0].email, role: "owner" });
assert.deepEqual(await refusal(() => client.teams.removeTeamMember(made.token, users[0].token)), [
  400,
  ["The last owner of a Team stays in it; make somebody else an owner first"],
]);

const filter = await client.savedFilters.create({ title: "Granted", workspace_token: workspace });
const grant = await client.accessGrants.create({ resource_token: filter.token, team_token: made.token });
assert.equal(grant.access, "allowed");
assert.equal((await client.accessGrants.update(grant.token, { access: "denied" })).access, "denied");
assert.equal((await client.accessGrants.list({})).access_grants.length, 1);
const wrong = { resource_token: "bdgt_0123456789abcdef", team_token: made.token };
assert.equal((await refusal(() => client.accessGrants.create(wrong)))[0], 422);
assert.equal(await client.accessGrants.delete(grant.token), undefined);
assert.equal(await client.teams.delete(made.token), undefined);
assert.equal((await refusal(() => client.teams.get(made.token)))[0], 404);
await client.savedFilters.delete(filter.token);
