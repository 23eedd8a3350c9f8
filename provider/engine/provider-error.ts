/** A type that the provider does not have; the protocol answers it as a diagnostic. */
export class UnknownTypeError extends Error {
  override readonly name = "UnknownTypeError";
}
