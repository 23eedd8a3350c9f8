import type { Attributes } from "./attribute.ts";
import type { Backend } from "./backend.ts";
import type { Diagnostic } from "./diagnostics.ts";
import type { FunctionSignature } from "./terraform-type.ts";
import type { Row, Value } from "./value.ts";

/** A value that lives for one run only (Terraform 1.10 and later). */
export interface EphemeralDefinition {
  readonly type: string;
  readonly summary: string;
  readonly notes?: string;
  readonly noun: string;
  readonly scopes: { readonly write: string | readonly string[] };
  readonly attributes: Attributes;
  /** Opens it; `closing` is what `close` is given, and may be stored by Terraform for the length of the run. */
  open(backend: Backend, config: Row): Promise<{ readonly result: Row; readonly closing?: string }>;
  close?(backend: Backend, closing: string): Promise<void>;
}

/** A provider function: `provider::appwrite::read(role)`. */
export interface FunctionDefinition {
  readonly name: string;
  readonly signature: FunctionSignature;
  /** An example call in HCL, and what it gives. */
  readonly example: string;
  /** Throws `ArgumentError` when an argument is wrong. */
  call(parameters: readonly Value[]): Value;
}

/** An argument of a function that is wrong; `argument` counts from 0. */
export class ArgumentError extends Error {
  override readonly name = "ArgumentError";
  readonly argument: number;

  constructor(argument: number, text: string) {
    super(text);
    this.argument = argument;
  }
}

/** A data source that is not the mirror of a resource. */
export interface DataSourceDefinition {
  readonly type: string;
  readonly summary: string;
  readonly notes?: string;
  readonly noun: string;
  readonly scopes: { readonly read: string | readonly string[] };
  readonly attributes: Attributes;
  validate?(config: Row): readonly Diagnostic[];
  /** Reads it; an absent object is a `UserError`. */
  read(backend: Backend, config: Row): Promise<Row>;
}
