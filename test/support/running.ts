import { type Emulator, type EmulatorOptions, startEmulator } from "../../emulator/index.ts";
import { createAppwriteProvider } from "../../provider/appwrite-provider.ts";
import type { ProviderService } from "../../provider/engine/service.ts";
import type { Row } from "../../provider/schema/value.ts";
import { client } from "./emulator-client.ts";
import { type Core, createCore, type Planned } from "./provider-calls.ts";

/** A provider in this process, connected to an emulator. */
export interface Running {
  readonly emulator: Emulator;
  /** Calls the emulator beside the provider, as somebody else would. */
  readonly call: ReturnType<typeof client>;
  /** The provider itself. */
  service(): ProviderService;
  core(type: string): Core;
  /** Plans and applies a configuration; gives the plan and the state. Null destroys. */
  apply(type: string, prior: Row | null, config: Row | null): Promise<{ readonly plan: Planned; readonly state: Row }>;
  /** Forgets everything, as a new run on an empty project. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** Starts both. Terraform's core is played by `createCore`, which checks every answer. */
export async function startRunning(options: EmulatorOptions = {}): Promise<Running> {
  const emulator = await startEmulator(options);
  const start = async (): Promise<ProviderService> => {
    const service = createAppwriteProvider(
      {
        APPWRITE_ENDPOINT: emulator.endpoint,
        APPWRITE_PROJECT_ID: emulator.projectId,
        APPWRITE_API_KEY: emulator.apiKey,
      },
      () => {},
    );
    await service.configure({
      config: {},
      terraformVersion: "1.11.4",
      client: { deferralAllowed: false, writeOnlyAttributesAllowed: true },
    });
    return service;
  };
  let service = await start();
  const core = (type: string): Core => createCore(service, type);
  return {
    emulator,
    call: client(emulator),
    service: () => service,
    core,
    apply: async (type, prior, config) => {
      const one = core(type);
      const plan = await one.plan(prior, config);
      return { plan, state: (await one.apply(plan)) ?? {} };
    },
    reset: async () => {
      emulator.reset();
      service = await start();
    },
    close: () => emulator.close(),
  };
}
