import { type Emulator, type EmulatorOptions, startEmulator } from "../../emulator/index.ts";
import { createWorkspace, type Workspace } from "../support/terraform.ts";

/** All settings of a project at once, through the real terraform: where writes get lost, and on a server whose keys do not reach them. */

const PROVIDERS = ["amazon", "box", "discord", "figma", "kick", "notion", "slack", "spotify", "x", "zoom"];

/** Every kind of setting, as far as the version has it. */
function settings({ isOld }: { readonly isOld: boolean }): string {
  const since195 = (text: string) => (isOld ? "" : text);
  const providers = PROVIDERS.filter((type) => !isOld || !["kick", "x"].includes(type)).map(
    (type) =>
      `resource "appwrite_auth_provider" "${type}" {\n  type = "${type}"\n  client_id = "id-of-${type}"\n  client_secret = "secret-of-${type}"\n}\n`,
  );
  return `${providers.join("\n")}
resource "appwrite_auth_provider" "microsoft" {
  type          = "microsoft"
  client_id     = "id-of-microsoft"
  client_secret = "secret-of-microsoft"
  tenant        = "common"
}

resource "appwrite_auth_provider" "google" {
  type          = "google"
  client_id     = "id-of-google"
  client_secret = "secret-of-google"
}

resource "appwrite_auth_methods" "this" {
  magic_url = false
  anonymous = false
  phone     = false
}

resource "appwrite_auth_policies" "this" {
  session_duration     = 3600
  session_limit        = 3
  user_limit           = 100
  password_history     = 5
  password_dictionary  = true
  session_invalidation = false
  ${since195("password_strength = { min = 12 }")}
  membership_privacy = { user_name = true, user_mfa = true }
}

resource "appwrite_auth_mock_phone" "one" {
  number = "+12065550101"
  otp    = "123456"
}

resource "appwrite_auth_mock_phone" "two" {
  number = "+12065550102"
  otp    = "123456"
}

resource "appwrite_project_services" "this" {
  graphql = false
  avatars = false
}

resource "appwrite_project_protocols" "this" {
  graphql = false
}

resource "appwrite_project_smtp" "this" {
  host         = "smtp.example.com"
  port         = 587
  username     = "appwrite"
  password     = "hidden-password"
  sender_name  = "Example"
  sender_email = "hello@example.com"
}

resource "appwrite_project_email_template" "recovery" {
  template   = "recovery"
  locale     = "de"
  subject    = "Neues Passwort"
  message    = "Hier: {{redirect}}"
  depends_on = [appwrite_project_smtp.this]
}

resource "appwrite_project_labels" "this" {
  labels = ["one", "two"]
}

resource "appwrite_project_platform" "web" {
  type     = "web"
  name     = "Web"
  hostname = "app.example.com"
}

resource "appwrite_project_platform" "ios" {
  type              = "apple"
  name              = "Phone"
  bundle_identifier = "com.example.app"
}

resource "appwrite_project_key" "reader" {
  name   = "Reader"
  scopes = ["users.read"]
}

resource "appwrite_project_variable" "stage" {
  key    = "STAGE"
  value  = "live"
  secret = false
}

resource "appwrite_webhook" "users" {
  name          = "Users"
  url           = "https://example.com/users"
  events        = ["users.*.create"]
  auth_username = "appwrite"
  auth_password = "hidden-password"
}
`;
}

let emulator: Emulator | undefined;
let workspace: Workspace | undefined;

async function start(options: EmulatorOptions, files: string, hasConsole = true): Promise<[Emulator, Workspace]> {
  const started = await startEmulator(options);
  emulator = started;
  workspace = createWorkspace({
    ...started,
    files: { "main.tf": files },
    environment: hasConsole
      ? { APPWRITE_CONSOLE_EMAIL: started.consoleEmail, APPWRITE_CONSOLE_PASSWORD: started.consolePassword }
      : {},
  });
  return [started, workspace];
}

afterEach(async () => {
  workspace?.close();
  await emulator?.close();
});

