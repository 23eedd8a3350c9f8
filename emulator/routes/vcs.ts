import { type Handlers, json } from "../context.ts";
import { ServerError } from "../errors.ts";
import type { JsonObject } from "../json.ts";
import { listItems } from "../queries.ts";

const INSTALLATION = "/v1/vcs/github/installations/:installationId";

/** Version control. No GitHub app is set up, so that there is no installation of it in any project. */
export const vcsRoutes: Handlers = {
  "GET /v1/vcs/installations": (_, params) => {
    const { total, items } = listItems<JsonObject>([], params.asked(), {
      noun: "Installation",
      value: (one, name) => one[name],
      id: (one) => String(one["$id"]),
    });
    return json({ total, installations: items });
  },
  ...Object.fromEntries(
    [
      "GET /v1/vcs/installations/:installationId",
      "DELETE /v1/vcs/installations/:installationId",
      `POST ${INSTALLATION}/detections`,
      `GET ${INSTALLATION}/providerRepositories`,
      `POST ${INSTALLATION}/providerRepositories`,
      `GET ${INSTALLATION}/providerRepositories/:providerRepositoryId`,
      `GET ${INSTALLATION}/providerRepositories/:providerRepositoryId/branches`,
      `GET ${INSTALLATION}/providerRepositories/:providerRepositoryId/contents`,
      `PATCH ${INSTALLATION}/repositories/:repositoryId`,
    ].map((route) => [
      route,
      () => {
        throw new ServerError("installation_not_found");
      },
    ]),
  ),
  "GET /v1/vcs/github/authorize": () => {
    throw new ServerError("general_server_error");
  },
};
