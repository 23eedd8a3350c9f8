import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { projectScopes } from "../../emulator/projects.ts";
import { createProvider } from "../../provider/engine/provider.ts";
import { OAUTH2_PROVIDERS } from "../../provider/resources/auth/oauth2-providers.ts";
import { catalogue } from "../../provider/resources/index.ts";
import type { ResourceDefinition } from "../../provider/schema/resource.ts";
import { isRecord, type Row, type Value } from "../../provider/schema/value.ts";
import { configurations } from "../support/configurations.ts";
import fc from "../support/fast-check.ts";
import { clientOf } from "../support/project.ts";
import { createCore } from "../support/provider-calls.ts";
import { repaired } from "../support/repair.ts";
import { IS_LONG } from "../support/runs.ts";

/**
 * Generated configurations of the project's kinds against the embedded Appwrite: applied, planned again (nothing to do), changed in place
 * to another one, planned again, imported, destroyed. Core's rules are checked at every step.
 */

let emulator: Emulator;
let service: ReturnType<typeof createProvider>;

beforeAll(async () => {
  emulator = await startEmulator();
  const backend = clientOf(emulator);
  service = createProvider(catalogue, () => ({
    connection: { backend, projectId: emulator.projectId, dataLoss: "warn" },
    diagnostics: [],
  }));
  await service.configure({
    config: {},
    terraformVersion: "1.11.4",
    client: { deferralAllowed: false, writeOnlyAttributesAllowed: true },
  });
});

afterAll(() => emulator.close());

const word = fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(..."abcxyz019") });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const email = word.map((name) => `${name}@example.com`);
const host = word.map((name) => `${name}.example.com`);
const url = word.map((name) => `https://example.com/${name}`);
const NOTHING = fc.constant(null);

/** Where plain letters do not fit. */
const FITTING: { readonly [type: string]: fc.Arbitrary<Row> } = {
  appwrite_auth_provider: fc.constantFrom(...Object.keys(OAUTH2_PROVIDERS)).chain((type) => provider(type)),
  appwrite_auth_mock_phone: fc.record({
    number: fc.integer({ min: 1_000_000, max: 9_999_999 }).map((number) => `+1${number}`),
    otp: fc.integer({ min: 100_000, max: 999_999 }).map(String),
  }),
  appwrite_project_platform: fc
    .constantFrom("web", "apple", "android", "windows", "linux")
    .chain((type) => platform(type)),
  appwrite_project_smtp: fc.record({
    host,
    port: fc.integer({ min: 1, max: 65_535 }),
    sender_email: email,
    reply_to_email: maybe(email),
    password_wo: NOTHING,
    password_wo_version: NOTHING,
  }),
  appwrite_project_email_template: fc.record({ sender_email: maybe(email), reply_to_email: maybe(email) }),
  appwrite_project_variable: fc.record({
    key: word.map((name) => `K_${name}`),
    value: word,
    value_wo: NOTHING,
    value_wo_version: NOTHING,
  }),
  appwrite_project_key: fc.record({ scopes: fc.uniqueArray(fc.constantFrom(...projectScopes), { maxLength: 5 }) }),
  appwrite_webhook: fc.record({
    url,
    events: fc.uniqueArray(fc.constantFrom("users.*.create", "buckets.*.files.*.create", "teams.*"), { maxLength: 3 }),
    auth_password_wo: NOTHING,
    auth_password_wo_version: NOTHING,
  }),
};

function provider(type: string): fc.Arbitrary<Row> {
  const { secretIs, extras } = OAUTH2_PROVIDERS[type] ?? { secretIs: "client_secret", extras: {} };
  const values: { readonly [attribute: string]: fc.Arbitrary<Value> } = {
    endpoint: type === "gitlab" ? url : host,
    domain: host,
    well_known_url: url,
    authorization_url: url,
    token_url: url,
    user_info_url: url,
    prompt: fc.constantFrom(["none"], ["consent"], ["consent", "select_account"]),
  };
  const named = Object.keys(extras).map((name) => [name, values[name] ?? word]);
  const absent = ["client_secret", "client_secret_wo", "client_secret_wo_version", "p8_file", "p8_file_wo"];
  const other = [...absent, "p8_file_wo_version", ...Object.keys(values), "tenant", "realm_name", "key_id", "team_id"];
  return fc.record({
    ...Object.fromEntries([...other, "authorization_server_id"].map((name) => [name, NOTHING])),
    ...Object.fromEntries(named),
    type: fc.constant(type),
    client_id: word,
    [secretIs]: word,
  }) as fc.Arbitrary<Row>;
}

