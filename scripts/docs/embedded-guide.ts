import { type Route, routeTable } from "../../emulator/route-table.ts";
import { handlers } from "../../emulator/routes/index.ts";
import agreement from "../../test/emulator/agreement.json";

/** The guide to the embedded Appwrite; what it covers is counted from its own route table and handlers. */
export function embeddedGuide(): string {
  return `---
# Made by npm run generate; do not edit.
page_title: "The embedded Appwrite"
subcategory: ""
description: |-
  An Appwrite server in one process, for laptops, tests and CI: how to start it, what it covers, where it differs.
---

# The embedded Appwrite

An Appwrite that starts in a fraction of a second, without Docker, an account or a network. It answers as Appwrite 1.9.6 does (or 1.9.5, or 1.9.0): the
same routes, scopes, statuses, error texts, defaults and delays, written from the server's own definitions and checked against recorded answers of a real
one.

\`\`\`shell
node dist/appwrite-iac.js dev
\`\`\`

It prints what to export in the shell where terraform runs, and keeps its data in \`.appwrite-iac\` of the current folder, so that the next start goes on
where this one ended. Delete the folder to begin anew.

| option | what it does |
| --- | --- |
| \`--port 4480\` | the port on 127.0.0.1; 0 takes a free one |
| \`--data FOLDER\` | where data is kept |
| \`--ephemeral\` | keeps nothing |
| \`--project ID\`, \`--key SECRET\` | the project and the API key that are there from the start |
| \`--server-version 1.9.0\` | answers as another version |
| \`--json\` | prints one line of JSON for a script: \`endpoint\`, \`project_id\`, \`api_key\`, \`console_email\`, \`console_password\` |

## In a test or in CI

Plan and apply a configuration for real, in seconds, before it meets a server that matters:

\`\`\`shell
node dist/appwrite-iac.js dev --ephemeral --port 0 --json > appwrite.json &
until [ -s appwrite.json ]; do sleep 0.1; done
export APPWRITE_ENDPOINT=$(jq -r .endpoint appwrite.json)
export APPWRITE_PROJECT_ID=$(jq -r .project_id appwrite.json)
export APPWRITE_API_KEY=$(jq -r .api_key appwrite.json)
terraform init
terraform apply -auto-approve
terraform plan -detailed-exitcode
kill %1
\`\`\`

\`-detailed-exitcode\` makes the last plan fail when it is not empty.

## Faults on purpose

\`/__emulator\` on the same address, outside the API, makes things go wrong, to see what a configuration, a script or an application does then:

\`\`\`shell
curl "\${APPWRITE_ENDPOINT%/v1}/__emulator/faults" -H 'content-type: application/json' \\
  -d '{ "kind": "status", "status": 503, "route": "/storage/buckets", "count": 2 }'
\`\`\`

| kind | what happens |
| --- | --- |
| \`latency\` | the answer comes \`milliseconds\` later |
| \`status\` | an error of this \`status\`, with \`type\`, \`message\` and \`retryAfter\` if given |
| \`reset\` | the connection breaks, \`when\` = \`before\` the write or \`after\` it, so that only the answer is lost |
| \`truncate\`, \`slow-body\`, \`hang\`, \`html\` | half an answer, a slow one, none, or a web page |
| \`life-cycle\` | the \`target\` (\`column\`, \`index\`, \`deployment\`) ends as \`outcome\`: \`failed\`, \`stuck\` or \`processing\`, with \`error\` as the reason |
| \`stale-table\` | \`GET\` of a table shows statuses as they were, as a real server's cache may |

\`route\` is a regular expression for the path; \`skip\`, \`count\` and \`probability\` say when a fault strikes. \`DELETE /__emulator/faults\` ends all of them,
\`POST /__emulator/reset\` empties the server, \`GET /__emulator/requests\` tells what was asked.

## What it covers

Routes of Appwrite 1.9.6, by the first word of their path:

${coverage()}

A route that it does not answer says so: 501 \`general_not_implemented\`, with the route's name.

## How well it agrees

Requests that were recorded on a real Appwrite are played again, and every name and value of each answer is compared, texts of errors included; ids, secrets
and times by their form. Per cent of the exchanges that agree, by story:

${stories()}

A test holds these numbers: they may rise, not fall.

## Where it differs

- It speaks HTTP on 127.0.0.1, without TLS, to whoever is on the machine.
- One process and one worker do everything: what is asynchronous on a real server (columns, indexes, deployments) is so here, but soon done.
- It is SQLite below. Limits and refusals are those of Appwrite on MariaDB, also where SQLite has none.
- Nothing leaves the machine: no e-mail, SMS or push message is sent, no OAuth2 provider is asked, no domain is looked up, no webhook is called. The source of
  a migration alone is asked.
- Functions and sites are built and deployed in name only: a deployment becomes ready, and no code runs.
- The preview of an image is the file as it is. GraphQL, realtime and the execution of functions are not there.

## Migrations

\`POST /migrations/appwrite\` copies another project, of this emulator or of any Appwrite that it reaches, as Appwrite 1.9.6 does, with what that does wrong: encrypted
columns arrive plain, bounds no longer hold, one-way relationships to many lose their links, and overwriting removes two-way relationships. Databases of another server
come only from Appwrite Cloud: 1.9.6 itself cannot read them from a server of one's own, nor count them in a report.

An endpoint is this emulator when its host is \`localhost\` or \`127.0.0.1\` and its port is the emulator's, or one where nobody answers. For Firebase, Supabase and
NHost the emulator is a server without a way to the internet: what is wrong with a request is told, a report is refused, and a migration fails.

Rows come from CSV and JSON files in a bucket and go into files, for which a console user is given a link; no e-mail is sent. DocumentsDB and VectorsDB are not
migrated.

## Routes that are not answered

Of the paths that are answered in part, these are missing (Appwrite 1.9.6):

\`\`\`text
${missingRoutes().join("\n")}
\`\`\`
`;
}

