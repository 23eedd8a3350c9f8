/** An error that is the user's to read, as it is: what is wrong with an environment, a file or a request, and what to do. */
export class EnvironmentError extends Error {
  override readonly name = "EnvironmentError";
}
