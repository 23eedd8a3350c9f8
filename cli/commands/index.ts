import type { Command } from "../command.ts";
import { clone } from "./clone.ts";
import { dev } from "./dev.ts";
import { diff } from "./diff.ts";
import { drift } from "./drift.ts";
import { exportCommand } from "./export.ts";
import { install } from "./install.ts";
import { promote } from "./promote.ts";
import { set } from "./set.ts";

/** All commands of `appwrite-iac`, in the order of the help. */
export const commands: readonly Command[] = [dev, install, exportCommand, diff, clone, promote, drift, set];