function isAnswered({ key }: Route): boolean {
  return Object.hasOwn(handlers, key);
}

/** All routes by the first word of their path. */
function routesByService(): ReadonlyMap<string, readonly Route[]> {
  const byService = new Map<string, Route[]>();
  for (const route of routeTable("1.9.6").routes) {
    const service = route.path.split("/")[2] ?? "";
    byService.set(service, [...(byService.get(service) ?? []), route]);
  }
  return byService;
}

function missingRoutes(): readonly string[] {
  return [...routesByService().values()]
    .filter((routes) => routes.some(isAnswered))
    .flatMap((routes) => routes.filter((route) => !isAnswered(route)))
    .map(({ method, path }) => `${method.padEnd(6)} ${path}`);
}

function coverage(): string {
  const rows = [...routesByService()]
    .map(([service, routes]) => ({ service, all: routes.length, answered: routes.filter(isAnswered).length }))
    .sort((one, other) => one.service.localeCompare(other.service, "en"));
  const covered = rows.filter(({ answered }) => answered > 0);
  const missing = rows.filter(({ answered }) => answered === 0).map(({ service }) => `\`/${service}\``);
  return [
    "| path | routes answered | of |\n| --- | --- | --- |",
    ...covered.map(({ service, answered, all }) => `| \`/${service}\` | ${answered} | ${all} |`),
    ...(missing.length === 0 ? [] : [`\nNot at all: ${missing.join(", ")}.`]),
  ].join("\n");
}

/** The recordings with their share of exchanges that agree, by version. */
function stories(): string {
  const versions: { readonly [version: string]: { readonly [file: string]: number } } = agreement;
  const names = [...new Set(Object.values(versions).flatMap((files) => Object.keys(files)))].sort();
  const columns = Object.keys(versions);
  const rows = names.map((name) => {
    const cells = columns.map((version) => versions[version]?.[name] ?? "–");
    return `| ${name.replace(/^\w+-/, "").replaceAll("-", " ")} | ${cells.join(" | ")} |`;
  });
  return [`| story | ${columns.join(" | ")} |`, `| --- | ${columns.map(() => "---").join(" | ")} |`, ...rows].join(
    "\n",
  );
}
