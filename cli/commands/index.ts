import type { Command } from "../command.ts";
import { dev } from "./dev.ts";
import { install } from "./install.ts";

/** All commands of `appwrite-iac`, in the order of the help. */
export const commands: readonly Command[] = [dev, install];
