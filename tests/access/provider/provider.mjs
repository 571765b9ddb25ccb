// A provider of OpenID Connect with three people in it; prints its address when it listens.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const people = {
  vera: { email: "viewer@example.com", email_verified: true, name: "Vera" },
  eve: { email: "owner@example.com", email_verified: false, name: "Eve" },
  newcomer: { email: "new@example.com", email_verified: true, name: "Newcomer" },
};

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const address = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(address, {
    clients: [
      { client_id: "eyrie", client_secret: "a-secret+of/eyrie", redirect_uris: [process.env.REDIRECT] },
    ],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
  });
  server.on("request", provider.callback());
  console.log(address);
});