function platform(type: string): fc.Arbitrary<Row> {
  const own: { readonly [type: string]: string } = {
    web: "hostname",
    apple: "bundle_identifier",
    android: "application_id",
    windows: "package_identifier_name",
    linux: "package_name",
  };
  const fields = Object.entries(own).map(([kind, name]) => [name, kind === type ? host : NOTHING]);
  return fc.record({ ...Object.fromEntries(fields), type: fc.constant(type) }) as fc.Arbitrary<Row>;
}

const TYPES = [
  "appwrite_auth_methods",
  "appwrite_auth_policies",
  "appwrite_auth_provider",
  "appwrite_auth_mock_phone",
  "appwrite_project_services",
  "appwrite_project_protocols",
  "appwrite_project_smtp",
  "appwrite_project_labels",
  "appwrite_project_platform",
  "appwrite_project_variable",
  "appwrite_project_key",
  "appwrite_webhook",
  "appwrite_project_email_template",
];

test.each(TYPES)(
  "%s: generated configurations apply, and leave nothing to do",
  async (type) => {
    const definition = catalogue.resources.find((one) => one.type === type) as ResourceDefinition;
    const core = createCore(service, type);
    const fitting = FITTING[type] ?? fc.constant({});
    const written = fc
      .tuple(configurations(definition), fitting)
      .map(([row, fit]) => ({ ...row, ...fit, project_id: null }));
    let applied = 0;
    await fc.assert(
      fc.asyncProperty(written, written, async (first, second) => {
        emulator.reset();
        if (type === "appwrite_project_email_template") await enableSmtp();
        const before = await repaired(core, definition, first);
        const after = await repaired(core, definition, second);
        if (before === null || after === null) return;
        applied += 1;
        let state = await core.apply(await core.plan(null, before));
        expect((await core.plan(await core.read(state as Row), before)).action).toBe("none");
        state = await core.apply(await core.plan(state, after));
        state = await core.read(state as Row);
        expect((await core.plan(state, after)).action).toBe("none");
        const id = definition.importId.map((name) => String(state?.[name])).join("/");
        const imported = await core.import(id);
        expect(comparable(definition, imported, state as Row)).toEqual(
          comparable(definition, state as Row, state as Row),
        );
        await core.apply(await core.plan(state, null));
      }),
      { numRuns: IS_LONG ? 500 : 8, endOnFailure: true },
    );
    expect(applied).toBeGreaterThan(0);
  },
  600_000,
);

/** What an import can tell of a state: neither secrets, nor what was never set. */
function comparable({ attributes }: ResourceDefinition, row: Row, state: Row): Row {
  const told = Object.entries(attributes).filter(
    ([name, { options, presence }]) =>
      !options.unreadable &&
      options.clone !== "secret" &&
      options.wire !== false &&
      !(presence === "kept" && (state[name] ?? null) === null) &&
      !["secret", "created_at", "updated_at"].includes(name),
  );
  return Object.fromEntries(
    told.map(([name, { type }]) => {
      const value = row[name] ?? null;
      if (Array.isArray(value)) return [name, [...new Set(value.map(String))].sort()];
      if (type.kind !== "object" || !isRecord(value))
        return [name, type.kind === "datetime" && value !== null ? Date.parse(String(value)) : value];
      const own = state[name];
      return [name, Object.fromEntries(Object.entries(value).filter(([part]) => isRecord(own) && own[part] !== null))];
    }),
  );
}

async function enableSmtp(): Promise<void> {
  await clientOf(emulator).call({
    method: "PATCH",
    path: "/project/smtp",
    body: { host: "smtp.example.com", port: 587, senderEmail: "a@example.com", enabled: true },
  });
}
