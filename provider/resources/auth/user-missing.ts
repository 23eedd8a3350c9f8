import { error, isNotFound, UserError } from "../../schema/index.ts";

/**
 * Opens what belongs to a user. Terraform opens an ephemeral resource in the plan as soon as its attributes are known, which an id
 * that is given is before the user is there.
 */
export async function ofUser<T>(noun: string, userId: unknown, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (cause) {
    if (!isNotFound(cause, "user_not_found")) throw cause;
    const text = `There is no user ${String(userId)}. Where the same run makes it: Terraform opens this in the plan already, because the id is given there. Leave id out of the user, so that it is known only when the user is made, or make the user by a run before.`;
    throw new UserError(error(`User of the ${noun} not found`, text, "user_id"));
  }
}