test("a parallel apply of all settings loses none, although the server's writes overwrite each other", async () => {
  const [server, run] = await start({}, settings({ isOld: false }));
  server.faults.add({ kind: "stale-project", route: "^/v1/project/", milliseconds: 20 });
  await run.apply("-parallelism=50");
  server.faults.clear();
  expect(await run.plan()).toEqual({});
  const { oAuthProviders } = projectOf(server);
  expect(Object.keys(oAuthProviders as object).sort()).toEqual([...PROVIDERS, "google", "microsoft"].sort());

  await run.destroy();
  expect(projectOf(server)).toMatchObject({ labels: [], smtp: { enabled: false }, auths: { mockPhones: [] } });
}, 120_000);

test("on 1.9.0 a console user's session does it all, in that version's dialect", async () => {
  const [server, run] = await start({ version: "1.9.0" }, settings({ isOld: true }));
  await run.apply("-parallelism=50");
  expect(await run.plan()).toEqual({});
  const { oAuthProviders } = projectOf(server);
  expect(oAuthProviders).toMatchObject({
    slack: { appId: "id-of-slack", secret: "secret-of-slack", enabled: true },
    microsoft: { secret: '{"clientSecret":"secret-of-microsoft","tenantID":"common"}' },
    // This version sends the whole text to Google.
    google: { secret: "secret-of-google" },
  });

  run.write("main.tf", settings({ isOld: true }).replace('"id-of-google"', '"id-of-google"\n  prompt = ["none"]'));
  expect((await run.run("plan", "-no-color", "-input=false")).output).toContain("google always asks for consent");
  run.write("main.tf", changed(settings({ isOld: true })));
  expect(Object.values(await run.plan()).flat()).not.toContain("delete");
  await run.apply("-parallelism=50");
  expect(await run.plan()).toEqual({});
  expect(projectOf(server)).toMatchObject({
    auths: { maxSessions: 7, "method:magic-url": true },
    oAuthProviders: {
      microsoft: { appId: "id-of-microsoft", secret: '{"clientSecret":"fresh","tenantID":"organizations"}' },
    },
    smtp: { port: 465, password: "hidden-password" },
  });
  await run.destroy();
  expect(projectOf(server)).toMatchObject({ labels: [], smtp: { enabled: false } });
}, 120_000);

test("on 1.9.0 without a console user the plan says what is needed", async () => {
  const [, run] = await start({ version: "1.9.0" }, settings({ isOld: true }), false);
  const planned = await run.run("plan", "-no-color", "-input=false");
  const words = planned.output.replace(/[│\n]\s*/g, " ").replace(/ +/g, " ");
  expect(planned.code).toBe(1);
  expect(words).toContain(
    "appwrite_auth_methods needs Appwrite 1.9.5 or later; this server is 1.9.0. Upgrade the server, or give the provider console_email and console_password",
  );
  expect(words).not.toContain("appwrite_webhook needs");
}, 60_000);

/** The same configuration with other values. */
function changed(text: string): string {
  const changes: readonly (readonly [string, string])[] = [
    ["magic_url = false", "magic_url = true"],
    ["session_limit        = 3", "session_limit        = 7"],
    ['tenant        = "common"', 'tenant        = "organizations"'],
    ['"secret-of-microsoft"', '"fresh"'],
    ["port         = 587", "port         = 465"],
    ['"app.example.com"', '"*.example.com"'],
    ['labels = ["one", "two"]', 'labels = ["three"]'],
    ['otp    = "123456"', 'otp    = "654321"'],
    ['scopes = ["users.read"]', 'scopes = ["users.read", "teams.read"]'],
    ['"Neues Passwort"', '"Passwort vergessen"'],
    ['"Users"', '"People"'],
    ['"live"', '"test"'],
  ];
  return changes.reduce((made, [from, to]) => {
    if (!made.includes(from)) throw new Error(`There is no ${from} to change.`);
    return made.replace(from, to);
  }, text);
}

/** The document of the emulator's project, where its settings are. */
function projectOf(server: Emulator): { readonly [column: string]: unknown } {
  const found = (server.dump("*")["projects"] as readonly { readonly [name: string]: unknown }[]).find(
    ({ $id }) => $id === server.projectId,
  );
  return found ?? {};
}
